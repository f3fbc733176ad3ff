// Keyboard-first line grid. The server prices and renders every line; this file only
// moves focus, shows the item list and patches computed cells without touching the
// cell that has focus.
import { announce, describe, post, say, toast } from "./app.js";

const grid = document.querySelector("#grid");
const body = grid.tBodies[0];
const list = document.querySelector("#item-list");
const saved = document.querySelector("#saved");
const url = grid.dataset.url;
let active = null;      // the row whose list is open
let waiting = null;     // the row whose Enter came before the list for its present text
let queue = Promise.resolve();

const row = (el) => el.closest("tr");
const primary = () => document.querySelector("#submit");
const cell = (tr, name) => tr?.querySelector(`[name=${name}]`);
const no = (tr) => tr.dataset.line;

// Item list -----------------------------------------------------------------------
function show(input) {
  active = row(input);
  if (!list.matches(":popover-open")) list.showPopover();
  const r = input.getBoundingClientRect();
  const below = innerHeight - r.bottom > list.offsetHeight + 12;
  list.style.left = `${Math.min(r.left, innerWidth - list.offsetWidth - 12)}px`;
  list.style.top = below ? `${r.bottom + 2}px` : `${r.top - list.offsetHeight - 2}px`;
  input.setAttribute("aria-expanded", "true");
}
function hide() {
  if (!list.matches(":popover-open")) return;
  list.hidePopover();
  const input = cell(active, "item");
  input?.setAttribute("aria-expanded", "false");
  input?.removeAttribute("aria-activedescendant");
}
const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
const chosen = () => list.querySelector("[aria-selected=true]");
function mark(option) {
  chosen()?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  const input = cell(active, "item");
  if (option) input?.setAttribute("aria-activedescendant", option.id);
}
const fresh = (input) => list.dataset.q === input.value.trim();
list.addEventListener("htmx:afterSwap", (e) => {
  list.dataset.q = new URL(e.detail.xhr.responseURL).searchParams.get("q") ?? "";
  const input = document.activeElement;
  if (input?.name !== "item" || !input.value.trim()) { hide(); return; }
  show(input);
  mark(options()[0]);
  announce(say("found", { n: options().length }));
  if (waiting === row(input) && fresh(input)) choose(input);
});
function choose(input) {        // Enter or Tab on an item cell that was typed in
  const tr = row(input);
  waiting = null;
  if (!fresh(input)) { waiting = tr; return; }
  if (options().length) take(chosen() ?? options()[0]);
  else { hide(); commit(tr); input.select(); }
}
list.addEventListener("mousedown", (e) => {
  const option = e.target.closest("[data-pk]");
  if (option) { e.preventDefault(); take(option); }
});
function take(option) {
  const tr = active;
  const input = cell(tr, "item");
  input.value = option.dataset.code;
  input.dataset.pk = option.dataset.pk;
  hide();
  commit(tr);
  focus(tr, "qty");
}
grid.addEventListener("htmx:configRequest", (e) => {
  e.detail.parameters = { q: e.target.value };
});

// Saving ---------------------------------------------------------------------------
function patch(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const t of holder.content.querySelectorAll("template[data-row]")) {
    const fresh = t.content.querySelector("tr");
    let tr = body.querySelector(`tr[data-line="${t.dataset.row}"]`);
    if (!tr) { body.append(fresh); htmx.process(fresh); continue; }
    tr.className = fresh.className;
    [...fresh.cells].forEach((td, i) => {
      const now = tr.cells[i];
      const input = now.querySelector("input");
      const next = td.querySelector("input");
      if (!input) { now.className = td.className; now.innerHTML = td.innerHTML; return; }
      if (input === document.activeElement && input.dataset.dirty) return;
      const selected = input === document.activeElement;
      input.value = next.value;
      input.className = next.className;
      if (next.dataset.pk !== undefined) input.dataset.pk = next.dataset.pk;
      for (const a of ["aria-invalid", "aria-describedby"]) {
        if (next.hasAttribute(a)) input.setAttribute(a, next.getAttribute(a)); else input.removeAttribute(a);
      }
      if (selected) input.select();
    });
  }
  for (const t of holder.content.querySelectorAll("template[data-swap]")) {
    document.getElementById(t.dataset.swap).replaceWith(t.content.firstElementChild);
  }
}
function commit(tr, extra = {}) {
  const item = cell(tr, "item");
  const price = cell(tr, "price");
  if (!item.value.trim() && !extra.delete) return queue;
  const data = { item: item.value, pk: item.dataset.pk || "", qty: cell(tr, "qty").value, price: price.value, ...(price.dataset.dirty || price.classList.contains("manual") ? { manual: 1 } : {}), ...extra };
  for (const i of tr.querySelectorAll("input")) delete i.dataset.dirty;
  saved.textContent = say("saving");
  queue = queue.then(async () => {
    const r = await post(`${url}${no(tr)}/`, data);
    if (!r.ok) throw new Error(r.status);
    patch(await r.text());
    saved.textContent = say("saved", { time: new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) });
    if (tr.contains(document.activeElement)) inspect(tr);
  }).catch(() => { saved.textContent = say("not_saved"); toast(say("not_saved_long")); });
  return queue;
}

