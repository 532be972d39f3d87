"""What other programs take from a gradebook: spreadsheets, Canvas, Moodle, Gradescope, JUnit."""
