"""bubblewrap: the zygote is started in a view of the machine that holds Python, the working folders and nothing else.

The view is made before the zygote loads the course's modules, so it must show their folders; once they are loaded the
zygote lays empty folders over them (`namespaces.cover`). Inside, no process from outside can be seen or named, and when
the first process ends all of them do.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from autograder.sandbox import privileges, readable

TRIAL = ("--proc", "/proc", "--dev", "/dev", "--cap-add", "CAP_SYS_ADMIN")
OWN = ("--unshare-pid", "--unshare-uts")  # network and memory are the part of `namespaces`


@cache
def present() -> tuple[bool, str]:
    """Whether it works here, and a word on that. Installed is not enough: containers often forbid what it does."""
    path = shutil.which("bwrap")
    if path is None:
        return False, "absent"
    if os.geteuid() == 0 and not privileges.has(privileges.SYS_ADMIN):
        return False, "does not work here: this root may not administer the system"
    if os.geteuid() and privileges.has(privileges.DAC_READ_SEARCH):
        return False, "does not work here: this user reads files by a capability, which bubblewrap takes away"
    program = shutil.which("true") or "/bin/true"
    try:
        tried = subprocess.run(
            [path, *OWN, *TRIAL, "--ro-bind", "/", "/", *TRIAL[:4], program], timeout=20, capture_output=True, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, f"{path} does not run: {error}"
    if tried.returncode:
        return False, f"{path} does not work here: {tried.stderr.strip()[:80]}"
    return True, f"present, {path}"


def command(folder: str) -> list[str]:
    """What to put before the interpreter's command line; `folder` holds the working folders."""
    shown = [*readable.LIBRARIES, *readable.DATA, *readable.python(), *_interpreter(), *_own_modules()]
    places = [word for path in dict.fromkeys(shown) if not _given(path) for word in ("--ro-bind-try", path, path)]
    way = [word for parent in reversed(Path(folder).parents) for word in ("--perms", "0755", "--dir", str(parent))]
    return [shutil.which("bwrap") or "bwrap", *OWN, *TRIAL, *way, *places, *_written(), "--bind", folder, folder]


def covered() -> list[str]:
    """The folders that the zygote must cover once its modules are loaded."""
    return [path for path in (*_own_modules(), *_caches()) if os.path.isdir(path)]


def _given(path: str) -> bool:
    return path.startswith(("/proc/", "/dev/"))


def _interpreter() -> list[str]:
    """The program itself, each link on the way to it, and what tells it where its library is."""
    found, program = [os.path.join(sys.prefix, "pyvenv.cfg")], sys.executable
    while os.path.islink(program):
        found.append(os.path.dirname(program))
        program = os.path.join(os.path.dirname(program), os.readlink(program))
    return [*found, os.path.dirname(program)]


def _own_modules() -> list[str]:
    """The folders of the engine and of the course's library."""
    specs = [importlib.util.find_spec(name) for name in readable.PACKAGES]
    return [place for spec in specs if spec for place in spec.submodule_search_locations or ()]


def _caches() -> list[str]:
    """Matplotlib's list of fonts, which takes seconds to make anew."""
    home = Path.home()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    own = os.environ.get("MPLCONFIGDIR")
    return [own] if own else [str(cache / "matplotlib"), str(config / "matplotlib")]


def _written() -> Sequence[str]:
    return [word for path in _caches() for word in ("--bind-try", path, path)]
