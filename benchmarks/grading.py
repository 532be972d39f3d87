"""Measure how long a graded submission takes, beside nbgrader's autograde and Otter's run, on an equivalent assignment.

The same pile (correct, wrong and broken notebooks mixed; those that hang in a pile of their own) goes through each
grader, whole, with a fresh gradebook. Ours runs each submission in its sandbox with the relay on, two at a time where
there are two cores, and its visible checks too. Prints a line a grader and writes the record beside the others.

Run: ``python benchmarks/grading.py [--size 100] [--rounds 3] [--otter PYTHON] [--only NAME]``, where PYTHON is the
interpreter of an environment with otter-grader, which needs other versions of our book's packages.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path
from unittest.mock import patch

import nbformat
from nbformat import NotebookNode

from course_lib.assignments.catalogue import Assignment
from course_lib.grading import grade
from course_lib.grading.isolation.limits import Limits
from course_lib.grading.isolation.process import tree

NAME = "descent"
RECORD = Path(__file__).parent / "results" / "grading.json"
CELL_SECONDS = 5
SETUP = {"numpy": "import numpy as np", "torch": "import numpy as np\nimport torch"}
# For each task: a right answer, a wrong one, and the assertions that tell them apart.
TASKS = {
    "step": (
        "def step(w, gradient, lr):\n    return w - lr * gradient",
        "def step(w, gradient, lr):\n    return w + lr * gradient",
        ["step(1.0, 0.5, 0.1) == 0.95", "step(0.0, 2.0, 0.5) == -1.0"],
    ),
    "mean_loss": (
        "def mean_loss(errors):\n    return float(np.mean(np.square(errors)))",
        "def mean_loss(errors):\n    return float(np.sum(np.square(errors)))",
        ["mean_loss([1.0, 3.0]) == 5.0", "mean_loss([2.0]) == 4.0"],
    ),
    "decay": (
        "def decay(lr, epoch):\n    return lr * 0.5 ** (epoch // 10)",
        "def decay(lr, epoch):\n    return lr * 0.5 ** (epoch / 10)",
        ["decay(0.4, 9) == 0.4", "decay(0.4, 10) == 0.2", "decay(0.4, 25) == 0.1"],
    ),
}
BROKEN = (
    "def step(w, gradient, lr)\n    return w",
    "raise RuntimeError('nothing works')",
    "def step(*args):\n    exit()",
)
HANGING = "def step(w, gradient, lr):\n    while True:\n        pass\nstep(1, 1, 1)"


def _metadata(name: str, **flags: object) -> dict[str, object]:
    fields = {"grade_id": name, "grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**fields, **flags}}


def notebook(answers: list[str], library: str, checks: bool = True) -> NotebookNode:
    """The assignment with these answers; the checks are ours (visible) or, for nbgrader, graded."""
    setup = nbformat.v4.new_code_cell(SETUP[library], metadata=_metadata("setup", locked=True))
    cells = [setup]
    for (name, (_, _, assertions)), answer in zip(TASKS.items(), answers, strict=True):
        slug = name.replace("_", "-")
        cells.append(nbformat.v4.new_code_cell(answer, metadata=_metadata(slug, solution=True)))
        text = "\n".join(f"assert {each}" for each in assertions)
        points = {"points": 0} if checks else {"points": len(assertions)}
        metadata = _metadata(f"check-{slug}", grade=True, locked=True, **points)
        cells.append(nbformat.v4.new_code_cell(text, metadata=metadata, execution_count=None))
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "course": {"assignment": NAME},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        },
    )


def pile(size: int) -> list[list[str]]:
    """The answers of each submission: six in ten right, a quarter with one wrong, the rest broken."""
    right = [answers[0] for answers in TASKS.values()]
    made = []
    for number in range(size):
        answers = list(right)
        if number % 20 >= 17:
            answers[0] = BROKEN[number % len(BROKEN)]
        elif number % 20 >= 12:
            which = number % len(answers)
            answers[which] = list(TASKS.values())[which][1]
        made.append(answers)
    return made


class Peak:
    """The greatest proportional memory of a process and its descendants while the block runs, in bytes."""

    def __init__(self, pid: int | None = None) -> None:
        self._pid, self.grader, self.all, self._done = pid or os.getpid(), 0, 0, threading.Event()

    def __enter__(self) -> "Peak":
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.25):
            sizes = [_proportional(each) for each in tree(self._pid)]
            self.grader, self.all = max(self.grader, sizes[0]), max(self.all, sum(sizes))


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return sum(int(line.split()[1]) * 1000 for line in lines if line.startswith("Pss:"))


def ours(folder: Path, answers: list[list[str]], library: str) -> None:
    """Grade with `course grade`."""
    release, hidden = folder / f"{NAME}.ipynb", folder / "hidden_tests.py"
    stub = ["# YOUR CODE HERE\nraise NotImplementedError()"] * len(TASKS)
    nbformat.write(notebook(stub, library), release)
    tests = ["from course_lib.grading import points\n"]
    for name, (_, _, assertions) in TASKS.items():
        for number, assertion in enumerate(assertions):
            text = assertion.replace(f"{name}(", f"student.{name}(")
            tests.append(
                f'@points(1, topic="T1", hint="Read.")\ndef test_{name}_{number}(student):\n    assert {text}\n'
            )
    hidden.write_text("\n".join(tests), encoding="utf-8")
    submissions = folder / "pile"
    submissions.mkdir()
    for number, each in enumerate(answers):
        nbformat.write(notebook(each, library), submissions / f"student-{number:03}.ipynb")
    known = Assignment(NAME, release, hidden_tests=hidden)
    limits = Limits(cell_seconds=CELL_SECONDS)
    with patch("course_lib.grading.pile.grading.find", lambda name: known):
        start = time.perf_counter()
        report = grade(submissions, NAME, folder / "out", limits=limits)
    _say("ours", library, time.perf_counter() - start, report.summary)


def nbgrader(folder: Path, answers: list[list[str]], library: str) -> None:
    """Grade with nbgrader's autograde."""
    right = [each[0] for each in TASKS.values()]
    wrapped = [f"### BEGIN SOLUTION\n{each}\n### END SOLUTION" for each in right]
    source = folder / "source" / NAME
    source.mkdir(parents=True)
    nbformat.write(notebook(wrapped, library, checks=False), source / f"{NAME}.ipynb")
    config = f"c.ExecutePreprocessor.timeout = {CELL_SECONDS}\nc.Execute.timeout = {CELL_SECONDS}\n"
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader"]
    # nbgrader calls programs of its environment by name.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([*command, "generate_assignment", NAME], cwd=folder, check=True, capture_output=True)  # noqa: S603
    for number, each in enumerate(answers):
        target = folder / "submitted" / f"student-{number:03}" / NAME
        target.mkdir(parents=True)
        nbformat.write(notebook(each, library, checks=False), target / f"{NAME}.ipynb")
    start = time.perf_counter()
    done = subprocess.run([*command, "autograde", NAME], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    seconds = time.perf_counter() - start
    graded = len(list((folder / "autograded").glob("*"))) if (folder / "autograded").exists() else 0
    _say("nbgrader", library, seconds, f"{graded} of {len(answers)} graded, exit status {done.returncode}")


_OTTER = """
import json, os, sys, time
from otter.api import grade_submission
folder, names = sys.argv[1], sys.argv[2:]
start, graded = time.perf_counter(), 0
for name in names:
    try:
        grade_submission(name, os.path.join(folder, "autograder.zip"), quiet=True)
        graded += 1
    except Exception as error:
        print(type(error).__name__, error, file=sys.stderr)
print(json.dumps([time.perf_counter() - start, graded]))
"""


def otter(folder: Path, answers: list[list[str]], library: str, python: str) -> None:
    """Grade with Otter, all in one process, which is its quickest way."""
    config = nbformat.v4.new_raw_cell("# ASSIGNMENT CONFIG\ngenerate: true\nrun_tests: false\ncheck_all_cell: false")
    cells = [config, nbformat.v4.new_code_cell(SETUP[library])]
    for name, (right, _, assertions) in TASKS.items():
        cells += [
            nbformat.v4.new_raw_cell(f"# BEGIN QUESTION\nname: {name}\npoints: {len(assertions)}"),
            nbformat.v4.new_raw_cell("# BEGIN SOLUTION"),
            nbformat.v4.new_code_cell(f"# BEGIN SOLUTION\n{right}\n# END SOLUTION"),
            nbformat.v4.new_raw_cell("# END SOLUTION"),
            nbformat.v4.new_raw_cell("# BEGIN TESTS"),
            *(nbformat.v4.new_code_cell(f"# HIDDEN\nassert {each}") for each in assertions),
            nbformat.v4.new_raw_cell("# END TESTS"),
            nbformat.v4.new_raw_cell("# END QUESTION"),
        ]
    master = folder / "master.ipynb"
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), master)
    command = [python, "-m", "otter", "assign", str(master), str(folder / "dist")]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603
    (made,) = (folder / "dist" / "autograder").glob("*.zip")
    made.rename(folder / "autograder.zip")
    student = nbformat.read(next((folder / "dist" / "student").glob("*.ipynb")), as_version=4)
    names = []
    for number, each in enumerate(answers):
        handed_in, given = nbformat.from_dict(json.loads(json.dumps(student))), iter(each)
        for cell in handed_in.cells:
            if cell.cell_type == "code" and cell.source.strip() in ("...", "# BEGIN SOLUTION\n..."):
                cell.source = next(given)
        names.append(str(folder / f"student-{number:03}.ipynb"))
        nbformat.write(handed_in, names[-1])
    done = subprocess.run(  # noqa: S603
        [python, "-c", _OTTER, str(folder), *names], cwd=folder, capture_output=True, text=True, check=True
    )
    seconds, graded = json.loads(done.stdout.splitlines()[-1])
    _say("otter", library, seconds, f"{graded} of {len(answers)} graded")


