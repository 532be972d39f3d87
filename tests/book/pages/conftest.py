"""A small book with all that stands around a chapter, built once, and a browser to read it with."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from course_lib.book.build import Book, build
from tests.book.conftest import CONFIGURATION, cell

FRONT = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"

FIRST = (
    FRONT
    + """\
(first)=
# First steps

The rate is $\\eta$, and a whole formula is

$$
\\theta_{t+1} = \\theta_t - \\eta \\frac{g}{2}
$$ (update)

See {doc}`02-second`, {cite:t}`robbins1951` and {eq}`update`; a {given}`0.1` is typed, {glue:text}`answer:.1f` is not.

```{tip}
Draw it first.
```

"""
    + cell("from myst_nb import glue\n\nanswer = 6 * 7.0\nglue('answer', answer, display=False)")
    + "\n## A long section\n\n"
    + "One more sentence that goes on for a while. " * 60
    + "\n\n## The last section\n\nThe end.\n"
)

BIBLIOGRAPHY = """\
@article{robbins1951,
  author = {Robbins, Herbert and Monro, Sutton},
  title = {A Stochastic Approximation Method},
  journal = {Annals}, year = {1951}, doi = {10.1214/aoms/1177729586}
}
"""


@pytest.fixture(scope="session")
def small_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source: Path = tmp_path_factory.mktemp("small")
    (source / "book").mkdir()
    configuration = CONFIGURATION.replace(
        "title: Tiny\n",
        "title: Small Book\nauthor: Its authors\nbibtex_bibfiles: [book/references.bib]\n"
        "parse: {myst_enable_extensions: [dollarmath, amsmath, colon_fence]}\n"
        "repository: {url: https://github.com/someone/small, branch: main}\n",
    ).replace("    extensions:\n", "    extensions:\n      - sphinxcontrib.bibtex\n")
    configuration += (
        "    mathjax_path: mathjax/tex-mml-chtml.js\n    mathjax_options: {defer: null}\n    nb_ipywidgets_js: {}\n"
        "    html_context: {default_mode: light}\n    html_show_search_summary: false\n"
    )
    (source / "_config.yml").write_text(configuration)
    (source / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n- caption: A part\n  chapters:\n  - file: book/01-first\n"
        "  - file: book/02-second\n  - file: book/progress\n  - file: book/sources\n"
    )
    (source / "book" / "index.md").write_text("# Small Book\n\nRead {doc}`01-first`.\n")
    (source / "book" / "01-first.md").write_text(FIRST)
    (source / "book" / "02-second.md").write_text(
        FRONT + "# Second steps\n\nBack to {ref}`the first <first>`.\n\n" + cell("print(1)")
    )
    (source / "book" / "progress.md").write_text("# Progress\n\n```{progress}\n```\n")
    (source / "book" / "sources.md").write_text("# Sources\n\n```{bibliography}\n```\n")
    (source / "book" / "references.bib").write_text(BIBLIOGRAPHY)
    return source


@pytest.fixture(scope="session")
def small_book(small_source: Path) -> Book:
    return build(small_source)


# Not for the whole session: while it lives, Playwright keeps an event loop in this thread that other tests would meet.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


class Reader:
    """A reader's browser on the small book; a request out of its folder, or an error, fails the test."""

    def __init__(self, context: BrowserContext, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.context = context
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfailed", lambda request: self.errors.append(request.url))

    def open(self, name: str) -> Page:
        self.page.goto((self.folder / f"{name}.html").as_uri(), wait_until="load")
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        return self.page

    def outside(self) -> list[str]:
        allowed = (self.folder.as_uri(), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(allowed)]


@pytest.fixture
def reader(browser: Browser, small_book: Book) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    made = Reader(context, small_book.folder)
    yield made
    context.close()
    assert not made.outside(), "the page asked outside its folder"
    assert not made.errors, "the page reported an error"
