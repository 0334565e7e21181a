// News of finished jobs are read once their list is closed, or they are put away, or they stood there for
// a while: the cookie tells the server until when, and the corner, which looks anew every few seconds,
// leaves the button out. What tells of a failure or holds an Undo stays until somebody has looked.
import { clear } from "./focus.js";
import { on } from "./on.js";

const NEWS = "#jobs-open[data-news]";
const SECONDS = 12;

function read() {
  const { news } = document.querySelector(NEWS).dataset;
  document.cookie = `jobs_read=${news}; path=/; max-age=3600; samesite=lax`;
}

document.addEventListener("toggle", ({ target, newState }) => {
  if (newState === "closed" && target.id === "jobs-list" && document.querySelector(NEWS)) read();
}, true);

function putAway() {
  read();
  clear(document.getElementById("jobs-button"));
}

on("click", "#jobs-read", putAway);

// An open list is closed by it first; nothing else on the page hears of it.
on("keydown", "#jobs-button", (_, event) => {
  if (event.key !== "Escape" || !document.querySelector(NEWS) || document.querySelector("#jobs-list:popover-open")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  putAway();
});

// Seen is what stood in a page that is looked at, while nobody was at it.
let seen = { news: null, seconds: 0 };
setInterval(() => {
  const button = document.querySelector(`${NEWS}:not([data-stays])`);
  if (button?.dataset.news !== seen.news) seen = { news: button?.dataset.news, seconds: 0 };
  if (!button || document.hidden || document.querySelector("#jobs:is(:hover, :focus-within)")) return;
  seen.seconds += 1;
  if (seen.seconds > SECONDS) putAway();
}, 1000);
