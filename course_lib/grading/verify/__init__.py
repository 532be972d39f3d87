"""An assignment held against itself: its solution, its answers on file, and mutants of its solution."""
