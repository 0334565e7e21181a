// Editing in place: Escape or Cancel leaves, and the focus goes back to the pencil that opened the form.
import { isRedraw } from "./focus.js";
import { isCovered, isTyping, on, whenever } from "./on.js";

const FORM = "form[data-editing]";
let opener = null;

on("click", "[data-edit]", (pencil) => (opener = pencil.id));

// In the last row of a list it would begin beneath the edge. What went over to another page goes on.
const begun = new WeakSet();
whenever(FORM, (form) => {
  if (begun.has(form)) return;
  begun.add(form);
  form.scrollIntoView({ block: "nearest" });
  begin(form.querySelector("[autofocus]"));
});

// What is typed takes the place of a short value, and goes on at the end of a long one.
function begin(control) {
  if (control?.matches("textarea")) control.setSelectionRange(control.value.length, control.value.length);
  else if (control?.matches("[type=text], [type=email], [type=tel], [type=url], [type=number]")) control.select();
}

function leave(form) {
  const id = idBeside(form);
  form.remove();
  home(id);
}

function home(id = opener) {
  pencilOf(id)?.focus();
  opener = null;
}

// A field that has a value now stands elsewhere than among those that are not known, and back.
function pencilOf(id) {
  const places = [id, id?.replace("edit-empty-", "edit-details-"), id?.replace("edit-details-", "edit-empty-")];
  return places.map((one) => document.getElementById(one)).find(Boolean);
}

// Where what is around it is drawn anew, by another form that was saved or with the whole page, an open
// form goes over as it stands, beside the same pencil.
let kept = [];
let sent = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, target, shouldSwap } = detail;
  sent = elt.matches(FORM) ? { form: elt, id: idBeside(elt), hadFocus: elt.contains(document.activeElement) } : null;
  if (shouldSwap && isRedraw(detail)) hold(target);
});
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => hold(detail.target));
document.addEventListener("htmx:oobAfterSwap", giveBack);
document.addEventListener("htmx:afterSwap", giveBack);

function hold(box) {
  const open = [...box.querySelectorAll(`.editable > ${FORM}`)].filter((form) => form !== sent?.form);
  kept.push(...open.map((form) => ({ form, id: idBeside(form) })));
  open.forEach((form) => form.remove());
}

function giveBack() {
  kept = kept.filter(({ form, id }) => {
    const place = pencilOf(id)?.closest(".editable");
    place?.append(form);
    return !place;
  });
}

// Of the tools beside a value the one that brings the form.
function idBeside(form) {
  return form.closest(".editable")?.querySelector("[data-edit][hx-swap]")?.id;
}

// Before the list or the page hear of it: to leave a form is no more than that.
document.addEventListener("keydown", (event) => {
  const form = event.target instanceof Element && event.target.closest(FORM);
  if (event.key !== "Escape" || !form || form.querySelector("dialog[open]") || form.closest("dialog")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave(form);
}, true);

on("click", "[data-leaves]", (link, event) => {
  const form = link.closest(FORM);
  if (!opener && !idBeside(form)) return;
  event.preventDefault();
  leave(form);
});

// A question that is closed without an answer.
document.addEventListener("close", ({ target }) => {
  const form = target instanceof Element && target.closest(FORM);
  if (form) setTimeout(() => form.isConnected && leave(form));
}, true);

// What was saved has taken the form's place by now; whoever has gone on elsewhere stays there.
document.addEventListener("htmx:afterRequest", () => {
  const { id, hadFocus } = sent ?? {};
  const isOver = id && !pencilOf(id)?.closest(".editable").querySelector(FORM);
  [kept, sent] = [[], null];
  if (isOver && !hadFocus) opener = opener === id ? null : opener;
  else if (isOver) home(id);
  else if (opener && !document.querySelector(`${FORM}, #panel dialog`)) home();
});

// In the list: e goes to the pencils of the current row, the arrows from one to the next.
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isCovered()) return;
  const pencil = document.activeElement?.closest("tr .edit");
  const row = pencil?.closest("tr") ?? document.querySelector("tr.is-current");
  const pencils = row ? [...row.querySelectorAll(".edit")] : [];
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "e" && pencils.length) pencils[0].focus();
  else if (step && pencil) pencils.at((pencils.indexOf(pencil) + step) % pencils.length).focus();
  else return;
  event.preventDefault();
});
