"""From a folder of submissions to scores and feedback: each in a sandboxed kernel, examined by hidden tests outside it.

`grade` does a whole folder. `points` marks a hidden test, which compares with `assert_close`, `assert_same`,
`assert_shape` and `assert_that`. `sandbox.describe` says which isolation this machine offers.
This part of `course_lib` is the instructor's alone and is never published.
"""

from course_lib.grading.examination.comparing import Mismatch, assert_close, assert_same, assert_shape, assert_that
from course_lib.grading.examination.hidden import BadHiddenTests
from course_lib.grading.examination.marker import points
from course_lib.grading.examination.outcomes import StudentError
from course_lib.grading.isolation.sandbox import NoSandbox
from course_lib.grading.pile.grading import Report, grade

__all__ = [
    "BadHiddenTests",
    "Mismatch",
    "NoSandbox",
    "Report",
    "StudentError",
    "assert_close",
    "assert_same",
    "assert_shape",
    "assert_that",
    "grade",
    "points",
]
