from pathlib import Path

import pytest

from course_lib.assignments.catalogue import UnknownAssignmentError, assignments, find


def repository(root: Path) -> Path:
    (root / "solutions" / "toy").mkdir(parents=True)
    (root / "solutions" / "toy" / "toy.md").touch()
    return root


def test_an_instructor_has_the_solution_and_the_hidden_tests(tmp_path):
    found = find("toy", root=repository(tmp_path), package=tmp_path)
    assert found.release == tmp_path / "assignments" / "toy" / "toy.ipynb"
    assert found.solution == tmp_path / "solutions" / "toy" / "toy.md"
    assert found.hidden_tests == tmp_path / "solutions" / "toy" / "hidden_tests.py"
    assert found.answers == tmp_path / "solutions" / "toy" / "answers"


def test_a_published_package_gives_its_own_copy_and_not_the_one_the_student_works_in(tmp_path):
    package = tmp_path / "course_lib"
    (package / "released").mkdir(parents=True)
    (package / "released" / "toy.ipynb").touch()
    (tmp_path / "assignments" / "toy").mkdir(parents=True)
    (tmp_path / "assignments" / "toy" / "toy.ipynb").touch()
    found = find("toy", root=tmp_path, package=package)
    assert found.release == package / "released" / "toy.ipynb"
    assert found.solution is None
    assert found.hidden_tests is None


def test_an_unknown_name_is_answered_with_the_names_there_are(tmp_path):
    with pytest.raises(UnknownAssignmentError, match=r"'toi'; there is: toy$"):
        find("toi", root=repository(tmp_path), package=tmp_path)


def test_annealing_is_there_with_all_its_files():
    found = assignments()["annealing"]
    assert all(
        path is not None and path.exists()
        for path in (found.release, found.solution, found.hidden_tests, found.answers)
    )
