"""What a page is called, by the build, by the reader's record and by a person; and where the evidence lies."""

from __future__ import annotations

from sphinx.environment import BuildEnvironment

EVIDENCE = "book/evidence"
"""The folder with the claims and the records, in the book's source."""


def page_name(docname: str) -> str:
    """Return the name under which a reader's record and a chapter's files know a page.

    Examples
    --------
    >>> page_name("book/03-annealing")
    '03-annealing'
    """
    return docname.rpartition("/")[2]


def title(env: BuildEnvironment, docname: str) -> str:
    """Return the title of a page as plain text."""
    return env.titles[docname].astext()
