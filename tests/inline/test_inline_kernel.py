"""In a real kernel, as nbgrader and JupyterLab see it."""

from __future__ import annotations

import os
import sys
import time

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbgrader.utils import determine_grade

from tests.browser import toy

RIGHT = toy.RIGHT
PARTLY = RIGHT.replace("counts.get(word, 0) + 1", "1")
LOOPS = "def frequencies(words, start):\n    open('looping', 'w').close()\n    while True:\n        pass"


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """The toy course laid out; a kernel started now finds the package and keeps its record here."""
    notebook = toy.lay_out(tmp_path)
    monkeypatch.chdir(notebook.parent)
    monkeypatch.setenv("NGRAM2BERT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.delenv("NGRAM2BERT_BUILD", raising=False)
    return notebook


def cell(notebook, grade_id):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


@pytest.mark.parametrize(("answer", "points"), [(None, 0.0), (PARTLY, 1.0), (RIGHT, 4.0)])
def test_nbgrader_reads_the_points(environment, answer, points):
    notebook = nbformat.read(environment, 4)
    if answer:
        cell(notebook, "count_words").source = answer
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(environment.parent)}}
    ).execute()
    check = cell(notebook, "check-count_words")
    assert determine_grade(check) == (points, 4.0)
    cards = [o for o in check.outputs if o.output_type == "display_data" and "n2b-head" in o.data.get("text/html", "")]
    assert len(cards) == 1
    assert "of 4 points" in cards[0].data["text/plain"]
    buttons = [o for o in check.outputs if "application/vnd.jupyter.widget-view+json" in o.get("data", {})]
    assert len(buttons) == (points < 4)
    assert not [o for o in check.outputs if o.output_type == "stream"]


def test_no_button_in_a_build(environment, monkeypatch):
    monkeypatch.setenv("NGRAM2BERT_BUILD", "1")
    notebook = nbformat.read(environment, 4)
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(environment.parent)}}
    ).execute()
    kinds = [set(o.data) for o in cell(notebook, "check-count_words").outputs]
    assert kinds == [{"text/html", "text/plain"}] * 2
    assert 'hint("count_words")' in cell(notebook, "check-count_words").outputs[0].data["text/plain"]


def test_interrupt_and_reset(environment):
    manager, client = start_new_kernel(cwd=str(environment.parent))
    try:

        def run(code, interrupt_at=None):
            message = client.execute(code, stop_on_error=False)  # else the next request may be aborted with it
            if interrupt_at:
                until = time.monotonic() + 60
                while not interrupt_at.exists() and time.monotonic() < until:
                    time.sleep(0.05)
                manager.interrupt_kernel()
            while (reply := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != message:
                continue  # an answer to what was asked while the kernel started
            return reply["content"]

        run("from autograder.inline import *")
        run(RIGHT)
        run(LOOPS)
        run('check("count_words")')
        stopped = run('check("frequencies")', interrupt_at=environment.parent / "looping")
        assert stopped["ename"] == "Stopped"
        assert stopped["traceback"] == ["stopped"]
        assert run('assert check("count_words") == 4.0')["status"] == "ok"

        payload = run('reset("count_words")')["payload"]
        assert payload == [{"source": "set_next_input", "text": toy.STUB.format(name="count_words"), "replace": True}]
        payload = run('x = 1\nreset("count_words")')["payload"]
        assert payload[0]["replace"] is False, "a cell that holds more is not overwritten"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
