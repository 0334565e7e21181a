// Theme, folded navigation and row height: kept in cookies, so that the server draws them at once.
import { on, whenever } from "./on.js";

const root = document.documentElement;

function keep(name, value) {
  root.dataset[name] = value;
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

function press(name) {
  document.querySelectorAll(`[data-set-${name}]`).forEach((button) => {
    button.setAttribute("aria-pressed", button.getAttribute(`data-set-${name}`) === root.dataset[name]);
  });
}

for (const name of ["theme", "density"]) {
  on("click", `[data-set-${name}]`, (button) => {
    keep(name, button.getAttribute(`data-set-${name}`));
    press(name);
  });
  whenever(`[data-set-${name}]`, () => press(name));
}

on("click", "[data-fold-nav]", (button) => {
  keep("nav", root.dataset.nav === "folded" ? "open" : "folded");
  button.setAttribute("aria-expanded", root.dataset.nav !== "folded");
});
