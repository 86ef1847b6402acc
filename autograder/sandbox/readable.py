"""What a submission may open: the installed Python, shared libraries, a few devices; and its own folder, to write too.

Not on the list, so closed: the course's library, solutions and exercises, the course folder with its submissions and
gradebook, every home, all other processes.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from autograder.firewall import is_installed
from autograder.sandbox import landlock

LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
DATA = (
    *("/etc/localtime", "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/fonts", "/usr/local/share/fonts"),
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node"),
    *("/dev/zero", "/dev/random", "/dev/urandom"),
)
PACKAGES = ("ngram2bert", "autograder")  # closed where they are installed beside the others


def python() -> tuple[str, ...]:
    """The folders of the standard library and of installed packages; call it before the firewall is raised."""
    found = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [os.path.join(sys.base_prefix, "lib"), *filter(is_installed, sys.path)]
    found += [entry for entry in os.environ.get("LD_LIBRARY_PATH", "").split(":") if os.path.isabs(entry)]
    return tuple(dict.fromkeys(path for path in found if os.path.exists(path)))


def rules() -> tuple[landlock.Rule, ...]:
    """The list for Landlock, without the working folder. What is installed of the course itself stays closed."""
    places = python()
    shut = {(Path(place) / name).resolve() for place in places for name in PACKAGES}
    found = [rule for place in (*places, *LIBRARIES, *DATA) for rule in _below(Path(place), shut)]
    return (*dict.fromkeys(found), ("/dev/null", landlock.READ_WRITE))


def _below(place: Path, shut: set[Path]) -> Iterator[landlock.Rule]:
    """A rule for the place; or, where something in it is shut, a rule for each of its other entries."""
    inside = [path for path in shut if path.is_relative_to(place.resolve()) and path.exists()]
    if not inside:
        yield str(place), landlock.READ
    elif place.resolve() not in shut:
        yield str(place), landlock.LIST  # of names
        for entry in sorted(place.iterdir()):
            yield from _below(entry, shut)
