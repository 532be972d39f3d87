"""What a page has around its text: tools at its head, its foot, progress, icons, and no more weight than it needs."""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

ROOMS = ("light", "icons", "tools", "foot", "progress")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register each room with Sphinx."""
    for room in ROOMS:
        app.setup_extension(f"{__name__}.{room}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
