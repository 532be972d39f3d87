"""What of a student's error message may be shown: a message can carry a hidden test's inputs, on purpose or not.

The expected values never reach a student's code; the inputs do. A student whose code ends with
``raise ValueError(repr(steps))`` would read them in the feedback. So of a message raised under a hidden test, only
words are shown that Python itself or the student's own source uses, and no number. Code that wants to tell its inputs
can still do so a little at a time (by which of its lines it raises): that cannot be closed while a traceback is shown
at all, and yields nothing about what is right.
"""

from __future__ import annotations

import ast
import builtins
import re

_GAP = "\N{HORIZONTAL ELLIPSIS}"
_WORD = re.compile(r"\w+")
_GAPS = re.compile(rf"{_GAP}(?:[\s.,;:+\-()\[\]{{}}'\"]*{_GAP})+")

# The words of Python's and NumPy's own messages.
_MESSAGES = """
can t don doesn isn name is not defined local variable referenced before assignment cannot access free
associated with value object has no attribute module did you mean maybe forgot import from named partially
initialized circular missing required positional keyword only argument arguments and takes from to but was
were given got multiple values for an unexpected unsupported operand type types s instance instances of bad
first second third must be a an or in real number numeric integer string sequence iterable callable
subscriptable mapping hashable unhashable cannot convert converted interpreted as concatenate multiply by non
unpack expected at least most too many few enough list tuple dict set int float str bool bytes complex array
ndarray function method generator slice range index indices out bounds key division modulo zero by math domain
error result large overflow invalid literal base value could the this that these those truth element elements
more than one ambiguous use any all operands shapes shape mismatch broadcast together dimension dimensions
axis size ufunc input inputs output supported safely coerced according casting rule same requires only length
scalar scalars arrays dtype dtypes setting with inhomogeneous part after detected maximum recursion depth
exceeded while calling comparison between setdefault assertion failed does match attribute readonly assignment
item items deletion support
"""
_KNOWN = frozenset(
    word.lower() for word in [*_MESSAGES.split(), *dir(builtins), "numpy", "np", "NoneType", "torch", "tensor"]
)


def shown_message(message: str, source: str) -> str:
    """An error message as a student may see it, given the source of that student's cells.

    Parameters
    ----------
    message
        What the student's code raised under a hidden test.
    source
        The student's own cells.

    Returns
    -------
    str
        The message itself where the source holds it as a string, else with a gap for each number and foreign word.

    Examples
    --------
    >>> shown_message("unsupported operand type(s) for *: 'int' and 'NoneType'", "")
    "unsupported operand type(s) for *: 'int' and 'NoneType'"
    >>> shown_message("steps were [3, 17, 0.25]", "def f(steps): ...")
    'steps were […]'
    >>> shown_message("give me 2 numbers", "raise ValueError('give me 2 numbers')")
    'give me 2 numbers'
    """
    if message in _strings(source):
        return message
    own = frozenset(_WORD.findall(source))

    def shown(match: re.Match[str]) -> str:
        word = match.group()
        known = word in own or word.lower() in _KNOWN
        return word if known and not any(char.isnumeric() for char in word) else _GAP

    return _GAPS.sub(_GAP, _WORD.sub(shown, message))


def shown_kind(kind: str, source: str) -> str:
    """The type of an exception as a student may see it: Python's own, or one that the source names."""
    own = isinstance(getattr(builtins, kind, None), type) or (kind in _WORD.findall(source))
    return kind if own and not any(char.isnumeric() for char in kind) else "an exception"


def _strings(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
