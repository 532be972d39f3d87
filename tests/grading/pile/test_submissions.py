"""Which files are whose, and which names are turned away."""

import os
import unicodedata

import pytest

from course_lib.grading.pile.submissions import collect


def statuses(folder):
    return {each.student: each.status.split(":")[0] for each in collect(folder, "annealing")}


def hand_in(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def test_a_file_or_a_folder_a_student(tmp_path):
    hand_in(tmp_path, "ann.ipynb", "bob/annealing.ipynb")
    assert {each.student: each.path for each in collect(tmp_path, "annealing")} == {
        "ann": tmp_path / "ann.ipynb",
        "bob": tmp_path / "bob/annealing.ipynb",
    }


def in_a_folder(folder, *names):
    """What is taken of a student's folder, or the status."""
    hand_in(folder, *(f"bob/{name}" for name in names))
    (bob,) = collect(folder, "annealing")
    return bob.path.relative_to(folder / "bob").as_posix() if bob.path else bob.status


@pytest.mark.parametrize(
    "name", ["annealing (1).ipynb", "annealing(2).ipynb", "Annealing.ipynb", "annealing.IPYNB", "homework.ipynb"]
)
def test_the_only_notebook_of_a_folder_is_taken_whatever_its_name(tmp_path, name):
    beside = (".annealing.ipynb", ".ipynb_checkpoints/annealing-checkpoint.ipynb", "__MACOSX/._annealing.ipynb")
    assert in_a_folder(tmp_path, name, "notes.txt", *beside) == name


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["annealing.ipynb", "Annealing.ipynb", "annealing (1).ipynb", "other.ipynb"], "annealing.ipynb"),
        (["ANNEALING (1).ipynb", "other.ipynb"], "ANNEALING (1).ipynb"),
        (["old/annealing.ipynb", "Annealing.ipynb"], "Annealing.ipynb"),
        (["annealing/annealing.ipynb", "annealing/other.ipynb"], "annealing/annealing.ipynb"),
    ],
)
def test_of_several_notebooks_the_one_called_most_like_the_assignment_is_taken(tmp_path, names, taken):
    assert in_a_folder(tmp_path, *names) == taken


def test_several_notebooks_that_may_be_meant_are_named_with_the_name_that_decides(tmp_path):
    status = in_a_folder(tmp_path, "one.ipynb", "two\n.ipynb")
    assert status == (
        r"unreadable: the folder holds 2 notebooks, one.ipynb, two\n.ipynb; leave one, or call one annealing.ipynb"
    )


def test_many_long_names_stay_one_line_of_bounded_length(tmp_path):
    status = in_a_folder(tmp_path, *(f"{number}{'x' * 200}.ipynb" for number in range(50)))
    assert "50 notebooks" in status
    assert "and 46 more" in status
    assert len(status) < 400


def test_a_folder_with_other_files_alone_names_them_and_is_no_empty_hand(tmp_path):
    status = in_a_folder(tmp_path, "z.zip", "notes.txt", ".DS_Store")
    assert status == "unreadable: the folder holds no notebook, but notes.txt, z.zip; annealing.ipynb belongs there"


def test_an_empty_folder_is_missing(tmp_path):
    (tmp_path / "bob").mkdir()
    assert statuses(tmp_path) == {"bob": "missing"}


def test_a_notebook_with_its_suffix_in_capitals_is_somebodys(tmp_path):
    hand_in(tmp_path, "ann.IPYNB")
    assert statuses(tmp_path) == {"ann": ""}


def test_a_folder_that_cannot_be_opened_keeps_no_other_from_being_taken(tmp_path, monkeypatch):
    hand_in(tmp_path, "ann/annealing.ipynb", "bob.ipynb")

    def closed(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("course_lib.grading.pile.submissions.notebook_in", closed)
    assert statuses(tmp_path) == {"ann": "unreadable", "bob": ""}


@pytest.mark.parametrize("name", ["a..b", ".hidden", "a\nb", "a\x1b[31mb", " ", "a\u202eb", os.fsdecode(b"\xff")])
def test_a_dangerous_name_is_refused_on_one_printable_line(tmp_path, name):
    hand_in(tmp_path, f"{name}.ipynb", "ann.ipynb")
    (refused,) = [each for each in collect(tmp_path, "annealing") if each.student != "ann"]
    assert refused.status.startswith("unreadable: ")
    assert refused.path is None
    assert refused.student.isprintable()
    assert refused.status.isprintable()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ann", "ann"),
        (unicodedata.normalize("NFC", "Zoë"), unicodedata.normalize("NFD", "Zoë")),
        ("\ufb01nn", "finn"),
        ("Straße", "strasse"),
    ],
)
def test_names_that_some_file_system_takes_for_one_are_both_refused(tmp_path, first, second):
    hand_in(tmp_path, f"{first}.ipynb", f"{second}.ipynb", "other.ipynb")
    assert statuses(tmp_path) == {first: "unreadable", second: "unreadable", "other": ""}


def test_a_student_who_hands_in_a_file_and_a_folder_is_asked_which(tmp_path):
    hand_in(tmp_path, "ann.ipynb", "ann/annealing.ipynb")
    assert [each.status.split(":")[0] for each in collect(tmp_path, "annealing")] == ["unreadable", "unreadable"]


def test_links_are_not_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    hand_in(tmp_path / "secret", "annealing.ipynb")
    pile = tmp_path / "pile"
    (pile / "bob").mkdir(parents=True)
    (pile / "ann.ipynb").symlink_to(tmp_path / "secret/annealing.ipynb")
    (pile / "bob/annealing.ipynb").symlink_to(tmp_path / "secret/annealing.ipynb")
    (pile / "cem").symlink_to(tmp_path / "secret")
    (pile / "dan").mkdir()
    (pile / "dan/other name.ipynb").symlink_to(tmp_path / "secret/annealing.ipynb")
    (pile / "dan/folder").symlink_to(tmp_path / "secret")
    assert statuses(pile) == dict.fromkeys(["ann", "bob", "cem", "dan"], "unreadable")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "ann.ipynb")
    assert statuses(tmp_path) == {"ann": "unreadable"}


def test_other_files_and_jupyters_own_folders_are_nobodys(tmp_path):
    hand_in(tmp_path, "README.txt", ".DS_Store", ".ipynb_checkpoints/ann-checkpoint.ipynb", "ann.ipynb")
    assert statuses(tmp_path) == {"ann": ""}


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere"):
        collect(tmp_path / "nowhere", "annealing")
