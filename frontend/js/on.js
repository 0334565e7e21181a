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
