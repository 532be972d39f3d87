"""What the executed chapters depend on besides their own text, as one short string.

jupyter-cache keys an executed chapter by its code alone, so that a mended trainer would leave yesterday's figures in
the book. Keeping the cache in a folder named for this fingerprint makes a change in the library execute the chapters
again.
"""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

import course_lib

LIBRARY = Path(course_lib.__file__).parent

NOT_FOR_CHAPTERS = frozenset({"assignments", "book", "cli.py", "commands", "doctor.py", "grading", "terminal.py"})
"""The parts of ``course_lib`` that no chapter imports: a change in them changes no figure."""

PACKAGES = ("matplotlib", "numpy", "pandas", "torch")
"""The packages whose release can change a number or a figure."""


def fingerprint(library: Path = LIBRARY) -> str:
    """Return 16 hexadecimal digits that change when a figure of the book may change.

    Parameters
    ----------
    library
        The folder of ``course_lib``: its code and data count, but for what no chapter imports (`NOT_FOR_CHAPTERS`).

    Returns
    -------
    str
        The start of a SHA-256 over the files' names and contents, Python's version and those of `PACKAGES`.

    Examples
    --------
    >>> len(fingerprint())
    16
    >>> fingerprint() == fingerprint()
    True
    """
    digest = hashlib.sha256()
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    digest.update(f"python {platform.python_version()}\n".encode())
    for path in sorted(library.rglob("*")):
        inside = path.relative_to(library)
        if path.is_file() and inside.parts[0] not in NOT_FOR_CHAPTERS and "__pycache__" not in inside.parts:
            # The length keeps a byte that moves from one file into the next from going unseen.
            digest.update(f"{inside.as_posix()} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder(build_folder: Path) -> Path:
    """Return the folder of `build_folder` where the chapters executed with the present library are kept.

    Examples
    --------
    >>> cache_folder(Path("_build")).parent.as_posix()
    '_build/.jupyter_cache'
    """
    return build_folder / ".jupyter_cache" / fingerprint()
