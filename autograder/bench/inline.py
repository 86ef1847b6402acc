"""How long a learner waits for a card: `check(...)` of each exercise in IPython's shell. Run as a program it is a line
of JSON: {exercise: [with the solution, with the first mistake, with the solution once more]}, each [wall, CPU] seconds.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from autograder import course

Times = dict[str, list[tuple[float, float]]]
SET_UP = "from autograder.inline import *"


def seconds(root: Path, chapter: str) -> Times:
    """Measured in a process of its own."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NGRAM2BERT_DATA": data}
        command = [sys.executable, "-m", "autograder.bench.inline", chapter]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    found: Times = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(name: str) -> Times:
    """Here and now, in this process's shell."""
    from IPython.core.interactiveshell import InteractiveShell

    from autograder.notebook import read

    here = course.read()
    chapter = here.chapter(name)
    shell: Any = InteractiveShell.instance(colors="nocolor")
    shell.history_manager.enabled = False

    def run(source: str) -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            result = shell.run_cell(source, store_history=True)
        result.raise_error()
        return time.perf_counter() - wall, time.process_time() - cpu

    run(SET_UP)
    run("import torch; torch.set_num_threads(1)")
    released = read(here.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb")
    for cell in released["cells"]:
        if "given" in cell["metadata"].get("tags", ()):
            run("".join(cell["source"]))
    found: Times = {}
    for exercise in chapter.exercises.values():
        times = []
        for answer in (exercise.source, exercise.mistakes[0].source, exercise.source):
            run(answer)
            times.append(run(f'check("{exercise.name}")'))
        found[exercise.name] = times
    return found


if __name__ == "__main__":
    print("\n" + json.dumps(measure(sys.argv[1])))
