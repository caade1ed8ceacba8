// Offers the browser's time zone to an empty [data-timezone] field; what a person chose stays.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-timezone]")) {
  const untouched = field.value === "" || field.dataset.timezone === "replace";
  if (!zone || !untouched) continue;
  if (field.tagName !== "SELECT") {
    field.value = zone;
  } else if ([...field.options].some((option) => option.value === zone)) {
    field.value = zone;
  }
}
