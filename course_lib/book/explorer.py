"""An explorer on a page without code: the directive ``{explorer} DropoutMasks``."""

from __future__ import annotations

from importlib.resources import files
from inspect import Parameter, signature
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

if TYPE_CHECKING:
    from course_lib.explorers.explorer import Explorer


class ExplorerDirective(SphinxDirective):
    """Shows an explorer of `course_lib.explorers` with the settings that it has when none are given."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the explorer as HTML; the page is written again when a script of the explorers changes."""
        from course_lib import explorers  # brings torch, which a build that reads no such page need not wait for

        name = self.arguments[0]
        if name not in explorers.__all__:
            raise self.error(f"no explorer is called {name!r}; there is: {', '.join(explorers.__all__)}")
        explorer: type[Explorer] = getattr(explorers, name)
        parameters = signature(explorer).parameters.values()
        needed = [repr(parameter.name) for parameter in parameters if parameter.default is Parameter.empty]
        if needed:
            raise self.error(f"{name} needs more than its name, so it is shown by code: {' and '.join(needed)}")
        for part in (files("course_lib.explorers"), files("course_lib.explorers") / "scripts"):
            for path in part.iterdir():
                if path.is_file():
                    self.env.note_dependency(str(path))
        return [nodes.raw("", explorer().html(), format="html")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    app.add_directive("explorer", ExplorerDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
