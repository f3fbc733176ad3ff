// Requests: the CSRF token on each, what the answers' codes mean, and what happens without a connection.
import { csrf } from "./http.js";
import { announce, toast } from "./toast.js";
import { say } from "./words.js";

const offline = () => document.querySelector("#offline");
const waiting = new Map();  // element -> the event that asks again once the connection is back

document.addEventListener("htmx:configRequest", (e) => { e.detail.headers["X-CSRFToken"] = csrf(); });

export function showStale(html) {
  const dialog = document.querySelector("#stale");
  dialog.innerHTML = html;
  htmx.process(dialog);
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("htmx:responseError", (e) => {
  const { xhr } = e.detail;
  if (xhr.status === 409 && xhr.getResponseHeader("X-Stale")) { showStale(xhr.responseText); return; }
  if (xhr.getResponseHeader("HX-Trigger")?.includes("toast")) return;  // the server has said it in its own words
  if (xhr.getResponseHeader("Content-Type")?.startsWith("text/plain")) { toast(xhr.responseText); return; }
  toast(say({ 403: "forbidden", 404: "gone", 409: "busy", 429: "too_many" }[xhr.status] ?? "failed"));
});

document.addEventListener("htmx:sendError", (e) => {
  const { elt, requestConfig } = e.detail;
  if (elt.closest("[data-retry]")) waiting.set(elt, requestConfig.triggeringEvent?.type ?? "submit");
  offline().hidden = false;
  toast(say("offline"));
});
addEventListener("offline", () => { offline().hidden = false; });
addEventListener("online", () => {
  offline().hidden = true;
  announce(say("online"));
  for (const [elt, type] of waiting) if (elt.isConnected) htmx.trigger(elt, type);
  waiting.clear();
});

// A region that takes longer than a moment says so; one that renews itself was not asked and stays as it is.
const slow = new WeakMap();
document.addEventListener("htmx:beforeRequest", (e) => {
  const { elt, target } = e.detail;
  if (elt === target) return;
  slow.set(e.detail.xhr, setTimeout(() => target.setAttribute("aria-busy", "true"), 150));
});
document.addEventListener("htmx:afterRequest", (e) => {
  clearTimeout(slow.get(e.detail.xhr));
  e.detail.target?.removeAttribute("aria-busy");
});
