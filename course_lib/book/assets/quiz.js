/* The quiz: checks a question, says why, and keeps what was chosen (courseStore, kind "quiz":
 * {id: {chosen: [number of the choice], right, tries, when}}). */
(() => {
  "use strict";
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text) node.textContent = text;
    return node;
  };
  const button = (text, className) => Object.assign(make("button", className, text), { type: "button" });

  function prepare(question, page) {
    const id = question.dataset.id;
    const boxes = [...question.querySelectorAll("input")];
    const right = boxes.map((box) => question.querySelector(`[data-choice="${box.value}"]`).classList.contains("right"));
    const check = button("Check", "course-button");
    const again = button("Try again", "course-button quiet");
    const actions = make("div", "actions");
    const feedback = make("div", "feedback");
    feedback.setAttribute("role", "status");
    again.hidden = true;
    actions.append(check, again);
    question.querySelector("fieldset").append(actions, feedback);

    const chosen = () => boxes.flatMap((box, index) => (box.checked ? [index] : []));

    function verdict(picked, correct) {
      if (correct) return "Right.";
      const wanted = right.filter(Boolean).length;
      if (wanted === 1) return "Not this one.";
      const hits = picked.filter((index) => right[index]).length;
      const wrong = picked.length - hits;
      return `Not yet: ${hits} of the ${wanted} right ones${wrong ? `, and ${wrong} that ${wrong > 1 ? "are" : "is"} wrong` : ""}.`;
    }

    function explain(picked, correct) {
      feedback.replaceChildren(make("strong", "verdict", verdict(picked, correct)));
      for (const index of picked) {
        const answer = question.querySelector(`[data-choice="${index}"]`);
        for (const child of answer.children) {
          if (picked.length === 1 && child.matches("strong:first-child")) continue; // the verdict says it
          const copy = child.cloneNode(true);
          for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
          feedback.append(copy);
        }
      }
      question.classList.toggle("is-right", correct);
      question.classList.toggle("is-wrong", !correct);
      again.hidden = false;
    }

    check.addEventListener("click", () => {
      const picked = chosen();
      if (!picked.length) {
        feedback.replaceChildren(make("strong", "verdict", "Choose an answer first."));
        return;
      }
      const correct = boxes.every((box, index) => box.checked === right[index]);
      const tries = (courseStore.get(page, "quiz", id)?.tries || 0) + 1;
      explain(picked, correct);
      courseStore.set(page, "quiz", id, { chosen: picked, right: correct, tries, when: new Date().toISOString() });
    });

    /** Take the verdict away: it is not on what is chosen now. What was checked last stays recorded, and counts. */
    function unsay() {
      feedback.replaceChildren();
      question.classList.remove("is-right", "is-wrong");
      again.hidden = true;
    }
    question.addEventListener("change", unsay);

    function clear() {
      for (const box of boxes) box.checked = false;
      unsay();
    }
    again.addEventListener("click", () => {
      clear();
      boxes[0].focus();
    });

    function restore() {
      const kept = courseStore.get(page, "quiz", id);
      if (!kept) return;
      boxes.forEach((box, index) => (box.checked = kept.chosen.includes(index)));
      explain(kept.chosen.filter((index) => index < boxes.length), kept.right);
    }
    return { id, clear, restore };
  }

  for (const quiz of document.querySelectorAll(".quiz")) {
    const page = quiz.dataset.page;
    const questions = [...quiz.querySelectorAll(".question")].map((question) => prepare(question, page));
    const result = make("div", "quiz-result");
    const score = make("p", "quiz-score");
    const over = button("Start over", "course-button quiet");
    const lost = make("p", "quiz-lost");
    lost.setAttribute("role", "status");
    result.append(score, over);
    quiz.append(result, lost);

    function count() {
      const answers = questions.map(({ id }) => courseStore.get(page, "quiz", id)).filter(Boolean);
      const right = answers.filter((answer) => answer.right);
      const first = right.filter((answer) => answer.tries === 1).length;
      score.textContent =
        `Right: ${right.length} of ${questions.length}` + (right.length ? `, ${first} of them at the first try.` : ".");
      over.hidden = !answers.length;
      lost.textContent = courseStore.lasting
        ? ""
        : "This browser keeps nothing: your answers last as long as this page is open.";
    }
    over.addEventListener("click", () => {
      for (const { id, clear } of questions) {
        clear();
        courseStore.set(page, "quiz", id, undefined);
      }
      quiz.querySelector("input").focus();
    });
    document.addEventListener("course:progress", count);
    for (const { restore } of questions) restore();
    count();
  }
})();