def _say(grader: str, library: str, seconds: float, words: str) -> None:
    print(json.dumps({"grader": grader, "library": library, "seconds": seconds, "words": words}))


def measured(grader: str, library: str, answers: list[list[str]], python: str | None) -> dict[str, object]:
    """One grader on one pile, in a process of its own, with its peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        orders = json.dumps([grader, folder, answers, library, python])
        command = [sys.executable, __file__, "--worker"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        with Peak(process.pid) as peak:
            out, _ = process.communicate(orders)
        if process.returncode != 0:
            raise RuntimeError(f"{grader} on {library} ended with status {process.returncode}")
    found = json.loads(out.splitlines()[-1])
    return {**found, "peak_grader_mb": peak.grader / 1e6, "peak_tree_mb": peak.all / 1e6}


def work() -> None:
    """Do what the standard input orders."""
    grader, folder, answers, library, python = json.load(sys.stdin)
    if grader == "otter":
        otter(Path(folder), answers, library, python)
    else:
        {"ours": ours, "nbgrader": nbgrader}[grader](Path(folder), answers, library)


def main() -> None:
    """Measure every grader, in turn and in rotating order, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100, help="submissions in a pile")
    parser.add_argument("--rounds", type=int, default=3, help="piles of each kind for each grader")
    parser.add_argument("--otter", help="the Python of an environment with otter-grader; left out without it")
    parser.add_argument("--only", choices=sorted(SETUP), help="one kind of pile")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work()
        return
    graders = ["ours", "nbgrader", *(["otter"] if options.otter else [])]
    rows: list[dict[str, object]] = []
    for round_ in range(options.rounds):
        for library in [options.only] if options.only else SETUP:
            for turn in range(len(graders)):
                grader = graders[(turn + round_) % len(graders)]
                rows.append({"pile": "mixed", **measured(grader, library, pile(options.size), options.otter)})
                print(rows[-1], flush=True)
    hanging = [[HANGING, *(answers[0] for answers in list(TASKS.values())[1:])]] * 4
    for grader in graders[:2]:  # Otter has no limit of time, and never comes back
        rows.append({"pile": "hanging", **measured(grader, "numpy", hanging, None)})
        print(rows[-1], flush=True)
    report(rows, options.size)


def report(rows: list[dict[str, object]], size: int) -> None:
    """Print medians, and write the record."""
    medians: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["pile"] == "mixed":
            medians.setdefault(str(row["library"]), {})
    for library, found in medians.items():
        for grader in ("ours", "nbgrader", "otter"):
            seconds = [
                float(str(row["seconds"]))
                for row in rows
                if (row["pile"], row["grader"], row["library"]) == ("mixed", grader, library)
            ]
            if seconds:
                found[grader] = statistics.median(seconds) / size
        for grader, seconds in found.items():
            print(f"{library}: {grader} {seconds:.2f} s a submission, {seconds / found['ours']:.1f} x ours")
    provenance = {
        "size": size,
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
        **{name: version(name) for name in ("nbgrader", "nbval", "torch", "ipykernel")},
    }
    RECORD.write_text(json.dumps({"provenance": provenance, "medians": medians, "runs": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
