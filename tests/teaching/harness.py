"""Gradescope's harness as its documentation describes it: its folders, its start, its schema of results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

WATCH = """import json, runpy, sys
sys.argv = sys.argv[3:] and [sys.argv[2], *sys.argv[3:]]
sys.path.insert(0, "")
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
finally:
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    with open(WATCHED, "w") as file:
        json.dump({name: path for name, path in files.items() if path}, file)
"""


def run(root: Path) -> tuple[dict[str, Any], str, dict[str, str]]:
    """results.json, what was printed, and {module: file} of what was imported."""
    watched, watch, python = (root.parent / name for name in ("modules.json", "watch.py", "python"))
    watch.write_text(WATCH.replace("WATCHED", repr(str(watched))))
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {watch} "$@"\n')
    python.chmod(0o755)
    home = {"PATH": "/usr/bin:/bin", "AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": str(python)}
    ran = subprocess.run(
        [str(root / "run_autograder")], cwd=root, env=home, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = json.loads((root / "results" / "results.json").read_text())
    return results, ran.stdout + ran.stderr, json.loads(watched.read_text())


def conforms(results: dict[str, Any]) -> None:
    """The schema of Gradescope's documentation: these fields and types, and no others."""
    texts = {"output", "output_format", "visibility", "stdout_visibility", "status", "name", "number"}
    kinds = dict.fromkeys(texts, str) | {"score": float, "max_score": float, "execution_time": float}
    assert set(results) <= {"score", "execution_time", "output", "output_format", "tests"} | {
        "visibility",
        "stdout_visibility",
    }
    for item in results.get("tests", []):
        assert set(item) == {"score", "max_score", "status", "name", "number", "output", "output_format", "tags"}
    for data in (results, *results.get("tests", [])):
        assert all(isinstance(value, kinds.get(name, list)) for name, value in data.items()), data
    assert "tests" in results or "score" in results
    assert {item["status"] for item in results.get("tests", [])} <= {"passed", "failed"}
    assert results["stdout_visibility"] == "hidden" and "leaderboard" not in results


def from_the_zip_alone(modules: dict[str, str], root: Path) -> None:
    """Every module is the zip's, the standard library's, or one of a pinned package."""
    packages = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    standard = sysconfig.get_path("stdlib")
    owners = metadata.packages_distributions()
    pinned = {Requirement(line).name for line in (root / "source" / "requirements.txt").read_text().splitlines()}
    for name, path in modules.items():
        if path.startswith(tuple(packages)):
            top = name.split(".")[0]
            if not top.startswith(("__editable__", "_distutils_hack", "sitecustomize")):
                assert {o.lower().replace("_", "-") for o in owners.get(top, [])} & pinned, f"{name} is not pinned"
        elif os.path.isabs(path) and not path.startswith((standard, str(root / "source"))):
            assert name == "__main__" or "/lib-dynload/" in path, f"{name} comes from {path}"
