"""The scripts and style sheets of the pages: each is brought in by what needs it, and only where it is needed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

_HERE = Path(__file__).parent
_FOLDER = "course"
_KINDS = (".css", ".js")


def need(env: BuildEnvironment, *names: str) -> None:
    """Have the page that is being read bring in scripts and style sheets of this folder, in the order given.

    Raises
    ------
    FileNotFoundError
        When there is no such file here.
    """
    wanted = _wanted(env).setdefault(env.docname, [])
    for name in names:
        if not (_HERE / name).is_file():
            raise FileNotFoundError(f"{name} is not among the book's assets ({', '.join(sorted(_assets()))})")
        if name not in wanted:
            wanted.append(name)


def _assets() -> list[str]:
    return [path.name for path in _HERE.iterdir() if path.suffix in _KINDS]


def _wanted(env: BuildEnvironment) -> dict[str, list[str]]:
    if not hasattr(env, "course_assets"):
        env.course_assets = {}  # type: ignore[attr-defined] # the environment is made to carry what extensions put there
    wanted: dict[str, list[str]] = env.course_assets  # type: ignore[attr-defined]
    return wanted


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _wanted(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    theirs = _wanted(other)
    _wanted(env).update({name: theirs[name] for name in docnames if name in theirs})


def _place(app: Sphinx) -> None:
    """Lay the files where the pages expect them.

    Not in a folder of ``html_static_path``: Jupyter Book adds every script that it finds there to every page.
    """
    folder = Path(app.outdir).parent / "assets" / "_static" / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in _assets():
        shutil.copyfile(_HERE / name, folder / name)


def _bring_in(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    for name in _wanted(app.env).get(page, ()):
        if name.endswith(".css"):
            app.add_css_file(f"{_FOLDER}/{name}")
        else:
            app.add_js_file(f"{_FOLDER}/{name}", loading_method="defer")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.connect("builder-inited", _place)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("html-page-context", _bring_in)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
