"""The spaced intervals, computed by the page's own script in a browser."""

import math
import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import course_lib.book.assets
from tests.conftest import needs, needs_package

pytestmark = [pytest.mark.slow, needs("chromium")]

SCRIPT = Path(course_lib.book.assets.__file__).with_name("sm2.js")
RUN = """sequences => sequences.map(grades => {
  let state = courseSM2.FRESH;
  return grades.map(grade => (state = courseSM2.review(state, grade)));
})"""

State = tuple[float, int, int]


def play(browser: Browser, sequences: list[list[int]]) -> list[list[State]]:
    page = browser.new_page()
    page.add_script_tag(path=SCRIPT)
    answer = page.evaluate(RUN, sequences)
    page.close()
    return [[(state["easiness"], state["interval"], state["repetitions"]) for state in run] for run in answer]


def sequences(least: int) -> list[list[int]]:
    draw = random.Random(0)
    return [[draw.randint(least, 5) for _ in range(draw.randint(1, 15))] for _ in range(300)]


def published(grades: list[int]) -> list[State]:
    """Steps 2 to 6 of the algorithm, as the paper lists them."""
    easiness, interval, repetitions = 2.5, 0, 0
    states = []
    for grade in grades:
        if grade < 3:
            repetitions, interval = 0, 1
        else:
            repetitions += 1
            interval = {1: 1, 2: 6}.get(repetitions, math.ceil(interval * easiness))
            easiness = max(1.3, easiness + (0.1 - (5 - grade) * (0.08 + (5 - grade) * 0.02)))
        states.append((easiness, interval, repetitions))
    return states


def assert_same(runs: list[list[State]], expected: list[list[State]]) -> None:
    for run, other in zip(runs, expected, strict=True):
        for state, wanted in zip(run, other, strict=True):
            assert state == pytest.approx(wanted, abs=1e-9)


def test_intervals_are_those_of_the_published_steps_for_any_grades(browser: Browser) -> None:
    asked = sequences(least=0)
    assert_same(play(browser, asked), [published(grades) for grades in asked])


@needs_package("supermemo2")
def test_intervals_are_those_of_another_implementation_while_cards_are_known(browser: Browser) -> None:
    # Only then: that one lowers the easiness of a card that was not known, which step 6 of the paper forbids.
    import supermemo2

    def theirs(grades: list[int]) -> list[State]:
        state = supermemo2.first_review(grades[0])
        states = [state]
        for grade in grades[1:]:
            state = supermemo2.review(grade, state["easiness"], state["interval"], state["repetitions"])
            states.append(state)
        return [(state["easiness"], state["interval"], state["repetitions"]) for state in states]

    asked = sequences(least=3)
    assert_same(play(browser, asked), [theirs(grades) for grades in asked])


def test_a_card_that_was_not_known_begins_anew_and_keeps_its_easiness(browser: Browser) -> None:
    ((*_, known, missed, again),) = play(browser, [[5, 5, 4, 1, 4]])
    assert known[1] > 6
    assert missed == (known[0], 1, 0)
    assert again[1] == 1
