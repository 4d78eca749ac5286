// A booking as a card, as `parts/booking.html` draws it.
import { el, icon } from "./dom.js";

const TONES = { confirmed: "ok", pending: "warn", cancelled: "danger", no_show: "danger", seated: "brand", in_service: "brand" };
const MAP = "https://www.openstreetmap.org/search?query=";

// Day and wall time as they are written in the moment itself, whatever zone the reader is in.
function when(start, locale) {
  const wall = new Date(`${start.slice(0, 16)}Z`);
  const words = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(wall);
  return `${words({ weekday: "long", day: "numeric", month: "long" })}, ${words({ timeStyle: "short" })}`;
}

function price(amount, locale) {
  if (!Array.isArray(amount)) return "";
  const [minor, currency] = amount;
  const options = { style: "currency", currency };
  const digits = new Intl.NumberFormat(locale, options).resolvedOptions().maximumFractionDigits;
  const value = minor / 10 ** digits;
  return new Intl.NumberFormat(locale, Number.isInteger(value) ? { ...options, minimumFractionDigits: 0, maximumFractionDigits: 0 } : options).format(value);
}

// The city of its zone, where the reader is in another one.
function elsewhere(zone, words) {
  if (!zone || zone === Intl.DateTimeFormat().resolvedOptions().timeZone) return "";
  return el("span", { class: "quiet small" }, ` ${words["zone-time"].replace("%zone%", zone.split("/").at(-1).replaceAll("_", " "))}`);
}

const ours = (link) => (typeof link === "string" && /^(\/b\/|https?:\/\/)/.test(link) ? link : "");

export function bookingCard(card, words, locale) {
  if (!card?.start) return null;
  const status = card.status || "confirmed";
  const open = status === "confirmed" || status === "pending";
  const where = [card.place, card.address].filter(Boolean);
  const facts = [
    ["staff", card.staff],
    ["place", where[1]?.includes(where[0]) ? where[1] : where.join(", ")],
    ["party", card.party_size],
    ["price", price(card.price, locale)],
    ["name", card.name],
  ].filter(([, value]) => value);
  const manage = ours(card.manage);
  const calendar = ours(card.calendar) || (manage && `${manage}/calendar.ics`);
  const link = (href, sign, key, out) => el("a", { href, ...(out ? { target: "_blank", rel: "noopener" } : {}) }, icon(sign), words[key]);
  const links = el("div", { class: "booking-links" });
  if (calendar && open) links.append(link(calendar, "calendar", "card-calendar"));
  if (manage) links.append(link(manage, "edit", "card-manage", true));
  if (card.address) links.append(link(MAP + encodeURIComponent(card.address), "pin", "card-directions", true));
  return el("article", { "data-booking": card.id, class: open ? "card" : "card over" },
    el("div", { class: "booking-head" }, el("h2", {}, card.party_size ? words["card-table"] : card.service || ""), el("span", { class: `badge ${TONES[status] || ""}` }, words[`status-${status}`] || status)),
    el("p", { class: "booking-when" }, el("time", { datetime: card.start }, when(card.start, locale)), elsewhere(card.zone, words)),
    el("dl", { class: "facts" }, ...facts.flatMap(([key, value]) => [el("dt", {}, words[`fact-${key}`]), el("dd", { dir: "auto" }, String(value))])),
    links.children.length ? links : "");
}
