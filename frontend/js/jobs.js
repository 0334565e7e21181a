// News of finished jobs are read once their list is closed: the cookie tells the server until when,
// and the corner, which looks anew every few seconds, leaves the button out.
document.addEventListener("toggle", ({ target, newState }) => {
  if (newState !== "closed" || target.id !== "jobs-list") return;
  const button = document.querySelector("#jobs-open[data-news]");
  if (button) document.cookie = `jobs_read=${button.dataset.news}; path=/; max-age=3600; samesite=lax`;
}, true);
