// What htmx swaps eats neither the focus nor what is being typed (G-53): whatever had the focus and
// is gone hands it to what stands in its place, what was typed after a request went out is typed into
// its answer too, and a page that looks anew by itself waits while one is at work in it.
import { OVER, isChanged, isTicked, isTyping, stands, whenever } from "./on.js";

const TABBED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
const TYPED = "input[name]:not([type=hidden], [type=file]), select[name], textarea[name], [role=combobox]";
// By request: what stood in the controls when it went out, and what had the focus when it came back.
const sent = new WeakMap();
const held = new WeakMap();
const openers = new WeakMap();

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  sent.set(detail.xhr, new Map([...document.querySelectorAll(TYPED)].map((one) => [name(one), stands(one)])));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, target, xhr } = detail;
  if (/\bevery\b/.test(elt.getAttribute("hx-trigger")) && elt.getAttribute("hx-swap") !== "none" && isBusy(target)) {
    detail.shouldSwap = false;
    return;
  }
  const was = sent.get(xhr) ?? new Map();
  const all = [...document.querySelectorAll(TYPED)];
  const typed = all.filter((one) => was.has(name(one)) && was.get(name(one)) !== stands(one));
  // Where the page is drawn anew nobody has sent what stands in it; which rows are ticked is known to rows.js.
  const begun = isRedraw(detail) ? all.filter((one) => isChanged(one) && !one.matches("[data-check], [data-check-all]")) : [];
  const { activeElement: active } = document;
  held.set(xhr, {
    typed: typed.map((one) => ({ one, was: was.get(name(one)), now: stands(one) })),
    begun: begun.map((one) => ({ one, now: stands(one) })),
    place: active === document.body ? null : placeOf(active),
    selection: active.selectionStart != null && [active.selectionStart, active.selectionEnd],
  });
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const before = held.get(detail.xhr);
  if (!before) return;
  before.typed.forEach(type);
  before.begun.forEach(type);
  if (before.place) hand(before.place);
  const { activeElement: active } = document;
  // What is no text has no selection.
  if (before.selection && active !== before.place.element && active.selectionStart != null) active.setSelectionRange(...before.selection);
});

// Only into what the server left as it was sent, if it was sent at all.
function type({ one, was, now }) {
  if (one.isConnected) return;
  const found = [...document.querySelectorAll(TYPED)].find((other) => name(other) === name(one));
  if (!found || (was !== undefined && stands(found) !== was)) return;
  if (isTicked(found)) found.checked = now === "true";
  else found.value = now;
  const around = found.closest("details");
  if (around) around.open = true;
}

// The whole page after an Undo, asked for by nothing that stands in it.
export function isRedraw({ requestConfig }) {
  return requestConfig.triggeringEvent?.type === "changed";
}

// In a dialog the eye goes to the first field. It gives the focus back to whatever asked for it: the dialog may be
// swapped away (`hand`), and the page beneath may have been drawn anew by the time it is closed.
export function show(dialog) {
  openers.set(dialog, placeOf(document.activeElement));
  dialog.showModal();
  // The browser would begin with the button that closes it.
  if (!dialog.querySelector("[autofocus]")) dialog.querySelector(".dialog-body :is(input:not([type=hidden]), select, textarea)")?.focus();
}
document.addEventListener("close", ({ target }) => openers.has(target) && hand(openers.get(target)), true);

// Takes away what stands in a box, or with `remove` as the way the box itself; the focus within goes back to
// the place that is given.
export function clear(box, back, way = "replaceChildren") {
  const place = box.contains(document.activeElement) && placeOf(document.activeElement);
  box[way]();
  if (place) hand(back ?? place);
}

// What the server has marked: where one goes on.
whenever("[data-focus]", (one) => one.focus({ preventScroll: true }));

// Where an element stands, so that it is found again when the server has drawn it anew.
export function placeOf(element) {
  const around = [];
  for (let box = element.parentElement?.closest("[id]"); box; box = box.parentElement?.closest("[id]")) {
    around.push({ id: box.id, at: tabbed(box).indexOf(element) });
  }
  return { element, around, sign: sign(element), opener: openers.get(element.closest("dialog")) };
}

function hand({ element, around, sign: wanted, opener }) {
  const { activeElement: active } = document;
  // What has just been hidden is let go of with the next picture only.
  if ((active !== document.body && active.checkVisibility()) || element === document.body) return;
  if (element.isConnected && element.checkVisibility()) return element.focus({ preventScroll: true });
  for (const { id, at } of around) {
    const box = document.getElementById(id);
    const all = box ? tabbed(box) : [];
    const found = all.find((one) => sign(one) === wanted) ?? all[Math.min(at, all.length - 1)];
    if (found) return found.focus({ preventScroll: true });
    if (box && opener) break;
  }
  if (opener) hand(opener);
  else document.getElementById("main")?.focus({ preventScroll: true });
}

function tabbed(box) {
  return [...box.querySelectorAll(TABBED)].filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility());
}

function name(control) {
  return control.id || (isTicked(control) ? `${control.name}=${control.value}` : control.name);
}

function sign(element) {
  const words = element.ariaLabel ?? element.textContent.trim();
  return [element.tagName, element.id, element.name, element.tagName === "BUTTON" || isTicked(element) ? element.value : "", words].join("|");
}

// Somebody has opened something there, types, or marks words to copy them.
function isBusy(box) {
  const chosen = getSelection();
  return box.querySelector(OVER) !== null
    || (box.contains(document.activeElement) && isTyping(document.activeElement))
    || (!chosen.isCollapsed && box.contains(chosen.anchorNode));
}
