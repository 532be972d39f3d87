"""Whose a file is, by the names that platforms and people give."""

import pytest

from course_lib.commands.options import Names
from course_lib.grading.gradebook.standing import Student
from course_lib.grading.pile.names import Scheme, read_name
from course_lib.grading.pile.submissions import WrongNames, by_roster, collect
from course_lib.grading.pile.whose import matching

ROSTER = [
    Student("s1", "Jane Doe", canvas_id="12345", github="jane-doe", email="jane@example.org", on_roster=True),
    Student("s2", "Zoë Ångström", on_roster=True),
    Student("s3", "Twin Name", on_roster=True),
    Student("s4", "Twin Name", on_roster=True),
    Student("s5", "Left Them", on_roster=False),
]


def hand_in(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def found(folder, scheme=None):
    submissions = by_roster(collect(folder, "annealing", scheme=scheme), matching(ROSTER))
    return {each.student: each.status.split(":")[0] or each.path.relative_to(folder).as_posix() for each in submissions}


def test_the_command_offers_the_schemes_there_are():
    assert [each.value for each in Names] == [each.value for each in Scheme]


@pytest.mark.parametrize(
    ("name", "scheme", "known_as", "late", "file", "copy"),
    [
        ("doejane_12345_67890_annealing", Scheme.CANVAS, "12345", False, "annealing", 0),
        ("doejane_LATE_12345_67890_annealing-1", Scheme.CANVAS, "12345", True, "annealing", 1),
        ("doejane_12345_67890_my_own_2_3_name", Scheme.CANVAS, "12345", False, "my_own_2_3_name", 0),
        ("Jane Doe_12345_assignsubmission_file_", Scheme.MOODLE, "12345", None, "", 0),
        ("Jane Doe_12345_assignsubmission_file", Scheme.MOODLE, "12345", None, "", 0),
        ("Jane Doe_12345_assignsubmission_file_annealing", Scheme.MOODLE, "12345", None, "annealing", 0),
        ("annealing-jane-doe", Scheme.GITHUB, "jane-doe", None, "", 0),
        ("ann", Scheme.PLAIN, "ann", None, "", 0),
        ("ann_12", Scheme.PLAIN, "ann_12", None, "", 0),
    ],
)
def test_a_name_says_who_when_and_what(name, scheme, known_as, late, file, copy):
    named = read_name(name, "annealing")
    assert (named.scheme, named.known_as, named.flagged_late) == (scheme, known_as, late)
    assert (named.file, named.copy) == (file, copy)


def test_a_students_own_part_of_a_name_makes_nobody_else_of_them():
    """The file's own name is the student's to choose, and on many a Moodle so is the full name."""
    assert read_name("doejane_12345_67890_smithjohn_999_888_annealing", "annealing").known_as == "12345"
    twice = "Jane Doe_12345_assignsubmission_file_John Smith_999_assignsubmission_file_x"
    assert read_name(twice, "annealing", Scheme.MOODLE) is None
    assert read_name(twice, "annealing").scheme is Scheme.PLAIN


def test_canvas_and_github_are_matched_by_their_ids(tmp_path):
    hand_in(tmp_path, "doejane_12345_1_annealing.ipynb")
    assert found(tmp_path) == {"s1": "doejane_12345_1_annealing.ipynb"}


def test_a_github_classroom_may_nest_the_notebook(tmp_path):
    hand_in(
        tmp_path, "annealing-Jane-Doe/assignments/annealing/annealing.ipynb", "annealing-Jane-Doe/.git/annealing.ipynb"
    )
    hand_in(tmp_path, "annealing-nobody/README.md")
    assert found(tmp_path) == {"s1": "annealing-Jane-Doe/assignments/annealing/annealing.ipynb", "nobody": "missing"}


def test_a_github_classrooms_own_notebook_is_not_taken_for_the_answer(tmp_path):
    hand_in(tmp_path, "annealing-a/demo.ipynb", "annealing-b/demo.ipynb", "annealing-b/work/Annealing (1).ipynb")
    assert found(tmp_path) == {"a": "missing", "b": "annealing-b/work/Annealing (1).ipynb"}


def test_moodle_is_matched_by_a_full_name_that_is_one_students_alone(tmp_path):
    hand_in(tmp_path, "ZOE\u0308 A\u030angstro\u0308m_77_assignsubmission_file_/solution.ipynb")
    hand_in(tmp_path, "Twin Name_78_assignsubmission_file_/annealing.ipynb")
    hand_in(tmp_path, "Left Them_79_assignsubmission_file_annealing.ipynb")
    hand_in(tmp_path, "Jane Doe_80_assignsubmission_onlinetext_/onlinetext.html")
    assert set(found(tmp_path)) - {"Jane Doe_80_assignsubmission_onlinetext_"} == {
        "s2",
        "Twin Name_78",
        "Left Them_79",
    }


def test_a_name_is_no_proof_where_the_roster_has_a_canvas_id(tmp_path):
    hand_in(tmp_path, "doejane_666_1_annealing.ipynb", "ångströmzoë_4_1_annealing.ipynb")
    assert found(tmp_path) == {
        "doejane_666": "doejane_666_1_annealing.ipynb",
        "s2": "ångströmzoë_4_1_annealing.ipynb",
    }


@pytest.mark.parametrize("name", ["s1", "S1", "jane-doe", "jane@example.org", "Jane Doe"])
def test_a_plain_name_is_an_id_a_login_an_address_or_a_name(tmp_path, name):
    hand_in(tmp_path, f"{name}.ipynb")
    assert list(found(tmp_path)) == ["s1"]


def test_of_two_files_of_one_student_neither_is_taken(tmp_path):
    hand_in(tmp_path, "s1.ipynb", "Jane Doe.ipynb", "s2.ipynb")
    assert found(tmp_path) == {"s1": "unreadable", "s2": "s2.ipynb"}
    assert len(collect(tmp_path, "annealing")) == 3


def test_of_several_files_of_a_canvas_user_the_one_that_is_meant_counts(tmp_path):
    hand_in(
        tmp_path,
        *("a_1_10_annealing.ipynb", "a_1_11_annealing-2.ipynb", "a_1_12_notes.ipynb"),
        *("b_2_10_one.ipynb", "b_2_11_two.ipynb"),
        "c_3_10_whatever-1.ipynb",
        *("d_4_10_Annealing (1).ipynb", "d_4_11_notes.ipynb"),
    )
    assert found(tmp_path) == {
        "a_1": "a_1_11_annealing-2.ipynb",
        "b_2": "unreadable",
        "c_3": "c_3_10_whatever-1.ipynb",
        "d_4": "d_4_10_Annealing (1).ipynb",
    }


def test_a_moodle_folder_with_several_notebooks_is_asked_which(tmp_path):
    hand_in(tmp_path, "A B_1_assignsubmission_file_/one.ipynb", "A B_1_assignsubmission_file_/two.ipynb")
    hand_in(tmp_path, "C D_2_assignsubmission_file_/one.ipynb", "C D_2_assignsubmission_file_/annealing.ipynb")
    assert found(tmp_path) == {
        "A B_1": "unreadable",
        "C D_2": "C D_2_assignsubmission_file_/annealing.ipynb",
    }


def test_a_forced_scheme_refuses_every_other_name(tmp_path):
    hand_in(tmp_path, "doejane_12345_1_annealing.ipynb", "ann.ipynb")
    assert found(tmp_path, Scheme.CANVAS) == {"s1": "doejane_12345_1_annealing.ipynb", "ann": "unreadable"}
    plain = found(tmp_path, Scheme.PLAIN)
    assert set(plain) == {"doejane_12345_1_annealing", "ann"}


@pytest.mark.parametrize(
    ("name", "forced", "fits"),
    [
        ("ann/annealing.ipynb", Scheme.CANVAS, Scheme.PLAIN),
        ("ann.ipynb", Scheme.MOODLE, Scheme.PLAIN),
        ("doejane_12345_1_annealing.ipynb", Scheme.GITHUB, Scheme.CANVAS),
        ("annealing-jane-doe/annealing.ipynb", Scheme.MOODLE, Scheme.GITHUB),
        ("Jane Doe_12345_assignsubmission_file_/a.ipynb", Scheme.CANVAS, Scheme.MOODLE),
    ],
)
def test_a_forced_scheme_that_fits_nothing_is_refused_with_the_one_that_fits(tmp_path, name, forced, fits):
    hand_in(tmp_path, name)
    with pytest.raises(WrongNames, match=f"which {fits} fits"):
        collect(tmp_path, "annealing", scheme=forced)


def test_a_forced_scheme_for_an_empty_folder_is_no_mistake(tmp_path):
    assert collect(tmp_path, "annealing", scheme=Scheme.CANVAS) == []


def test_no_link_is_followed_on_the_way_to_a_nested_notebook(tmp_path):
    hand_in(tmp_path / "secret", "annealing.ipynb")
    (tmp_path / "pile" / "annealing-eve").mkdir(parents=True)
    (tmp_path / "pile" / "annealing-eve" / "work").symlink_to(tmp_path / "secret")
    assert found(tmp_path / "pile") == {"eve": "missing"}
    (tmp_path / "pile" / "annealing-eve" / "annealing.ipynb").symlink_to(tmp_path / "secret/annealing.ipynb")
    assert found(tmp_path / "pile") == {"eve": "unreadable"}
