"""What the reading of each page leaves in the environment, forgotten and merged as Sphinx reads pages anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_T = TypeVar("_T")


class Kept(Generic[_T]):
    """Values by the page that they belong to.

    Parameters
    ----------
    name
        The environment's attribute that holds them.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def of(self, env: BuildEnvironment) -> dict[str, _T]:
        """The values, by docname; a dictionary to read and to write."""
        if not hasattr(env, self._name):
            setattr(env, self._name, {})
        kept: dict[str, _T] = getattr(env, self._name)
        return kept

    def register(self, app: Sphinx) -> None:
        """Have Sphinx forget a page that is read anew, and take over what another process has read."""
        app.connect("env-purge-doc", self._forget)
        app.connect("env-merge-info", self._merge)

    def _forget(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.of(env).pop(docname, None)

    def _merge(self, app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: Any) -> None:  # noqa: ANN401 - as Sphinx passes it
        theirs = self.of(other)
        self.of(env).update({name: theirs[name] for name in docnames if name in theirs})
