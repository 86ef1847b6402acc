"""Hints enough for a proof; what they say is not under test."""

HINTS = ("Look at the formula again.", "Write it for one row first.", "Nearly there: which axis is it?")
