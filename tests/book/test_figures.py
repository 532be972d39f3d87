"""Each figure is on the page once, in the format that loads sooner."""

import base64
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_lib.book.build import build
from course_lib.book.figures import PNG, SVG, keep_the_smaller


@pytest.mark.parametrize(("vector", "points", "kept"), [(10, 5000, SVG), (5000, 10, PNG)])
def test_the_smaller_format_is_kept(vector: int, points: int, kept: str) -> None:
    noise = random.Random(0)
    data = {SVG: f"<svg>{noise.randbytes(vector).hex()}</svg>", PNG: base64.b64encode(noise.randbytes(points)).decode()}
    shown = new_output("display_data", data=data)
    keep_the_smaller(new_notebook(cells=[new_code_cell(outputs=[shown])]))
    assert set(shown.data) == {kept}


@pytest.mark.slow
def test_lines_become_vectors_and_a_cloud_of_points_does_not(tiny_book: Callable[..., Path]) -> None:
    use = "from course_lib import plots\nimport matplotlib.pyplot as plt\nimport numpy as np\nplots.use_style()\n"
    alt = "---\nmystnb: {image: {alt: drawn}}\n---\n"
    book = build(
        tiny_book(
            f"{alt}{use}plt.plot([1, 2]);",
            f"{alt}plt.plot(*np.random.default_rng(0).random((2, 30000)), '.');",
        )
    )
    assert sorted(path.suffix for path in (book.folder / "_images").iterdir()) == [".png", ".svg"]
