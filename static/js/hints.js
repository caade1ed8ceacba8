// Quiet help while a note is being written. The rules come with the page, from feedback/hints.py, which follows the same
// ones on the server; nothing is sent, and nothing is kept.

const PAUSE = 700; // after the last key: nobody is spoken to in the middle of a word

for (const box of document.querySelectorAll("[data-hints]")) watch(box);

function plain(text) {
  const words = text.toLowerCase().replaceAll("’", "'").replace(/[^\p{L}\p{N}']+/gu, " ");
  return ` ${words.trim()} `;
}

function watch(box) {
  const form = box.closest("form");
  const rules = JSON.parse(box.dataset.hints);
  const value = (name) => form.elements[name]?.value ?? "";
  const isEmpty = (name) => plain(value(name)).trim() === "";
  let timer = 0;

  function found({ phrases = [], fields = [] }) {
    return phrases.filter((phrase) => fields.some((name) => plain(value(name)).includes(` ${phrase} `)));
  }

  function isOn(rule, words) {
    if (rule.kind) return value("kind") === rule.kind;
    if (rule.empty) return !isEmpty(rule.beside) && isEmpty(rule.empty);
    return words.length > 0;
  }

  function look() {
    for (const rule of rules) {
      const hint = box.querySelector(`[data-hint="${rule.name}"]`);
      const words = found(rule);
      const line = words.map((word) => `“${word}”`).join(", ");
      const place = hint.querySelector("[data-hint-found]");
      if (place.textContent !== line) place.textContent = line;
      hint.hidden = !isOn(rule, words);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  look(); // what was typed on a slow network before this script had arrived
}
