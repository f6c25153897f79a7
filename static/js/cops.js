// Small comforts; every page works without them.
"use strict";

function clockTime(date) {
  return date.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", "\u00a0h\u00a0");
}

// A table that fits needs no stop of the tabulator, and its frame is no landmark: the table has its own name.
function updateFrames() {
  for (const frame of document.querySelectorAll(".table-frame")) {
    frame.dataset.name ??= frame.getAttribute("aria-labelledby") ?? "";
    const scrolls = frame.scrollWidth > frame.clientWidth;
    const held = { tabindex: "0", role: "region", "aria-labelledby": frame.dataset.name };
    for (const [name, value] of Object.entries(held))
      scrolls ? frame.setAttribute(name, value) : frame.removeAttribute(name);
  }
}

// A double click does not send a form twice.
function guardAgainstDoubleSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 2000);
}

updateFrames();
window.addEventListener("resize", updateFrames);
document.addEventListener("submit", guardAgainstDoubleSubmit);
