"""Practice material: one YAML file a chapter, shown on its page, in the glossary and in a deck for Anki."""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from course_lib.book.practice import anki, cards, elements, glossary, head, quiz, shelf, telling


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the room with Sphinx."""
    for module in (elements, shelf, head, telling, quiz, cards, glossary, anki):
        module.register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
