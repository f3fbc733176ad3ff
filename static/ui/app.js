// Shell behaviour: palette, keys, theme, drawer, dialogs, focus. No dependency but htmx.
import { Combo } from "./combo.js";
import { bind, bindLinks, describe, writeHelp } from "./keys.js";
import { post } from "./http.js";
import "./net.js";
import { toast } from "./toast.js";
import { say } from "./words.js";

export { announce, toast } from "./toast.js";
export { post } from "./http.js";
export { showStale } from "./net.js";
export { bind, describe } from "./keys.js";
export { say } from "./words.js";

const $ = (selector, root = document) => root.querySelector(selector);

// Palette ---------------------------------------------------------------------
const palette = $("#palette");
const field = $("#palette-q");
const hits = $("#palette-list");
const combo = new Combo(field, hits, {
  pick(option, event) {
    const { href } = option.dataset;
    palette.close();
    if (event?.ctrlKey || event?.metaKey) window.open(href);
    else location.assign(href);
  },
});
function openPalette() {
  if (palette.open) return;
  palette.showModal();
  field.select();
  htmx.trigger(field, "jump:open");
}
hits.addEventListener("htmx:afterSwap", () => combo.refresh());

// Actions: <button data-action="theme"> ---------------------------------------------
const actions = {
  jump: openPalette,
  keys() { writeHelp($("#keys-list")); $("#keys").showModal(); },
  theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : root.dataset.theme === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    post(document.body.dataset.preference, { name: "theme", value: root.dataset.theme });
  },
  print: () => print(),
  close: (button) => button.closest("dialog")?.close(),
};
document.addEventListener("click", (e) => {
  const button = e.target.closest("[data-action]");
  actions[button?.dataset.action]?.(button);
});

bind("ctrl+k", say("jump"), say("everywhere"), openPalette);
bind("?", say("keys"), say("everywhere"), actions.keys);
bind("/", say("filter"), say("everywhere"), () => { const q = $("#q"); q?.focus(); q?.select(); }, { when: () => Boolean($("#q")) });
describe("esc", say("close"), say("everywhere"));
// In the form whose button it is, the key presses it; from anywhere else it only goes there.
bind("ctrl+enter", say("primary"), say("everywhere"), () => {
  const button = $("main .btn.primary");
  if (button?.form && document.activeElement?.form === button.form) button.form.requestSubmit(button);
  else button?.focus();
}, { when: () => Boolean($("main .btn.primary")) });
bindLinks();

// Drawer: <a href="…full page…" hx-get="…" hx-target="#drawer"> opens once its content is in. ---------
let opener = null;
document.addEventListener("htmx:beforeRequest", (e) => { if (e.detail.target?.id === "drawer") opener = e.detail.elt; });
document.addEventListener("htmx:afterSwap", (e) => {
  const box = e.detail.target;
  if (box?.matches?.("dialog.drawer") && !box.open) box.showModal();
});
$("#drawer")?.addEventListener("close", () => {
  (opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id))?.focus();
});
document.addEventListener("click", (e) => { if (e.target.matches?.("dialog.drawer, dialog.palette")) e.target.close(); });
document.body.addEventListener("drawer:close", () => $("#drawer")?.close());

// What leaves the house names its effect first: <form data-confirm="…" data-confirm-title="…" data-confirm-yes="…">
document.addEventListener("htmx:confirm", (e) => {
  const source = e.detail.triggeringEvent?.submitter ?? e.detail.elt;
  const asks = source.closest("[data-confirm]");
  if (!asks) return;
  e.preventDefault();
  askFirst(asks, () => e.detail.issueRequest(true));
});
function askFirst(element, go) {
  const dialog = $("#confirm");
  $("#confirm-h").textContent = element.dataset.confirmTitle || element.textContent.trim();
  $("#confirm-text").textContent = element.dataset.confirm.replace("{n}", $("#bulk-n")?.textContent ?? "");
  $("#confirm-yes").textContent = element.dataset.confirmYes || element.textContent.trim();
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") go(); }, { once: true });
  dialog.showModal();
}

// Focus: after a swap it stays, else goes to what asks for it, else to the new heading. ------------------
let focused = null;
document.addEventListener("htmx:beforeSwap", (e) => {
  const now = document.activeElement;
  focused = e.detail.target?.contains?.(now) ? { id: now.id, name: now.name } : null;
});
document.addEventListener("htmx:afterSettle", (e) => {
  const root = e.detail.target?.isConnected ? e.detail.target : document;
  const asked = $("[data-focus]", root);
  if (asked) { asked.focus(); return; }
  if (!focused || document.activeElement !== document.body) return;
  const same = (focused.id && document.getElementById(focused.id)) || (focused.name && $(`[name="${CSS.escape(focused.name)}"]`, root));
  const next = same || $("[aria-invalid=true]", root) || $("h1, h2", root);
  if (next && !next.matches("a, button, input, select, textarea")) next.tabIndex = -1;
  next?.focus({ preventScroll: true });
});
// Not before its field listens: what is typed into one that has the focus and no ear yet would be lost.
const first = $("[data-focus]");
document.body.addEventListener("htmx:load", () => first?.focus(), { once: true });

// One submit is one command: a second click while the first is under way does nothing.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.method === "dialog" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { e.preventDefault(); return; }
  if (form.dataset.confirm && !form.dataset.confirmed) {
    e.preventDefault();
    askFirst(form, () => { form.dataset.confirmed = "1"; form.requestSubmit(e.submitter); });
    return;
  }
  if (form.method === "post") form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

document.body.addEventListener("job:finished", (e) => { if (e.detail?.text) toast(e.detail.text); });
