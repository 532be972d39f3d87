"""``{record}`C4.wobble.mean:+.2f```: a figure of the record in a sentence."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from course_lib.book.evidence.source import judged
from course_lib.evidence import RecordError
from course_lib.evidence.wording import quoted
from course_lib.sheet import SheetError


class Quote(SphinxRole):
    """A figure of the record, asked for as `course_lib.evidence.wording.quoted` says.

    What does not exist is an error that names file and line, and fails the build.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the figure as inline text of the class ``recorded``."""
        try:
            text = quoted(self.text, lambda name: judged(self.env, [name])[0])
        except (SheetError, RecordError, LookupError, ValueError) as error:
            words = f"record `{self.text}`: {error.args[0]}"
            message = self.inliner.reporter.error(words, line=self.lineno)
            return [nodes.problematic(self.rawtext, self.rawtext)], [message]
        return [nodes.inline(self.rawtext, text, classes=["recorded"])], []
