"""Rules that every file keeps: which way imports run, what is light, what is named, what the README promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder import cli
from house import targets
from tests.house.conftest import ROOT

HEAVY = {"torch", "numpy", "matplotlib", "nltk", "IPython", "ipywidgets", "pandas", "nbformat"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imported(path: Path, package: str) -> Iterator[str]:
    """The dotted names that a module imports, at its top or in a function; relative ones made whole."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = (
                ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])
                if node.level
                else node.module
            )
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules(folder: Path, top: Path) -> list[tuple[Path, str]]:
    """Each module under a folder with the dotted name of its package."""
    return [(path, ".".join(path.relative_to(top).parent.parts)) for path in sorted(folder.rglob("*.py"))]


def test_the_library_never_imports_the_autograder() -> None:
    for path, package in modules(ROOT / "lib", ROOT / "lib"):
        for name in imported(path, package):
            assert name.split(".")[0] not in ("autograder", "house", "tests"), f"{path} imports {name}"


def test_the_engine_knows_no_exercise() -> None:
    for path, package in modules(ROOT / "autograder", ROOT):
        if (ROOT / "autograder" / "exercises") in path.parents:
            continue
        for name in imported(path, package):
            assert not name.startswith("autograder.exercises"), f"{path} imports {name}"


def test_the_set_up_needs_nothing_installed() -> None:
    for path, package in [*modules(ROOT / "house", ROOT), (ROOT / "bootstrap.py", "")]:
        for name in imported(path, package):
            assert name.split(".")[0] in sys.stdlib_module_names | {"bootstrap", "house"}, f"{path} imports {name}"


def test_nothing_imports_a_notebook_or_a_master() -> None:
    for folder, top in ((ROOT / "lib", ROOT / "lib"), (ROOT / "autograder", ROOT)):
        for path, package in modules(folder, top):
            for name in imported(path, package):
                assert name.split(".")[0] not in ("notebooks", "solutions"), f"{path} imports {name}"


def test_importing_the_library_is_light() -> None:
    code = f"import sys, ngram2bert; print(*sorted(set({sorted(HEAVY)!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "lib", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository, new ones included; all files that are not hidden where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return tuple(ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file())
    places = ("autograder", "docs", "house", "lib", "notebooks", "solutions", "tests")
    return tuple(
        p for place in places for p in (ROOT / place).rglob("*") if p.is_file() and "__pycache__" not in p.parts
    )


# put together here, so that this file does not hold them
UNSPEAKABLE = (
    *(
        "py" + "pi.org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "deb.de" + "bian.org",
        "download.py" + "torch",
    ),
    *("/wo" + r"rk/(main|shared|\.library|\.mirror)", "/ro" + "ot/", "/op" + "t/(wheels|pypi)", "/tm" + "p/(w|h)/"),
    *("/ho" + r"me/\w", "/Us" + r"ers/\w", "--(extra-)?index-u" + "rl[ =]"),
)


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine() -> None:
    pattern = re.compile("|".join(UNSPEAKABLE))
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    assert not found


def test_what_is_made_here_is_not_committed() -> None:
    for path in tracked():
        assert path.relative_to(ROOT).parts[0] not in (".venv", "work", "submitted", "autograded", "feedback")
        assert "__pycache__" not in path.parts


def pins(name: str) -> dict[str, list[Requirement]]:
    """The pins of a lock; a package may have several, for different Pythons."""
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            requirement = Requirement(line)
            assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), line
            assert requirement.url is None
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_what_pyproject_asks_for(name: str) -> None:
    asked = list(PYPROJECT["project"]["dependencies"])
    if "dev" in name:
        extras = PYPROJECT["project"]["optional-dependencies"]
        asked += [line for extra in ("dev", "parity", "cluster") for line in extras[extra]]
    locked = pins(name)
    for line in asked:
        wanted = Requirement(line)
        for pin in locked[canonicalize_name(wanted.name)]:
            assert str(pin.specifier).lstrip("=") in wanted.specifier, line
    assert not [package for package in locked if package.startswith(("nvidia", "cuda", "triton"))]
    assert "torch==2.13.0\n" in (ROOT / name).read_text(encoding="utf-8")


def test_both_locks_pin_the_same_versions() -> None:
    """Otherwise `make test` would change the packages under a learner's notebook."""
    learner, maintainer = pins("requirements.lock"), pins("requirements-dev.lock")
    for name, requirements in learner.items():
        assert {str(r.specifier) for r in requirements} <= {str(r.specifier) for r in maintainer[name]}, name


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_make_has_the_targets_of_bootstrap_and_the_readme_has_them_all() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    assert phony is not None
    assert sorted(phony[1].split()) == sorted(targets.TARGETS)
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) == set(targets.TARGETS)
    rules = re.findall(r"^([a-z ]+):$", makefile, re.M)
    assert sorted(" ".join(rules).split()) == sorted(targets.TARGETS)


def test_commands_that_the_texts_name_exist() -> None:
    texts = [README, *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))]
    for text in texts:
        for name in re.findall(r"`(?:\.venv/bin/)?ngram2bert ([a-z]+)", text):
            assert name in cli.names(), f"a text names `ngram2bert {name}`"
        for name in re.findall(r"`make ([a-z]+)", text):
            assert name in targets.TARGETS, f"a text names `make {name}`"


def test_the_readme_tells_the_state_of_every_chapter() -> None:
    course = tomllib.loads((ROOT / "course.toml").read_text(encoding="utf-8"))
    assert re.findall(r"^\| (\d\d-[a-z0-9-]+) \|", README, re.M) == [chapter["name"] for chapter in course["chapter"]]
    assert course["opens"] in [chapter["name"] for chapter in course["chapter"]]


def test_paths_that_the_readme_names_exist() -> None:
    for name in re.findall(r"`([a-zA-Z.][\w./-]*(?:/[\w.-]+|\.(?:py|toml|lock|yml|md)))`", README):
        if not name.startswith((".venv", "work/", "submitted/")) and "NN" not in name:
            assert (ROOT / name).exists(), name


def test_licences_are_there_and_named() -> None:
    project = PYPROJECT["project"]
    assert project["license"] == "MIT AND CC-BY-4.0"
    mit, text = ((ROOT / name).read_text(encoding="utf-8") for name in project["license-files"])
    assert "Permission is hereby granted, free of charge" in mit
    assert "creativecommons.org/licenses/by/4.0/legalcode" in text


def test_ci_calls_make_test_and_is_sound_bash() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^run test make test$", script, re.M)
    if sys.platform.startswith("linux"):
        subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
