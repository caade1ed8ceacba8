// Passkeys: says in words when the browser hands over none, and lets Enter do what the page's key button does.

const problem = document.querySelector("[data-key-problem]");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  problem.hidden = false;
});

for (const button of document.querySelectorAll("[data-key-button]")) {
  button.addEventListener("click", () => {
    problem.hidden = true;
  });
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.click();
  });
}
