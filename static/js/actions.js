// Comforts of the list of actions and of the import; both work without them.
"use strict";

// A file that is too large is named before it is sent.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.dataset?.maxBytes || !input.files) return;
  const size = input.files[0]?.size ?? 0;
  const limit = Number(input.dataset.maxBytes);
  const megabytes = (bytes) => Math.ceil(bytes / 1048576);
  input.setCustomValidity(
    size > limit ? `Ce fichier pèse ${megabytes(size)} Mo ; ${megabytes(limit)} Mo au plus sont acceptés.` : "",
  );
  input.reportValidity();
});

// While the server works, the page says so.
document.addEventListener("submit", (event) => {
  const waiting = document.getElementById(event.target.dataset.waiting ?? "");
  if (event.defaultPrevented || !waiting) return;
  waiting.hidden = false;
});
window.addEventListener("pageshow", () => {
  for (const waiting of document.querySelectorAll("[data-hidden-at-first]")) waiting.hidden = true;
});

// All boxes of the page at once; the button is shown only where it works.
function offerTickAll() {
  for (const button of document.querySelectorAll("[data-tick-all]")) button.hidden = false;
}
offerTickAll();
document.addEventListener("htmx:afterSwap", () => {
  offerTickAll();
  window.dispatchEvent(new Event("resize"));
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-tick-all]")) return;
  const boxes = [...document.querySelectorAll('input[form="bulk"][name="action"]')];
  const isTicked = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = isTicked;
});

// An answer that is not the list (a login page, an error) is opened as the page it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 200 && xhr.responseText.includes('id="actions"')) return;
  event.preventDefault();
  window.location.assign(xhr.responseURL);
});
