"""Where the pages get the evidence from, and how they notice that it has changed."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from course_lib.book.kept import Kept
from course_lib.book.names import EVIDENCE
from course_lib.evidence import Claim, Judgement, judge, read_claims
from course_lib.evidence.claims import named
from course_lib.evidence.records import record_path

AWAITED = Kept[set[str]]("course_awaited")
"""The records that each page would show, and that are not there yet."""


def judged(env: BuildEnvironment, ids: list[str] | None = None) -> list[Judgement]:
    """Judge claims for the page that is being read, which is read again when what they rest on changes.

    Parameters
    ----------
    env : BuildEnvironment
        Of the page.
    ids : list of str, optional
        Which; all when left out.

    Returns
    -------
    list of Judgement
        In the order asked for.

    Raises
    ------
    SheetError, RecordError
        When the evidence cannot be read, or there is no such claim.
    """
    folder = Path(env.srcdir, EVIDENCE)
    env.note_dependency(str(folder / "claims.yml"))
    claims = read_claims(folder)
    chosen = [named(claims, name) for name in ids] if ids is not None else list(claims.values())
    for claim in chosen:
        _depend(env, claim, folder)
    return [judge(claim, folder) for claim in chosen]


def _depend(env: BuildEnvironment, claim: Claim, folder: Path) -> None:
    if claim.experiment is None:
        return
    path = record_path(claim.experiment, "full", folder)
    if path.exists():
        env.note_dependency(str(path))
    else:
        # Sphinx would read a page whose dependency is missing again in every build.
        AWAITED.of(env).setdefault(env.docname, set()).add(str(path))


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages whose missing records have come."""
    return [name for name, paths in AWAITED.of(env).items() if any(Path(path).exists() for path in paths)]
