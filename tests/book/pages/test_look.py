"""The theme and the course's own look, for those who go by keyboard, see little, or want nothing to move."""

import pytest

from tests.browsers import Visit, violations
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

# The marks on an element or, as on the theme's folds, on what lies within it.
MARKS = """node => [node, ...node.querySelectorAll('*')].map(each => {
  const style = getComputedStyle(each);
  const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 ? style.outline : '';
  return outline + ' ' + style.boxShadow.replace(/rgba\\([^)]*, 0\\)/g, 'clear').replace(/clear[^,]*(, )?|none/g, '');
}).join('|')"""


def focus_marks(page):
    """What is focused, its marks, and those that it has without the focus."""
    focused = page.evaluate_handle("() => document.activeElement").as_element()
    with_focus = focused.evaluate(MARKS)
    focused.evaluate("node => node.blur()")
    without = focused.evaluate(MARKS)
    focused.evaluate("node => node.focus({ focusVisible: true })")
    return focused.evaluate("node => node.outerHTML.slice(0, 200)"), with_focus, without


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_the_focus_is_to_be_seen_on_every_control_of_a_page(reader, width):
    reader.page.set_viewport_size({"width": width, "height": 900})
    page = reader.open("book/01-first.html")
    seen = []
    page.keyboard.press("Tab")
    while page.evaluate("() => document.activeElement !== document.body"):
        name, with_focus, without = focus_marks(page)
        assert with_focus != without, name
        seen.append(name)
        page.keyboard.press("Tab")
    assert any("primary-toggle" in each for each in seen)
    assert any("course-read" in each or "aria-pressed" in each for each in seen)


def test_formulas_are_no_tab_stops_and_keep_their_maths_and_their_menu(reader):
    page = reader.open("book/01-first.html")
    drawn = page.locator("mjx-container")
    assert drawn.count() == page.locator("mjx-container > mjx-assistive-mml > math").count() > 0
    assert not page.locator("mjx-container[tabindex='0']").count()
    drawn.first.click(button="right")
    page.locator(".CtxtMenu_Menu").first.wait_for()


def test_a_formula_wider_than_its_place_is_a_tab_stop_so_that_the_keys_can_move_it(reader):
    reader.page.set_viewport_size({"width": 360, "height": 700})
    page = reader.open("book/01-first.html")
    stop = page.locator("mjx-container[tabindex='0']")
    stop.wait_for()
    assert stop.count() == 1
    assert not violations(page, ".bd-article")
    page.set_viewport_size({"width": 1280, "height": 900})
    stop.wait_for(state="detached")


def scrolled_up(page):
    """Show the theme's button, which comes when the reader turns back."""
    page.evaluate("() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.wait_for_function("() => scrollY > 500")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate("() => scrollBy({ top: -200, behavior: 'instant' })")
    page.wait_for_function("() => document.querySelector('#pst-back-to-top').style.display === 'block'")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_way_back_to_the_top_can_be_read_and_is_not_in_the_way_on_a_phone(browser, small_book, theme):
    with Visit(browser, small_book.folder.as_uri(), theme, width=800) as visit:
        page = visit.open("book/01-first.html")
        scrolled_up(page)
        back = page.locator("#pst-back-to-top")
        assert back.is_visible()
        assert not violations(page, "#pst-back-to-top")
        page.set_viewport_size({"width": 360, "height": 700})
        scrolled_up(page)
        assert back.is_hidden()


def test_nothing_moves_for_those_who_want_it_so(browser, small_book):
    with Visit(browser, small_book.folder.as_uri(), reduced_motion="reduce") as visit:
        page = visit.open("book/01-first.html")
        page.locator("details.hide summary").first.click()
        moving = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter(each => {
              const style = getComputedStyle(each);
              return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
            }).map(each => each.outerHTML.slice(0, 80))"""
        )
        assert moving == []
        assert page.locator("details.hide[open] .cell_input").is_visible()
