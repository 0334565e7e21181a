// The page is drawn anew after an Undo, and a list as often as one asks for another part of it: the one
// takes nothing away that somebody is at, and in the other an older answer never follows a newer one.
import { isRedraw } from "./focus.js";
import { OVER } from "./on.js";
import { htmx } from "./requests.js";

// What is not in the address, or is told once, would be lost: such a page stays, and the message says what
// was done.
const STAYS = '.conditions, [aria-invalid="true"], .field-error, [data-once]';
// An answer in which there is none, such as a part of a page, leaves what is there.
const MAIN = /<main\b[^>]*\bid="main"/;
const coming = new Map();
let due = null;
let out = null;
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
  htmx.ajax("GET", location.pathname + location.search, { source: "#main", target: "#main", swap: "outerHTML", event }).catch(() => {});
}

// What was opened or asked for while the page was under way is waited for as well. A refusal is told as any
// other is (requests.js).
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isRedraw(detail) || detail.target.id !== "main") return;
  coming.delete(detail.xhr);
  detail.selectOverride = "#main";
  if (waits()) due = out;
  if (due || stays() || !MAIN.test(detail.serverResponse)) detail.shouldSwap = false;
  if (detail.shouldSwap) hold();
});

// The panel beside the list is in no address: it goes over as it stands.
let panel = [];
function hold() {
  panel = [...document.getElementById("peek").childNodes];
  panel.forEach((one) => one.remove());
}
document.addEventListener("htmx:afterSwap", () => {
  if (panel.length) document.getElementById("peek").append(...panel);
  panel = [];
});

document.addEventListener("close", redraw, true);
document.addEventListener("toggle", redraw, true);

// What is asked for while the page is under way may be answered first: the page would then show what was
// there before, and is asked for again.
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { elt, requestConfig, target, xhr } = detail;
  if (elt.matches("[data-quiet]")) return;
  if (isRedraw(detail)) out = requestConfig.triggeringEvent;
  else if (out && inPage([target])) due = out;
  coming.set(xhr, target);
  if (isListing(requestConfig)) listing = xhr;
  xhr.addEventListener("loadend", () => {
    coming.delete(xhr);
    if (isRedraw(detail)) out = null;
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
  return [...all].some((one) => main?.contains(one));
}
