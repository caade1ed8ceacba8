// Keeps on the server what is typed into a form, and sends the form only when the server can be reached and knows who
// is writing. Nothing stays in the browser's own storage; tabs tell one another nothing but the ids of their drafts.

const PAUSE = 1000; // after the last key
const AGAIN = 8000; // while the server is away
const waits = { kept: PAUSE, twice: PAUSE, away: AGAIN, signedOut: AGAIN };
const NOT_WORDS = /^(csrfmiddlewaretoken|key|draft|draft_from|draft_by)$|password/i;
const MAY_SEND = ["kept", "twice", "tooLong"];

const outcomes = { 401: "signedOut", 409: "somebodyElse", 413: "tooLong" };
const channel = new BroadcastChannel("drafts");

for (const box of document.querySelectorAll("[data-kept]")) watch(box);

function isChanged(field) {
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  return field.type !== "hidden" && (field.defaultValue ?? field.value) !== field.value;
}

function watch(box) {
  const form = box.querySelector("[name=draft]").form;
  const line = box.querySelector("[data-kept-line]");
  const status = box.querySelector("[data-kept-status]");
  const signIn = box.querySelector("[data-kept-sign-in]");
  const own = (name) => box.querySelector(`[name=${name}]`);
  let typed = 0; // how often something changed, and up to where it is kept
  let kept = 0;
  let timer = 0;
  let running = null;
  let isSending = false;
  let isSent = false;

  [...form.querySelectorAll(".buttons")].at(-1)?.before(line);
  line.hidden = false;

  function say(outcome) {
    const words = box.dataset[`say${outcome[0].toUpperCase()}${outcome.slice(1)}`];
    if (status.textContent !== words) status.textContent = words;
    line.classList.toggle("kept__line--not", outcome !== "kept" && outcome !== "twice");
    signIn.hidden = outcome !== "signedOut";
  }

  function token() {
    const fresh = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    return fresh ?? form.elements.csrfmiddlewaretoken.value;
  }

  function message() {
    const words = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string" || NOT_WORDS.test(name)) continue;
      words[name] = name in words ? `${words[name]}\n${value}` : value; // several ticks have one name
    }
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token());
    data.set("place", box.dataset.place);
    data.set("tab", own("draft").value);
    data.set("earlier", own("draft_from").value);
    data.set("by", own("draft_by").value);
    data.set("words", JSON.stringify(words));
    return data;
  }

  const post = (options) => fetch(box.dataset.url, { method: "POST", body: message(), redirect: "manual", ...options });

  async function send() {
    const upTo = typed;
    try {
      let answer = await post();
      if (answer.status === 403) answer = await post(); // the first answer brought a new token
      if (answer.ok) {
        kept = upTo;
        own("draft_from").value = ""; // the server has put this draft in its place
        return (await answer.json()).others ? "twice" : "kept";
      }
      return outcomes[answer.status] ?? (answer.status >= 500 ? "away" : "closed");
    } catch {
      return "away";
    }
  }

  async function keep() {
    clearTimeout(timer);
    while (running) await running;
    running = send();
    const outcome = await running;
    running = null;
    say(outcome);
    if (typed !== kept && outcome in waits) timer = setTimeout(keep, waits[outcome]);
    return outcome;
  }

  form.addEventListener("input", () => {
    typed += 1;
    isSent = false;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });

  form.addEventListener("submit", async (event) => {
    if (isSent) return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const outcome = await keep();
    isSending = false;
    if (!MAY_SEND.includes(outcome)) return;
    clearTimeout(timer);
    form.elements.csrfmiddlewaretoken.value = token();
    isSent = true;
    form.requestSubmit(event.submitter);
  });

  // What was typed on a slow network before this script had arrived.
  if ([...form.elements].some(isChanged)) form.dispatchEvent(new Event("input"));

  const isOwed = () => typed !== kept && !isSent;
  window.addEventListener("online", () => isOwed() && keep());
  document.addEventListener("visibilitychange", () => isOwed() && keep());
  window.addEventListener("beforeunload", (event) => {
    if (isOwed() && line.classList.contains("kept__line--not")) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    if (isOwed()) post({ keepalive: true }).catch(() => {}); // the page is gone: nobody is left to be told
  });
  window.addEventListener("pageshow", () => {
    isSent = false;
  });

  // A text that is open in another tab is not taken over from there: both are kept.
  const earlier = () => own("draft_from").value.split("@")[0];
  channel.addEventListener("message", ({ data }) => {
    if ([own("draft").value, earlier()].includes(data.isOpen)) channel.postMessage({ open: data.isOpen });
    if (data.open && data.open === earlier()) {
      own("draft_from").value = "";
      say("twice");
    }
  });
  if (earlier()) channel.postMessage({ isOpen: earlier() });
}
