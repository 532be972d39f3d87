"""Data sets by name. `load` is the door; nothing here downloads unless it is asked to."""

from course_lib.data.images import ImageData, Split
from course_lib.data.loading import NAMES, load

__all__ = ["NAMES", "ImageData", "Split", "load"]
