/* Definitions beside the terms: shown on hover, on focus and by touch; Escape puts one away, and a pointer may move
 * onto it (WCAG 2.2, 1.4.13). Without this script a term is a link to the glossary. */
(() => {
  "use strict";
  const GRACE = 250; // milliseconds in which a pointer may cross from the term to its definition
  let open = null;
  let leaving = 0;

  const definitions = new Map();
  document.querySelectorAll(".definition").forEach((definition, number) => {
    definition.id = `definition-${number}`;
    definitions.set(definition.dataset.term, definition);
    definition.addEventListener("pointerenter", () => clearTimeout(leaving));
    definition.addEventListener("pointerleave", leave);
  });
  // Out of the paragraphs, whose text they would otherwise stand in for whoever selects or searches it.
  document.querySelector(".bd-article").append(...definitions.values());

  function show(link, definition) {
    clearTimeout(leaving);
    if (open && open.definition !== definition) hide();
    definition.hidden = false;
    const box = definition.offsetParent.getBoundingClientRect();
    const term = link.getClientRects()[0];
    const widest = Math.max(0, document.documentElement.clientWidth - definition.offsetWidth - 8);
    definition.style.left = `${Math.min(Math.max(8, term.left), widest) - box.left}px`;
    const below = term.bottom + definition.offsetHeight + 8 < innerHeight || term.top < definition.offsetHeight + 8;
    definition.style.top = `${(below ? term.bottom + 4 : term.top - definition.offsetHeight - 4) - box.top}px`;
    open = { link, definition };
  }

  function hide() {
    clearTimeout(leaving);
    if (open) open.definition.hidden = true;
    open = null;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      if (open && open.link !== document.activeElement) hide();
    }, GRACE);
  }

  for (const link of document.querySelectorAll("a.has-definition")) {
    const definition = definitions.get(new URL(link.href).hash.slice(1));
    let touched = false;
    link.setAttribute("aria-describedby", definition.id);
    link.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show(link, definition));
    link.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && leave());
    link.addEventListener("focus", () => link.matches(":focus-visible") && show(link, definition));
    link.addEventListener("blur", hide);
    // The first touch shows, the second follows the link.
    link.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"));
    link.addEventListener("click", (event) => {
      if (!touched || (open && open.link === link)) return;
      event.preventDefault();
      show(link, definition);
    });
  }

  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => {
    if (open && !open.definition.contains(event.target) && !open.link.contains(event.target)) hide();
  });
})();
