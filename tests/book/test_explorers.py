"""An explorer in a page that the book's build has made."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from course_lib.book.build import build
from course_lib.book.errors import BookError
from tests.browsers import Visit, violations
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]


def test_an_explorer_lives_on_the_page_without_a_widgets_machinery(
    tiny_book: Callable[..., Path], browser: Browser
) -> None:
    code = "from course_lib.explorers import DescentOnAValley\n\nDescentOnAValley(lr=0.07)"
    page_file = build(tiny_book(code, code.replace("0.07", "0.01"))).folder / "chapter.html"
    html = page_file.read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget" not in html
    with Visit(browser, page_file.parent.as_uri(), "dark") as visit:
        page = visit.open("chapter.html")
        explorers = page.locator(".course-explorer")
        assert explorers.count() == 2
        grounds = explorers.evaluate_all("(all) => all.map((el) => getComputedStyle(el.parentElement).backgroundColor)")
        assert grounds == ["rgba(0, 0, 0, 0)"] * 2, "the theme's light ground shows around it in the dark"
        drawing = explorers.first.locator(".ce-line.ce-1").first
        before = drawing.get_attribute("d")
        explorers.first.get_by_label("lr", exact=True).fill("0.03")
        assert drawing.get_attribute("d") != before
        assert not violations(page, ".course-explorer")
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_page_without_code_shows_explorers_by_name(tiny_book: Callable[..., Path], browser: Browser) -> None:
    text = "```{explorer} DropoutMasks\n```\n\n```{explorer} AdaptiveSteps\n```\n"
    page_file = build(tiny_book(text=text)).folder / "chapter.html"
    with Visit(browser, page_file.parent.as_uri(), "dark") as visit:
        explorers = visit.open("chapter.html").locator(".course-explorer")
        assert explorers.count() == 2
        drawn = explorers.first.locator("svg").first.inner_html()
        explorers.first.locator("input[type=number]").first.fill("0.9")
        assert explorers.first.locator("svg").first.inner_html() != drawn


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("DropoutMask", r"no explorer is called 'DropoutMask'; there is: AdaptiveSteps, "),
        (
            "RangeTestReader",
            r"RangeTestReader needs more than its name, so it is shown by code: .*'test' and 'results'",
        ),
    ],
)
def test_an_explorer_that_cannot_be_shown_by_name_fails_the_build(
    tiny_book: Callable[..., Path], name: str, words: str
) -> None:
    with pytest.raises(BookError, match=rf"chapter\.md:\d+: .*{words}"):
        build(tiny_book(text=f"```{{explorer}} {name}\n```\n"))
