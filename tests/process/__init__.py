"""Grading out of process: the wire, the child, the zygote and what submissions try."""
