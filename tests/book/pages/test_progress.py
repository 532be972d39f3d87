"""Progress: marked at the foot, shown in the sidebar and on its page, saved, read in again, forgotten."""

from datetime import date

import pytest

from course_lib.grading.gradebook.progress import read_progress
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]


def row(page, name):
    return page.locator(f"tr[data-page='{name}'] td").all_inner_texts()


@pytest.fixture
def marked(reader):
    page = reader.open("book/01-first.html")
    page.get_by_role("button", name="Mark as read").click()
    return reader


def test_a_chapter_is_marked_as_read_and_the_mark_is_taken_away_again(reader):
    page = reader.open("book/01-first.html")
    page.get_by_role("button", name="Mark as read").click()
    assert page.locator(".course-read button").get_attribute("aria-pressed") == "true"
    assert page.locator(".bd-links .course-tick").count() == 1
    page.locator(".course-read button").click()
    assert page.locator(".course-read button").get_attribute("aria-pressed") == "false"
    assert not page.locator(".bd-links .course-tick").count()


def test_a_tick_stands_beside_the_read_chapter_on_other_pages(marked):
    page = marked.open("book/02-second.html")
    assert page.locator(".bd-links a:has(.course-tick)").all_inner_texts() == ["First steps ✓"]


def test_the_page_of_progress_shows_reading_quiz_and_cards(marked):
    page = marked.open("book/progress.html")
    page.evaluate(
        """() => {
          courseStore.set('01-first', 'quiz', 'q1', { chosen: 0, right: true, tries: 1, when: '2026-01-01' });
          courseStore.set('01-first', 'quiz', 'q2', { chosen: 1, right: false, tries: 2, when: '2026-01-01' });
          courseStore.set('01-first', 'cards', 'c1', {});
        }"""
    )
    reading, quiz, cards = row(page, "01-first")
    assert reading.startswith("read on 20")
    assert quiz == "1 right, 2 answered"
    assert cards == "1 begun"
    assert row(page, "02-second") == ["not yet", "0 right, 0 answered of 2", "0 begun of 5"]


def test_a_saved_file_is_read_by_the_teachers_side(marked, tmp_path):
    page = marked.open("book/progress.html")
    page.evaluate("() => courseStore.set('02-second', 'quiz', 'q1', { chosen: 2, right: true, tries: 1, when: '' })")
    page.get_by_label("Your name").fill("Ada")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "progress.json"
    download.value.save_as(saved)
    progress = read_progress(saved)
    assert (progress.name, progress.course, progress.pages_read) == ("Ada", "Small Book", 1)
    first, second = progress.chapters
    assert (first.page, first.title) == ("01-first", "First steps")
    assert isinstance(first.read, date)
    assert (second.read, second.right, second.answered) == (None, 1, 1)


def test_a_saved_file_brings_everything_back(marked, tmp_path):
    page = marked.open("book/progress.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "progress.json"
    download.value.save_as(saved)
    before = page.evaluate("() => courseStore.record()")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget everything").click()
    assert row(page, "01-first")[0] == "not yet"
    page.locator("[data-part=load]").set_input_files(saved)
    page.get_by_text("Read in from progress.json.").wait_for()
    assert page.evaluate("() => courseStore.record()") == before


@pytest.mark.parametrize(
    "text", ["not JSON", "[]", '{"format": 2}', '{"format": 1, "kind": "progress", "pages": {"a": 1}}']
)
def test_a_file_of_another_kind_changes_nothing(marked, tmp_path, text):
    page = marked.open("book/progress.html")
    before = page.evaluate("() => courseStore.record()")
    other = tmp_path / "other.json"
    other.write_text(text)
    page.locator("[data-part=load]").set_input_files(other)
    page.get_by_text("other.json is not a file that this page has saved").wait_for()
    assert page.evaluate("() => courseStore.record()") == before


def test_nothing_is_forgotten_before_the_reader_says_so(marked):
    page = marked.open("book/progress.html")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Forget everything").click()
    assert row(page, "01-first")[0].startswith("read on")


def test_a_chapter_left_half_way_offers_to_go_on_there(reader):
    page = reader.open("book/01-first.html")
    page.evaluate("() => document.getElementById('the-last-section').scrollIntoView({ behavior: 'instant' })")
    reader.open("book/progress.html")
    assert row(page, "01-first")[0] in ("left at The last section", "left at A long section")
    page = reader.open("book/01-first.html")
    assert page.locator(".course-left a").get_attribute("href") in ("#the-last-section", "#a-long-section")


def test_using_all_of_it_asks_for_nothing_but_the_books_own_files(marked):
    page = marked.open("book/progress.html")
    page.on("dialog", lambda dialog: dialog.accept())
    page.wait_for_load_state("networkidle")
    asked = len(marked.asked)
    with page.expect_download():
        page.get_by_role("button", name="Save as a file").click()
    page.get_by_role("button", name="Forget everything").click()
    assert [url for url in marked.asked[asked:] if not url.startswith("blob:")] == []


def test_a_browser_that_keeps_nothing_says_so(browser, small_book):
    page = browser.new_page()  # the theme's own scripts report that it keeps nothing
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage') } })")
    page.goto((small_book.folder / "book" / "progress.html").as_uri())
    assert page.get_by_text("keeps nothing after you close the page").is_visible()
    page.close()
