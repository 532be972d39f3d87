"""The icons of the pages as a font of those that are used; the theme's own set weighs a hundred times as much."""

import base64
import io
import re
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.errors import BookError

_SHEET = "course/icons.css"
_THEMES = ("pydata_sphinx_theme", "sphinx_book_theme")
_FONTS = (
    ("Font Awesome 6 Free", 900, "vendor/fontawesome/webfonts/fa-solid-900.ttf"),
    ("Font Awesome 6 Brands", 400, "vendor/fontawesome/webfonts/fa-brands-400.ttf"),
)
_UNUSED = ("vendor/fontawesome", "scripts/fontawesome.js", "scripts/fontawesome.js.LICENSE.txt")
_CLASS = re.compile(r"\bfa-([a-z0-9-]+)")
_RULE = re.compile(r"((?:\.fa-[a-z0-9-]+:+before,?)+)\{content:\"([^\"]+)\"\}")
_CONTENT = re.compile(r"(?:--pst-icon-[a-z-]+|--pst-breadcrumb-divider|content):\"([^\"]+)\"")
_ESCAPE = re.compile(r"\\([0-9a-f]{4,6}) ?")


def codes_by_name(sheet: str) -> dict[str, int]:
    r"""Return the code point of each icon's name, from the theme's style sheet.

    Examples
    --------
    >>> codes_by_name('.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}')
    {'bars': 61641, 'navicon': 61641}
    """
    return {
        name: _code(content) for names, content in _RULE.findall(sheet) for name in _CLASS.findall(names) if content
    }


def codes_in_rules(sheet: str) -> set[int]:
    r"""Return the code points that a style sheet itself shows beside texts: admonitions, links, folded lists.

    Examples
    --------
    >>> codes_in_rules('html{--pst-icon-bell:"\\f0f3"}.a:after{content:"\\f107"}.b:before{content:"x"}')
    {61683, 61703}
    """
    without_names = _RULE.sub("", sheet)
    codes = {_code(content) for content in _CONTENT.findall(without_names)}
    return {code for code in codes if 0xE000 <= code <= 0xF8FF}


def _code(content: str) -> int:
    escape = _ESCAPE.fullmatch(content)
    return int(escape[1], 16) if escape else ord(content) if len(content) == 1 else 0


def font_with(codes: Iterable[int], font: Path) -> bytes:
    """Return the glyphs of `font` for the code points, as a WOFF font."""
    whole = TTFont(font)
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(codes))
    subsetter.subset(whole)
    whole.flavor = "woff"
    written = io.BytesIO()
    whole.save(written, reorderTables=False)
    return written.getvalue()


def icon_sheet(pages: Iterable[str], themes: Iterable[Path]) -> str:
    """Return a style sheet whose font has the icons that the pages and the themes' scripts and rules use.

    Parameters
    ----------
    pages
        The HTML of the pages.
    themes
        The static folders of the themes.

    Raises
    ------
    BookError
        If the themes use an icon that none of their fonts has.
    """
    themes = list(themes)
    sheets = [path.read_text(encoding="utf-8") for theme in themes for path in sorted(theme.glob("styles/*.css"))]
    scripts = [
        path.read_text(encoding="utf-8")
        for theme in themes
        for path in sorted(theme.glob("scripts/*.js"))
        if path.name != "fontawesome.js"
    ]
    names = codes_by_name("".join(sheets))
    used = {names[name] for text in [*pages, *scripts] for name in _CLASS.findall(text) if name in names}
    used |= codes_in_rules("".join(sheets))
    faces = ["/* Icons of Font Awesome Free, fontawesome.com: fonts under SIL OFL 1.1, reduced to the icons in use. */"]
    for family, weight, name in _FONTS:
        font = next(theme / name for theme in themes if (theme / name).is_file())
        here = used & TTFont(font).getBestCmap().keys()
        used -= here
        if here:
            data = base64.b64encode(font_with(here, font)).decode()
            faces.append(
                f'@font-face {{ font-display: block; font-family: "{family}"; font-style: normal;'
                f' font-weight: {weight}; src: url("data:font/woff;base64,{data}") format("woff"); }}'
            )
    if used:
        raise BookError(f"the theme's fonts have no icon at {', '.join(map(hex, sorted(used)))}")
    return "\n".join(faces) + "\n"


def _theme_folders() -> list[Path]:
    folders = []
    for name in _THEMES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent / "theme" / name / "static")
    return folders


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    written = [path for path in out.rglob("*.html") if static not in path.parents]
    written += sorted((static / "course").glob("*.js"))
    pages = (path.read_text(encoding="utf-8") for path in written)
    sheet = out / "_static" / _SHEET
    sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.write_text(icon_sheet(pages, _theme_folders()), encoding="utf-8")
    for name in _UNUSED:
        path = out / "_static" / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_css_file(_SHEET)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
