"""The feedback pages in a browser: on a phone, light and dark, for a screen reader, and without a single request."""

import shutil
from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, sync_playwright

from course_lib.grading.feedback.page import instructors_page, page
from tests.conftest import needs
from tests.grading.feedback.test_page import MARKS, graded

pytestmark = [pytest.mark.slow, needs("chromium")]

LONG = "a_very_long_name_" * 20


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.mark.parametrize("make", [page, instructors_page])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_accessible_fits_a_phone_and_asks_for_nothing(make, theme, browser, tmp_path):
    submission = graded(written={"why": LONG, "how": "", "which": "Cosine."}, student=LONG)
    path = tmp_path / "feedback.html"
    path.write_text(make(submission, "annealing", 12, MARKS), encoding="utf-8")
    view = browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=theme)
    asked, said = [], []
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda message: said.append(message.text))
    view.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert said == []
    assert view.evaluate("() => document.documentElement.scrollWidth") <= 360
    view.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    violations = view.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
    )
    assert not [(found["id"], found["help"], [node["html"] for node in found["nodes"]]) for found in violations]
    view.close()
