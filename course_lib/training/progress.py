"""A progress bar, by Rich, which draws in a terminal and in a notebook alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress_bar(total: int, show: bool, label: str = "training") -> Iterator[Callable[[], None]]:
    """Yield a function that moves the bar on by one; it does nothing where `show` is false."""
    if not show:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)
