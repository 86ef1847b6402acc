"""What submissions try. Each loses its exercise at most; the others go on, and nothing is left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from autograder.outcome import Outcome
from autograder.pool import Zygote
from tests.process.conftest import ADD, CALL, clean, gone, running

One = Callable[..., Outcome]

FATAL = {
    "loops": ("def f(x):\n    while True: pass", "timeout", "stopped after 0.5 s"),
    "sleeps": ("import time\ndef f(x):\n    time.sleep(60)", "timeout", "stopped"),
    "loops in C": ("def f(x):\n    return sum(1 for _ in iter(int, 1))", "timeout", "stopped"),
    "catches everything for ever": (
        "def f(x):\n    while True:\n        try:\n            1 / 0\n        except BaseException:\n            x = 0",
        "timeout",
        "stopped",
    ),
    "exits": ("import os\ndef f(x):\n    os._exit(0)", "died", "exit status 0"),
    "exits with a status": ("import os\ndef f(x):\n    os._exit(3)", "died", "exit status 3"),
    "kills itself": ("import os\ndef f(x):\n    os.kill(os.getpid(), 9)", "died", "SIGKILL"),
    "aborts": ("import os\ndef f(x):\n    os.abort()", "died", "SIGABRT"),
    "sends itself a real-time signal": ("import os\ndef f(x):\n    os.kill(os.getpid(), 40)", "died", "real-time"),
    "crashes": ("import ctypes\ndef f(x):\n    ctypes.string_at(0)", "died", "SIGSEGV"),
    "stops itself": ("import os\ndef f(x):\n    os.kill(os.getpid(), 19)", "timeout", "stopped"),
    "closes its channel": (
        "import os\ndef f(x):\n    os.closerange(3, 64)\n    while True: pass",
        "died",
        "closed its channel",
    ),
}
GARBAGE = {
    "garbage": "b'garbage' * 100",
    "a huge frame": "(1 << 60).to_bytes(8, 'big')",
    "an empty frame": "bytes(8)",
    "another's answer": "frame((5, 'value', 1, '', '', '', ''))",
    "a list": "frame([0, 'value', 1, '', '', '', ''])",
    "an answer too short": "frame((0, 'value', 1, '', ''))",
    "a kind of its own": "frame((0, 'right', 1, '', '', '', ''))",
    "a kind that is no text": "frame((0, ['value'], 1, '', '', '', ''))",
    "a time-out of its own": "frame((0, 'timeout', 1, '', '', '', ''))",
    "texts that are none": "frame((0, 'value', 1, 1, '', '', ''))",
    "endless texts": "frame((0, 'error', 1, '', 'x' * 10**6, '', ''))",
    "output that is none": "frame((0, 'value', 1, '', '', '', None))",
    "a bool for a number": "frame((False, 'value', 1, '', '', '', ''))",
}
WRITES = (
    "import os, sys\n"
    "def frame(x):\n"
    "    caller = sys._getframe()\n"
    "    while 'wire' not in caller.f_globals:\n"
    "        caller = caller.f_back\n"
    "    wire = caller.f_globals['wire']\n"
    "    return wire.frame(wire.encode(x))\n"
    "def f(x):\n"
    "    for n in range(3, 64):\n"
    "        try:\n"
    "            os.write(n, {0})\n"
    "        except OSError:\n"
    "            continue\n"
    "    while True: pass\n"
)
HARMLESS = {
    "recurses": ("def f(x):\n    return f(x)", "RecursionError"),
    "asks for a huge tensor": ("import torch\ndef f(x):\n    return torch.zeros(10**11)", "RuntimeError"),
    "doubles a list": ("def f(x):\n    a = [0]\n    while True:\n        a = a * 2", "MemoryError"),
    "maps shared memory": ("import mmap\ndef f(x):\n    return len(mmap.mmap(-1, 8 << 30))", "OSError"),
    "writes a large file": ("def f(x):\n    open('big', 'wb').write(bytes(64 << 20))", "OSError"),
    "opens many files": ("def f(x):\n    return [open('/dev/null') for _ in range(200)]", "OSError"),
    "reads from the keyboard": ("def f(x):\n    return input()", "EOFError"),
    "exits politely": ("def f(x):\n    raise SystemExit(1)", "SystemExit"),
    "interrupts": ("def f(x):\n    raise KeyboardInterrupt('stop')", "KeyboardInterrupt"),
    "raises what cannot be printed": (
        "class Odd(BaseException):\n    def __str__(self):\n        raise SystemExit\n"
        "    __repr__ = __str__\ndef f(x):\n    raise Odd",
        "Odd",
    ),
    "raises a stub that cannot be printed": (
        "class Odd(NotImplementedError):\n    def __str__(self):\n        return 1 / 0\ndef f(x):\n    raise Odd",
        "NotImplementedError",
    ),
    "raises with an endless name and text": (
        "def f(x):\n    raise type('E' * 10000, (Exception,), {})('m' * 10**6)",
        "E" * 200,
    ),
    "returns a tensor too large to send": ("import torch\ndef f(x):\n    return torch.zeros(20 << 20)", "WireError"),
    "returns what unfolds without end": (
        "def f(x):\n    d = [0]\n    for _ in range(30):\n        d = [d] * 30\n    return d",
        "WireError",
    ),
    "raises half a surrogate pair": ("def f(x):\n    raise ValueError('\\ud800')", "ValueError"),
}


def still_fine(zygote: Zygote) -> bool:
    """The zygote gives children, and they compute."""
    with zygote.child([ADD]) as child:
        return child.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3


@pytest.mark.parametrize(("source", "kind", "says"), FATAL.values(), ids=FATAL.keys())
def test_what_ends_the_process_loses_the_exercise_only(bare: Zygote, source: str, kind: str, says: str) -> None:
    with bare.child([("f", source)]) as child:
        pid, folder = child._lease.pid, child._lease.folder
        first, second = child.run("f", CALL, [{"x": 1}, {"x": 2}], seconds=0.5 if kind == "timeout" else 10)
        assert not child.alive
        assert child.run("f", CALL, [{"x": 3}])[0].kind == "died"
    assert (first.kind, second.kind) == (kind, "died")
    assert says in first.message
    assert second.message.startswith("not run: ")
    assert gone(pid)
    assert clean(folder)
    assert still_fine(bare)


@pytest.mark.parametrize("written", GARBAGE.values(), ids=GARBAGE.keys())
def test_what_is_written_to_the_channel_is_not_believed(zygote: Zygote, written: str) -> None:
    with zygote.child([("f", WRITES.replace("{0}", written))]) as child:
        outcome = child.run("f", CALL, [{"x": 1}], seconds=2)[0]
        assert not child.alive
    assert outcome.kind == "died"
    assert "it sent what it must not" in outcome.message


@pytest.mark.parametrize(("source", "error"), HARMLESS.values(), ids=HARMLESS.keys())
def test_what_raises_leaves_the_process_alive(zygote: Zygote, source: str, error: str) -> None:
    with zygote.child([("f", source), ADD]) as child:
        outcome = child.run("f", CALL, [{"x": 1}], seconds=10)[0]
        assert child.alive
        assert child.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3
    assert outcome.error == error
    assert len(outcome.message) <= 1000


def test_recursion_without_end_in_native_code(one: One) -> None:
    source = (
        "import sys\ndef f(x):\n    sys.setrecursionlimit(10**9)\n"
        "    class A:\n        def __getattribute__(self, name): return getattr(self, name)\n    return A().b"
    )
    outcome = one(source, seconds=5, x=1)
    assert outcome.kind in ("died", "timeout", "error")


def test_memory_that_grows_is_stopped(one: One) -> None:
    source = "import torch\ndef f(x):\n    a = []\n    while True:\n        a.append(torch.ones(10**6))"
    outcome = one(source, seconds=10, x=1)
    assert (outcome.kind, outcome.error) == ("error", "RuntimeError")
    assert "allocate memory" in outcome.message


def test_ordinary_memory_and_threads_are_allowed(one: One) -> None:
    source = (
        "import threading, torch\ndef f(x):\n    torch.set_num_threads(2)\n"
        "    y = (torch.ones(1000, 1000) @ torch.ones(1000, 1000)).sum() + torch.ones(40 << 20).sum()\n"
        "    threads = [threading.Thread(target=print, args=(i,)) for i in range(20)]\n"
        "    for thread in threads:\n        thread.start()\n"
        "    for thread in threads:\n        thread.join()\n    return float(y)"
    )
    outcome = one(source, seconds=20, x=1)
    assert outcome.value["value"] == pytest.approx(1e9, rel=0.1)


def test_fifty_megabytes_of_output_are_neither_an_error_nor_kept(zygote: Zygote) -> None:
    source = (
        "import sys\ndef f(x):\n    for _ in range(50):\n        print('y' * 2**20)\n"
        "    sys.stdout.buffer.write(b'z')\n    return x"
    )
    with zygote.child([("f", source)]) as child:
        assert child.run("f", CALL, [{"x": 1}], seconds=10)[0].value["value"] == 1
        assert child.output == "y" * 10_000


def test_output_that_is_closed_or_replaced(zygote: Zygote) -> None:
    source = (
        "import sys\nprint('before')\ndef f(x):\n    sys.stdout.close()\n    sys.stdout = None\n    return x\n"
        "def g(x):\n    print(1)\n    return x"
    )
    with zygote.child([("f", source)]) as child:
        assert child.run("f", CALL, [{"x": 1}, {"x": 2}])[1].kind == "error"  # None has no close
        assert child.run("g", CALL, [{"x": 3}])[0].value["value"] == 3
        assert child.output == "before\n"


PATCHES = {
    "torch": "import torch\ntorch.Tensor.__eq__ = torch.equal = lambda *a, **k: True\ntorch.manual_seed = print",
    "builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda x: 0",
    "json and msgpack": "import json, msgpack\njson.loads = msgpack.Unpacker = msgpack.Packer = lambda *a, **k: 42",
    "the engine": "import sys\ncaller = sys._getframe()\n"
    "while 'wire' not in caller.f_globals:\n    caller = caller.f_back\n"
    "caller.f_globals['wire'].encode = lambda x, **k: b'NB1' + bytes(9)",
    "an always equal tensor": "import torch\nclass T(torch.Tensor):\n    def __eq__(self, other): return True\n"
    "    def __torch_function__(*a, **k): return T([1.])",
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES.keys())
def test_patches_stay_in_the_child_that_makes_them(zygote: Zygote, patch: str) -> None:
    source = f"{patch}\ndef f(x):\n    y = x + 1\n    return y.as_subclass(T) if 'T' in globals() else y"
    with zygote.child([ADD]) as neighbour, zygote.child([("f", source)]) as child:
        outcome = child.run("f", CALL, [{"x": torch.zeros(2)}], seconds=2)[0]
        assert neighbour.run("add", CALL, [{"a": torch.zeros(2), "b": 2}])[0].value["value"].tolist() == [2, 2]
    if outcome.kind == "value":
        assert type(outcome.value["value"]) is torch.Tensor
        assert outcome.value["value"].tolist() == [1, 1]
    else:
        assert outcome.kind in ("died", "error", "timeout", "missing")  # missing: the cell itself ended the process
    assert still_fine(zygote)


def test_threads_that_go_on_end_with_the_child(zygote: Zygote) -> None:
    source = (
        "import threading\ndef spin():\n    while True: pass\n"
        "def f(x):\n    [threading.Thread(target=spin).start() for _ in range(4)]\n    return x"
    )
    started = time.monotonic()
    with zygote.child([("f", source)]) as child:
        pid = child._lease.pid
        assert child.run("f", CALL, [{"x": 1}])[0].value["value"] == 1
    assert gone(pid)
    assert time.monotonic() - started < 5


FORKS = {
    "a child": "os.fork() or time.sleep(60)",
    "a child of another session": "os.fork() or (os.setsid(), time.sleep(60))",
    "a daemon": "os.fork() or (os.setsid(), os.fork() and os._exit(0), time.sleep(60))",
    "a program": "subprocess.Popen(['sleep', '60'], start_new_session=True)",
    "a bounded bomb": "[os.fork() for _ in range(4)]",
}


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS.keys())
@pytest.mark.parametrize("then", ["return x", "os._exit(0)", "time.sleep(60)"], ids=["returns", "exits", "sleeps"])
def test_descendants_are_killed_with_the_child(bare: Zygote, fork: str, then: str) -> None:
    source = (
        f"import os, subprocess, time\ndef f(x):\n    {fork}\n    open(str(os.getpid()), 'w').close()\n    {then}\n"
    )
    with bare.child([ADD]) as neighbour:
        before = descendants(bare)
        with bare.child([("f", source)]) as child:
            folder = child._lease.folder
            child.run("f", CALL, [{"x": 1}], seconds=0.4)
        left = descendants(bare) - before
        assert not left
        assert clean(folder)
        assert neighbour.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3


def descendants(zygote: Zygote) -> set[int]:
    """Every process below the zygote, found from the list of all processes; zombies left out."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, grew = {zygote._processes.process.pid}, True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grew, found = bool(more), found | more
    return {pid for pid in found if running(pid)}


def test_a_fork_does_not_answer_in_its_parents_name(bare: Zygote) -> None:
    source = (
        "import os, time\ndef f(x):\n    me = os.fork()\n    if me:\n        time.sleep(0.2)\n    return bool(me), x"
    )
    with bare.child([("f", source)]) as child:
        outcomes = child.run("f", CALL, [{"x": 1}, {"x": 2}])
    assert [outcome.value["value"] for outcome in outcomes] == [(True, 1), (True, 2)]


def test_a_folder_that_resists_is_removed(bare: Zygote, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    source = (
        "import os\ndef f(outside):\n    os.symlink(outside, 'link')\n    os.mkdir('closed')\n"
        "    open('closed/x', 'w')\n"
        "    for _ in range(1200):\n        os.mkdir('d')\n        os.chdir('d')\n    os.symlink(outside, 'deep')\n"
        "    os.chdir('/')\n"
    )
    with bare.child([("f", source)]) as child:
        folder = child._lease.folder
        assert child.run("f", CALL, [{"outside": str(tmp_path)}], seconds=10)[0].kind == "value"
    assert clean(folder)
    assert (tmp_path / "precious").read_text() == "kept"
