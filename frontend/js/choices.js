// Many boxes under one heading: how many are ticked, and all or none of them at once.
import { on, whenever } from "./on.js";

const GROUP = "[data-counted]";

function boxes(group) {
  return [...group.querySelectorAll("input[type=checkbox]")];
}

function tell(group) {
  const all = boxes(group);
  const ticked = all.filter((box) => box.checked).length;
  group.querySelector("output").value = `${ticked.toLocaleString("en")} of ${all.length.toLocaleString("en")} chosen`;
}

on("change", GROUP, tell);
// What one came back to, the browser may have ticked otherwise.
whenever(GROUP, tell);

on("click", "[data-ticks]", (button) => {
  const group = button.closest(GROUP);
  boxes(group).forEach((box) => (box.checked = button.dataset.ticks === "all"));
  tell(group);
});
