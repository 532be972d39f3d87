"""Writing a chapter as a notebook without outputs, the same for the published pages and for the students' tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

from course_lib.book.chapters import Chapter, read_chapters
from course_lib.book.errors import BookError
from course_lib.book.names import EVIDENCE
from course_lib.book.notebook.blocks import Own, numbered_equations, to_markdown
from course_lib.book.notebook.citations import names_and_years, reference
from course_lib.book.notebook.evidence import ClaimBlocks, Evidence
from course_lib.book.notebook.practice import WRITERS
from course_lib.book.notebook.roles import Names, plain
from course_lib.book.practice.source import Practice, read
from course_lib.book.repository import Repository, read_repository

FOLDER = "notebooks"
"""Where the notebooks lie, both in the published folder and in the students' tree."""

PACKAGE = "training-dynamics"

_HIDDEN = frozenset({"hide-input", "remove-input", "hide-cell", "remove-cell"})
_GLUE = "from myst_nb import glue\n"
_SHOWN = '''


def glue(name, value, display=False):
    """Print a number that the text calls by its name."""
    print(f"{name}: {value:.4g}" if isinstance(value, float) else f"{name}: {value}")


'''
_TITLE = re.compile(r"^# +(.+)$", re.MULTILINE)


def notebook_path(page: str) -> str:
    """Return where the notebook of a page lies, in the published folder as in the students' tree.

    Examples
    --------
    >>> notebook_path("book/03-annealing")
    'notebooks/03-annealing.ipynb'
    """
    return f"{FOLDER}/{page.rsplit('/', 1)[-1]}.ipynb"


def export(source: Path, folder: Path, pages: str = ".html") -> list[Path]:
    """Write every chapter of a book as a notebook under ``folder/notebooks``.

    Parameters
    ----------
    source
        The folder with ``_config.yml`` and ``_toc.yml``.
    folder
        The published folder, or the students' tree.
    pages
        How the files of pages without code end in `folder`, for links to them.

    Returns
    -------
    list of Path
        What was written. The landing page is not a chapter and has no notebook.

    Raises
    ------
    BookError
        If the table of contents names what does not exist, a chapter cites an unknown work, or its practice file or the
        evidence lacks what it shows.
    """
    settings = yaml.safe_load((source / "_config.yml").read_text(encoding="utf-8")) or {}
    root = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))["root"]
    bibliographies = [source / name for name in settings.get("bibtex_bibfiles") or []]
    repository = read_repository(source / "_config.yml")
    chapters = [chapter for chapter in read_chapters(source) if chapter.name != root]
    if not chapters:
        return []
    links = _links(source, chapters, pages)
    evidence = Evidence(source / EVIDENCE)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    written = []
    for chapter in chapters:
        try:
            notebook = convert(chapter, links, bibliographies, evidence, repository)
        except ValueError as error:
            raise BookError(f"{chapter.path}, as a notebook: {error}") from error
        target = folder / notebook_path(chapter.name)
        text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        target.write_text(f"{text}\n", encoding="utf-8")
        written.append(target)
    return written


