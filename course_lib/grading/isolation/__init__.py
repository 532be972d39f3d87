"""The walls around a student's code: what it can see, how much it may use, and how it is started and ended."""
