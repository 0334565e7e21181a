// Two clicks where one was meant, or a key pressed twice, send a form once: what has gone out is not
// sent again before its answer, nor while the next page is on its way.
let gone = new WeakSet();
// A page that never came, since somebody has stopped it.
const GIVEN_UP = 20_000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  if (!gone.has(form)) return gone.add(form);
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("submit", ({ defaultPrevented, target }) => defaultPrevented || setTimeout(() => gone.delete(target), GIVEN_UP));

// What htmx sends leaves its page standing, unless the answer leads to another.
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.xhr.getResponseHeader("HX-Redirect") || gone.delete(detail.elt));

addEventListener("pageshow", ({ persisted }) => persisted && (gone = new WeakSet()));
