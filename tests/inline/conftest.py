"""A notebook without a browser: IPython's shell in this process, on a copy of the toy course."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

TOY = Path(__file__).parent / "toy_course"


@dataclass
class Notebook:
    """Runs cells; keeps what they display, in order."""

    shell: InteractiveShell
    shown: list[dict[str, Any]] = field(default_factory=list)

    def run(self, source: str) -> Any:
        """The value of a cell's last expression; an exception is raised here."""
        result = self.shell.run_cell(source, store_history=True)
        if result.error_in_exec is not None or result.error_before_exec is not None:
            raise result.error_in_exec or result.error_before_exec
        return result.result

    def check(self, exercise: str, answer: str = "") -> str:
        """Run an answer and its check; the card as text."""
        if answer:
            self.run(answer)
        self.run(f'score = check("{exercise}")')
        return self.text

    @property
    def text(self) -> str:
        """What was displayed last, as text."""
        return str(self.shown[-1]["text/plain"])

    @property
    def html(self) -> str:
        """What was displayed last, as HTML."""
        return str(self.shown[-1]["text/html"])


class Publisher(DisplayPublisher):
    """Keeps what is displayed."""

    def publish(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        """Append it."""
        self.shown.append(data)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the toy course as the working folder; the learner's record beside it."""
    from autograder import inline

    root = shutil.copytree(TOY, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(str(TOY))
    monkeypatch.setenv("NGRAM2BERT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("NGRAM2BERT_BUILD", raising=False)
    inline._record.cache_clear()
    return root


@pytest.fixture
def notebook(course: Path) -> Iterator[Notebook]:
    """A shell that has run the set-up cell."""
    torch.set_num_threads(1)
    main, hooks = sys.modules["__main__"], (sys.displayhook, sys.excepthook)
    shell = InteractiveShell.instance(colors="nocolor")
    shell.history_manager.enabled = False
    made = Notebook(shell)
    shell.display_pub = Publisher(parent=shell)
    shell.display_pub.shown = made.shown
    made.run("from autograder.inline import *  # run me first")
    made.run("import torch")
    yield made
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
    sys.displayhook, sys.excepthook = hooks
