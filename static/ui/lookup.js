// Fields that find a record while one types: <input data-lookup="item" aria-controls="item-list" hx-get="…">.
// Enter takes the marked hit and goes to the next field; with the list closed it asks the form, as it always does.
import "./app.js";
import { Combo } from "./combo.js";

const combos = new WeakMap();
const lookup = (e) => e.target.closest?.("[data-lookup]");

function take(input, option) {
  const { form } = input;
  input.value = option.dataset.code;
  if (input.dataset.lookup === "customer") form.elements.customer_pk.value = option.dataset.pk;
  const fields = [...form.querySelectorAll("input:not([type=hidden])")];
  const next = fields[fields.indexOf(input) + 1];
  next?.focus();
  next?.select();
  if (fields.filter((field) => field.dataset.lookup).every((field) => field.value.trim())) form.requestSubmit();
}

htmx.onLoad((root) => {
  for (const input of root.querySelectorAll("[data-lookup]")) {
    const list = document.getElementById(input.getAttribute("aria-controls"));
    combos.set(input, new Combo(input, list, { pick: (option) => take(input, option) }));
  }
});
document.addEventListener("htmx:configRequest", (e) => {
  const input = lookup(e);
  if (!input) return;
  const customer = input.form.elements.customer_pk.value;
  e.detail.parameters = { q: input.value, ...(customer ? { customer } : {}) };
});
document.addEventListener("htmx:afterSwap", (e) => {
  const combo = combos.get(document.activeElement);
  if (combo?.list === e.detail.target) combo.show();
});
document.addEventListener("input", (e) => {
  const input = lookup(e);
  if (input?.dataset.lookup === "customer") input.form.elements.customer_pk.value = "";
});
if (!document.querySelector("[data-lookup][value]:not([value=''])")) document.querySelector("[data-lookup]")?.focus();
