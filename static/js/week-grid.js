// Paints hours in a [data-week] table: drag over them, or go with the arrows and hold Shift. Without it each is a checkbox.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

for (const week of document.querySelectorAll("[data-week]")) {
  const rows = [...week.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
  let painting = null;
  let began = null;

  const paint = (box) => {
    if (box) box.checked = painting;
  };

  week.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("input");
    if (!box || event.button !== 0) return;
    began = box;
    painting = !box.checked;
  });

  week.addEventListener("pointermove", (event) => {
    if (painting === null) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const box = under instanceof HTMLInputElement && week.contains(under) ? under : null;
    if (!box || (box === began && !week.dataset.painted)) return;
    if (!week.dataset.painted) {
      week.dataset.painted = "yes";
      paint(began);
    }
    paint(box);
  });

  // A drag that comes back to where it began ends in a click, which would turn that hour round once more.
  week.addEventListener("click", (event) => {
    if (event.target === began && week.dataset.painted) event.preventDefault();
    delete week.dataset.painted;
    began = null;
  });

  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, () => {
      painting = null;
      setTimeout(() => delete week.dataset.painted);
    });
  }

  week.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const row = rows.findIndex((boxes) => boxes.includes(event.target));
    if (!step || row < 0) return;
    const next = rows[row + step[0]]?.[rows[row].indexOf(event.target) + step[1]];
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey) next.checked = event.target.checked;
    next.focus();
  });
}
