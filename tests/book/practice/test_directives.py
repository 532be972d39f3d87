import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from course_lib.book.build import build
from course_lib.book.errors import BookError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(pages: Path) -> Callable[[str], Tag]:
    def read(name: str) -> Tag:
        soup = BeautifulSoup((pages / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        article = soup.select_one("article")
        assert article is not None
        return article

    return read


Read = Callable[[str], Tag]


def said(part: Tag) -> str:
    return " ".join(part.get_text().split())


def test_the_head_says_what_one_needs_how_long_it_takes_and_what_one_can_do_afterwards(page: Read) -> None:
    head = page("03-annealing").select_one(".chapter-head")
    assert head is not None
    assert re.match(r"About 1 minute of reading", said(head))
    assert said(head.select(":scope > ul > li")[0]).startswith("What a gradient is")
    links = [link["href"] for link in head.select("nav a")]
    assert links == [f"#practice-{part}" for part in ("depths", "key-concepts", "memory-aids", "quiz", "flashcards")]
    assert all(page("03-annealing").select_one(str(link)) for link in links)


def test_no_two_parts_of_a_page_share_an_id(page: Read) -> None:
    for name in ("03-annealing", "flashcards", "glossary"):
        ids = [part["id"] for part in page(name).select("[id]")]
        assert len(ids) == len(set(ids))


def test_the_depths_stand_one_after_another_under_headings_of_the_right_rank(page: Read) -> None:
    panels = page("03-annealing").select(".depths > .depth")
    assert [said(panel.select("h3.depth-name")[0]) for panel in panels] == ["Quick", "Standard", "Detailed"]
    assert [len(panel.select("h3 svg[aria-hidden=true] path")) for panel in panels] == [1, 2, 3]
    assert panels[2].select(".math")


def test_the_dialogue_is_paragraphs_that_begin_with_who_speaks(page: Read) -> None:
    lines = [said(line) for line in page("03-annealing").select(".dialogue > p")]
    assert lines == ["Student. Why does it never settle?", "Teacher. What pushes it, at each step?"]


def test_concepts_and_memory_aids_are_lists_of_definitions(page: Read) -> None:
    concepts = page("03-annealing").select_one("dl.key-concepts")
    assert concepts is not None
    assert [said(term) for term in concepts.select("dt")] == ["third floor", "third step"]
    assert concepts.select("dt a")[0]["href"] == "glossary.html#term-third-floor"
    aids = page("03-annealing").select_one("dl.memory-aids")
    assert aids is not None
    assert "It holds: early on. It breaks: a runner sees the line." in said(aids)


def test_a_question_is_a_group_of_labelled_choices_with_a_feedback_for_each(page: Read) -> None:
    questions = page("03-annealing").select(".quiz .question")
    assert [question["data-id"] for question in questions] == ["floor", "ends"]
    for question, kind in zip(questions, ("radio", "checkbox"), strict=True):
        boxes = question.select("fieldset input")
        assert {box["type"] for box in boxes} == {kind}
        assert [label["for"] for label in question.select("label")] == [box["id"] for box in boxes]
        answers = question.select("details li[data-choice]")
        assert [answer["data-choice"] for answer in answers] == [box["value"] for box in boxes]
    assert said(questions[1].select("legend")[0]).startswith("Question 2 of 2, more than one answer is right.")
    assert [said(answer) for answer in questions[0].select("li")][1].startswith("B is wrong. The noise enters with")


def test_a_section_that_an_answer_names_is_a_link_to_it(page: Read) -> None:
    article = page("03-annealing")
    answer = article.select(".quiz .question")[1].select("li")[1]
    assert [said(name) for name in answer.select("em")] == ["A misconception", "a misconception", "Sources"]
    links = [str(link["href"]) for link in answer.select("a:has(> em)")]
    titles = [article.select_one(link).select_one("h2") for link in links]
    assert [said(title).rstrip("#") for title in titles] == ["A misconception", "Sources: where it comes from"]


def test_cards_are_a_table_and_the_whole_courses_are_on_one_page(page: Read) -> None:
    table = page("03-annealing").select_one("table.deck")
    assert table is not None
    assert said(table.select("caption")[0]) == "Cards of Annealing"
    assert [row["data-id"] for row in table.select("tbody tr")] == ["floor", "step", "epoch", "batch", "seed"]
    decks = page("flashcards").select("table.deck")
    assert [deck["data-page"] for deck in decks] == ["02-calibration", "03-annealing"]


def test_every_link_to_a_deck_leads_to_a_deck_for_anki(page: Read, pages: Path) -> None:
    found = {name: page(name).select("a.deck-download") for name in ("03-annealing", "flashcards")}
    assert [said(link) for link in found["03-annealing"]] == ["this chapter", "the whole course"]
    assert [said(link) for link in found["flashcards"]] == ["Calibration", "Annealing", "the whole course"]
    for link in (*found["03-annealing"], *found["flashcards"]):
        with zipfile.ZipFile(pages / str(link["href"])) as packed:
            assert "collection.anki2" in packed.namelist()


def test_the_glossary_has_all_terms_by_the_alphabet_with_the_pages_that_use_them(page: Read) -> None:
    glossary = page("glossary")
    assert [term["id"] for term in glossary.select("dt")] == [
        f"term-{term}" for term in ("second-floor", "second-step", "third-floor", "third-step")
    ]
    uses = [said(users) for users in glossary.select(".users")]
    assert uses == ["Chapters: Calibration"] * 2 + ["Chapters: Annealing", "Chapters: Annealing, Course"]


def test_a_term_leads_to_the_glossary_and_brings_its_definition_once(page: Read) -> None:
    article = page("03-annealing")
    links = article.select('a.has-definition[href="glossary.html#term-third-floor"]')
    assert [said(link) for link in links] == ["third floor", "third floor", "floor"]
    definitions = article.select('.definition[data-term="term-third-floor"]')
    assert len(definitions) == 1
    assert definitions[0].has_attr("hidden")
    assert not definitions[0].select("a"), "a definition opens no other"


def test_a_page_brings_in_only_what_it_needs(pages: Path) -> None:
    scripts = {
        name: set(re.findall(r"_static/course/([\w-]+\.js)", (pages / f"{name}.html").read_text(encoding="utf-8")))
        for name in ("index", "glossary", "03-annealing")
    }
    marks = {"store.js", "reading.js"}  # which pages have been read is shown beside each in the contents
    assert scripts["index"] == {"glossary.js"} | marks
    assert scripts["glossary"] == {"formulas.js"} | marks  # a definition holds one
    assert {"store.js", "quiz.js", "cards.js", "sm2.js", "depths.js", "glossary.js"} <= scripts["03-annealing"]


def change(book: Path, name: str, old: str, new: str) -> int:
    """Change a file of the book; returns the line of the change."""
    path = book / "book" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def complaint(book: Path) -> str:
    with pytest.raises(BookError) as caught:
        build(book, report=lambda line: None)
    return str(caught.value)


def test_an_unknown_term_is_named_with_its_place_in_the_page_and_in_the_practice_file(practice_book: Path) -> None:
    line = change(practice_book, "index.md", "{term}`third step`", "{term}`fourth step`")
    inner = change(practice_book, "practice/03-annealing.yml", "see {term}`third step`", "see {term}`third stop`")
    said = complaint(practice_book)
    assert f"{practice_book / 'book/index.md'}:{line}: WARNING: no practice file defines the term 'fourth step'" in said
    assert f"practice/03-annealing.yml:{inner}: WARNING: no practice file defines the term 'third stop'" in said


def test_what_is_wrong_with_a_file_or_its_text_stops_the_build_and_names_its_line(practice_book: Path) -> None:
    line = change(practice_book, "practice/03-annealing.yml", "objectives:", "objectivs:")
    assert f"practice/03-annealing.yml:{line}: 03-annealing.yml: unknown key 'objectivs'" in complaint(practice_book)
    change(practice_book, "practice/03-annealing.yml", "objectivs:", "objectives:")

    line = change(practice_book, "practice/03-annealing.yml", "What is a seed?", "By {cite:t}`nobody`?")
    assert f"03-annealing.yml:{line}: " in complaint(practice_book)
    change(practice_book, "practice/03-annealing.yml", "By {cite:t}`nobody`?", "What is a seed?")

    line = change(practice_book, "practice/03-annealing.yml", "text: Nothing.", 'text: "One.\\n\\nTwo."')
    assert f"03-annealing.yml:{line}: WARNING: should be one paragraph" in complaint(practice_book)


def test_a_term_that_two_chapters_define_stops_the_build(practice_book: Path) -> None:
    change(practice_book, "practice/02-calibration.yml", "term: second floor", "term: Third Floor")
    assert "the term 'third floor' is defined at" in complaint(practice_book).lower()
    change(practice_book, "practice/02-calibration.yml", "term: Third Floor", "term: second floor")

    line = change(practice_book, "practice/03-annealing.yml", "text: Nothing.", 'text: "One.\\n\\nTwo."')
    assert f"03-annealing.yml:{line}: WARNING: should be one paragraph" in complaint(practice_book)


def test_a_page_without_a_file_and_a_file_without_a_page_are_named(practice_book: Path) -> None:
    path = practice_book / "book" / "practice" / "03-annealing.yml"
    path.rename(path.with_name("04-cycles.yml"))
    assert "04-cycles.yml:1: there is no page book/04-cycles" in complaint(practice_book)
    path.with_name("04-cycles.yml").unlink()
    said = complaint(practice_book)
    assert re.search(r"03-annealing\.md:3: \{chapter-head\} needs \S*practice/03-annealing\.yml", said)


def test_a_changed_practice_file_is_on_the_page_the_glossary_and_the_deck_after_the_next_build(
    practice_book: Path,
) -> None:
    folder = build(practice_book, report=lambda line: None).folder
    deck = folder / "_static" / "decks" / "03-annealing.apkg"
    before = deck.read_bytes()
    change(practice_book, "practice/03-annealing.yml", "definition: One update", "definition: A single update")
    change(practice_book, "practice/03-annealing.yml", "back: One update", "back: A single update")
    build(practice_book, report=lambda line: None)
    for name in ("03-annealing", "glossary", "flashcards", "index"):
        assert "A single update of the weights" in (folder / "book" / f"{name}.html").read_text(), name
    assert deck.read_bytes() != before

    change(practice_book, "02-calibration.md", "comes from noise", "is like the {term}`third step`")
    build(practice_book, report=lambda line: None)
    soup = BeautifulSoup((folder / "book" / "glossary.html").read_text(), "html.parser")
    assert said(soup.select(".users")[3]) == "Chapters: Calibration, Annealing, Course"
