// Taking an incident at a station where nobody is signed on: a tile and a PIN, nothing else.
"use strict";

(() => {
  const dialog = document.getElementById("take");
  if (!dialog) return;
  const form = dialog.querySelector("form");

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    form.action = `/incidents/${button.dataset.take}/acknowledge`;
    form.elements.seen.value = button.dataset.seen;
    form.elements.opened.value = button.dataset.opened;
    dialog.showModal();
    dialog.querySelector("input[type=radio]").focus();
  });
  dialog.querySelector("[data-back]").addEventListener("click", () => dialog.close());
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") form.elements.pin.focus();
  });
})();
