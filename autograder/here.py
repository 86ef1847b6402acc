"""The notebook that asks: its namespace, the cells it has executed, and how to show something in it."""

from __future__ import annotations

import os
import sys
from typing import Any


def shell() -> Any:
    """IPython's shell, or None in plain Python."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def namespace() -> dict[str, Any]:
    """Where the cells of the notebook put their names."""
    found = shell()
    space: dict[str, Any] = vars(sys.modules["__main__"]) if found is None else found.user_ns
    return space


def executed() -> list[str]:
    """The sources of the cells executed in this kernel, in order."""
    found = shell()
    return [] if found is None else [source for source in found.history_manager.input_hist_raw if source]


def building() -> bool:
    """True while the course's own notebooks are built: no buttons, no record."""
    return os.environ.get("NGRAM2BERT_BUILD") == "1"


def show(html: str, text: str) -> None:
    """One output with both forms; in plain Python the text is printed."""
    if shell() is None:
        print(text)
        return
    from IPython.display import publish_display_data

    publish_display_data({"text/html": html, "text/plain": text})


def widgets() -> bool:
    """True where buttons may work: a kernel, ipywidgets, and no build."""
    if building() or getattr(shell(), "kernel", None) is None:
        return False
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return False
    return True


def put_into_cell(text: str) -> bool:
    """Put text in place of a running cell of one line, else into a new cell below. False without a front end."""
    found = shell()
    if getattr(found, "kernel", None) is None:
        return False
    cells = executed()
    found.set_next_input(text, replace=bool(cells) and len(cells[-1].strip().splitlines()) == 1)
    return True
