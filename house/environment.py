"""The virtual environment in .venv: made once, checked each time, and installed again only when a lock changes.

A stamp in it holds hashes of what was installed, so that a second run takes a moment. An environment that is broken
or was moved is never deleted behind the user's back: one line says how to.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from house import install
from house.say import Stop, again, say

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"learner": "requirements.lock", "maintainer": "requirements-dev.lock"}
GIGABYTES = {"learner": 2.0, "maintainer": 3.0}  # 1.3 and 2.1 are used, the rest is pip's own room for a moment


def python_of(venv: Path) -> Path:
    """The interpreter in an environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def variables(venv: Path) -> dict[str, str]:
    """The variables for a command in the environment: its programs first on PATH, nobody else's packages in sight."""
    found = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP")}
    programs = str(python_of(venv).parent)
    return found | {
        "PATH": programs + os.pathsep + found.get("PATH", ""),
        "VIRTUAL_ENV": str(venv),
        "PYTHONUTF8": "1",  # Windows would else write the notebooks' text in its own code page
        "PIP_USER": "0",
    }


def ready(kind: str, target: str) -> Path:
    """The interpreter of an environment that holds `kind`'s locked packages; makes and installs what is missing."""
    venv = ROOT / ".venv"
    if not venv.exists() and not venv.is_symlink():
        enough_room(GIGABYTES[kind], target)
        make(venv, target)
    python = python_of(venv)
    stamp = read_stamp(venv)
    wanted = wanted_stamp(venv, kind)
    if not python.exists() or stamp.get("root", str(ROOT)) != str(ROOT):
        raise broken("its Python is gone" if not python.exists() else "it was made in another folder", target)
    if all(stamp.get(key) == value for key, value in wanted.items()):
        return python
    check(python, target)
    if stamp.get(kind) != wanted[kind]:
        enough_room(GIGABYTES[kind] if not stamp else 0.5, target)
        seconds = install.locked(python, ROOT / LOCKS[kind], variables(venv), target)
        say(f"Installed the packages of {LOCKS[kind]} in {seconds:.0f} s.")
        stamp[kind] = wanted[kind]
        if kind == "maintainer":  # its lock holds all of the learner's
            stamp["learner"] = wanted_stamp(venv, "learner")["learner"]
    if stamp.get("editable") != wanted["editable"]:
        install.editable(python, ROOT, variables(venv), target)
    write_stamp(venv, stamp | wanted)
    return python


def make(venv: Path, target: str) -> None:
    """Make the environment, or leave nothing behind: a half-made one would puzzle the next run."""
    say(f"Making a virtual environment in .venv with Python {sys.version.split()[0]}.")
    try:
        done = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True)
    except BaseException:
        shutil.rmtree(venv, ignore_errors=True)
        raise
    if done.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        said = done.stdout + done.stderr
        if "ensurepip" in said or "No module named venv" in said:
            raise Stop(
                f"{sys.executable} has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv),"
                f" then run {again(target)} again."
            )
        raise Stop(install.explain(said, target))


def check(python: Path, target: str) -> None:
    """Stop unless the environment's Python starts and has pip; a set-up that was cut off may lack both."""
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", "import pip, sys; print(sys.prefix)"], capture_output=True, timeout=60
        )
        failed = "its Python does not start or has no pip" if done.returncode else ""
    except (OSError, subprocess.SubprocessError):
        failed = "its Python does not start"
    if failed:
        raise broken(failed, target)


def broken(why: str, target: str) -> Stop:
    """The line for an environment that cannot be used. Deleting it is left to the user: there may be things in it."""
    return Stop(f"The environment in .venv cannot be used: {why}. Run {again('clean')}, then {again(target)} again.")


def enough_room(gigabytes: float, target: str) -> None:
    """Stop unless the disks of this folder and of the temporary files have room. Raises Stop."""
    for folder, needed in ((ROOT, gigabytes), (Path(tempfile.gettempdir()), 0.5)):
        free = shutil.disk_usage(folder).free / 1e9
        if free < needed:
            raise Stop(
                f"The disk of {folder} has {free:.1f} GB free and the set-up needs {needed:.1f} GB:"
                f" make room, then run {again(target)} again."
            )


def wanted_stamp(venv: Path, kind: str) -> dict[str, str]:
    """What the stamp says once `kind` is installed: hashes of the lock and of pyproject.toml, each with the Python."""
    config = venv / "pyvenv.cfg"
    made_with = config.read_bytes() if config.is_file() else b""

    def digest(name: str) -> str:
        return hashlib.sha256(made_with + (ROOT / name).read_bytes()).hexdigest()

    return {kind: digest(LOCKS[kind]), "editable": digest("pyproject.toml"), "root": str(ROOT)}


def read_stamp(venv: Path) -> dict[str, str]:
    """The stamp of an environment; empty when there is none that can be read."""
    try:
        return dict(json.loads((venv / "ngram2bert.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(venv: Path, stamp: dict[str, str]) -> None:
    """Write the stamp in one step: a torn one would read as none and cost a minute, no more."""
    part = venv / "ngram2bert.json.part"
    part.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    part.replace(venv / "ngram2bert.json")
