// The drop area of a file field: dropping, the chosen file's name, and the progress of the upload.
import { on } from "./on.js";

for (const type of ["dragenter", "dragover"]) {
  on(type, ".drop", (area, event) => {
    area.classList.add("is-over");
    event.preventDefault();
  });
}
on("dragleave", ".drop", (area, event) => {
  if (!area.contains(event.relatedTarget)) area.classList.remove("is-over");
});
on("drop", ".drop", (area, event) => {
  const input = area.querySelector("input[type=file]");
  area.classList.remove("is-over");
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

on("change", ".drop input[type=file]", (input) => {
  const [file] = input.files;
  if (!file) return;
  const area = input.closest(".drop");
  area.querySelector(".drop-name").textContent = file.name;
  area.querySelector(".field-help").textContent = size(file.size);
});

on("htmx:xhr:progress", "form", (form, { detail }) => {
  const bar = form.querySelector(".drop progress");
  if (!bar || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = detail.total;
  bar.value = detail.loaded;
  form.querySelector(".drop .field-help").textContent = `${size(detail.loaded)} of ${size(detail.total)}`;
});

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 3);
  return `${(bytes / 1000 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}