// Focus ----------------------------------------------------------------------------
function focus(tr, name) {
  const input = cell(tr, name);
  input?.focus();
  input?.select();
}
function after(tr) {
  if (tr.nextElementSibling) return tr.nextElementSibling;
  const copy = tr.cloneNode(true);
  copy.dataset.line = Number(no(tr)) + 1;
  copy.cells[0].textContent = copy.dataset.line;
  copy.querySelectorAll("input").forEach((i) => { i.value = ""; i.dataset.pk = ""; i.setAttribute("aria-label", i.getAttribute("aria-label").replace(/\d+$/, copy.dataset.line)); });
  copy.querySelectorAll("[data-calc]").forEach((td) => td.replaceChildren());
  body.append(copy);
  htmx.process(copy);
  return copy;
}
let last = null;
let timer = 0;
function inspect(tr) {
  clearTimeout(timer);
  timer = setTimeout(() => htmx.ajax("GET", `${grid.dataset.inspect}${no(tr)}/`, { target: "#inspector", swap: "innerHTML" }), 120);
}
grid.addEventListener("focusin", (e) => {
  if (e.target.tagName === "INPUT") requestAnimationFrame(() => { if (!e.target.dataset.dirty && e.target === document.activeElement) e.target.select(); });
  const tr = row(e.target);
  if (tr && tr !== last && tr.parentElement === body) { last = tr; if (cell(tr, "item").value) inspect(tr); }
});
grid.addEventListener("focusout", (e) => {
  if (e.target.name === "item") setTimeout(() => { if (document.activeElement !== e.target) hide(); }, 0);
  if (e.target.dataset?.dirty) commit(row(e.target));
});
grid.addEventListener("input", (e) => {
  e.target.dataset.dirty = "1";
  waiting = null;
  if (e.target.name === "item") e.target.dataset.pk = "";
});

grid.addEventListener("keydown", (e) => {
  const input = e.target;
  const tr = row(input);
  if (!tr || input.tagName !== "INPUT") return;
  const open = list.matches(":popover-open") && input.name === "item";
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); if (input.dataset.dirty) commit(tr); primary().focus(); return; }
  if (open && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
    e.preventDefault();
    const all = options();
    if (all.length) mark(all[(all.indexOf(chosen()) + (e.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    return;
  }
  if ((e.key === "Enter" || e.key === "Tab") && !e.shiftKey && input.name === "item" && input.dataset.dirty && input.value.trim()) { e.preventDefault(); choose(input); return; }
  switch (e.key) {
    case "Enter": {
      e.preventDefault();
      if (input.dataset.dirty) commit(tr);
      if (e.shiftKey) { focus(tr.previousElementSibling ?? tr, input.name); break; }
      if (input.name === "item" && input.value.trim()) focus(tr, "qty");
      else if (input.name === "item") primary().focus();
      else focus(after(tr), "item");
      break;
    }
    case "ArrowDown": e.preventDefault(); focus(after(tr), input.name); break;
    case "ArrowUp": e.preventDefault(); focus(tr.previousElementSibling, input.name); break;
    case "Escape": if (open) hide(); else { input.value = input.defaultValue; delete input.dataset.dirty; input.select(); } break;
    case "F8": {
      e.preventDefault();
      const from = cell(tr.previousElementSibling, input.name);
      if (from) { input.value = from.value; input.dataset.pk = from.dataset.pk ?? ""; input.dataset.dirty = "1"; commit(tr); }
      break;
    }
    case "Delete": if (e.ctrlKey) { e.preventDefault(); remove(tr); } break;
  }
});
function remove(tr) {
  const keep = { item: cell(tr, "item").value, pk: cell(tr, "item").dataset.pk, qty: cell(tr, "qty").value };
  commit(tr, { delete: 1 });
  toast(say("line_removed", { n: no(tr) }), () => { cell(tr, "item").value = keep.item; cell(tr, "item").dataset.pk = keep.pk; cell(tr, "qty").value = keep.qty; commit(tr); focus(tr, "qty"); });
}

// Paste from a spreadsheet ------------------------------------------------------------
grid.addEventListener("paste", async (e) => {
  const text = e.clipboardData.getData("text/plain");
  if (e.target.name !== "item" || !/[\t\n]/.test(text.trim())) return;
  e.preventDefault();
  const rows = text.trim().split(/\r?\n/).map((l) => l.split("\t").map((c) => c.trim())).filter((c) => c[0]);
  const r = await post(grid.dataset.paste, { rows: JSON.stringify(rows), at: no(row(e.target)) });
  delete e.target.dataset.dirty;
  patch(await r.text());
  const bad = body.querySelectorAll("tr.bad").length;
  toast(bad ? say("pasted_some", { n: rows.length, bad }) : say("pasted", { n: rows.length }));
  focus(bad ? body.querySelector("tr.bad") : after(body.lastElementChild), "item");
});

const here = say("line_grid");
describe("enter", say("next_cell"), here);
describe("shift+enter", say("previous_line"), here);
describe("f8", say("copy_above"), here);
describe("ctrl+del", say("remove_line"), here);
describe("alt+down", say("open_list"), here);
