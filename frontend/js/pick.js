// A long choice that one types to find: a box in front of its select, with a list of what fits. The
// select stays, out of sight, and is what the form sends; without script it is all that there is.
import { place } from "./menus.js";
import { on, whenever } from "./on.js";

const BOX = ".select > [role=combobox]";
const MOVED = ["aria-label", "aria-invalid", "aria-describedby"];
let list = null;

whenever("select[data-pick]:not([hidden])", (select) => {
  const hadFocus = document.activeElement === select;
  const box = document.createElement("input");
  box.className = "input";
  box.role = "combobox";
  box.autocomplete = "off";
  box.spellcheck = false;
  box.placeholder = select.options[0].text;
  box.id = select.id;
  select.id += "-chosen";
  for (const name of MOVED.filter((one) => select.hasAttribute(one))) {
    box.setAttribute(name, select.getAttribute(name));
    select.removeAttribute(name);
  }
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-autocomplete", "list");
  select.before(box);
  select.hidden = true;
  tell(box);
  // What is typed to find something is no value of the form, whoever listens to it.
  for (const type of ["input", "change"]) box.addEventListener(type, (event) => event.stopPropagation());
  box.addEventListener("input", () => propose(box, box.value));
  select.addEventListener("change", () => tell(box));
  if (hadFocus) box.focus();
});

on("focusin", BOX, (box) => box.select());
on("click", BOX, (box) => list || propose(box, ""));
on("focusout", BOX, (box) => {
  close(box);
  tell(box);
});
document.addEventListener("scroll", ({ target }) => list && target !== list && close(list.parentElement.querySelector("input")), true);

// With the pointer too; the box keeps the focus.
on("mousedown", ".pick-list", (at, event) => {
  event.preventDefault();
  const line = event.target.closest("li[role=option]");
  if (line) take(at.parentElement.querySelector("input"), line);
});

// Before a dialog hears of Escape, and a form of Enter.
document.addEventListener("keydown", (event) => {
  const box = event.target instanceof Element && event.target.closest(BOX);
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!list) {
    if (!step) return;
    propose(box, "");
  } else {
    const lines = [...list.querySelectorAll("[role=option]")];
    const at = lines.findIndex((one) => one.ariaSelected === "true");
    if (step && lines.length) choose(box, lines[(at + step + lines.length) % lines.length]);
    else if (event.key === "Enter" && lines[at]) take(box, lines[at]);
    else if (event.key === "Tab" && box.value !== words(box) && lines[at]) return take(box, lines[at]);
    else if (event.key === "Escape") {
      close(box);
      tell(box);
    } else if (event.key !== "Enter") return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

function select(box) {
  return box.parentElement.querySelector("select");
}

function words(box) {
  const [chosen] = select(box).selectedOptions;
  return chosen?.value ? chosen.text : "";
}

function tell(box) {
  box.value = words(box);
}

// What has every typed word at the beginning of one of its own; those first that begin so themselves.
function propose(box, typed) {
  close(box);
  const wanted = fold(typed).split(" ").filter(Boolean);
  const found = [...select(box).options].filter((one) => one.value && !one.disabled && fits(one, wanted));
  const first = (one) => (fold(one.text).startsWith(wanted[0] ?? "") ? 0 : 1);
  list = document.createElement("ul");
  list.className = "menu pick-list";
  list.id = `${box.id}-list`;
  list.role = "listbox";
  list.ariaLabel = "What fits";
  list.popover = "manual";
  list.append(...(found.length ? found.sort((a, b) => first(a) - first(b)).map(line) : [nothing()]));
  box.parentElement.append(list);
  list.showPopover();
  place(list, box.getBoundingClientRect());
  box.setAttribute("aria-expanded", "true");
  box.setAttribute("aria-controls", list.id);
  const now = found.findIndex((one) => one.selected);
  if (found.length) choose(box, list.children[typed ? 0 : Math.max(0, now)]);
}

function fits(option, wanted) {
  const has = fold(`${option.text} ${group(option)}`).split(" ");
  return wanted.every((word) => has.some((one) => one.startsWith(word)));
}

function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function group(option) {
  return option.closest("optgroup")?.label ?? "";
}

function line(option, at) {
  const made = document.createElement("li");
  made.className = "menu-item";
  made.role = "option";
  made.id = `pick-${at}`;
  made.dataset.value = option.value;
  const small = document.createElement("small");
  small.className = "muted push";
  small.textContent = group(option);
  made.append(option.text, small);
  return made;
}

function nothing() {
  const made = document.createElement("li");
  made.className = "menu-label";
  made.role = "option";
  made.ariaDisabled = "true";
  made.textContent = "Nothing is called like that.";
  return made;
}

function choose(box, line) {
  for (const one of list.children) one.setAttribute("aria-selected", one === line);
  line.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", line.id);
}

function take(box, line) {
  if (!line.dataset.value) return;
  const chosen = select(box);
  const changes = chosen.value !== line.dataset.value;
  chosen.value = line.dataset.value;
  close(box);
  tell(box);
  if (changes) chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

function close(box) {
  list?.remove();
  list = null;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-controls");
  box.removeAttribute("aria-activedescendant");
}
