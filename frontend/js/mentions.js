// @ in a note proposes teammates: arrows choose, Enter or Tab takes, Escape leaves the text as it is.
import { on } from "./on.js";

const MOST = 6;
const BEGUN = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}.'_-]*(?: [\p{L}\p{N}.'_-]*)?)$/u;
let list = null;

on("input", "textarea[data-mentions]", propose);
document.addEventListener("focusout", close);

function propose(area) {
  const begun = area.value.slice(0, area.selectionStart).match(BEGUN)?.[1];
  close();
  if (begun === undefined) return;
  const wanted = begun.toLowerCase();
  const found = [...document.getElementById(area.dataset.mentions).options]
    .filter(({ value, text }) => `${value} ${text}`.toLowerCase().split(" ").some((_, at, words) => words.slice(at).join(" ").startsWith(wanted)))
    .slice(0, MOST);
  if (!found.length) return;
  list = document.createElement("ul");
  list.className = "menu mention-list";
  list.id = "mention-list";
  list.role = "listbox";
  list.ariaLabel = "Teammates";
  list.append(...found.map(({ value, text }, at) => line(value, text, at)));
  area.closest(".field").append(list);
  list.classList.toggle("is-below", !fitsAbove(area.closest(".field")));
  area.setAttribute("aria-controls", list.id);
  choose(area, 0);
}

// Above, unless the top bar would lie over it and there is more room beneath.
function fitsAbove(field) {
  const { top, bottom } = field.getBoundingClientRect();
  const above = top - (document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0);
  return above > list.offsetHeight + 4 || above > innerHeight - bottom;
}

function line(name, email, at) {
  const made = document.createElement("li");
  made.className = "menu-item";
  made.id = `mention-${at}`;
  made.role = "option";
  made.dataset.name = name;
  const small = document.createElement("small");
  small.className = "muted";
  small.textContent = email;
  made.append(name, " ", small);
  return made;
}

function choose(area, at) {
  const lines = [...list.children];
  lines.forEach((one, nth) => one.setAttribute("aria-selected", nth === at));
  area.setAttribute("aria-activedescendant", lines[at].id);
}

function take(area, chosen) {
  const end = area.selectionStart;
  const begin = area.value.lastIndexOf("@", end - 1);
  area.setRangeText(`@${chosen.dataset.name} `, begin, end, "end");
  close();
}

function close() {
  const area = list?.closest(".field").querySelector("textarea");
  area?.removeAttribute("aria-controls");
  area?.removeAttribute("aria-activedescendant");
  list?.remove();
  list = null;
}

// With the pointer too; the text keeps the focus.
on("mousedown", ".mention-list > li", (chosen, event) => {
  event.preventDefault();
  take(list.closest(".field").querySelector("textarea"), chosen);
});

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!list || !area.matches?.("textarea[data-mentions]")) return;
  const lines = [...list.children];
  const at = lines.findIndex((one) => one.ariaSelected === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(area, (at + step + lines.length) % lines.length);
  else if (event.key === "Enter" || event.key === "Tab") take(area, lines[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
