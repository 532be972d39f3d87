"""The foot of a chapter: mark it as read, cite it, report an error, and which version this is."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.assets import need
from course_lib.book.names import page_name, title
from course_lib.book.pages.chapter import Version, is_chapter, version_of
from course_lib.book.repository import Repository, read_repository


def bibtex(name: str, chapter: str, book: str, author: str, version: Version, url: str) -> str:
    """Return a BibTeX entry for a chapter.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> version = Version("0.1.0", "", datetime(2026, 3, 9, tzinfo=UTC))
    >>> print(bibtex("03-annealing", "Annealing", "Training Dynamics", "The authors", version, ""))
    @incollection{03-annealing,
      author = {{The authors}},
      title = {Annealing},
      booktitle = {Training Dynamics},
      edition = {0.1.0},
      year = {2026}
    }
    """
    fields = {
        "author": f"{{{author}}}",
        "title": chapter,
        "booktitle": book,
        "edition": version.release,
        "year": str(version.built.year),
        "url": url,
    }
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    return f"@incollection{{{name},\n" + ",\n".join(lines) + "\n}"


def citation(chapter: str, book: str, author: str, version: Version, url: str) -> str:
    """Return a chapter's citation as a sentence."""
    release = f" (version {version.release})" if version.release else ""
    return f"{author} ({version.built.year}). {chapter}. In: {book}{release}.{f' {url}' if url else ''}"


def report(repository: Repository, page: str, chapter: str, version: Version) -> str:
    """Return the address of the form for an error in a chapter, with the page and its version filled in."""
    body = (
        f"Page: {page} ({chapter})\nVersion: {version.release} {version.commit} of {version.day}\n\n"
        "What does the page say?\n\n\nWhat would be right?\n"
    )
    return repository.issue(f"{chapter}: ", body)


def foot(parts: dict[str, str]) -> str:
    """Return the foot as HTML; of `parts` it wants ``name``, ``bibtex``, ``citation``, ``report`` and ``version``."""
    reported = (
        f'<li><a href="{escape(parts["report"])}" rel="noopener">Report an error on this page</a></li>'
        if parts["report"]
        else ""
    )
    return f"""
<section class="course-foot" aria-labelledby="about-this-page">
<h2 id="about-this-page">About this page</h2>
<p class="course-read" hidden><button type="button" data-course-read="{escape(parts["name"])}" aria-pressed="false">
Mark as read</button> <span role="status"></span></p>
<ul>
<li><details class="course-cite"><summary>Cite this page</summary>
<div class="highlight"><pre>{escape(parts["citation"])}</pre></div>
<div class="highlight"><pre>{escape(parts["bibtex"])}</pre></div>
</details></li>
{reported}
<li>{escape(parts["version"])}</li>
</ul>
</section>
"""


def _append(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    if not is_chapter(app, page):
        return
    version = version_of(Path(app.confdir))
    repository = read_repository(Path(app.confdir, "_config.yml"))
    name, chapter, book = page_name(page), title(app.env, page), app.config.html_title
    author, url = app.config.author, repository.file(f"{page}.md") if repository else ""
    release = f"Version {version.release}" if version.release else "A version without a number"
    commit = f", commit {version.commit}" if version.commit else ""
    context["body"] += foot(
        {
            "name": name,
            "bibtex": bibtex(name, chapter, book, author, version, url),
            "citation": citation(chapter, book, author, version, url),
            "report": report(repository, page, chapter, version) if repository else "",
            "version": f"{release}{commit}, built on {version.day}",
        }
    )


def _bring_in(app: Sphinx, doctree: nodes.document) -> None:
    if is_chapter(app, app.env.docname):
        need(app.env, "pages.css")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.connect("doctree-read", _bring_in)
    app.connect("html-page-context", _append)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
