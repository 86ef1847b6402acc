"""Hostile submissions, declared as data, and the proof that none of them gets anything: see docs/threats.md."""
