"""Tables as CSV, with strangers' texts in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# With one of these first, a spreadsheet takes a cell for a formula and runs it.
_FORMULA = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)


def defused(text: str) -> str:
    """A stranger's text as a cell that no spreadsheet runs.

    Examples
    --------
    >>> defused("=HYPERLINK(1)"), defused("ann")
    ("'=HYPERLINK(1)", 'ann')
    """
    return f"'{text}" if _runs(text) else text


def plain(cell: str) -> str:
    """The text that `defused` was given.

    Examples
    --------
    >>> plain(defused("=HYPERLINK(1)")), plain("'quoted'")
    ('=HYPERLINK(1)', "'quoted'")
    """
    return cell[1:] if cell.startswith("'") and _runs(cell[1:]) else cell


def _runs(text: str) -> bool:
    # Quoted already, it would not run; it is quoted once more, so that `plain` gives back what was there.
    return text.lstrip("' ").startswith(_FORMULA)


def number(value: float | None) -> str:
    """A number as short as it is exact to a millionth; nothing for None, which is not 0.

    Examples
    --------
    >>> number(2.0), number(0.1 + 0.2), number(None)
    ('2', '0.3', '')
    """
    return "" if value is None else f"{round(value, 6) + 0.0:.15g}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
