// Pictures of cameras: those that can be seen are asked for, and each says how old it is. The page
// asks when each was taken, all of them with one question; a picture is fetched when it is another.
"use strict";

(() => {
  const EVERY_MS = 2000;
  const AT_ONCE = 64;          // cameras of one question
  const USUAL_EVERY = 10;      // a usual picture that is not there is tried again so seldom

  const inSight = new Set();
  const watcher = new IntersectionObserver((changes) => {
    for (const one of changes) {
      if (one.isIntersecting) inSight.add(one.target);
      else inSight.delete(one.target);
    }
  }, { rootMargin: "100px" });
  const known = new WeakSet();
  let asking = false;
  let asked = 0;

  function find() {
    for (const shot of document.querySelectorAll("[data-shot]")) {
      if (known.has(shot)) continue;
      known.add(shot);
      watcher.observe(shot);
    }
    for (const shot of inSight) if (!shot.isConnected) inSight.delete(shot);
  }

  function say(shot, why) {
    const line = shot.querySelector("[data-why]");
    const seen = shot.classList.contains("seen");
    line.textContent = why ? `${shot.dataset.none}: ${why}` : shot.dataset.none;
    line.hidden = seen && !why;
  }

  // The picture takes the place of the one before it when it is there, so that nothing flickers.
  function show(shot, taken, why) {
    if (!taken) {
      say(shot, why);
      return;
    }
    if (shot.dataset.taken === taken) {
      say(shot, why);
      return;
    }
    shot.dataset.taken = taken;
    const { shot: camera, which } = shot.dataset;
    const next = new Image();
    next.src = `/cameras/${encodeURIComponent(camera)}/picture?which=${which}&at=${encodeURIComponent(taken)}`;
    next.decode().then(() => {
      const image = shot.querySelector("img");
      image.src = next.src;
      image.hidden = false;
      shot.classList.add("seen");
      const age = shot.querySelector("[data-age]");
      if (age) {
        age.querySelector("[data-since]").dataset.since = taken;
        age.hidden = false;
      }
      say(shot, why);
    }).catch(() => {
      delete shot.dataset.taken;
      say(shot, why || "");
    });
  }

  async function ask() {
    find();
    if (asking || document.hidden) return;
    const usual = [...inSight].filter((one) => one.dataset.which === "usual");
    if (asked++ % USUAL_EVERY === 0) for (const one of usual) show(one, "usual", "");
    const shots = [...inSight].filter((one) => !usual.includes(one)).slice(0, AT_ONCE);
    if (!shots.length) return;
    asking = true;
    try {
      const names = [...new Set(shots.map((one) => one.dataset.shot))].join(",");
      const answer = await fetch(`/cameras-taken?of=${encodeURIComponent(names)}`, { cache: "no-store", redirect: "error" });
      if (!answer.ok) return;
      const told = await answer.json();
      for (const shot of shots) {
        const one = told[shot.dataset.shot];
        if (one) show(shot, one.taken, one.why);
      }
    } catch { /* the age of each picture goes on, and says it */ } finally {
      asking = false;
    }
  }

  if (document.querySelector("#cameras, #camera")) {
    setInterval(ask, EVERY_MS);
    find();
    setTimeout(ask, 100);
  }
})();
