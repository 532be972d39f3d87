"""Mutants of an answer cell."""

import ast
from functools import cache

import pytest

from course_lib.grading.verify.mutants import mutants_of
from course_lib.grading.verify.slips import slips

SOURCE = """\
def decay(step, lr, every):
    \N{LATIN SMALL LETTER E WITH ACUTE}poque = min(step // every, 9)
    if step > 0:
        return lr * np.var([1, 2], ddof=1) / (1 + \N{LATIN SMALL LETTER E WITH ACUTE}poque)
    return lr
"""


@cache
def changes(source: str) -> set[tuple[str, str]]:
    return {(each.line, each.mutant) for each in mutants_of("cell", source)}


@pytest.mark.parametrize(
    ("line", "mutant"),
    [
        ("if step > 0:", "if step >= 0:"),
        ("if step > 0:", "if not step > 0:"),
        ("if step > 0:", "if step > 1:"),
        ("if step > 0:", "if True:"),
        ("if step > 0:", "if every > 0:"),
        ("époque = min(step // every, 9)", "époque = min(step / every, 9)"),
        ("époque = min(step // every, 9)", "époque = max(step // every, 9)"),
        ("époque = min(step // every, 9)", "époque = (step // every)"),
        ("époque = min(step // every, 9)", "époque = min((step), 9)"),
        (
            "return lr * np.var([1, 2], ddof=1) / (1 + époque)",
            "return lr * np.var([1, 2]) / (1 + époque)",
        ),
        (
            "return lr * np.var([1, 2], ddof=1) / (1 + époque)",
            "return lr * np.std([1, 2], ddof=1) / (1 + époque)",
        ),
        ("return lr", "return step"),
    ],
)
def test_a_usual_slip_is_among_the_mutants(line, mutant):
    assert (line, mutant) in changes(SOURCE)


def test_each_mutant_is_a_program_that_differs_from_the_source_and_from_all_others():
    programs = [ast.dump(ast.parse(each.source)) for each in mutants_of("cell", SOURCE)]
    assert len(set(programs)) == len(programs)
    assert ast.dump(ast.parse(SOURCE)) not in programs


def test_mutants_are_the_same_at_every_call():
    assert mutants_of("cell", SOURCE) == mutants_of("cell", SOURCE)


def test_code_without_a_function_has_no_slips():
    assert list(slips("answer = 6 * 7")) == []


def test_a_change_over_several_lines_is_shown_whole():
    source = "def f(a):\n    return (\n        a\n        + 1\n    )"
    assert ("a\n+ 1", "(a)") in changes(source)
    assert ("+ 1", "- 1") in changes(source)
