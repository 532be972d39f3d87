"""Exporting what students may have: without solutions, hidden tests, answers on file, grading and history."""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from pathlib import Path, PurePosixPath

from course_lib.assignments.catalogue import REPOSITORY, in_repository
from course_lib.assignments.release import require_untouched
from course_lib.assignments.starter import build_wheel, fill, pack, requirements
from course_lib.book.notebook import FOLDER, export

MARKER = ".published-by-course"
STARTER_PACK = "starter-pack.zip"

# What is in course_lib for the instructor alone, as folders and files under it.
INSTRUCTORS = (
    "grading",
    "assignments/answers.py",
    "assignments/publish.py",
    "assignments/release.py",
    "assignments/rubric.py",
    "assignments/samples.py",
    "assignments/solution.py",
    "assignments/starter.py",
    "assignments/templates",
    "commands",
)
_AS_THEY_ARE = ("_config.yml", "_toc.yml", "LICENSE", "constraints.txt")
_NEVER = re.compile(r"(^|/)(\.|_build(/|$)|__pycache__(/|$))|\.pyc$")


class NotOursError(ValueError):
    """The folder has files that `publish` did not write, and it overwrites nobody's work."""


def publish(folder: Path, root: Path = REPOSITORY) -> dict[Path, str]:
    """Write the students' tree, with the starter pack in it.

    What an earlier publication wrote there is replaced; a ``.git`` folder, and files beside the publication, stay.

    Parameters
    ----------
    folder
        New, empty, or one published before.
    root
        The instructor's repository.

    Returns
    -------
    dict of Path to str
        The main things written, and what each is.

    Raises
    ------
    NotOursError
        When `folder` has something else in it.
    MissingPinError
        When constraints.txt lacks a version that the starter pack needs.
    FileNotFoundError
        When an assignment was not released yet.
    ReleaseError
        When a released notebook is not what its solution gives.
    """
    earlier = _earlier(folder)
    assignments = in_repository(root)
    names = list(assignments)
    for assignment in assignments.values():
        require_untouched(assignment)
    with tempfile.TemporaryDirectory(prefix="course-publish-") as temporary:
        # Assembled apart: what fails leaves the folder as it was, and no .gitignore around it thins out the wheel.
        tree = Path(temporary, "tree")
        _assemble(root, tree, names)
        _add_starter_pack(root, tree, names, Path(temporary))
        files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())
        (tree / MARKER).write_text("\n".join([MARKER, *files, ""]), encoding="utf-8")
        if ".gitignore" not in earlier and (folder / ".gitignore").exists():
            (tree / ".gitignore").unlink()  # somebody's own
        for name in earlier:
            (folder / name).unlink(missing_ok=True)
        shutil.copytree(tree, folder, dirs_exist_ok=True)
    return {
        folder: f"the students' tree, {len(files)} files",
        folder / "assignments": f"the released notebooks: {', '.join(names)}",
        folder / FOLDER: "the chapters as notebooks, which the pages' links to Colab and Binder open",
        folder / STARTER_PACK: "all that a student with Python and pip needs; START-HERE.md inside says how to begin",
    }


def _earlier(folder: Path) -> list[str]:
    """The files that an earlier publication wrote into the folder."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise NotOursError(f"{folder} is a file; name a folder")
    marker = folder / MARKER
    if marker.is_file():
        names = marker.read_text(encoding="utf-8").splitlines()[1:]
        return [
            name for name in names if not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
        ]
    others = sorted(path.name for path in folder.iterdir() if path.name != ".git")
    if others:
        raise NotOursError(
            f"{folder} has files that `course publish` did not write, such as {others[0]}; name an empty folder"
        )
    return []


def _assemble(root: Path, tree: Path, names: list[str]) -> None:
    _copy(root / "book", tree / "book")
    _copy(root / "course_lib", tree / "course_lib", without=INSTRUCTORS)
    for name in _AS_THEY_ARE:
        shutil.copyfile(root / name, tree / name)
    export(root, tree, pages=".md")
    released = tree / "course_lib" / "released"
    released.mkdir()
    for name, assignment in in_repository(root).items():
        target = tree / "assignments" / name
        target.mkdir(parents=True)
        for copy in (target, released):
            shutil.copyfile(assignment.release, copy / assignment.release.name)
    environment = (root / "environment.yml").read_text(encoding="utf-8")
    (tree / "environment.yml").write_text(environment.replace(",grading]", "]"), encoding="utf-8")
    (tree / "README.md").write_text(fill("README.md", names), encoding="utf-8")
    (tree / ".gitignore").write_text(".venv/\n_build/\n.ipynb_checkpoints/\n__pycache__/\n", encoding="utf-8")
    (tree / "pyproject.toml").write_text(_students_pyproject(root), encoding="utf-8")


def _copy(source: Path, target: Path, without: tuple[str, ...] = ()) -> None:
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if (
            path.is_file()
            and not _NEVER.search(name)
            and not any(f"{name}/".startswith(f"{each}/") for each in without)
        ):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / name)


def _students_pyproject(root: Path) -> str:
    with (root / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)
    project, wheel = settings["project"], settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    brought = "".join(f'"{source}" = "{target}"\n' for source, target in wheel["force-include"].items())
    book = project["optional-dependencies"]["book"]
    return f"""[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "{project["name"]}"
version = "{project["version"]}"
description = "{project["description"]}"
readme = "README.md"
requires-python = "{project["requires-python"]}"
license = "{project["license"]}"
license-files = {_toml(project["license-files"])}
dependencies = {_toml(project["dependencies"])}

[project.optional-dependencies]
book = {_toml(book)}

[project.scripts]
course = "{project["scripts"]["course"]}"

[tool.hatch.build.targets.wheel]
packages = {_toml(wheel["packages"])}

[tool.hatch.build.targets.wheel.force-include]
{brought}"""


def _toml(values: list[str]) -> str:
    return "[\n" + "".join(f'    "{value}",\n' for value in values) + "]"


def _add_starter_pack(root: Path, tree: Path, names: list[str], temporary: Path) -> None:
    wheel = build_wheel(tree, temporary / "wheel")
    with (root / "pyproject.toml").open("rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    constraints = (root / "constraints.txt").read_text(encoding="utf-8")
    files = {
        "START-HERE.md": fill("START-HERE.md", names).encode(),
        "LICENSE": (root / "LICENSE").read_bytes(),
        "requirements.txt": requirements(dependencies, constraints, wheel.name).encode(),
        wheel.name: wheel.read_bytes(),
    }
    files |= {f"{name}.ipynb": assignment.release.read_bytes() for name, assignment in in_repository(root).items()}
    pack(files, tree / STARTER_PACK)
