// The chat page.
import { composer } from "./composer.js";
import { keeper } from "./keep.js";
import { Lines } from "./lines.js";
import { Outgoing, newId } from "./outgoing.js";
import { Stream } from "./stream.js";

const part = (id) => document.getElementById(id);
const root = part("chat");
const { account, name, locale } = root.dataset;
const words = JSON.parse(root.dataset.words);
const path = `/webchat/${encodeURIComponent(account)}`;
const keep = keeper(`chat:${account}:`);
const scroll = part("scroll");
let owner = "bot";
let conversation = keep.get("conversation") || root.dataset.conversation;

const lines = new Lines(part("lines"), {
  name, words, locale,
  tapped(token, label, byKeyboard) {
    say({ choice: token, label });
    if (byKeyboard) part("text").focus();
  },
  again: (id) => outgoing.again(id),
});

const stream = new Stream(`${path}/events`, {
  message(message) {
    const stay = atEnd() || message.author === "customer";
    show();
    if (!lines.add(message)) return;
    writing(message.author === "customer" && owner === "bot");
    follow(stay);
  },
  owner(now) {
    owner = now.owner;
    const key = { bot: "chat-assistant", human: "chat-person" }[owner] ?? "chat-queue";
    part("owner").textContent = now.name || owner !== "human" ? words[key].replace("%name%", now.name) : words["chat-queue"];
    part("footnote").hidden = owner !== "bot";
    if (owner !== "bot") writing(false);
    part("log").setAttribute("aria-live", "polite");
  },
  typing: () => { writing(true); follow(atEnd()); },
  state(now) {
    part("state").textContent = now === "live" ? "" : words[`chat-${now}`];
    part("state").hidden = now === "live";
    root.dataset.state = now;
  },
  gone: forget,
});

const outgoing = new Outgoing(`${path}/messages`, keep, {
  conversation: () => conversation,
  arrived(item, now) {
    lines.arrive(item);
    remember(now);
    writing(owner === "bot");
    follow(atEnd());
  },
  refused: (item) => { lines.refuse(item); writing(false); },
  reset: forget,
});

function say(item) {
  const made = { id: newId(), ...item };
  show();
  lines.wait(made);
  follow(true);
  outgoing.add(made);
}

function remember(now) {
  conversation = now;
  keep.set("conversation", now);
  for (const link of document.querySelectorAll(".elsewhere")) {
    link.href = `${link.pathname}?conversation=${encodeURIComponent(now)}`;
    link.hidden = false;
  }
  stream.open(now);
}

// The server does not know this conversation any more: begin a new one.
function forget() {
  conversation = "";
  keep.set("conversation", "");
  stream.conversation = "";
  stream.source?.close();
}

function show() {
  part("welcome").hidden = true;
  part("lines").hidden = false;
}

let still;
function writing(is) {
  clearTimeout(still);
  part("writing").hidden = !is;
  if (is) still = setTimeout(() => { part("writing").hidden = true; }, 20000);
}

function atEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function follow(stay) {
  if (stay) scroll.scrollTop = scroll.scrollHeight;
  part("newer").hidden = stay || atEnd();
}

part("newer").addEventListener("click", () => follow(true));
scroll.addEventListener("scroll", () => { if (atEnd()) part("newer").hidden = true; }, { passive: true });
part("welcome").querySelectorAll("button").forEach((button) =>
  button.addEventListener("click", (event) => { event.preventDefault(); say({ text: button.value }); part("text").focus(); }));
keep.onOther("conversation", (now) => { if (now && now !== conversation) { conversation = now; stream.open(now); } });
composer(part("composer"), keep, (text) => say({ text }));

// iOS lays its keyboard over the page; the visible part is what counts.
visualViewport?.addEventListener("resize", () => {
  const covered = innerHeight - visualViewport.height > 120;
  root.style.blockSize = covered ? `${visualViewport.height}px` : "";
  if (covered) follow(true);
});

part("log").setAttribute("aria-live", "off");
lines.clear();
if (conversation) {
  show();
  remember(conversation);
} else part("log").setAttribute("aria-live", "polite");
for (const item of outgoing.waiting) { show(); lines.wait(item); }
outgoing.flush();
