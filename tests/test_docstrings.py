"""Every public name explains itself: parameters, result, errors, a runnable example, and where it comes from."""

import dataclasses
import inspect
import re
from collections.abc import Callable

import pytest

from course_lib import optimizers, schedules
from tests.public import CALLABLES

every_callable = pytest.mark.parametrize("described", CALLABLES, ids=lambda described: described.__qualname__)


def sections(described: object) -> dict[str, str]:
    """The text of each section of a NumPy-style docstring by its title; the beginning has the title ``""``."""
    text = inspect.getdoc(described) or ""
    parts = re.split(r"\n(\w+)\n-{3,}\n", "\n" + text)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def named(section: str) -> list[str]:
    """The names that a section explains, each at the beginning of a line: ``a, b : type`` explains two."""
    lines = [line.split(" : ")[0] for line in section.splitlines() if line and not line.startswith(" ")]
    return [name.strip().removeprefix("*") for line in lines for name in line.split(",")]


def arguments(described: Callable) -> list[str]:
    return [name for name in inspect.signature(described).parameters if name != "self"]


def own_code(described: Callable) -> str:
    if not inspect.isclass(described):
        return inspect.getsource(described)
    # A dataclass's __init__ is generated, and has no source.
    name = "__post_init__" if dataclasses.is_dataclass(described) else "__init__"
    return inspect.getsource(vars(described)[name]) if name in vars(described) else ""


def is_record(described: Callable) -> bool:
    """Whether it is a dataclass of results, which explains its attributes and which its maker's example shows."""
    return dataclasses.is_dataclass(described) and "Attributes" in sections(described)


@every_callable
def test_every_argument_is_explained(described: Callable):
    said = sections(described)
    explained = named(said.get("Parameters", "") or said.get("Attributes", ""))
    if not explained and len(arguments(described)) <= 2:
        return  # the summary says it all
    assert set(arguments(described)) <= set(explained)


@every_callable
def test_no_argument_is_explained_that_does_not_exist(described: Callable):
    assert set(named(sections(described).get("Parameters", ""))) <= set(arguments(described))


@every_callable
def test_what_comes_back_is_explained(described: Callable):
    returned = inspect.signature(described).return_annotation
    if inspect.isclass(described) or returned in (None, "None") or len(arguments(described)) <= 2:
        return
    assert sections(described).get("Returns")


@every_callable
def test_errors_are_explained(described: Callable):
    if re.search(r"\braise \w|\brequire_|_require", own_code(described)):
        assert "Error" in sections(described).get("Raises", "")


@every_callable
def test_every_public_name_has_an_example_that_runs(described: Callable):
    if is_record(described):
        return
    own = sections(described).get("Examples", "")
    others = "".join(sections(other).get("Examples", "") for other in CALLABLES)
    name = described.__name__
    assert re.search(rf">>> .*\b{name}\(", own + others), f"no docstring's example calls {name}"


@pytest.mark.parametrize("module", [schedules, optimizers])
def test_every_schedule_and_optimizer_names_its_source(module):
    silent = [
        name
        for name in module.__all__
        if name != "Schedule" and not re.search(r"\b(19|20)\d\d\b", sections(getattr(module, name))[""])
    ]
    assert not silent
