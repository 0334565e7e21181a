// What is begun in a form and not sent outlives whatever else is done on its page: it is kept in this
// tab until the server has taken it. What was sent after a session had ended comes back with the login.
import { isChanged, isTicked, on, whenever } from "./on.js";

const TEXT = "input[name]:not([type=hidden], [type=file], [type=password], [type=checkbox], [type=radio]), textarea[name], select[name]";
const UNSENT = "unsent";

on("input", "form[data-draft]", (form) => {
  const begun = [...form.querySelectorAll(TEXT)].filter(isChanged).map((one) => [one.name, one.value]);
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

// Of a form that is sent as a page, in case the answer is the login.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const action = form.getAttribute("action");
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.matches(".plain form")) return;
  if (action === "/logout") return sessionStorage.clear();
  const typed = [...form.querySelectorAll(`${TEXT}, [type=checkbox][name], [type=radio][name]`)].filter(isChanged);
  write(UNSENT, { page: here(), action, typed: typed.map((one) => [one.name, one.value, one.checked]) });
});

document.addEventListener("DOMContentLoaded", () => {
  const unsent = read(UNSENT);
  if (!unsent || location.pathname === "/login") return;
  sessionStorage.removeItem(UNSENT);
  if (!document.referrer || new URL(document.referrer).pathname !== "/login" || unsent.page !== here()) return;
  const form = [...document.forms].find((one) => one.getAttribute("action") === unsent.action);
  if (form) fill(form, unsent.typed);
});

function fill(form, typed) {
  for (const [name, value, checked] of typed) {
    const control = [...form.querySelectorAll("[name]:not([type=hidden])")].find((one) => one.name === name && (!isTicked(one) || one.value === value));
    if (!control || isChanged(control)) continue;
    if (isTicked(control)) control.checked = checked;
    else control.value = value;
    const around = control.closest("details");
    if (around) around.open = true;
  }
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
