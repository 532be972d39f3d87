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
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")


def test_a_file_or_a_folder_a_student(tmp_path):
    hand_in(tmp_path, "ann.ipynb", "bob/annealing.ipynb")
    assert {each.student: each.path for each in collect(tmp_path, "annealing")} == {
        "ann": tmp_path / "ann.ipynb",
        "bob": tmp_path / "bob/annealing.ipynb",
    }


def test_a_folder_without_the_notebook_is_missing(tmp_path):
    hand_in(tmp_path, "bob/another.ipynb")
    assert statuses(tmp_path) == {"bob": "missing"}


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
    assert statuses(pile) == {"ann": "unreadable", "bob": "unreadable", "cem": "unreadable"}


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "ann.ipynb")
    assert statuses(tmp_path) == {"ann": "unreadable"}


def test_other_files_and_jupyters_own_folders_are_nobodys(tmp_path):
    hand_in(tmp_path, "README.txt", ".DS_Store", ".ipynb_checkpoints/ann-checkpoint.ipynb", "ann.ipynb")
    assert statuses(tmp_path) == {"ann": ""}


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere"):
        collect(tmp_path / "nowhere", "annealing")