def convert(
    chapter: Chapter,
    pages: dict[str, tuple[str, str]],
    bibliographies: list[Path],
    evidence: Evidence,
    repository: Repository | None,
) -> NotebookNode:
    """Return a chapter as a notebook whose text is plain Markdown.

    Parameters
    ----------
    chapter
        The chapter, as a MyST notebook.
    pages
        The title of each page and where it lies, seen from the notebook; by the page's file name.
    bibliographies
        BibTeX files.
    evidence
        What the chapter's claims and figures of the record rest on.
    repository
        From where Colab installs `course_lib`; without one the notebook installs nothing.
    """
    source_cells = chapter.notebook.cells
    captions = [cell.metadata.get("mystnb", {}).get("figure", {}) for cell in source_cells]
    figures = {figure["name"]: number for number, figure in enumerate((f for f in captions if "name" in f), 1)}
    names = Names(
        pages=pages,
        citations={key: said for each in bibliographies for key, said in names_and_years(each).items()},
        figures=figures,
        equations=numbered_equations([cell.source for cell in source_cells if cell.cell_type == "markdown"]),
        judged=evidence.judged,
    )
    own = _own_directives(chapter.path, evidence)
    cells: list[dict[str, object]] = []
    glues = any(_GLUE in f"{cell.source}\n" for cell in source_cells)
    for cell, figure in zip(source_cells, captions, strict=True):
        if cell.cell_type != "code":
            text = to_markdown(cell.source, names, own)
            cells += [_markdown(text)] if text else []
            continue
        cells.append(_code(cell))
        if figure:
            number = f"**Figure {figures[figure['name']]}.** " if "name" in figure else ""
            cells.append(_markdown(number + plain(figure.get("caption", ""), names)))
    if names.cited:
        known = {key: each for each in bibliographies for key in names_and_years(each)}
        lines = [f"- {reference(known.get(key, bibliographies[0]), key)}" for key in sorted(names.cited)]
        cells.append(_markdown("## References\n\n" + "\n".join(lines)))
    cells = _set_up(repository, glues) + cells
    for position, cell in enumerate(cells):
        # Counted, not drawn: the file is the same from one build to the next.
        cell["id"] = f"cell-{position}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    notebook: NotebookNode = nbformat.from_dict(whole)  # type: ignore[no-untyped-call]
    return notebook


def _own_directives(chapter: Path, evidence: Evidence) -> Own:
    @cache
    def practice() -> Practice:
        return read(chapter.parent / "practice" / f"{chapter.stem}.yml")

    def writing(write: Callable[[Practice], str]) -> Callable[[str], str]:
        return lambda _: write(practice())

    return {"claims": ClaimBlocks(evidence)} | {name: writing(write) for name, write in WRITERS.items()}


def _markdown(text: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _python(code: str, metadata: dict[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "metadata": metadata, "source": code, "execution_count": None, "outputs": []}


def _set_up(repository: Repository | None, glues: bool) -> list[dict[str, object]]:
    cells = []
    if repository is not None:
        cells.append(
            _python(
                "# On Colab this installs the course's library; anywhere else it does nothing.\n"
                "import sys\n\n"
                'if "google.colab" in sys.modules:\n'
                f'    %pip install --quiet "{repository.requirement(PACKAGE)}"',
                {},
            )
        )
    if glues:
        cells.append(
            _markdown(
                "*Where a name such as `gain` stands for a number in the text, run the cells: each `glue` prints one.*"
            )
        )
    return cells


def _code(cell: NotebookNode) -> dict[str, object]:
    source = f"{cell.source}\n".replace(_GLUE, "")
    if _GLUE in f"{cell.source}\n":
        imports, rest = _after_imports(source)
        source = imports.rstrip() + _SHOWN + rest.lstrip("\n")
    tags = list(cell.metadata.get("tags", []))
    metadata: dict[str, object] = {"tags": tags} if tags else {}
    if _HIDDEN.intersection(tags):
        metadata["jupyter"] = {"source_hidden": True}
    return _python(source.strip("\n"), metadata)


def _after_imports(source: str) -> tuple[str, str]:
    """Split a cell behind its last import."""
    found = list(re.finditer(r"^(?:import|from) .*\n", source, re.MULTILINE))
    at = found[-1].end() if found else 0
    return source[:at], source[at:]


def _links(source: Path, chapters: list[Chapter], pages: str) -> dict[str, tuple[str, str]]:
    with_code = {chapter.path for chapter in chapters}
    links = {}
    for path in sorted(source.glob("book/**/*.md")):
        title = _TITLE.search(path.read_text(encoding="utf-8"))
        if path in with_code:
            target = f"{path.stem}.ipynb"
        else:
            target = f"../{path.relative_to(source).with_suffix(pages).as_posix()}"
        links[path.stem] = (title[1].strip() if title else path.stem, target)
    return links
