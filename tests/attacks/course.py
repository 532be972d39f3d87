"""The `course` command, for an assignment of its own and with other limits.

``python -m tests.attacks.course SETTINGS ...``, where SETTINGS is the JSON of
``{"release": PATH, "hidden_tests": PATH, "limits": {...}}`` and the rest is the command's own.
"""

import json
import sys
from dataclasses import fields
from pathlib import Path

from course_lib import cli
from course_lib.assignments import catalogue
from course_lib.grading.isolation.limits import Limits


def main() -> None:
    settings, sys.argv[1:] = json.loads(sys.argv[1]), sys.argv[2:]
    release, hidden_tests = Path(settings["release"]), Path(settings["hidden_tests"])
    catalogue.in_package = lambda package: {"tiny": catalogue.Assignment("tiny", release, hidden_tests=hidden_tests)}
    changed = {field.name: field.default for field in fields(Limits)} | settings["limits"]
    Limits.__init__.__defaults__ = tuple(changed.values())
    cli.app()


if __name__ == "__main__":
    main()
