import ast
import io
import json
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from course_lib.assignments import cells
from course_lib.assignments.answers import answers_on_file, solved
from course_lib.assignments.catalogue import REPOSITORY, assignments, find
from course_lib.assignments.notebooks import read
from course_lib.assignments.publish import MARKER, NotOursError, publish
from course_lib.assignments.release import ReleaseError
from course_lib.assignments.solution import read_solution, solution_lines
from course_lib.assignments.starter import MissingPinError, requirements
from course_lib.book.notebook import notebook_path
from course_lib.evidence import judge, read_claims
from course_lib.grading.gradescope.package import package
from tests.assignments.notebooks import save

DEPENDENCIES = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["dependencies"]
SHORTEST_TELLING_LINE = 12  # `else:` or `return` tells nobody anything


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The repository as it is, with the versions installed here for its constraints."""
    root = tmp_path_factory.mktemp("repository")
    for path in REPOSITORY.iterdir():
        if not path.name.startswith((".", "_build", "constraints.txt")):
            (root / path.name).symlink_to(path)
    names = [re.split(r"[^\w.-]", dependency)[0] for dependency in DEPENDENCIES]
    (root / "constraints.txt").write_text("".join(f"{name}=={version(name)}\n" for name in names))
    return root


@pytest.fixture(scope="module")
def published(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    publish(folder, repository)
    return folder


def test_a_release_that_is_not_what_the_solution_gives_is_not_handed_out(repository, tmp_path):
    root = tmp_path / "repository"
    release = root / "assignments" / "annealing" / "annealing.ipynb"
    release.parent.mkdir(parents=True)
    for path in repository.iterdir():
        if path.name != "assignments":
            (root / path.name).symlink_to(path)

    def refused(words, kind=ReleaseError):
        with pytest.raises(kind, match=words):
            publish(tmp_path / "students", root)
        with pytest.raises(kind, match=words):
            package("annealing", tmp_path / "autograder.zip", root=root)
        assert not (tmp_path / "students").exists()

    refused("'annealing' was not released yet: course release annealing", FileNotFoundError)
    release.write_bytes(b"\xff")
    refused("is not a notebook; `course release annealing` writes it afresh")
    worked_in = read(find("annealing").release)
    answer = next(cell for cell in worked_in.cells if cells.is_answer(cell) and not cells.is_written(cell))
    answer.source = answer.source.replace("raise NotImplementedError()", "return 1.0")
    assert "# YOUR CODE HERE" in answer.source
    save(release, worked_in)
    refused(f"its cell '{answer.id}' is not what the solution gives")
    more = read(find("annealing").release)
    more.cells.append(more.cells[0] | {"id": "mine"})
    save(release, more)
    refused("its cell 'mine' is not what the solution gives")


def test_a_gitignore_of_ones_own_stays(repository, tmp_path):
    publish(tmp_path / "students", repository)
    (tmp_path / "students" / ".gitignore").write_text("mine/\n")
    publish(tmp_path / "students", repository)
    assert ".venv/" in (tmp_path / "students" / ".gitignore").read_text(), "ours is renewed"
    marker = tmp_path / "students" / MARKER
    marker.write_text(marker.read_text().replace(".gitignore\n", ""))
    (tmp_path / "students" / ".gitignore").write_text("mine/\n")
    publish(tmp_path / "students", repository)
    assert (tmp_path / "students" / ".gitignore").read_text() == "mine/\n"


def test_what_a_students_tree_makes_is_not_committed_with_it(published):
    ignored = (published / ".gitignore").read_text().split()
    assert {".venv/", "_build/"} <= set(ignored)
    assert (published / MARKER).name not in ignored


def contents(name, data):
    """Every file, those inside zips and wheels too, by name."""
    if name.endswith((".zip", ".whl")):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from contents(f"{name}/{inner}", archive.read(inner))
    else:
        yield name, data


@pytest.fixture(scope="module")
def everything(published):
    files = [path for path in published.rglob("*") if path.is_file()]
    return dict(item for path in files for item in contents(path.relative_to(published).as_posix(), path.read_bytes()))


def secrets():
    """The lines of solutions, of answers on file and of hidden tests that a student has not been given anyway."""
    for found in assignments().values():
        given = {line.strip() for cell in read(found.release).cells for line in cell.source.splitlines()}
        hidden = found.hidden_tests.read_text()
        kept = [
            line
            for cell in cells.answers(read_solution(found.solution)).values()
            for line in solution_lines(cell.source)
        ]
        kept += [
            line.strip()
            for answer in answers_on_file(found)
            for code in answer.cells.values()
            for line in code.splitlines()
            if not line.startswith(("import ", "from "))
        ]
        kept += [node.name for node in ast.parse(hidden).body if isinstance(node, ast.FunctionDef)]
        kept += [line.strip() for line in hidden.splitlines() if not line.startswith(("import ", "from "))]
        yield from (line for line in kept if len(line) >= SHORTEST_TELLING_LINE and line not in given)


def test_no_line_of_a_solution_an_answer_on_file_or_a_hidden_test_is_published(everything):
    lines = set(secrets())
    assert "return lr * factor**drops" in lines
    assert "test_step_decay_starts_at_lr" in lines
    assert [(line, name) for name, data in everything.items() for line in lines if line.encode() in data] == []


def test_nothing_of_the_instructors_is_published(everything):
    names = list(everything)
    assert not [
        name
        for name in names
        if re.search(r"grading|hidden|solution|answers|release\.py|publish|tests/", name) and name != MARKER
    ]
    assert not [
        name
        for name, data in everything.items()
        if b"course_lib.grading import" in data and not name.endswith(("cli.py", "doctor.py"))
    ]
    assert "nbgrader>=" not in everything["pyproject.toml"].decode()
    assert "grading" not in everything["pyproject.toml"].decode() + everything["environment.yml"].decode()


def test_students_get_the_book_the_assignments_the_library_and_the_starter_pack(everything):
    wheel = next(name for name in everything if "course_lib/released/annealing.ipynb" in name and ".whl/" in name)
    release = find("annealing").release.read_bytes()
    for name in ("assignments/annealing/annealing.ipynb", "starter-pack.zip/starter-pack/annealing.ipynb", wheel):
        assert everything[name] == release
    for name in (
        "README.md",
        "LICENSE",
        "_toc.yml",
        "_config.yml",
        "book/03-annealing.md",
        "course_lib/data/fashion-mini.npz",
    ):
        assert name in everything
    assert {"START-HERE.md", "requirements.txt"} <= {
        name.split("/")[-1] for name in everything if "starter-pack.zip" in name
    }
    assert b"{" not in everything["README.md"] + everything["starter-pack.zip/starter-pack/START-HERE.md"]


def test_the_chapters_are_published_as_the_notebooks_that_the_pages_link_to(everything):
    for page in ("book/02-calibration", "book/03-annealing"):
        notebook = json.loads(everything[notebook_path(page)])
        assert notebook["cells"]
        assert not any(cell.get("outputs") for cell in notebook["cells"])
    links = re.findall(r"\]\((\.\./[^)#]+)\)", everything[notebook_path("book/02-calibration")].decode())
    assert links
    assert {link.removeprefix("../") for link in links} <= everything.keys()


def test_the_students_pyproject_installs_the_same_package(everything):
    ours, theirs = (
        tomllib.loads(text)["project"]
        for text in ((REPOSITORY / "pyproject.toml").read_text(), everything["pyproject.toml"].decode())
    )
    assert theirs["dependencies"] == ours["dependencies"]
    assert theirs["scripts"] == ours["scripts"]
    assert theirs["optional-dependencies"] == {"book": ours["optional-dependencies"]["book"]}


def test_publishing_again_gives_the_same_files_and_takes_away_what_is_gone(published, repository, tmp_path):
    folder = tmp_path / "again"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config").write_text("theirs")
    publish(folder, repository)
    (folder / "notes.txt").write_text("the instructor's own")
    with (folder / MARKER).open("a") as marker:
        marker.write("assignments/old.ipynb\n../outside\n")
    (folder / "assignments" / "old.ipynb").touch()
    (tmp_path / "outside").touch()
    publish(folder, repository)
    assert not (folder / "assignments" / "old.ipynb").exists()
    assert (folder / "notes.txt").exists()
    assert (tmp_path / "outside").exists()
    assert (folder / ".git" / "config").read_text() == "theirs"
    assert (folder / "starter-pack.zip").read_bytes() == (published / "starter-pack.zip").read_bytes()


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path, repository):
    (tmp_path / "thesis.txt").write_text("work")
    with pytest.raises(NotOursError, match=r"did not write, such as thesis\.txt; name an empty folder"):
        publish(tmp_path, repository)
    with pytest.raises(NotOursError, match="is a file"):
        publish(tmp_path / "thesis.txt", repository)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_dependency_without_a_pin_is_named():
    assert requirements(["a_b>=1"], "A-B==1.5\nc==2", "x.whl").splitlines() == [
        "./x.whl",
        "A-B==1.5",
        "jupyterlab>=4.2",
    ]
    with pytest.raises(MissingPinError, match="pins no version of numpy"):
        requirements(["numpy>=2"], "numpydoc==1.0", "x.whl")


@pytest.fixture(scope="module")
def unpacked(published, tmp_path_factory):
    """The starter pack, and an environment that has its wheel."""
    tmp_path = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(published / "starter-pack.zip") as archive:
        archive.extractall(tmp_path)
    pack, environment = tmp_path / "starter-pack", tmp_path / "environment"
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True, check=True
    )
    # The dependencies are those installed here: a test downloads nothing. A .pth in a folder that a .pth names is not
    # read, so the repository's own course_lib stays out of sight.
    folders = [path for path in sys.path if path.endswith("-packages")]
    Path(site.stdout.strip(), "dependencies.pth").write_text("\n".join(folders), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", *pack.glob("*.whl")], check=True)
    return pack, environment


@pytest.mark.slow
def test_the_starter_pack_checks_a_notebook_in_an_environment_of_its_own(unpacked):
    pack, environment = unpacked

    def course(*arguments):
        return subprocess.run(
            [environment / "bin" / "course", *arguments], cwd=pack, capture_output=True, text=True, check=False
        )

    assert "grade" not in course("--help").stdout
    unanswered = course("check", "annealing.ipynb")
    assert unanswered.returncode == 1, unanswered.stderr
    assert "0 of 6 checks passed" in unanswered.stdout
    save(pack / "mine.ipynb", solved(find("annealing")))
    answered = course("check", "mine.ipynb")
    assert answered.returncode == 0, answered.stdout + answered.stderr
    assert "6 of 6 checks passed" in answered.stdout


@pytest.mark.slow
def test_the_students_library_brings_the_records_that_the_chapters_read_when_they_are_run_elsewhere(unpacked):
    pack, environment = unpacked
    code = "import json; from course_lib.evidence import judge, read_claims; claims = read_claims().values(); "
    code += "print(json.dumps({claim.id: judge(claim).words for claim in claims}))"
    said = subprocess.run(
        [environment / "bin" / "python", "-c", code], cwd=pack, capture_output=True, text=True, check=True
    )
    assert json.loads(said.stdout) == {claim.id: judge(claim).words for claim in read_claims().values()}
