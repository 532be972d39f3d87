"""Explorers in a browser, on a page that has nothing else and reaches nothing else."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from course_lib.explorers import (
    AdaptiveSteps,
    DescentOnAValley,
    DropoutMasks,
    RangeTestReader,
    ScheduleComposer,
)
from course_lib.explorers.explorer import Explorer
from course_lib.schedules import Constant, OneCycle
from course_lib.training.range_curve import read_curves
from tests.browsers import Visit

# The colours of the book, in the dark; the theme of the tests of the whole book is the real one.
PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="{theme}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Explorers</title>
<style>
html[data-theme="dark"] {{ --pst-color-background: #14181e; --pst-color-text-base: #ced6dd }}
body {{ background: var(--pst-color-background, #fff); color: var(--pst-color-text-base, #222); margin: 16px }}
</style>
<main><h1>Explorers</h1>
{explorers}
</main>
</html>
"""


def range_test_reader() -> RangeTestReader:
    rates = np.geomspace(1e-4, 1.0, 120)
    losses = 0.5 + 1.8 / (1 + rates / 0.01) + 3 * (rates / 0.7) ** 2
    test = read_curves(rates, losses[None], 1 - losses[None] / 4)
    return RangeTestReader(test, {0.003: [0.6, 0.62], 0.03: [0.8, 0.78], 0.3: [0.84, 0.86], 1.0: [0.1, 0.4]})


EXPLORERS: list[Explorer] = [
    AdaptiveSteps(),
    DescentOnAValley(),
    DropoutMasks(),
    range_test_reader(),
    ScheduleComposer(OneCycle(0.5, total_steps=60).then(Constant(0.001), at=60), steps=80),
]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open a page with explorers, as a file that asks for nothing else."""
    path = tmp_path / "page.html"
    opened: list[Visit] = []
    with ExitStack() as visits:

        def open_page(*explorers: Explorer, theme: str = "light", width: int = 900, script: bool = True) -> Page:
            html = "\n".join(explorer.html() for explorer in explorers)
            path.write_text(PAGE.format(theme=theme, explorers=html), encoding="utf-8")
            visit = Visit(browser, path.as_uri(), theme, width, java_script_enabled=script)
            opened.append(visit)
            return visits.enter_context(visit).open()

        yield open_page
        assert {url for visit in opened for url in visit.asked} <= {path.as_uri()}
