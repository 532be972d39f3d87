"""Things to play with in a page: sliders that redraw a schedule, a path, a mask, with no kernel and no network.

Each is the last expression of a cell. In Jupyter it is a live widget, where ``anywidget`` is installed; in the rendered
book, and where it is not, it is plain HTML that brings its own script.
"""

from course_lib.explorers.adaptive_steps import AdaptiveSteps
from course_lib.explorers.descent import DescentOnAValley
from course_lib.explorers.dropout import DropoutMasks
from course_lib.explorers.range_reader import RangeTestReader
from course_lib.explorers.schedule_composer import ScheduleComposer

__all__ = [
    "AdaptiveSteps",
    "DescentOnAValley",
    "DropoutMasks",
    "RangeTestReader",
    "ScheduleComposer",
]
