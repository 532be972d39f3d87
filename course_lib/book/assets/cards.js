/* The flashcards: reads the cards out of their tables, and lets the reader choose among the ways to learn them, which
 * the files cards-*.js add. What is kept of a card (courseStore, kind "cards"): learnt, from "learn"; easiness, interval,
 * repetitions, first and due, from "spaced". */
window.courseCards = (() => {
  "use strict";
  const modes = [];

  function make(tag, className, ...content) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...content);
    return node;
  }

  function button(label, act, className = "course-button") {
    const node = make("button", className, label);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }

  /** A copy of what an element holds. Within a button nothing else may be operated, so links and focus go; and its
   * name is made of text alone, so that a formula, whose MathML would be left out, says its words. */
  function copy(source, className, plain) {
    const target = make(plain ? "span" : "div", className, ...[...source.childNodes].map((node) => node.cloneNode(true)));
    for (const node of target.querySelectorAll("[id]")) node.removeAttribute("id");
    for (const node of target.querySelectorAll(".definition")) node.remove();
    if (plain) {
      for (const node of target.querySelectorAll("[tabindex]")) node.removeAttribute("tabindex");
      for (const node of target.querySelectorAll("mjx-container")) {
        node.setAttribute("aria-label", courseFormulas.words(node));
        node.setAttribute("role", "img");
        node.querySelector("mjx-assistive-mml")?.remove();
      }
      for (const node of target.querySelectorAll("a, p")) node.replaceWith(make("span", "", ...node.childNodes));
    }
    return target;
  }

  function shuffled(list) {
    const order = [...list];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  const kept = (card) => courseStore.get(card.page, "cards", card.id) || {};
  const keep = (card, values) => courseStore.set(card.page, "cards", card.id, { ...kept(card), ...values });

  /** Show nodes on the stage, and move the focus there if it was there before, or it would be lost. */
  function deal(stage, nodes, focus) {
    const within = stage.contains(document.activeElement);
    stage.replaceChildren(...nodes);
    if (within && focus) focus.focus();
  }

  /** The front of a card, and a place for its back, which is read out when it comes. */
  function face(card, note) {
    const back = make("div", "card-back");
    back.setAttribute("role", "status");
    const node = make("div", "card-face", ...(note ? [make("p", "card-note", note)] : []), copy(card.front, "card-front"), back);
    return { node, turn: (up) => back.replaceChildren(...(up ? [copy(card.back, "")] : [])) };
  }

  function mount(root) {
    const tables = [...root.querySelectorAll("table.deck")];
    const decks = tables.map((table) => ({
      table,
      name: table.caption.textContent.replace(/^Cards of /, ""),
      cards: [...table.tBodies[0].rows].map((row) => ({
        page: table.dataset.page,
        id: row.dataset.id,
        front: row.querySelector(".front"),
        back: row.querySelector(".back"),
      })),
    }));
    const stage = make("div", "card-stage");
    const about = make("p", "card-about");
    const bar = make("div", "card-modes");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Ways to learn the cards");
    let shown = decks;

    function start(mode) {
      for (const [index, key] of [...bar.querySelectorAll("button")].entries()) {
        key.setAttribute("aria-pressed", String(all[index] === mode));
      }
      about.textContent = mode.about;
      for (const deck of decks) deck.table.hidden = Boolean(mode.start) || !shown.includes(deck);
      stage.replaceChildren();
      current = mode;
      mode.start?.(stage, shown.flatMap((deck) => deck.cards));
    }

    const all = [...modes, { label: "List", about: "All cards with their backs." }];
    let current = all[0];
    bar.append(...all.map((mode) => button(mode.label, () => start(mode), "course-button quiet")));
    const controls = [bar];
    if (decks.length > 1) {
      const choice = make("select");
      choice.append(...["All chapters", ...decks.map((deck) => deck.name)].map((name, index) => new Option(name, index)));
      choice.addEventListener("change", () => {
        shown = Number(choice.value) ? [decks[choice.value - 1]] : decks;
        start(current);
      });
      controls.unshift(make("label", "card-decks", "Cards of ", choice));
    }
    if (!courseStore.lasting) controls.push(make("p", "card-note", "This browser keeps nothing: what you learn here is forgotten with the page."));
    root.prepend(...controls, about, stage);
    start(current);
  }

  // When the modes have been added: they come after this script.
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".cards").forEach(mount));

  return {
    /** Add a way to learn: its name, a sentence about it, and what starts it on a stage with cards. */
    add: (label, about, begin) => modes.push({ label, about, start: begin }),
    make, button, copy, shuffled, kept, keep, deal, face,
  };
})();
