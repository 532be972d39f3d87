"""The cards as decks for Anki: one a chapter, and one of the whole course, each a file to download."""

from __future__ import annotations

import hashlib
import html
import re
import tempfile
import zipfile
from pathlib import Path

import genanki  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from course_lib.book.names import page_name, title
from course_lib.book.practice.shelf import shelf
from course_lib.book.practice.source import Practice
from course_lib.sheet import SheetError, Text

COURSE = "training-dynamics"
FOLDER = "_static/decks"
_NAME = "Training Dynamics"

_TEXT_ROLES = ("given", "term")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can say
_STYLE = ".card { font: 20px/1.5 Georgia, serif; margin: 0 auto; max-width: 36em; padding: 1em; }"


def number(name: str) -> int:
    """Return the number that Anki knows a deck or a kind of note by: the same for the same name, for ever.

    >>> number("03-annealing") == number("03-annealing") != number("02-calibration")
    True
    """
    # Anki keeps them as milliseconds since 1970; genanki asks for 2**30 and more.
    return (1 << 30) + int.from_bytes(hashlib.sha256(f"{COURSE}/{name}".encode()).digest()[:4]) % (1 << 30)


def to_html(text: Text) -> str:
    r"""Return a side of a card as Anki shows it: HTML, with maths for its MathJax.

    Raises
    ------
    SheetError
        If the text has a role that means nothing outside the book.

    >>> to_html(Text("The *rate* $\\eta$ < {given}`1`", Path("a.yml"), 1))
    '<p>The <em>rate</em> \\(\\eta\\) &lt; 1</p>'
    """
    markdown = MarkdownIt("commonmark").use(dollarmath_plugin).use(myst_role_plugin)

    def role(renderer: RendererHTML, tokens: list[Token], index: int, *_: object) -> str:
        name, content = tokens[index].meta["name"], tokens[index].content
        if name not in _TEXT_ROLES:
            raise SheetError(
                f"{text.place}: a card goes to Anki, where {{{name}}} leads nowhere; "
                f"say it in words, or use one of {', '.join(_TEXT_ROLES)}"
            )
        return html.escape(re.sub(r"\s*<[^<>]*>$", "", content) if name == "term" else content)

    markdown.add_render_rule("myst_role", role)
    markdown.add_render_rule("math_inline", _formula)
    markdown.add_render_rule("math_inline_double", _formula)
    markdown.add_render_rule("math_block", _formula)
    return str(markdown.render(text.text)).strip()


def _formula(renderer: RendererHTML, tokens: list[Token], index: int, *_: object) -> str:
    opening, closing = (r"\(", r"\)") if tokens[index].type == "math_inline" else (r"\[", r"\]")
    return f"{opening}{html.escape(tokens[index].content.strip())}{closing}"


def _model() -> genanki.Model:
    return genanki.Model(
        number("model"),
        _NAME,
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[
            {"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"},
        ],
        css=_STYLE,
    )


def deck(page: str, name: str, practice: Practice) -> genanki.Deck:
    """Make the deck of a chapter.

    Parameters
    ----------
    page
        The chapter's page, such as ``03-annealing``. It and the cards' ids decide the numbers by which Anki knows deck
        and notes, so that a learner's progress outlives every change of the texts.
    name
        The chapter's title.
    practice
        Its cards.
    """
    made = genanki.Deck(number(page), f"{_NAME}::{name}")
    for card in practice.cards:
        fields = [to_html(card.front), to_html(card.back)]
        made.add_note(genanki.Note(_model(), fields, guid=genanki.guid_for(COURSE, page, card.id), tags=[page]))
    return made


def write(decks: list[genanki.Deck], path: Path, changed: float) -> None:
    """Write decks into one file, whose bytes depend on nothing but the arguments.

    Parameters
    ----------
    decks
        What goes in.
    path
        The file, ``.apkg``.
    changed
        When the texts last changed, in seconds since 1970: Anki takes over what is newer than what it has.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.apkg"
        genanki.Package(decks).write_to_file(draft, timestamp=int(changed))
        # genanki's archive says when it was packed.
        with zipfile.ZipFile(draft) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as final:
            for name in sorted(packed.namelist()):
                final.writestr(zipfile.ZipInfo(name, _EARLIEST), packed.read(name), zipfile.ZIP_DEFLATED)


def _write_all(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    found = shelf(app.env)
    if not found:
        return
    folder = Path(app.outdir) / FOLDER
    dates = {page: practice.path.stat().st_mtime for page, practice in found.items()}
    try:
        decks = {page: deck(page_name(page), title(app.env, page), practice) for page, practice in found.items()}
    except SheetError as wrong:
        raise ExtensionError(str(wrong)) from wrong
    for page, made in decks.items():
        write([made], folder / f"{page_name(page)}.apkg", dates[page])
    write(list(decks.values()), folder / f"{COURSE}.apkg", max(dates.values()))


def register(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("build-finished", _write_all)
