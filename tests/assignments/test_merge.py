import contextlib
import json
import os

import pytest
from nbformat.v4 import new_markdown_cell

from course_lib.assignments.merge import Malformed, SubmissionError, Unreadable, WrongAssignment, merge, read_notebook
from tests.assignments.notebooks import cell, notebook, save


def released():
    return notebook(
        cell("setup", "setup", "import math"),
        cell("answer", "double", "stub"),
        cell("check", "check-double", "assert double(1) == 2", prints="right\n"),
        cell("answer", "triple", "stub"),
    )


def handed_in(**sources):
    made = released()
    for each in made.cells:
        each.source = sources.get(each.id, each.source)
    return made


def test_only_the_answers_are_the_students(tmp_path):
    submission = handed_in(setup="import os", double="mine", triple="mine too")
    submission.cells[2].source = "pass"
    submission.cells[2].metadata.nbgrader.points = 99
    submission.cells.insert(0, new_markdown_cell("a note"))
    merged = merge(released(), read_notebook(save(tmp_path / "a.ipynb", submission)))
    expected = released()
    expected.cells[1].source, expected.cells[3].source = "mine", "mine too"
    assert merged == expected


def test_the_answers_metadata_stay_as_released(tmp_path):
    submission = handed_in(double="mine")
    submission.cells[1].metadata["tags"] = ["nbval-skip", "experiment"]
    merged = merge(released(), read_notebook(save(tmp_path / "a.ipynb", submission)))
    assert merged.cells[1].metadata == released().cells[1].metadata


def test_what_was_released_is_not_changed(tmp_path):
    original = released()
    merge(original, handed_in(double="mine"))
    assert original == released()


def test_a_notebook_that_lost_its_metadata_is_known_by_its_answers():
    submission = handed_in(double="mine")
    submission.metadata = notebook(assignment=None).metadata
    assert merge(released(), submission).cells[1].source == "mine"


def test_another_assignment_is_named():
    submission = handed_in()
    submission.metadata.course.assignment = "momentum"
    with pytest.raises(WrongAssignment, match="the notebook of 'momentum', not of 'toy'"):
        merge(released(), submission)
    with pytest.raises(WrongAssignment, match="none of the answer cells of 'toy'"):
        merge(released(), notebook(cell("answer", "other", ""), assignment=None))


def test_a_strangers_assignment_name_stays_on_one_short_line():
    submission = handed_in()
    submission.metadata.course.assignment = "x\n\x1b[31m" * 1000
    with pytest.raises(WrongAssignment) as caught:
        merge(released(), submission)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


def test_an_answer_that_is_missing_doubled_or_of_another_type_is_named():
    missing, doubled, retyped = released(), released(), released()
    del missing.cells[1]
    doubled.cells.append(doubled.cells[1])
    retyped.cells[1].cell_type = "markdown"
    for submission, words in [
        (missing, "'double' is missing"),
        (doubled, "'double' is there 2 times"),
        (retyped, "'double' is a 'markdown' cell"),
    ]:
        with pytest.raises(Malformed, match=words):
            merge(released(), submission)


MINIMAL = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
CELL = {"cell_type": "code", "metadata": {}, "source": ""}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\n# Read me\n", "no notebook: it is other text"),
        (b'\n{"cells": oops}', "broken JSON at line 2"),
        (json.dumps(MINIMAL).encode()[:-5], "broken JSON at line 1"),
        (b"\x89PNG\r\n\x1a\n\xff", "not a text file"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "number too long"),
        (b"3", "not a Jupyter notebook"),
        (b"{}", "not a Jupyter notebook"),
        (json.dumps(MINIMAL | {"nbformat": 3}).encode(), "version 4 of the format"),
        (json.dumps(MINIMAL | {"cells": {}}).encode(), "version 4 of the format"),
        (json.dumps(MINIMAL | {"cells": ["x"]}).encode(), "cell 1 is not a notebook cell"),
        (json.dumps(MINIMAL | {"cells": [CELL | {"source": [1]}]}).encode(), "cell 1 has no source text"),
        (json.dumps(MINIMAL | {"cells": [CELL | {"source": "\ud800"}]}).encode(), "lone surrogate"),
    ],
)
def test_what_is_no_notebook_gets_one_line_or_is_read(tmp_path, content, words):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=words) as caught:
        read_notebook(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("depth", [200, 450, 600, 900, 990, 50_000])
def test_metadata_of_any_depth_are_read_or_refused(tmp_path, depth):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(MINIMAL).replace('"metadata": {}', '"metadata": ' + '{"a":' * depth + "1" + "}" * depth))
    with contextlib.suppress(Unreadable):
        assert read_notebook(path).cells == []


def test_files_that_are_not_files_are_refused(tmp_path):
    with pytest.raises(Unreadable, match="no such file"):
        read_notebook(tmp_path / "nothing.ipynb")
    with pytest.raises(Unreadable, match="not a regular file"):
        read_notebook(tmp_path)
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(Unreadable, match="not a regular file"):
        read_notebook(tmp_path / "pipe.ipynb")


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(tmp_path):
    path = save(tmp_path / "a.ipynb", released())
    with pytest.raises(Unreadable, match="larger than 1e-05 MB"):
        read_notebook(path, max_bytes=10)


def test_metadata_of_odd_types_is_ignored(tmp_path):
    odd = MINIMAL | {
        "metadata": {"course": ["toy"]},
        "cells": [CELL | {"metadata": {"nbgrader": 3}}, CELL | {"metadata": None}],
    }
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(odd))
    with pytest.raises(WrongAssignment, match="none of the answer cells"):
        merge(released(), read_notebook(path))


def test_every_refusal_carries_the_gradebooks_word():
    assert {kind.status for kind in SubmissionError.__subclasses__()} == {"unreadable", "malformed", "wrong-assignment"}


def test_a_written_answer_is_taken_as_text_and_only_as_text():
    original = notebook(cell("answer", "double", "stub"), cell("written", "why", "Why?\n\nYOUR ANSWER HERE"))
    submission = notebook(cell("answer", "double", "mine"), cell("written", "why", "Because <b>I</b> say so."))
    assert merge(original, submission).cells[1].source == "Because <b>I</b> say so."
    submission.cells[1].cell_type = "code"
    with pytest.raises(Malformed, match="'why' is a 'code' cell; it must be a markdown cell"):
        merge(original, submission)
