// The list of messages: lines, days, choices and cards, and what is still on its way.
import { bookingCard } from "./card.js";
import { el, icon, linked } from "./dom.js";

const MINUTE = 60000;

export function initials(name) {
  const words = name.split(/[\W_]+/u).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => (word ? word[0] : "")).join("").toUpperCase();
}

export class Lines {
  constructor(list, { name, words, locale, tapped, again }) {
    Object.assign(this, { list, name, words, locale, tapped, again, seen: new Set(), pending: new Map(), previous: null });
    list.addEventListener("click", (event) => event.target.closest(".line")?.classList.toggle("told"));
  }

  clear() {
    this.list.replaceChildren();
    this.seen.clear();
    this.pending.clear();
    this.previous = null;
    this.choices = null;
  }

  // Show a line of the transcript; false if it is there already.
  add(message) {
    if (this.seen.has(message.id)) return false;
    this.seen.add(message.id);
    const waiting = message.key && this.pending.get(message.key);
    if (waiting) {
      this.pending.delete(message.key);
      waiting.remove();
    }
    this.choices?.remove();
    this.place(message);
    return true;
  }

  place(message) {
    const at = new Date(message.at);
    const before = this.previous;
    const newDay = !before || before.at.toDateString() !== at.toDateString();
    const together = !newDay && before.author === message.author && before.name === message.name && at - before.at < MINUTE && !before.card;
    if (newDay) this.insert(el("li", { class: "day" }, this.day(at)));
    if (together) before.line.classList.remove("last");
    else if (message.author === "staff" && message.name) this.insert(el("li", { class: "by" }, message.name));
    const line = this.line(message, at, !together);
    this.insert(line);
    this.previous = { author: message.author, name: message.name, at, line, card: message.card };
    const card = bookingCard(message.card, this.words, this.locale);
    if (card) {
      this.supersede(message.card.id);
      this.insert(el("li", { class: "below" }, card));
    }
    if (message.choices?.length && message.author === "bot") this.offer(message.choices);
  }

  // An older card of the same booking is history.
  supersede(id) {
    for (const old of this.list.querySelectorAll(`[data-booking="${CSS.escape(id ?? "")}"]`)) {
      old.classList.add("over");
      old.querySelector(".booking-links")?.remove();
      old.querySelector(".badge")?.remove();
    }
  }

  line(message, at, first) {
    const { author } = message;
    const line = el("li", { class: `line ${author} last${first ? " first" : ""}` });
    if (author === "bot" || author === "staff") line.append(el("span", { class: "avatar small", "aria-hidden": "true" }, initials(message.name || this.name)));
    line.append(el("div", { class: "bubble" }, el("span", { class: "spoken" }, `${this.words[`says-${author}`]} `), linked(message.text)));
    if (author === "customer") line.append(this.tick("checks", "chat-sent"));
    line.append(el("time", { datetime: message.at }, new Intl.DateTimeFormat(this.locale, { timeStyle: "short" }).format(at)));
    return line;
  }

  tick(sign, key) {
    return el("span", { class: "tick", role: "img", "aria-label": this.words[key], title: this.words[key] }, icon(sign));
  }

  offer(choices) {
    const chips = el("div", { class: choices.length > 2 ? "chips numbered" : "chips" });
    for (const { token, label } of choices) {
      const chip = el("button", { class: "chip", type: "button", dir: "auto" }, label);
      chip.addEventListener("click", (event) => this.tapped(token, label, event.detail === 0));
      chips.append(chip);
    }
    this.choices = el("li", { class: "below" }, chips);
    this.insert(this.choices);
  }

  // Show something that is on its way.
  wait(item) {
    this.choices?.remove();
    const line = this.line({ author: "customer", text: item.label ?? item.text, at: new Date().toISOString() }, new Date(), true);
    line.querySelector(".tick").replaceWith(this.tick("clock", "chat-sending"));
    this.pending.set(item.id, line);
    this.list.append(line);
    if (item.refused) this.refuse(item);
  }

  arrive(item) {
    this.pending.get(item.id)?.querySelector(".tick")?.replaceWith(this.tick("check", "chat-sent"));
  }

  refuse(item) {
    const line = this.pending.get(item.id);
    if (!line) return;
    line.classList.add("failed");
    const retry = el("button", { class: "chip", type: "button" }, `${this.words["chat-not-sent"]} ${this.words["chat-again"]}`);
    retry.addEventListener("click", () => {
      line.classList.remove("failed");
      retry.replaceWith(this.tick("clock", "chat-sending"));
      this.again(item.id);
    });
    line.querySelector(".tick").replaceWith(retry);
  }

  insert(item) {
    const first = this.pending.values().next().value;
    first ? first.before(item) : this.list.append(item);
  }

  day(at) {
    const today = new Date();
    if (at.toDateString() === today.toDateString()) return this.words["chat-today"];
    today.setDate(today.getDate() - 1);
    if (at.toDateString() === today.toDateString()) return this.words["chat-yesterday"];
    return new Intl.DateTimeFormat(this.locale, { weekday: "long", day: "numeric", month: "long" }).format(at);
  }
}
