"""What every test may ask for."""

import importlib.util
import os
import shutil

import pytest
from hypothesis import settings

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
