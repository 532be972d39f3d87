"""The widget that an explorer is in Jupyter."""

import anywidget
import traitlets


class LiveExplorer(anywidget.AnyWidget):
    """The explorer's script in a notebook, with its settings on both sides."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
