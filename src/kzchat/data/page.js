// Links "#cite-…" and example questions become Gradio events; what the reader opened stays open.
(() => {
  "use strict";
  const opened = new Map(); // id of a <details> -> the reader's choice
  let cited = null; // the link that was followed last
  let turns = 0;

  const box = (id) => document.querySelector(`#${id} textarea, #${id} input`);

  function fill(id, text) {
    const input = box(id);
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function press(id) {
    const found = document.getElementById(id);
    const button = found && (found.matches("button") ? found : found.querySelector("button"));
    if (button) setTimeout(() => button.click(), 30); // after Gradio has taken in the text
  }

  function reveal() {
    const panel = document.getElementById("article");
    const hit = document.getElementById("hit");
    if (!hit) {
      panel.scrollIntoView({ block: "nearest" });
      return;
    }
    hit.focus({ preventScroll: true });
    const room = panel.closest("#source");
    if (room && getComputedStyle(room).overflowY === "auto") {
      const top = hit.getBoundingClientRect().top - room.getBoundingClientRect().top;
      room.scrollBy({ top: top - room.clientHeight / 3 });
    } else {
      hit.scrollIntoView({ block: "center" });
    }
  }

  function showSource(link) {
    cited = link;
    const wanted = link.getAttribute("href");
    const panel = document.getElementById("article");
    const shown = () => panel.querySelector(".shown")?.dataset.link === wanted;
    if (shown()) {
      reveal();
      return;
    }
    new MutationObserver((_, change) => {
      if (!shown()) return;
      change.disconnect();
      requestAnimationFrame(reveal);
    }).observe(panel, { childList: true, subtree: true, attributes: true, characterData: true });
    fill("link", wanted);
    press("show");
  }

  document.addEventListener(
    "click",
    (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (!target) return;
      const link = target.closest('a[href^="#cite-"]');
      if (link) {
        event.preventDefault();
        event.stopPropagation();
        showSource(link);
        return;
      }
      const example = target.closest("button.example");
      if (example) {
        fill("question", example.textContent);
        press("ask");
        return;
      }
      if (target.closest("button.back") && cited && cited.isConnected) {
        cited.scrollIntoView({ block: "center" });
        cited.focus({ preventScroll: true });
        return;
      }
      const summary = target.closest("details[id] > summary");
      if (summary) opened.set(summary.parentElement.id, !summary.parentElement.open);
    },
    true,
  );

  new MutationObserver(() => {
    for (const [id, open] of opened) {
      const details = document.getElementById(id);
      if (details && details.open !== open) details.open = open;
    }
    const question = box("question");
    if (question && question.dir !== "auto") question.dir = "auto";
    const all = document.querySelectorAll("#turns > .turn");
    if (all.length > turns) all[all.length - 1].scrollIntoView({ block: "start" });
    turns = all.length;
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] });
})();
