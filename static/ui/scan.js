// Scanner focus: every scan ends in Enter, focus always comes back to the field, and a scan that arrives while
// something else has focus is caught and routed to the field. The server decides what a scan means: each one is
// posted with an id of its own, in order, and sent again under the same id when the connection was lost.
import { post, say } from "./app.js";

const form = document.querySelector("#scan");
const code = document.querySelector("#code");
const short = document.querySelector("#short");
const RETRY_MS = 2000;
let sound = null;
let busy = Promise.resolve();

function beep(good) {
  sound ??= new AudioContext();
  const tone = sound.createOscillator();
  const gain = sound.createGain();
  tone.frequency.value = good ? 1320 : 220;
  gain.gain.value = 0.08;
  tone.connect(gain).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + (good ? 0.07 : 0.3));
  navigator.vibrate?.(good ? 30 : [80, 60, 80]);
}

// Not crypto.randomUUID: that one is missing where the warehouse's network has no TLS.
const clientId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function tell(text, good) {
  const line = document.querySelector("#scan-msg .msg");
  line.className = `msg ${good ? "ok" : "bad"}`;
  line.querySelector("span").textContent = text;
}

// The answer holds the page's parts: each takes its place by its id.
function patch(html) {
  const parts = new DOMParser().parseFromString(html, "text/html");
  for (const part of [...parts.body.children]) {
    const here = document.getElementById(part.id);
    if (part.id === "scan-msg") here.replaceChildren(...part.childNodes);
    else here?.replaceWith(part);
  }
  document.querySelector(".pick.part")?.scrollIntoView({ block: "nearest" });
}

async function send(url, data) {
  for (;;) {
    try {
      return await post(url, data);
    } catch {
      tell(say("offline"), false);
      await new Promise((done) => { setTimeout(done, RETRY_MS); });
    }
  }
}

function submit(url, fields) {
  const data = new FormData();
  for (const [name, value] of Object.entries({ ...fields, key: clientId() })) data.append(name, value);
  busy = busy.then(async () => {
    const answer = await send(url, data);
    if (answer.ok || answer.status === 422) patch(await answer.text());
    else tell(say("failed"), false);
    beep(answer.ok);
  });
}

document.addEventListener("submit", (e) => {
  const sent = e.target;
  const { submitter } = e;
  if (sent === form && !("plain" in form.dataset)) {
    e.preventDefault();
    const scanned = code.value.trim();
    code.value = "";
    if (scanned) submit(form.action, { code: scanned });
  } else if (sent.matches(".pick form")) {
    e.preventDefault();
    submit(sent.action, { pick: sent.elements.pick.value, change: submitter.value });
    code.focus({ preventScroll: true });
  } else if (sent.closest("#short")) {
    e.preventDefault();
    submit(sent.action, { pick: sent.elements.pick.value, reason: sent.elements.reason.value });
    short.close();
    code.focus({ preventScroll: true });
  }
}, true);

document.addEventListener("click", (e) => {
  const asks = e.target.closest("[data-short]");
  if (asks) {
    const fields = short.querySelector("form");
    fields.reset();
    fields.elements.pick.value = asks.dataset.short;
    document.querySelector("#short-what").textContent = asks.dataset.what;
    document.querySelector("#short-found").textContent = asks.dataset.found;
    short.showModal();
    return;
  }
  if (e.target.closest("[data-carton]")) {
    const list = document.querySelector(".cartons");
    const another = list.lastElementChild.cloneNode(true);
    another.querySelector("input").value = "";
    list.append(another);
    another.querySelector("input").focus();
    return;
  }
  if (e.target.closest("[data-keyboard]")) { code.inputMode = "text"; code.focus(); return; }
  if (!e.target.closest("input, select, dialog, a, summary, [popover], label")) code.focus({ preventScroll: true });
});

document.addEventListener("keydown", (e) => {
  const typing = e.target.matches("input, select, textarea");
  if (typing || e.ctrlKey || e.altKey || e.metaKey || e.key.length !== 1 || document.querySelector("dialog[open]")) return;
  code.focus({ preventScroll: true });
});
