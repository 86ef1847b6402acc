"""What can be run here: each target sets up what it needs, then runs its commands in the environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bootstrap import OLDEST, TOO_NEW
from house import environment
from house.install import explain
from house.say import Stop, again, say

ROOT = environment.ROOT
UV = ("-m", "uv", "pip", "compile", "--quiet")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")


def lab(options: list[str]) -> int:
    """[CHAPTER] [--no-browser] [--port N]: set up, copy a chapter to work/ and open JupyterLab on it"""
    python = environment.ready("learner", "lab")
    return run_in(python, "-m", "autograder.cli", "lab", *options)


def demo(options: list[str]) -> int:
    """[NN] [--jobs N]: make an example class of 30 and grade it, to see what a teacher gets"""
    python = environment.ready("learner", "demo")
    return run_in(python, "-m", "autograder.cli", "demo", *options)


def test(options: list[str]) -> int:
    """[PYTEST OPTIONS]: set up and run the tests, but for those marked `full`"""
    return pytest("test", ["-m", "not full", *options])


def full(options: list[str]) -> int:
    """[PYTEST OPTIONS]: set up and run every test, the long ones too"""
    return pytest("full", options)


def pytest(target: str, options: list[str]) -> int:
    """The tests on the real corpora, which are fetched first: a test must not be what waits for a network."""
    python = environment.ready("maintainer", target)
    return run_in(python, "-m", "ngram2bert.corpora") or run_in(python, "-m", "pytest", *options)


def notebooks(options: list[str]) -> int:
    """[NN] [--check] [--fresh]: build the notebooks from their masters, and the table of mistakes"""
    python = environment.ready("maintainer", "notebooks")
    table = ["mistakes", "--check" if "--check" in options else "--write"]
    found = run_in(python, "-m", "ngram2bert.corpora") or run_in(python, "-m", "autograder.cli", "build", *options)
    return found or run_in(python, "-m", "autograder.cli", *table)


def claims(options: list[str]) -> int:
    """[NN]: run the claims of a chapter (tens of minutes) and write docs/results"""
    python = environment.ready("maintainer", "claims")
    return run_in(python, "-m", "ngram2bert.corpora") or run_in(python, "-m", "autograder.cli", "claims", *options)


def bench(options: list[str]) -> int:
    """[--json FILE]: this library beside its peers, in one run"""
    python = environment.ready("maintainer", "bench")
    return run_in(python, "-m", "ngram2bert.corpora") or run_in(python, "-m", "autograder.cli", "bench", *options)


def lint(options: list[str]) -> int:
    """[PATHS]: linter, formatter and types; changes nothing"""
    python = environment.ready("maintainer", "lint")
    found = [
        run_in(python, "-m", "ruff", "check", *(options or ["."])),
        run_in(python, "-m", "ruff", "format", "--check", *(options or ["."])),
        run_in(python, "-m", "mypy", *options),
    ]
    return max(found)


def lock(options: list[str]) -> int:
    """[UV OPTIONS, such as --upgrade]: resolve pyproject.toml again and write both locks, for every platform at once"""
    python = environment.ready("maintainer", "lock")
    extras = [f"--extra={name}" for name in ("dev", "parity", "cluster", "postgresql")]
    constraint = ["--constraint", environment.LOCKS["maintainer"]]  # so that one environment can serve both
    for kind, more in (("maintainer", extras), ("learner", constraint)):
        path = ROOT / environment.LOCKS[kind]
        words = ["--universal", "--python-version=3.11", "--no-header", "--no-annotate", f"--output-file={path.name}"]
        if status := run_in(python, *UV, "pyproject.toml", *words, *more, *options):
            return status
        pins = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        head = f"# Made by `make lock` from pyproject.toml: what a {kind} installs, on Linux, macOS and Windows."
        path.write_text("\n".join([head, *pins, ""]), encoding="utf-8")
    return every_platform(python)


def every_platform(python: Path) -> int:
    """Whether each pin of the learner's lock has a wheel wherever the course runs: nobody should need a compiler."""
    os.environ["MACOSX_DEPLOYMENT_TARGET"] = "14.0"  # the oldest that PyTorch is made for
    for platform in PLATFORMS:
        for minor in range(OLDEST[1], TOO_NEW[1]):
            words = ["--no-deps", "--only-binary=:all:", f"--python-platform={platform}", f"--python-version=3.{minor}"]
            if status := run_in(python, *UV, environment.LOCKS["learner"], *words, f"--output-file={os.devnull}"):
                say(f"The lock cannot be installed with Python 3.{minor} on {platform}, see above.")
                return status
    say(f"Every pin of {environment.LOCKS['learner']} has a wheel for {', '.join(PLATFORMS)}.")
    return 0


def clean(options: list[str]) -> int:
    """remove the environment and what tools left behind; work/ and the corpora stay"""
    leftovers = [
        ROOT / name for name in (".venv", "build", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
    ]
    for top in ("autograder", "house", "lib", "tests", "solutions"):
        leftovers += [*(ROOT / top).rglob("__pycache__"), *(ROOT / top).glob("*.egg-info")]
    for path in leftovers:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    say("Removed .venv and the caches; work/ is as it was.")
    return 0


TARGETS: dict[str, Callable[[list[str]], int]] = {
    f.__name__: f for f in (lab, demo, test, full, notebooks, claims, bench, lint, lock, clean)
}


def run_in(python: Path, *arguments: str) -> int:
    """Run the environment's Python in the course's folder and return its exit status."""
    child = subprocess.Popen([str(python), *arguments], cwd=ROOT, env=environment.variables(ROOT / ".venv"))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the terminal sends it to the child as well, which may want to tidy up first
            continue


def usage() -> str:
    """What there is to run."""
    rows = [f"  {name:<10} {run.__doc__}" for name, run in TARGETS.items()]
    return "\n".join(
        ["usage: python bootstrap.py TARGET [OPTIONS]", "", *rows, "", "Example: python bootstrap.py lab --no-browser"]
    )


def run(arguments: list[str]) -> int:
    """Run a target. Exit status: the target's own; 2 when the set-up cannot go on; 130 when it was stopped by hand."""
    name, *options = arguments or ["nothing"]
    try:
        if not arguments or name in ("-h", "--help", "help"):
            say(usage())
            return 0 if arguments else 2
        if name not in TARGETS:
            raise Stop(f"There is no target '{name}'; there are {', '.join(TARGETS)}.")
        return TARGETS[name](options)
    except Stop as error:
        line = str(error)
    except OSError as error:
        line = explain(f"{type(error).__name__}: {error}", name)
    except KeyboardInterrupt:
        print(f"\nngram2bert: stopped; run {again(name)} to go on.", file=sys.stderr)
        return 130
    print("ngram2bert: " + line, file=sys.stderr)
    return 2
