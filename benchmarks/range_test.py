"""How good are the rates that range tests suggest? See `range_quality`.

    python benchmarks/range_test.py truth --cifar ROOT --runs FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

from range_quality import tools, truth
from range_quality.tasks import load_data


def main() -> None:
    """Run the step named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["truth", "tools"])
    parser.add_argument("--cifar", type=Path, help="the folder of CIFAR-10 (JPEG)")
    parser.add_argument("--runs", type=Path, help="where finished runs are kept")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if options.step == "truth":
        truth.measure(load_data(options.cifar), options.runs / "truth", options.processes)
    elif options.step == "tools":
        for half in ("report", "development"):
            tools.suggest(load_data(options.cifar), options.runs / "tools", half)


if __name__ == "__main__":
    main()
