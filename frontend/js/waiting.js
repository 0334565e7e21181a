// What takes longer than one notices is seen to be under way: a thin bar under the top bar, and a list
// that is fetched shows its rows as skeletons. What is quick shows nothing.
import { on } from "./on.js";

const LATE = 150;
// A page that never came, such as a file that was saved instead.
const GIVEN_UP = 20_000;
const late = new Set();

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { elt, target, xhr } = detail;
  if (elt.matches("[data-quiet]")) return;
  const list = target.matches(".list") && target;
  const timer = setTimeout(() => {
    begin(xhr);
    if (list) list.setAttribute("aria-busy", "true");
  }, LATE);
  xhr.addEventListener("loadend", () => {
    clearTimeout(timer);
    end(xhr);
    if (list) list.removeAttribute("aria-busy");
  });
});

// A file is saved, and the page stays.
let file = false;
on("click", "a", (link) => (file = link.matches("[download], [data-file]")));

addEventListener("beforeunload", () => {
  if (file) return (file = false);
  const timer = setTimeout(() => begin(timer), LATE);
  setTimeout(() => end(timer), GIVEN_UP);
});
addEventListener("pageshow", () => {
  late.clear();
  end();
});

function begin(what) {
  late.add(what);
  document.documentElement.toggleAttribute("data-late", true);
}

function end(what) {
  late.delete(what);
  document.documentElement.toggleAttribute("data-late", late.size > 0);
}
