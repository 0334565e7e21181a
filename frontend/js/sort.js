// Lists that are put in order by dragging. Where data-sort names a field it gets the new order, and
// its form is sent; without a name the lines are sent later, as they stand then. Without script, and
// by keyboard, they have their arrows.
import { on, whenever } from "./on.js";

const LINE = "[data-sort-as]";
let dragged = null;
let before = "";

whenever(LINE, (line) => (line.draggable = true));
// In what is typed the pointer selects letters.
on("pointerdown", LINE, (line, event) => (line.draggable = !event.target.closest("input, textarea")));

on("dragstart", LINE, (line, event) => {
  dragged = line;
  before = order(line);
  event.dataTransfer.effectAllowed = "move";
  line.classList.add("is-dragged");
});

on("dragover", LINE, (line, event) => {
  if (line.parentElement !== dragged?.parentElement) return;
  event.preventDefault();
  const { top, height } = line.getBoundingClientRect();
  if (line !== dragged) line[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});

on("drop", LINE, (_, event) => event.preventDefault());

on("dragend", LINE, (line, event) => {
  line.classList.remove("is-dragged");
  dragged = null;
  const after = order(line);
  if (after === before) return;
  if (event.dataTransfer.dropEffect === "none") return restore(line);
  const list = line.closest("[data-sort]");
  if (!list.dataset.sort) return;
  const form = list.closest("form");
  form.elements[list.dataset.sort].value = after;
  form.requestSubmit();
});

function lines(line) {
  return [...line.closest("[data-sort]").querySelectorAll(LINE)];
}

function order(line) {
  return lines(line).map((one) => one.dataset.sortAs).join();
}

// Let go of outside the list, or taken back by Escape.
function restore(line) {
  const places = before.split(",");
  const all = lines(line).sort((a, b) => places.indexOf(a.dataset.sortAs) - places.indexOf(b.dataset.sortAs));
  all.forEach((one, at) => at && all[at - 1].after(one));
}
