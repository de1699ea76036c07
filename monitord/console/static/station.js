// A station proves that somebody can see and hear it: it says every two seconds whether it is seen,
// may sound and is touched, asks when it was not, and counts beeps with whoever sits there.
"use strict";

(() => {
  const hearing = document.querySelector("[data-hearing]");
  if (!hearing) return;
  const there = document.querySelector("[data-there]");
  const said = hearing.querySelector("[data-hearing-said]");
  const idleMs = Number(hearing.dataset.idleMs);
  const SAY_MS = 2000;

  let touched = performance.now();
  let audio = null;
  const sounds = () => audio !== null && audio.state === "running";

  function touch() {
    touched = performance.now();
    if (!audio) audio = new AudioContext();
    if (audio.state !== "running") audio.resume();
  }
  for (const kind of ["pointerdown", "keydown", "pointermove"]) {
    document.addEventListener(kind, touch, { passive: true });
  }
  // Not when the pointer moves or goes down: the click would then land on what lies behind.
  for (const kind of ["click", "keydown"]) {
    document.addEventListener(kind, () => { there.hidden = true; });
  }

  async function post(path, body) {
    const answer = await fetch(path, {
      method: "POST", cache: "no-store", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function say() {
    const idle = performance.now() - touched;
    if (idle > idleMs) there.hidden = false;
    try {
      const answer = await post("/presence", {
        visible: document.visibilityState === "visible", sound: sounds(), idle_s: idle / 1000,
      });
      const silent = answer.attention === "silent" || !sounds();
      if (silent !== !hearing.hidden) {
        hearing.hidden = !silent;
        // Never away from the alarm: the next key may be the one that takes it.
        if (silent && !document.querySelector("[data-take], dialog[open]")) {
          hearing.querySelector("[data-beeps]").focus();
        }
      }
    } catch { /* the daemon counts this station as absent by itself */ }
  }

  async function beep() {
    touch();
    const { beeps } = await post("/beeps", {});
    let at = audio.currentTime + 0.2;
    for (let i = 0; i < beeps; i += 1) {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      tone.frequency.value = 880;
      loud.gain.value = 0.3;
      tone.connect(loud).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.15);
      at += 0.45;
    }
    said.textContent = "";
    hearing.querySelector("input").focus();
  }

  async function count(event) {
    event.preventDefault();
    const field = hearing.querySelector("input");
    const answer = await post("/heard", Number(field.value));
    field.value = "";
    said.textContent = answer.text;
    if (answer.ok) await say();
  }

  hearing.querySelector("[data-beeps]").addEventListener("click", beep);
  hearing.querySelector("[data-count]").addEventListener("submit", count);
  document.addEventListener("visibilitychange", say);
  audio = new AudioContext();
  setInterval(say, SAY_MS);
  say();
})();
