/* Match: fronts on one side, backs on the other; choose one of each. */
(() => {
  "use strict";
  const { add, make, button, copy, deal, shuffled } = courseCards;
  const PAIRS = 5;

  add("Match", "Choose a front and the back that belongs to it.", (stage, cards) => {
    function begin() {
      const dealt = shuffled(cards).slice(0, PAIRS);
      const words = make("p", "card-verdict");
      words.setAttribute("role", "status");
      const chosen = {};
      let open = dealt.length;
      let misses = 0;

      function side(name, heading) {
        const keys = shuffled(dealt).map((card) => {
          const key = button(copy(card[name], "", true), () => choose(name, card, key), "course-button card-option");
          key.setAttribute("aria-pressed", "false");
          return key;
        });
        const list = make("div", "card-side", make("p", "card-note", heading), ...keys);
        list.setAttribute("role", "group");
        list.setAttribute("aria-label", heading);
        return list;
      }

      function press(name, key, pressed) {
        key.setAttribute("aria-pressed", String(pressed));
        if (!pressed) delete chosen[name];
      }

      function choose(name, card, key) {
        if (key.getAttribute("aria-disabled")) return;
        if (chosen[name]) press(name, chosen[name].key, false);
        chosen[name] = { card, key };
        press(name, key, true);
        const { front, back } = chosen;
        if (!front || !back) return;
        for (const [other, { key: pressed }] of Object.entries({ front, back })) press(other, pressed, false);
        if (front.card !== back.card) {
          misses += 1;
          words.textContent = "These two do not belong together.";
          return;
        }
        open -= 1;
        for (const { key: done } of [front, back]) {
          done.setAttribute("aria-disabled", "true");
          done.classList.add("is-right");
        }
        words.textContent = open ? `A pair. ${open} to go.` : `All paired, with ${misses} ${misses === 1 ? "miss" : "misses"}.`;
        if (!open) {
          const again = button("Another round", begin);
          stage.append(make("div", "actions", again));
          again.focus();
        }
      }

      const front = side("front", "Fronts");
      deal(stage, [make("div", "card-sides", front, side("back", "Backs")), words], front.querySelector("button"));
    }
    begin();
  });
})();
