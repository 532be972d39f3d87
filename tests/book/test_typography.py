"""What may not be torn apart at the end of a line, and what has to stay as its author wrote it."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from course_lib.book.build import Book, build
from course_lib.book.notebook.export import export
from tests.book.conftest import CHAPTER, CONFIGURATION, ROOT, cell
from tests.book.practice.conftest import LOOK
from tests.browsers import Visit
from tests.conftest import needs

NARROW = 360

TEXT = """\
A rate $\\eta$: half the rate ($\\theta$), and “$\\lambda$”; the $x$-axis, $t/T$/$W$,
from $a$\N{EN DASH}$b$ to [$c$ or $d$]. Alone $y$ stands. See [all of
$z$](https://example.org/-1) and [$v$](https://example.org); *part of $u$*, or **$w$**!

It fell by {given}`-0.5`, from {glue:text}`share:.0f` % to {glue:text}`chapter.md::share:.0f` %: {given}`12`; then
({given}`1e-3`) by {glue:text}`loss:.1f` on {given}`2026-11-21`, about $30$ %.
Of {given}`1` % and {given}`2` % and {given}`3` % and all the rest.

Code is as it was: `58 % -0.5`.

```python
share = 58 % -0.5
```

"""

# Formulas of every width around that of a line, each followed by a full stop.
WIDE = "\n\n".join(f"${' + '.join(['x'] * terms)}$." for terms in range(3, 22))

# Each sign that belongs to a formula or a figure, and stands on another line than it does.
TORN = """indent => {
  const paragraphs = [...document.querySelectorAll('.bd-article p')].slice(0, 2);
  const torn = [];
  const rect = (text, at) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getClientRects()[0];
  };
  for (const paragraph of paragraphs) {
    paragraph.style.textIndent = `${indent}px`;
    const isText = (text) => !text.parentElement.closest('mjx-container');
    const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT,
      (text) => isText(text) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT);
    const nearest = (element, before) => {
      const all = [];
      texts.currentNode = paragraph;
      while (texts.nextNode()) all.push(texts.currentNode);
      const beside = all.filter((text) => !element.contains(text) && text.length &&
        element.compareDocumentPosition(text) & (before ? 2 : 4));
      return before ? beside.at(-1) : beside[0];
    };
    for (const unit of paragraph.querySelectorAll('mjx-container, .given, .pasted-text')) {
      const boxes = unit.getClientRects();
      const compare = (text, at, box) => {
        const sign = rect(text, at);
        if (sign.top >= box.bottom || sign.bottom <= box.top) torn.push([unit.textContent, text.data.slice(0, 9)]);
      };
      const after = nearest(unit, false);
      const signs = after ? after.data.match(/^\\u00a0?[.,;:!?)\\]”%]+/) : null;
      if (signs) compare(after, signs[0].length - 1, boxes[boxes.length - 1]);
      const before = nearest(unit, true);
      if (before && /[(\\[“]$/.test(before.data)) compare(before, before.length - 1, boxes[0]);
    }
  }
  return torn;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one chapter."""
    folder = tmp_path_factory.mktemp("typography")
    (folder / "_config.yml").write_text(CONFIGURATION + LOOK)
    (folder / "_static").mkdir()
    shutil.copy(ROOT / "book" / "_static" / "course.css", folder / "_static")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: chapter\n")
    (folder / "index.md").write_text("# Front\n")
    code = "from myst_nb import glue\n\nglue('share', 58.0, display=False)\nglue('loss', -0.25, display=False)"
    (folder / "chapter.md").write_text(CHAPTER + cell(code) + TEXT + WIDE)
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return build(folder)


@pytest.fixture(scope="module")
def page(book: Book) -> str:
    return unescape((book.folder / "chapter.html").read_text())


@pytest.mark.slow
@pytest.mark.parametrize(
    "word",
    [
        r"\(\eta\):",
        r"(\(\theta\)),",
        r"“\(\lambda\)”;",
        r"\(x\)-",
        r"\(t/T\)/\(W\),",
        "\\(a\\)\N{EN DASH}",
        r"[\(c\)",
        r"\(d\)].",
        r'<a class="reference external" href="https://example.org">\(v\)</a>;',
        r"<em>\(u\)</em>,",
        r"<strong>\(w\)</strong>!",
        "\\(30\\)\N{NO-BREAK SPACE}%.",
    ],
)
def test_a_formula_is_one_word_with_what_is_attached_to_it(page: str, word: str) -> None:
    formula = r'<span class="math notranslate nohighlight">\\(\1\\)</span>'
    kept = re.sub(r"\\\((.*?)\\\)", formula, word)
    assert f'<span class="course-kept">{kept}</span>' in page


@pytest.mark.slow
@pytest.mark.parametrize("formula", ["y", "b", "z"])
def test_a_formula_by_itself_gets_no_element_around_it(page: str, formula: str) -> None:
    assert re.search(rf'(?<!course-kept">)<span class="math notranslate nohighlight">\\\({formula}\\\)</span>', page)


@pytest.mark.slow
def test_a_number_keeps_its_per_cent_sign(page: str) -> None:
    assert page.count('<span class="pasted-text">58</span>\N{NO-BREAK SPACE}%') == 2
    for figure in "123":  # the same words after each
        assert f">{figure}</span>\N{NO-BREAK SPACE}% and" in page


@pytest.mark.slow
def test_a_figure_with_a_source_has_a_true_minus_sign_where_it_is_negative(page: str) -> None:
    for figure in ("\N{MINUS SIGN}0.5", "\N{MINUS SIGN}0.2", "1e-3", "2026-11-21"):
        assert f">{figure}</span>" in page


@pytest.mark.slow
def test_code_links_search_and_notebooks_stay_as_they_were_written(book: Book, folder: Path, page: str) -> None:
    assert ">58 % -0.5</" in page.replace('<span class="pre">', "").replace("</span> ", " ")
    assert 'href="https://example.org/-1"' in page
    search = (book.folder / "searchindex.js").read_text()
    (notebook,) = export(folder, folder / "export")
    for changed in ("\N{MINUS SIGN}", "\N{NO-BREAK SPACE}", "course-kept"):
        assert changed not in search
        assert changed not in notebook.read_text()


@pytest.mark.slow
@needs("chromium")
def test_no_line_begins_or_ends_with_a_sign_that_belongs_to_a_formula_or_a_figure(book: Book, browser: Browser) -> None:
    with Visit(browser, book.folder.as_uri(), width=NARROW) as visit:
        tab = visit.open("chapter.html")
        assert tab.locator("mjx-container").count() > 10
        assert [torn for indent in range(0, 320, 4) for torn in tab.evaluate(TORN, indent)] == []


@pytest.mark.slow
@needs("chromium")
def test_a_formulas_full_stop_makes_no_line_longer_than_a_narrow_screen(book: Book, browser: Browser) -> None:
    with Visit(browser, book.folder.as_uri(), width=NARROW) as visit:
        tab = visit.open("chapter.html")
        lines = tab.evaluate(
            """() => [...document.querySelectorAll('.bd-article p')].filter((p) => /^x\\+x/.test(p.textContent.trim()))
              .map((p) => [p.clientWidth, p.scrollWidth,
                p.querySelector('mjx-container').getBoundingClientRect().width])"""
        )
        assert any(line < formula for line, _, formula in lines)
        assert [needed for line, needed, _ in lines if needed > line] == []
        assert tab.evaluate("document.documentElement.scrollWidth") == NARROW
