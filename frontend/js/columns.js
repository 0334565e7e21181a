// Lines of a list are dragged into another order; what is in them is sent in the order it stands in.
import { on } from "./on.js";

let dragged = null;

on("dragstart", "[data-sortable] > li", (line, event) => {
  dragged = line;
  event.dataTransfer.effectAllowed = "move";
  requestAnimationFrame(() => line.classList.add("is-dragged"));
});
on("dragover", "[data-sortable] > li", (line, event) => {
  if (!dragged || dragged.parentElement !== line.parentElement) return;
  event.preventDefault();
  const { top, height } = line.getBoundingClientRect();
  if (line !== dragged) line[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
on("drop", "[data-sortable] > li", (line, event) => event.preventDefault());
on("dragend", "[data-sortable] > li", (line) => {
  line.classList.remove("is-dragged");
  dragged = null;
});
