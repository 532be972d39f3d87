"""The quiz: questions with radio buttons or boxes, the answers folded beneath; a script checks and keeps score."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from course_lib.book.assets import need
from course_lib.book.names import page_name
from course_lib.book.practice.elements import blocks, element, part, words
from course_lib.book.practice.shelf import PracticeDirective
from course_lib.book.practice.source import LETTERS, Choice, Question


class QuizDirective(PracticeDirective):
    """``{quiz}``: the questions of the chapter."""

    def run(self) -> list[nodes.Node]:
        """Return the questions, each a group of choices with the answers under it."""
        quiz = self.practice().quiz
        need(self.env, "store.js", "practice.css", "quiz.css", "quiz.js")
        questions = [self._question(number, question, len(quiz)) for number, question in enumerate(quiz, start=1)]
        return [
            element(
                "div",
                *questions,
                html={"data-page": page_name(self.env.docname)},
                classes=["quiz", "practice"],
                ids=["practice-quiz"],
                quick_link="Quiz",
            )
        ]

    def _question(self, number: int, question: Question, total: int) -> part:
        said = f"Question {number} of {total}"
        if question.several:
            said += ", more than one answer is right"
        legend = element(
            "legend",
            element("span", f"{said}.", classes=["question-number", "computed"]),
            " ",
            *words(self, question.question),
        )
        choices = [self._choice(question, index, choice) for index, choice in enumerate(question.choices)]
        answers = [self._answer(index, choice) for index, choice in enumerate(question.choices)]
        return element(
            "div",
            element("fieldset", legend, *choices),
            element("details", element("summary", "The answer, and why"), element("ul", *answers), classes=["answers"]),
            html={"data-id": question.id},
            ids=[f"quiz-{question.id}"],
            classes=["question"],
        )

    def _choice(self, question: Question, index: int, choice: Choice) -> part:
        name = f"quiz-{question.id}"
        box = {
            "type": "checkbox" if question.several else "radio",
            "name": name,
            "value": str(index),
            # A browser that comes back to the page would otherwise fill in what the record does not say.
            "autocomplete": "off",
        }
        letter = element("span", f"{LETTERS[index]}.", classes=["letter"])
        return element(
            "div",
            element("input", html=box, ids=[f"{name}-{index}"]),
            element("label", letter, " ", element("span", *words(self, choice.text)), html={"for": f"{name}-{index}"}),
            classes=["choice"],
        )

    def _answer(self, index: int, choice: Choice) -> part:
        verdict = f"{LETTERS[index]} is right." if choice.right else f"{LETTERS[index]} is wrong."
        return element(
            "li",
            element("strong", verdict),
            " ",
            *blocks(self, choice.feedback),
            html={"data-choice": str(index)},
            classes=["right" if choice.right else "wrong"],
        )


class SectionLinks(SphinxTransform):
    """Leads from a section's name in an answer, such as *Pitfalls*, to the section; its subtitle may be left out."""

    default_priority = 500

    def apply(self, **kwargs: object) -> None:
        """Put a link around each name, now that the sections that come after the quiz have been read as well."""
        sections: dict[str, nodes.section] = {}
        for section in self.document.findall(nodes.section):
            title = section[0].astext()
            for name in (title, title.partition(":")[0]):
                sections.setdefault(name, section)
        for answers in self.document.findall(part):
            if "answers" in answers["classes"]:
                for named in list(answers.findall(nodes.emphasis)):
                    if target := sections.get(named.astext()):
                        named.replace_self(nodes.reference("", "", named.deepcopy(), refid=target["ids"][0]))


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("quiz", QuizDirective)
    app.add_transform(SectionLinks)
