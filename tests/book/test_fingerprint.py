import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.book.fingerprint import LIBRARY, fingerprint

CODE = "%matplotlib inline\nfrom course_lib.data import load\nfrom course_lib.training import sweep"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    copy = tmp_path / "course_lib"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def changes(library: Path, tmp_path: Path) -> Callable[..., bool]:
    """Say whether a change in the library changes a chapter's fingerprint."""

    def changes(name: str, more: str, code: str = CODE) -> bool:
        before = fingerprint(code, tmp_path, library)
        with (library / name).open("a") as file:
            file.write(more)
        return fingerprint(code, tmp_path, library) != before

    return changes


@pytest.mark.parametrize(
    "name", ["training/loop.py", "training/stacked.py", "data/fashion-mini.npz", "schedules/base.py", "__init__.py"]
)
def test_a_change_in_what_a_chapter_uses_changes_its_fingerprint(changes: Callable[..., bool], name: str) -> None:
    assert changes(name, "\n1 + 1\n")


@pytest.mark.parametrize("name", ["grading/pile/workers.py", "book/build.py", "cli.py", "diagnostics/sharpness.py"])
def test_a_change_in_what_a_chapter_does_not_use_leaves_it(changes: Callable[..., bool], name: str) -> None:
    assert not changes(name, "\n1 + 1\n")


def test_an_import_inside_a_function_counts(changes: Callable[..., bool]) -> None:
    assert changes("models.py", "\n1 + 1\n", "def later():\n    from course_lib import models")


def test_a_comment_or_a_docstring_leaves_it(library: Path, tmp_path: Path) -> None:
    before = fingerprint(CODE, tmp_path, library)
    path = library / "training/loop.py"
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    path.write_text(f'"""Other words.{text.removeprefix(chr(34) * 3)}\n# a comment\n', encoding="utf-8")
    assert fingerprint(CODE, tmp_path, library) == before


@pytest.mark.parametrize(("imported", "changed"), [("evidence", True), ("data", False)])
def test_a_new_record_counts_for_those_who_read_records(
    library: Path, tmp_path: Path, imported: str, changed: bool
) -> None:
    (library / "evidence").mkdir(exist_ok=True)
    (library / "evidence" / "__init__.py").touch()
    code = f"from course_lib import {imported}"
    before = fingerprint(code, tmp_path, library)
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "C4.json").write_text("{}")
    assert (fingerprint(code, tmp_path, library) != before) == changed


def test_a_new_release_of_a_package_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(CODE, tmp_path)
    monkeypatch.setattr("course_lib.book.fingerprint.version", lambda name: "0.0")
    assert fingerprint(CODE, tmp_path) != before
