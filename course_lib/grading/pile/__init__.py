"""A folder of submissions: who handed in what, and grading them side by side."""
