"""A chapter as a notebook to download or to open elsewhere: plain Markdown, code, no outputs."""

from course_lib.book.notebook.export import FOLDER, export, notebook_path

__all__ = ["FOLDER", "export", "notebook_path"]
