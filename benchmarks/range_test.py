"""How good the rates are that range tests suggest.

    python benchmarks/range_test.py truth --cifar ROOT --runs FOLDER       # the grid: an hour or so on two cores
    python benchmarks/range_test.py tools --cifar ROOT --runs FOLDER       # what each tool suggests
    python benchmarks/range_test.py record --archive FILE --runs FOLDER    # both into benchmarks/results/range_test
    python benchmarks/range_test.py report                                 # the regrets, from that record

48 small tasks: Fashion-MNIST and CIFAR-10 (JPEG), four networks, three optimizers, two batch sizes. The rule by which
`range_test` suggests was developed on one half of them and is judged on the other. A run that is finished is kept in
FOLDER, and not repeated. Needs the packages `fastai`, `lightning` and `torch-lr-finder` for ``tools``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from range_quality import record, report, tools, truth
from range_quality.tasks import load_data


def main() -> None:
    """Run the step named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["truth", "tools", "record", "report"])
    parser.add_argument("--cifar", type=Path, help="the folder of CIFAR-10 (JPEG): train/<class>/*, test/<class>/*")
    parser.add_argument("--runs", type=Path, help="where finished runs are kept")
    parser.add_argument("--archive", type=Path, help="the archive that the folder was unpacked from")
    parser.add_argument("--processes", type=int, default=2, help="for truth, of one thread each")
    options = parser.parse_args()
    needed = {"truth": ("cifar", "runs"), "tools": ("cifar", "runs"), "record": ("archive", "runs"), "report": ()}
    for name in needed[options.step]:
        if getattr(options, name) is None:
            parser.error(f"{options.step} needs --{name}")
    if options.step == "truth":
        truth.measure(load_data(options.cifar), options.runs / "truth", options.processes)
    elif options.step == "tools":
        tools.suggest(load_data(options.cifar), options.runs / "tools")
    elif options.step == "record":
        record.write_record(options.runs, options.archive)
    else:
        report.print_report()


if __name__ == "__main__":
    main()
