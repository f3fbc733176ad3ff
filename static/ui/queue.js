// Lists and queues: J/K move, X selects, Enter opens, A runs the main bulk action, Shift + click selects a range.
import { bind, describe, say } from "./app.js";

const $ = (selector) => document.querySelector(selector);
const rows = () => [...document.querySelectorAll("#rows tbody tr")];
const boxes = () => [...document.querySelectorAll("#rows tbody [name=id]")];
let cursor = -1;
let anchor = null;

function move(step) {
  const all = rows();
  if (!all.length) return;
  all[cursor]?.classList.remove("cur");
  cursor = Math.max(0, Math.min(all.length - 1, cursor + step));
  all[cursor].classList.add("cur");
  (all[cursor].querySelector("th a") ?? all[cursor].querySelector("a"))?.focus({ preventScroll: true });
  all[cursor].scrollIntoView({ block: "nearest" });
}

function sync() {
  const on = boxes().filter((box) => box.checked).length;
  const all = $("#all");
  if (!all) return;
  all.checked = on === boxes().length && on > 0;
  all.indeterminate = on > 0 && on < boxes().length;
  $("#bulk").hidden = !on;
  $("#bulk-n").textContent = on;
  everything(false);
}

// "Select all that match" sends the filter, not the ids.
function everything(on) {
  const field = $("#bulk-all");
  if (!field) return;
  field.value = on ? "1" : "";
  const match = $("#bulk-match");
  if (match) match.hidden = on;
  if (on) $("#bulk-n").textContent = $("#list-count").textContent.trim();
}

document.addEventListener("change", (e) => {
  if (e.target.id === "all") boxes().forEach((box) => { box.checked = e.target.checked; });
  if (e.target.closest("#rows")) sync();
});
document.addEventListener("click", (e) => {
  if (e.target.closest("#bulk-x")) { boxes().forEach((box) => { box.checked = false; }); sync(); return; }
  if (e.target.closest("#bulk-match")) { boxes().forEach((box) => { box.checked = true; }); sync(); everything(true); return; }
  const box = e.target.closest("#rows tbody [name=id]");
  if (!box) return;
  const all = boxes();
  if (e.shiftKey && anchor && all.includes(anchor)) {
    const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
    sync();
  }
  anchor = box;
});

const here = say("this_list");
bind("j", say("next_row"), here, () => move(1));
bind("k", say("previous_row"), here, () => move(-1));
bind("x", say("select_row"), here, () => {
  const box = rows()[cursor]?.querySelector("[name=id]");
  if (box) { box.checked = !box.checked; sync(); }
});
describe("enter", say("open_row"), here);
bind("a", say("main_action"), here, () => $("#bulk .primary").click(), { when: () => Boolean($("#bulk .primary")) && !$("#bulk").hidden });

document.addEventListener("htmx:afterSettle", (e) => {
  if (e.detail.target.id !== "queue") return;
  cursor = Math.min(cursor, rows().length - 1);
  sync();
});
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && e.target.matches("#q")) e.target.blur();
});

// What is typed into the search box while an answer is on its way is kept, and asked for in turn. A new box has no ear
// before the swap has settled, so what it was given until then is asked for here.
let typed = null;
const find = (e) => (e.detail.target?.id === "queue" ? document.getElementById("q") : null);
document.addEventListener("htmx:beforeSwap", (e) => {
  const box = find(e);
  if (box) typed = document.activeElement === box ? box.value : null;
});
document.addEventListener("htmx:afterSwap", (e) => {
  const box = find(e);
  if (box && typed !== null) box.value = typed;
});
document.addEventListener("htmx:afterSettle", (e) => {
  const box = find(e);
  if (box && box.value !== box.defaultValue) htmx.trigger(box.form, "submit");
});
