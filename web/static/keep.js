// What this browser remembers of one chat; in memory only where storage is refused.
export function keeper(prefix) {
  const memory = new Map();
  return {
    get(key) {
      try { return localStorage.getItem(prefix + key) ?? memory.get(key) ?? ""; } catch { return memory.get(key) ?? ""; }
    },
    set(key, value) {
      memory.set(key, value);
      try { value ? localStorage.setItem(prefix + key, value) : localStorage.removeItem(prefix + key); } catch { /* memory has it */ }
    },
    onOther(key, then) {
      addEventListener("storage", (event) => { if (event.key === prefix + key) then(event.newValue ?? ""); });
    },
  };
}
