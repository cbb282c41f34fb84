// What lives on the page. Everything else works without it.
"use strict";
(() => {
  // Somebody who points, types or scrolls is about to touch something: nothing may move under the finger.
  let touched = 0;
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
  const idle = () => Date.now() - touched > 2500;
  const quiet = (act) => { if (idle()) { act(); } else { setTimeout(() => quiet(act), 500); } };

  const now = document.getElementById("now");
  const needs = document.getElementById("needs");
  const news = document.getElementById("news");

  const calls = (html) => (html.match(/data-call="/g) || []).length;
  let waiting = null;
  const showNow = (html) => {
    waiting = html;
    const put = () => {
      if (waiting === null) { return; }
      now.innerHTML = waiting;
      waiting = null;
      for (const box of now.querySelectorAll(".said")) { box.scrollTop = box.scrollHeight; }
    };
    // Words change in place; a call that comes or goes moves what is below it.
    if (calls(html) === now.querySelectorAll("[data-call]").length) { put(); } else { quiet(put); }
  };

  const refresh = async () => {
    const answer = await fetch("/", { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.status === 204) { return; }
    needs.innerHTML = await answer.text();
    news.hidden = true;
    if (window.htmx) { window.htmx.process(needs); }
  };

  if (now && window.EventSource) {
    const events = new EventSource("/events");
    events.addEventListener("now", (e) => showNow(e.data));
    events.addEventListener("records", () => { if (idle()) { refresh(); } else { news.hidden = false; } });
    events.addEventListener("over", () => { events.close(); location.reload(); });
    addEventListener("pagehide", () => events.close());
    setInterval(() => {
      for (const t of now.querySelectorAll("[data-since]")) {
        const s = Math.max(0, Math.round((Date.now() - Number(t.dataset.since)) / 1000));
        t.textContent = Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");
      }
    }, 1000);
  }

  // A click on a line plays the recording from there.
  const player = document.getElementById("player");
  if (player) {
    for (const line of document.querySelectorAll("[data-at]")) {
      line.classList.add("playable");
      line.addEventListener("click", (e) => {
        if (e.target.closest("details, a, button")) { return; }
        player.currentTime = Number(line.dataset.at);
        player.play().catch(() => {});
      });
    }
    const cursor = document.getElementById("cursor");
    const lines = [...document.querySelectorAll("[data-at]")];
    player.addEventListener("timeupdate", () => {
      if (cursor && player.duration) { cursor.setAttribute("x", String(100 * player.currentTime / player.duration)); }
      let current = null;
      for (const l of lines) { if (Number(l.dataset.at) <= player.currentTime) { current = l; } }
      for (const l of lines) { l.classList.toggle("playing", l === current); }
    });
    const wave = document.getElementById("wave");
    if (wave) {
      wave.addEventListener("click", (e) => {
        const box = wave.getBoundingClientRect();
        if (player.duration) { player.currentTime = player.duration * (e.clientX - box.left) / box.width; player.play().catch(() => {}); }
      });
    }
  }
})();
