"""A course to grade without a sandbox."""

import pytest

from tests.grading.gradebook.fake import Course


@pytest.fixture
def course(tmp_path, monkeypatch):
    return Course(tmp_path, monkeypatch)
