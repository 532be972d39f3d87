"""The course's claims put to the test: hypotheses, experiments, and records of their runs."""
