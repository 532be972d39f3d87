/* Test yourself: choose the back among those of other cards, or type it and compare. Nothing of it is kept. */
(() => {
  "use strict";
  const { add, make, button, copy, deal, face, shuffled } = courseCards;
  const CHOICES = 4;

  add("Test", "Every card once, with a score at the end.", (stage, cards) => {
    function begin(ask) {
      const order = shuffled(cards);
      const missed = [];
      let at = 0;
      const next = (right) => {
        if (!right) missed.push(order[at]);
        at += 1;
        if (at < order.length) ask(order[at], `Card ${at + 1} of ${order.length}`, next);
        else finish(order.length, missed);
      };
      ask(order[0], `Card 1 of ${order.length}`, next);
    }

    function choose(asked, note, next) {
      const card = face(asked, note);
      const others = shuffled(cards.filter((other) => other !== asked)).slice(0, CHOICES - 1);
      const verdict = make("div", "card-verdict");
      verdict.setAttribute("role", "status");
      let answered = false;
      const options = shuffled([asked, ...others]).map((option) => {
        const key = button(copy(option.back, "", true), () => {
          if (answered) return;
          answered = true;
          const right = option === asked;
          for (const other of list.children) other.firstChild.setAttribute("aria-disabled", "true");
          key.classList.add(right ? "is-right" : "is-wrong");
          verdict.append(make("strong", "", right ? "Right." : "No. The back of this card is:"));
          if (!right) verdict.append(copy(asked.back, ""));
          const go = button("Next", () => next(right));
          actions.append(go);
          go.focus();
        }, "course-button card-option");
        return make("li", "", key);
      });
      const list = make("ul", "card-options", ...options);
      const actions = make("div", "actions");
      deal(stage, [card.node, list, verdict, actions], list.firstChild.firstChild);
    }

    function type(asked, note, next) {
      const card = face(asked, note);
      const field = Object.assign(make("textarea"), { rows: 3 });
      const compare = button("Compare", () => {
        card.turn(true);
        const had = button("I had it", () => next(true));
        actions.replaceChildren(had, button("I had not", () => next(false), "course-button quiet"));
        had.focus();
      });
      const actions = make("div", "actions", compare);
      deal(stage, [card.node, make("label", "card-typed", "Your answer", field), actions], field);
    }

    function finish(total, missed) {
      const again = button("Another test", offer);
      const list = make("ul", "card-missed", ...missed.map((card) => make("li", "", copy(card.front, ""))));
      const words = make("p", "card-done", `${total - missed.length} of ${total} right.${missed.length ? " Look again at:" : ""}`);
      words.setAttribute("role", "status");
      deal(stage, [words, ...(missed.length ? [list] : []), again], again);
    }

    function offer() {
      const first = button("Choose among four", () => begin(choose));
      deal(stage, [make("div", "actions", first, button("Type the answer", () => begin(type)))], first);
    }
    offer();
  });
})();
