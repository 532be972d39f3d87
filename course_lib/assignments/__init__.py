"""From the instructor's notebook to the student's, and the student's own check of the work.

`release` and `publish` belong to the instructor; `check` is the student's. `cells`, `merge` and `visible` are what they
share with grading.
"""

from course_lib.assignments.startup import import_jsonschema_quickly

import_jsonschema_quickly()  # before anything here imports nbformat
