"""nbgrader's gradebook: the writer of a class, and the preprocessor that makes `nbgrader autograde` safe.

source        the released notebook: what is graded, locked, and for how many points
rebuild       a submitted notebook made whole and harmless, `outputs` its outputs, `cards` with cards and scores
known, rows   the gradebook's rows; `changes` decides what a grade makes of them
writer        a class, in transactions of 50
preprocessor  the same for nbgrader's own commands
"""
