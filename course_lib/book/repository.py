"""The students' public repository, as ``_config.yml`` names it, and the addresses that lead into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml


@dataclass(frozen=True)
class Repository:
    """Where the students' tree is public: the `url` of the repository and the `branch`.

    Examples
    --------
    >>> repository = Repository("https://github.com/someone/course", "main")
    >>> repository.colab("notebooks/03-annealing.ipynb")
    'https://colab.research.google.com/github/someone/course/blob/main/notebooks/03-annealing.ipynb'
    >>> repository.binder("notebooks/03-annealing.ipynb")
    'https://mybinder.org/v2/gh/someone/course/main?urlpath=lab/tree/notebooks/03-annealing.ipynb'
    >>> repository.file("book/03-annealing.md")
    'https://github.com/someone/course/blob/main/book/03-annealing.md'
    >>> repository.issue("A fault", "Where?")
    'https://github.com/someone/course/issues/new?title=A+fault&body=Where%3F'
    >>> repository.requirement("course")
    'course @ git+https://github.com/someone/course@main'
    """

    url: str
    branch: str

    @property
    def on_github(self) -> bool:
        """Whether it lies where Colab and Binder look."""
        return self.url.startswith("https://github.com/")

    def colab(self, path: str) -> str:
        """Return the address that opens the notebook at `path` on Colab."""
        return f"https://colab.research.google.com/github/{self._name}/blob/{self.branch}/{quote(path)}"

    def binder(self, path: str) -> str:
        """Return the address that opens the notebook at `path` on Binder."""
        return f"https://mybinder.org/v2/gh/{self._name}/{self.branch}?urlpath=lab/tree/{quote(path)}"

    def file(self, path: str) -> str:
        """Return the address at which the file at `path` is shown."""
        return f"{self.url}/blob/{self.branch}/{quote(path)}"

    def issue(self, title: str, body: str) -> str:
        """Return the address of a form for a new issue, with `title` and `body` filled in."""
        return f"{self.url}/issues/new?{urlencode({'title': title, 'body': body})}"

    def requirement(self, package: str) -> str:
        """Return what pip installs to have the package `package` from here."""
        return f"{package} @ git+{self.url}@{self.branch}"

    @property
    def _name(self) -> str:
        return self.url.removeprefix("https://github.com/")


def read_repository(configuration: Path) -> Repository | None:
    """Return the repository that a ``_config.yml`` names; None where it names none.

    Raises
    ------
    ValueError
        If the address is not one of the web.
    """
    settings = yaml.safe_load(configuration.read_text(encoding="utf-8")) or {}
    named = settings.get("repository") or {}
    if not named.get("url"):
        return None
    url = str(named["url"]).removesuffix("/").removesuffix(".git")
    if not url.startswith("https://"):
        raise ValueError(f"{configuration}: repository.url is {url!r}; it should begin with https://")
    return Repository(url, str(named.get("branch") or "main"))
