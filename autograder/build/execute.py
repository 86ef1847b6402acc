"""Run a notebook from top to bottom in a fresh kernel of this very Python."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from autograder.build.expand import OURS
from autograder.errors import UserError

CELL_SECONDS = 600
SURROUNDINGS = {
    "NGRAM2BERT_BUILD": "1",  # tells the course's own code that nobody sits at this notebook
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
}


class ThisPython(AsyncKernelManager):
    """The kernel `python3` of the running interpreter, whatever kernels the user has installed under that name."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel starts: without warnings of the debugger and the transport, or a word as it is stopped."""
        command = [
            sys.executable,
            "-X",
            "frozen_modules=off",
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--log-level=CRITICAL",
        ]
        return KernelSpec(argv=command, display_name="Python 3 (ipykernel)", language="python")


def execute(
    notebook: NotebookNode, root: Path, progress: Callable[[], None] = lambda: None
) -> dict[str, dict[str, Any]]:
    """Execute the code cells in place, in an empty folder inside `root`, and return the states of its widgets by model.

    progress: called after each code cell. Raises UserError, one line with chapter, cell and exception, at the first
    cell that fails.
    """
    with _folder(root) as folder, tempfile.TemporaryDirectory() as profile:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        surroundings = {**os.environ, **SURROUNDINGS, "PATH": path, "IPYTHONDIR": profile, "NGRAM2BERT_DATA": profile}
        running = [f"{notebook.metadata[OURS]['chapter']}, before its first cell"]
        client = NotebookClient(
            notebook,
            kernel_manager_class=ThisPython,
            timeout=CELL_SECONDS,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=lambda cell, **_: running.append(f"{notebook.metadata[OURS]['chapter']}, cell {cell.id}"),
            on_cell_executed=lambda **_: progress(),
        )
        try:
            client.execute(env=surroundings)
        except CellExecutionError as error:
            raise UserError(f"{running[-1]}: {error.ename}: {_first_line(error.evalue)}") from error
        except CellTimeoutError as error:
            raise UserError(f"{running[-1]}: not done after {CELL_SECONDS} s; make it shorter") from error
        except RuntimeError as error:  # a kernel that does not start, or dies
            raise UserError(
                f"{running[-1]}: the kernel died ({_first_line(str(error))}); is there enough memory?"
            ) from error
    return dict(client.widget_state) | {
        key: client.widget_state[key] | {"buffers": list(held.values())} for key, held in client.widget_buffers.items()
    }


@contextmanager
def _folder(root: Path) -> Iterator[Path]:
    """An empty folder as deep as a learner's own, removed afterwards with whatever the cells wrote."""
    (root / "work").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root / "work", prefix=".build-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _first_line(message: str) -> str:
    return (message.strip().splitlines() or ["(no message)"])[0][:200]
