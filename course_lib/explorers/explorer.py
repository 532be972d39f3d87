"""What every explorer is: settings to begin with, a script that draws them, and two places to be shown in."""

from __future__ import annotations

import importlib.util
import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from course_lib.explorers import page

if TYPE_CHECKING:
    from anywidget import AnyWidget

Bundle = dict[str, Any]

IN_BOOK = "COURSE_BOOK"
"""Set in the environment of a kernel whose outputs go into the rendered book."""


class Explorer(ABC):
    """Something to play with in a page; the last expression of a cell shows it.

    Attributes
    ----------
    script : str
        The name of its JavaScript file, in ``course_lib/explorers/scripts/``.
    title : str
        What it is called on the page.

    Notes
    -----
    One of your own is a frozen dataclass with these two, `settings` and `still`, and a JavaScript file with
    ``mount(el, model)``, where ``model.get("settings")`` are the settings. The file has the parts of ``kit.js`` at
    hand.

    Examples
    --------
    >>> from course_lib.explorers import DescentOnAValley
    >>> explorer = DescentOnAValley(lr=0.07)
    >>> explorer.settings()["lr"]
    0.07
    """

    script: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What the script begins with, as plain data."""

    @abstractmethod
    def still(self) -> str:
        """An SVG of the settings, for where no script runs."""

    def html(self) -> str:
        """The explorer as a piece of a page, which needs nothing beside itself.

        Examples
        --------
        >>> from course_lib.explorers import DropoutMasks
        >>> DropoutMasks().html().startswith('<div class="course-explorer')
        True
        """
        return page.html(self.script, self.title, self.settings(), self.still())

    def widget(self) -> AnyWidget:
        """A live widget. Its ``settings`` follow what is done on the page, and the page follows what is set here.

        Raises
        ------
        ImportError
            When ``anywidget`` is not installed.

        Examples
        --------
        >>> from course_lib.explorers import DropoutMasks
        >>> DropoutMasks(p=0.25).widget().settings["p"]
        0.25
        """
        if importlib.util.find_spec("anywidget") is None:
            raise ImportError("a live explorer needs anywidget: pip install anywidget")
        # Not at the top: a page that is built has no use for widgets, nor needs the package.
        from course_lib.explorers.live import LiveExplorer

        return LiveExplorer(_esm=page.module(self.script), _css=page.styles(), settings=self.settings())

    def _repr_mimebundle_(self, **chosen: object) -> Bundle | tuple[Bundle, Bundle] | None:
        """HTML for the book, where a widget's state would need a manager of several megabytes; else the widget."""
        if os.environ.get(IN_BOOK) or importlib.util.find_spec("anywidget") is None:
            return {"text/html": self.html(), "text/plain": repr(self)}
        return self.widget()._repr_mimebundle_()
