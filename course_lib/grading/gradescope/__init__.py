"""Grading on Gradescope: the archive that an instructor uploads, and what runs in its container."""
