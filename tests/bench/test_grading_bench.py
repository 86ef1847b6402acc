"""The parts of the bench of grading; all of it takes minutes: `ngram2bert bench grading`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from autograder import cli
from autograder.bench import folder, grading, memory
from autograder.demo_class import Pupil
from ngram2bert.bench import Seconds


def test_experiments_are_emptied_and_nothing_else() -> None:
    cells = [
        {"cell_type": "code", "source": "x = 1", "metadata": {"tags": ["given"]}},
        {"cell_type": "code", "source": "train()", "metadata": {"tags": ["experiment"]}},
        {"cell_type": "code", "source": "def f(): ...", "metadata": {}},
    ]
    handed = Pupil("ada", "right", {}, json.dumps({"cells": cells}))
    bare = json.loads(folder.without_experiments(handed).notebook or "")["cells"]
    assert [cell["source"] for cell in bare] == ["x = 1", "", "def f(): ..."]


def test_memory_is_that_of_the_whole_tree(tmp_path: Path) -> None:
    hold = (
        "import time\nheld = bytearray(200_000_000)\nfor i in range(0, len(held), 4096): held[i] = 1\ntime.sleep(2.5)"
    )
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hold!r}], check=True)\nsys.exit(3)"
    status, _, (half, peak) = memory.run([sys.executable, "-c", code], tmp_path, {})
    assert status == 3 and 200 < peak < 400 and half <= peak


def test_how_many_times_faster() -> None:
    assert grading._times(Seconds(0.5, 0.1), Seconds(20, 1), 8) == "40.0 times faster on the clock, aim 8"


def test_the_command_refuses_a_class_of_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "grading", "--class-size", "0"]) == 2
    assert "--class-size 0 --stock 6: wanted 1 or more, and 0 or more" in capsys.readouterr().err
