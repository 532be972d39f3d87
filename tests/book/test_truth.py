"""What counts as a figure in the text, and what vouches for one."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.book.build import build
from course_lib.book.errors import BookError
from course_lib.book.truth import numbers_in
from tests.book.conftest import ROOT

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("a rate of 0.1, then 1e-3", ["0.1", "1e-3"]),
        ("10,000 images in 63 steps.", ["10,000", "63"]),
        ("it fell by -0.5 (2x, 30%)", ["-0.5", "2", "30"]),
        ("from 10 to 19, ten-fold or 10-fold", ["10", "19", "10"]),
        ("CIFAR-10, SM-2, float32, the 3rd, L2, on 2026-11-21", []),
    ],
)
def test_what_counts_as_a_figure(words: str, numbers: list[str]) -> None:
    assert numbers_in(words) == numbers


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "It reached 0.9 of it.",
        "- a list with 93.1 %",
        "| a | b |\n|---|---|\n| 5 | x |",
        ":::{note}\nAbout 7 times.\n:::",
        "A **bold 12** one.",
        "# Heading of 3 parts",
    ],
)
def test_a_typed_figure_fails_the_build_and_is_named(tiny_book: Write, text: str) -> None:
    with pytest.raises(BookError, match=r"chapter\.md.*comes from no run or record, and is not marked \{given\}"):
        build(tiny_book(text=f"{text}\n"))


@pytest.mark.slow
def test_a_figures_caption_is_text_like_any_other(tiny_book: Write) -> None:
    figure = "---\nmystnb: {image: {alt: a line}, figure: {caption: It fell by 30 %.}}\n---\n"
    with pytest.raises(BookError, match="30 comes from no run or record"):
        build(tiny_book(f"{figure}import matplotlib.pyplot as plt\nplt.plot([1, 2]);"))


@pytest.mark.slow
def test_what_has_a_source_passes(tiny_book: Write) -> None:
    code = "from myst_nb import glue\nglue('loss', 0.123, display=False)\nprint(17)"
    text = (
        "{glue:text}`loss:.2f`, {given}`0.1`, `x = 3`, $y = 4$, on 2026-11-21.\n\n$$\nz = 5\n$$\n\n"
        "```python\nx = 6\n```\n"
    )
    book = build(tiny_book(code, text=text))
    assert "0.12" in (book.folder / "chapter.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_figures_that_a_chapter_quotes_of_the_range_tests_benchmark_are_those_of_its_record() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "range_test.py"), "report"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # our own script
    asked = re.compile(r"report half, constant: (\d+) tasks.*?\| ours +\| +([\d.]+) .*?\| +([\d.]+) ", re.DOTALL)
    tasks, median, ninetieth = asked.search(report).groups()  # type: ignore[union-attr]
    chapter = " ".join((ROOT / "book" / "02-calibration.md").read_text(encoding="utf-8").split())
    assert f"On {{given}}`{tasks}` small tasks" in chapter
    assert f"ended {{given}}`{median}` points of accuracy below the best constant rate in the median" in chapter
    assert f"{{given}}`{ninetieth}` in the ninetieth percentile" in chapter
