"""Reasons for mutants that may survive."""

import pytest

from course_lib.grading.verify.allowed import Allowed, BadMutants, read_allowed
from course_lib.grading.verify.mutants import Mutant

GOOD = """\
- cell: step-decay
  line: drops = step // drop_every
  mutant: "drops = (step) // drop_every"
  why: The same number.
"""


def written(folder, text):
    path = folder / "mutants.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_covers_the_mutant_that_it_describes_and_no_other(tmp_path):
    (entry,) = read_allowed(written(tmp_path, GOOD))
    mutant = Mutant("step-decay", "drops = step // drop_every", "drops = (step) // drop_every", "")
    assert entry.covers(mutant)
    assert not entry.covers(Mutant("cosine", mutant.line, mutant.mutant, ""))


def test_without_a_file_nothing_may_survive(tmp_path):
    assert read_allowed(tmp_path / "mutants.yml") == []


def test_a_change_over_several_lines_is_read_without_its_indentation(tmp_path):
    text = "- cell: f\n  line: |\n    if a:\n        b()\n  mutant: b()\n  why: a always holds.\n"
    assert read_allowed(written(tmp_path, text)) == [Allowed("f", "if a:\nb()", "b()", "a always holds.")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cell: step-decay", "must be a list"),
        ("- cell: step-decay\n  line: x\n  mutant: y", "entry 1 needs the keys cell, line, mutant, why"),
        (GOOD + "- just text", "entry 2 needs the keys"),
        (GOOD.replace("The same number.", "''"), "entry 1: why must be text, not ''"),
        (GOOD.replace("The same number.", "7"), "entry 1: why must be text, not 7"),
        ("- [", "is no YAML"),
    ],
)
def test_a_file_in_another_format_is_refused_with_the_entry(tmp_path, text, words):
    with pytest.raises(BadMutants, match=words):
        read_allowed(written(tmp_path, text))
