// The whole console works without this file; it only saves a hand the way to the mouse.
"use strict";

document.addEventListener("keydown", (event) => {
  // In the box for a query Enter searches, Shift+Enter begins a new line (each line is an alternative).
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea[data-focus]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const box = document.querySelector("[data-focus]") || document.getElementById("find");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

// A second click while the first is on its way does nothing (the server makes it harmless in any case).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
