// Comforts of the forms with which something is entered; they work without them.
"use strict";

// What a step has done is said to those who do not see it.
function say(text) {
  const place = document.getElementById("entering-said");
  if (!place || !text) return;
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 100);
}

// An answer that is not the form (a login page, an error): the page sends it as it would without script, so
// that what was typed is kept where the session has ended.
let isLeaving = false;
function sendAsPage(element) {
  const { form, dataset } = element;
  const button = element.matches("button") ? element : form?.querySelector(`[name=step][value="${dataset.step}"]`);
  if (isLeaving || !button) return;
  isLeaving = true;
  form.requestSubmit(button);
}
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLeaving) event.preventDefault();
});
window.addEventListener("pageshow", () => (isLeaving = false));

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!requestConfig.elt.closest(".entering")) return;
  if (xhr.status === 200 && xhr.responseText.includes('class="entering"')) return;
  event.preventDefault();
  sendAsPage(requestConfig.elt);
});
document.addEventListener("htmx:sendError", (event) => sendAsPage(event.detail.requestConfig.elt));
document.addEventListener("htmx:afterSwap", (event) => {
  say(event.detail.requestConfig.elt.dataset.said);
  window.dispatchEvent(new Event("resize"));
});
