"""The published reference of the library."""

import re

import pytest

from course_lib.book.build import Book
from course_lib.schedules import Schedule
from tests.public import PUBLIC

pytestmark = pytest.mark.slow


def test_every_public_name_is_in_the_reference_on_its_packages_page(course_book: Book):
    pages = {}
    for module, _ in PUBLIC:
        package = module.__name__.rpartition(".")[2]
        pages[module] = (course_book.folder / "book" / "api" / f"{package}.html").read_text(encoding="utf-8")
    missing = [
        f"{module.__name__}.{name}" for module, name in PUBLIC if f'id="{module.__name__}.{name}"' not in pages[module]
    ]
    assert not missing


def test_every_kind_of_schedule_shows_its_formula(course_book: Book):
    page = (course_book.folder / "book" / "api" / "schedules.html").read_text(encoding="utf-8")
    shown = set(re.findall(r"\\mathrm\{(\w+)\}\(t\) =", page))
    assert shown == {kind.__name__ for kind in Schedule.__subclasses__()} - {"Then", "Repeat", "Scale"}


def test_no_markup_of_a_docstring_is_left_on_a_page(course_book: Book):
    left = []
    for page in sorted((course_book.folder / "book" / "api").glob("*.html")):
        article = page.read_text(encoding="utf-8").partition("<article")[2].partition("</article>")[0]
        words = re.sub(r"<pre>.*?</pre>|<script.*?</script>|<[^>]+>", "", article, flags=re.DOTALL)
        left += [(page.name, found) for found in re.findall(r".{0,30}(?:`|\*\*|:\w+:`|\.\. \w+::).{0,30}", words)]
    assert not left


def test_the_reference_shows_nothing_that_an_optimizer_inherits_from_torch(course_book: Book):
    page = (course_book.folder / "book" / "api" / "optimizers.html").read_text(encoding="utf-8")
    members = re.findall(r'id="course_lib\.optimizers\.(\w+\.\w+)"', page)
    assert not members
