"""``{record}`C4.wobble.mean:+.2f```: a figure of the record in a sentence."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from course_lib.book.evidence.source import judged
from course_lib.evidence import RecordError
from course_lib.evidence.wording import QUANTITIES, number, quantity
from course_lib.sheet import SheetError

_FORM = re.compile(r"(?P<claim>C\d+)\.(?P<comparison>[\w-]+)\.(?P<quantity>\w+)(?::(?P<form>[^:]*))?")


class Quote(SphinxRole):
    """A figure of the record: claim, comparison, quantity, and after a colon how to write it.

    The quantities are `course_lib.evidence.wording.QUANTITIES`; the form is Python's format specification, ``g`` when
    left out. What does not exist is an error that names file and line, and fails the build.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the figure as inline text of the class ``recorded``."""
        try:
            text = self._figure()
        except (SheetError, RecordError, LookupError, ValueError) as error:
            words = f"record `{self.text}`: {error.args[0]}"
            message = self.inliner.reporter.error(words, line=self.lineno)
            return [nodes.problematic(self.rawtext, self.rawtext)], [message]
        return [nodes.inline(self.rawtext, text, classes=["recorded"])], []

    def _figure(self) -> str:
        found = _FORM.fullmatch(self.text)
        if found is None:
            raise ValueError(f"must be CLAIM.COMPARISON.QUANTITY:FORMAT; a quantity is one of {', '.join(QUANTITIES)}")
        (judgement,) = judged(self.env, [found["claim"]])
        return number(quantity(judgement, found["comparison"], found["quantity"]), found["form"] or "g")
