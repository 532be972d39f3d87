"""The scripts and style sheets of the pages: each is brought in by what needs it, and only where it is needed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.kept import Kept

_HERE = Path(__file__).parent
_FOLDER = "course"
_KINDS = (".css", ".js")
_WANTED = Kept[list[str]]("course_assets")


def need(env: BuildEnvironment, *names: str) -> None:
    """Have the page that is being read bring in scripts and style sheets of this folder, in the order given.

    Raises
    ------
    FileNotFoundError
        When there is no such file here.
    """
    wanted = _WANTED.of(env).setdefault(env.docname, [])
    for name in names:
        if not (_HERE / name).is_file():
            raise FileNotFoundError(f"{name} is not among the book's assets ({', '.join(sorted(_assets()))})")
        if name not in wanted:
            wanted.append(name)


def _assets() -> list[str]:
    return [path.name for path in _HERE.iterdir() if path.suffix in _KINDS]


def _place(app: Sphinx) -> None:
    """Lay the files where the pages expect them.

    Not in a folder of ``html_static_path``: Jupyter Book adds every script that it finds there to every page.
    """
    folder = Path(app.outdir).parent / "assets" / "_static" / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in _assets():
        shutil.copyfile(_HERE / name, folder / name)


def _bring_in(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    for name in _WANTED.of(app.env).get(page, ()):
        if name.endswith(".css"):
            app.add_css_file(f"{_FOLDER}/{name}")
        else:
            app.add_js_file(f"{_FOLDER}/{name}", loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.connect("builder-inited", _place)
    _WANTED.register(app)
    app.connect("html-page-context", _bring_in)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
