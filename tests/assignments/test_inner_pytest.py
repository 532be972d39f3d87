"""pytest within pytest, kept from everything around its folder."""

import os
from pathlib import Path

import pytest

from course_lib.assignments import inner_pytest


class Looked:
    """Where pytest has looked for tests."""

    def __init__(self) -> None:
        self.places: list[Path] = []
        self.ran: list[str] = []

    def pytest_ignore_collect(self, collection_path):
        self.places.append(collection_path)

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            self.ran.append(report.nodeid)


@pytest.fixture
def folder(tmp_path):
    """A folder with a test, among others that no run of it has to do with."""
    (tmp_path / "other").mkdir()
    for name in ("conftest.py", "test_beside.py", "pytest.ini", "other/test_other.py", "other/conftest.py"):
        (tmp_path / name).write_text("raise SystemExit(9)")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "test_one.py").write_text("import os\ndef test_one():\n    assert os.environ['HOME']\n")
    return inner


def test_nothing_beside_its_folder_is_looked_at(folder):
    looked = Looked()
    assert inner_pytest.run(folder, [str(folder / "test_one.py"), "--import-mode=importlib"], [looked]) == 0
    assert looked.ran == ["test_one.py::test_one"]
    assert [each for each in looked.places if not each.is_relative_to(folder)] == []


def test_the_callers_settings_of_pytest_hold_before_and_after_and_not_within(folder, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    looked = Looked()
    assert inner_pytest.run(folder, [str(folder / "test_one.py"), "--import-mode=importlib"], [looked]) == 0
    assert looked.ran == ["test_one.py::test_one"]
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ
