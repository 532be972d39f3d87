"""How often `diagnose` names a planted fault, and how often it blames a healthy run.

``python benchmarks/diagnose.py measure --cases FOLDER`` trains runs with one planted fault each (`planted_faults.py`)
and healthy ones and keeps what `diagnose` measures of each in FOLDER; runs that are there already are not repeated.
``judge --cases FOLDER`` applies the checklist to them, with what fresh weights showed and without, and writes one row a
run to ``benchmarks/results/diagnose/report.csv``, its provenance beside it. ``report`` prints the tables. The
thresholds were set on the split ``develop``, which has other architectures, recipes and seeds than ``report``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import subprocess
import time
from dataclasses import dataclass, replace
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
SEEDS = {"develop": range(3), "report": range(100, 103)}


@dataclass(frozen=True)
class Planted:
    """One run of the grid."""

    fault: str
    architecture: str
    recipe: str
    seed: int

    @property
    def file(self) -> str:
        """Where its measurements are kept."""
        words = f"{self.fault}-{self.architecture}-{self.recipe}-{self.seed}"
        return "".join(letter if letter.isalnum() else "-" for letter in words) + ".joblib"


def grid(split: str) -> list[Planted]:
    """Healthy runs of every architecture and recipe with the first seed; each fault with each seed, kinds in turn."""
    kinds = list(itertools.product(ARCHITECTURES[split], RECIPES[split]))
    runs = [Planted(HEALTHY, *kind, SEEDS[split][0]) for kind in kinds]
    for start, fault in enumerate(FAULTS):
        # Steps of 5 through the kinds meet every architecture and every recipe within a few runs.
        runs += [
            Planted(fault, *kinds[(start + 5 * position) % len(kinds)], seed)
            for position, seed in enumerate(SEEDS[split])
        ]
    return runs


def measure_one(split: str, planted: Planted, cases: Path) -> None:
    """Plant, train, examine, keep."""
    torch.set_num_threads(1)
    plant = healthy if planted.fault == HEALTHY else FAULTS[planted.fault]
    started = time.perf_counter()
    run = plant(recipe(split, planted.architecture, planted.recipe), fashion(planted.seed), planted.seed)
    trained = time.perf_counter()
    case = examine(run.history, run.model, run.data, run.optimizer, run.fresh, planted.seed)
    joblib.dump((case, trained - started, time.perf_counter() - trained), cases / planted.file)


def measure(split: str, cases: Path) -> None:
    """Make the runs that are not in `cases`."""
    cases.mkdir(parents=True, exist_ok=True)
    missing = [planted for planted in grid(split) if not (cases / planted.file).exists()]
    print(f"{len(missing)} runs to make", flush=True)
    joblib.Parallel(n_jobs=2)(joblib.delayed(measure_one)(split, planted, cases) for planted in missing)


def judge_all(split: str, cases: Path, target: Path) -> None:
    """One row a run, with and without what fresh weights showed."""
    rows: list[dict[str, object]] = []
    for planted in grid(split):
        case, train_seconds, diagnose_seconds = joblib.load(cases / planted.file)
        reports = {
            "found": judge(case),
            "found_without_fresh": judge(replace(case, start=None, from_start=None)),
        }
        rows.append(
            {
                "fault": planted.fault,
                "architecture": planted.architecture,
                "recipe": planted.recipe,
                "seed": planted.seed,
                "valid_accuracy": round(float(case.history.epochs["valid_accuracy"].iloc[-1]), 4),
                "train_seconds": round(train_seconds, 1),
                "diagnose_seconds": round(diagnose_seconds, 1),
                **{column: "; ".join(finding.name for finding in found) for column, found in reports.items()},
            }
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(target, index=False)
    revision = ["git", "rev-parse", "HEAD"]
    provenance = {
        "script": f"benchmarks/diagnose.py, split {split}",
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
    found, bare = (table[column].str.split("; ") for column in ("found", "found_without_fresh"))
    table = table.assign(
        hit=[fault in names for fault, names in zip(table["fault"], found, strict=True)],
        hit_without_fresh=[fault in names for fault, names in zip(table["fault"], bare, strict=True)],
        named_first=[fault == names[0] for fault, names in zip(table["fault"], found, strict=True)],
        others=[len(set(names) - {fault, ""}) for fault, names in zip(table["fault"], found, strict=True)],
    )
    planted, well = table[table["fault"] != HEALTHY], table[table["fault"] == HEALTHY]
    columns = {"seed": "count", "hit": "sum", "hit_without_fresh": "sum", "named_first": "sum", "others": "mean"}
    by_fault = planted.groupby("fault").agg(columns).loc[[entry.name for entry in CHECKLIST]]
    print(by_fault.rename(columns={"seed": "runs"}).round(2).to_string())
    print(
        f"all: {planted['hit'].mean():.1%} of {len(planted)} planted faults found, "
        f"{planted['hit_without_fresh'].mean():.1%} without fresh weights, "
        f"{planted['named_first'].mean():.1%} named first"
    )
    for column in ("found", "found_without_fresh"):
        blamed = well[well[column] != ""]
        print(f"healthy, {column}: {len(blamed)} of {len(well)} runs blamed {blamed[column].value_counts().to_dict()}")
    medians = table[["train_seconds", "diagnose_seconds"]].median()
    print(f"median seconds: training {medians['train_seconds']:.1f}, diagnosis {medians['diagnose_seconds']:.1f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["measure", "judge", "report"])
    parser.add_argument("--split", choices=list(SEEDS), default="report")
    parser.add_argument("--cases", type=Path, default=Path("diagnose-cases"), help="where measurements are kept")
    parser.add_argument("--target", type=Path, help="the table, where it is not the recorded one")
    arguments = parser.parse_args()
    target = arguments.target or FOLDER / f"{arguments.split}.csv"
    if arguments.action == "measure":
        measure(arguments.split, arguments.cases)
    elif arguments.action == "judge":
        judge_all(arguments.split, arguments.cases, target)
    else:
        report(target)


if __name__ == "__main__":
    main()
