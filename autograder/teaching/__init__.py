"""What a teacher does beside grading: hand scores on, look for copies, see what to teach again."""
