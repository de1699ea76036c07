// The key / goes to the search field, from any page; never out of a field or a question, and not
// for whoever has switched it off.
"use strict";

(() => {
  const KEPT = "monitord-slash";
  const field = document.getElementById("search");
  if (!field) return;

  function kept(value) {
    try {
      if (value !== undefined) localStorage.setItem(KEPT, value);
      return localStorage.getItem(KEPT);
    } catch { return null; }   // nothing may be kept here: the key works
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (kept() === "off" || document.body.classList.contains("lost")) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    const menu = document.getElementById("menu");
    if (menu) menu.checked = true;
    field.focus();
    field.select();
  });

  const choice = document.querySelector("[data-slash]");
  if (!choice) return;
  const box = choice.querySelector("input");
  box.checked = kept() !== "off";
  box.addEventListener("change", () => kept(box.checked ? "on" : "off"));
  choice.hidden = false;
})();
