"""Which files of a package code comes to use: those it imports, those that they import, and the data beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def imported_files(code: str, package: Path) -> set[Path]:
    """The files of a package that code depends on.

    Parameters
    ----------
    code
        Python, in which lines that are none (IPython's own commands) are passed over.
    package
        The package's folder; it is imported by that folder's name, and absolutely.

    Returns
    -------
    set of Path
        The modules imported, wherever in the code, with all that these import in their turn; and of each folder with
        such a module, whatever lies there that is not Python.

    Examples
    --------
    >>> import course_lib
    >>> files = imported_files("from course_lib.schedules import Constant", Path(course_lib.__file__).parent)
    >>> sorted(path.name for path in files if path.parent.name == "course_lib")
    ['__init__.py']
    """
    found: set[Path] = set()
    waiting = list(_modules(_tree(code), package))
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _modules_of(path.read_bytes(), package)
    beside = {
        other for folder in {path.parent for path in found} for other in folder.iterdir() if other.suffix not in _PYTHON
    }
    return found | {path for path in beside if path.is_file()}


_PYTHON = {".py", ".pyc"}


def _tree(code: str) -> ast.Module:
    lines = ["" if line.startswith(("%", "!")) else line for line in code.splitlines()]
    return ast.parse("\n".join(lines))


@cache  # the chapters import much the same
def _modules_of(source: bytes, package: Path) -> tuple[Path, ...]:
    return tuple(_modules(ast.parse(source), package))


def _modules(tree: ast.Module, package: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # What is imported from a package may be one of its modules.
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield from _files(name.split("."), package)


def _files(parts: list[str], package: Path) -> Iterator[Path]:
    """The modules that are run to import a dotted name: the packages that it lies in, and itself where it is one."""
    if parts[0] != package.name:
        return
    for count in range(1, len(parts) + 1):
        path = package.joinpath(*parts[1:count])
        for module in (path / "__init__.py", path.with_suffix(".py")):
            if module.is_file():
                yield module
