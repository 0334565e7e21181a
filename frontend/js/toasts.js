// What was done, for ten seconds; the clock stands while it is pointed at or has the focus. Alt+T goes there.
import { clear, placeOf } from "./focus.js";
import { on, whenever } from "./on.js";

const SECONDS = 10;

whenever(".toast", (toast) => {
  let left = SECONDS;
  const clock = setInterval(() => {
    if (!toast.isConnected) return clearInterval(clock);
    if (toast.matches(":hover, :focus-within") || document.hidden) return;
    left -= 1;
    if (left <= 0) toast.remove();
  }, 1000);
});

// What the address says was done is said once: it is not offered again by reload or Back.
const SAID = ["done", "operation", "edited", "added", "removed", "dismissed", "merged"];
document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("#toasts > .toast")) return;
  const here = new URL(location);
  SAID.forEach((name) => here.searchParams.delete(name));
  if (here.href !== location.href) history.replaceState(history.state, "", here);
});
// A screen reader tells of what comes into a region that stands there, and not of what came with it. By the
// window, once all that looks through the page has found them.
addEventListener("DOMContentLoaded", () => {
  const region = document.getElementById("toasts");
  const said = [...(region?.children ?? [])];
  said.forEach((toast) => toast.remove());
  setTimeout(() => region?.append(...said), 100);
});
addEventListener("pageshow", ({ persisted }) => persisted && document.getElementById("toasts")?.replaceChildren());

on("click", "[data-closes-toast]", (button) => leave(button.closest(".toast")));
on("submit", ".toast form", (form) => {
  form.addEventListener("htmx:afterRequest", () => leave(form.closest(".toast")), { once: true });
});

// Where one was before one turned to a message; the page may be drawn anew meanwhile.
let from = null;
document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (target.closest(".toast") && !relatedTarget?.closest(".toast")) from = relatedTarget && placeOf(relatedTarget);
});

function leave(toast) {
  if (toast) clear(toast, from, "remove");
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.code !== "KeyT") return;
  document.querySelector(".toast:last-child :is(button, a)")?.focus();
  event.preventDefault();
});

// A toast that begins in the browser is a copy of the server's own, kept in a template element.
export function say(words, tone = "green") {
  const toast = document.getElementById("toast-blank")?.content.cloneNode(true).firstElementChild;
  if (!toast) return;
  toast.classList.add(`is-${tone}`);
  toast.querySelector("p").textContent = words;
  messages().append(toast);
  toast.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

// Where a message goes. Beneath an open dialog it would be neither seen nor read out: there it stands within.
export function messages() {
  const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
  const here = (dialog ?? document).querySelector(".toasts");
  if (here || !dialog) return here;
  const within = document.createElement("div");
  [within.className, within.role] = ["toasts", "alert"];
  dialog.append(within);
  return within;
}

// The same words twice stand there once, for another ten seconds.
export function forget(html) {
  const words = new DOMParser().parseFromString(html, "text/html").querySelector(".toast > p")?.textContent;
  [...document.querySelectorAll(".toasts > .toast")].find((toast) => toast.querySelector("p").textContent === words)?.remove();
}
