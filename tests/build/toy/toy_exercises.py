"""What the toy chapter grades."""

from __future__ import annotations

from toy_lib import Tally, mean_cost

from autograder.exercise import exercise

cost = exercise("cost", of=mean_cost, points=3, minutes=10, level=1)
tally = exercise("tally", of=Tally, points=2, minutes=5, level=2, builds_on=["cost"], given=["__init__"])
