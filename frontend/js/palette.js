// The command palette: Ctrl+K or ⌘K opens it, the arrows walk, Enter goes. `?` opens the map of the keys.
import { show } from "./focus.js";
import { isTyping, on } from "./on.js";
import { htmx, message } from "./requests.js";

const dialog = () => document.getElementById("palette");
const input = () => document.getElementById("palette-words");
// What is listed is of other words than those typed; whoever has pressed Enter means the words.
let stale = false;
let wanted = false;

const options = () => [...document.querySelectorAll("#palette-list .menu-item")];

function open() {
  if (dialog().open) return dialog().close();
  if (document.querySelector("dialog[open]")) return;
  show(dialog());
  input().select();
  stale = wanted = false;
  htmx.trigger(input(), "ask");
}

on("click", "[data-palette]", (link, event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || !dialog()) return;
  event.preventDefault();
  open();
});

document.addEventListener("keydown", (event) => {
  if (!dialog()) return;
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    open();
  } else if (event.key === "?" && !event.metaKey && !event.ctrlKey && !isTyping(event.target) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    htmx.ajax("GET", "/keyboard", { source: "#keyboard", target: "#keyboard", swap: "innerHTML" }).catch(() => {});
  }
});

on("input", "#palette-words", () => {
  stale = true;
  wanted = false;
});

on("keydown", "#palette-words", (box, event) => {
  const all = options();
  const at = all.findIndex((one) => one.ariaSelected === "true");
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 6, PageUp: at - 6 }[event.key];
  if (next !== undefined && all.length) choose(all, event.key.startsWith("Page") ? Math.max(0, Math.min(all.length - 1, next)) : (next + all.length) % all.length);
  else if (event.key === "Enter" && stale) wanted = true;
  else if (event.key === "Enter" && all[at]) {
    if (event.metaKey || event.ctrlKey || all[at].target) window.open(all[at].href, "_blank");
    else location.assign(all[at].href);
  } else if (event.key === "Enter") htmx.trigger(box, "ask");
  else return;
  event.preventDefault();
});

// To a screen reader the focus stays in the box, and the present one of the list is told.
function choose(all, at) {
  all.forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
  all[at].scrollIntoView({ block: "nearest" });
  input().setAttribute("aria-activedescendant", all[at].id);
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "palette-list") list();
});

// The messages lie beneath the dialog: what failed is said in the list, with the way to the login if it is that.
for (const type of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(type, ({ detail }) => detail.elt === input() && fail(detail.xhr));
}

function fail(xhr) {
  const told = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".toast");
  const words = document.createElement("p");
  words.className = "muted pad";
  words.role = "alert";
  words.textContent = told?.querySelector("p").textContent ?? message(xhr);
  const link = told?.querySelector("a");
  if (link) [link.id, link.className] = ["palette-login", "menu-item"];
  document.getElementById("palette-list").replaceChildren(words, ...(link ? [link] : []));
  wanted = false;
  list();
}

function list() {
  const all = options();
  all.forEach((one) => {
    one.setAttribute("role", "option");
    one.tabIndex = -1;
  });
  stale = false;
  if (all.length) {
    choose(all, 0);
    if (wanted) location.assign(all[0].href);
  } else input().removeAttribute("aria-activedescendant");
}

// What people press is what their keyboard has.
if (/mac|iphone|ipad/i.test(navigator.platform)) document.documentElement.dataset.keys = "mac";
