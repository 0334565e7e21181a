// Editing in place: Escape or Cancel leaves, and the focus goes back to the pencil that opened the form.
import { isRedraw } from "./focus.js";
import { isTyping, on, whenever } from "./on.js";

const FORM = "form[data-editing]";
let opener = null;

on("click", "[data-edit]", (pencil) => (opener = pencil.id));

// In the last row of a list it would begin beneath the edge.
whenever(FORM, (form) => {
  form.scrollIntoView({ block: "nearest" });
  begin(form.querySelector("[autofocus]"));
});

// What is typed takes the place of a short value, and goes on at the end of a long one.
function begin(control) {
  if (control?.matches("textarea")) control.setSelectionRange(control.value.length, control.value.length);
  else if (control?.matches("[type=text], [type=email], [type=tel], [type=url], [type=number]")) control.select();
}

function leave(form) {
  form.remove();
  home();
}

function home() {
  pencilOf(opener)?.focus();
  opener = null;
}

// A field that has a value now stands elsewhere than among those that are not known, and back.
function pencilOf(id) {
  const places = [id, id?.replace("edit-empty-", "edit-details-"), id?.replace("edit-details-", "edit-empty-")];
  return places.map((one) => document.getElementById(one)).find(Boolean);
}

// Where the page is drawn anew, an open form goes over to it as it stands, beside the same pencil.
let kept = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap || !isRedraw(detail)) return;
  kept = [...detail.target.querySelectorAll(`.editable > ${FORM}`)].map((form) => ({ form, id: form.parentElement.querySelector("[data-edit]")?.id }));
  kept.forEach(({ form }) => form.remove());
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!isRedraw(detail)) return;
  kept.forEach(({ form, id }) => pencilOf(id)?.closest(".editable").append(form));
  kept = [];
});

// Before the list or the page hear of it: to leave a form is no more than that.
document.addEventListener("keydown", (event) => {
  const form = event.target instanceof Element && event.target.closest(FORM);
  if (event.key !== "Escape" || !form || form.querySelector("dialog[open]") || form.closest("dialog")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave(form);
}, true);

on("click", "[data-leaves]", (link, event) => {
  if (!opener) return;
  event.preventDefault();
  leave(link.closest(FORM));
});

// A question that is closed without an answer.
document.addEventListener("close", ({ target }) => {
  const form = target instanceof Element && target.closest(FORM);
  if (form) setTimeout(() => form.isConnected && leave(form));
}, true);

// What was saved has taken the form's place by now.
document.addEventListener("htmx:afterRequest", () => {
  if (opener && !document.querySelector(`${FORM}, #panel dialog`)) home();
});

// In the list: e goes to the pencils of the current row, the arrows from one to the next.
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
  const pencil = document.activeElement?.closest("tr .edit");
  const row = pencil?.closest("tr") ?? document.querySelector("tr.is-current");
  const pencils = row ? [...row.querySelectorAll(".edit")] : [];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "e" && pencils.length) pencils[0].focus();
  else if (step && pencil) pencils.at((pencils.indexOf(pencil) + step) % pencils.length).focus();
  else return;
  event.preventDefault();
});
