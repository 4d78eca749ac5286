// What was written and has not arrived yet: kept over reloads, sent in order, each under one id so that it counts once.
const PATIENCE = [1, 2, 4, 8, 15];

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outgoing {
  constructor(path, keep, { conversation, arrived, refused, reset }) {
    Object.assign(this, { path, keep, conversation, arrived, refused, reset, failures: 0, busy: false, timer: 0 });
    this.waiting = this.stored();
    this.mine = new Set(this.waiting.map((one) => one.id));
    addEventListener("online", () => this.flush());
  }

  add(item) {
    this.waiting.push(item);
    this.mine.add(item.id);
    this.store();
    this.flush();
  }

  again(id) {
    for (const item of this.waiting) if (item.id === id) delete item.refused;
    this.flush();
  }

  async flush() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let item; (item = this.waiting.find((one) => !one.refused)); ) if (!(await this.send(item))) break;
    } finally {
      this.busy = false;
    }
  }

  async send(item) {
    const { id, text, choice } = item;
    const body = JSON.stringify({ conversation: this.conversation() || null, id, ...(choice ? { choice } : { text }) });
    let answer;
    try {
      answer = await fetch(this.path, { method: "POST", body, headers: { "content-type": "application/json" }, keepalive: body.length < 60000, signal: AbortSignal.timeout?.(20000) });
    } catch {
      return this.later();
    }
    if (answer.ok) {
      const { conversation } = await answer.json();
      this.failures = 0;
      this.drop(id);
      this.arrived(item, conversation);
      return true;
    }
    if (answer.status === 429 || answer.status >= 500) return this.later(Number(answer.headers.get("retry-after")));
    if (answer.status === 404 && this.conversation()) {
      this.reset();
      return true;
    }
    item.refused = true;
    this.store();
    this.refused(item);
    return true;
  }

  later(seconds) {
    const wait = seconds || PATIENCE[Math.min(this.failures++, PATIENCE.length - 1)];
    this.timer = setTimeout(() => this.flush(), wait * 1000);
    return false;
  }

  drop(id) {
    this.waiting = this.waiting.filter((one) => one.id !== id);
    this.store();
  }

  stored() {
    try { return JSON.parse(this.keep.get("waiting") || "[]"); } catch { return []; }
  }

  // What another tab has written meanwhile stays.
  store() {
    const all = [...this.stored().filter((one) => !this.mine.has(one.id)), ...this.waiting];
    this.keep.set("waiting", all.length ? JSON.stringify(all) : "");
  }
}
