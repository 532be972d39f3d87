"""MathJax beside the pages, so that maths is drawn with the network unplugged."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_lib.book.errors import BookError

USED = (
    "tex-mml-chtml.js",
    "a11y/*.js",
    "input/tex/extensions/*.js",
    "output/chtml/fonts/woff-v2/*.woff",
    "sre/mathmaps/*.json",
)
"""The parts of the distribution that a page may ask for: TeX in, HTML out, and speech for a screen reader."""

LANGUAGES = frozenset({"base", "en", "nemeth"})
"""The speech rules kept: English, and Nemeth braille."""


def settings() -> dict[str, Any]:
    """Return what MathJax is told on each page.

    A formula's menu opens by a click. MathJax would make each formula a tab stop for it, hundreds in a chapter;
    ``formulas.js`` makes stops of those that scroll.
    """
    return {"options": {"menuOptions": {"settings": {"inTabOrder": False}}}}


def copy_mathjax(folder: Path) -> None:
    """Copy the parts of MathJax that the pages use from the package ``sphinx-mathjax-offline`` into `folder`, once.

    Raises
    ------
    BookError
        If the package is not installed.
    """
    # The package's name has hyphens, so that it can be found but not imported by a statement.
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise BookError("MathJax is missing: `python -m pip install sphinx-mathjax-offline` brings it.")
    source = Path(spec.origin).parent / "static" / "mathjax"
    for pattern in USED:
        for path in source.glob(pattern):
            target = folder / path.relative_to(source)
            wanted = path.suffix != ".json" or path.stem in LANGUAGES
            if wanted and not (target.exists() and target.stat().st_size == path.stat().st_size):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
