"""Progress: marked at the foot, shown in the sidebar and on its page, saved, read in again, forgotten, in every tab."""

import json
import re
from datetime import date

import pytest
from playwright.sync_api import expect

from course_lib.grading.gradebook.progress import read_progress
from tests.browsers import Visit, serving
from tests.conftest import needs

pytestmark = [pytest.mark.slow, needs("chromium")]


READ = re.compile(r"^read on 20\d\d-\d\d-\d\d$")


def cells(page, name):
    return page.locator(f"tr[data-page='{name}'] td")


def row(page, name):
    return cells(page, name).all_inner_texts()


@pytest.fixture
def reader(browser, small_book):
    with serving(small_book.folder) as address, Visit(browser, address) as visit:
        yield visit


@pytest.fixture
def marked(reader):
    page = reader.open("book/01-first.html")
    page.get_by_role("button", name="Mark as read").click()
    return reader


@pytest.fixture
def progress(marked):
    """The page of progress of somebody who has read the first chapter."""
    page = marked.open("book/progress.html")
    expect(cells(page, "01-first").first).to_have_text(READ)
    return page


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
    expect(page.locator(".bd-links a:has(.course-tick)")).to_have_text(["First steps ✓"])


def test_from_a_folder_without_a_server_a_mark_is_kept_too(browser, small_book):
    shown = []
    for _ in range(5):  # `serving` says why not each of them need be shown
        with Visit(browser, small_book.folder.as_uri()) as visit:
            page = visit.open("book/01-first.html")
            page.get_by_role("button", name="Mark as read").click()
            visit.open("book/progress.html")
            page.wait_for_timeout(200)
            shown.append(row(page, "01-first")[0])
    assert any(READ.match(each) for each in shown), shown


def test_the_page_of_progress_shows_reading_quiz_and_cards(progress):
    progress.evaluate(
        """() => {
          courseStore.set('01-first', 'quiz', 'q1', { chosen: [0], right: true, tries: 1, when: '2026-01-01' });
          courseStore.set('01-first', 'quiz', 'q2', { chosen: [1], right: false, tries: 2, when: '2026-01-01' });
          courseStore.set('01-first', 'cards', 'c1', {});
        }"""
    )
    reading, quiz, cards = row(progress, "01-first")
    assert READ.match(reading)
    assert quiz == "1 right, 2 answered"
    assert cards == "1 begun"
    assert row(progress, "02-second") == ["not yet", "0 right, 0 answered of 2", "0 begun of 5"]


def test_a_saved_file_is_read_by_the_teachers_side(progress, tmp_path):
    progress.evaluate(
        "() => courseStore.set('02-second', 'quiz', 'q1', { chosen: [2], right: true, tries: 1, when: '' })"
    )
    progress.get_by_label("Your name").fill("Ada")
    with progress.expect_download() as download:
        progress.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "progress.json"
    download.value.save_as(saved)
    received = read_progress(saved)
    assert (received.name, received.course, received.pages_read) == ("Ada", "Small Book", 1)
    first, second = received.chapters
    assert (first.page, first.title) == ("01-first", "First steps")
    assert isinstance(first.read, date)
    assert (second.read, second.right, second.answered) == (None, 1, 1)


def test_a_saved_file_brings_everything_back(progress, tmp_path):
    with progress.expect_download() as download:
        progress.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "progress.json"
    download.value.save_as(saved)
    before = progress.evaluate("() => courseStore.record()")
    progress.on("dialog", lambda dialog: dialog.accept())
    progress.get_by_role("button", name="Forget everything").click()
    assert row(progress, "01-first")[0] == "not yet"
    progress.locator("[data-part=load]").set_input_files(saved)
    progress.get_by_text("Read in from progress.json.").wait_for()
    assert progress.evaluate("() => courseStore.record()") == before


@pytest.mark.parametrize("text", ["not JSON", "[]", '{"format": 2}', '{"format": 1, "kind": "progress", "pages": []}'])
def test_a_file_of_another_kind_changes_nothing(progress, tmp_path, text):
    before = progress.evaluate("() => courseStore.record()")
    other = tmp_path / "other.json"
    other.write_text(text)
    progress.locator("[data-part=load]").set_input_files(other)
    progress.get_by_text("other.json is not a file that this page has saved").wait_for()
    assert progress.evaluate("() => courseStore.record()") == before


ANSWER = {"chosen": [0], "right": True, "tries": 1, "when": "2026-03-09T12:00:00.000Z"}

