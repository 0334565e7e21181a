// A letter presses what has it as data-key; "/" goes to the search; Escape empties and leaves it, and closes the peek panel.
import { closePeek } from "./rows.js";
import { isCovered, isTyping } from "./on.js";

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const search = document.activeElement?.closest("input[type=search]");
    if (search) leave(search, event);
    else if (!isCovered()) closePeek();
  }
  // A key that is held down is one press.
  if (!event.repeat && press(event)) return event.preventDefault();
  if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isCovered()) return;
  const search = document.querySelector("input[type=search]");
  if (!search) return;
  search.focus();
  search.select();
  event.preventDefault();
});

// The browser would empty the box alone: the list beneath follows where it follows what is typed, and
// elsewhere the words stay as the list is.
function leave(search, event) {
  event.preventDefault();
  if (search.value && search.form?.hasAttribute("hx-get")) {
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }
  search.blur();
}

function press(event) {
  if (!/^[a-z]$/.test(event.key) || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return false;
  const wanted = document.querySelector(`[data-key="${event.key}"]`);
  if (!wanted || isCovered()) return false;
  wanted.click();
  return true;
}
