"""What is remembered: students, attempts, scores by test, marks by hand; the policies that make them count; exports."""
