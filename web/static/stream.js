// The live events of a conversation; goes on behind the last one it saw after every break.
export class Stream {
  constructor(path, { message, owner, typing, state, gone }) {
    Object.assign(this, { path, message, owner, typing, state, gone, last: "", failures: 0 });
    addEventListener("online", () => this.conversation && this.connect());
    addEventListener("offline", () => this.state("offline"));
  }

  open(conversation) {
    if (conversation === this.conversation) return;
    this.conversation = conversation;
    this.last = "";
    this.connect();
  }

  get address() {
    const from = this.last ? `after=${encodeURIComponent(this.last)}` : "last=60";
    return `${this.path}?conversation=${encodeURIComponent(this.conversation)}&${from}`;
  }

  connect() {
    clearTimeout(this.timer);
    this.source?.close();
    const source = (this.source = new EventSource(this.address));
    source.onopen = () => { this.failures = 0; this.state("live"); };
    source.onerror = () => this.broken(source);
    source.addEventListener("message", (event) => {
      if (source !== this.source) return;
      this.last = event.lastEventId;
      this.message(JSON.parse(event.data));
    });
    source.addEventListener("owner", (event) => this.owner(JSON.parse(event.data)));
    source.addEventListener("typing", () => this.typing());
  }

  async broken(source) {
    if (source !== this.source) return;
    this.state(navigator.onLine ? "reconnecting" : "offline");
    if (source.readyState !== EventSource.CLOSED) return;
    if (await this.isGone()) return this.gone();
    this.timer = setTimeout(() => this.connect(), Math.min(15000, 1000 * 2 ** this.failures++));
  }

  async isGone() {
    const stop = new AbortController();
    try {
      return (await fetch(this.address, { signal: stop.signal })).status === 404;
    } catch {
      return false;
    } finally {
      stop.abort();
    }
  }
}
