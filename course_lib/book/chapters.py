"""The pages of a book that hold code, read as notebooks."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
from myst_nb.core.read import is_myst_markdown_notebook, myst_nb_reader_plugin  # type: ignore[import-untyped]
from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

from course_lib.book.errors import BookError


@dataclass(frozen=True)
class Chapter:
    """A page with code: its `name` in the table of contents, its `path`, and its `notebook`."""

    name: str
    path: Path
    notebook: nbformat.NotebookNode

    def line(self, cell: int) -> int:
        """Return the line of the source, from 1, on which the cell number `cell`, from 0, begins."""
        return int(self.notebook.metadata["source_map"][cell]) + 1


def read_chapters(source: Path) -> list[Chapter]:
    """Return the pages of ``source/_toc.yml`` that are MyST notebooks, in their order.

    Raises
    ------
    BookError
        If the table of contents is missing or malformed, or names a page that does not exist.
    """
    contents = source / "_toc.yml"
    if not contents.is_file():
        raise BookError(f"{source}: no _toc.yml here; give the folder that holds the book's _config.yml and _toc.yml.")
    try:
        names = list(parse_toc_yaml(contents))
    except MalformedError as error:
        raise BookError(f"{contents}: {error}") from error
    chapters = []
    for name in names:
        path = source / f"{name}.md"
        if not path.is_file():
            raise BookError(f"{contents} names the page {name}, but there is no {path}.")
        if is_myst_markdown_notebook(path.read_text(encoding="utf-8")):
            # MyST-NB's own reader: the cache finds a chapter again only if both read the same cells.
            chapters.append(Chapter(name, path, myst_nb_reader_plugin(str(path))))
    return chapters
