"""How often `diagnose` names a planted fault, and how often it blames a healthy run.

``python benchmarks/diagnose.py measure`` trains runs with one planted fault each (`planted_faults.py`) and healthy
ones, diagnoses them with and without the factory of fresh weights, and writes one row a run to
``benchmarks/results/diagnose/report.csv``, its provenance beside it. ``python benchmarks/diagnose.py report`` prints
the tables. The thresholds were set on the split ``develop``, which has other architectures, recipes and seeds than
``report``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import joblib
import pandas as pd
import torch
from planted_faults import ARCHITECTURES, FAULTS, RECIPES, fashion, healthy, recipe

from course_lib.diagnostics import CHECKLIST
from course_lib.diagnostics.case import examine
from course_lib.diagnostics.diagnose import judge

FOLDER = Path(__file__).parent / "results" / "diagnose"
HEALTHY = "healthy"
SEEDS = {"develop": range(2), "report": range(100, 104)}


def one(split: str, fault: str, architecture: str, name: str, seed: int) -> dict[str, object]:
    """Plant, train, diagnose."""
    torch.set_num_threads(1)
    plant = healthy if fault == HEALTHY else FAULTS[fault]
    started = time.perf_counter()
    run = plant(recipe(split, architecture, name), fashion(seed), seed)
    trained = time.perf_counter()
    case = examine(run.history, run.model, run.data, run.optimizer, run.fresh, seed)
    reports = {"found": judge(case), "found_without_fresh": judge(replace(case, start=None, from_start=None))}
    row: dict[str, object] = {
        "fault": fault,
        "architecture": architecture,
        "recipe": name,
        "seed": seed,
        "valid_accuracy": round(float(run.history.epochs["valid_accuracy"].iloc[-1]), 4),
        "train_seconds": round(trained - started, 1),
        "diagnose_seconds": round(time.perf_counter() - trained, 1),
    }
    return row | {column: "; ".join(finding.name for finding in report) for column, report in reports.items()}


def measure(split: str, faults: list[str], target: Path) -> None:
    """All faults and healthy runs of one split; a fault's seeds take the architectures and recipes in turn."""
    grid = list(itertools.product(ARCHITECTURES[split], RECIPES[split]))
    runs: list[tuple[str, str, str, int]] = []
    for fault in faults:
        # A healthy run of every kind and seed, for false alarms are what a user minds; faults take the kinds in turn.
        for position, seed in enumerate(SEEDS[split]):
            chosen = grid if fault == HEALTHY else [grid[(2 * position + i) % len(grid)] for i in range(2)]
            runs += [(fault, architecture, name, seed) for architecture, name in chosen]
    target.parent.mkdir(parents=True, exist_ok=True)
    parallel = joblib.Parallel(n_jobs=2, return_as="generator")
    rows: list[dict[str, object]] = []
    for row in parallel(joblib.delayed(one)(split, *run) for run in runs):
        rows.append(row)
        print(f"{len(rows)} of {len(runs)}: {row['fault']}, {row['architecture']}, {row['recipe']}: {row['found']}")
    pd.DataFrame(rows).to_csv(target, index=False)
    revision = ["git", "rev-parse", "HEAD"]
    provenance = {
        "command": f"python benchmarks/diagnose.py measure --split {split}",
        "commit": subprocess.run(revision, capture_output=True, text=True, check=True).stdout.strip(),  # noqa: S603  # fixed
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "torch": torch.__version__,
        "device": f"CPU, {platform.machine()}, one thread a run",
        "runs": len(rows),
        "seeds": list(SEEDS[split]),
    }
    target.with_suffix(".json").write_text(json.dumps(provenance, indent=2) + "\n")


def report(source: Path) -> None:
    """Print hit rates a fault, and false alarms on healthy runs."""
    table = pd.read_csv(source, keep_default_na=False)
    print(json.dumps(json.loads(source.with_suffix(".json").read_text())))
    names = {column: table[column].str.split("; ") for column in ("found", "found_without_fresh")}
    table = table.assign(
        hit=[fault in found for fault, found in zip(table["fault"], names["found"], strict=True)],
        hit_without_fresh=[
            fault in found for fault, found in zip(table["fault"], names["found_without_fresh"], strict=True)
        ],
        named_first=[fault == found[0] for fault, found in zip(table["fault"], names["found"], strict=True)],
        others=[len(set(found) - {fault, ""}) for fault, found in zip(table["fault"], names["found"], strict=True)],
    )
    planted, well = table[table["fault"] != HEALTHY], table[table["fault"] == HEALTHY]
    order = [entry.name for entry in CHECKLIST if entry.name in set(planted["fault"])]
    columns = {"hit": "sum", "hit_without_fresh": "sum", "named_first": "sum", "seed": "count", "others": "mean"}
    by_fault = planted.groupby("fault").agg(columns).loc[order].rename(columns={"seed": "runs"})
    print(by_fault.round(2).to_string())
    print(
        f"all: {planted['hit'].mean():.1%} of {len(planted)} planted faults found, "
        f"{planted['hit_without_fresh'].mean():.1%} without fresh weights, "
        f"{planted['named_first'].mean():.1%} named first"
    )
    for column in ("found", "found_without_fresh"):
        blamed = well[column] != ""
        alarms = well.loc[blamed, column].value_counts().to_dict()
        print(f"healthy, {column}: {blamed.sum()} of {len(well)} runs blamed {alarms or ''}")
    medians = table[["train_seconds", "diagnose_seconds"]].median()
    print(f"median seconds: training {medians['train_seconds']:.1f}, diagnosis {medians['diagnose_seconds']:.1f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["measure", "report"])
    parser.add_argument("--split", choices=list(SEEDS), default="report")
    parser.add_argument("--faults", nargs="+", choices=[HEALTHY, *FAULTS], default=[HEALTHY, *FAULTS])
    parser.add_argument("--target", type=Path, help="the table, where it is not the recorded one")
    arguments = parser.parse_args()
    target = arguments.target or FOLDER / f"{arguments.split}.csv"
    if arguments.action == "measure":
        measure(arguments.split, arguments.faults, target)
    report(target)


if __name__ == "__main__":
    main()
