// Fields that find a record while one types: <input data-lookup="item" aria-controls="item-list" hx-get="…">.
// Enter takes the marked hit and goes to the next field; with the list closed it asks the form, as it always does.
// Pressed before the list for the present text has come, it waits for it: an older list is never taken from.
import { announce, say } from "./app.js";
import { close, place } from "./combo.js";

let waiting = null;

const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const options = (list) => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
const marked = (list) => list.querySelector("[aria-selected=true]");
const lookup = (e) => e.target.closest?.("[data-lookup]");
const fresh = (input) => listOf(input).dataset.q === input.value.trim();

function mark(input, option) {
  marked(listOf(input))?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
}

function take(input, option) {
  const { form } = input;
  input.value = option.dataset.code;
  if (input.dataset.lookup === "customer") form.elements.customer_pk.value = option.dataset.pk;
  delete input.dataset.typed;
  close(listOf(input), input);
  const fields = [...form.querySelectorAll("input:not([type=hidden])")];
  const next = fields[fields.indexOf(input) + 1];
  next?.focus();
  next?.select();
  if (fields.filter((field) => field.dataset.lookup).every((field) => field.value.trim())) form.requestSubmit();
}

function choose(input) {
  waiting = null;
  if (!fresh(input)) { waiting = input; return; }
  const [first] = options(listOf(input));
  if (first) take(input, marked(listOf(input)) ?? first);
}

document.addEventListener("htmx:configRequest", (e) => {
  const input = lookup(e);
  if (!input) return;
  const customer = input.form.elements.customer_pk.value;
  e.detail.parameters = { q: input.value, ...(customer ? { customer } : {}) };
});
document.addEventListener("htmx:afterSwap", (e) => {
  const list = e.target.closest?.(".combo");
  const input = document.activeElement;
  if (!list || input.getAttribute("aria-controls") !== list.id) return;
  list.dataset.q = (new URL(e.detail.xhr.responseURL).searchParams.get("q") ?? "").trim();
  if (!input.value.trim() || !input.dataset.typed) { close(list, input); return; }
  place(list, input);
  mark(input, options(list)[0]);
  announce(say("found", { n: options(list).length }));
  if (waiting === input && fresh(input)) choose(input);
});
document.addEventListener("input", (e) => {
  const input = lookup(e);
  if (!input) return;
  input.dataset.typed = "1";
  if (input.dataset.lookup === "customer") input.form.elements.customer_pk.value = "";
});
document.addEventListener("keydown", (e) => {
  const input = lookup(e);
  if (!input || e.ctrlKey || e.isComposing) return;
  const list = listOf(input);
  const open = list.matches(":popover-open");
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (step && open) {
    const all = options(list);
    e.preventDefault();
    if (all.length) mark(input, all[(all.indexOf(marked(list)) + step + all.length) % all.length]);
  } else if (e.key === "Escape" && open) {
    e.preventDefault();
    close(list, input);
  } else if (e.key === "Enter" && input.dataset.typed) {
    e.preventDefault();
    choose(input);
  }
});
document.addEventListener("focusout", (e) => {
  const input = lookup(e);
  if (!input) return;
  if (waiting === input) waiting = null;
  setTimeout(() => { if (document.activeElement !== input) close(listOf(input), input); }, 0);
});
for (const list of document.querySelectorAll(".combo")) {
  list.addEventListener("mousedown", (e) => {
    const option = e.target.closest("[role=option]:not([aria-disabled])");
    const input = document.querySelector(`[aria-controls="${list.id}"]`);
    if (option) { e.preventDefault(); take(input, option); }
  });
}
if (!document.querySelector("[data-lookup][value]:not([value=''])")) document.querySelector("[data-lookup]")?.focus();
