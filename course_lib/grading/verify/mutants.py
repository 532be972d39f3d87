"""Mutants: the solution with one small change, which the hidden tests should notice."""

from __future__ import annotations

import ast
import difflib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from course_lib.grading.verify.slips import slips


@dataclass(frozen=True)
class Mutant:
    """A solution with one change.

    Attributes
    ----------
    cell
        The answer cell that is changed.
    line, mutant
        The line as the solution has it and as the mutant has it, without indentation; of a change over several lines,
        all of them.
    source
        The whole cell as the mutant has it.
    """

    cell: str
    line: str
    mutant: str
    source: str


def mutants_of(cell: str, source: str) -> list[Mutant]:
    r"""Every mutant of an answer cell that is a program of its own.

    The changes are those of Cosmic Ray's operators (one operator for another, a number one up or down, a condition
    turned round) and those of `slips`.

    Parameters
    ----------
    cell
        The cell's name.
    source
        Its code.

    Returns
    -------
    list of Mutant
        Without those that are no Python and those that are the same program as the source or an earlier one.

    Examples
    --------
    >>> [(each.line, each.mutant) for each in mutants_of("f", "def f(x):\n    return -x")]
    [('return -x', 'return x'), ('return -x', 'return ~x'), ('return -x', 'return not x'), ('return -x', 'return +x')]
    """
    found: dict[str, Mutant] = {}
    original = _program(source)
    for mutated in itertools.chain(_by_cosmic_ray(source), slips(source)):
        program = _program(mutated)
        if program is not None and program != original and program not in found:
            found[program] = Mutant(cell, *_difference(source, mutated), mutated)
    return list(found.values())


def _by_cosmic_ray(source: str) -> Iterator[str]:
    from cosmic_ray import plugins  # type: ignore[import-untyped] # it ships no types
    from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]

    for name in sorted(plugins.operator_names()):
        operator = plugins.get_operator(name)
        if operator.arguments():
            # These two put random numbers and names in; `slips` puts each other argument in instead.
            continue
        for occurrence in itertools.count():
            mutated = mutate_code(source, operator(), occurrence)
            if mutated is None:
                break
            yield mutated


def _program(source: str) -> str | None:
    """What the source says, whatever its spaces and brackets; None when it is no Python."""
    try:
        tree = ast.parse(source)
        compile(tree, "mutant", "exec")
    except SyntaxError:
        return None
    return ast.dump(tree)


def _difference(source: str, mutated: str) -> tuple[str, str]:
    before, after = source.splitlines(), mutated.splitlines()
    changes = [change for change in difflib.SequenceMatcher(None, before, after).get_opcodes() if change[0] != "equal"]
    first, last = changes[0], changes[-1]
    return _joined(before[first[1] : last[2]]), _joined(after[first[3] : last[4]])


def _joined(lines: list[str]) -> str:
    return "\n".join(line.strip() for line in lines)
