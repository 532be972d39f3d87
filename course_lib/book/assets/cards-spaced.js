/* Spaced: asks what is due today, and puts a card off for longer the better it is known (sm2.js). */
(() => {
  "use strict";
  const { add, make, button, deal, face, kept, keep } = courseCards;
  const { FRESH, review } = courseSM2;
  const NEW_A_DAY = 20;
  const AGAIN_BELOW = 4; // step 7 of SM-2: what was graded lower is asked again on the same day
  const GRADES = { Again: 1, Hard: 3, Good: 4, Easy: 5 };

  /** A day in the reader's own time, some days from now, as 2026-01-31. */
  function day(from = 0) {
    const now = new Date();
    const then = new Date(now.getFullYear(), now.getMonth(), now.getDate() + from);
    return [then.getFullYear(), then.getMonth() + 1, then.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  }
  const days = (count) => (count === 1 ? "1 day" : `${count} days`);

  add("Spaced", "Come back every day: each card waits longer, the better you know it.", (stage, cards) => {
    const today = day();
    const old = cards.filter((card) => kept(card).due && kept(card).due <= today);
    const begun = cards.filter((card) => kept(card).first === today).length;
    const fresh = cards.filter((card) => !kept(card).due).slice(0, Math.max(0, NEW_A_DAY - begun));
    const queue = [...old, ...fresh];
    const repeated = new Set();

    function summary() {
      if (queue.length) {
        const unseen = queue.filter((card) => !kept(card).due).length;
        return `Due today: ${queue.length} of ${cards.length}${unseen ? `, ${unseen} of them new` : ""}.`;
      }
      const next = cards.map((card) => kept(card).due).filter(Boolean).sort()[0];
      if (next > today) return `Nothing is due today. The next card is due on ${next}.`;
      return "Nothing more is due today. New cards come tomorrow.";
    }

    function show() {
      const count = make("p", "card-due", summary());
      count.setAttribute("role", "status");
      if (!queue.length) {
        count.tabIndex = -1;
        deal(stage, [count], count);
        return;
      }
      const [current] = queue;
      const state = { ...FRESH, ...kept(current) };
      const card = face(current, repeated.has(current) ? "Once more today" : "");
      const grade = (given) => {
        queue.shift();
        if (!repeated.has(current)) {
          const next = review(state, given);
          keep(current, { ...next, first: kept(current).first || today, due: day(next.interval) });
        }
        if (given < AGAIN_BELOW) {
          repeated.add(current);
          queue.push(current);
        }
        show();
      };
      const reveal = button("Show the answer", () => {
        card.turn(true);
        const keys = Object.entries(GRADES).map(([name, given]) => {
          const wait = repeated.has(current) ? "" : `, ${days(review(state, given).interval)}`;
          return button(name + wait, () => grade(given), given >= AGAIN_BELOW ? "course-button" : "course-button quiet");
        });
        actions.replaceChildren(...keys);
        keys[2].focus();
      });
      const actions = make("div", "actions", reveal);
      deal(stage, [count, card.node, actions], reveal);
    }
    show();
  });
})();
