// The desk, live: whatever changes is read anew from the server and put in its place; what is being written stays.
const scroll = document.getElementById("scroll");
const light = document.getElementById("live");
let reading = null;
let again = false;

const atEnd = () => !scroll || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
const toEnd = () => { if (scroll) scroll.scrollTop = scroll.scrollHeight; };

function place(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const stay = atEnd();
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === part.innerHTML) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const top = part.scrollTop;
    part.replaceChildren(...next.childNodes);
    part.scrollTop = top;
    if (focused?.href) part.querySelector(`a[href="${CSS.escape(focused.getAttribute("href"))}"]`)?.focus();
    else if (focused) part.querySelector("button, a")?.focus();
  }
  document.getElementById("desk").className = fresh.getElementById("desk")?.className ?? "desk";
  if (stay) toEnd();
}

async function read() {
  if (reading) { again = true; return; }
  reading = fetch(location.pathname, { headers: { accept: "text/html" } });
  try {
    const answer = await reading;
    if (answer.ok) place(await answer.text());
  } catch {
    /* the stream tells when we are back */
  } finally {
    reading = null;
    if (again) { again = false; setTimeout(read, 150); }
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter;
  const body = new URLSearchParams(new FormData(form));
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button?.getAttribute("formaction") || form.action, { method: "POST", body, headers: { accept: "text/html" } });
    const text = await answer.text();
    const refused = answer.status === 409;
    if (!answer.ok && !refused && answer.status !== 404) return form.submit();
    place(text);
    const field = form.querySelector("textarea");
    const kept = refused || new URL(answer.url).searchParams.has("problem");
    if (field && field.value === body.get("text") && !kept) field.value = "";
    toEnd();
  } catch {
    light.hidden = false;
  } finally {
    button?.removeAttribute("aria-busy");
  }
});

document.getElementById("text")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.target.form.requestSubmit();
});

const stream = new EventSource("/desk/events");
const show = (live) => {
  light.hidden = false;
  light.className = live ? "badge ok" : "badge warn";
  light.textContent = live ? light.dataset.liveWord : light.dataset.lostWord;
};
stream.onopen = () => { show(true); read(); };
stream.onerror = () => show(false);
stream.addEventListener("changed", read);
toEnd();
