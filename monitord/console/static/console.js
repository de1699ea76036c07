// What the pages do by themselves: tick by the daemon's clock, sound until taken, and lock when
// what they show is not known to be true any more. Nothing is decided here.
"use strict";

(() => {
  const LOST_MS = 2500;        // without a beat for so long, the page is not true any more
  const AGAIN_MS = 2000;
  const TONES = {              // Hz, on and off in ms: told apart without looking
    fire: [[880, 400], [660, 400]],
    intrusion: [[740, 150], [0, 100], [740, 150], [0, 600]],
    technical: [[440, 200], [0, 2800]],
  };

  let heard = performance.now();
  let daemonUtc = null;        // the daemon's clock when it was heard
  let fresh = true;
  let locked = false;
  let sounding = "";
  let audio = null;

  const now = () => (daemonUtc === null ? null : daemonUtc + (performance.now() - heard));
  const all = (selector) => document.querySelectorAll(selector);

  function onBeat(text) {
    const beat = JSON.parse(text);
    fresh = beat.fresh;
    if (beat.fresh) {
      heard = performance.now();
      daemonUtc = beat.utc_ms;
    } else if (beat.utc_ms !== null) {
      daemonUtc = beat.utc_ms;
    }
    document.body.classList.toggle("degraded", beat.degraded);
  }

  function local(utcMs, zone) {
    return new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone || "UTC",
    }).format(utcMs);
  }

  function span(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
    return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
  }

  function tick() {
    const lost = !fresh || performance.now() - heard > LOST_MS;
    if (lost !== locked) lock(lost);
    const at = now();
    if (at === null || locked) return;
    for (const clock of all("[data-clock]")) clock.textContent = local(at, clock.dataset.timezone);
    for (const since of all("[data-since]")) {
      if (!since.dataset.since) continue;
      since.textContent = span(at - Date.parse(since.dataset.since));
    }
    for (const shot of all("[data-shot]")) age(shot, at);
    for (const until of all("[data-until]")) {
      until.textContent = Math.max(0, Math.ceil((Date.parse(until.dataset.until) - at) / 1000));
    }
  }

  // A picture that is older than its bound is never shown like one of now.
  function age(shot, at) {
    const since = shot.querySelector("[data-since]");
    if (!since || !since.dataset.since) return;
    const old = at - Date.parse(since.dataset.since) > Number(shot.dataset.bound);
    shot.classList.toggle("old", old);
    shot.querySelector("[data-late]").hidden = !old;
  }

  function lock(lost) {
    locked = lost;
    document.body.classList.toggle("lost", lost);
    for (const box of all("[data-lock]")) box.hidden = !lost;
    for (const word of all("[data-link]")) word.textContent = lost ? word.dataset.lost : word.dataset.link;
    const zone = document.querySelector("[data-clock]");
    if (lost && daemonUtc !== null && zone) {
      for (const time of all("[data-last-true]")) time.textContent = local(daemonUtc, zone.dataset.timezone);
    }
    if (!lost) location.reload();
  }

  // A stream that has ended for good does not come back by itself soon enough.
  async function seek() {
    if (!locked) return;
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (answer.ok) location.reload();
    } catch { /* still away: the page says so already */ }
  }

  function sound() {
    const top = document.querySelector("[data-sound]");
    const wanted = locked ? "technical" : (top ? top.dataset.sound : "");
    if (wanted === sounding) return;
    sounding = wanted;
    if (wanted) play(wanted);
  }

  function play(name) {
    if (sounding !== name) return;
    audio = audio || new AudioContext();
    document.body.classList.toggle("mute", audio.state !== "running");
    let at = audio.currentTime;
    for (const [hertz, ms] of TONES[name]) {
      if (hertz) {
        const tone = audio.createOscillator();
        const loud = audio.createGain();
        tone.frequency.value = hertz;
        loud.gain.value = 0.3;
        tone.connect(loud).connect(audio.destination);
        tone.start(at);
        tone.stop(at + ms / 1000);
      }
      at += ms / 1000;
    }
    setTimeout(play, (at - audio.currentTime) * 1000, name);
  }

  // Not `autofocus`: that would be given the focus with each change, also while somebody types a PIN.
  function reach() {
    const first = document.querySelector("[data-first]");
    if (first && (document.activeElement === document.body || !document.activeElement)) first.focus();
  }

  document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
    if (event.detail.type !== "beat") return;
    event.preventDefault();
    onBeat(event.detail.data);
  });
  document.body.addEventListener("htmx:afterSwap", () => {
    tick();
    sound();
    reach();
  });
  document.addEventListener("pointerdown", () => audio && audio.resume());
  document.addEventListener("keydown", () => audio && audio.resume());

  if (document.querySelector("[sse-connect]")) {
    reach();
    setInterval(tick, 250);
    setInterval(seek, AGAIN_MS);
    sound();
  }
})();
