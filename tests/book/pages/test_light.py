"""What a page loads, and that its icons are there without the theme's font."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.book.build import Book
from course_lib.book.weights import LIMIT, pages_of, travelling, weigh
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

ICONS = ".fa-bars, .fa-magnifying-glass, .fa-list, .fa-download, .fa-volume-high"

# A sign that the font lacks is drawn by the fallback, in the fallback's width.
DRAWN = """(sign) => {
  const canvas = document.createElement('canvas').getContext('2d');
  const width = (font) => { canvas.font = font; return canvas.measureText(sign).width };
  return width('900 40px "Font Awesome 6 Free", monospace') !== width('40px monospace');
}"""


def test_each_icon_is_drawn_without_a_file_of_the_themes_own(reader, small_book: Book):
    page = reader.open("book/01-first.html")
    shown = page.evaluate(
        """(icons) => [...document.querySelectorAll(icons)].filter((icon) => icon.offsetParent).map((icon) => [
          icon.className, getComputedStyle(icon, '::before').content, icon.getBoundingClientRect().width])""",
        ICONS,
    )
    assert {name.split("fa-")[-1] for name, _, _ in shown} >= {"list", "download", "volume-high"}
    assert not [name for name, sign, width in shown if width < 5 or not page.evaluate(DRAWN, sign.strip('"'))]
    assert not [url for url in reader.asked if "fontawesome" in url or "webfonts" in url]
    assert not (small_book.folder / "_static" / "vendor" / "fontawesome").exists()


def test_an_admonition_has_its_icon(reader):
    page = reader.open("book/01-first.html")
    sign = page.evaluate(
        "() => getComputedStyle(document.querySelector('.admonition.tip .admonition-title'), '::after').content"
    )
    assert page.evaluate(DRAWN, sign.strip('"'))


def test_a_page_without_maths_loads_no_mathjax_and_one_with_maths_draws_it(reader):
    page = reader.open("book/sources.html")
    assert not [url for url in reader.asked if "mathjax" in url]
    page = reader.open("book/01-first.html")
    assert page.locator("mjx-container").count() == page.locator(".math").count() > 0


def test_only_the_search_page_loads_the_search_index(reader):
    reader.open("book/01-first.html")
    assert not [url for url in reader.asked if "searchindex.js" in url]
    reader.open("search.html?q=formula")
    reader.page.locator("#search-results li a").first.wait_for()
    assert [url for url in reader.asked if "searchindex.js" in url]


def test_the_first_view_of_every_page_is_within_the_limit(browser, course_book: Book) -> None:
    pages = pages_of(course_book.folder)
    weights = list(weigh(course_book.folder, pages, browser))
    assert {"book/index.html", "book/03-annealing.html", "search.html"} <= {weight.page for weight in weights}
    assert all("_static/course/icons.css" in weight.parts and weight.total > 50_000 for weight in weights)
    assert not {weight.page: weight.total for weight in weights if weight.total > LIMIT}


def printed(folder: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "course_lib.book.weights", str(folder)], stdout=subprocess.PIPE, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


def test_the_script_prints_what_each_page_weighs_and_fails_when_one_is_too_heavy(tmp_path: Path) -> None:
    book, maths = tmp_path / "book", tmp_path / "_static" / "mathjax" / "tex.js"
    book.mkdir()
    maths.parent.mkdir(parents=True)
    maths.write_text(f"// {random.Random(0).randbytes(20_000).hex()}")
    (tmp_path / "index.html").write_text("<p>This page only leads to the first.</p>")
    (book / "index.html").write_text("<p>A page with maths.</p><script src='../_static/mathjax/tex.js'></script>")
    status, (heading, row, last) = printed(tmp_path)
    assert status == 0
    assert heading.split() == ["page", "kB", "maths", "heaviest", "parts"]
    assert row.split() == ["book/index.html", "0", f"{travelling(maths) / 1000:.0f}", "index.html", "0"]
    assert last == "all within 400 kB"

    (book / "picture.png").write_bytes(bytes(LIMIT + 10_000))  # a picture travels as it is
    (book / "heavy.html").write_text("<p>A page with a picture.</p><img src='picture.png' alt='Nothing.'>")
    status, (_, heavy, light, last) = printed(tmp_path)
    assert status == 1
    assert heavy.split() == ["book/heavy.html", "410", "0", "picture.png", "410,", "heavy.html", "0", "OVER"]
    assert light == row
    assert last == "1 over the limit of 400 kB"
