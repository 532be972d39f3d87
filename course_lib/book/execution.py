"""Executing chapters, several at once, each in a kernel of its own, and keeping what they showed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ipykernel.kernelspec import get_kernel_dict
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_lib.book.chapters import Chapter
from course_lib.book.errors import BookError
from course_lib.book.figures import draw_both, keep_the_smaller
from course_lib.book.fingerprint import fingerprint

CELL_SECONDS = 600
"""How long one cell may run."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def cache_folder(build_folder: Path) -> Path:
    """Return the folder of `build_folder` where the executed chapters are kept.

    Examples
    --------
    >>> cache_folder(Path("_build")).as_posix()
    '_build/.jupyter_cache'
    """
    return build_folder / ".jupyter_cache"


@dataclass(frozen=True)
class Execution:
    """When a chapter was executed, and how long that took, in seconds."""

    when: datetime
    seconds: float


class ThisPython(AsyncKernelManager):
    """Starts kernels of the Python that builds, whatever a user's own Jupyter folder calls ``python3``."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The specification that ipykernel would install for this Python, without its warnings about a local socket."""
        return KernelSpec(**get_kernel_dict(extra_arguments=["--log-level=ERROR"]))


def forget_stale(chapters: Iterable[Chapter], cache_folder: Path) -> None:
    """Remove from the cache what chapters showed before something that they import, or a record, was changed."""
    cache = get_cache(str(cache_folder))
    for chapter in chapters:
        try:
            record = cache.match_cache_notebook(chapter.notebook)
        except KeyError:
            continue
        if record.data.get("fingerprint") != _fingerprint(chapter):
            cache.remove_cache(record.pk)


def execute(
    chapters: Sequence[Chapter], cache_folder: Path, workers: int, report: Callable[[str], None] = print
) -> dict[str, Execution]:
    """Execute the chapters that the cache does not hold as they would be now.

    Parameters
    ----------
    chapters
        The chapters, whose notebooks receive their outputs.
    cache_folder
        The jupyter-cache that keeps the outputs; a chapter found there is not executed.
    workers
        How many chapters to execute at once.
    report
        Receives a line as each chapter ends.

    Returns
    -------
    dict of str to Execution
        Of each chapter, by its name, the last execution.

    Raises
    ------
    BookError
        If a chapter raises; it names chapter, cell and error of each. The other chapters are executed and kept.
    """
    forget_stale(chapters, cache_folder)
    cache = get_cache(str(cache_folder))
    executions: dict[str, Execution] = {}
    waiting = []
    for chapter in chapters:
        try:
            record = cache.match_cache_notebook(chapter.notebook)
        except KeyError:
            waiting.append(chapter)
        else:
            known = Execution(datetime.fromisoformat(record.data["executed"]), record.data["execution_seconds"])
            executions[chapter.name] = known
            report(f"  {chapter.name}: unchanged ({known.seconds:.1f} s when it was executed)")
    failures = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        running = {pool.submit(_execute_one, chapter, cache_folder.parent): chapter for chapter in waiting}
        for future in as_completed(running):
            chapter = running[future]
            try:
                seconds = future.result()
            except BookError as error:
                failures.append(str(error))
                report(f"  {chapter.name}: FAILED")
                continue
            now = datetime.now(UTC)
            data = {
                "execution_seconds": seconds,
                "executed": now.isoformat(),
                "fingerprint": _fingerprint(chapter),
            }
            bundle = CacheBundleIn(chapter.notebook, str(chapter.path), data=data)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            executions[chapter.name] = Execution(now, seconds)
            report(f"  {chapter.name}: executed in {seconds:.1f} s")
    if failures:
        raise BookError("\n\n".join(failures))
    return executions


def _fingerprint(chapter: Chapter) -> str:
    code = "\n".join(cell.source for cell in chapter.notebook.cells if cell.cell_type == "code")
    return fingerprint(code, chapter.path.parent)


def _execute_one(chapter: Chapter, settings: Path) -> float:
    """Execute a chapter in the folder it lies in; return the seconds it took."""
    ipython = settings / "ipython"
    draw_both(ipython)
    environment = {
        **os.environ,
        "COURSE_BOOK": "1",  # an explorer draws itself for the page instead of for Jupyter
        "IPYTHONDIR": str(ipython),  # or a user's own start-up files would run in each chapter
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # Chapters stand side by side already, and a number must not depend on how many cores have shared the work.
        "OMP_NUM_THREADS": "1",
        "LOKY_MAX_CPU_COUNT": "1",
    }
    client = NotebookClient(
        chapter.notebook,
        timeout=CELL_SECONDS,
        record_timing=False,  # timings would lie in the cells' metadata, which is part of the cache's key
        kernel_manager_class=ThisPython,
        resources={"metadata": {"path": str(chapter.path.parent)}},
    )
    start = time.perf_counter()
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        raise BookError(_failure(chapter, f"{error.ename}: {error.evalue}")) from error
    except CellTimeoutError as error:
        raise BookError(_failure(chapter, f"the cell ran for more than {CELL_SECONDS} s")) from error
    except DeadKernelError as error:
        raise BookError(_failure(chapter, "the kernel died (out of memory?)")) from error
    keep_the_smaller(chapter.notebook)
    return time.perf_counter() - start


def _failure(chapter: Chapter, what: str) -> str:
    """Say which cell of the chapter failed, where it stands, what it says and what went wrong."""
    cells = chapter.notebook.cells
    code = [index for index, cell in enumerate(cells) if cell.cell_type == "code" and cell.source.strip()]
    raised = [index for index in code if any(output.output_type == "error" for output in cells[index].outputs)]
    # A cell that hangs or kills its kernel leaves no error behind: it is the last that was started.
    started = [index for index in code if cells[index].get("execution_count") is not None]
    failed = (raised or started or code)[-1]
    where = f"{chapter.path}, code cell {code.index(failed) + 1} (line {chapter.line(failed)}):"
    source = "\n".join(f"    {line}" for line in cells[failed].source.splitlines())
    return f"{where}\n{source}\n  {_COLOURS.sub('', what)}"
