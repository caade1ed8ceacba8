// Drag people between groups; what a place would change is shown there before the drop. Whoever does not drag has the
// link "Move to …" beside each name, which does the same. After a drop the board is asked for anew: it may hold what
// somebody else has moved meanwhile.

let board = document.querySelector("[data-board]");
let dragged = null;
let changes = null; // target → what it would change, asked for when the drag begins

function status(words) {
  board.querySelector("[data-board-status]").textContent = words;
}

function makeDraggable() {
  for (const seat of board.querySelectorAll("[data-person]")) seat.draggable = true;
}

async function fresh() {
  const answer = await fetch(board.dataset.path, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("[data-board]");
  if (!next) return location.reload();
  const open = [...board.querySelectorAll("details[open]")].map((one) => one.closest("[id]")?.id);
  board.replaceWith(next);
  board = next;
  for (const id of open) if (id) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
  makeDraggable();
}

async function showChanges(person) {
  try {
    const answer = await fetch(`${board.dataset.path}consequences/${person}/`);
    if (!answer.ok) return;
    changes = new Map((await answer.json()).targets.map((one) => [one.target, one]));
  } catch {
    return;
  }
  if (dragged?.dataset.person !== person) return;
  for (const [target, one] of changes) {
    const line = board.querySelector(`[data-place="${target}"] [data-change]`);
    if (!line) continue;
    const breaks = one.broken.length ? ` · ${board.dataset.sayBreaks} ${one.broken.join(" ")}` : "";
    line.textContent = one.change_words + breaks;
    line.toggleAttribute("data-breaks", one.needs_reason);
    line.hidden = false;
  }
}

function hideChanges() {
  changes = null;
  for (const line of board.querySelectorAll("[data-change]")) line.hidden = true;
  for (const place of board.querySelectorAll(".is-over")) place.classList.remove("is-over");
}

async function send(person, target, seen) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  const body = new URLSearchParams({ target, seen });
  const headers = { Accept: "application/json", "X-CSRFToken": token ?? board.querySelector("[name=csrfmiddlewaretoken]").value };
  return fetch(`${board.dataset.path}move/${person}/`, { method: "POST", body, headers, redirect: "manual" });
}

async function drop(seat, place) {
  const person = seat.dataset.person;
  const target = place.dataset.place;
  const home = seat.parentElement;
  const seen = seat.closest("[data-place]").dataset.place;
  if (seen === target) return;
  place.querySelector("ul")?.append(seat); // shown at once; taken back if the server does not agree
  try {
    const answer = await send(person, target, seen);
    if (answer.type === "opaqueredirect") return location.reload(); // signed out meanwhile
    const words = await answer.json();
    if (words.needs_reason) {
      location.assign(`${board.dataset.path}move/${person}/?to=${target}`);
      return;
    }
    await fresh();
    status(words.told);
  } catch {
    home.append(seat);
    status(board.dataset.sayAway);
  }
}

const placeOf = (event) => event.target.closest?.("[data-place]:not([data-locked])");

document.addEventListener("dragstart", (event) => {
  const seat = event.target.closest?.("[data-person]");
  if (!seat || !board.contains(seat)) return;
  dragged = seat;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", seat.querySelector(".person__name").textContent);
  seat.classList.add("is-dragged");
  showChanges(seat.dataset.person);
});

document.addEventListener("dragover", (event) => {
  const place = dragged && placeOf(event);
  if (!place) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  for (const one of board.querySelectorAll(".is-over")) if (one !== place) one.classList.remove("is-over");
  place.classList.add("is-over");
});

document.addEventListener("drop", (event) => {
  const place = dragged && placeOf(event);
  if (!place) return;
  event.preventDefault();
  drop(dragged, place);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  hideChanges();
});

makeDraggable();
