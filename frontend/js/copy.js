// Copies a text, and says so in the button itself.
import { on, whenever } from "./on.js";

on("click", "[data-copy]", async (button) => {
  const from = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  await navigator.clipboard.writeText(from ? from.textContent.trim() : button.dataset.copy);
  const use = button.querySelector("use");
  const before = [button.getAttribute("aria-label"), use?.getAttribute("href")];
  button.setAttribute("aria-label", "Copied");
  use?.setAttribute("href", before[1].replace(/#.*/, "#check"));
  setTimeout(() => {
    button.setAttribute("aria-label", before[0]);
    use?.setAttribute("href", before[1]);
  }, 1500);
});

// A page that is made for paper goes there by a press.
whenever("[data-prints]", (button) => (button.hidden = false));
on("click", "[data-prints]", () => print());
