"""The book's own Sphinx extension: what ``_config.yml`` cannot say."""

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.chapters import read_chapters
from course_lib.book.execution import cache_folder, forget_stale
from course_lib.book.mathjax import copy_mathjax, settings
from course_lib.book.reference import leave_out_wrapped, show_formula, stack_arguments

logger = logging.getLogger(__name__)

_ROOMS = ("assets", "evidence", "explorer", "pages", "practice", "status", "truth", "typography")


def place_files(app: Sphinx, config: Config) -> None:
    """Tell MyST-NB where the executed chapters are, unless the build has, and bring MathJax in."""
    build_folder = Path(app.outdir).parent
    if not config.nb_execution_cache_path:
        # Jupyter Book's own command, which executes what it does not find there.
        cache = cache_folder(build_folder)
        forget_stale(read_chapters(Path(app.srcdir)), cache)
        config.nb_execution_cache_path = str(cache)
    # Not in a _static folder of the sources: Jupyter Book adds every script it finds there to every page.
    assets = build_folder / "assets"
    copy_mathjax(assets / "_static" / "mathjax")
    config.mathjax3_config = {**settings(), **(config.mathjax3_config or {})}
    config.html_extra_path = [*config.html_extra_path, str(assets)]


def want_alternative_texts(app: Sphinx, doctree: nodes.document) -> None:
    """Warn, and so fail the build, about an image that says nothing to a reader who cannot see it."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            logger.warning(
                "image without alternative text: %s", image["uri"], location=image, type="course", subtype="alt"
            )


def mend_roles(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give the entries of a bibliography the role that their list asks for; docutils' own is withdrawn from ARIA."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def name_the_folds(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Name what folds the pages under another in the sidebar; the theme draws an arrow, and gives it no words."""
    contents = context["generate_toctree_html"]

    def named_contents(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - the theme's, which has no types
        tree = contents(*args, **options)
        for fold in tree.select("details > summary") if tree else ():
            fold["aria-label"] = f"Pages under {fold.parent.parent.a.get_text(strip=True)}"
        return tree

    context["generate_toctree_html"] = named_contents


def lead_to_the_first_page(app: Sphinx, error: Exception | None) -> None:
    """Write the published folder's own index.html, for the root page lies in a subfolder."""
    root = app.config.root_doc
    if error is None and app.builder.name == "html" and root != "index":
        page = (
            '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n'
            f'<title>{app.config.html_title}</title>\n<meta http-equiv="refresh" content="0; url={root}.html">\n'
            f'<a href="{root}.html">{app.config.html_title}</a>\n</html>\n'
        )
        Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    for room in _ROOMS:
        app.setup_extension(f"course_lib.book.{room}")
    app.connect("config-inited", place_files)
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", show_formula)
    app.connect("autodoc-skip-member", leave_out_wrapped)
    app.connect("doctree-read", want_alternative_texts)
    app.connect("html-page-context", mend_roles)
    app.connect("html-page-context", stack_arguments)
    app.connect("html-page-context", name_the_folds, priority=900)  # after the theme's own
    app.connect("build-finished", lead_to_the_first_page)
    # Sphinx leaves MathJax out of a page that it sees no maths in, and glued maths is not seen.
    app.set_html_assets_policy("always")
    return {
        "version": "1",
        "env_version": _code_version(),  # pages that were read by other directives than today's are read again
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _code_version() -> int:
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
    return int.from_bytes(hashlib.sha256(code).digest()[:4])
