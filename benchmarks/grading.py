"""Measure how long a graded submission takes.

Grades a pile of copies of the solution of *annealing* as it is (NumPy only), and one in which the first answer also
imports torch. Prints seconds per submission: the wall time of the whole pile over its size, median over the rounds; and
the wall time that one submission spends in its worker.
Run: ``python benchmarks/grading.py [--size 10] [--rounds 3] [--jobs N]``.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from course_lib.assignments import cells, notebooks
from course_lib.assignments.answers import solved
from course_lib.assignments.catalogue import find
from course_lib.grading import grade

ASSIGNMENT = "annealing"


def pile(folder: Path, size: int, first_line: str) -> None:
    """Write the submissions."""
    notebook = solved(find(ASSIGNMENT))
    first = next(iter(cells.answers(notebook).values()))
    first.source = f"{first_line}\n{first.source}"
    for number in range(size):
        (folder / f"student-{number}.ipynb").write_text(notebooks.text(notebook), encoding="utf-8")


def measure(size: int, rounds: int, jobs: int | None, first_line: str) -> tuple[float, float]:
    """Seconds per submission of the pile, and in its worker; medians."""
    whole, single = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            submissions = Path(folder, "pile")
            submissions.mkdir()
            pile(submissions, size, first_line)
            start = time.perf_counter()
            report = grade(submissions, ASSIGNMENT, Path(folder, "out"), jobs=jobs)
            whole.append((time.perf_counter() - start) / size)
        if any(each.score != report.max_score for each in report.graded):
            raise RuntimeError(f"the solution did not earn full marks: {report.summary}")
        single += [each.seconds for each in report.graded]
    return statistics.median(whole), statistics.median(single)


def main() -> None:
    """Measure both piles and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10, help="submissions in a pile")
    parser.add_argument("--rounds", type=int, default=3, help="piles of each kind")
    parser.add_argument("--jobs", type=int, help="submissions side by side; by default one a core")
    options = parser.parse_args()
    for name, first_line in {"NumPy only": "", "importing torch": "import torch"}.items():
        whole, single = measure(options.size, options.rounds, options.jobs, first_line)
        print(f"{name}: {whole:.2f} s a submission, {single:.2f} s of it in its worker")


if __name__ == "__main__":
    main()
