// Keyboard-first line grid. The server prices and renders every line; this file only
// moves focus, shows the item list and patches computed cells without touching the
// cell that has focus.
import { announce, bind, describe, say, toast } from "./app.js";
import { Combo, close, fresh, place } from "./combo.js";
import { patcher } from "./patch.js";
import { Saves } from "./saves.js";

const grid = document.querySelector("#grid");
const body = grid.tBodies[0];
const list = document.querySelector("#item-list");
const head = document.querySelector("#head");
const order = document.querySelector("#order");
const version = document.querySelector("#version");
const url = grid.dataset.url;
let active = null;      // the row whose list is open
let waiting = null;     // the row whose Enter came before the list for its present text
let held = [];          // keys that a fast hand typed meanwhile
const patch = patcher(body, (line, own) => saves.outrun(line, own));
const saves = new Saves({ version, status: document.querySelector("#saved"), page: grid.dataset.page, patch });
const save = saves.save.bind(saves);

const row = (el) => el.closest("tr");
const primary = () => document.querySelector("#submit");
const cell = (tr, name) => tr?.querySelector(`[name=${name}]`);
const no = (tr) => tr.dataset.line;

// Item list -----------------------------------------------------------------------
function show(input) {
  active = row(input);
  place(list, input);
}
function hide() {
  if (list.matches(":popover-open")) close(list, cell(active, "item"));
}
const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
const chosen = () => list.querySelector("[aria-selected=true]");
function mark(option) {
  chosen()?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  const input = cell(active, "item");
  if (option) input?.setAttribute("aria-activedescendant", option.id);
}
list.addEventListener("htmx:afterSwap", () => {
  const input = document.activeElement;
  if (input?.name !== "item" || !input.value.trim()) { hide(); return; }
  show(input);
  mark(options()[0]);
  announce(say("found", { n: options().length }));
  if (waiting === row(input) && fresh(list, input)) choose(input);
});
grid.addEventListener("htmx:afterRequest", (e) => {
  if (!e.detail.successful && e.detail.xhr.status !== 0) { waiting = null; held = []; }
});
function choose(input) {        // Enter or Tab on an item cell that was typed in
  const tr = row(input);
  waiting = null;
  if (!fresh(list, input)) { waiting = tr; return; }
  if (options().length) { take(chosen() ?? options()[0]); retype(); return; }
  held = [];
  hide();
  commit(tr);
  input.select();
}
// What was typed while the list was awaited goes where it was meant to go: the cells that follow.
function retype() {
  const keys = held;
  held = [];
  for (const key of keys) {
    const input = document.activeElement;
    if (waiting) held.push(key);
    else if (key.length > 1) input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    else {
      input.setRangeText(key, input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }
}
list.addEventListener("mousedown", (e) => {
  const option = e.target.closest("[data-pk]");
  if (option) { e.preventDefault(); take(option); }
});
function take(option) {
  const tr = active;
  const input = cell(tr, "item");
  if (option.dataset.catalogue) { sell(tr, option.dataset.catalogue); return; }
  input.value = option.dataset.code;
  input.dataset.pk = option.dataset.pk;
  hide();
  commit(tr);
  focus(tr, "qty");
}
// What only a supplier's catalogue has becomes an item of ours first; what is typed meanwhile waits for it.
function sell(tr, row) {
  const { value: qty } = cell(tr, "qty");
  hide();
  delete cell(tr, "item").dataset.dirty;
  waiting = tr;
  save(`${url}${no(tr)}/catalogue/`, { row, qty }, () => {
    waiting = null;
    inspect(tr);
    focus(tr, "qty");
    retype();
  }).then(() => { if (waiting === tr) { waiting = null; held = []; } });
}
grid.addEventListener("htmx:configRequest", (e) => {
  e.detail.parameters = { q: e.target.value };
});

// Saving ---------------------------------------------------------------------------
// What a line's cells say; who agreed to a substitute only where the line asks for it.
function typed(tr) {
  const item = cell(tr, "item");
  const price = cell(tr, "price");
  const consent = cell(tr, "consent");
  const supply = cell(tr, "supply");
  const site = cell(tr, "site");
  const byHand = price.dataset.dirty || price.classList.contains("manual");
  return {
    item: item.value, pk: item.dataset.pk || "", qty: cell(tr, "qty").value, unit: tr.querySelector("[data-unit]").dataset.unit,
    price: price.value, reason: cell(tr, "reason")?.value ?? "",
    ...(supply ? { supply: supply.value } : {}), ...(site ? { site: site.value } : {}),
    ...(consent ? { consent: consent.value } : {}), ...(byHand ? { manual: 1 } : {}),
  };
}
function commit(tr, extra = {}, after = undefined) {
  const line = no(tr), address = `${url}${line}/`;
  if (!cell(tr, "item").value.trim() && !extra.delete && !tr.matches(".bad")) {
    if (!saves.owes(address, line)) return saves.queue;
    extra = { ...extra, delete: 1 };  // emptied before what it said was taken: it does not come back
  }
  const data = { ...typed(tr), ...extra };
  if (data.manual) cell(tr, "price").classList.add("manual");
  for (const i of tr.querySelectorAll("input")) delete i.dataset.dirty;
  return save(address, data, () => {
    after?.();
    if (tr.contains(document.activeElement)) inspect(tr);
  }, { key: address, line });
}
function settled(tr, act) {
  if ([...tr.querySelectorAll("input")].some((i) => i.dataset.dirty)) commit(tr);
  saves.settled(act);
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
  copy.className = "";
  copy.cells[0].textContent = copy.dataset.line;
  copy.querySelectorAll("td:not(.in)").forEach((td) => { td.replaceChildren(); td.classList.remove("low"); if (td.dataset.unit) td.dataset.unit = ""; });
  copy.querySelectorAll("input").forEach((i) => {
    i.value = "";
    i.dataset.pk = "";
    i.className = "";
    i.removeAttribute("aria-invalid");
    i.removeAttribute("aria-describedby");
    if (i.id) i.id = `item-${copy.dataset.line}`;
    i.setAttribute("aria-label", i.getAttribute("aria-label").replace(/\d+$/, copy.dataset.line));
  });
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
function leave(input) {
  if (document.activeElement === input) return;
  if (active === row(input)) hide();
  if (waiting === row(input)) { waiting = null; held = []; }
}
grid.addEventListener("focusout", (e) => {
  if (e.target.name === "item") setTimeout(() => leave(e.target), 0);
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
  const plain = !e.ctrlKey && !e.metaKey && !e.altKey;
  if (waiting === tr && plain && (e.key.length === 1 || e.key === "Enter" || e.key === "Tab")) { e.preventDefault(); held.push(e.key); return; }
  const open = list.matches(":popover-open") && input.name === "item";
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) return;  // the page's own: submit
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
      if (input.name === "price" && input.dataset.dirty && input.value.trim() && !e.shiftKey) {
        commit(tr, {}, () => focus(tr, "reason"));
        break;
      }
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
    case "F9": e.preventDefault(); instead(tr); break;
    case "F7": e.preventDefault(); supply(tr); break;
    case "Delete": if (e.ctrlKey) { e.preventDefault(); remove(tr); } break;
  }
});
// Where the goods of the line come from: the next way, or the one that was chosen in the details beside it.
const WAYS = ["", "special", "drop", "stock"];
function supply(tr, way = undefined) {
  if (!cell(tr, "item").value.trim()) return;
  const name = document.activeElement?.name;
  settled(tr, () => {
    const next = way ?? WAYS[(WAYS.indexOf(cell(tr, "supply")?.value ?? "") + 1) % WAYS.length];
    return commit(tr, { supply: next }, () => { inspect(tr); focus(tr, name && cell(tr, name) ? name : "qty"); });
  });
}
// Which site the line leaves from: one that was chosen in the details beside it, blank for the order's own.
function leaves(tr, site) {
  settled(tr, () => commit(tr, { site }, () => { inspect(tr); focus(tr, "qty"); }));
}
// A substitute from the details beside the line: F9 takes the first, a click any of them.
const inspector = document.querySelector("#inspector");
function instead(tr, button = inspector.querySelector("[data-take]:not([disabled])")) {
  if (!button || button.dataset.line !== no(tr)) return;
  const item = button.dataset.take;
  settled(tr, () => save(`${url}${no(tr)}/substitute/`, { item }, () => {
    inspect(tr);
    focus(tr, cell(tr, "consent") ? "consent" : "qty");
  }));
}
inspector.addEventListener("click", (e) => {
  const site = e.target.closest("[data-site]");
  if (site) { save(head.dataset.url, { site_id: site.dataset.site }, () => { if (last) { inspect(last); focus(last, "qty"); } }); return; }
  const from = e.target.closest("[data-line-site]");
  if (from) { const tr = [...body.rows].find((each) => no(each) === from.dataset.line); if (tr) leaves(tr, from.dataset.lineSite); return; }
  const way = e.target.closest("[data-supply]");
  if (way) { const tr = [...body.rows].find((each) => no(each) === way.dataset.line); if (tr) supply(tr, way.dataset.supply); return; }
  const button = e.target.closest("[data-take]");
  const tr = button && [...body.rows].find((each) => no(each) === button.dataset.line);
  if (tr) instead(tr, button);
});
// Undo brings the line back with what was asked for, which no cell of it says.
function remove(tr) {
  const asked = Object.fromEntries([...tr.querySelectorAll("[name^=asked_]")].map((i) => [i.name, i.value]));
  const keep = { ...typed(tr), ...asked };
  if (!keep.item && !tr.matches(".bad")) return;
  commit(tr, { delete: 1 });
  toast(say("line_removed", { n: no(tr) }), () => save(`${url}${no(tr)}/`, keep, () => focus(tr, "qty")));
}

// Paste from a spreadsheet ------------------------------------------------------------
grid.addEventListener("paste", (e) => {
  const text = e.clipboardData.getData("text/plain");
  if (e.target.name !== "item" || !/[\t\n]/.test(text.trim())) return;
  e.preventDefault();
  const rows = text.split(/\r?\n/).map((l) => l.split("\t").map((c) => c.trim())).filter((c) => c.some(Boolean));
  const first = no(row(e.target));
  delete e.target.dataset.dirty;
  e.target.value = "";
  save(grid.dataset.paste, { rows: JSON.stringify(rows), at: first }, () => {
    const bad = body.querySelectorAll("tr.bad").length;
    toast(bad ? say("pasted_some", { n: rows.length, bad }) : say("pasted", { n: rows.length }));
    focus(body.querySelector("tr.bad") ?? [...body.rows].find((tr) => !cell(tr, "item").value) ?? after(body.lastElementChild), "item");
  });
});

// Header ----------------------------------------------------------------------------------
const customer = document.querySelector("#customer");
const customers = document.querySelector("#customer-list");
const combo = new Combo(customer, customers, {
  pick(option) {
    customer.value = option.dataset.name;
    customer.dataset.pk = option.dataset.pk;
    saveHead({ customer_id: option.dataset.pk });
    focusField("po");
  },
});
customer.removeAttribute("data-focus");  // it had the focus once; what the shell swaps later must not bring it back
function focusField(id) {
  const field = document.getElementById(id);
  field.focus();
  field.select?.();
}
customer.addEventListener("htmx:configRequest", (e) => { e.detail.parameters = { q: customer.value }; });
customer.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && !e.defaultPrevented && !e.ctrlKey) { e.preventDefault(); if (customer.dataset.pk) focusField("po"); }
});
customer.addEventListener("input", () => { customer.dataset.pk = ""; });
customers.addEventListener("htmx:afterSwap", () => combo.show());

