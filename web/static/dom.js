// Building elements; text is only ever set as text.
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const sprite = new URL("icons.svg", import.meta.url).pathname;

export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  made.append(document.createElementNS(SVG, "use"));
  made.firstChild.setAttribute("href", `${sprite}#${name}`);
  return made;
}

const ADDRESS = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

// A text with its web addresses as links.
export function linked(text) {
  const made = el("span", { dir: "auto" });
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    made.append(text.slice(end, found.index), el("a", { href: found[0], rel: "noopener nofollow", target: "_blank" }, found[0]));
    end = found.index + found[0].length;
  }
  made.append(text.slice(end));
  return made;
}
