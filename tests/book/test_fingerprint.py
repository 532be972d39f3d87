import shutil
from pathlib import Path

import pytest

from course_lib.book.fingerprint import LIBRARY, NOT_FOR_CHAPTERS, fingerprint


@pytest.fixture
def library(tmp_path: Path) -> Path:
    copy = tmp_path / "course_lib"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize(
    "name", ["models.py", "plots.py", "training/loop.py", "data/fashion-mini.npz", "schedules/base.py"]
)
def test_a_change_in_what_chapters_use_changes_the_fingerprint(library: Path, name: str) -> None:
    before = fingerprint(library)
    with (library / name).open("ab") as file:
        file.write(b"\n")
    assert fingerprint(library) != before


def test_a_new_module_changes_the_fingerprint(library: Path) -> None:
    before = fingerprint(library)
    (library / "new.py").write_text("")
    assert fingerprint(library) != before


@pytest.mark.parametrize("name", ["grading/new.py", "book/build.py", "cli.py", "models/__pycache__/x.pyc"])
def test_a_change_in_what_no_chapter_uses_leaves_the_fingerprint(library: Path, name: str) -> None:
    before = fingerprint(library)
    (library / name).parent.mkdir(parents=True, exist_ok=True)
    (library / name).write_text("changed")
    assert fingerprint(library) == before


def test_a_new_release_of_a_package_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr("course_lib.book.fingerprint.version", lambda name: "0.0")
    assert fingerprint() != before


def test_what_the_chapters_import_is_counted() -> None:
    pages = (Path(__file__).parents[2] / "book").glob("*.md")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    for name in NOT_FOR_CHAPTERS:
        part = name.removesuffix(".py")
        assert f"from course_lib.{part}" not in text
        assert f"from course_lib import {part}" not in text
