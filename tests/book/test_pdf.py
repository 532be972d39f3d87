"""The book on paper: order, numbers, bookmarks, links."""

from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from course_lib.book.build import Book
from course_lib.book.errors import BookError
from course_lib.book.pdf import print_book
from course_lib.book.pdf.contents import leaves
from tests.book.pages.conftest import small_book, small_source
from tests.conftest import needs

__all__ = ["small_book", "small_source"]

pytestmark = [pytest.mark.slow, needs("chromium")]


@pytest.fixture(scope="module")
def paper(small_source: Path, small_book: Book, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    target = tmp_path_factory.mktemp("paper") / "book.pdf"
    pages = print_book(small_source, small_book.folder, target, report=lambda line: None)
    reader = PdfReader(target)
    assert len(reader.pages) == pages
    return reader


def words(reader: PdfReader, page: int) -> str:
    # A font's ligatures come out as signs of their own.
    return " ".join(normalize("NFKC", reader.pages[page].extract_text()).split())


def starts(reader: PdfReader) -> dict[str, int]:
    flat: dict[str, int] = {}

    def walk(items: list) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                flat[item.title] = reader.get_destination_page_number(item)

    walk(reader.outline)
    return flat


def test_the_title_comes_first_and_then_the_contents_with_the_numbers_of_the_pages(paper: PdfReader) -> None:
    assert "Small Book" in words(paper, 0)
    contents = words(paper, 1)
    first = starts(paper)["First steps"]
    assert f"First steps {first + 1}" in contents
    assert "A part" in contents


def test_bookmarks_lead_to_the_pages_where_chapters_and_sections_begin(paper: PdfReader) -> None:
    places = starts(paper)
    for title in ("First steps", "Second steps", "Sources", "The last section"):
        assert title in words(paper, places[title])
    assert places["First steps"] <= places["The last section"] < places["Second steps"]


def test_every_page_but_the_title_bears_its_number(paper: PdfReader) -> None:
    assert not words(paper, 0).endswith("1")
    for page in range(1, len(paper.pages)):
        assert str(page + 1) in words(paper, page).split()


def test_the_text_around_a_formula_is_there_and_nothing_of_the_pages_furniture(paper: PdfReader) -> None:
    chapter = words(paper, starts(paper)["First steps"])
    assert "The rate is" in chapter
    assert "and a whole formula is" in chapter
    assert "Draw it first." in chapter
    for furniture in ("Open in Colab", "Mark as read", "Search", "Cite this page", "Next"):
        assert furniture not in chapter


def test_what_shows_only_the_readers_own_record_is_not_printed(paper: PdfReader) -> None:
    assert "Progress" not in starts(paper)


def test_links_within_the_book_stay_within_the_pdf(paper: PdfReader) -> None:
    places = starts(paper)
    goals = set()
    for page in range(len(paper.pages)):
        for reference in paper.pages[page].get("/Annots", []):
            link = reference.get_object()
            if "/Dest" in link:
                goals.add((page, paper.get_page_number(link["/Dest"][0].get_object())))
            else:
                assert str(link["/A"]["/URI"]).startswith("https://")
    assert (places["First steps"], places["Second steps"]) in goals
    assert (places["Second steps"], places["First steps"]) in goals
    assert (1, places["First steps"]) in goals


def test_a_book_that_is_not_built_is_not_printed(small_source: Path, tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"index\.html is missing: build the book first"):
        print_book(small_source, tmp_path, tmp_path / "book.pdf")


def test_the_contents_know_order_depth_and_parts(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: home\nparts:\n- caption: One\n  chapters:\n  - file: a\n    sections:\n    - file: b\n"
        "- caption: Two\n  chapters:\n  - file: c\n"
    )
    found = [(leaf.name, leaf.depth, leaf.part) for leaf in leaves(tmp_path / "_toc.yml")]
    assert found == [("home", 0, ""), ("a", 0, "One"), ("b", 1, ""), ("c", 0, "Two")]
