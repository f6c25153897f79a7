// Small comforts; every page works without them.
"use strict";

function clockTime(date) {
  return date.toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", "\u00a0h\u00a0");
}

// A table or chart that fits needs no stop of the tabulator.
function updateFrames() {
  for (const frame of document.querySelectorAll(".table-frame, .chart-frame")) {
    if (frame.scrollWidth > frame.clientWidth) frame.setAttribute("tabindex", "0");
    else frame.removeAttribute("tabindex");
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
