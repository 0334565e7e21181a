// Native popovers, placed beside the button that opened them, with arrow keys.
import { on, whenever } from "./on.js";

const GAP = 4;
let held = null;

// The browser gives the focus back to a button that may have been drawn anew meanwhile.
document.addEventListener("beforetoggle", ({ target, newState }) => {
  if (newState === "closed") held = target.contains(document.activeElement) ? target.id : null;
}, true);
document.addEventListener("toggle", ({ target, newState }) => {
  if (newState !== "closed" || !target.id || target.id !== held) return;
  // What had it within is hidden by now, whether or not the browser has noticed.
  if (document.activeElement === document.body || target.contains(document.activeElement)) document.querySelector(`[popovertarget="${CSS.escape(target.id)}"]`)?.focus();
}, true);

document.addEventListener("toggle", ({ target, newState }) => {
  if (!(target instanceof Element) || !target.matches(".menu[popover], .quick[popover]")) return;
  // htmx would write a style that is left there into the next page's menu, which the policy forbids.
  if (newState !== "open") return target.hasAttribute("style") && target.removeAttribute("style");
  const opener = document.querySelector(`[popovertarget="${CSS.escape(target.id)}"]:is(:focus, :hover)`)
    ?? document.querySelector(`[popovertarget="${CSS.escape(target.id)}"]`);
  if (opener) place(target, opener.getBoundingClientRect());
}, true);

export function place(menu, at) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = at.left + width > innerWidth - 8 ? at.right - width : at.left;
  const below = at.bottom + GAP;
  const top = below + height > innerHeight - 8 ? at.top - GAP - height : below;
  menu.style.margin = "0";
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}

on("keydown", ".menu[popover]", (menu, event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const items = [...menu.querySelectorAll(".menu-item, .segments > *")];
  const next = items.indexOf(document.activeElement) + step;
  items.at(next % items.length)?.focus();
  event.preventDefault();
});

on("keydown", "[popovertarget]", (opener, event) => {
  if (event.key !== "ArrowDown") return;
  const menu = document.getElementById(opener.getAttribute("popovertarget"));
  menu?.showPopover();
  menu?.querySelector(".menu-item")?.focus();
  event.preventDefault();
});

// A choice closes the menu, unless it is a setting that one may try out.
on("click", ".menu[popover] .menu-item", (item) => item.closest("[popover]").hidePopover());

on("submit", ".quick form", (form) => form.closest("[popover]").hidePopover());

// Of tabs that scroll sideways the present one is in sight.
whenever(".settings-nav, .tabs", (row) => {
  const tab = row.querySelector("[aria-current]");
  if (tab) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
});
