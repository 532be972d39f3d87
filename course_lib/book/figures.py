"""Figures on the page: drawn twice by each chapter, as vectors and as points, and kept as the smaller of the two."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

import nbformat

SVG, PNG = "image/svg+xml", "image/png"

_PROFILE = """\
c = get_config()
c.InlineBackend.figure_formats = {"svg", "png"}
"""


def draw_both(ipython_folder: Path) -> None:
    """Have kernels whose IPYTHONDIR is this folder show each Matplotlib figure in both formats."""
    profile = ipython_folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(_PROFILE, encoding="utf-8")


def keep_the_smaller(notebook: nbformat.NotebookNode) -> None:
    """Of each output that has both formats, remove the one that takes longer to load.

    SVG is text, which a server compresses and a file system does not; it is weighed compressed, and wins when equal.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if SVG in data and PNG in data:
                del data[PNG if _vector(data[SVG]) <= _points(data[PNG]) else SVG]


def _vector(text: str) -> int:
    return len(gzip.compress(text.encode()))


def _points(text: str) -> int:
    return len(base64.b64decode(text))
