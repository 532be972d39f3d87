/* Flip: one card after the other, front and back. */
(() => {
  "use strict";
  const { add, make, button, deal, face } = courseCards;

  add("Flip", "Say the answer to yourself, then turn the card over.", (stage, cards) => {
    function show(index, from) {
      const card = face(cards[index], `Card ${index + 1} of ${cards.length}`);
      let up = false;
      const turn = button("Turn over", () => {
        up = !up;
        card.turn(up);
        turn.textContent = up ? "Turn back" : "Turn over";
      });
      const go = (by) => show((index + by + cards.length) % cards.length, by);
      const previous = button("Previous", () => go(-1), "course-button quiet");
      const next = button("Next", () => go(1), "course-button quiet");
      deal(stage, [card.node, make("div", "actions", turn, previous, next)], { 1: next, [-1]: previous }[from]);
    }
    show(0);
  });
})();
