"""The whole book as one PDF: each page printed by Chromium, all bound behind a title page and a table of contents."""

from course_lib.book.pdf.bind import print_book

__all__ = ["print_book"]
