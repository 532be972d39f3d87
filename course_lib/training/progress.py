"""A progress bar, by Rich, which draws in a terminal and in a notebook alike."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[], None]
Report = Callable[[Mapping[str, float]], None]


@contextmanager
def progress_bar(total: int, show: bool, label: str = "training", done: int = 0) -> Iterator[tuple[Advance, Report]]:
    """Yield two functions: one moves the bar on by one, one writes figures beside it.

    They do nothing where `show` is false. The bar begins at `done`.
    """
    if not show:
        yield lambda: None, lambda figures: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        task = bar.add_task(label, total=total, completed=done)

        def report(figures: Mapping[str, float]) -> None:
            shown = {name.replace("_", " "): figures[name] for name in ("train_loss", "valid_accuracy")}
            figured = ", ".join(f"{name} {value:.3f}" for name, value in shown.items() if value == value)
            bar.update(task, description=f"{label}: {figured}")

        yield lambda: bar.advance(task), report
        bar.refresh()  # in a notebook, Rich ends with what it drew last, which may be a step behind
