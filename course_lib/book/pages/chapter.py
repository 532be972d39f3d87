"""What the pages say of themselves: whether they are chapters, their names, their version."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sphinx.application import Sphinx

PACKAGE = "training-dynamics"


def is_chapter(app: Sphinx, page: str) -> bool:
    """Return whether a page is a chapter: it holds code, and is not the landing page."""
    return page != app.config.root_doc and "kernelspec" in app.env.metadata.get(page, {})


def chapters(app: Sphinx) -> list[str]:
    """Return the chapters in the order of the table of contents."""
    ordered: list[str] = []
    waiting = [app.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if is_chapter(app, page):
            ordered.append(page)
        waiting = list(app.env.toctree_includes.get(page, ())) + waiting
    return ordered


@dataclass(frozen=True)
class Version:
    """The release of the library, the commit that the pages were built from (empty outside git), and the day."""

    release: str
    commit: str
    built: datetime

    @property
    def day(self) -> str:
        """The day of the build in words.

        Examples
        --------
        >>> Version("0.1.0", "", datetime(2026, 3, 9, tzinfo=UTC)).day
        '9 March 2026'
        """
        return f"{self.built.day} {self.built:%B %Y}"


@cache
def version_of(source: Path) -> Version:
    """Return the version of a book in `source`; the day is that of ``SOURCE_DATE_EPOCH`` where it is set."""
    try:
        release = version(PACKAGE)
    except PackageNotFoundError:
        release = ""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    built = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return Version(release, _commit(source), built)


def _commit(source: Path) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    asked = subprocess.run(  # noqa: S603 - a fixed question about the book's own folder
        [git, "-C", str(source), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""
