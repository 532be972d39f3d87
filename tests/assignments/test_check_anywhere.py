"""`course check` is the students': the words of the notebook's own checks, anywhere, from the starter pack alone."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import nbclient
import pytest

from course_lib.assignments import cells
from course_lib.assignments.answers import answers_on_file, notebook_with
from course_lib.assignments.catalogue import find
from course_lib.assignments.check import check
from tests.assignments.notebooks import save

# Modules of Python, and names in them, that Windows or macOS lack.
LINUX_ALONE = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty", "pidfd_open", "pidfd_send_signal"}
LINUX_ALONE |= {"sched_getaffinity", "sched_setaffinity", "fork", "forkserver", "killpg", "setsid", "memfd_create"}
LINUX_ALONE |= {"AF_UNIX", "SIGKILL", "SIGSTOP", "geteuid", "getuid", "O_NOFOLLOW", "O_CLOEXEC", "bwrap", "/proc"}


@pytest.mark.slow
def test_it_gives_the_words_that_the_notebook_gives(tmp_path):
    wrong = next(each for each in answers_on_file(find("annealing")) if each.name == "steps_for_epochs")
    made = notebook_with(wrong, find("annealing"))
    made.cells = [cell for cell in made.cells if not cells.is_experiment(cell)]
    save(tmp_path / "mine.ipynb", made)
    nbclient.NotebookClient(made, timeout=60, kernel_name="python3", allow_errors=True).execute()
    said = {
        name: [output.evalue for output in cell.outputs if output.output_type == "error"]
        for name, cell in cells.checks(made).items()
    }
    assert any(said.values())
    assert {
        result.check: [result.message] * bool(result.message) for result in check(tmp_path / "mine.ipynb").results
    } == said


@pytest.fixture(scope="module")
def modules():
    """The course's own modules that `course check` imports, its nbval plugin among them."""
    program = "import course_lib.cli, course_lib.assignments.check, course_lib.assignments.nbval_records, json, sys\n"
    program += "print(json.dumps({name: module.__file__ for name, module in sys.modules.items()"
    program += " if name.split('.')[0] == 'course_lib'}))"
    # Where there is no room for instructors, as in the starter pack, the command does without it.
    hidden = "import importlib.util\nfind = importlib.util.find_spec\n"
    hidden += "importlib.util.find_spec = lambda name, *rest: None if 'grading' in name else find(name, *rest)\n"
    said = subprocess.run(
        [sys.executable, "-c", hidden + program], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(said.stdout)


@pytest.mark.slow
def test_it_imports_nothing_that_only_instructors_have(modules):
    assert set(modules) >= {"course_lib.assignments.check", "course_lib.assignments.visible"}
    assert [name for name in modules if name.startswith(("course_lib.grading", "course_lib.commands"))] == []


@pytest.mark.slow
def test_it_uses_nothing_that_only_linux_has(modules):
    used = {name: words(Path(path)) & LINUX_ALONE for name, path in modules.items()}
    assert {name: found for name, found in used.items() if found} == {}


@pytest.mark.parametrize("code", ["import fcntl", "from os import fork", "os.pidfd_open(1)", "open('/proc')"])
def test_what_only_linux_has_would_be_seen(code, tmp_path):
    (tmp_path / "module.py").write_text(code)
    assert words(tmp_path / "module.py") & LINUX_ALONE


def words(path):
    """The names, attributes, imported modules and literal texts of a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) | ast.Constant(value=str(name)):
                found.add(name)
            case ast.ImportFrom(module=str(name)):
                found.add(name)
    return found
