"""Sets everything up in this folder and runs it: `python bootstrap.py lab`. Needs Python alone; `make lab` calls it.

An old Python must be able to read this file, so that it can say what is wrong: it keeps to syntax of the year 2010.
"""

from __future__ import print_function

import os
import subprocess
import sys

OLDEST, TOO_NEW = (3, 11), (3, 15)  # as in pyproject.toml: what every pin of requirements.lock has a wheel for


def unfit(version, name, platform, machine):
    """Why this Python cannot run the course, in one line, or None when it can."""
    if not OLDEST <= tuple(version[:2]) < TOO_NEW:
        found = "%s is Python %s" % (name, ".".join(str(part) for part in version))
        wanted = "the course needs %d.%d to %d.%d" % (OLDEST + (TOO_NEW[0], TOO_NEW[1] - 1))
        return "%s; %s. %s" % (found, wanted, remedy())
    if platform == "darwin" and machine == "x86_64":
        return "PyTorch is no longer made for Macs with an Intel chip: use another machine, or Linux in a container."
    if platform == "win32" and machine.upper() == "ARM64":
        return "Some packages are not made for Python on ARM: install the x86-64 Python for Windows and run that."
    return None


def remedy():
    """What to do about an unfit Python: name a fitting one that is here, or ask for one."""
    target = sys.argv[1] if len(sys.argv) > 1 else "lab"
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        name = "python%d.%d" % (TOO_NEW[0], minor)
        try:  # a name on PATH may be a version manager's shim that runs nothing
            path = subprocess.check_output([name, "-c", "import ensurepip, sys; print(sys.executable)"],
                                           stderr=subprocess.STDOUT)  # fmt: skip
        except (OSError, subprocess.CalledProcessError):
            continue
        return "Run instead: %s bootstrap.py %s" % (path.decode().strip(), target)
    return "Install one and run: ITS-PATH bootstrap.py %s (or make %s PYTHON=ITS-PATH)" % (target, target)


def main():
    """Check the interpreter, then hand over to `house`, which is written for the Python that the course needs."""
    machine = os.environ.get("PROCESSOR_ARCHITECTURE", "") if sys.platform == "win32" else os.uname()[4]
    why = unfit(sys.version_info[:3], sys.executable or "this", sys.platform, machine)
    if why:
        print("ngram2bert: " + why, file=sys.stderr)
        return 2
    from house.targets import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
