"""Benches that need the grader: beside those of `ngram2bert.bench`, which knows the library alone."""

BENCHES = {"grading": "autograder.bench.grading"}
