"""Explorers as a reader meets them: by keyboard, on a phone, in the dark, twice on a page, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from course_lib.explorers import DescentOnAValley, ScheduleComposer
from course_lib.explorers.explorer import Explorer
from tests.browsers import violations
from tests.conftest import needs
from tests.explorers.conftest import EXPLORERS

pytestmark = [pytest.mark.slow, needs("chromium")]

Show = Callable[..., Page]

# Nesterov's form needs momentum, and the seed noise, to make a difference.
IN_USE = [
    DescentOnAValley(momentum=0.5, noise=0.2) if isinstance(each, DescentOnAValley) else each for each in EXPLORERS
]
every_explorer = pytest.mark.parametrize("explorer", IN_USE, ids=lambda explorer: type(explorer).__name__)

KEYS = {"number": "ArrowUp", "range": "ArrowRight", "checkbox": "Space", "select-one": "ArrowDown", "button": "Enter"}


def shown(explorer: Locator) -> str:
    """All that is drawn, and the code."""
    return explorer.evaluate(
        "(el) => [...el.querySelectorAll('.ce-chart, pre')].map((part) => part.outerHTML).join('')"
    )


@every_explorer
def test_every_control_changes_what_is_shown_by_keyboard_and_shows_its_focus(explorer: Explorer, show: Show):
    page = show(explorer)
    root = page.locator(".course-explorer")
    wanted = root.locator("input, select, button, pre").count()
    used = 0
    for _ in range(wanted):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        kind, name, outline = focused.evaluate(
            "(el) => [el.type ?? el.localName, el.ariaLabel || el.textContent, getComputedStyle(el).outlineStyle]"
        )
        assert outline == "solid", f"the focus of {name} cannot be seen"
        if kind == "pre" or name.startswith(("Remove", "Add", "Copy")):  # these have tests of their own
            continue
        before = shown(root)
        page.keyboard.press(KEYS[kind])
        assert shown(root) != before, f"{KEYS[kind]} on {name} ({kind}) changes nothing"
        if kind == "checkbox":
            page.keyboard.press(KEYS[kind])  # or what is next might belong to something that is not drawn any more
        used += 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body"), "Tab does not leave the explorer"
    assert used >= 3


@every_explorer
def test_the_sentence_follows_what_is_done(explorer: Explorer, show: Show):
    page = show(explorer)
    says = page.locator(".ce-says")
    before = says.inner_text()
    number = page.locator("input[type=number]").first
    number.fill("0.02" if float(number.input_value()) < 1 else "2")
    expect(says).not_to_have_text(before)
    assert says.get_attribute("role") == "status"
    label = page.locator(".ce-chart").first.get_attribute("aria-label") or ""
    assert len(label) > 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_violation_of_accessibility_before_and_after_use(theme: str, show: Show):
    page = show(*EXPLORERS, theme=theme)
    assert not violations(page)
    for box in page.locator("input[type=checkbox]").all():
        box.click()
    for button in page.get_by_role("button").all():
        if "Remove" not in button.inner_text():
            button.click()
    for number in page.locator("input[type=number]").all():
        number.fill("-1")  # refused; the one before gets its last number back
    assert page.locator("[aria-invalid=true]").count() == 1
    assert not violations(page)


def test_explorers_fit_a_phone_and_their_targets_a_finger(show: Show):
    page = show(*EXPLORERS, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('.ce-root')].flatMap((root) => {
          const edge = root.getBoundingClientRect().right;
          return [...root.querySelectorAll('input, select, button, .ce-chart')]
            .filter((el) => el.getBoundingClientRect().right > edge).map((el) => el.outerHTML);
        })"""
    )
    assert not beyond
    for control in page.locator("button, select, input[type=checkbox], input[type=number]").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def test_two_of_a_kind_on_a_page_do_not_disturb_each_other(show: Show):
    page = show(DescentOnAValley(lr=0.01), DescentOnAValley(lr=0.07))
    first, second = page.locator(".course-explorer").all()
    assert [each.get_by_label("lr", exact=True).input_value() for each in (first, second)] == ["0.01", "0.07"]
    mine, other = shown(first), shown(second)
    first.get_by_label("lr", exact=True).fill("0.03")
    assert shown(first) != mine
    assert shown(second) == other


@every_explorer
def test_without_javascript_a_picture_and_a_sentence_stand_there(explorer: Explorer, show: Show):
    page = show(explorer, script=False)
    picture = page.get_by_role("img")
    assert picture.is_visible()
    assert len(picture.get_attribute("aria-label") or "") > 20
    assert picture.locator("path").count() >= 1
    assert page.get_by_text("with JavaScript switched on").is_visible()


