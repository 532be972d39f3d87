"""Claims, verdicts and figures of the record on the pages.

The directives ``{claims}``, ``{ledger}``, ``{ledger-figure}`` and ``{verdicts}``, and the role ``{record}``.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.evidence.blocks import Claims
from course_lib.book.evidence.figure import LedgerFigure
from course_lib.book.evidence.ledger import Ledger
from course_lib.book.evidence.quote import Quote
from course_lib.book.evidence.reading import Verdicts
from course_lib.book.evidence.source import AWAITED, outdated


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_directive("claims", Claims)
    app.add_directive("ledger", Ledger)
    app.add_directive("ledger-figure", LedgerFigure)
    app.add_directive("verdicts", Verdicts)
    app.add_role("record", Quote())
    AWAITED.register(app)
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
