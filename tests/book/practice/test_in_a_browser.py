"""Practice in Chromium: by keyboard alone, without scripts, on a phone, printed."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browsers import Visit, serving, violations
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

THEMES = ("light", "dark")
MODES = ("Flip", "Learn", "Test", "Match", "Spaced", "List")


@pytest.fixture
def visiting(browser: Browser, pages: Path) -> Iterator[Callable[..., Visit]]:
    with serving(pages.parent) as address:
        yield partial(Visit, browser, address)


Visiting = Callable[..., Visit]
CHAPTER = "book/03-annealing.html"


def reach(page: Page, target: Locator, most: int = 60) -> None:
    """Press Tab until the focus is on the target, which shows it."""
    for _ in range(most):
        if target.evaluate("node => node === document.activeElement"):
            outline = target.evaluate("node => getComputedStyle(node).outlineStyle")
            assert outline != "none", "the focus is not to be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def named(page: Page, name: str) -> Locator:
    return page.locator(".practice").get_by_role("button", name=name, exact=True)


def test_a_question_is_answered_checked_and_tried_again_by_keyboard(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        question = page.locator("#quiz-floor")
        first = question.locator("input").first
        page.locator("#practice-memory-aids").evaluate("node => { node.tabIndex = -1; node.focus(); }")
        reach(page, first)
        page.keyboard.press("ArrowDown")
        press(page, question.get_by_role("button", name="Check"))
        status = question.get_by_role("status")
        expect(status).to_contain_text("Not this one.")
        expect(status).to_contain_text("The noise enters with")
        expect(page.locator(".quiz-score")).to_have_text("Right: 0 of 2.")
        press(page, question.get_by_role("button", name="Try again"))
        expect(first).to_be_focused()
        expect(status).to_be_empty()
        page.keyboard.press("Space")
        press(page, question.get_by_role("button", name="Check"))
        expect(status).to_contain_text("Right.")
        expect(page.locator(".quiz-score")).to_have_text("Right: 1 of 2, 0 of them at the first try.")
        reach(page, page.locator("#quiz-ends input").first)  # and on: no trap


def test_several_right_answers_are_wanted_all_and_alone(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        question = page.locator("#quiz-ends")
        check, status = question.get_by_role("button", name="Check"), question.get_by_role("status")
        check.click()
        expect(status).to_have_text("Choose an answer first.")
        boxes = question.locator("input")
        boxes.nth(0).check()
        boxes.nth(2).check()
        check.click()
        expect(status).to_contain_text("Not yet: 1 of the 2 right ones, and 1 that is wrong.")
        expect(status).to_contain_text("One too far.")
        boxes.nth(1).check()
        boxes.nth(2).uncheck()
        check.click()
        expect(status).to_contain_text("Right.")
        expect(status.locator("mjx-merror")).to_have_count(0)


def test_answers_are_kept_in_the_browser_until_the_reader_starts_over(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        page.locator("#quiz-floor input").first.check()
        page.locator("#quiz-floor").get_by_role("button", name="Check").click()
        kept = page.evaluate("() => courseStore.record().pages['03-annealing'].quiz.floor")
        assert {key: kept[key] for key in ("chosen", "right", "tries")} == {"chosen": [0], "right": True, "tries": 1}
        page.reload()
        expect(page.locator("#quiz-floor input").first).to_be_checked()
        expect(page.locator(".quiz-score")).to_have_text("Right: 1 of 2, 1 of them at the first try.")
        page.get_by_role("button", name="Start over").click()
        assert page.evaluate("() => courseStore.record().pages") == {}
        expect(page.locator("#quiz-floor input").first).not_to_be_checked()


def test_another_choice_takes_the_verdict_away_until_it_is_checked(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        score = page.locator(".quiz-score")
        for name, first, second in (("#quiz-floor", 0, 1), ("#quiz-ends", 0, 1)):
            question = page.locator(name)
            status, boxes = question.get_by_role("status"), question.locator("input")
            boxes.nth(first).check()
            question.get_by_role("button", name="Check").click()
            expect(status).not_to_be_empty()
            expect(question).to_have_class(re.compile(r"\bis-(right|wrong)\b"))
            before = score.inner_text()
            recorded = page.evaluate("() => courseStore.record()")
            boxes.nth(second).check()
            expect(status).to_be_empty()
            expect(question).not_to_have_class(re.compile(r"\bis-(right|wrong)\b"))
            expect(question.get_by_role("button", name="Try again")).to_be_hidden()
            assert page.evaluate("() => courseStore.record()") == recorded
            expect(score).to_have_text(before)
            question.get_by_role("button", name="Check").click()
            expect(status).not_to_be_empty()
        expect(score).to_have_text("Right: 1 of 2, 0 of them at the first try.")


def test_the_score_follows_what_is_answered_in_another_tab(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        other = visit.open(CHAPTER, visit.context.new_page())
        page.locator("#quiz-floor input").first.check()
        page.locator("#quiz-floor").get_by_role("button", name="Check").click()
        expect(other.locator(".quiz-score")).to_have_text("Right: 1 of 2, 1 of them at the first try.")
        other.get_by_role("button", name="Start over").click()
        expect(page.locator(".quiz-score")).to_have_text("Right: 0 of 2.")


# For the course's record alone: the theme's own scripts do not expect it.
FULL = """{
  const set = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    if (key.startsWith('training-dynamics')) throw new DOMException('full', 'QuotaExceededError');
    set.call(this, key, value);
  };
}"""
LOST = "This browser keeps nothing: your answers last as long as this page is open."


@pytest.mark.parametrize("when", ["before the page is open", "while it is open"])
def test_a_quiz_whose_answers_are_not_kept_says_so(when: str, visiting: Visiting) -> None:
    with visiting() as visit:
        if when == "before the page is open":
            visit.context.add_init_script(FULL)
        page = visit.open(CHAPTER)
        lost = page.locator(".quiz").get_by_text(LOST)
        if when == "while it is open":
            expect(lost).to_have_count(0)
            page.evaluate(f"() => {FULL}")
            page.locator("#quiz-floor input").first.check()
            page.locator("#quiz-floor").get_by_role("button", name="Check").click()
            expect(page.locator(".quiz-score")).to_have_text("Right: 1 of 2, 1 of them at the first try.")
        expect(lost).to_be_visible()
        expect(lost).to_have_role("status")
        assert not violations(page, ".quiz")


def test_every_way_to_learn_the_cards_is_gone_through_by_keyboard(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        stage, status = page.locator(".card-stage"), page.locator(".card-stage [role=status]")
        page.locator(".quiz-score").evaluate("node => { node.tabIndex = -1; node.focus(); }")

        press(page, named(page, "Turn over"))
        expect(status).to_contain_text("hovers")
        press(page, named(page, "Next"))
        expect(named(page, "Next")).to_be_focused()
        expect(stage).to_contain_text("Card 2 of 5")

        page.locator(".card-modes").evaluate("node => { node.tabIndex = -1; node.focus(); }")
        press(page, named(page, "Learn"))
        press(page, named(page, "Show the answer"))
        expect(named(page, "I knew it")).to_be_focused()
        press(page, named(page, "Not yet"))
        for _ in range(2 * 5):
            page.keyboard.press("Enter")  # show the answer, which is where the focus is
            page.keyboard.press("Enter")  # I knew it
        expect(stage).to_contain_text("Mastered: 5 of 5")
        expect(stage.get_by_role("progressbar")).to_have_attribute("value", "10")

        page.locator(".card-modes").evaluate("node => node.focus()")
        press(page, named(page, "Match"))
        while not stage.get_by_role("button", name="Another round").count():
            front = stage.locator(".card-side").nth(0).locator("button:not([aria-disabled])").first
            front.focus()
            page.keyboard.press("Enter")
            left = stage.locator(".card-side").nth(1).locator("button:not([aria-disabled])")
            for index in range(left.count()):
                before = stage.locator("[aria-disabled]").count()
                if stage.locator(".card-side").nth(0).locator("[aria-pressed=true]").count() == 0:
                    front.press("Enter")
                left.nth(index).press("Enter")
                if stage.locator("[aria-disabled]").count() > before:
                    break
        expect(status).to_contain_text("All paired")
        expect(named(page, "Another round")).to_be_focused()


@pytest.mark.parametrize("way", ["Choose among four", "Type the answer"])
def test_a_test_counts_what_was_right_and_names_what_was_not(way: str, visiting: Visiting) -> None:
    backs = {"floor": "hovers", "step": "One update", "epoch": "One pass", "batch": "of one step", "seed": "the draw"}
    with visiting() as visit:
        page = visit.open(CHAPTER)
        stage = page.locator(".card-stage")
        named(page, "Test").click()
        named(page, way).click()
        for _ in backs:
            front = stage.locator(".card-front").inner_text()
            word = next(word for word in backs if f" {word}?" in front)
            if way == "Choose among four":
                options = stage.locator(".card-option")
                assert options.count() == 4
                right = options.filter(has_text=backs[word])
                (options.filter(has_not_text=backs[word]).first if word == "seed" else right).click()
                expect(stage.locator(".card-verdict")).to_contain_text("No." if word == "seed" else "Right.")
                expect(named(page, "Next")).to_be_focused()
                page.keyboard.press("Enter")
            else:
                stage.get_by_label("Your answer").fill("I think so")
                named(page, "Compare").click()
                expect(stage.locator(".card-back")).to_contain_text(backs[word])
                named(page, "I had not" if word == "seed" else "I had it").click()
        expect(stage).to_contain_text("4 of 5 right. Look again at:")
        expect(stage.locator(".card-missed")).to_have_text("What is a seed?")


PASS_DAYS = """days => {
  const page = "03-annealing";
  for (const [id, card] of Object.entries(courseStore.record().pages[page].cards)) {
    const earlier = date => {
      const then = new Date(date + "T12:00");
      return new Date(then.getFullYear(), then.getMonth(), then.getDate() - days, 12).toISOString().slice(0, 10);
    };
    courseStore.set(page, "cards", id, {...card, first: earlier(card.first), due: earlier(card.due)});
  }
}"""


def test_a_card_is_due_again_when_its_interval_has_passed(visiting: Visiting) -> None:
    with visiting(timezone_id="UTC") as visit:
        page = visit.open(CHAPTER)
        due = page.locator(".card-due")
        named(page, "Spaced").click()
        expect(due).to_have_text("Due today: 5 of 5, 5 of them new.")
        for grade in ("Again", "Good", "Good", "Good", "Easy"):
            named(page, "Show the answer").click()
            page.locator(".card-stage").get_by_role("button", name=grade).click()
        # The one that was not known comes once more on the same day.
        expect(page.locator(".card-note").last).to_have_text("Once more today")
        named(page, "Show the answer").click()
        named(page, "Good").click()
        expect(due).to_have_text(re.compile(r"Nothing is due today\. The next card is due on 20\d\d-\d\d-\d\d\."))

        def after(days: int) -> Locator:
            page.evaluate(PASS_DAYS, days)
            named(page, "Spaced").click()
            return due

        expect(after(1)).to_have_text("Due today: 5 of 5.")
        for _ in range(5):
            named(page, "Show the answer").click()
            page.locator(".card-stage").get_by_role("button", name="Good").click()
        expect(after(1)).to_have_text("Due today: 1 of 5.")  # the one that began anew
        expect(after(4)).to_have_text("Due today: 1 of 5.")
        expect(after(1)).to_have_text("Due today: 5 of 5.")  # the others, after six days


def test_what_is_learned_in_the_chapter_counts_on_the_page_of_all_cards(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        named(page, "Learn").click()
        for _ in range(2):
            named(page, "Show the answer").click()
            named(page, "I knew it").click()
        page = visit.open("book/flashcards.html")
        named(page, "Learn").click()
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")
        expect(page.get_by_role("progressbar")).to_have_attribute("max", "20")
        page.get_by_label("Cards of").select_option("Calibration")
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "0")
        expect(page.get_by_role("progressbar")).to_have_attribute("max", "10")


BROKEN = {
    "quiz": {"floor": {"chosen": 3, "right": True, "tries": 1, "when": ""}, "ends": None},
    "cards": {"floor": {"learnt": "a"}, "step": None, "epoch": {"due": 7}, "batch": {"learnt": 1}},
    "reading": {"read": 1},
}


def test_broken_entries_that_the_browser_keeps_stop_no_question_and_no_card(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        page.evaluate(
            """kinds => {
              for (const [kind, values] of Object.entries(kinds)) {
                for (const [id, value] of Object.entries(values)) {
                  const key = `training-dynamics 1 ${JSON.stringify(['03-annealing', kind, id])}`;
                  localStorage.setItem(key, JSON.stringify(value));
                }
              }
            }""",
            BROKEN,
        )
        page.reload()
        page.wait_for_function("() => Object.keys(localStorage).some(key => key.includes('batch'))")
        expect(page.locator(".quiz-score")).to_have_text("Right: 0 of 2.")
        for question in page.locator(".quiz .question").all():
            question.locator("input").first.check()
            question.get_by_role("button", name="Check").click()
        expect(page.locator(".quiz-score")).to_have_text("Right: 1 of 2, 1 of them at the first try.")
        named(page, "Spaced").click()
        expect(page.locator(".card-due")).to_have_text("Due today: 5 of 5, 5 of them new.")
        named(page, "Learn").click()
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")


def test_all_that_questions_and_cards_keep_is_there_on_the_next_page(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        for question in page.locator(".quiz .question").all():
            question.locator("input").nth(1).check()
            question.get_by_role("button", name="Check").click()
        named(page, "Learn").click()
        for known in ("I knew it", "Not yet"):
            named(page, "Show the answer").click()
            named(page, known).click()
        named(page, "Spaced").click()
        for grade in ("Again", "Hard", "Good", "Easy"):
            named(page, "Show the answer").click()
            page.locator(".card-stage").get_by_role("button", name=grade).click()
        written = page.evaluate("() => courseStore.record().pages")
        kept = written["03-annealing"]
        assert len(kept["quiz"]) == 2
        assert {field for card in kept["cards"].values() for field in card} == {
            *("learnt", "easiness", "interval", "repetitions", "first", "due")
        }
        other = visit.open(CHAPTER, visit.context.new_page())
        assert other.evaluate("pages => courseStore.wrong(pages)", written) == ""
        expect(other.locator(".quiz-score")).to_have_text("Right: 0 of 2.")
        other.wait_for_function(
            "written => JSON.stringify(courseStore.record().pages) === JSON.stringify(written)", arg=written
        )


def test_the_depths_are_tabs_whose_choice_holds_on_every_page(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        other = visit.open("book/02-calibration.html", visit.context.new_page())
        tab = page.get_by_role("tab", name="Standard")
        expect(tab).to_have_attribute("aria-selected", "true")
        page.locator(".chapter-head").evaluate("node => { node.tabIndex = -1; node.focus(); }")
        reach(page, tab)
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="Detailed")).to_be_focused()
        expect(page.get_by_role("tabpanel", name="Detailed")).to_be_visible()
        expect(page.locator("#depth-standard")).to_be_hidden()
        expect(other.get_by_role("tab", name="Detailed")).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="Quick")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("tabpanel", name="Quick")).to_be_focused()
        other.reload()
        expect(other.locator("#depth-quick")).to_be_visible()
        expect(other.locator("#depth-detailed")).to_be_hidden()


def test_a_definition_shows_on_focus_and_on_hover_and_escape_puts_it_away(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        terms = page.locator('a.has-definition[href$="term-third-floor"]')
        definition = page.locator('.definition[data-term="term-third-floor"]')
        expect(definition).to_be_hidden()
        page.locator(".bd-article h1").evaluate("node => { node.tabIndex = -1; node.focus(); }")
        reach(page, terms.nth(0))
        expect(definition).to_be_visible()
        assert definition.get_attribute("id") == terms.nth(0).get_attribute("aria-describedby")
        page.keyboard.press("Escape")
        expect(definition).to_be_hidden()
        expect(terms.nth(0)).to_be_focused()

        page.locator(".bd-article h1").evaluate("node => node.focus()")
        terms.nth(1).hover()
        expect(definition).to_be_visible()
        definition.hover()
        # The page's timers run in order: after this one, the one that would have put the definition away has run.
        page.evaluate("() => new Promise(done => setTimeout(done, 500))")
        expect(definition).to_be_visible()
        page.keyboard.press("Escape")
        expect(definition).to_be_hidden()


def test_a_definition_stays_within_a_narrow_screen_and_shows_by_touch(visiting: Visiting) -> None:
    with visiting(width=360, has_touch=True) as visit:
        page = visit.open(CHAPTER)
        definition = page.locator('.definition[data-term="term-third-floor"]')
        for index in range(3):
            page.locator('a.has-definition[href$="term-third-floor"]').nth(index).tap()
            expect(definition).to_be_visible()
            box = definition.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
            page.locator(".bd-article h1").tap()
            expect(definition).to_be_hidden()
        term = page.locator('a.has-definition[href$="term-third-floor"]').first
        term.tap()
        term.tap()
        page.wait_for_url("**/glossary.html#term-third-floor")


@pytest.mark.parametrize("theme", THEMES)
def test_practice_is_accessible_before_and_after_use(theme: str, visiting: Visiting) -> None:
    with visiting(theme) as visit:
        page = visit.open(CHAPTER)
        assert page.locator("html").get_attribute("data-theme") == theme
        page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert not violations(page)
        page.locator("#quiz-floor input").nth(1).check()
        page.locator("#quiz-ends input").nth(0).check()
        page.locator("#quiz-ends input").nth(1).check()
        for question in ("#quiz-floor", "#quiz-ends"):
            page.locator(question).get_by_role("button", name="Check").click()
        page.get_by_role("tab", name="Detailed").click()
        page.locator(".chapter-head a.has-definition").first.hover()
        assert not violations(page)
        for mode in MODES:
            named(page, mode).click()
            assert not violations(page, ".cards"), mode
            if mode in ("Learn", "Spaced"):
                named(page, "Show the answer").click()
            if mode == "Flip":
                named(page, "Turn over").click()
            if mode == "Match":
                for side in (0, 1):
                    page.locator(".card-side").nth(side).locator("button").first.click()
            if mode == "Test":
                named(page, "Choose among four").click()
                page.locator(".card-option").first.click()
            assert not violations(page, ".cards"), mode


@pytest.mark.parametrize("theme", THEMES)
def test_what_holds_a_formula_is_chosen_by_a_name_that_says_it(theme: str, visiting: Visiting) -> None:
    fronts = ["eta over 2", "The rate", "What is sigma squared , at each of T minus 1 steps?", "The floor V", "T"]
    backs = [
        "Half the rate.",
        "eta",
        "eta lambda is much less than 1",
        "the fraction eta sigma squared over 2, end of fraction .",
        "The steps are 0 to T minus 1 .",
    ]
    with visiting(theme) as visit:
        page = visit.open("book/02-calibration.html")
        stage = page.locator(".card-stage")

        def names() -> set[str]:
            assert not violations(page, ".cards")
            return set(re.findall(r'button "([^"]*)"', stage.aria_snapshot()))

        named(page, "Match").click()
        assert names() == {*fronts, *backs}
        named(page, "Test").click()
        named(page, "Choose among four").click()
        assert len(names()) == 4
        assert names() < set(backs)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["book/glossary.html", "book/flashcards.html"])
def test_the_pages_of_the_whole_course_are_accessible(name: str, theme: str, visiting: Visiting) -> None:
    with visiting(theme) as visit:
        assert not violations(visit.open(name))


def test_without_scripts_everything_is_there_to_read(visiting: Visiting) -> None:
    with visiting(java_script_enabled=False) as visit:
        page = visit.open(CHAPTER)
        for part in ("#depth-quick", "#depth-standard", "#depth-detailed", "table.deck", "#quiz-floor fieldset"):
            expect(page.locator(part)).to_be_visible()
        expect(page.locator(".depth-name")).to_have_text(["Quick", "Standard", "Detailed"])
        expect(page.locator(".definition").first).to_be_hidden()
        expect(page.locator(".quiz button, .cards button")).to_have_count(0)
        page.locator("#quiz-floor summary").click()
        expect(page.locator("#quiz-floor li").first).to_be_visible()


@pytest.mark.parametrize("name", [CHAPTER, "book/glossary.html", "book/flashcards.html"])
def test_practice_fits_a_narrow_screen_in_every_state(name: str, visiting: Visiting) -> None:
    with visiting(width=360) as visit:
        page = visit.open(name)
        page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
        for mode in MODES if page.locator(".cards").count() else ():
            named(page, mode).click()
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, mode
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_what_can_be_touched_is_large_enough(visiting: Visiting) -> None:
    with visiting(width=360) as visit:
        page = visit.open(CHAPTER)
        for target in page.locator(".practice button:visible, .practice input, .practice summary").all():
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24


def test_nothing_moves_for_those_who_want_it_so(visiting: Visiting) -> None:
    with visiting(reduced_motion="reduce") as visit:
        page = visit.open(CHAPTER)
        named(page, "Turn over").click()
        assert page.locator(".card-back").evaluate("node => getComputedStyle(node).animationName") == "none"


def test_in_print_there_are_all_depths_all_answers_and_all_cards_and_no_buttons(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        page.locator("#quiz-floor input").first.check()
        page.locator("#quiz-floor").get_by_role("button", name="Check").click()
        page.emulate_media(media="print")
        for part in ("#depth-quick", "#depth-standard", "#depth-detailed", "table.deck"):
            expect(page.locator(part)).to_be_visible()
        # Playwright takes whatever lies in a closed fold for hidden.
        for answer in page.locator(".quiz .answers li").all():
            assert answer.evaluate("node => node.checkVisibility() && node.getBoundingClientRect().height > 10")
        expect(page.locator(".practice button:visible")).to_have_count(0)


def test_in_print_the_head_of_the_cards_is_on_a_page_with_the_first_of_them(visiting: Visiting) -> None:
    with visiting() as visit:
        page = visit.open(CHAPTER)
        page.evaluate("document.querySelector('.cards').insertAdjacentHTML('beforebegin', '<div id=above></div>')")
        for height in range(0, 1000, 50):
            page.locator("#above").evaluate("(node, height) => { node.style.height = `${height}px`; }", height)
            sheets = [" ".join(sheet.extract_text().split()) for sheet in PdfReader(BytesIO(page.pdf())).pages]
            (head,) = [sheet for sheet in sheets if "Cards of" in sheet]
            assert "at which a constant rate" in head, height
