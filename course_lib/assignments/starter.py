"""The starter pack: what a student needs who has only Python and pip."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

TEMPLATES = Path(__file__).parent / "templates"
EDITOR = "jupyterlab>=4.2"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier date; a fixed one gives the same bytes each time


class MissingPinError(ValueError):
    """A dependency that constraints.txt does not pin."""


def fill(template: str, names: list[str]) -> str:
    """A page of `templates/` with the assignments' names put in."""
    files = ", ".join(f"`{name}.ipynb`" for name in names)
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    return text.replace("{assignments}", files).replace("{example}", f"{names[0]}.ipynb")


def requirements(dependencies: list[str], constraints: str, wheel: str) -> str:
    r"""What a student installs: our wheel, its direct dependencies at the pinned versions, and an editor.

    Raises
    ------
    MissingPinError
        When `constraints` has no version for one of the dependencies.

    Examples
    --------
    >>> print(requirements(["numpy>=2.0"], "numpy==2.4.0\npillow==12.0.0", "training_dynamics-1.0-py3-none-any.whl"))
    ./training_dynamics-1.0-py3-none-any.whl
    numpy==2.4.0
    jupyterlab>=4.2
    <BLANKLINE>
    """
    pins = {
        _canonical(match[1]): match[0] for match in re.finditer(r"^([\w.-]+)==[\w.!+-]+", constraints, re.MULTILINE)
    }
    lines = [f"./{wheel}"]
    for dependency in dependencies:
        name = re.split(r"[^\w.-]", dependency, maxsplit=1)[0]
        if _canonical(name) not in pins:
            raise MissingPinError(f"constraints.txt pins no version of {name}, which pyproject.toml depends on")
        lines.append(pins[_canonical(name)])
    return "\n".join([*lines, EDITOR, ""])


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def build_wheel(tree: Path, target: Path) -> Path:
    """Build the wheel of the students' `course_lib` from their tree into the folder `target`."""
    (wheel,) = WheelBuilder(str(tree)).build(directory=str(target), versions=["standard"])
    return Path(wheel)


def pack(files: dict[str, bytes], target: Path) -> None:
    """Write files into a zip that is the same, byte for byte, whenever they are."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"starter-pack/{name}", _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
