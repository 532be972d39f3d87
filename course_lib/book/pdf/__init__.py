"""The whole book as one PDF: each page printed by Chromium, all bound behind a title page and a table of contents."""

from course_lib.book.errors import BookError

try:
    from course_lib.book.pdf.bind import print_book
except ImportError as error:
    raise BookError(f"{error.name} is missing: `python -m pip install playwright pypdf` brings it.") from error

__all__ = ["print_book"]
