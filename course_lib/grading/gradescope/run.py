"""Grading the submission in a Gradescope container: ``python -m course_lib.grading.gradescope.run /autograder``.

The folder holds ``source`` (what `package` wrote), ``submission`` and ``results``.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from course_lib.assignments.merge import MAX_BYTES
from course_lib.grading.examination.examine import Graded, Task, examine
from course_lib.grading.gradebook.exports.gradescope import results, without_score
from course_lib.grading.isolation import tiers
from course_lib.grading.isolation.warm import WarmParent
from course_lib.grading.pile.reporting import write_whole

FAILED = "The autograder itself failed, which is no fault of yours. Tell your instructor; your notebook is kept."


class NoSubmission(ValueError):  # noqa: N818 - named for what is not there
    """Not one notebook that could be meant; the message says what was handed in, for the student."""


def run(folder: Path) -> int:
    """Grade the submission and write ``results/results.json``, whatever happens.

    Parameters
    ----------
    folder
        Gradescope's ``/autograder``.

    Returns
    -------
    int
        An exit status: 0, or 1 when the autograder itself failed. Its words for the instructor are printed, which
        Gradescope shows to no student.
    """
    target = folder / "results" / "results.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    # First the worst case: it stands if the container is stopped before there is anything better.
    write_whole(target, json.dumps(without_score(FAILED)))
    try:
        found = _graded(folder)
    except NoSubmission as error:
        found = without_score(str(error))
    except Exception:
        traceback.print_exc(file=sys.stdout)
        return 1
    write_whole(target, json.dumps(found, indent=1))
    return 0


def find(folder: Path, assignment: str) -> Path:
    """The notebook that was handed in.

    Parameters
    ----------
    folder
        What the student uploaded, searched with its folders but for hidden ones.
    assignment
        Where there are several, the one with this name is meant.

    Raises
    ------
    NoSubmission
        When there is none, or several and none of that name.
    """
    notebooks = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in path.parts)
    ]
    named = [path for path in notebooks if path.name == f"{assignment}.ipynb"]
    for candidates in (notebooks, named):
        if len(candidates) == 1:
            return candidates[0]
    if not notebooks:
        raise NoSubmission(f"There is no notebook in your submission: hand in {assignment}.ipynb.")
    names = ", ".join(str(path.relative_to(folder)) for path in notebooks[:5])
    raise NoSubmission(f"There are several notebooks in your submission ({names}): hand in {assignment}.ipynb alone.")


def _graded(folder: Path) -> dict[str, Any]:
    source = folder / "source"
    settings = json.loads((source / "settings.json").read_text(encoding="utf-8"))
    tier = tiers.require(unsafe=settings["unsafe"])
    print(f"sandbox: {tier.words}")
    name = settings["assignment"]
    task = Task(
        "submission",
        _bytes(find(folder / "submission", name)),
        (source / "assignment" / f"{name}.ipynb").read_text(encoding="utf-8"),
        (source / "assignment" / "hidden_tests.py").read_text(encoding="utf-8"),
    )
    with WarmParent(tier=tier) as parent:
        graded = examine(task, parent.handle)
    print(f"status: {graded.status}")
    found = results(graded)
    found["output"] = "\n\n".join(filter(None, [tiers.warning(tier), _words(graded), found["output"]]))
    found["extra_data"] = {"assignment": name, "status": graded.status, "sandbox": tier.name}
    return found


def _words(graded: Graded) -> str:
    wrong = [check.check for check in graded.checks if check.outcome != "passed"]
    return f"Visible checks that do not pass: {', '.join(wrong)}." if wrong else ""


def _bytes(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        return file.read(MAX_BYTES + 1)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
