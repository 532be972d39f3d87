"""Slips in formulas that a general mutation tool does not make: a term left out, one name for another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_COUNTERPARTS = {
    "all": "any",
    "any": "all",
    "argmax": "argmin",
    "argmin": "argmax",
    "ceil": "floor",
    "cos": "sin",
    "exp": "log",
    "floor": "ceil",
    "log": "exp",
    "max": "min",
    "maximum": "minimum",
    "mean": "median",
    "median": "mean",
    "min": "max",
    "minimum": "maximum",
    "round": "int",
    "sin": "cos",
    "std": "var",
    "var": "std",
}


def slips(source: str) -> Iterator[str]:
    r"""Versions of some code with one slip each.

    One side of an operation is left out, a call is replaced by one of its arguments or loses a keyword, a function is
    replaced by its counterpart (`floor` by `ceil`), a name by another argument of the function, a condition always or
    never holds.

    Parameters
    ----------
    source
        Python source.

    Yields
    ------
    str
        The same source with one place changed; two of them may be the same program.

    Examples
    --------
    >>> for slip in slips("def f(a, b):\n    return a - b"):
    ...     print(slip.splitlines()[1].strip())
    return (a)
    return (b)
    return b - b
    return a - a
    """
    text = _Text(source)
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            arguments = [each.arg for each in function.args.args]
            for statement in function.body:
                for node in ast.walk(statement):
                    yield from _slips(text, node, arguments)


def _slips(text: _Text, node: ast.AST, arguments: list[str]) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, right=right):
            yield from (text.with_(node, f"({text.of(side)})") for side in (left, right))
        case ast.Call(func=function, args=given, keywords=keywords):
            yield from (text.with_(node, f"({text.of(argument)})") for argument in given)
            values = [*given, *(keyword.value for keyword in keywords)]
            for earlier, keyword in zip(values[len(given) - 1 :] if given else values, keywords, strict=False):
                yield text.without(earlier, keyword.value)
            name = text.of(function)
            stem, _, last = name.rpartition(".")
            if last in _COUNTERPARTS:
                yield text.with_(function, f"{stem}.{_COUNTERPARTS[last]}" if stem else _COUNTERPARTS[last])
        case ast.Name(id=name, ctx=ast.Load()) if name in arguments:
            yield from (text.with_(node, other) for other in arguments if other != name)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.comprehension(ifs=[test]):
            yield from (text.with_(test, constant) for constant in ("True", "False"))


class _Text:
    """Source that knows where its nodes stand; `ast` counts columns in bytes."""

    def __init__(self, source: str) -> None:
        self._bytes = source.encode()
        lines = self._bytes.splitlines(keepends=True)
        self._starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def of(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self._bytes[start:end].decode()

    def with_(self, node: ast.expr, replacement: str) -> str:
        start, end = self._span(node)
        return (self._bytes[:start] + replacement.encode() + self._bytes[end:]).decode()

    def without(self, earlier: ast.expr, last: ast.expr) -> str:
        """Without what stands from the end of one argument to the end of another."""
        return (self._bytes[: self._span(earlier)[1]] + self._bytes[self._span(last)[1] :]).decode()

    def _span(self, node: ast.expr) -> tuple[int, int]:
        last, column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[last - 1] + column
