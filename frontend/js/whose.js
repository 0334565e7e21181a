// A session is in one workspace, and all tabs share it. Whoever has gone over to another in one tab
// sends nothing from the pages of the one before: it would be written into the other unseen. What was
// typed there stays, until one has gone back or drawn the page anew.
import { say } from "./toasts.js";

const LAST = "whose";
// By these one goes over, and out.
const OF_NONE = '[action="/workspace"], [action="/logout"]';

// Who looks at this page, and in which workspace.
export function owner() {
  return document.documentElement.dataset.who;
}

function last() {
  return JSON.parse(localStorage.getItem(LAST));
}

document.addEventListener("DOMContentLoaded", () => {
  const { who, workspace } = document.documentElement.dataset;
  if (who) localStorage.setItem(LAST, JSON.stringify({ who, workspace }));
});

function isOfAnother() {
  return owner() && last() && last().who !== owner();
}

function refuse() {
  const [person] = owner().split(" ");
  const now = last().who.startsWith(person) ? `you have gone over to ${last().workspace}` : "somebody else has logged in";
  say(`Nothing was sent: in another tab ${now}. Go back to ${document.documentElement.dataset.workspace} there, or reload this page.`, "red");
}

// Before anything else hears of it.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("method") !== "post" || event.target.matches(OF_NONE) || !isOfAnother()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  refuse();
}, true);

// What is sent by htmx without a form that is submitted.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, verb } = event.detail;
  if (verb === "get" || !isOfAnother()) return;
  event.preventDefault();
  if (!elt.matches("[data-quiet]")) refuse();
});
