"""Practice material as a notebook has it: the same words, and what answers a question behind a fold."""

from pathlib import Path

import pytest

from course_lib.book.notebook.blocks import to_markdown
from course_lib.book.notebook.practice import WRITERS
from course_lib.book.notebook.roles import Names
from course_lib.book.practice.source import Practice, read
from tests.book.practice.conftest import PRACTICE

TICKS = "```"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    path = tmp_path_factory.mktemp("practice") / "chapter.yml"
    path.write_text(PRACTICE.format(name="noise"), encoding="utf-8")
    return read(path)


def written(practice: Practice, name: str) -> str:
    own = {name: lambda _: WRITERS[name](practice)}
    return to_markdown(f"{TICKS}{{{name}}}\n{TICKS}", Names(), own)


def test_the_head_lists_what_one_needs_and_what_one_can_do_afterwards(practice: Practice) -> None:
    assert written(practice, "chapter-head") == (
        "*You need:*\n\n- What a *gradient* is, and the rate $\\eta$.\n\n"
        "*Afterwards you can:*\n\n- Say what the noise floor is."
    )


def test_of_the_depths_the_two_longer_ones_are_folded(practice: Practice) -> None:
    said = written(practice, "depths")
    before, standard, detailed = said.split("<details>")
    assert before == "**In short.** Half the rate, half the floor.\n\n"
    assert standard.startswith("<summary>More, at standard depth</summary>\n\nThe floor is $\\eta/2$.\n\nIt sinks")
    assert detailed.endswith("$$ V = \\frac{\\eta}{2} . $$\n\n</details>")


def test_each_speaks_in_a_line_of_the_dialogue(practice: Practice) -> None:
    assert written(practice, "dialogue") == (
        "> **Student.** Why does it never settle?\n\n> **Teacher.** What pushes it, at each step?"
    )


def test_a_concept_has_its_definition_and_an_aid_says_where_it_breaks(practice: Practice) -> None:
    assert written(practice, "key-concepts").splitlines()[1] == "- **noise step:** One update of the weights."
    assert written(practice, "memory-aids").splitlines() == [
        "- **The runner.** Long strides first, short ones at the line. *It holds:* early on. "
        "*It breaks:* a runner sees the line.",
        "- **Half and half.** *Half the rate, half the floor.*",
    ]


def test_the_answers_of_the_quiz_are_folded_and_say_which_is_right_and_why(practice: Practice) -> None:
    first, second = written(practice, "quiz").split("**Question 2.**")
    assert first.startswith(
        "**Question 1.** What does half the rate do to the floor, for small $\\eta$?\n\n- A. It halves"
    )
    question, answers = first.split("<details><summary>The answer, and why</summary>\n\n")
    assert "nearly proportional" not in question
    assert answers.splitlines()[:2] == [
        "- **A is right.** Yes, $V$ is nearly proportional to $\\eta$.",
        "- **B is wrong.** The noise enters with $\\eta^2$.",
    ]
    assert "(More than one answer is right.)" in second
    assert "(More than one answer is right.)" not in first


def test_the_back_of_a_card_is_folded(practice: Practice) -> None:
    card = written(practice, "flashcards").split("**Card 2.** ")[1].split("**Card 3.**")[0]
    assert card == (
        "What is a step?\n\n<details><summary>Turn it over</summary>\n\nOne update of the weights.\n\n</details>\n\n"
    )


def test_a_text_of_several_lines_stays_one_item_and_one_quotation(tmp_path: Path) -> None:
    path = tmp_path / "chapter.yml"
    text = PRACTICE.format(name="noise").replace(
        "teacher: What pushes it, at each step?", "teacher: |\n      What pushes it?\n\n      At each step?"
    )
    path.write_text(text.replace("- What a *gradient* is,", "- |\n    What a *gradient* is:\n    a slope,"), "utf-8")
    practice = read(path)
    assert "> **Teacher.** What pushes it?\n>\n> At each step?" in written(practice, "dialogue")
    assert "- What a *gradient* is:\n  a slope, and" in written(practice, "chapter-head")
