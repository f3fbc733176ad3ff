// Short notices: spoken politely, shown for a moment, with undo where there is one.
import { post } from "./http.js";
import { say } from "./words.js";

const box = () => document.querySelector("#toasts");

export function announce(text) { document.querySelector("#announce").textContent = text; }

function fade(element, after) {
  const leave = () => { if (element.matches(":hover, :focus-within")) setTimeout(leave, 3000); else element.remove(); };
  setTimeout(leave, after);
}

export function toast(text, undo) {
  const element = document.createElement("div");
  element.className = "toast";
  element.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say("undo");
    button.addEventListener("click", () => { element.remove(); undo(); });
    element.append(button);
  }
  box().replaceChildren(element);
  fade(element, undo ? 10000 : 5000);
}

// HX-Trigger: {"toast": {"text": "3 invoices approved", "undo": {"url": "…", "fields": {"undo": "approve", "id": [1, 2, 3]}}}}
document.body.addEventListener("toast", (e) => {
  const { text, undo } = e.detail;
  toast(text, undo && (async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(undo.fields)) {
      for (const one of Array.isArray(value) ? value : [value]) form.append(name, one);
    }
    const answer = await post(undo.url, form);
    htmx.trigger(document.body, "queue:changed");
    toast(answer.ok ? say("undone") : say("failed"));
  }));
});

document.querySelectorAll("[data-fades]").forEach((element) => fade(element, 6000));
