// One registry of keys: it runs them, and the "?" dialog is written from it.
//   bind("j", "Next row", "This list", () => …)      single letters never act while a field has focus
//   bind("g e", "Invoice exceptions", "Go to", …)    two letters after each other
//   bind("ctrl+k", "Search or jump to", "Everywhere", …)
import { say } from "./words.js";

const bindings = new Map();
const PREFIX_MS = 900;
let prefix = "";
let timer = 0;

export const typing = (el) => Boolean(el.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
const letters = () => document.body.dataset.singleKeys !== "off";

export function bind(keys, label, group, run, { when = () => true } = {}) {
  bindings.set(keys, { keys, label, group, run, when });
}

// What is shown but handled by the element itself (grid keys, Enter on a row).
export function describe(keys, label, group) { bindings.set(keys, { keys, label, group, run: null, when: () => true }); }

function nameOf(e) {
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key.toLowerCase().replace("arrow", "");
  return `${e.ctrlKey || e.metaKey ? "ctrl+" : ""}${e.altKey ? "alt+" : ""}${key}`;
}

document.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.isComposing) return;
  const name = nameOf(e);
  const single = name.length === 1;
  if (single && (typing(e.target) || document.querySelector("dialog[open]") || !letters())) return;
  const found = bindings.get(prefix ? `${prefix} ${name}` : name) ?? bindings.get(name);
  const starts = single && !prefix && [...bindings.keys()].some((keys) => keys.startsWith(`${name} `));
  clearTimeout(timer);
  prefix = "";
  if (starts) { prefix = name; timer = setTimeout(() => { prefix = ""; }, PREFIX_MS); return; }
  if (found?.run && found.when()) { e.preventDefault(); found.run(e); }
});

const shown = { ctrl: "Ctrl", alt: "Alt", enter: "Enter", del: "Del", shift: "Shift", up: "↑", down: "↓", " ": "Space" };
function caps(keys) {
  return keys.split(" ").flatMap((part) => part.split("+").map((k) => {
    const cap = document.createElement("kbd");
    cap.textContent = shown[k] ?? (k.length === 1 ? k.toUpperCase() : k[0].toUpperCase() + k.slice(1));
    return cap;
  }));
}

export function writeHelp(holder) {
  const groups = new Map();
  for (const b of bindings.values()) {
    if (!letters() && /^\S( \S)?$/.test(b.keys)) continue;
    groups.set(b.group, [...(groups.get(b.group) ?? []), b]);
  }
  holder.replaceChildren(...[...groups].map(([title, list]) => {
    const section = document.createElement("section");
    const heading = document.createElement("h3");
    heading.textContent = title;
    const dl = document.createElement("dl");
    for (const b of list) {
      const row = document.createElement("div");
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.append(...caps(b.keys).flatMap((cap) => [cap, " "]));
      dd.textContent = b.label;
      row.append(dt, dd);
      dl.append(row);
    }
    section.append(heading, dl);
    return section;
  }));
  if (!letters()) {
    const note = document.createElement("p");
    note.className = "sub";
    note.textContent = say("letters_off");
    holder.append(note);
  }
}

// Links and buttons name their own key: data-key="n", data-key="g e".
export function bindLinks(root = document) {
  for (const el of root.querySelectorAll("[data-key]")) {
    const label = el.dataset.keyLabel ?? el.querySelector(".t")?.textContent ?? el.textContent;
    bind(el.dataset.key, label.trim(), say(el.dataset.key.startsWith("g ") ? "go_to" : "actions"), () => {
      const now = el.isConnected ? el : document.querySelector(`[data-key="${CSS.escape(el.dataset.key)}"]`);
      now?.click();
    });
  }
}
