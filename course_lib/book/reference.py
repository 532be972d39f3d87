"""What the reference says of a name beyond its docstring."""

from sphinx.application import Sphinx

from course_lib.schedules import Schedule


def show_formula(app: Sphinx, what: str, name: str, described: object, options: object, lines: list[str]) -> None:
    """Put a schedule's formula, which is data of its class, after the first paragraph of its docstring."""
    formula = getattr(described, "formula", None)
    if isinstance(described, type) and issubclass(described, Schedule) and formula:
        end = lines.index("") if "" in lines else len(lines)
        sign = rf"\mathrm{{{described.__name__}}}(t)"
        lines[end:end] = ["", f".. math:: {sign} = {formula}", ""]
