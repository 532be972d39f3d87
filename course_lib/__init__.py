"""Training Dynamics: the library that carries the course.

Start with `course_lib.schedules`, `course_lib.optimizers` and `course_lib.training`.
"""

__version__ = "0.1.0"
