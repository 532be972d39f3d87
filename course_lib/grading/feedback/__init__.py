"""What a student gets back, and what an instructor sees."""
