"""A stub of the browser's speech that ends each utterance when it is told to, and what it was given to say."""

from playwright.sync_api import Page

from tests.browsers import Visit

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


def listen(visit: Visit, name: str, *voices: str) -> Page:
    """Open a page in a browser with these voices, and press "Listen"."""
    visit.context.add_init_script(STUB.replace("VOICES", f"[{', '.join(voices)}]"))
    page = visit.open(name)
    page.get_by_role("button", name="Listen").click()
    return page


def heard(page: Page) -> list[str]:
    """What has been said until now, stretch by stretch."""
    return [str(each) for each in page.evaluate("() => spoken.map((each) => each.text)")]


def hear_all(page: Page) -> list[str]:
    """Let the page say all that it has to say."""
    while page.locator(".course-player").count():
        page.evaluate("() => finish()")
    return heard(page)
