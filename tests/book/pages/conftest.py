"""A small book with all that stands around a chapter, built once, and a browser to read it with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from course_lib.book.build import Book, build
from tests.book.conftest import CONFIGURATION, ROOT, cell
from tests.book.practice.conftest import PRACTICE
from tests.browsers import Visit

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

Below $x = 0.1$; above, $y$.

$$ a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} $$

<details class="closed"><summary>What you should have seen</summary><p>A plateau.</p></details>

<details class="open" open><summary>A second look</summary><p>A slope.</p></details>

"""
    + cell("from myst_nb import glue\n\nanswer = 6 * 7.0\nglue('answer', answer, display=False)")
    + cell(":tags: [hide-input]\n\nanswer")
    + "\n## A long section\n\n"
    + "with {given}`0.25` in first.ipynb and then " * 20
    + "it ends.\n\n"
    + "One more sentence that goes on for a while. " * 60
    + "\n\n## The last section\n\nThe end.\n"
)

PRACTISED = """
```{key-concepts}
```

```{quiz}
```

```{flashcards}
```
"""

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
        "    html_static_path: [_static]\n    html_css_files: [course.css]\n"
    )
    (source / "_config.yml").write_text(configuration)
    (source / "_static").mkdir()
    shutil.copy(ROOT / "book" / "_static" / "course.css", source / "_static")
    (source / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n- caption: A part\n  chapters:\n  - file: book/01-first\n"
        "  - file: book/02-second\n  - file: book/glossary\n  - file: book/progress\n  - file: book/sources\n"
    )
    (source / "book" / "index.md").write_text("# Small Book\n\nRead {doc}`01-first`.\n")
    (source / "book" / "01-first.md").write_text(FIRST)
    (source / "book" / "02-second.md").write_text(
        FRONT + "# Second steps\n\nBack to {ref}`the first <first>`.\n\n" + cell("print(1)") + PRACTISED
    )
    (source / "book" / "glossary.md").write_text("# Glossary\n\n```{glossary-of-the-course}\n```\n")
    (source / "book" / "practice").mkdir()
    (source / "book" / "practice" / "02-second.yml").write_text(PRACTICE.format(name="second"))
    (source / "book" / "progress.md").write_text("# Progress\n\n```{progress}\n```\n")
    (source / "book" / "sources.md").write_text("# Sources\n\n```{bibliography}\n```\n")
    (source / "book" / "references.bib").write_text(BIBLIOGRAPHY)
    return source


@pytest.fixture(scope="session")
def small_book(small_source: Path) -> Book:
    return build(small_source)


@pytest.fixture
def reader(browser: Browser, small_book: Book) -> Iterator[Visit]:
    with Visit(browser, small_book.folder.as_uri()) as visit:
        yield visit
