"""Sets the course up on a fresh machine: the environment, the locked packages, and what `make` runs in them.

Runs under the system's Python before anything is installed, so it imports the standard library alone.
"""
