// Saves of a document that is being written: one after the other, each on the version that the one before has made.
import { post, say, showStale, toast } from "./app.js";

export class Saves {
  // `version`: the field that holds it; `status`: where it is said whether all is saved; `patch(html, line)` shows an answer.
  constructor({ version, status, page, patch }) {
    Object.assign(this, { version, status, page, patch });
    this.queue = Promise.resolve();
    this.turns = Promise.resolve();
    this.busy = 0;          // saves that are not answered yet
    this.failures = 0;      // saves that were not taken
    this.sent = new Map();  // line -> how many saves of it are not answered yet
    this.lost = new Map();  // what was typed and not taken
  }

  // `key` names what somebody typed: it is kept until it is taken, and goes first with the next change. `line`: whose it is.
  save(address, data, after = () => {}, { key = "", line = "" } = {}) {
    this.again(key);
    return this.send(address, data, after, key, line);
  }

  send(address, data, after, key, line) {
    this.status.textContent = say("saving");
    this.busy += 1;
    this.count(line, 1);
    const fail = () => {
      this.failures += 1;
      if (key) this.lost.set(key, () => this.send(address, data, after, key, line));
      this.status.textContent = say("not_saved");
    };
    this.queue = this.queue.then(async () => {
      const r = await post(address, { ...data, version: this.version.value });
      if (r.status === 409 && r.headers.get("X-Stale")) { fail(); showStale(await r.text()); return; }
      if (!r.ok) { fail(); await this.refused(r, line); return; }
      this.lost.delete(key);
      this.patch(await r.text(), line);
      if (location.pathname !== this.page) history.replaceState(null, "", this.page);
      this.status.textContent = say("saved", { time: new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) });
      after();
    }).catch(() => { fail(); toast(say("not_saved_long")); })
      .finally(() => { this.busy -= 1; this.count(line, -1); });
    return this.queue;
  }

  async refused(r, line) {
    const told = JSON.parse(r.headers.get("HX-Trigger") ?? "{}").toast?.text;
    if (r.status === 422 && !told) this.patch(await r.text(), line);
    else toast(told ?? say("not_saved_long"));
  }

  count(line, more) { this.sent.set(line, (this.sent.get(line) ?? 0) + more); }

  // Whether the line was saved again since the save of `own` that is answered now: then its cells are newer.
  outrun(line, own) { return (this.sent.get(line) ?? 0) > (line === own ? 1 : 0); }

  // Whether what was typed under the key or on the line is not taken yet, or was not.
  owes(key, line) { return this.lost.has(key) || (this.sent.get(line) ?? 0) > 0; }

  // What was not taken is sent again, but for what is said anew.
  again(but = "") {
    for (const [key, send] of [...this.lost]) if (key !== but) send();
  }

  // What acts on the document waits for what was typed before it, so that it acts on it as that left it.
  settled(act) { this.turns = this.turns.then(() => this.queue).then(act); }

  // What leaves the page goes on once all that was typed is taken, and not at all when it is not.
  whenTaken(go) {
    const before = this.failures;
    this.turns.then(() => this.queue).then(() => { if (this.failures === before) setTimeout(go); });
  }
}
