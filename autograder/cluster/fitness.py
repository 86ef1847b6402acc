"""Whether a worker may grade: the same versions, a sandbox. And what a task is when it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autograder import notebook
from autograder.errors import UserError
from autograder.workers import Task

if TYPE_CHECKING:
    from distributed import Future


def unfit(said: Mapping[str, Any], wanted: Mapping[str, str], unsandboxed: bool) -> str:
    """Why a worker that has said this of itself may not grade; '' where it may."""
    if "versions" not in said:
        return str(said.get("cannot", ""))
    for what, version in wanted.items():
        got = said["versions"].get(what)
        if got != version:
            return f"it has {what} {got}, this machine {version}; install the same version of the course on both"
    if said["strength"] != "sandboxed" and not unsandboxed:
        return (
            f"it would run submissions {said['sandbox']}; `ngram2bert doctor` there says how to mend it, "
            "--unsandboxed grades people you trust"
        )
    return ""


def why_not(future: Future[str]) -> str:
    """What went wrong when Dask called a worker: most likely the course is missing."""
    error = future.exception()
    if isinstance(error, ModuleNotFoundError):
        return f"the course is not installed there ({error})"
    text = " ".join(str(error).split())
    if "deserialization of the task graph" in text:
        return f"the course is not installed beside the scheduler ({error.__cause__ or 'Dask says no more'})"
    return f"{type(error).__name__}: {text[:300]}"


def with_bytes(task: Task) -> Task:
    """With the notebook itself, for a machine that has no such file; read as it is sent, so that few are in memory."""
    if task.problem or task.path is None or task.notebook is not None:
        return task
    try:
        return replace(task, notebook=notebook.load(task.path))
    except UserError as error:
        return replace(task, problem=str(error))
