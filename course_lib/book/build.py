"""Building the rendered book: execute the chapters, write the pages, say what was done."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.book.chapters import read_chapters
from course_lib.book.errors import BookError
from course_lib.book.execution import Execution, cache_folder, execute

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_COMPLAINT = re.compile(r"(^|: )(WARNING|ERROR|SEVERE|CRITICAL): ", re.MULTILINE)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Book:
    """A built book.

    Attributes
    ----------
    folder
        The published folder, complete in itself.
    first_page
        The landing page.
    executions
        Of each chapter, by its name, when it was executed and how long it took.
    """

    folder: Path
    first_page: Path
    executions: dict[str, Execution]


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for unreachable objects less often: each look goes through the trees of all pages, which stay."""
    threshold, *others = gc.get_threshold()
    gc.set_threshold(50_000, *others)
    try:
        yield
    finally:
        gc.set_threshold(threshold, *others)


@_rare_collections()
def build(source: Path, out: Path | None = None, report: Callable[[str], None] = print) -> Book:
    """Execute the chapters of a book and write its pages.

    What is unchanged since the last time is neither executed nor written again.

    Parameters
    ----------
    source
        The folder with ``_config.yml`` and ``_toc.yml``.
    out
        The folder to build in, ``source/_build`` if not given; the pages lie in ``html`` under it.
    report
        Receives each line of progress.

    Returns
    -------
    Book
        Where the pages are, and how long each chapter took.

    Raises
    ------
    BookError
        If a chapter raises, or the pages cannot be written without a warning.
    """
    source = source.resolve()
    out = (out or source / "_build").resolve()
    start = time.perf_counter()

    report("Executing the chapters")
    chapters = read_chapters(source)
    cache = cache_folder(out)
    workers = max(1, min(len(chapters), os.cpu_count() or 1))
    executions = execute(chapters, cache, workers, report)
    executed = time.perf_counter()
    report(f"  done in {executed - start:.1f} s, up to {workers} at a time")

    report("Writing the pages")
    _write_pages(source, out, cache, executions)
    report(f"  done in {time.perf_counter() - executed:.1f} s")

    first_page = out / "html" / "index.html"
    report(f"The book is at {first_page}\n  {first_page.as_uri()}")
    return Book(out / "html", first_page, executions)


@contextlib.contextmanager
def _toc_beside_other_libraries() -> Iterator[None]:
    """Have sphinx-external-toc switch Sphinx's own collector off where some library has left a dead weak reference.

    It asks every object of the process for its class, and a proxy of something that is gone raises at that.
    """
    from sphinx.environment.collectors.toctree import TocTreeCollector
    from sphinx_external_toc import collectors

    def disable(app: Sphinx) -> None:
        for each in gc.get_objects():
            if issubclass(type(each), TocTreeCollector) and each.listener_ids is not None:
                each.disable(app)

    theirs = collectors.disable_builtin_toctree_collector
    collectors.disable_builtin_toctree_collector = disable
    try:
        yield
    finally:
        collectors.disable_builtin_toctree_collector = theirs


def _write_pages(source: Path, out: Path, cache: Path, executions: dict[str, Execution]) -> None:
    """Let Jupyter Book write the pages with the outputs in `cache`; raise BookError on whatever it complains about."""
    # Imported here, for Sphinx takes a second that a failing chapter need not wait for.
    from jupyter_book.sphinx import build_sphinx  # type: ignore[import-untyped]

    configuration = source / "_config.yml"
    if not configuration.is_file():
        raise BookError(f"{source}: no _config.yml here; it holds the book's settings.")
    trees = out / ".doctrees"
    if not trees.exists():
        shutil.rmtree(out / "html", ignore_errors=True)
    complaints = io.StringIO()
    with (
        _toc_beside_other_libraries(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(complaints),
    ):
        status = build_sphinx(
            source,
            out / "html",
            noconfig=True,
            path_config=configuration,
            doctreedir=trees,
            confoverrides={
                "external_toc_path": str(source / "_toc.yml"),
                "latex_individualpages": False,
                "nb_execution_cache_path": str(cache),
                "course_executions": executions,
            },
        )
    text = _COLOURS.sub("", complaints.getvalue()).strip()
    if status != 0 or _COMPLAINT.search(text):
        # Sphinx warns only about the pages that it reads; without their trees it reads, and warns, again next time.
        shutil.rmtree(trees, ignore_errors=True)
        raise BookError(text or f"Sphinx ended with status {status}.")
