"""Run a probe beside the learner's code on one case. The same few lines serve the kernel, the child and `verify`."""

from __future__ import annotations

import contextlib
import difflib
import dis
import linecache
import math
import random
import traceback
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType, TracebackType
from typing import Any

import numpy as np
import torch

from autograder.forbidden import forbidding
from autograder.outcome import Outcome

MESSAGE_LENGTH = 500
RAISE = bytes([dis.opmap["RAISE_VARARGS"]])


@contextlib.contextmanager
def quiet_state(seed: int) -> Iterator[None]:
    """Seed torch, numpy and random for the run; put their states, grad mode and default dtype back afterwards."""
    state, grad, dtype = torch.random.get_rng_state(), torch.is_grad_enabled(), torch.get_default_dtype()
    others = random.getstate(), np.random.get_state()
    same_start(seed)
    try:
        yield
    finally:
        torch.random.set_rng_state(state)
        random.setstate(others[0])
        np.random.set_state(others[1])
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)


def same_start(seed: int) -> None:
    """The state that each case starts from. To put it back as well costs 0.2 ms, most of it NumPy's: see `run_case`."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    torch.default_generator.manual_seed(seed)  # torch.manual_seed formats a stack trace for CUDA: 1 ms a case
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)


def load_probe(source: str) -> Callable[..., Any]:
    """Compile a probe's text. A probe sees torch, np, math and its arguments, nothing else."""
    space: dict[str, Any] = {"torch": torch, "np": np, "math": math}
    exec(_compiled(source), space)  # a probe is the course's own text
    return space["probe"]


@lru_cache(maxsize=64)
def _compiled(source: str) -> CodeType:
    return compile(source, "<probe>", "exec", dont_inherit=True)


def run_case(
    probe: Callable[..., Any],
    space: dict[str, Any],
    target: str,
    case: dict[str, Any],
    *,
    seed: int = 0,
    forbids: tuple[str, ...] = (),
    restore: bool = True,
    everywhere: bool = False,
) -> Outcome:
    """Call `probe(space[target], **case)` and say what came of it; never raises, but for KeyboardInterrupt.

    space   the namespace that the learner's cells made
    target  the name of the function or class that the task asks for
    case    arguments by name; the probe may hand them on as they are, so pass a fresh copy
    restore False leaves random states and modes as the code left them, for a caller to whom they do not matter
    everywhere  True refuses what is forbidden in the whole process: for a child, in which nothing else runs
    """
    if target not in space:
        names = [name for name, value in space.items() if callable(value) and not name.startswith("_")]
        near = difflib.get_close_matches(target, names, n=1, cutoff=0.6)
        return Outcome("missing", message=f"nothing is called {target}", line=near[0] if near else "")
    try:
        if not restore:
            same_start(seed)
        quiet = quiet_state(seed) if restore else contextlib.nullcontext()
        with quiet, forbidding(tuple(forbids), everywhere=everywhere):
            return Outcome("value", value=probe(space[target], **case))
    except KeyboardInterrupt:
        raise
    except NotImplementedError as error:
        if not by_a_statement(error):  # torch says so of a call that it cannot do: the learner has written something
            return Outcome("error", error="NotImplementedError", message=text_of(error), line=learner_line(error))
        return Outcome("stub", error="NotImplementedError", message=text_of(error), line=raised_in(error))
    except BaseException as error:  # SystemExit too: a submission may call exit()
        return Outcome("error", error=type(error).__name__, message=text_of(error), line=learner_line(error))


def text_of(error: BaseException) -> str:
    """The text of an exception, at most 500 characters; '' where its class has broken its own `__str__`."""
    try:
        return str(error)[:MESSAGE_LENGTH]
    except BaseException:  # it may even exit
        return ""


def by_a_statement(error: BaseException) -> bool:
    """Whether a `raise` raised it, and not a call into compiled code."""
    steps = list(traceback_of(error))
    if not steps:
        return True
    code, at = steps[-1].tb_frame.f_code.co_code, steps[-1].tb_lasti
    return code[at : at + 1] == RAISE  # a slice: a submission can make a traceback that points anywhere


def traceback_of(error: BaseException) -> Iterator[TracebackType]:
    """The traceback's steps, the innermost last."""
    step = error.__traceback__
    while step is not None:
        yield step
        step = step.tb_next


def raised_in(error: BaseException) -> str:
    """The qualified name of the function that raised: tells a stub from one that calls a stub."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return frames[-1][0].f_code.co_qualname if frames else ""


def learner_line(error: BaseException) -> str:
    """The innermost source line of the traceback that belongs to a notebook cell, stripped; '' where there is none."""
    found = ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name.startswith(("<cell", "<ipython")) or "ipykernel" in name:
            found = linecache.getline(name, number).strip() or found
    return found
