// Scanner focus: every scan ends in Enter, focus always comes back to the field, and a scan that arrives while
// something else has focus is caught and routed to the field. The server decides what a scan means: each one is
// posted with an id of its own, in order, and sent again under the same id when the connection was lost. What is not
// answered yet is kept in the browser for its user and page, so that neither a reload nor a flat battery loses a scan.
import { post, say } from "./app.js";

const form = document.querySelector("#scan");
const code = document.querySelector("#code");
const short = document.querySelector("#short");
const RETRY_MS = 2000;
const KEPT = `scans:${document.body.dataset.user}:${location.pathname}`;
const waiting = kept();  // {url, fields}: the scans without an answer, oldest first
let sound = null;
let sending = false;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];  // no storage, or nothing that we have written: the page's memory has to do
  }
}

function keep() {
  try {
    if (waiting.length) localStorage.setItem(KEPT, JSON.stringify(waiting));
    else localStorage.removeItem(KEPT);
  } catch {
    // The same: scans are lost by a reload only where the browser keeps nothing.
  }
}

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

async function send({ url, fields }) {
  for (;;) {
    try {
      return await post(url, fields);
    } catch {
      tell(say("scans_kept", { n: waiting.length }), false);
      await new Promise((done) => { setTimeout(done, RETRY_MS); });
    }
  }
}

// One after the other; a scan is forgotten once it has its answer, whatever that is. Who was signed out meanwhile
// signs in first: the scans wait for the page to be opened again.
async function work() {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    const answer = await send(waiting[0]);
    const login = answer.headers.get("HX-Redirect");
    if (login) { location.assign(login); return; }
    waiting.shift();
    keep();
    if (answer.ok || answer.status === 422) patch(await answer.text());
    else tell(say("failed"), false);
    beep(answer.ok);
  }
  sending = false;
}

function submit(url, fields) {
  waiting.push({ url, fields: { ...fields, key: clientId() } });
  keep();
  work();
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

work();
