import re
from pathlib import Path

import pytest

from course_lib.book.practice.source import read
from course_lib.sheet import SheetError
from tests.book.conftest import ROOT
from tests.book.practice.conftest import PRACTICE, Write

GOOD = PRACTICE.format(name="noise")
OWN = sorted((ROOT / "book" / "practice").glob("*.yml"))


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_file_is_read_whole(sheet: Write) -> None:
    practice = read(sheet(GOOD))
    assert [question.id for question in practice.quiz] == ["floor", "ends"]
    assert [question.several for question in practice.quiz] == [False, True]
    assert [choice.right for choice in practice.quiz[1].choices] == [True, True, False]
    assert [speech.speaker for speech in practice.dialogue] == ["student", "teacher"]
    assert practice.memory[0].breaks is not None
    assert practice.memory[1].holds is None
    assert practice.cards[0].back.text == r"The height at which a constant rate $\eta$ hovers."


def test_a_text_knows_where_it_begins(sheet: Write) -> None:
    practice = read(sheet(GOOD))
    assert practice.cards[1].front.line == line_of(GOOD, "What is a step?")
    assert practice.summary.standard.line == line_of(GOOD, r"The floor is $\eta/2$.")
    assert practice.cards[1].front.place == f"{practice.path}:{practice.cards[1].front.line}"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("prerequisites:\n", "prerequisits:\n", "prerequisits", "did you mean prerequisites?"),
        ("  quick: Half the rate, half the floor.\n", "", "standard: |", "lacks the key quick"),
        ("    front: What is a step?\n", "    front: What is a step?\n    hint: no\n", "hint", "there are id, front"),
        ("    front: What is a step?\n", "    front: a\n    front: b\n", "front: b", "is here twice"),
        ("  - id: step\n", "  - id: floor\n", "  - id: floor\n    front: What is a step?", "the id 'floor' is taken"),
        ("  - id: ends\n", "  - id: floor\n", "  - id: floor\n    question: Which", "the id 'floor' is taken"),
        ("  - term: noise step\n", "  - term: Noise Floor\n", "  - term: Noise Floor", "'noise floor' is taken"),
        ("  - id: step\n", "  - id: Step one\n", "Step one", "small letters and digits"),
        ("        right: true\n        feedback: Yes", "        feedback: Yes", "- text: It halves it", "0 of 2"),
        ("      - text: Nothing.\n", "      - text: Nothing.\n        right: true\n", "- text: It halves it", "2 of 2"),
        ("right: true\n        feedback: Yes", "right: 1\n        feedback: Yes", "right: 1", "true or false"),
        ("        feedback: One too far.\n", "", "- text: Step $T$.", "lacks the key feedback"),
        ("back: One update of the weights.", "back:", "back:\n", "should be a text"),
        ("- teacher: What", "- parrot: What", "- parrot", "unknown key 'parrot'"),
        ("- teacher: What", "- teacher: So?\n    student: What", "- teacher: So?", "spoken by one of"),
        ("    breaks: a runner sees the line.\n", "", "- name: The runner", "both `holds` and `breaks`"),
        ("  quick: Half", "  quick: half: Half", "quick: half", "not YAML"),
        ("objectives:\n  - Say", "objectives: Say", "objectives: Say", "should be a list"),
    ],
)
def test_an_error_names_file_line_and_what_would_be_right(old: str, new: str, at: str, says: str, sheet: Write) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)

    place = line_of(text, at)
    path = sheet(text)
    with pytest.raises(SheetError, match=re.escape(f"{path}:{place}: ")) as caught:
        read(path)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("title: caf\u00e9\n".encode("latin-1"), r"annealing\.yml:2: no text in UTF-8; save the file in that encoding"),
        (b"title: a\x07\n", r"annealing\.yml:2: no YAML may have the control character #x07"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_the_line(sheet: Write, written: bytes, says: str) -> None:
    path = sheet("")
    path.write_bytes("# é\n".encode() + written)
    with pytest.raises(SheetError, match=says):
        read(path)


def test_an_empty_file_is_refused(sheet: Write) -> None:
    with pytest.raises(SheetError, match=r"annealing\.yml:1: the file is empty"):
        read(sheet(""))


def test_a_list_is_no_chapter(sheet: Write) -> None:
    with pytest.raises(SheetError, match="should be a mapping with the keys prerequisites, objectives"):
        read(sheet("- one\n"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_a_chapter_gives_enough_to_practise_with(path: Path) -> None:
    practice = read(path)
    assert len(practice.quiz) >= 6
    assert len(practice.cards) >= 8
    assert 8 <= len(practice.concepts) <= 12
    assert 8 <= len(practice.dialogue) <= 14
    assert practice.dialogue[-1].text.text.endswith("?")
    assert any(aid.breaks for aid in practice.memory)


def test_the_model_chapters_have_their_files() -> None:
    assert {"02-calibration", "03-annealing"} <= {path.stem for path in OWN}
