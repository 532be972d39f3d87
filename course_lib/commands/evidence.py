"""``course evidence``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.terminal import NOT_YET, OK, console, one_line

if TYPE_CHECKING:  # `course --help` need not load torch
    from course_lib.evidence import Claim
    from course_lib.evidence.experiments import Experiment

app = typer.Typer(no_args_is_help=True, help="The claims, and what became of them.")


class ScaleName(StrEnum):
    """The scales that every experiment has."""

    PAGE = "page"
    FULL = "full"


Folder = Annotated[Path, typer.Option(help="The folder with claims.yml and records/.")]
FOLDER = Path("book/evidence")  # in the repository, which is where claims are worked on
Claims = Annotated[list[str], typer.Argument(metavar="ID...", help="Claims, such as C4.")]
OneClaim = Annotated[str, typer.Argument(metavar="ID", help="A claim, such as C4.")]
AtScale = Annotated[ScaleName, typer.Option("--scale", help="full is for the record; page is over in seconds.")]


@app.command("list")
def list_(folder: Folder = FOLDER, scale: AtScale = ScaleName.FULL) -> None:
    """List the claims with their verdicts."""
    from rich.table import Table

    from course_lib.evidence import RecordError, judge, read_claims
    from course_lib.sheet import SheetError

    table = Table("claim", "verdict", "experiment", "words")
    with one_line(SheetError, RecordError):
        for claim in read_claims(folder).values():
            table.add_row(claim.id, judge(claim, folder, scale).words, claim.experiment or "", claim.claim)
    console.print(table)


@app.command()
def run(
    ids: Claims,
    folder: Folder = FOLDER,
    scale: AtScale = ScaleName.PAGE,
    jobs: Annotated[int, typer.Option(min=1, help="Runs at once, in processes of one thread each.")] = 1,
) -> None:
    """Run the experiments of claims, and keep what they give.

    Each run is kept as it is finished. Stop this at any moment and call it again, and it goes on where it was; claims
    that share an experiment share its runs.
    """
    from course_lib.evidence import RecordError
    from course_lib.evidence.run import run as make
    from course_lib.sheet import SheetError

    with one_line(SheetError, RecordError):
        for experiment in _experiments(ids, folder):
            make(experiment, scale, folder, jobs=jobs, report=lambda line: console.print(line, markup=False))
        for claim_id in ids:
            _show(claim_id, folder, scale)


@app.command()
def verify(
    claim_id: OneClaim,
    folder: Folder = FOLDER,
    scale: AtScale = ScaleName.FULL,
    seed: Annotated[int | None, typer.Option(help="A seed of the record; its first when left out.")] = None,
) -> None:
    """Make the runs of a claim again for one recorded seed, and compare them with the record."""
    from course_lib.evidence import RecordError, read_record
    from course_lib.evidence.verify import verify as make
    from course_lib.sheet import SheetError

    with one_line(SheetError, RecordError):
        claim = _claim(claim_id, folder)
        (experiment,) = _experiments([claim_id], folder)
        record = read_record(experiment.name, scale, folder)
        sides = dict.fromkeys(
            side
            for comparison in claim.comparisons
            for part in (comparison.a, comparison.b)
            if not isinstance(part, float)
            for side in part
        )
        checks = make(record, tuple(sides), seed)
    for check in checks:
        mark = "agrees" if check.agrees else "DIFFERS"
        within = "to the bit" if check.allowed == 0 else f"within {check.allowed:g}"
        console.print(
            f"{mark}: {check.side}, seed {check.seed}, {check.measure}: recorded {check.recorded:.6g}, "
            f"now {check.again:.6g} (allowed: {within})",
            markup=False,
            soft_wrap=True,
        )
    raise typer.Exit(OK if all(check.agrees for check in checks) else NOT_YET)


@app.command()
def show(claim_id: OneClaim, folder: Folder = FOLDER, scale: AtScale = ScaleName.FULL) -> None:
    """Show a claim: its hypothesis, what was found, and where the record comes from."""
    from course_lib.evidence import RecordError
    from course_lib.sheet import SheetError

    with one_line(SheetError, RecordError):
        _show(claim_id, folder, scale)


def _claim(claim_id: str, folder: Path) -> Claim:
    from course_lib.evidence import read_claims
    from course_lib.evidence.claims import named

    return named(read_claims(folder), claim_id)


def _experiments(ids: list[str], folder: Path) -> list[Experiment]:
    """The experiments of claims, each once."""
    from course_lib.evidence import RecordError
    from course_lib.evidence.experiments import EXPERIMENTS

    chosen: dict[str, Experiment] = {}
    for claim_id in ids:
        name = _claim(claim_id, folder).experiment
        if name is None:
            raise RecordError(f"{claim_id} has no experiment yet")
        if name not in EXPERIMENTS:
            raise RecordError(f"{claim_id}: no experiment is called {name!r}; there is: {', '.join(EXPERIMENTS)}")
        chosen[name] = EXPERIMENTS[name]
    return list(chosen.values())


def _show(claim_id: str, folder: Path, scale: str) -> None:
    from course_lib.evidence import judge
    from course_lib.evidence.wording import levels_words, told

    claim = _claim(claim_id, folder)
    judgement = judge(claim, folder, scale)
    lines = [f"{claim.id}: {claim.claim}", f"  {judgement.words} (scale {scale})"]
    if levels := levels_words(judgement):
        lines.append(f"  {levels}")
    if claim.amended:
        lines.append("  changed after first results: `amended` in claims.yml says what and why")
    for outcome in judgement.outcomes:
        lines.append(f"  {outcome.comparison.name}")
        lines += [f"    {label}: {words}" for label, words in (*told(outcome), ("Verdict", outcome.effect.verdict))]
    if judgement.record is not None:
        lines += [f"  made {made['date']}, {made['device']}, torch {made['torch']}" for made in judgement.record.made]
    console.print("\n".join(lines), markup=False, soft_wrap=True)
