// Lists: a click on a row, the current row by keyboard, and selecting with check boxes.
import { clear as empty, isRedraw, placeOf } from "./focus.js";
import { isCovered, isTyping, on, whenever } from "./on.js";
import { htmx } from "./requests.js";

const CONTROL = "a, button, input, label, select, textarea, summary, form, [popover]";

on("click", "tr[data-href]", (row, event) => {
  if (event.target.closest(CONTROL) || getSelection().toString()) return;
  if (event.metaKey || event.ctrlKey) return open(row.dataset.href, "_blank");
  mark(row);
  if (row.dataset.peek) peek(row);
  else location.assign(row.dataset.href);
});

// The current row stays the current one when the list is drawn anew.
let marked = null;
whenever("tr[data-href]", (row) => {
  if (row.dataset.href === marked && !document.querySelector("tr.is-current")) row.classList.add("is-current");
});

function mark(row) {
  document.querySelectorAll("tr.is-current").forEach((other) => other.classList.remove("is-current"));
  row.classList.add("is-current");
  marked = row.dataset.href;
}

// The panel is about the last one asked for. It takes the focus of whoever opened it, unless they have gone on
// elsewhere by then.
let from = null;
let following;
function peek(row) {
  const panel = stop();
  from = document.activeElement;
  htmx.ajax("GET", row.dataset.peek, { source: panel, target: panel, swap: "innerHTML" }).catch(() => {});
}
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "peek" && document.activeElement === from) document.getElementById("peek-page")?.focus({ preventScroll: true });
});

// An open panel follows the row that is marked, once one stops walking; the focus stays in the list.
function follow(row) {
  clearTimeout(following);
  following = setTimeout(() => {
    if (!document.getElementById("peek")?.firstElementChild || !row.dataset.peek) return;
    peek(row);
    from = null;
  }, 120);
}

// Where the page is drawn anew it shows what is there now, unless one edits in it; it goes with its row.
document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  const panel = document.getElementById("peek");
  if (target.id !== "main" || !isRedraw(detail) || !panel?.firstElementChild || panel.querySelector("form[data-editing]")) return;
  const row = document.querySelector("tr.is-current");
  if (!row) return closePeek();
  peek(row);
  from = null;
});

on("click", "[data-closes-peek]", closePeek);

// The focus within goes back to the row that the panel is about.
export function closePeek() {
  const panel = stop();
  const link = document.querySelector("tr.is-current :is(th, td) a");
  if (panel) empty(panel, link && placeOf(link));
}

// What was asked for the panel comes no more.
function stop() {
  clearTimeout(following);
  const panel = document.getElementById("peek");
  if (panel) htmx.trigger(panel, "htmx:abort");
  return panel;
}

// j and k walk, Enter opens the page, p the panel beside the list, x selects.
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isCovered()) return;
  const step = { j: 1, k: -1 }[event.key];
  const current = document.querySelector("tr.is-current");
  if (step) {
    const rows = [...document.querySelectorAll("tr[data-href]")];
    const next = rows[Math.max(0, rows.indexOf(current) + step)];
    if (!next) return;
    mark(next);
    next.querySelector("th a, td a")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    follow(next);
  } else if (event.key === "x" && current) {
    current.querySelector("input[type=checkbox]")?.click();
  } else if (event.key === "p" && current?.dataset.peek) {
    peek(current);
  }
});

// One box checks all; Shift extends from the last; the selection bar shows with the first.
let last = null;
on("change", "[data-check-all]", (box) => {
  boxes(box).forEach((other) => (other.checked = box.checked));
  count(box.closest("table"));
});
on("click", "[data-check]", (box, event) => {
  const all = boxes(box);
  if (event.shiftKey && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
  }
  last = box;
  count(box.closest("table"));
});
on("change", "[data-select-all] input", () => document.querySelectorAll("table:has([data-check])").forEach(count));
on("click", "[data-clear-selection]", clear);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !isCovered()) clear();
});

// What is ticked stays so while the same list is sorted or paged through; another list begins anew.
const ticked = new Set();
let list = null;
whenever("table:has([data-check])", (table) => {
  const here = new URL(location);
  ["sort", "cursor"].forEach((name) => here.searchParams.delete(name));
  if (list !== here.href) ticked.clear();
  list = here.href;
  table.querySelectorAll("[data-check]").forEach((box) => (box.checked ||= ticked.has(box.value)));
  count(table);
});

// Whom something was done to has been dealt with; an Undo leaves the choice as it is.
document.addEventListener("changed", ({ target }) => target.closest(".toast") || clear());

function boxes(box) {
  return [...box.closest("table").querySelectorAll("[data-check]")];
}

function clear() {
  ticked.clear();
  document.querySelectorAll("[data-check]:checked").forEach((box) => (box.checked = false));
  document.querySelectorAll("table:has([data-check])").forEach(count);
}

function count(table) {
  const all = [...table.querySelectorAll("[data-check]")];
  const chosen = all.filter((box) => box.checked).length;
  all.forEach((box) => {
    box.closest("tr").classList.toggle("is-selected", box.checked);
    ticked[box.checked ? "add" : "delete"](box.value);
  });
  const head = table.querySelector("[data-check-all]");
  if (head) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  const bar = document.querySelector("[data-selection]");
  if (!bar) return;
  bar.hidden = ticked.size === 0;
  const elsewhere = [...ticked].filter((id) => !all.some((box) => box.value === id));
  bar.querySelector("[data-elsewhere]")?.replaceChildren(...elsewhere.map(hidden));
  // The rest of the list can be chosen with the page, and only with the whole of it.
  const every = bar.querySelector("[data-select-all]");
  const rest = every?.querySelector("input");
  if (every) {
    every.hidden = chosen < all.length;
    if (every.hidden) rest.checked = false;
  }
  const beside = elsewhere.length && !rest?.checked ? `, ${elsewhere.length.toLocaleString("en")} not on this page` : "";
  bar.querySelector("output").textContent = `${rest?.checked ? rest.dataset.total : ticked.size.toLocaleString("en")} selected${beside}`;
  fold(bar);
}

// The bar is one row: actions that do not fit into it are behind its “Actions”.
function fold(bar) {
  if (bar.hidden) return;
  bar.classList.remove("is-folded");
  bar.classList.toggle("is-folded", innerWidth < 720 || bar.scrollWidth > bar.clientWidth);
}
addEventListener("resize", () => document.querySelectorAll("[data-selection]").forEach(fold));

// Sent along with the rows of the page.
function hidden(id) {
  return Object.assign(document.createElement("input"), { type: "hidden", name: "id", value: id });
}
