"""What the reference says of a name beyond its docstring, and how its signature is written."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from course_lib.schedules import Schedule


def show_formula(app: Sphinx, what: str, name: str, described: object, options: object, lines: list[str]) -> None:
    """Put a schedule's formula, which is data of its class, after the first paragraph of its docstring."""
    formula = getattr(described, "formula", None)
    if isinstance(described, type) and issubclass(described, Schedule) and formula:
        end = lines.index("") if "" in lines else len(lines)
        sign = rf"\mathrm{{{described.__name__}}}(t)"
        lines[end:end] = ["", f".. math:: {sign} = {formula}", ""]


def leave_out_wrapped(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool | None:
    """Leave out what torch puts into the class of an optimizer that is used: `step`, wrapped, as if it were its own."""
    return True if getattr(member, "hooked", False) else None


def stack_arguments(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write a long signature's arguments as lines; Sphinx writes a list of definitions without terms, which is none."""
    if "body" in context:
        context["body"] = _LIST_WITHOUT_TERM.sub(_as_lines, context["body"])


_LIST_WITHOUT_TERM = re.compile(r"<dl>\s*((?:<dd>.*?</dd>\s*)+)</dl>", re.DOTALL)


def _as_lines(found: re.Match[str]) -> str:
    return found[1].replace("<dd>", '<span class="sig-line">').replace("</dd>", "</span>")
