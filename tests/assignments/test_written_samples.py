"""Sample answers, which show a marker how to use the rubric."""

import pytest

from course_lib.assignments import samples
from course_lib.assignments.rubric import parse
from course_lib.assignments.samples import BadSample, Sample, problems, read_samples

RUBRIC = parse(
    "why: [{id: noise, points: 2, words: Speaks of noise.}, {id: floor, points: 1, words: And of the floor.}]"
)


def sample(name: str, noise: float, floor: float, answer: str = "why") -> Sample:
    return Sample(name, answer, {"noise": noise, "floor": floor}, "", "Because.")


GOOD, MIDDLING, POOR = sample("good", 2, 1), sample("middling", 1, 0.5), sample("poor", 0, 0)


def test_a_good_a_middling_and_a_poor_one_are_what_it_takes():
    assert list(problems([GOOD, MIDDLING, POOR], RUBRIC)) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([GOOD, POOR], "'why' has 2 samples"),
        ([GOOD, sample("better", 2, 0.5), POOR], "need one below a third"),
        ([GOOD, MIDDLING, sample("poor", 3, 0)], "poor has 3 of 2 points for 'noise'"),
        ([GOOD, MIDDLING, POOR, sample("other", 1, 1, "where")], "other answers 'where'; the rubric has 'why'"),
        ([GOOD, MIDDLING, Sample("poor", "why", {"noise": 0}, "", "x")], "is marked by 'noise'; the criteria of 'why'"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(found, words):
    assert any(words in line for line in problems(found, RUBRIC))


@pytest.mark.parametrize(
    "text", ["Because.", "---\nanswer: why\n---\nBecause.", "---\nanswer: why\nmarks: {}\nwhy: x\n---\n"]
)
def test_a_file_of_another_form_is_named(tmp_path, text):
    (tmp_path / "poor.md").write_text(text)
    with pytest.raises(BadSample, match=r"poor\.md"):
        read_samples(tmp_path)


def test_no_folder_has_no_samples(tmp_path):
    assert read_samples(tmp_path / samples.FOLDER) == []
