"""The doctor on notebooks: the chapters, JupyterLab, the kernel, widgets, and nbgrader for teachers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from autograder.doctor.finding import Finding

AGAIN = "run `make lab`; if this stays, `make clean` first"


def chapters() -> list[Finding]:
    """That course.toml can be read and each of its chapters has a notebook to copy."""
    from autograder import course
    from autograder.errors import UserError

    try:
        read = course.read()
    except UserError as error:
        return [Finding("chapters", "warn", str(error), "change to the folder of the course")]
    empty = [c.name for c in read.chapters if not any((read.root / "notebooks" / c.name).glob("*.ipynb"))]
    if empty:
        return [
            Finding("chapters", "warn", f"no notebook for {', '.join(empty)}", "run `make notebooks`", "maintainer")
        ]
    return [Finding("chapters", "ok", f"{', '.join(c.name for c in read.chapters)}, in {read.root}")]


def jupyterlab() -> list[Finding]:
    """The editor that `make lab` opens."""
    try:
        return [Finding("JupyterLab", "ok", metadata.version("jupyterlab"))]
    except metadata.PackageNotFoundError:
        return [Finding("JupyterLab", "fail", "not installed", AGAIN)]


def kernel() -> list[Finding]:
    """That the kernel which the notebooks name starts, is this Python, and has the course."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import start_new_kernel

    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # as `ngram2bert lab` sets it
    where = KernelSpecManager().get_kernel_spec("python3").resource_dir
    try:
        manager, client = start_new_kernel(60, "python3", stderr=subprocess.DEVNULL)
    except (OSError, RuntimeError) as error:
        return [Finding("kernel", "fail", f"python3 in {where} does not start: {error}", AGAIN)]
    said: list[str] = []
    try:
        client.execute_interactive(
            "import sys, ngram2bert, autograder.errors; print(sys.executable)",
            timeout=60,
            output_hook=lambda message: said.append(
                message["content"].get("text") or message["content"].get("evalue", "")
            ),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    answer = "".join(said).strip()
    if not os.path.exists(answer):
        return [Finding("kernel", "fail", f"it starts, but cannot import the course: {answer or 'no answer'}", AGAIN)]
    if Path(answer).parent != Path(sys.executable).parent:
        return [Finding("kernel", "warn", f"it runs {answer}, not this Python", f"remove the kernel spec in {where}")]
    return [Finding("kernel", "ok", "python3 starts, runs this Python and imports the course")]


def widgets() -> list[Finding]:
    """ipywidgets, and the half of it that lives in JupyterLab."""
    try:
        version = metadata.version("ipywidgets")
    except metadata.PackageNotFoundError:
        return [Finding("widgets", "warn", "ipywidgets is not installed: sliders will not show", AGAIN)]
    half = Path(sys.prefix, "share", "jupyter", "labextensions", "@jupyter-widgets", "jupyterlab-manager")
    if not half.is_dir():
        return [Finding("widgets", "warn", f"ipywidgets {version} without its JupyterLab extension", AGAIN)]
    return [Finding("widgets", "ok", f"ipywidgets {version} with its JupyterLab extension")]


def nbgrader() -> list[Finding]:
    """nbgrader, which finds its `alembic` on PATH only."""
    try:
        version = metadata.version("nbgrader")
    except metadata.PackageNotFoundError:
        return [Finding("nbgrader", "warn", "not installed", AGAIN, "teacher")]
    if shutil.which("alembic") is None:
        mend = "activate the environment: source .venv/bin/activate (on Windows: .venv\\Scripts\\activate)"
        return [
            Finding("nbgrader", "warn", f"{version}, but `alembic`, which it calls, is not on PATH", mend, "teacher")
        ]
    return [Finding("nbgrader", "ok", f"{version}, with alembic on PATH", reader="teacher")]
