"""What stands around a chapter, for those who do not see it and for those who see little of it at a time."""

import pytest

from tests.browsers import violations
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

OWN_VOICE = """
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [{ name: 'Own', lang: 'en', localService: true }], speak() {}, cancel() {},
} });
window.SpeechSynthesisUtterance = class { };
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["book/01-first.html", "book/progress.html"])
def test_axe_finds_nothing_with_the_player_open_and_the_chapter_marked(reader, name, theme):
    reader.context.add_init_script(OWN_VOICE + f"localStorage.mode = localStorage.theme = '{theme}'")
    page = reader.open(name)
    if name.endswith("first.html"):
        page.get_by_role("button", name="Listen").click()
        page.locator(".course-read button").click()
        page.get_by_text("Cite this page").click()
    assert not violations(page, ".bd-article")


@pytest.mark.parametrize("name", ["book/01-first.html", "book/progress.html"])
def test_tools_player_foot_and_table_fit_a_narrow_screen(reader, name):
    reader.context.add_init_script(OWN_VOICE)
    reader.page.set_viewport_size({"width": 360, "height": 700})
    page = reader.open(name)
    if name.endswith("first.html"):
        page.get_by_role("button", name="Listen").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    small = page.evaluate(
        """() => [...document.querySelectorAll('.course-tools a, .course-tools button, .course-player button, '
          + '.course-player select, .course-read button, .course-progress button, .course-progress label.course-file')]
          .filter((each) => each.getClientRects().length && each.getBoundingClientRect().height < 24).length"""
    )
    assert small == 0