function saveHead(data) {
  save(head.dataset.url, data, undefined, { key: Object.keys(data).join() });
}
const fields = ["po", "ship", "req"];
head.addEventListener("input", (e) => { if (e.target.matches("[data-head]")) e.target.dataset.dirty = "1"; });
head.addEventListener("change", (e) => {
  if (!e.target.matches("[data-head]")) return;
  delete e.target.dataset.dirty;
  saveHead({ [e.target.name]: e.target.value });
});
head.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.ctrlKey || !e.target.matches("[data-head]")) return;
  e.preventDefault();
  const next = fields.slice(fields.indexOf(e.target.id) + 1).find((id) => !document.getElementById(id).disabled);
  if (next) focusField(next);
  else focus([...body.rows].find((tr) => !cell(tr, "item").value) ?? after(body.lastElementChild), "item");
});

// Submit: after the last save has been answered, and only if all that was typed was taken ------
// The same for every other form that takes the draft as it stands: a quote, a blanket order; and for links to pages
// that show it.
for (const form of [order, ...document.querySelectorAll("form[data-draft]")]) {
  form.addEventListener("submit", (e) => {
    document.activeElement?.blur();
    saves.again();
    form.elements.version.value = version.value;
    if (!saves.busy) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const { submitter } = e;
    saves.whenTaken(() => form.requestSubmit(submitter));
  });
}
document.addEventListener("click", (e) => {
  const link = e.target.closest("a[data-draft]");
  if (!link || !saves.busy || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  saves.whenTaken(() => link.click());
});
bind("ctrl+enter", say("primary"), say("everywhere"), () => {
  const dirty = document.activeElement?.closest?.("tr[data-line]");
  if (dirty && document.activeElement.dataset.dirty) commit(dirty);
  order.requestSubmit(primary());
});

const here = say("line_grid");
const keys = {
  enter: "next_cell", "shift+enter": "previous_line", f7: "change_supply", f8: "copy_above", f9: "take_substitute",
  "ctrl+del": "remove_line", "alt+down": "open_list",
};
for (const [key, word] of Object.entries(keys)) describe(key, say(word), here);
