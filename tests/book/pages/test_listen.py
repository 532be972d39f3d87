"""Listening to a page: what is said, with which voice, and how it is steered."""

from functools import partial

import pytest

from tests.book import speech
from tests.book.speech import ELSEWHERE, OWN, hear_all, heard
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]


@pytest.fixture
def listen(reader):
    return partial(speech.listen, reader, "book/01-first.html")


def test_the_whole_text_is_read_in_order_without_code_tools_and_foot(listen):
    said = hear_all(listen(OWN))
    whole = " ".join(said)
    assert said[0] == "First steps"
    assert whole.index("The rate is eta") < whole.index("Draw it first") < whole.index("A long section")
    assert whole.endswith("The end.")
    for left_out in ("glue", "Colab", "Mark as read", "Cite", "#"):
        assert left_out not in whole
    assert whole.count("One more sentence") == 60


def test_a_closed_fold_says_its_first_line_and_an_open_one_all(listen):
    said = hear_all(listen(OWN))
    assert said.count("What you should have seen") == 1
    assert "A plateau." not in said
    assert said[said.index("A second look") + 1] == "A slope."
    assert not [each for each in said if "code cell" in each]


def test_questions_are_read_with_their_choices_and_without_what_is_folded_away(reader):
    said = hear_all(speech.listen(reader, "book/02-second.html", OWN))
    start = said.index("Question 1 of 2. What does half the rate do to the floor, for small eta?")
    assert said[start + 1 : start + 4] == ["A. It halves it.", "B. Nothing.", "The answer, and why"]
    assert said[start + 4] == "Question 2 of 2, more than one answer is right. Which steps does a run of T steps have?"
    whole = " ".join(said)
    for left_out in ("A is right", "Right: 0", "Card 1", "Turn over", "Check", "Show"):
        assert left_out not in whole


def test_of_an_answer_that_is_unfolded_all_is_read(reader):
    page = speech.listen(reader, "book/02-second.html", OWN)
    page.get_by_role("button", name="Stop").click()
    page.locator("#quiz-floor summary").evaluate("fold => { fold.parentElement.open = true }")
    page.get_by_role("button", name="Listen").click()
    said = hear_all(page)
    start = said.index("The answer, and why")
    assert said[start + 1 : start + 3] == ["A is right.", "Yes, V is nearly proportional to eta."]
    assert said.count("B is wrong.") == 1


def test_formulas_are_said_in_words_and_what_follows_them_joins_on(listen):
    said = hear_all(listen(OWN))
    assert "Below x equals 0.1; above, y." in said
    assert "theta sub t plus 1, end of index, equals theta sub t minus eta g over 2" in said


def test_a_point_within_a_number_or_a_name_ends_no_utterance(listen):
    said = [each for each in hear_all(listen(OWN)) if "first.ipynb" in each]
    assert len(said) > 2
    assert " ".join(said) == "with 0.25 in first.ipynb and then " * 20 + "it ends."


def test_no_utterance_is_so_long_that_chromium_would_fall_silent(listen):
    assert max(map(len, hear_all(listen(OWN)))) <= 220


def test_a_voice_from_elsewhere_is_never_used(listen):
    page = listen(ELSEWHERE, OWN)
    assert page.evaluate("() => spoken[0].voice.name") == "Own"
    assert "Own" in page.locator(".course-player [role=status]").inner_text()


def test_without_a_voice_of_its_own_the_browser_says_so_and_reads_nothing(listen):
    page = listen(ELSEWHERE)
    assert "no voice of its own" in page.locator(".course-player [role=status]").inner_text()
    assert heard(page) == []
    page.get_by_role("button", name="Close").click()
    assert not page.locator(".course-player").count()


def test_the_paragraph_that_is_read_is_marked_and_the_mark_goes_at_the_end(listen):
    page = listen(OWN)
    assert page.locator(".course-spoken").inner_text().startswith("First steps")
    page.evaluate("() => finish()")
    assert page.locator(".course-spoken").inner_text().startswith("The rate is")
    hear_all(page)
    assert not page.locator(".course-spoken").count()


def test_paused_it_goes_on_with_the_same_sentence(listen):
    page = listen(OWN)
    page.evaluate("() => finish()")
    page.get_by_role("button", name="Pause").click()
    before = heard(page)
    page.get_by_role("button", name="Play").click()
    assert heard(page) == [*before, before[-1]]


def test_next_and_previous_go_by_paragraphs(listen):
    page = listen(OWN)
    for _ in range(3):
        page.get_by_role("button", name="Next").click()
    at = heard(page)[-1]
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Previous").click()
    assert heard(page)[-1] == at


def test_a_new_speed_holds_at_once(listen):
    page = listen(OWN)
    page.get_by_label("Speed").select_option("1.5")
    assert page.evaluate("() => spoken.at(-1).rate") == 1.5
    assert len(set(heard(page))) == 1


def test_by_keyboard_it_is_started_left_by_escape_and_the_focus_returns(listen, reader):
    page = listen(OWN)
    page.keyboard.press("Escape")
    assert not page.locator(".course-player").count()
    assert page.evaluate("() => document.activeElement.matches('[data-course-listen]')")
    page.keyboard.press("Enter")
    assert page.locator(".course-player").count()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Previous"


def test_a_voice_that_fails_is_reported(listen):
    page = listen(OWN)
    page.evaluate("() => fail('audio-hardware')")
    assert "audio-hardware" in page.locator(".course-player [role=status]").inner_text()
    assert page.get_by_role("button", name="Play").is_visible()


def test_leaving_the_page_ends_the_voice(listen):
    page = listen(OWN)
    before = heard(page)
    assert page.evaluate("() => { dispatchEvent(new Event('pagehide')); return speechSynthesis.current }") is None
    assert heard(page) == before


def test_a_browser_without_speech_has_no_button(reader):
    reader.context.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined })")
    assert not reader.open("book/01-first.html").get_by_role("button", name="Listen").count()
