"""A chapter as a notebook to download or to open elsewhere: plain Markdown, code, no outputs."""

from course_lib.book.notebook.export import FOLDER, Repository, export, notebook_path

__all__ = ["FOLDER", "Repository", "export", "notebook_path"]
