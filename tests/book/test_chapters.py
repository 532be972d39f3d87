"""Every chapter of the course has the parts that CONTRIBUTING names, and its figures say what they rest on."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from course_lib.book.build import Book
from tests.browsers import Visit
from tests.conftest import needs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("[0-9][0-9]-*.md"))
PARTS = (".chapter-head", ".depths", ".dialogue", ".course-explorer", ".claim", ".key-concepts")
PARTS += (".memory-aids", ".quiz", ".cards")
FETCHED = "(picture) => picture.complete && picture.naturalWidth"
SECTIONS = ("A misconception", "What it means in practice", "Pitfalls", "Exercises", "Key concepts", "Memory aids")
SECTIONS += ("Test yourself", "Flashcards", "Further reading and watching", "Recap")


def article(book: Book, name: str) -> Tag:
    page = (book.folder / "book" / f"{name}.html").read_text(encoding="utf-8")
    found = BeautifulSoup(page, "html.parser").select_one("article")
    assert found is not None
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_its_parts_in_their_order(name: str, course_book: Book) -> None:
    page = article(course_book, name)
    assert [part for part in PARTS if page.select_one(part) is None] == []
    headings = [heading.get_text().rstrip("#") for heading in page.select("h2")]
    assert [heading for heading in headings if heading in SECTIONS] == list(SECTIONS)
    assert any("put to the test" in heading for heading in headings)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_section_that_a_feedback_names_is_on_the_page(name: str, course_book: Book) -> None:
    answers = article(course_book, name).select(".quiz .answers")
    links = [link for each in answers for link in each.select("a:has(> em)")]
    assert links
    names = [em.get_text() for each in answers for em in each.select("em") if em.get_text()[0].isupper()]
    assert names == [link.get_text() for link in links]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_names_something_to_watch(name: str, course_book: Book) -> None:
    section = article(course_book, name).select_one("section#further-reading-and-watching")
    assert section is not None
    (film,) = [item for item in section.select("li") if item.get_text().startswith("To watch:")]
    bibliography = article(course_book, "bibliography")
    target = bibliography.select_one(str(film.select_one("a[href*='bibliography']")["href"]).partition(".html")[2])
    assert "video" in target.get_text()
    assert target.select_one("a[href^='https://']") is not None


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_figure_with_a_band_says_what_line_and_band_are(name: str, course_book: Book) -> None:
    source = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    cells = re.findall(r"^```\{code-cell\}.*?^```$", source, re.DOTALL | re.MULTILINE)
    banded = [cell for cell in cells if "plots.bands(" in cell]
    assert banded
    for cell in banded:
        caption = re.search(r'caption: "(.*)"', cell)
        assert caption
        assert re.search(r"means over \w+ seeds, bands reach from the worst seed to the best", caption[1])


@needs("chromium")
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_figure_has_its_place_before_it_is_fetched(name: str, browser: Browser, course_book: Book) -> None:
    with Visit(browser, course_book.folder.as_uri(), width=360) as visit:
        page = visit.open(f"book/{name}.html")
        figures = page.locator(".cell_output img[loading=lazy]")
        assert figures.count() > 2
        for number in range(figures.count()):
            figure = figures.nth(number)
            before = figure.bounding_box()
            figure.scroll_into_view_if_needed()
            page.wait_for_function(FETCHED, arg=figure.element_handle())
            after = figure.bounding_box()
            assert before
            assert after
            assert (before["width"], before["height"]) == pytest.approx((after["width"], after["height"]), abs=2)
            assert 100 < after["height"] < after["width"] * 1.5


@needs("chromium")
@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_are_dark_on_a_dark_page(name: str, browser: Browser, course_book: Book, tmp_path: Path) -> None:
    with Visit(browser, course_book.folder.as_uri(), "dark") as visit:
        page = visit.open(f"book/{name}.html")
        figures = page.locator(".cell_output img")
        assert figures.count()
        for number in range(figures.count()):
            shot = tmp_path / f"{number}.png"
            figures.nth(number).scroll_into_view_if_needed()  # it is loaded only then
            page.wait_for_function(
                "(each) => each.complete && each.naturalWidth", arg=figures.nth(number).element_handle()
            )
            figures.nth(number).screenshot(path=shot)
            with Image.open(shot) as picture:
                grey = picture.convert("L")
                corner = grey.getpixel((1, 1))
                assert corner < 64, "the ground is dark"
                assert ImageChops.difference(grey, Image.new("L", grey.size, corner)).getbbox(), "something is drawn"
