// What is begun in a form and not sent outlives whatever else is done on its page: it is kept in this
// tab until the server has taken it. What was sent after a session had ended comes back with the login, and
// what was refused, or came nowhere, when one goes back.
import { isChanged, isTicked, on, stands, usual, whenever } from "./on.js";
import { owner } from "./whose.js";

// Neither what is secret nor what counts once.
const TYPED = "input[name]:not([type=hidden], [type=file], [type=password], [autocomplete=one-time-code]), textarea[name], select[name]";
const UNSENT = "unsent";

on("input", "form[data-draft]", (form) => {
  const begun = typedIn(form, (one) => !isTicked(one));
  if (begun.length) write(key(form), begun);
  else sessionStorage.removeItem(key(form));
});

whenever("form[data-draft]", (form) => {
  if (form.hasAttribute("data-draft-taken")) sessionStorage.removeItem(key(form));
  else fill(form, read(key(form)) ?? []);
});

function key(form) {
  return `draft ${form.dataset.draft}`;
}

// Of a form that is sent as a page, in case the answer is the login, a refusal, or none.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const action = form.getAttribute("action");
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (action === "/logout") return sessionStorage.clear();
  if (form.matches(".plain form")) return;
  write(UNSENT, { owner: owner(), page: here(), action, typed: typedIn(form) });
});

document.addEventListener("DOMContentLoaded", () => {
  const unsent = read(UNSENT);
  if (!unsent || location.pathname === "/login" || document.querySelector("[data-refused]")) return;
  sessionStorage.removeItem(UNSENT);
  // Whoever has logged in may be somebody else, or in another workspace.
  if (unsent.owner !== owner()) return;
  if (!cameBack() || unsent.page !== here()) return;
  const form = [...document.forms].find((one) => one.getAttribute("action") === unsent.action);
  if (form) fill(form, unsent.typed);
});

function cameBack() {
  const [{ type }] = performance.getEntriesByType("navigation");
  return type === "back_forward" || (document.referrer && new URL(document.referrer).pathname === "/login");
}

function typedIn(form, isMeant = () => true) {
  const controls = [...form.querySelectorAll(TYPED)];
  return controls.filter((one) => isMeant(one) && isChanged(one)).map((one) => [place(one, controls), stands(one)]);
}

// What has no place any more is left out: in another field it would be saved as if it were meant.
function fill(form, typed) {
  const controls = [...form.querySelectorAll(TYPED)];
  const places = controls.map((one) => place(one, controls));
  for (const [at, value] of typed) {
    const control = controls[places.indexOf(at)];
    if (!control || isChanged(control) || !canBe(control, value)) continue;
    if (isTicked(control)) control.checked = value === "true";
    else control.value = value;
    const around = control.closest("details");
    if (around) around.open = true;
  }
}

// Names are not enough, since many controls may share one: which of them it is, by its id or in their
// order, and what the server sent in it.
function place(control, controls) {
  const alike = controls.filter((one) => one.name === control.name);
  const which = control.id || [alike.indexOf(control), alike.length];
  return JSON.stringify([control.name, which, isTicked(control) && control.value, usual(control)]);
}

function canBe(control, value) {
  return !control.matches("select") || [...control.options].some((one) => one.value === value);
}

function here() {
  return location.pathname + location.search;
}

// What is too long for the browser is not kept.
function write(name, what) {
  try {
    sessionStorage.setItem(name, JSON.stringify(what));
  } catch {
    sessionStorage.removeItem(name);
  }
}

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}
