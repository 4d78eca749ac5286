// The field to write in: grows, sends on Enter, and never loses a draft.
export function composer(form, keep, send) {
  const field = form.querySelector("textarea");
  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight + 2}px`;
  };
  field.value = field.value || keep.get("draft");
  grow();
  field.addEventListener("input", () => { keep.set("draft", field.value); grow(); });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return field.focus();
    field.value = "";
    keep.set("draft", "");
    grow();
    send(text);
    field.focus();
  });
}
