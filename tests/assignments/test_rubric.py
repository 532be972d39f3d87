"""Rubrics of written answers."""

import pytest

from course_lib.assignments.rubric import BadRubric, Criterion, Rubric, from_json, parse, read

TEXT = "why:\n- {id: noise, points: 2, words: Says what the noise does.}\n- {id: bound, points: 0.5, words: x}\n"


def test_a_rubric_comes_back_from_its_own_text():
    rubric = parse(TEXT)
    assert rubric.answers["why"][0] == Criterion("noise", 2.0, "Says what the noise does.")
    assert rubric.points == 2.5
    assert from_json(rubric.as_json()) == rubric


def test_an_assignment_without_the_file_has_no_written_answers(tmp_path):
    assert read(tmp_path / "rubric.yml") == Rubric()


def test_it_is_held_against_the_answers_of_the_notebook():
    parse(TEXT).hold_against({"why": 2.5})
    Rubric().hold_against({})
    with pytest.raises(BadRubric, match=r"worth 3 points and its criteria make 2\.5"):
        parse(TEXT).hold_against({"why": 3})
    with pytest.raises(BadRubric, match="'how' has no criteria"):
        parse(TEXT).hold_against({"why": 2.5, "how": 1})
    with pytest.raises(BadRubric, match=r"'why' has criteria .* is no written answer"):
        parse(TEXT).hold_against({})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- 1", "by its grade_id"),
        ("Why: []", "not 'Why'"),
        ("why: []", "must have a list of criteria"),
        ("why: [{id: a, points: 1}]", "id, points and words"),
        ("why: [{id: a, points: 1, words: x, more: y}]", "and nothing else"),
        ("why: [{id: a b, points: 1, words: x}]", "not 'a b'"),
        ("why: [{id: a, points: 0, words: x}]", "why/a: points must be a number above 0, not 0"),
        ("why: [{id: a, points: .nan, words: x}]", "above 0, not nan"),
        ("why: [{id: a, points: .inf, words: x}]", "above 0, not inf"),
        ("why: [{id: a, points: true, words: x}]", "above 0, not True"),
        ("why: [{id: a, points: 1, words: ' '}]", "words must say"),
        ("why: [{id: a, points: 1, words: x}, {id: a, points: 1, words: y}]", "two criteria called 'a'"),
        ("why: [", "not YAML"),
        ("why: !!python/object/apply:os.getcwd []", "not YAML"),
    ],
)
def test_a_rubric_that_cannot_be_used_is_named(text, words, tmp_path):
    (tmp_path / "rubric.yml").write_text(text)
    with pytest.raises(BadRubric, match=words):
        read(tmp_path / "rubric.yml")


def test_a_rubric_that_is_no_text_in_utf_8_is_named_with_its_line(tmp_path):
    (tmp_path / "rubric.yml").write_bytes("why:\n  - {id: a, points: 1, words: caf\u00e9}\n".encode("latin-1"))
    with pytest.raises(BadRubric, match=r"rubric\.yml:2: no text in UTF-8; save the file in that encoding"):
        read(tmp_path / "rubric.yml")
