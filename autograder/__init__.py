"""The autograder: it knows mistakes, and runs nothing of a submission in its own interpreter."""
