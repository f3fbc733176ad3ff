// The sentences that scripts say, translated by the server (shell.py WORDS).
const words = JSON.parse(document.querySelector("#words")?.textContent ?? "{}");

export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
