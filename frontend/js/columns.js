// The columns of a list. In their dialog a line moves or goes at once, and what is sent in the end is
// the form as it stands: no step waits for another. In the list the edge of a header is dragged to the
// next of the widths that there are; by keyboard, widths are chosen in the dialog.
import { on, whenever } from "./on.js";
import { htmx } from "./requests.js";

// The options of a field are drawn as such lines too, and have no column to choose.
const LINE = "#columns-form .column-line";
const WIDTHS = { xs: 56, s: 80, m: 132, l: 188, xl: 260 };

on("click", `${LINE} [name=step]`, (button, event) => {
  event.preventDefault();
  const line = button.closest(LINE);
  const [step] = button.value.split(":");
  if (step === "drop") return drop(line);
  if (step === "up") line.previousElementSibling?.before(line);
  else line.nextElementSibling?.after(line);
  button.focus();
});

function drop(line) {
  const { form } = line.querySelector("select");
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  offer(form);
  (next?.querySelector("[value^=drop]") ?? form.querySelector(".column-add :is(input, select)")).focus();
}

// What stands in the list is not offered a second time, and what has just come into it is chosen no more.
function offer(form) {
  const { add } = form.elements;
  const shown = new Set([...form.querySelectorAll(".column-line")].map((line) => line.dataset.sortAs));
  for (const option of add.options) option.disabled = shown.has(option.value);
  if (!add.selectedOptions[0]?.disabled) return;
  add.value = "";
  add.dispatchEvent(new Event("change", { bubbles: true }));
}

whenever(LINE, (line) => offer(line.closest("form")));

whenever("[data-widths] th[data-column]:not(:has(.edge))", (head) => {
  const edge = document.createElement("span");
  edge.className = "edge";
  head.append(edge);
});

on("pointerdown", ".edge", (edge, { clientX: from, pointerId }) => {
  const head = edge.parentElement;
  const [was, wide] = [width(head), head.offsetWidth];
  edge.setPointerCapture(pointerId);
  edge.onpointermove = ({ clientX }) => give(head, nearest((wide + clientX - from) * WIDTHS[was] / wide));
  edge.onlostpointercapture = () => {
    edge.onpointermove = null;
    if (width(head) !== was) keep(head);
  };
});

on("dblclick", ".edge", ({ parentElement: head }) => {
  if (width(head) === head.dataset.usual) return;
  give(head, head.dataset.usual);
  keep(head);
});

function nearest(wanted) {
  return Object.keys(WIDTHS).reduce((a, b) => (Math.abs(WIDTHS[b] - wanted) < Math.abs(WIDTHS[a] - wanted) ? b : a));
}

function column(head) {
  return head.closest("table").querySelectorAll("col")[head.cellIndex];
}

function width(head) {
  return /\bw-(\w+)/.exec(column(head).className)[1];
}

function give(head, size) {
  column(head).classList.replace(`w-${width(head)}`, `w-${size}`);
}

function keep(head) {
  const table = head.closest("table");
  const heads = [...table.querySelectorAll("th[data-column]")];
  const back = new URL(table.dataset.widths, location).searchParams.get("back");
  const values = { step: "keep", back, column: heads.map((one) => one.dataset.column), width: heads.map(width) };
  htmx.ajax("POST", "/contacts/columns", { source: table, target: table, values, swap: "none" }).catch(() => {});
}
