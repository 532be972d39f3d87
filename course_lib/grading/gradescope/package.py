"""The archive that an instructor uploads to Gradescope for an assignment."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

from course_lib.assignments.catalogue import REPOSITORY, find
from course_lib.assignments.release import require_untouched
from course_lib.assignments.starter import build_wheel

TEMPLATES = Path(__file__).parent / "templates"
_PROGRAMS = ("setup.sh", "run_autograder")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier date; a fixed one gives the same bytes each time


def package(assignment: str, out: Path, *, unsafe: bool = False, root: Path = REPOSITORY) -> Path:
    """Write the archive: set-up, autograder, the course's wheel, the released notebook and the hidden tests.

    Parameters
    ----------
    assignment
        Its name.
    out
        The zip to write; what was there is replaced.
    unsafe
        Grade also where the container allows no sandbox; every result then says so.
    root
        The instructor's repository.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    UnknownAssignment
        When there is no such assignment.
    ReleaseError
        When its released notebook is not what the solution gives.
    FileNotFoundError
        When it has no hidden tests, was not released, or `out` lies in a folder that does not exist.
    """
    found = find(assignment, root)
    if found.hidden_tests is None or not found.hidden_tests.is_file():
        raise FileNotFoundError(f"{assignment!r} has no hidden tests here: grading needs the instructor's repository")
    require_untouched(found)
    if not out.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.absolute().parent} to write {out.name} in")
    files = {name: (TEMPLATES / name).read_bytes() for name in _PROGRAMS}
    files[f"assignment/{assignment}.ipynb"] = found.release.read_bytes()
    files["assignment/hidden_tests.py"] = found.hidden_tests.read_bytes()
    files["settings.json"] = json.dumps({"assignment": assignment, "unsafe": unsafe}).encode()
    files["constraints.txt"] = (root / "constraints.txt").read_bytes()
    with tempfile.TemporaryDirectory(prefix="course-gradescope-") as folder:
        wheel = build_wheel(root, Path(folder))
        files[wheel.name] = wheel.read_bytes()
        files["requirements.txt"] = f"./{wheel.name}[grading]\n".encode()
        draft = Path(folder, "autograder.zip")
        _pack(files, draft)
        out.write_bytes(draft.read_bytes())
    return out


def _pack(files: dict[str, bytes], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in _PROGRAMS else 0o644) << 16
            archive.writestr(entry, files[name])
