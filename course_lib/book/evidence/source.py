"""Where the pages get the evidence from, and how they notice that it has changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from course_lib.evidence import Claim, Judgement, judge, read_claims
from course_lib.evidence.records import record_path


def folder_of(env: BuildEnvironment) -> Path:
    """The folder with ``claims.yml`` and ``records/``."""
    return Path(env.srcdir, str(env.config.course_evidence))


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
    ClaimError, RecordError
        When the evidence cannot be read.
    LookupError
        When there is no such claim.
    """
    folder = folder_of(env)
    env.note_dependency(str(folder / "claims.yml"))
    claims = read_claims(folder)
    for name in ids or ():
        if name not in claims:
            raise LookupError(f"no claim is called {name!r}; there is: {', '.join(claims)}")
    chosen = [claims[name] for name in ids] if ids is not None else list(claims.values())
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
        _awaited(env).setdefault(env.docname, set()).add(str(path))


def _awaited(env: BuildEnvironment) -> dict[str, set[str]]:
    if not hasattr(env, "course_awaited"):
        env.course_awaited = {}  # type: ignore[attr-defined] # the environment carries what extensions put there
    awaited: dict[str, set[str]] = env.course_awaited  # type: ignore[attr-defined]
    return awaited


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget what a page that is read anew was waiting for."""
    _awaited(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    """Take over what the pages that another process has read are waiting for."""
    theirs = _awaited(other)
    _awaited(env).update({name: theirs[name] for name in docnames if name in theirs})


def outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The pages whose missing records have come."""
    return [name for name, paths in _awaited(env).items() if any(Path(path).exists() for path in paths)]