BROKEN = [
    (1, "“01-first” is 1; it should be an object"),
    ({"quiz": []}, "“quiz” of “01-first” is []; it should be an object"),
    ({"quiz": {"q": None}}, "“q” of “quiz” of “01-first” is null; it should be an object"),
    ({"quiz": {"q": ANSWER | {"chosen": 3}}}, "“chosen” of “q” of “quiz” of “01-first” is 3; it should be a list of"),
    ({"quiz": {"q": ANSWER | {"chosen": [-1]}}}, "is [-1]; it should be a list of whole numbers"),
    ({"quiz": {"q": ANSWER | {"right": "no"}}}, 'is "no"; it should be true or false'),
    (
        {"quiz": {"q": ANSWER | {"tries": 1.5}}},
        "“tries” of “q” of “quiz” of “01-first” is 1.5; it should be a whole number",
    ),
    ({"quiz": {"q": ANSWER | {"when": 0}}}, "is 0; it should be text"),
    ({"quiz": {"q": {"chosen": [0], "right": True, "tries": 1}}}, "“when” of “q” of “quiz” of “01-first” is missing"),
    ({"cards": {"c": {"learnt": "a"}}}, '“learnt” of “c” of “cards” of “01-first” is "a"; it should be a whole number'),
    ({"cards": {"c": {"easiness": 0.5}}}, "is 0.5; it should be a number, 1 or more"),
    ({"cards": {"c": {"due": "2026-02-30"}}}, "should be a day such as 2026-03-09"),
    ({"cards": {"c": "known"}}, '“c” of “cards” of “01-first” is "known"; it should be an object'),
    ({"reading": {"read": True}}, "“read” of “reading” of “01-first” is true; it should be a day"),
    ({"reading": {"left": {"section": "a"}}}, "“title” of “left” of “reading” of “01-first” is missing"),
    ({"reading": {"constructor": 1}}, "“constructor” of “reading” of “01-first” is 1; it should be absent"),
    ({"notes": {"n": "x" * 99}}, "“n” of “notes” of “01-first” is"),
]


def test_a_file_with_a_broken_entry_is_refused_by_its_name_and_changes_nothing(progress, tmp_path):
    before = progress.evaluate("() => ({...localStorage})")
    progress.on("dialog", lambda dialog: dialog.accept())
    other = tmp_path / "other.json"
    for kinds, words in BROKEN:
        pages = {"02-second": {"quiz": {"q": ANSWER}}, "01-first": kinds}
        other.write_text(json.dumps({"format": 1, "kind": "progress", "pages": pages}))
        progress.evaluate("() => { document.querySelector('[data-course-progress] [role=status]').textContent = '' }")
        progress.locator("[data-part=load]").set_input_files(other)
        said = progress.locator("[data-course-progress] [role=status]")
        expect(said).to_contain_text("other.json was not read in")
        expect(said).to_contain_text(words)
        expect(said).to_contain_text("Nothing was changed.")
        assert progress.evaluate("() => ({...localStorage})") == before


# Puts texts under keys, as a hand would, in place of all that pages have kept.
KEEP = """kept => {
  localStorage.clear();
  for (const [key, text] of kept) localStorage.setItem(key, text);
}"""


def kept(page, kind, name, value):
    """The key of a value and its text, as a page keeps them."""
    return [f"training-dynamics 1 {json.dumps([page, kind, name], separators=(',', ':'))}", json.dumps(value)]


SOUND = [kept("02-second", "quiz", "q", ANSWER), kept("02-second", "cards", "c", {"learnt": 2})]
BROKEN_KEPT = [
    *(
        [kept("01-first", kind, name, value)]
        for kinds, _ in BROKEN
        if isinstance(kinds, dict)
        for kind, values in kinds.items()
        for name, value in (values.items() if isinstance(values, dict) else ())
    ),
    [[kept("01-first", "quiz", "q", ANSWER)[0], "{"]],
    [["training-dynamics 1 ", json.dumps(ANSWER)]],
    [["training-dynamics 1 01-first", json.dumps(ANSWER)]],
    [["training-dynamics 1 null", json.dumps(ANSWER)]],
    [['training-dynamics 1 ["01-first","quiz"]', json.dumps(ANSWER)]],
    [['training-dynamics 1 [1,"quiz","q"]', json.dumps(ANSWER)]],
    [kept("__proto__", "quiz", "q", {**ANSWER, "tries": -1}), kept("01-first", "__proto__", "q", ANSWER)],
]


def test_a_broken_entry_that_the_browser_keeps_is_left_out_and_the_rest_stays(reader):
    page = reader.open("book/progress.html")
    sound = {"02-second": {"quiz": {"q": ANSWER}, "cards": {"c": {"learnt": 2}}}}
    for broken in BROKEN_KEPT:
        page.evaluate(KEEP, [*broken, *SOUND])
        reader.open("book/progress.html")
        page.wait_for_function("keys => keys.every(key => key in localStorage)", arg=[key for key, _ in broken])
        expect(cells(page, "02-second")).to_have_text(["not yet", "1 right, 1 answered of 2", "1 begun of 5"])
        assert row(page, "01-first") == ["not yet", "none", "none"]
        assert page.evaluate("() => courseStore.record().pages") == sound


def test_whatever_the_browser_keeps_can_be_forgotten(reader):
    page = reader.open("book/progress.html")
    all_of_it = [*SOUND, *(entry for broken in BROKEN_KEPT for entry in broken)]
    page.evaluate(KEEP, all_of_it)
    reader.open("book/progress.html")
    page.wait_for_function("keys => keys.every(key => key in localStorage)", arg=[key for key, _ in all_of_it])
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_text("Forgotten.").wait_for()
    assert page.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('training-dynamics'))") == []


