// Forms that ask a platform something are sent once: it may take seconds, and a second tap must not ask again.
const sent = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

// Whoever comes back by the browser's own way may send it again.
addEventListener("pageshow", () => {
  sent.clear();
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
