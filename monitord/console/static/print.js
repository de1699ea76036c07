// The sheet of the occurrence log goes to paper; charts go with the tables beneath them.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll(".charts details").forEach((table) => { table.open = true; });
});
document.querySelectorAll("[data-print]").forEach((button) => {
  button.addEventListener("click", () => window.print());
});
