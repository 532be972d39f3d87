"""Running an experiment: resumable, several runs at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import joblib
import torch

from course_lib.data import ImageData
from course_lib.evidence.experiments import Experiment, Trial
from course_lib.evidence.provenance import provenance
from course_lib.evidence.records import FOLDER, Record, RecordError, Row, read_record, record_path, write_record

Key = tuple[str, str, str, int]


def run(
    experiment: Experiment,
    scale: str,
    folder: Path = FOLDER,
    *,
    jobs: int = 1,
    report: Callable[[str], None] = print,
) -> Record:
    """Make the runs of an experiment that its record lacks.

    Each run is in the record as soon as it is finished, so that this may be killed at any moment and called again: the
    record comes out the same but for the time the runs took. Two sides with the same settings share their runs.

    Parameters
    ----------
    experiment : Experiment
        What to run.
    scale : str
        One of its scales.
    folder : Path
        With ``records/`` in it.
    jobs : int
        Runs at once, in processes of one thread each.
    report : callable
        Receives a line a run.

    Returns
    -------
    Record
        Complete.

    Raises
    ------
    RecordError
        When another process is running this experiment at this scale, or there is no such scale.
    """
    if scale not in experiment.scales:
        raise RecordError(f"scale must be one of {', '.join(experiment.scales)}, got {scale!r}")
    size = experiment.scales[scale]
    with _alone(record_path(experiment.name, scale, folder)):
        data = experiment.data(size)
        here = provenance(data)
        record = _so_far(experiment.name, scale, folder)
        if here not in record.made:
            record = replace(record, made=(*record.made, here))
        made = record.made.index(here)
        finished = {_key(row): row for row in record.rows}
        for stage in ("tuning", "comparison"):
            planned = (
                experiment.tuning(size)
                if stage == "tuning"
                else experiment.comparison(size, [row for row in finished.values() if row.stage == "tuning"])
            )
            missing = [trial for trial in planned if _key(trial) not in finished]
            done = len(planned) - len(missing)
            for row in _train(experiment, missing, data, finished, made, jobs):
                finished[_key(row)] = row
                done += 1
                record = replace(record, rows=tuple(finished.values()))
                write_record(record, folder)
                rate = f"lr {float(row.settings['lr']):g}"
                report(f"{experiment.name} {stage} {done}/{len(planned)}: {row.side}, {rate}, seed {row.seed}")
        plan = experiment.tuning(size)
        plan += experiment.comparison(size, [row for row in finished.values() if row.stage == "tuning"])
        record = replace(record, rows=tuple(finished[_key(trial)] for trial in plan), complete=True)
        write_record(record, folder)
    return record


def _train(
    experiment: Experiment,
    missing: list[Trial],
    data: ImageData,
    finished: dict[Key, Row],
    made: int,
    jobs: int,
) -> Iterator[Row]:
    """Give the row of each trial as it is finished; of those with equal settings and seed, one is run."""
    same: dict[tuple[str, int], list[Trial]] = {}
    for trial in missing:
        same.setdefault((_settings(trial), trial.seed), []).append(trial)
    known = {(_settings(row), row.seed): row for row in finished.values() if row.stage == "comparison"}
    for key in [key for key in same if key in known]:
        for trial in same.pop(key):
            yield replace(known[key], side=trial.side)
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")
    tasks = (joblib.delayed(_one)(experiment, trials[0], data, made) for trials in same.values())
    for row in parallel(tasks):
        for trial in same[_settings(row), row.seed]:
            yield replace(row, side=trial.side)


def _one(experiment: Experiment, trial: Trial, data: ImageData, made: int) -> Row:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a process a core; and sums in one order, so that the run can be verified
    started = time.perf_counter()
    try:
        measures, curves = experiment.train(trial.settings, trial.seed, data)
    finally:
        torch.set_num_threads(threads)
    seconds = round(time.perf_counter() - started, 2)
    # Five decimals of a curve draw it; the measures stay as they are, for a run is held to them.
    rounded = {name: [round(value, 5) for value in values] for name, values in curves.items()}
    return Row(trial.stage, trial.side, trial.settings, trial.seed, measures, rounded, seconds, made)


def _settings(of: Trial | Row) -> str:
    return json.dumps(dict(of.settings), sort_keys=True)


def _key(of: Trial | Row) -> Key:
    return of.stage, of.side, _settings(of), of.seed


def _so_far(name: str, scale: str, folder: Path) -> Record:
    if record_path(name, scale, folder).exists():
        return read_record(name, scale, folder)
    return Record(name, scale, (), (), complete=False)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the record for this process: two that write it would lose each other's runs."""
    import fcntl  # not on Windows, where records are read but not made

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecordError(f"{path.stem} is being run by another process") from None
        yield
