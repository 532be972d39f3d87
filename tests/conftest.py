"""What every test may ask for."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A machine at work can be slow at any moment; how long a thing takes is measured in benchmarks/.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip on a machine that lacks one of `programs`; under CI the test runs, and fails: nothing is skipped unseen."""
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing) and not os.environ.get("CI"), reason=f"not installed: {', '.join(missing)}")


def needs_package(*packages: str) -> pytest.MarkDecorator:
    """Skip where one of `packages` is not installed; under CI the test runs, and fails at its import."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    return pytest.mark.skipif(bool(missing) and not os.environ.get("CI"), reason=f"not installed: {', '.join(missing)}")


# Not for the whole session: while it lives, Playwright keeps an event loop in this thread that other tests would meet.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A Chromium without a window; `tests.browsers` visits pages with it."""
    from course_lib.book.chromium import chromium

    with chromium() as launched:
        yield launched