# From here on this page sees what the browser keeps as it is now, and writes all the same.
STALE = """() => {
  const then = {...localStorage};
  const get = Storage.prototype.getItem;
  Storage.prototype.getItem = function (key) { return this === localStorage ? then[key] ?? null : get.call(this, key) };
}"""


def test_a_page_that_sees_late_what_another_has_written_takes_nothing_of_it_away(reader):
    page = reader.open("book/01-first.html")
    other = reader.open("book/progress.html", reader.context.new_page())
    other.evaluate(STALE)
    page.get_by_role("button", name="Mark as read").click()
    expect(page.locator(".course-read button")).to_have_text("Read ✓")
    other.evaluate("answer => courseStore.set('01-first', 'quiz', 'q1', answer)", ANSWER)
    other.evaluate("() => courseStore.set('02-second', 'cards', 'c1', { learnt: 1 })")
    third = reader.open("book/progress.html", reader.context.new_page())
    expect(cells(third, "01-first")).to_have_text([READ, "1 right, 1 answered", "none"])
    expect(cells(third, "02-second")).to_have_text(["not yet", "0 right, 0 answered of 2", "1 begun of 5"])


def test_nothing_is_forgotten_before_the_reader_says_so(progress):
    progress.on("dialog", lambda dialog: dialog.dismiss())
    progress.get_by_role("button", name="Forget everything").click()
    assert row(progress, "01-first")[0].startswith("read on")


def test_a_chapter_left_half_way_offers_to_go_on_there(reader):
    page = reader.open("book/01-first.html")
    page.evaluate("() => document.getElementById('the-last-section').scrollIntoView({ behavior: 'instant' })")
    reader.open("book/progress.html")
    expect(cells(page, "01-first").first).to_have_text(re.compile("^left at (The last|A long) section$"))
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


LISTEN = """() => {
  window.heard = { stored: [], told: 0 };
  addEventListener('storage', ({ key }) => heard.stored.push(key));
  document.addEventListener('course:progress', () => { heard.told += 1 });
}"""


def call(sender, receiver, word):
    """Wait until one tab has heard another: by then it has also heard all that came before."""
    sender.evaluate("word => localStorage.setItem(word, '')", word)
    receiver.wait_for_function("word => heard.stored.includes(word)", arg=word)


def test_two_tabs_tell_each_other_what_changed_once_and_are_quiet_then(reader):
    tabs = [reader.open("book/progress.html"), reader.open("book/progress.html", reader.context.new_page())]
    for tab in tabs:
        tab.evaluate(LISTEN)
    for tab, other in (tabs, tabs[::-1]):
        call(tab, other, "ready")
        tab.evaluate("() => localStorage.removeItem('ready')")
        other.wait_for_function("() => heard.stored.filter(word => word === 'ready').length === 2")
    for tab in tabs:
        tab.evaluate("() => { heard.stored = []; heard.told = 0 }")

    tabs[0].evaluate("() => courseStore.set('01-first', 'reading', 'read', '2026-03-09')")
    expect(tabs[1].locator("tr[data-page='01-first'] td").first).to_have_text("read on 2026-03-09")
    rounds = [f"round {number}" for number in range(10)]
    for word in rounds:
        call(tabs[1], tabs[0], word)
        call(tabs[0], tabs[1], f"{word}, back")
    assert tabs[0].evaluate("() => heard") == {"stored": rounds, "told": 1}
    assert tabs[1].evaluate("() => heard") == {
        "stored": [kept("01-first", "reading", "read", "")[0], *(f"{word}, back" for word in rounds)],
        "told": 1,
    }


def test_a_mark_made_in_one_tab_is_a_mark_in_another_tab_of_the_chapter(reader):
    page = reader.open("book/01-first.html")
    other = reader.open("book/01-first.html", reader.context.new_page())
    page.get_by_role("button", name="Mark as read").click()
    button = other.locator(".course-read button")
    expect(button).to_have_text("Read ✓")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(other.locator(".bd-links .course-tick")).to_have_count(1)
    button.click()
    expect(page.locator(".course-read button")).to_have_text("Mark as read")
    expect(page.locator(".bd-links .course-tick")).to_have_count(0)


def test_many_values_that_come_at_once_from_another_tab_are_shown_together(reader):
    page = reader.open("book/progress.html")
    other = reader.open("book/progress.html", reader.context.new_page())
    other.evaluate(LISTEN)
    cards = {f"c{number}": {"learnt": 1} for number in range(300)}
    page.evaluate("cards => courseStore.replace({ '02-second': { cards } })", cards)
    expect(cells(other, "02-second").last).to_have_text("300 begun of 5")
    heard = other.evaluate("() => heard")
    assert len(heard["stored"]) == 300
    assert heard["told"] < 30
