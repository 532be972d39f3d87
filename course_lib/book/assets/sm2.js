/* SM-2, the algorithm of spaced repetition: P. A. Wozniak, "Optimization of learning" (1990), chapter 3.2.
 *
 * A state is {easiness, interval, repetitions}: the interval in days until the card is asked again, how many times in a
 * row it was known. A grade is 0 to 5: from 3 on the card was known.
 */
window.courseSM2 = (() => {
  "use strict";
  const FRESH = Object.freeze({ easiness: 2.5, interval: 0, repetitions: 0 });
  const LEAST_EASINESS = 1.3;

  /** The state after a card was graded. */
  function review({ easiness, interval, repetitions }, grade) {
    // Step 6 of the paper: a card that was not known begins anew, and keeps its easiness.
    if (grade < 3) return { easiness, interval: 1, repetitions: 0 };
    const next = [1, 6][repetitions] ?? Math.ceil(interval * easiness);
    const miss = 5 - grade;
    return {
      easiness: Math.max(LEAST_EASINESS, easiness + (0.1 - miss * (0.08 + miss * 0.02))),
      interval: next,
      repetitions: repetitions + 1,
    };
  }

  return { FRESH, review };
})();
