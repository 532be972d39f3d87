"""A formula in the names of its arguments, with their values put in."""

import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"\\mathrm\{(?P<word>[A-Za-z0-9\\_]+)\}|\\(?P<letter>gamma)\b")


def with_values(formula: str, values: Mapping[str, Any]) -> str:
    r"""The formula with each argument's name replaced by its value; a word that names no argument stays.

    Parameters
    ----------
    formula : str
        LaTeX, with the arguments as ``\mathrm{name}``, underscores escaped, or as the letter ``\gamma``.
    values : mapping of str to object
        Numbers, tuples of numbers, or strings: see `latex_value`.

    Returns
    -------
    str
        LaTeX.

    Examples
    --------
    >>> print(with_values(r"\mathrm{lr} \cdot \gamma^{\lfloor t / \mathrm{step\_size} \rfloor}",
    ...                   {"lr": 1e-5, "gamma": 0.5, "step_size": 10}))
    (1 \cdot 10^{-5}) \cdot 0.5^{\lfloor t / 10 \rfloor}
    """

    def value_of(name: re.Match[str]) -> str:
        argument = (name["word"] or name["letter"]).replace("\\", "")
        return latex_value(values[argument]) if argument in values else name[0]

    return _NAME.sub(value_of, formula)


def latex_value(value: object) -> str:
    r"""A number to six digits, a tuple as a set, a word upright, other text as it is.

    Examples
    --------
    >>> print(latex_value(0.1 + 0.2), latex_value((3, 9)), latex_value("cos"))
    0.3 \{3, 9\} \mathrm{cos}
    """
    if isinstance(value, str):
        return rf"\mathrm{{{value}}}" if value.isalpha() else value
    if isinstance(value, tuple):
        return rf"\{{{', '.join(map(latex_value, value))}\}}"
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    # In brackets, for it may stand beside a factor or under an exponent.
    return rf"({mantissa} \cdot 10^{{{int(exponent)}}})" if exponent else mantissa
