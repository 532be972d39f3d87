/* Learn: a card comes back until it was known twice in a row; how far one is, is kept. */
(() => {
  "use strict";
  const { add, make, button, deal, face, shuffled, kept, keep } = courseCards;
  const MASTERED = 2;
  const SOON = 3; // cards until one that was not known comes again

  add("Learn", "A card comes back until you have known it twice in a row.", (stage, cards) => {
    const level = (card) => kept(card).learnt || 0;
    const open = shuffled(cards.filter((card) => level(card) < MASTERED));

    function progress() {
      const mastered = cards.filter((card) => level(card) >= MASTERED).length;
      const bar = Object.assign(make("progress"), {
        max: MASTERED * cards.length,
        value: cards.reduce((sum, card) => sum + level(card), 0),
      });
      const label = make("label", "card-progress", `Mastered: ${mastered} of ${cards.length} `, bar);
      return label;
    }

    function show() {
      if (!open.length) {
        const anew = button("Learn them again", () => {
          for (const card of cards) keep(card, { learnt: 0 });
          open.push(...shuffled(cards));
          show();
        });
        deal(stage, [progress(), make("p", "card-done", "You have mastered all of these cards."), anew], anew);
        return;
      }
      const [current] = open;
      const card = face(current, level(current) ? "Known once" : "");
      const grade = (known) => {
        open.shift();
        keep(current, { learnt: known ? level(current) + 1 : 0 });
        if (!known) open.splice(SOON, 0, current);
        else if (level(current) < MASTERED) open.push(current);
        show();
      };
      const reveal = button("Show the answer", () => {
        card.turn(true);
        const known = button("I knew it", () => grade(true));
        actions.replaceChildren(known, button("Not yet", () => grade(false), "course-button quiet"));
        known.focus();
      });
      const actions = make("div", "actions", reveal);
      deal(stage, [progress(), card.node, actions], reveal);
    }
    show();
  });
})();
