// Keeps relative times true, and shows the exact one in the person's own zone.
import { whenever } from "./on.js";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [7 * 86400, "day", 86400], [Infinity, null, 0]];

function show(time) {
  const moment = new Date(time.dateTime);
  const seconds = (moment - Date.now()) / 1000;
  const [, unit, size] = STEPS.find(([limit]) => Math.abs(seconds) < limit);
  time.title = exact.format(moment);
  if (!unit) return;
  const count = Math.trunc(seconds / size);
  time.textContent = unit === "second" ? "just now" : relative.format(count, unit);
}

whenever("time[data-ago]", show);
setInterval(() => document.querySelectorAll("time[data-ago]").forEach(show), 30_000);

// The server prints exact times in this zone from the next page on.
document.cookie = `zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; max-age=31536000; samesite=lax`;
