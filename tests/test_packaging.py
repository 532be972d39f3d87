"""pyproject.toml is the source of truth; constraints.txt and environment.yml say the same."""

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize(
    "requirement", [*PROJECT["dependencies"], *(each for extra in EXTRAS.values() for each in extra)]
)
def test_every_dependency_is_pinned_to_a_version_that_it_allows(requirement: str):
    wanted = Requirement(requirement)
    assert wanted.specifier.contains(pins()[canonicalize_name(wanted.name)])


def test_conda_users_get_the_same_set():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, _, pip = environment["dependencies"]
    assert python == PROJECT["requires-python"].replace(">=", "python=")
    assert pip["pip"] == ["--constraint constraints.txt", "--editable .[book,grading]"]
    assert environment["name"] == PROJECT["name"]


def test_the_extras_that_make_installs_exist():
    makefile = (ROOT / "Makefile").read_text()
    named = [line.split(":=")[1].strip().split(",") for line in makefile.splitlines() if "EXTRAS :=" in line]
    assert named
    assert all(extra in EXTRAS for extras in named for extra in extras)
