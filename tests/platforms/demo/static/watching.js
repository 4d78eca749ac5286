// The watching page, live: whatever changes is read anew from the server and put in its place; what is being written stays.
let reading = false;
let again = false;

const screens = [...document.querySelectorAll(".screen")];
const following = new Set(screens); // those whose reader is at the end: what grows there does not count as leaving it
const atEnd = (one) => one.scrollHeight - one.scrollTop - one.clientHeight < 80;
const toEnd = (one) => { one.scrollTop = one.scrollHeight; };

function place(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const open = [...document.querySelectorAll("details[open]")].map((one) => one.id);
  for (const id of open) fresh.getElementById(id)?.setAttribute("open", "");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === part.innerHTML) continue;
    const inside = part.contains(document.activeElement) ? document.activeElement : null;
    const place = inside?.closest("details")?.id;
    part.replaceChildren(...next.childNodes);
    if (place) document.getElementById(place)?.querySelector("summary")?.focus({ preventScroll: true });
    else if (inside) part.closest(".phone")?.querySelector("input[name=text]")?.focus({ preventScroll: true });
  }
  following.forEach(toEnd);
}

async function read() {
  if (reading) { again = true; return; }
  reading = true;
  try {
    const answer = await fetch("/", { headers: { accept: "text/html" } });
    if (answer.ok) place(await answer.text());
  } catch {
    /* the stream tells when we are back */
  } finally {
    reading = false;
    if (again) { again = false; setTimeout(read, 100); }
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const screen = form.closest(".phone")?.querySelector(".screen");
  if (screen) following.add(screen);
  const field = form.matches("[data-clears]") ? form.elements.text : null;
  if (field) field.value = "";
  event.submitter?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (answer.ok) place(await answer.text());
    else if (field && !field.value) field.value = body.get("text");
  } catch {
    if (field && !field.value) field.value = body.get("text");
  } finally {
    event.submitter?.removeAttribute("aria-busy");
  }
});

for (const one of screens) one.addEventListener("scroll", () => { if (atEnd(one)) following.add(one); else following.delete(one); });

// A list that somebody opens is brought into view; one that was open before and is only put in place anew is not.
document.addEventListener("click", (event) => {
  const list = event.target.closest(".screen summary")?.parentElement;
  if (list) setTimeout(() => { if (list.open) list.scrollIntoView({ block: "nearest" }); });
});

const stream = new EventSource("/events");
stream.onopen = read;
stream.addEventListener("changed", read);
screens.forEach(toEnd);
