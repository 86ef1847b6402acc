"""The workflow for a learner's repository: sound YAML, nothing from third parties, and its own steps run here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.course import Course
from autograder.teaching import actions
from tests.grading.conftest import hand_in

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / "docs" / "github" / "grade.yml"
STUB = {"log_softmax": "def log_softmax(scores, dim):\n    raise NotImplementedError\n"}


def job() -> tuple[dict[str, Any], dict[str, Any]]:
    """The workflow and its one job."""
    data = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    (name,) = data["jobs"]
    assert name == "run-autograding-tests"
    return data, data["jobs"][name]


def test_the_workflow_is_sound_and_may_only_read() -> None:
    data, grading = job()
    assert data["name"] == "Autograding Tests" and data[True] == [
        "push",
        "workflow_dispatch",
    ]  # YAML reads `on` as true
    assert data["permissions"] == {"contents": "read"} and grading["timeout-minutes"] <= 30
    used = [step["uses"] for step in grading["steps"] if "uses" in step]
    assert all(name.startswith("actions/") and "@v" in name for name in used)  # GitHub's own
    assert all("${{" not in step.get("run", "") for step in grading["steps"])  # nothing is pasted into a shell
    assert (
        sum(step["with"]["persist-credentials"] is False for step in grading["steps"] if "checkout" in str(step)) == 2
    )
    assert (ROOT / grading["steps"][2]["with"]["cache-dependency-path"].removeprefix("course/")).is_file()


@pytest.mark.full
def test_its_steps_run_here(kinds: Course, tmp_path: Path) -> None:
    """The steps after the installation, in folders laid out as the checkouts would be."""
    handed = hand_in(kinds.root, "ada", STUB)
    (kinds.root.parent / "learner").mkdir()
    handed.rename(kinds.root.parent / "learner" / "01-kinds.ipynb")
    _, grading = job()
    home = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "NOTEBOOK": "01-kinds.ipynb"}
    home |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'lib'}", "OMP_NUM_THREADS": "1"}
    home |= {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    ran = {}
    for step in grading["steps"]:
        if step.get("name") in ("Grade", "Points"):
            assert step["working-directory"] == "course"
            command = step["run"].replace("pytest ", "pytest -p autograder.pytest_plugin ")  # not installed here
            ran[step["name"]] = subprocess.run(
                ["bash", "-e", "-c", command], cwd=kinds.root, env=home, capture_output=True, text=True, timeout=120
            )
    assert ran["Grade"].returncode == 1, ran["Grade"].stdout + ran["Grade"].stderr
    assert "not yet written" in ran["Grade"].stdout
    assert ran["Points"].returncode == 0, ran["Points"].stderr
    assert "::notice title=Autograding complete::Points 19/22" in ran["Points"].stdout
    assert "01-kinds: 19 of 22 points" in (tmp_path / "summary.md").read_text()


def test_nothing_of_a_submission_is_read_as_a_command_or_markup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    evil = "a | b\n::set-env name=x::y <script> [x](javascript:1)"
    mark = {"points": 1, "possible": 2, "reason": evil}
    data = {"chapter": "c", "points": 1, "possible": 2, "remarks": [evil], "exercises": {"e": mark}}
    (tmp_path / "points.json").write_text(json.dumps(data))
    assert actions.main(tmp_path / "points.json") == 0
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if line.startswith("::")] == [
        "::notice title=Autograding complete::Points 1/2",
        '::notice title=Autograding report::{"totalPoints": 1.0, "maxPoints": 2.0}',
    ]
    assert "<script" not in shown and r"\[x\]" in shown and r"a \| b" in shown


def test_what_is_no_points_costs_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "[]", '{"points": 1}'):
        (tmp_path / "points.json").write_text(text)
        assert actions.main(tmp_path / "points.json") == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert actions.main(tmp_path / os.devnull.strip("/")) == 2
