// The page is drawn anew after an Undo, and a list as often as one asks for another part of it: the one
// takes nothing away that somebody is at, and in the other an older answer never follows a newer one.
import { isRedraw } from "./focus.js";
import { OVER } from "./on.js";
import { htmx } from "./requests.js";

// What is not in the address, or is told once, would be lost: such a page stays, and the message says what
// was done.
const STAYS = '.conditions, [aria-invalid="true"], .field-error, [data-once]';
const coming = new Map();
let due = null;
let listing = null;

// What was undone may be anything that the page shows; what is being typed in it, and a field that is being
// edited, go over into the new one (focus.js, edit.js).
document.addEventListener("changed", (event) => {
  due = event;
  redraw();
});

function redraw() {
  if (!due || waits()) return;
  const event = due;
  due = null;
  if (stays()) return;
  htmx.ajax("GET", location.pathname + location.search, { source: "#main", target: "#main", select: "#main", swap: "outerHTML", event }).catch(() => {});
}

// What was opened or asked for while the page was under way is waited for as well.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isRedraw(detail)) return;
  coming.delete(detail.xhr);
  if (waits()) due = detail.requestConfig.triggeringEvent;
  if (due || stays()) detail.shouldSwap = false;
});

document.addEventListener("close", redraw, true);
document.addEventListener("toggle", redraw, true);

document.addEventListener("htmx:beforeSend", ({ detail: { requestConfig, target, xhr } }) => {
  coming.set(xhr, target);
  if (isListing(requestConfig)) listing = xhr;
  xhr.addEventListener("loadend", () => {
    coming.delete(xhr);
    redraw();
  });
});

// Before htmx looks whether the same link has asked already, and would let the new request wait.
document.addEventListener("htmx:confirm", ({ detail }) => {
  if (isListing(detail)) listing?.abort();
});

function isListing({ target, verb }) {
  return target.id === "list" && verb === "get";
}

function waits() {
  return inPage(document.querySelectorAll(OVER)) || inPage(coming.values());
}

function stays() {
  return inPage([...document.querySelectorAll(STAYS)].filter((one) => one.checkVisibility()));
}

function inPage(all) {
  const main = document.getElementById("main");
  return [...all].some((one) => main.contains(one));
}
