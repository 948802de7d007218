// What the page does in the browser: wishes become Gradio events, lists and articles come from /kz/, and what the
// reader opened stays open. Nothing is kept here: the conversation's id stands in the address, all else on the server.
(() => {
  "use strict";
  const html = document.documentElement;
  const $ = (selector, root = document) => root.querySelector(selector);
  const opened = new Map(); // id of a <details> -> the reader's choice
  let words = {};
  let came = null; // the button from which the article was opened
  let conversation = null;
  let busy = false;
  let dressed = "";

  // ------------------------------------------------------------------------------------------ Gradio and the server

  const box = (id) => $(`#${id} textarea, #${id} input`);

  function fill(id, text) {
    const input = box(id);
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function press(id) {
    const found = document.getElementById(id);
    const button = found && (found.matches("button") ? found : $("button", found));
    if (button) setTimeout(() => button.click(), 30); // after Gradio has taken in the text
  }

  function wish(what) {
    fill("wish", JSON.stringify(what));
    press("grant");
  }

  async function server(path, options) {
    try {
      const answer = await fetch(path, options);
      if (answer.ok) return answer;
      const said = await answer.text();
      let error = said;
      try { error = JSON.parse(said).error; } catch { /* it was no JSON: shown as it is */ }
      say(error);
    } catch {
      say(words.lost);
    }
    return null;
  }

  const post = (path, body) => server(path, { method: "POST", body: JSON.stringify(body) });

  async function load(path, into) {
    const answer = await server(path);
    const element = $(into);
    if (answer && element) element.innerHTML = await answer.text(); // escaped by the server
  }

  let hush;
  function say(text) {
    const toast = $("#toast");
    if (!toast || !text) return;
    toast.textContent = text;
    toast.classList.add("said");
    clearTimeout(hush);
    hush = setTimeout(() => toast.classList.remove("said"), 4000);
  }

  // ------------------------------------------------------------------------------------------------------ the frame

  const idInAddress = () => (location.hash.match(/^#c=([\w-]{32})$/) || ["", ""])[1];

  function view(name) {
    html.dataset.view = name;
    document.querySelectorAll("[data-view]").forEach((button) => {
      if (button === html) return;
      if (button.dataset.view === name) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    });
    if (name === "articles") load("/kz/articles", "#articles-list");
  }

  function theme(chosen) {
    html.dataset.theme = chosen;
    const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.classList.toggle("dark", dark);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(html.dataset.theme || ""));

  function dress(shell) {
    words = JSON.parse(shell.dataset.words);
    html.lang = shell.lang;
    html.dir = shell.dataset.dir;
    theme(shell.dataset.theme);
    view(html.dataset.view || "ask");
    close(false);
    history_();
  }

  const history_ = () => {
    const find = $("#find")?.value || "";
    load(`/kz/conversations?current=${conversation || ""}&find=${encodeURIComponent(find)}`, "#history-list");
  };

  // ---------------------------------------------------------------------------------------------------- the article

  const sheet = matchMedia("(max-width: 900px)");

  function behind(away) {
    for (const id of ["bar", "history", "past", "now", "composer", "articles", "check-view"]) {
      const element = document.getElementById(id);
      if (element) element.inert = away && sheet.matches;
    }
  }

  async function open(button) {
    hide();
    const { cite, file } = button.dataset;
    const path = cite ? `cite=${encodeURIComponent(cite)}` : `file=${encodeURIComponent(file)}`;
    const answer = await server(`/kz/article?${path}`);
    if (!answer) return;
    came = button;
    $("#article").innerHTML = await answer.text(); // escaped by the server
    html.classList.add("reading");
    behind(true);
    const panel = $("#article .text");
    const hit = $("#hit");
    if (hit) {
      const top = hit.getBoundingClientRect().top - panel.getBoundingClientRect().top;
      panel.scrollTop = Math.max(0, top - panel.clientHeight / 3);
    }
    (hit || $("#article-title"))?.focus({ preventScroll: true });
  }

  function close(back = true) {
    html.classList.remove("reading");
    behind(false);
    if (!back) return;
    const again = came && (came.isConnected ? came : $(`[data-cite="${CSS.escape(came.dataset.cite || "")}"]`));
    (again || box("question-box"))?.focus();
    came = null;
  }

  // ------------------------------------------------------------------------------------- the quotation of a citation

  const pop = document.createElement("div");
  pop.id = "pop";
  pop.setAttribute("role", "tooltip");
  pop.hidden = true;
  let popped = null;
  let leaving;

  function show(button) {
    clearTimeout(leaving);
    if (popped === button) return;
    hide();
    if (!pop.isConnected) document.body.append(pop);
    popped = button;
    const quote = document.createElement("p");
    quote.textContent = `«\u00a0${button.dataset.quote}\u00a0»`;
    quote.dir = "auto";
    quote.lang = button.dataset.lang || "";
    const name = document.createElement("p");
    name.className = "about";
    name.dir = "auto";
    name.textContent = button.getAttribute("aria-label");
    pop.replaceChildren(quote, name);
    pop.hidden = false;
    button.setAttribute("aria-describedby", "pop");
    pop.style.left = "8px"; // where it is as wide as it can be
    const at = button.getBoundingClientRect();
    const room = pop.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - room.width / 2), innerWidth - room.width - 8);
    const above = at.top - room.height - 6;
    pop.style.left = `${left}px`;
    pop.style.top = `${above > 8 ? above : Math.min(at.bottom + 6, innerHeight - room.height - 8)}px`;
  }

  function hide() {
    if (popped) popped.removeAttribute("aria-describedby");
    popped = null;
    pop.hidden = true;
  }

  const cited = (event) => (event.target instanceof Element ? event.target.closest(".cite") : null);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return; // a tap opens the article
    if (cited(event)) show(cited(event));
    else if (event.target instanceof Element && event.target.closest("#pop")) clearTimeout(leaving);
    else if (popped && popped !== document.activeElement) {
      clearTimeout(leaving);
      leaving = setTimeout(hide, 150); // time to move onto it
    }
  });
  document.addEventListener("focusin", (event) => (cited(event)?.matches(":focus-visible") ? show(cited(event)) : hide()));
  addEventListener("scroll", hide, { passive: true, capture: true });

  // ---------------------------------------------------------------------------------------------------------- clicks

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no clipboard over plain HTTP from another machine
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    say(words.copied);
  }

  async function judge(button) {
    const foot = button.closest(".foot");
    const turn = button.closest(".turn").dataset.turn;
    const form = $(".why-form", foot);
    if (!(await post("/kz/feedback", { turn, judgement: button.dataset.judge, why: form.elements.why.value }))) return;
    for (const other of foot.querySelectorAll(".judge")) other.setAttribute("aria-pressed", String(other === button));
    form.hidden = false;
    form.elements.why.focus();
  }

  async function forget(item) {
    if (!confirm(words.delete_sure)) return;
    const id = item.dataset.id;
    if (!(await post("/kz/conversation", { do: "delete", id }))) return;
    if (id === conversation) begin();
    else history_();
  }

  function begin() {
    html.classList.remove("listing");
    view("ask");
    close(false);
    wish({ do: "open", id: "" });
    box("question-box").focus();
  }

  const acts = {
    ".cite, .place": (button) => open(button),
    "#close-source": () => close(),
    ".example": (button) => { fill("question-box", button.textContent); press("ask"); },
    "nav [data-view]": (button) => view(button.dataset.view),
    "#show-history": () => html.classList.toggle("listing"),
    "#show-settings": () => $("#settings").showModal(),
    "#new": begin,
    ".open": (button) => {
      html.classList.remove("listing");
      view("ask");
      close(false);
      wish({ do: "open", id: button.closest("li").dataset.id });
    },
    ".delete": (button) => forget(button.closest("li")),
    ".copy": copy,
    ".judge": judge,
    ".remove": async (button) => {
      if (!confirm(`${words.delete_sure}\n${button.dataset.file}`)) return;
      if (await server(`/kz/files?name=${encodeURIComponent(button.dataset.file)}`, { method: "DELETE" })) {
        say(words.removed.replace("{name}", button.dataset.file));
        load("/kz/articles", "#articles-list");
      }
    },
    ".skip": () => { view("ask"); box("question-box").focus(); },
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    for (const [selector, act] of Object.entries(acts)) {
      const found = target.closest(selector);
      if (!found) continue;
      event.preventDefault();
      event.stopPropagation();
      act(found);
      return;
    }
    const summary = target.closest("details[id] > summary");
    if (summary) { // what the reader last wished, for Gradio may just have drawn it anew
      const details = summary.parentElement;
      event.preventDefault();
      details.open = !(opened.get(details.id) ?? details.open);
      opened.set(details.id, details.open);
    }
    if (html.classList.contains("listing") && !target.closest("#history")) html.classList.remove("listing");
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.open = false;
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || $("dialog[open]")) return;
    if (popped) hide();
    else if ($(".menu[open]")) {
      const menu = $(".menu[open]");
      menu.open = false;
      $("summary", menu).focus();
    } else if (html.classList.contains("reading")) close();
    else if (html.classList.contains("listing")) {
      html.classList.remove("listing");
      $("#show-history").focus();
    }
  });

  document.addEventListener("change", async (event) => {
    const { target } = event;
    if (target.id === "tongue") {
      if (await post("/kz/preferences", { language: target.value })) wish({ do: "redraw", id: conversation || "" });
    } else if (target.closest("#settings")) {
      if (!(await post("/kz/preferences", { [target.name]: target.value }))) return;
      if (target.name === "theme") theme(target.value);
      else $("#saved").textContent = words.saved;
    } else if (target.id === "files") add(target.files);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches(".rename")) {
      event.preventDefault();
      const { id } = form.closest("li").dataset;
      if (await post("/kz/conversation", { do: "rename", id, name: form.elements.name.value })) history_();
    } else if (form.matches(".why-form")) {
      event.preventDefault();
      const foot = form.closest(".foot");
      const judged = $('.judge[aria-pressed="true"]', foot);
      const body = { turn: form.closest(".turn").dataset.turn, judgement: judged.dataset.judge, why: form.elements.why.value };
      if (!(await post("/kz/feedback", body))) return;
      form.hidden = true;
      $(".thanks", foot).textContent = words.thanks;
      judged.focus();
    }
  });

  let typing;
  document.addEventListener("input", ({ target }) => {
    if (target.id === "find") {
      clearTimeout(typing);
      typing = setTimeout(history_, 200);
    } else if (target.id === "find-article") {
      const wanted = target.value.toLocaleLowerCase();
      for (const item of document.querySelectorAll(".contents > li"))
        item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
    }
  });

  // ------------------------------------------------------------------------------------------------- adding articles

  async function add(files) {
    for (const file of files) {
      const line = document.createElement("p");
      line.dir = "auto";
      line.className = "adding";
      line.textContent = words.adding.replace("{name}", file.name);
      $("#adding").append(line);
      const answer = await server(`/kz/files?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
      line.classList.remove("adding");
      if (answer) line.textContent = words.added.replace("{name}", file.name);
      else line.textContent = $("#toast").textContent;
      load("/kz/articles", "#articles-list");
    }
    $("#files").value = "";
  }
  const drop = (event) => event.target instanceof Element && event.target.closest("#drop");
  document.addEventListener("dragover", (event) => { if (drop(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!drop(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  // ----------------------------------------------------------------------------------------------- what Gradio changed

  function changed() {
    const shell = $("#shell");
    if (shell && dressed !== shell.lang) {
      dressed = shell.lang;
      dress(shell);
    }
    for (const [id, open_] of opened) {
      const details = document.getElementById(id);
      if (details && details.open !== open_) details.open = open_;
    }
    for (const input of [box("question-box"), box("check-text")]) if (input && input.dir !== "auto") input.dir = "auto";
    const current = $("#current");
    if (!current) return;
    const turn = $(".turn", current);
    const now = Boolean(turn && turn.hasAttribute("data-busy"));
    const id = current.dataset.conversation || null;
    const moved = id !== conversation;
    if (moved) {
      conversation = id;
      const address = id ? `#c=${id}` : location.pathname;
      if (idInAddress() !== (id || "")) history.replaceState(null, "", address);
      opened.clear();
    }
    if (now && !busy) {
      opened.delete(turn.querySelector(".evidence")?.id);
      turn.scrollIntoView({ block: "start" });
    } else if (moved && turn) turn.scrollIntoView({ block: "start" });
    if (moved || now !== busy) history_();
    busy = now;
  }

  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; changed(); });
  }).observe(html, { childList: true, subtree: true, attributes: true, attributeFilter: ["open", "data-conversation", "data-busy", "lang"] });

  // The first wish: the conversation in the address, or a new one. Gradio may not listen yet when its button appears.
  let tries = 0;
  const first = setInterval(() => {
    if ($("#shell") || (tries += 1) > 200) clearInterval(first);
    else if (box("wish") && document.getElementById("grant") && tries % 20 === 1) wish({ do: "open", id: idInAddress() });
    else if (!box("wish")) tries = 0;
  }, 50);
  addEventListener("hashchange", () => {
    if (idInAddress() !== (conversation || "")) wish({ do: "open", id: idInAddress() });
  });
})();
