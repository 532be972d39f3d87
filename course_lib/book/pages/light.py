"""Pages that load no more than they use: no idle script, no MathJax without maths, no picture before it is near."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.images import get_image_size
from sphinx.util.typing import ExtensionMetadata

_ICONS = ("fontawesome.js",)  # icons.py brings in the few that are used
# The theme loads these to show results in its search dialog; that is off, and the dialog leads to the search page.
_SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
_MATHS = re.compile(r'class="[^"]*\bmath\b|class="output text_latex|\\\(|\\\[')
_UNSIZED = re.compile(r'<img (?![^>]*\bwidth=)(?=[^>]*\bsrc="(?:[^"]*/)?([^"/]+)")')
_PICTURE = re.compile(r"<img (?![^>]*\bloading=)")


def without_scripts(names: tuple[str, ...], head: str) -> Markup:
    r"""Return HTML without the ``script`` elements that load a file of one of the names.

    Examples
    --------
    >>> without_scripts(("a.js",), '<script src="x/a.js?v=1"></script><script src="b.js"></script>')
    Markup('<script src="b.js"></script>')
    """
    for name in names:
        head = re.sub(rf'<script\b[^>]*\bsrc="[^"]*/?\b{re.escape(name)}(\?[^"]*)?"[^>]*></script>\s*', "", head)
    return Markup(head)  # noqa: S704 - the theme's own head, from which something was taken away


def has_maths(body: str) -> bool:
    r"""Return whether the HTML has maths for MathJax to draw, glued maths included.

    Examples
    --------
    >>> has_maths('<span class="math notranslate">x</span>'), has_maths("<p>x</p>")
    (True, False)
    """
    return bool(_MATHS.search(body))


def pictures_when_near(body: str) -> str:
    """Return HTML whose pictures, but for the first, are fetched when the reader comes near them.

    Examples
    --------
    >>> pictures_when_near('<img src="a"/><img src="b"/>')
    '<img src="a"/><img loading="lazy" src="b"/>'
    """
    first = _PICTURE.search(body)
    if first is None:
        return body
    return body[: first.end()] + _PICTURE.sub('<img loading="lazy" ', body[first.end() :])


def pictures_with_sizes(body: str, sizes: Mapping[str, tuple[int, int]]) -> str:
    """Return HTML whose pictures say how large they are, so that nothing moves when one comes.

    Parameters
    ----------
    body
        HTML.
    sizes
        Width and height of pictures, in pixels, by the names of their files.

    Examples
    --------
    >>> pictures_with_sizes('<img alt="A" src="../_images/a.svg"/>', {"a.svg": (300, 200)})
    '<img width="300" height="200" alt="A" src="../_images/a.svg"/>'
    """

    def sized(found: re.Match[str]) -> str:
        if found[1] not in sizes:
            return found[0]
        width, height = sizes[found[1]]
        return f'<img width="{width}" height="{height}" '

    return _UNSIZED.sub(sized, body)


def _sizes(app: Sphinx) -> dict[str, tuple[int, int]]:
    found = {name: get_image_size(str(Path(app.srcdir, uri))) for uri, name in app.builder.images.items()}
    return {name: size for name, size in found.items() if size is not None}


def _lighten(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    body = context.get("body", "")
    context["body"] = pictures_with_sizes(pictures_when_near(body), _sizes(app))
    # The search page loads the search's scripts in its own way.
    context["without_idle_scripts"] = partial(without_scripts, _ICONS if page == "search" else _ICONS + _SEARCH)
    if has_maths(body):
        app.add_js_file("course/formulas.js", loading_method="defer")
    else:
        context["script_files"] = [
            script for script in context["script_files"] if "mathjax" not in (getattr(script, "filename", "") or "")
        ]


def _find_templates(app: Sphinx, config: Config) -> None:
    config.templates_path = [*config.templates_path, str(Path(__file__).parent / "templates")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.connect("config-inited", _find_templates)
    app.add_css_file("course/print.css", media="print", priority=900)
    app.connect("html-page-context", _lighten, priority=950)  # after the others have written into the body
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
