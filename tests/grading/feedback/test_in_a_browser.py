"""The feedback pages in a browser: on a phone, light and dark, for a screen reader, and without a single request."""

import pytest

from course_lib.grading.feedback.page import instructors_page, page
from tests.browsers import Visit, violations
from tests.conftest import needs
from tests.grading.feedback.test_page import MARKS, graded

pytestmark = [pytest.mark.slow, needs("chromium")]

LONG = "a_very_long_name_" * 20


@pytest.mark.parametrize("make", [page, instructors_page])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_accessible_fits_a_phone_and_asks_for_nothing(make, theme, browser, tmp_path):
    submission = graded(written={"why": LONG, "how": "", "which": "Cosine."}, student=LONG)
    path = tmp_path / "feedback.html"
    path.write_text(make(submission, "annealing", 12, MARKS), encoding="utf-8")
    with Visit(browser, path.as_uri(), width=360, color_scheme=theme) as visit:
        said: list[str] = []
        visit.page.on("console", lambda message: said.append(message.text))
        view = visit.open()
        assert said == []
        assert visit.asked == [path.as_uri()]
        assert view.evaluate("() => document.documentElement.scrollWidth") <= 360
        assert not violations(view)
