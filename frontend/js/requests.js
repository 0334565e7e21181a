// htmx under a strict Content-Security-Policy, and what a person is told when a request fails.
import htmx from "htmx.org/dist/htmx.esm.js";
import { forget, messages, say } from "./toasts.js";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  scrollIntoViewOnBoost: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // Whatever is brought listens at once: nothing that is pressed in between is lost.
  defaultSettleDelay: 0,
});

// A refused form comes back as HTML with its errors and is shown in place; a refusal that is a toast
// (web/problem.html) goes among the messages, and so does what the server could not say.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const html = (detail.xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
  if (detail.xhr.status >= 400 && html && /^\s*<div class="toast/.test(detail.xhr.responseText)) {
    // The element of this event is where the answer goes to; the one that asked stands in the request.
    if (detail.requestConfig.elt.matches("[data-quiet]")) return;
    forget(detail.xhr.responseText);
    detail.target = messages();
    detail.swapOverride = "beforeend";
    // Of the answer that was asked for a part may have been wanted: this is another.
    detail.selectOverride = "unset";
    detail.shouldSwap = true;
    detail.isError = false;
  } else if ([400, 409, 412, 422].includes(detail.xhr.status) && html) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.elt.matches("[data-quiet]")) return;
  say(message(detail.xhr), "red");
});

document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.elt.matches("[data-quiet]")) return;
  say(message(detail.xhr), "red");
});

// After a refused form the first wrong field has the focus, whether a part comes back or a page.
const toWrong = (root) => root.querySelector?.('[aria-invalid="true"]')?.focus();
document.addEventListener("htmx:afterSettle", ({ target }) => toWrong(target));
document.addEventListener("DOMContentLoaded", () => toWrong(document));

// What is told of a request that failed, in the server's own words where it had any.
export function message(xhr) {
  if (!xhr.status) return "The server could not be reached. Check the connection and try again.";
  try {
    return JSON.parse(xhr.responseText).error.message;
  } catch {
    return "That did not work: the server had a problem. Nothing was changed; try again.";
  }
}

export { htmx };
