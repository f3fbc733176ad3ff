// Scanner focus: every scan ends in Enter, focus always comes back to the field, and a
// scan that arrives while something else has focus is caught and routed to the field.
import { announce, say as text } from "./app.js";

const form = document.querySelector("#scan");
const code = document.querySelector("#code");
const msg = document.querySelector("#scan-msg");
const total = Number(document.querySelector(".touch").dataset.total);
let sound = null;

function beep(good) {
  sound ??= new AudioContext();
  const o = sound.createOscillator();
  const g = sound.createGain();
  o.frequency.value = good ? 1320 : 220;
  g.gain.value = 0.08;
  o.connect(g).connect(sound.destination);
  o.start();
  o.stop(sound.currentTime + (good ? 0.07 : 0.3));
  navigator.vibrate?.(good ? 30 : [80, 60, 80]);
}
function say(text, good) {
  msg.className = `msg ${good ? "ok" : "bad"}`;
  msg.querySelector("span").textContent = text;
}
function set(li, n) {
  const want = Number(li.dataset.want);
  const now = Math.max(0, Math.min(want, n));
  li.querySelector("output b").textContent = now;
  li.classList.toggle("full", now === want);
  document.querySelectorAll(".pick.part").forEach((x) => x.classList.remove("part"));
  if (now < want) li.classList.add("part");
  const done = document.querySelectorAll(".pick.full").length;
  document.querySelector("#done").textContent = done;
  document.querySelector("#left").textContent = done === total ? text("all_lines") : text("lines_left", { n: total - done });
  document.querySelector(".prog .fill").setAttribute("width", (done / total) * 240);
  document.querySelector("#confirm").setAttribute("aria-disabled", String(done !== total));
}
const count = (li) => Number(li.querySelector("output b").textContent);

form.addEventListener("submit", (e) => {
  e.preventDefault();
  const scanned = code.value.trim();
  code.value = "";
  if (!scanned) return;
  const li = document.querySelector(`.pick[data-barcode="${CSS.escape(scanned)}"], .pick[data-sku="${CSS.escape(scanned.toUpperCase())}"]`);
  if (!li) { say(text("not_on_list", { code: scanned }), false); beep(false); return; }
  const want = Number(li.dataset.want);
  if (count(li) >= want) { say(text("already_complete", { code: li.dataset.sku }), false); beep(false); return; }
  set(li, count(li) + 1);
  li.scrollIntoView({ block: "nearest" });
  say(`${li.dataset.sku}: ${text("done_of", { n: count(li), want })}`, true);
  beep(true);
});
document.addEventListener("click", (e) => {
  const b = e.target.closest("[data-step]");
  if (b) { const li = b.closest(".pick"); set(li, count(li) + Number(b.dataset.step)); announce(text("done_of", { n: count(li), want: li.dataset.want })); }
  if (e.target.closest("[data-action=keyboard]")) { code.inputMode = "text"; code.focus(); return; }
  if (!e.target.closest("input, select, dialog, a")) code.focus({ preventScroll: true });
});
document.addEventListener("keydown", (e) => {
  if (e.target === code || e.ctrlKey || e.altKey || e.metaKey || e.key.length !== 1 || document.querySelector("dialog[open]")) return;
  code.focus({ preventScroll: true });
});
