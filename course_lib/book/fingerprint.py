"""What an executed chapter depends on besides its own text, as one short string.

jupyter-cache keys an executed chapter by its code alone, so that a mended trainer would leave yesterday's figures in
the book. Kept with the chapter, this fingerprint tells when it has to be executed again.
"""

from __future__ import annotations

import ast
import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

import course_lib
from course_lib.book.imports import imported_files

LIBRARY = Path(course_lib.__file__).parent

PACKAGES = ("matplotlib", "numpy", "pandas", "torch")
"""The packages whose release can change a number or a figure."""

RECORDS = "evidence"
"""A chapter that imports this part of ``course_lib`` reads the records in the folder of that name beside it."""


def fingerprint(code: str, folder: Path, library: Path = LIBRARY) -> str:
    """Return 16 hexadecimal digits that change when a figure of a chapter may change.

    Parameters
    ----------
    code
        The chapter's code.
    folder
        Where the chapter lies, and under it the records of evidence.
    library
        The folder of ``course_lib``.

    Returns
    -------
    str
        The start of a SHA-256 over what the chapter imports of ``course_lib``, directly or not, with the data beside
        it; over the records, where it reads them; Python's version and those of `PACKAGES`. Comments and docstrings do
        not count.

    Examples
    --------
    >>> code = "from course_lib.schedules import Constant"
    >>> len(fingerprint(code, Path()))
    16
    >>> fingerprint(code, Path()) == fingerprint("import numpy", Path())
    False
    """
    digest = hashlib.sha256()
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    digest.update(f"python {platform.python_version()}\n".encode())
    files = {path.relative_to(library).as_posix(): path for path in imported_files(code, library)}
    if any(name.startswith(f"{RECORDS}/") for name in files):
        records = (path for path in (folder / RECORDS).rglob("*") if path.is_file())
        files |= {path.relative_to(folder).as_posix(): path for path in records}
    for name, path in sorted(files.items()):
        content = _program(path.read_bytes()) if path.suffix == ".py" else path.read_bytes()
        # The length keeps a byte that moves from one file into the next from going unseen.
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


@cache  # the chapters import much the same
def _program(source: bytes) -> bytes:
    """What Python makes of a source, without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
            ast.get_docstring(node, clean=False) is not None
        ):
            node.body[0] = ast.Pass()
    return ast.dump(tree).encode()