def test_a_number_out_of_range_is_refused_in_words_and_the_last_one_stands(show: Show):
    page = show(DescentOnAValley(lr=0.07))
    root = page.locator(".course-explorer")
    before = shown(root)
    number = page.get_by_label("lr", exact=True)
    number.fill("7")
    expect(page.get_by_text("lr: a number from 0 to 2")).to_be_visible()
    assert number.get_attribute("aria-invalid") == "true"
    assert shown(root) == before
    number.press("Tab")
    expect(number).to_have_value("0.07")
    expect(page.get_by_text("lr: a number from 0 to 2")).to_have_count(0)


def test_a_slider_and_its_number_keep_step(show: Show):
    page = show(DescentOnAValley(lr=0.07))
    number, slider = page.get_by_label("lr", exact=True), page.get_by_label("lr, slider")
    slider.focus()
    slider.press("ArrowRight")
    assert float(number.input_value()) > 0.07
    place = slider.input_value()
    number.fill("0.5")
    assert int(slider.input_value()) > int(place)
    number.press("ArrowUp")
    assert number.input_value() == "0.51"
    momentum = page.get_by_label("momentum", exact=True)
    momentum.press("ArrowUp")
    assert momentum.input_value() == "0.01"


def test_a_key_on_a_slider_of_whole_numbers_always_moves_it(show: Show):
    page = show(ScheduleComposer(steps=100))
    number, slider = page.get_by_label("steps", exact=True).first, page.get_by_label("steps, slider").first
    for start, key in (("61", "ArrowRight"), ("2", "ArrowLeft"), ("3", "ArrowRight"), ("4000", "ArrowLeft")):
        number.fill(start)
        slider.press(key)
        moved = int(number.input_value()) - int(start)
        assert moved * (1 if key == "ArrowRight" else -1) > 0


def test_pieces_are_added_changed_and_removed_by_keyboard(show: Show):
    page = show(ScheduleComposer(steps=100))
    pieces = page.locator(".ce-piece")
    add = page.get_by_role("button", name="Add a piece")
    add.focus()
    page.keyboard.press("Enter")
    expect(pieces).to_have_count(3)
    page.keyboard.type("ste")  # the focus is on the new piece's kind
    expect(page.locator("pre")).to_contain_text("StepDecay(lr=0.1, step_size=30, gamma=0.5), at=100")
    for _ in range(10):
        if add.is_disabled():
            break
        add.click()
    expect(pieces).to_have_count(8)
    page.get_by_role("button", name="Remove piece 1").click()
    expect(pieces).to_have_count(7)
    assert page.evaluate("document.activeElement.closest('.ce-piece').ariaLabel") == "Piece 1"
    expect(page.locator("pre")).not_to_contain_text("LinearWarmup")


def test_a_piece_that_cannot_be_says_what_is_wrong(show: Show):
    page = show(ScheduleComposer(steps=100))
    page.get_by_label("final_lr", exact=True).fill("0.5")
    expect(page.locator(".ce-says")).to_have_text("Piece 2, cosine: final_lr must be at most lr (0.1), got 0.5.")
    page.get_by_label("final_lr", exact=True).fill("0.05")
    expect(page.locator(".ce-says")).to_contain_text("ends at 0.05")


def test_the_python_is_copied_and_marked_where_a_page_may_not_copy(show: Show):
    page = show(ScheduleComposer())
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    button = page.get_by_role("button", name="Copy the Python")
    button.click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    code = page.locator("pre").text_content()
    assert page.evaluate("window.copied") == code
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    button.click()
    expect(page.get_by_text("Marked")).to_be_visible()
    assert page.evaluate("String(getSelection())").split() == (code or "").split()


def test_what_is_drawn_diverges_without_breaking_the_drawing(show: Show):
    page = show(DescentOnAValley(lr=2.0, momentum=0.9, condition=1000.0, steps=300))
    expect(page.locator(".ce-says")).to_contain_text("Rate 2 diverges")
    assert "NaN" not in shown(page.locator(".course-explorer"))
    assert "Infinity" not in shown(page.locator(".course-explorer"))


def test_a_rate_of_zero_does_not_move(show: Show):
    page = show(DescentOnAValley())
    page.get_by_label("lr").first.fill("0")
    expect(page.locator(".ce-says")).to_contain_text("Rate 0 does not move")


def test_the_colours_follow_the_theme(show: Show):
    colour = "getComputedStyle(document.querySelector('.ce-line.ce-1')).stroke"
    assert show(DescentOnAValley()).evaluate(colour) != show(DescentOnAValley(), theme="dark").evaluate(colour)


def test_printed_the_drawings_stay_and_the_controls_go(show: Show):
    page = show(*EXPLORERS)
    page.emulate_media(media="print")
    assert page.locator(".ce-chart").first.is_visible()
    assert page.locator(".ce-says").first.is_visible()
    assert not page.locator("input:visible, button:visible, select:visible").count()
