"use strict";
// Draws what is new once a second, and keeps the focus where it was.
const now = document.getElementById("now");
const said = document.getElementById("said");
let last = "";

async function look() {
  try {
    const text = await (await fetch("now")).text();
    if (text === last) return;
    last = text;
    const focused = document.activeElement && document.activeElement.id;
    now.innerHTML = text;
    if (focused) document.getElementById(focused)?.focus();
    said.textContent = "";
  } catch {
    said.textContent = "The demo has ended.";
  }
}

now.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("do", { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
  if (!answer.ok) said.textContent = "Too many orders wait: try again.";
  setTimeout(look, 300);
});
setInterval(look, 1000);
