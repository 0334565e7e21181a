// Native dialogs: opened by a button or on arrival, closed by the backdrop, typed confirmation.
import { show } from "./focus.js";
import { on, whenever } from "./on.js";

on("click", "[data-opens]", (button) => {
  const dialog = document.getElementById(button.dataset.opens);
  if (dialog) show(dialog);
});
on("click", "[data-closes]", (button) => button.closest("dialog")?.close());
// A click that began within, such as the marking of a text, ends at the dialog too.
let pressed = null;
document.addEventListener("pointerdown", ({ target }) => (pressed = target));
on("click", "dialog", (dialog, event) => {
  if (event.target === dialog && pressed === dialog) dialog.close();
});
whenever("dialog[data-open-now]", (dialog) => {
  if (!dialog.open) show(dialog);
});
whenever("[popover][data-open-now]", (popover) => popover.showPopover());

// The submit button wakes when the word has been typed.
on("input", "[data-must-be]", (input) => {
  const submit = input.form?.querySelector("[type=submit]");
  if (submit) submit.disabled = input.value.trim() !== input.dataset.mustBe;
});
whenever("[data-must-be]", (input) => {
  const submit = input.form?.querySelector("[type=submit]");
  if (submit) submit.disabled = true;
});
