"""`forbids`: the functions that an exercise asks the learner to write are refused while their code runs.

Two nets are drawn around the code in its own thread, wherever it runs, and touch nothing else in the process:

- a TorchFunctionMode refuses by the name under which Python calls torch, with a clear sentence.
  `torch._C.DisableTorchFunction`, scripted and traced functions go past it;
- a profile function refuses a library's own Python function of that name: scipy.special, torch._refs, sklearn.

Two more change the whole process. They are for a child, where there is nothing but the submission (`everywhere`); in a
notebook's kernel or in the checker they would hit other code, such as a training in another thread:

- both nets above are drawn in every new thread;
- torch's dispatcher refuses: the kernels themselves are replaced, for all threads and all callers, compiled ones too. A
  fused function that has the forbidden one inside is refused with it; the usual ones are refused in a notebook too.

What was refused is remembered: code that swallows the refusal and goes on is refused at its end.

`backward`, `grad` and optimisers are no kernels: the dispatcher does not stop them, the others do.

What cannot be stopped inside one process: the same steps under another name. Whoever finds a copy of the function and
gives it a name of its own has in effect handed in another's work; that is for the similarity report.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import FrameType
from typing import Any, NoReturn

import torch
from torch.overrides import TorchFunctionMode, resolve_name

PREFIXES = "_|native_|special_|safe_|sparse_|masked_|fused_|thnn_fused_|nested_"
SUFFIXES = "_for_cpu|_math|_cell|_loss"
MORE = {
    "lstm": ("mkldnn_rnn_layer",),
    "scaled_dot_product_attention": ("_scaled_dot_product_flash_attention_for_cpu", "_native_multi_head_attention"),
}
INSIDE = {  # of fused functions, what one net does not see and another does
    "scaled_dot_product_attention": ("softmax",),
    "multi_head_attention_forward": ("softmax", "scaled_dot_product_attention"),
    "gumbel_softmax": ("softmax",),
    "cross_entropy": ("log_softmax", "nll_loss"),
}


class Refusals:
    """What was refused, by whatever net: the first is what the learner is told."""

    def __init__(self, names: tuple[str, ...]):
        self.names = frozenset(names)
        self.seen: list[str] = []

    def holds(self, name: str) -> bool:
        """Whether a name is forbidden: as it stands, or without the underscores of a variant."""
        inside = INSIDE.get(name, ())
        return name in self.names or name.strip("_") in self.names or not self.names.isdisjoint(inside)

    def error(self) -> PermissionError:
        """What the learner is told."""
        return PermissionError(
            f"{self.seen[0]} does what this exercise asks you to write; build it from simpler operations"
        )

    def refuse(self, name: str) -> NoReturn:
        """Remember, and raise PermissionError."""
        self.seen.append(name)
        raise self.error()


class Forbidden(TorchFunctionMode):
    """Refuses torch functions whose last name is listed."""

    def __init__(self, refusals: Refusals):
        super().__init__()
        self.refusals = refusals

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        name = (resolve_name(func) or getattr(func, "__name__", "")).replace("::", ".")
        if any(map(self.refusals.holds, name.split("."))):  # _softmax, softmax_, aten.softmax.int
            self.refusals.refuse(name)
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def forbidding(names: tuple[str, ...], *, everywhere: bool = False) -> Iterator[None]:
    """Refuse these functions inside the block: in this thread, or everywhere in the process."""
    if not names:
        yield
        return
    refusals = Refusals(names)
    watch, before = watcher(refusals), sys.getprofile()
    with in_whole_process(refusals, watch) if everywhere else contextlib.nullcontext():
        try:
            with Forbidden(refusals):
                sys.setprofile(watch)
                yield
        except Exception:
            if not refusals.seen:
                raise
        finally:
            sys.setprofile(before)
    if refusals.seen:
        raise refusals.error()


@contextlib.contextmanager
def in_whole_process(refusals: Refusals, watch: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    """Replace torch's kernels, and draw the nets in every thread that starts."""

    def in_thread(frame: FrameType, event: str, value: Any) -> None:
        Forbidden(refusals).__enter__()  # its thread ends with it
        sys.setprofile(watch)

    with contextlib.ExitStack() as undo:
        library = torch.library.Library("aten", "IMPL")
        undo.callback(library._destroy)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of the first kernel that is replaced
            for kernel, key in kernels_of(tuple(sorted(refusals.names))):
                library.impl(kernel, refusing(kernel, refusals), key, allow_override=True)
        undo.callback(threading.setprofile, threading.getprofile())
        threading.setprofile(in_thread)
        yield


@cache
def kernels_of(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(operator, dispatch key) of all of torch's kernels that compute one of the functions into a new tensor."""
    either = "|".join(re.escape(name) for name in names)
    more = "|".join(re.escape(name) for key in names for name in MORE.get(key, ()))
    pattern = re.compile(rf"aten::((?:(?:{PREFIXES})*(?:{either})(?:{SUFFIXES})?_?|{more or either})(?:\.\w+)?)")
    found = map(pattern.fullmatch, torch._C._dispatch_get_all_op_names())
    operators = sorted({match[1] for match in found if match and not match[1].partition(".")[2].endswith("out")})
    return tuple((name, key) for name in operators for key in keys_of(f"aten::{name}"))


def keys_of(operator: str) -> tuple[str, ...]:
    """Where a call of the operator can be stopped: one made of others never reaches a kernel while gradients are on."""
    has = torch._C._dispatch_has_kernel_for_dispatch_key
    composed = has(operator, "CompositeImplicitAutograd")
    return ("CPU", *(["AutogradCPU"] if composed else []), *(["SparseCPU"] if has(operator, "SparseCPU") else []))


def refusing(name: str, refusals: Refusals) -> Callable[..., Any]:
    """A kernel that refuses."""

    def kernel(*_: Any, **__: Any) -> Any:
        refusals.refuse(f"torch's {name.partition('.')[0].strip('_')}")

    return kernel


def watcher(refusals: Refusals) -> Callable[[FrameType, str, Any], None]:
    """A profile function that refuses a library's function of one of these names."""

    def watch(frame: FrameType, event: str, value: Any) -> None:
        code = frame.f_code
        if event == "call" and refusals.holds(code.co_name) and "-packages" in code.co_filename:
            # installed: the learner's own function may have that name
            refusals.refuse(f"{frame.f_globals.get('__name__', 'a library')}.{code.co_name}")

    return watch
