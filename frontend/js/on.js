// While an input method puts letters together the keys are its own: nothing on the page hears of them. In
// Safari only the number of the key tells that of the last one, which accepts what was put together.
addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
}, true);

// Listens on the document for events on elements that match a selector, now or later.
export function on(type, selector, act) {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element && event.target.closest(selector);
    if (element) act(element, event);
  });
}

// Runs for what is on the page now and for what htmx brings.
export function whenever(selector, act) {
  const look = (root) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  document.addEventListener("DOMContentLoaded", () => look(document));
  document.addEventListener("htmx:load", (event) => look(event.target));
}

export function isTyping(element) {
  return element instanceof Element && element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

// What lies over the page: no key reaches beneath it.
export const OVER = "dialog[open], :popover-open";

export function isCovered() {
  return document.querySelector(OVER) !== null;
}

export function isTicked(control) {
  return control.type === "checkbox" || control.type === "radio";
}

export function stands(control) {
  return isTicked(control) ? String(control.checked) : control.value;
}

// As the server sent it.
export function usual(control) {
  if (isTicked(control)) return String(control.defaultChecked);
  if (!control.matches("select")) return control.defaultValue;
  const options = [...control.options];
  return (options.find((one) => one.defaultSelected) ?? options[0])?.value;
}

// Whether somebody has made of it something else.
export function isChanged(control) {
  return stands(control) !== usual(control);
}
