// "/" goes to the search; Escape leaves it and closes the peek panel.
import { isTyping } from "./on.js";

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (document.activeElement?.matches("input[type=search]")) document.activeElement.blur();
    else if (!document.querySelector("dialog[open], :popover-open")) document.getElementById("peek")?.replaceChildren();
  }
  if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
  const search = document.querySelector("input[type=search]");
  if (!search) return;
  search.focus();
  search.select();
  event.preventDefault();
});
