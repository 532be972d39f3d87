"""A tiny book to try the machinery on, and the course's own, built once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.book.build import Book, build

ROOT = Path(__file__).parents[2]

CONFIGURATION = """\
title: Tiny
execute: {execute_notebooks: cache, raise_on_error: true}
sphinx:
  recursive_update: true
  config:
    extensions:
      - myst_nb
      - jupyter_book
      - sphinx_comments
      - sphinx_external_toc
      - sphinx_togglebutton
      - sphinx_book_theme
      - course_lib.book.extension
    html_theme_options: {navbar_end: []}
    numfig: false
"""

CHAPTER = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Chapter

"""


def cell(code: str) -> str:
    return f"```{{code-cell}}\n{code}\n```\n\n"


@pytest.fixture
def tiny_book(tmp_path: Path) -> Callable[..., Path]:
    """Write a book of one page, with code cells and text, and return its folder."""

    def write(*cells: str, text: str = "") -> Path:
        (tmp_path / "_config.yml").write_text(CONFIGURATION)
        (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapter\n")
        chapter = CHAPTER if cells else "# Chapter\n\n"
        (tmp_path / "chapter.md").write_text(chapter + "".join(cell(code) for code in cells) + text)
        return tmp_path

    return write


@pytest.fixture(scope="session")
def course_book() -> Book:
    """The course's book; a moment where `make book` has just built it."""
    return build(ROOT)
