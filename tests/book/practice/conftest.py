"""A tiny book with practice material, and a browser to practise in."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.book.build import build
from tests.book.conftest import CONFIGURATION, ROOT

# With the course's own colours, and its maths.
LOOK = """\
    html_static_path: [_static]
    html_css_files: [course.css]
    mathjax_path: mathjax/tex-mml-chtml.js
    mathjax_options: {defer: null}
    html_context: {default_mode: light}
    html_sidebars: {"**": [search-button-field.html, sbt-sidebar-nav.html]}
    copyright: "2026"
"""

PRACTICE = """\
prerequisites:
  - What a *gradient* is, and the rate $\\eta$.
objectives:
  - Say what the {{term}}`{name} floor` is.
summary:
  quick: Half the rate, half the floor.
  standard: |
    The floor is $\\eta/2$.

    It sinks with the rate.
  detailed: |
    The floor is

    $$ V = \\frac{{\\eta}}{{2}} . $$
dialogue:
  - student: Why does it never settle?
  - teacher: What pushes it, at each step?
concepts:
  - term: {name} floor
    definition: The height at which a constant rate hovers, nearly proportional to $\\eta$; see {{term}}`{name} step`.
  - term: {name} step
    definition: One update of the weights.
memory:
  - name: The runner
    text: Long strides first, short ones at the line.
    holds: early on.
    breaks: a runner sees the line.
  - name: Half and half
    text: "*Half the rate, half the floor.*"
quiz:
  - id: floor
    question: What does half the rate do to the floor, for small $\\eta$?
    choices:
      - text: It halves it.
        right: true
        feedback: Yes, $V$ is nearly proportional to $\\eta$.
      - text: Nothing.
        feedback: The noise enters with $\\eta^2$.
  - id: ends
    question: Which steps does a run of $T$ steps have?
    choices:
      - text: Step $0$.
        right: true
        feedback: The first.
      - text: Step $T - 1$.
        right: true
        feedback: The last. See *A misconception*, not *a misconception*, and the *Sources*.
      - text: Step $T$.
        feedback: One too far.
cards:
  - id: floor
    front: What is the floor?
    back: The height at which a constant rate $\\eta$ hovers.
  - id: step
    front: What is a step?
    back: One update of the weights.
  - id: epoch
    front: What is an epoch?
    back: One pass over the images.
  - id: batch
    front: What is a batch?
    back: The images of one step.
  - id: seed
    front: What is a seed?
    back: >-
      What decides the draw, and not
      $\\eta_{{\\min}} + \\frac12 (\\eta_{{\\max}} - \\eta_{{\\min}})(1 + \\cos\\frac{{\\pi t}}{{T - 1}})$.
"""

FORMULAS = """\
cards:
  - id: half
    front: $\\frac{\\eta}{2}$
    back: Half the rate.
  - id: rate
    front: The rate
    back: $\\eta$
  - id: noise
    front: What is $\\sigma^2$, at each of $T - 1$ steps?
    back: $\\eta\\lambda \\ll 1$
  - id: floor
    front: The floor $V$
    back: $\\frac{\\eta\\sigma^2}{2}$.
  - id: last
    front: $T$
    back: The steps are $0$ to $T - 1$.
"""

PAGE = """\
# {title}

```{{chapter-head}}
```

The {{term}}`{name} floor` comes from noise, a {{term}}`floor <{name} floor>` of $\\eta$.

## In short

```{{depths}}
```

## A misconception

```{{dialogue}}
```

## Practice

```{{key-concepts}}
```

```{{memory-aids}}
```

```{{quiz}}
```

```{{flashcards}}
```

## Sources: where it comes from

Nowhere.
"""

CHAPTERS = {"02-calibration": ("Calibration", "second"), "03-annealing": ("Annealing", "third")}


def write_book(folder: Path) -> Path:
    """Write a book of two chapters, a glossary and a page with all cards."""
    practice = folder / "book" / "practice"
    practice.mkdir(parents=True)
    (folder / "_config.yml").write_text(CONFIGURATION + LOOK)
    (folder / "_static").mkdir()
    shutil.copy(ROOT / "book" / "_static" / "course.css", folder / "_static")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n"
        + "".join(f"  - file: book/{page}\n" for page in [*CHAPTERS, "glossary", "flashcards"])
    )
    (folder / "book" / "index.md").write_text("# Course\n\nIt uses the {term}`third step`.\n")
    (folder / "book" / "glossary.md").write_text("# Glossary\n\n```{glossary-of-the-course}\n```\n")
    (folder / "book" / "flashcards.md").write_text("# Flashcards\n\n```{flashcards} all\n```\n")
    for page, (title, name) in CHAPTERS.items():
        (folder / "book" / f"{page}.md").write_text(PAGE.format(title=title, name=name))
        (practice / f"{page}.yml").write_text(PRACTICE.format(name=name))
    return folder


@pytest.fixture
def practice_book(tmp_path: Path) -> Path:
    """A book to change and to build."""
    return write_book(tmp_path)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the pages of the book, built once; the cards of the chapter on calibration hold formulas."""
    source = write_book(tmp_path_factory.mktemp("practice"))
    sheet = source / "book" / "practice" / "02-calibration.yml"
    sheet.write_text(sheet.read_text().partition("cards:\n")[0] + FORMULAS)
    return build(source, report=lambda line: None).folder / "book"


Write = Callable[[str], Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    """Write a practice file."""

    def write(text: str) -> Path:
        path = tmp_path / "03-annealing.yml"
        path.write_text(text)
        return path

    return write
