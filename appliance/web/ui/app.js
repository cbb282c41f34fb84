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
  const today = document.getElementById("today");
  const news = document.getElementById("news");

  const ringing = document.getElementById("ringing");
  const idsOf = (box) => [...box.querySelectorAll("[data-call]")].map((c) => c.dataset.call).join(" ");
  let waiting = null;
  const put = () => {
    if (waiting === null) { return; }
    const fresh = new DOMParser().parseFromString(waiting, "text/html");
    waiting = null;
    if (idsOf(fresh) === idsOf(now) && idsOf(now) !== "") {
      // Only the words change: a field that somebody types into stays as it is.
      for (const call of fresh.querySelectorAll("[data-call]")) {
        const here = now.querySelector(`[data-call="${CSS.escape(call.dataset.call)}"]`);
        here.className = call.className;
        for (const part of ["h3", ".said"]) { here.querySelector(part).replaceChildren(...call.querySelector(part).childNodes); }
      }
    } else {
      now.replaceChildren(...fresh.body.childNodes);
    }
    for (const box of now.querySelectorAll(".said")) { box.scrollTop = box.scrollHeight; }
    today.classList.toggle("alarm", now.querySelector(".emergency") !== null);
    const first = now.querySelector(".call h3");
    ringing.hidden = first === null;
    ringing.textContent = first === null ? "" : first.textContent;
  };
  // The panel has one height: words change in place. A call that comes or goes waits for a finger near it.
  const showNow = (html) => {
    waiting = html;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (idsOf(fresh) === idsOf(now)) { put(); } else { quiet(put); }
  };

  // Joining in a call does not load the page anew: who is on it goes on reading.
  document.addEventListener("submit", async (e) => {
    if (!e.target.matches("form.steer")) { return; }
    e.preventDefault();
    const body = new URLSearchParams(new FormData(e.target, e.submitter));
    const answer = await fetch(e.target.action, { method: "POST", body, redirect: "manual" });
    const text = e.target.querySelector("input[type=text]");
    if (text) { text.value = ""; }
    if (answer.type !== "opaqueredirect") { location.reload(); }
  });

  const refresh = async () => {
    const answer = await fetch("/", { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.status === 204) { return; }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["urgent", "needs"]) {
      const part = fresh.getElementById(id);
      if (part) { document.getElementById(id).replaceWith(part); }
    }
    news.hidden = true;
  };

  // What the head of the page says: whether the box answers, and in the title how much waits.
  const showHead = (head) => {
    const pill = document.getElementById("pill");
    pill.className = "pill " + head.tone;
    pill.lastElementChild.textContent = head.state;
    tell(head.open);
    document.title = (head.open > 0 ? "(" + head.open + ") " : "") + document.title.replace(/^\(\d+\) /, "");
  };

  // A notice of this browser, for who asked for it here: how much waits, and nothing of anybody. It needs this page open in a tab.
  const bell = document.getElementById("bell");
  const wanted = () => Notification.permission === "granted" && localStorage.getItem("notices") === "on";
  const showBell = () => {
    bell.hidden = Notification.permission === "denied";
    bell.textContent = wanted() ? bell.dataset.sayOff : bell.dataset.sayOn;
  };
  let open = null;
  const tell = (n) => {
    if (open !== null && n > open && bell && window.Notification && wanted() && document.hidden) {
      try {
        const notice = new Notification(n === 1 ? bell.dataset.sayOne : bell.dataset.sayMany.replace("{n}", n), { tag: "open", icon: bell.dataset.icon });
        notice.onclick = () => { window.focus(); notice.close(); };
      } catch { bell.hidden = true; } // some telephones show notices of installed programs alone
    }
    open = n;
  };
  if (bell && window.Notification) {
    showBell();
    bell.addEventListener("click", async () => {
      const on = !wanted();
      if (on) { await Notification.requestPermission(); }
      localStorage.setItem("notices", on ? "on" : "off");
      showBell();
    });
  }

  if (now && window.EventSource) {
    const events = new EventSource("/events");
    events.addEventListener("now", (e) => showNow(e.data));
    events.addEventListener("head", (e) => showHead(JSON.parse(e.data)));
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

  // What is to be mended is where reading and typing go on.
  const summary = document.querySelector(".summary");
  if (summary) {
    const first = document.querySelector("main [aria-invalid=true]");
    summary.scrollIntoView({ block: "start" });
    (first || summary).focus({ preventScroll: true });
  }

  // A form that is left half typed asks; one that is sent does not.
  const started = new Set();
  document.addEventListener("input", (e) => { if (e.target.form && e.target.form.method === "post") { started.add(e.target.form); } });
  document.addEventListener("submit", () => started.clear());
  addEventListener("beforeunload", (e) => { if (started.size > 0) { e.preventDefault(); } });

  // What was typed before a session ended is in its form again.
  const kept = document.getElementById("kept");
  if (kept) {
    const form = [...document.querySelectorAll("main form")].find((f) => f !== kept && f.getAttribute("action") === kept.getAttribute("action"));
    if (form) {
      for (const box of form.querySelectorAll("input[type=checkbox]")) { box.checked = false; }
      for (const k of kept.querySelectorAll("input[type=hidden]")) {
        for (const to of form.querySelectorAll(`[name="${CSS.escape(k.name)}"]`)) {
          if (to.type === "hidden") { continue; }
          if (to.type === "checkbox" || to.type === "radio") { to.checked = to.checked || to.value === k.value; } else { to.value = k.value; }
          for (let d = to.closest("details"); d; d = d.parentElement.closest("details")) { d.open = true; }
        }
      }
      kept.querySelector("span").textContent = kept.dataset.sayBack;
      kept.querySelector(".acts").hidden = true;
      started.add(form);
    }
    history.replaceState(null, "", location.pathname);
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
    // Faster and slower, and by the keyboard: space plays, arrows go five seconds, < and > change the speed. Not where somebody types.
    const speeds = [0.75, 1, 1.25, 1.5, 2];
    const speed = document.getElementById("speed");
    const run = (rate) => { player.playbackRate = rate; if (speed) { speed.value = String(rate); } };
    if (speed) {
      speed.closest("p").hidden = false;
      speed.addEventListener("change", () => run(Number(speed.value)));
    }
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, button, summary, a, audio")) { return; }
      const at = speeds.indexOf(player.playbackRate);
      switch (e.key) {
        case " ": if (player.paused) { player.play().catch(() => {}); } else { player.pause(); } break;
        case "ArrowLeft": player.currentTime -= 5; break;
        case "ArrowRight": player.currentTime += 5; break;
        case "<": run(speeds[Math.max(0, at - 1)]); break;
        case ">": run(speeds[Math.min(speeds.length - 1, at + 1)]); break;
        default: return;
      }
      e.preventDefault();
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
