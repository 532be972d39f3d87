"""Listening to a page, with a stub of the browser's speech that ends each utterance when it is told to."""

import pytest

from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]

STUB = """
window.spoken = [];
window.cancelled = 0;
class Utterance { constructor(text) { this.text = text; } }
const speech = {
  current: null,
  getVoices: () => VOICES,
  addEventListener: (name, done) => name === 'voiceschanged' && done(),
  speak(utterance) { this.current = utterance; spoken.push(utterance); },
  cancel() { window.cancelled += 1; const last = this.current; this.current = null; last?.onend?.({}); },
};
window.finish = () => { const done = speech.current; speech.current = null; done.onend({}); };
window.fail = (error) => { const done = speech.current; speech.current = null; done.onerror({ error }); };
Object.defineProperty(window, 'speechSynthesis', { value: speech, configurable: true });
window.SpeechSynthesisUtterance = Utterance;
"""
OWN = "{ name: 'Own', lang: 'en-GB', localService: true }"
ELSEWHERE = "{ name: 'Elsewhere', lang: 'en-US', localService: false, default: true }"


@pytest.fixture
def listen(reader):
    def start(*voices):
        reader.context.add_init_script(STUB.replace("VOICES", f"[{', '.join(voices)}]"))
        page = reader.open("book/01-first.html")
        page.get_by_role("button", name="Listen").click()
        return page

    return start


def heard(page):
    return page.evaluate("() => spoken.map((each) => each.text)")


def hear_all(page):
    while page.locator(".course-player").count():
        page.evaluate("() => finish()")
    return heard(page)


def test_the_whole_text_is_read_in_order_without_code_tools_and_foot(listen):
    said = hear_all(listen(OWN))
    whole = " ".join(said)
    assert said[0] == "First steps"
    assert whole.index("The rate is eta") < whole.index("Draw it first") < whole.index("A long section")
    assert whole.endswith("The end.")
    for left_out in ("glue", "Colab", "Mark as read", "Cite", "#"):
        assert left_out not in whole
    assert whole.count("One more sentence") == 60


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
