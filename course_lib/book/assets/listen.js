/* Listen to the page: the browser's own speech, with a voice that lies on the reader's machine, and with no other.
 *
 * Read is what is to be seen: headings, paragraphs, lists, captions, formulas, questions with their choices, and of a
 * closed fold the line that opens it. Code, tables and tools are left out. A formula is read by its words, or where
 * these would be too many to follow, as "formula".
 */
(() => {
  "use strict";
  const button = document.querySelector("[data-course-listen]");
  const speech = window.speechSynthesis;
  const article = document.querySelector(".bd-article");
  if (!button || !speech || !article) return;

  const BLOCKS =
    "h1, h2, h3, h4, h5, p, li, dt, dd, figcaption, summary, legend, div.math, .choice label, .feedback > strong";
  const LEFT_OUT =
    ".cell_input, .cell_output, .highlight, .headerlink, .course-tools, .course-foot, .copybtn, table, script, style, " +
    "input, select, button, svg, .eqno, details.hide > summary, .course-explorer, .card-stage, .card-modes, " +
    ".card-about, .quiz-result, [aria-hidden=true]";
  const CAPTIONS = ".cell_output figcaption";
  const LONGEST = 220; // characters: Chromium falls silent in an utterance of more than fifteen seconds
  const FOLLOWED = 160; // characters of a formula

  /** Whether an element is drawn; what lies in a closed fold has a place on the page, and is not. */
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });

  function formula(drawn) {
    const said = courseFormulas.words(drawn);
    return said.length > FOLLOWED ? "formula" : said;
  }

  /** The words of a block, without those of blocks inside it. */
  function words(node, block) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.matches("mjx-container")) return formula(node);
    if (node !== block && (node.matches(LEFT_OUT) || node.matches(BLOCKS) || !seen(node))) return " ";
    return [...node.childNodes].map((child) => words(child, block)).join("");
  }

  /** Cut a text into stretches that are short enough for one utterance, at the ends of sentences where there are any. */
  function stretches(text) {
    const parts = [];
    for (const sentence of text.split(/(?<=[.!?:;]["”’)]*\s)/)) {
      for (const part of sentence.match(new RegExp(`.{1,${LONGEST}}(?:\\s|$)|\\S{${LONGEST}}`, "g")) || []) {
        const last = parts.length - 1;
        if (last >= 0 && parts[last].length + part.length <= LONGEST) parts[last] += part;
        else parts.push(part);
      }
    }
    return parts.map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));
  }

  function read() {
    return [...article.querySelectorAll(BLOCKS)]
      .filter((block) => block.matches(CAPTIONS) || !block.closest(LEFT_OUT))
      .filter(seen)
      .map((block) => ({ block, parts: stretches(words(block, block).replace(/\s+/g, " ").trim()) }))
      .filter((piece) => piece.parts.length);
  }

  let pieces = [];
  let piece = 0;
  let part = 0;
  let playing = false;
  let turn = 0; // tells the end of what was cancelled from the end of what is being said
  let voice = null;
  let panel = null;

  function make() {
    panel = document.createElement("div");
    panel.className = "course-player";
    panel.setAttribute("role", "region");
    panel.setAttribute("aria-label", "Listen");
    panel.innerHTML = `
      <button type="button" data-do="play">Pause</button>
      <button type="button" data-do="back">Previous</button>
      <button type="button" data-do="next">Next</button>
      <button type="button" data-do="stop">Stop</button>
      <label>Speed <select>${[0.75, 1, 1.25, 1.5, 1.75, 2]
        .map((rate) => `<option value="${rate}"${rate === 1 ? " selected" : ""}>${rate}×</option>`)
        .join("")}</select></label>
      <span role="status"></span>`;
    panel.addEventListener("click", (event) => {
      const actions = { play: toggle, back: () => skip(-1), next: () => skip(1), stop };
      actions[event.target.closest("button")?.dataset.do]?.();
    });
    panel.querySelector("select").addEventListener("change", () => playing && say());
    panel.addEventListener("keydown", (event) => event.key === "Escape" && stop());
    button.closest("ul").after(panel);
  }

  const status = (text) => (panel.querySelector("[role=status]").textContent = text);

  function show() {
    document.querySelector(".course-spoken")?.classList.remove("course-spoken");
    const { block } = pieces[piece];
    block.classList.add("course-spoken");
    const { top, bottom } = block.getBoundingClientRect();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (top < 80 || bottom > innerHeight - 80) block.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  function say() {
    const mine = ++turn;
    speech.cancel();
    if (piece >= pieces.length) return stop();
    playing = true;
    panel.querySelector("[data-do=play]").textContent = "Pause";
    show();
    const utterance = new SpeechSynthesisUtterance(pieces[piece].parts[part]);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = Number(panel.querySelector("select").value);
    utterance.onend = () => {
      if (mine !== turn) return;
      part += 1;
      if (part >= pieces[piece].parts.length) [piece, part] = [piece + 1, 0];
      say();
    };
    utterance.onerror = (event) => {
      if (mine !== turn) return;
      pause();
      status(`The voice stopped: ${event.error || "no reason given"}.`);
    };
    speech.speak(utterance);
  }

  // The browser's own pause loses its place in some voices: the sentence is begun again instead.
  function pause() {
    turn += 1;
    playing = false;
    speech.cancel();
    panel.querySelector("[data-do=play]").textContent = "Play";
  }

  function toggle() {
    if (playing) pause();
    else if (voice) say();
  }

  function skip(by) {
    piece = Math.min(Math.max(piece + by, 0), pieces.length - 1);
    part = 0;
    if (playing) say();
    else show();
  }

  function stop() {
    turn += 1;
    playing = false;
    speech.cancel();
    document.querySelector(".course-spoken")?.classList.remove("course-spoken");
    panel?.remove();
    panel = null;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  /** A voice of the reader's own machine, in the page's language; null if there is none. */
  async function ownVoice() {
    const language = (document.documentElement.lang || "en").slice(0, 2).toLowerCase();
    const own = () =>
      speech.getVoices().filter((each) => each.localService && each.lang.toLowerCase().startsWith(language));
    if (!speech.getVoices().length) {
      // Browsers gather the voices after the first question, and some never say that they are done.
      await new Promise((done) => {
        speech.addEventListener?.("voiceschanged", done, { once: true });
        setTimeout(done, 2000);
      });
    }
    return own().find((each) => each.default) || own()[0] || null;
  }

  async function start() {
    make();
    button.setAttribute("aria-expanded", "true");
    panel.querySelector("button").focus();
    status("Looking for a voice …");
    voice = await ownVoice();
    if (!panel) return;
    if (!voice) {
      for (const control of panel.querySelectorAll("button:not([data-do=stop]), label")) control.hidden = true;
      panel.querySelector("[data-do=stop]").textContent = "Close";
      panel.querySelector("[data-do=stop]").focus();
      status("This browser has no voice of its own for this language. Voices from elsewhere would send the text away, so that they are not used.");
      return;
    }
    status(`Voice: ${voice.name}`);
    pieces = read();
    piece = Math.max(0, pieces.findIndex(({ block }) => block.getBoundingClientRect().bottom > 0));
    part = 0;
    say();
  }

  button.hidden = false;
  button.closest("li").hidden = false;
  button.addEventListener("click", () => (panel ? stop() : start()));
  addEventListener("pagehide", () => panel && stop());
})();
