"""The foot of a chapter, and the row of tools at its head."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest

from course_lib.book.build import Book
from course_lib.book.pages.chapter import Version, version_of
from course_lib.book.pages.foot import bibtex, report
from course_lib.book.repository import Repository, read_repository


@pytest.fixture(scope="module")
def chapter(small_book: Book) -> str:
    return (small_book.folder / "book" / "01-first.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_chapter_says_how_to_cite_it_in_words_and_in_bibtex(chapter: str) -> None:
    assert "Its authors (" in chapter
    assert "First steps. In: Small Book" in chapter
    assert "@incollection{01-first," in chapter
    assert chapter.count("https://github.com/someone/small/blob/main/book/01-first.md") == 2


@pytest.mark.slow
def test_an_error_is_reported_to_the_repository_with_the_page_named(chapter: str) -> None:
    address = urlsplit(unescape(re.search(r'href="([^"]+)"[^>]*>Report an error', chapter)[1]))
    assert (address.netloc, address.path) == ("github.com", "/someone/small/issues/new")
    form = parse_qs(address.query)
    assert form["title"] == ["First steps: "]
    assert "book/01-first" in form["body"][0]


@pytest.mark.slow
def test_the_links_lead_to_the_notebook_in_the_folder_on_colab_and_on_binder(chapter: str, small_book: Book) -> None:
    links = [unescape(found) for found in re.findall(r'class="course-tool" href="([^"]+)"', chapter)]
    assert links == [
        "../notebooks/01-first.ipynb",
        "https://colab.research.google.com/github/someone/small/blob/main/notebooks/01-first.ipynb",
        "https://mybinder.org/v2/gh/someone/small/main?urlpath=lab/tree/notebooks/01-first.ipynb",
    ]
    nbformat.validate(nbformat.read(small_book.folder / "book" / links[0], as_version=4))


@pytest.mark.slow
def test_the_landing_page_and_pages_without_code_have_neither_tools_nor_foot(small_book: Book) -> None:
    for name in ("index", "progress"):
        page = (small_book.folder / "book" / f"{name}.html").read_text(encoding="utf-8")
        assert "course-tools" not in page
        assert "course-foot" not in page


def test_the_day_of_the_build_is_that_of_source_date_epoch(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    version_of.cache_clear()
    version = version_of(tmp_path)
    version_of.cache_clear()
    assert version.day == "2 January 1970"
    assert version.commit == ""


def test_bibtex_leaves_out_what_is_not_known() -> None:
    entry = bibtex("01", "First", "Book", "Me", Version("", "", datetime(2026, 1, 1, tzinfo=UTC)), "")
    assert "edition" not in entry
    assert "url" not in entry
    assert entry.endswith("year = {2026}\n}")


def test_a_report_names_the_version_that_the_reader_saw() -> None:
    version = Version("1.2", "abc1234", datetime(2026, 1, 1, tzinfo=UTC))
    address = report(Repository("https://github.com/a/b", "main"), "book/01", "First", version)
    assert "Version: 1.2 abc1234 of 1 January 2026" in parse_qs(urlsplit(address).query)["body"][0]


def test_a_repository_that_is_no_web_address_is_refused(tmp_path) -> None:
    (tmp_path / "_config.yml").write_text("repository: {url: 'git@github.com:a/b.git'}\n")
    with pytest.raises(ValueError, match=r"repository\.url is 'git@github.com:a/b'; it should begin with https"):
        read_repository(tmp_path / "_config.yml")


@pytest.mark.parametrize("text", ["", "title: Without\n", "repository: {}\n"])
def test_a_book_without_a_repository_has_none(tmp_path, text: str) -> None:
    (tmp_path / "_config.yml").write_text(text)
    assert read_repository(tmp_path / "_config.yml") is None
