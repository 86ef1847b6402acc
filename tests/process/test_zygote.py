"""The life of a zygote and of its children: side by side, killed on the way, without root, without fork."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import autograder
from autograder.errors import UserError
from autograder.limits import Limits
from autograder.pool import Zygote
from tests.process.conftest import ADD, CALL, LIMITS, clean, gone, running
from tests.process.test_hostile import descendants

REPOSITORY = Path(autograder.__path__[0]).parent
SLOW = ("slow", "import time\ndef slow(x):\n    time.sleep(x)\n    return x")


def test_many_children_side_by_side(zygote: Zygote) -> None:
    sources = ["return x", "while True: pass", "import os; os._exit(1)", "raise ValueError(x)"]

    def one(i: int) -> tuple[str, object]:
        with zygote.child([("f", f"def f(x):\n    {sources[i % 4]}")]) as child:
            outcome = child.run("f", CALL, [{"x": i}], seconds=1.5)[0]
            return outcome.kind, outcome.value and outcome.value["value"]

    before = descendants(zygote)
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(one, range(16)))
    kinds = ["value", "timeout", "died", "error"]
    assert results == [(kinds[i % 4], i if i % 4 == 0 else None) for i in range(16)]
    assert descendants(zygote) == before
    assert all(map(clean, zygote.folder.iterdir()))


def test_a_cell_that_hangs_or_kills_is_left_out(zygote: Zygote) -> None:
    cells = [ADD, ("hangs", "while True: pass"), ("kills", "import os\nos._exit(5)"), ("more", "def more(a): return add(a, 1)")]
    quick = Zygote.__new__(Zygote)  # the same zygote with less patience for cells
    quick.__dict__.update(zygote.__dict__, limits=Limits(cells_seconds=0.7))
    with quick.child(cells) as child:
        assert child.skipped == {"hangs", "kills"}
        assert child.cell_errors["hangs"].error == "TimeoutError"
        assert "exit status 5" in child.cell_errors["kills"].message
        assert child.run("more", CALL, [{"a": 1}])[0].value["value"] == 2
    started = time.monotonic()
    with quick.child(cells, skip=child.skipped) as again:
        assert again.run("more", CALL, [{"a": 1}])[0].value["value"] == 2
    assert time.monotonic() - started < 0.7
    with quick.child([(f"hangs {i}", "import os\nos._exit(0)") for i in range(4)]) as hopeless:
        assert not hopeless.alive
        assert len(hopeless.cell_errors) == 3
        assert hopeless.run("add", CALL, [{}])[0].kind == "died"


def test_processor_time_is_limited(chapter: Zygote) -> None:
    with chapter.child([("f", "def f():\n    while True: pass")]) as child:
        outcome = child.run("f", CALL, [{}])[0]
    assert outcome.kind == "died"
    assert "SIGXCPU" in outcome.message


def test_a_module_that_is_not_there() -> None:
    with pytest.raises(UserError, match="did not start: ModuleNotFoundError.*no_such_module"):
        Zygote(uses=("no_such_module",))


def test_the_zygote_killed_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import os, time\ndef f(x):\n    pid = os.fork()\n    if not pid:\n        os.setsid()\n        time.sleep(60)\n    return pid"
    with Zygote(limits=LIMITS, restarts=2, training=False) as zygote:
        killed, root = zygote._processes.process.pid, zygote.folder
        with zygote.child([("f", source), SLOW]) as child:
            first, stray = child._lease.pid, child.run("f", CALL, [{"x": 1}])[0].value["value"]
            os.kill(killed, signal.SIGKILL)
            assert child.run("slow", CALL, [{"x": 0.01}])[0].value["value"] == 0.01  # started again, without a word
            assert child._lease.pid != first
            assert gone(killed, first, stray, within=2)

            stopped = zygote._processes.process.pid
            os.kill(stopped, signal.SIGSTOP)
            monkeypatch.setattr("autograder.launch.FORK_SECONDS", 0.5)
            with zygote.child([ADD]) as other:
                monkeypatch.undo()
                assert other.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3
            assert gone(stopped, within=2)
            second_death = child.run("slow", CALL, [{"x": 1}])[0]
            assert second_death.kind == "died"
            assert child.zygote_died

        os.kill(zygote._processes.process.pid, signal.SIGKILL)
        with pytest.raises(UserError, match="killed again and again"):
            zygote.child([ADD])
    assert not root.exists()


def checker(body: str) -> str:
    """A checker of its own, as source text."""
    return textwrap.dedent(f"""
        import sys, time
        sys.path.insert(0, {str(REPOSITORY)!r})
        from autograder.pool import Limits, Zygote
        from autograder.probes import ready_made
        CALL = ready_made("call")
        zygote = Zygote(limits=Limits(seconds=10, processes=16), training=False)
    """) + textwrap.dedent(body)


def test_everything_dies_with_the_checker() -> None:
    body = """
        source = "import os, time\\ndef f(x):\\n    pid = os.fork()\\n    os.setsid() if not pid else 0\\n    time.sleep(0 if pid else 60)\\n    return pid"
        child = zygote.child([("f", source)])
        stray = child.run("f", CALL, [{"x": 1}])[0].value["value"]
        print(zygote._processes.process.pid, child._lease.pid, stray, zygote.folder, flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen([sys.executable, "-c", checker(body)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    *pids, folder = process.stdout.readline().split()
    assert all(running(int(pid)) for pid in pids)
    process.kill()
    process.wait()
    process.stdout.close()
    assert gone(*map(int, pids), within=5)
    until = time.monotonic() + 5
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(folder).exists()


ORDINARY = """
    import os, resource
    source = '''
    import os, resource, torch
    def f(x):
        limits = [resource.getrlimit(n) for n in (resource.RLIMIT_AS, resource.RLIMIT_NPROC)]
        try:
            resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
            raised = True
        except (ValueError, OSError):
            raised = False
        return os.getuid(), raised, limits[1][0] < 100_000, open("/proc/self/oom_score_adj").read().strip()
    def loop(x):
        while True: pass
    def huge(x):
        return torch.zeros(10**11)
    def mem(x):
        return open(f"/proc/{os.getppid()}/mem", "rb").read(1)
    def stray(x):
        os.fork() or (os.setsid(), os.fork() and os._exit(0), __import__("time").sleep(60))
        return x
    def bomb(x):
        made = 0
        for _ in range(60):
            try:
                if not os.fork():
                    __import__("time").sleep(60)
                made += 1
            except BlockingIOError:
                break
        return made < 20
    '''
    import textwrap
    source = textwrap.dedent(source)
    def run(name):
        with zygote.child([("f", source)]) as child:
            outcome = child.run(name, CALL, [{"x": 1}], seconds=1 if name == "loop" else 10)[0]
            return outcome.kind, outcome.error, outcome.value and outcome.value["value"]
    with zygote:
        print([run(name) for name in ("f", "loop", "huge", "mem", "stray", "bomb")])
        print([f for f in zygote.folder.iterdir() if list(f.iterdir())])
    print(zygote.folder.exists())
"""


def test_an_ordinary_user() -> None:
    become = f"import os, sys\nsys.path.insert(0, {str(REPOSITORY)!r})\nfrom tests.process.ordinary import become_ordinary\nbecome_ordinary()\n"
    body = become + checker(ORDINARY)
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, timeout=120, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    outcomes, left, exists = done.stdout.splitlines()
    user = 65534 if os.getuid() == 0 else os.getuid()
    assert eval(outcomes) == [
        ("value", "", (user, False, True, "1000")),
        ("timeout", "", None),
        ("error", "RuntimeError", None),
        ("error", "PermissionError", None),
        ("value", "", 1),
        ("value", "", True),
    ]
    assert (left, exists) == ("[]", "False")
    assert not [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if user == 65534 and owner(pid) == user and running(pid)]


def owner(pid: int) -> int:
    """The user of a process; -1 where it is gone."""
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return -1


def test_without_fork_a_fresh_interpreter_does_the_same() -> None:
    with Zygote(limits=LIMITS, fork=False, training=False) as zygote:
        source = "import os\nprint('hello')\ndef f(x):\n    if x == 2:\n        os._exit(4)\n    return x"
        with zygote.child([("f", source), ("refused", "import ngram2bert.ngrams")]) as child:
            pid, folder = child._lease.pid, child._lease.folder
            assert child.output == "hello\n"
            assert child.cell_errors["refused"].error == "ModuleNotFoundError"
            outcomes = child.run("f", CALL, [{"x": 1}, {"x": 2}, {"x": 3}])
        assert outcomes[0].value["value"] == 1
        assert [outcome.message for outcome in outcomes[1:]] == [
            "it ended by itself with exit status 4", "not run: it ended by itself with exit status 4"]
        assert gone(pid)
        assert clean(folder)
        with zygote.child([("f", "import os, time\nos.fork() or time.sleep(60)\ndef f(x):\n    while True: pass")]) as child:
            pid = child._lease.pid
            assert child.run("f", CALL, [{"x": 1}], seconds=0.5)[0].kind == "timeout"
        assert gone(pid)


def test_a_submission_costs_milliseconds(zygote: Zygote) -> None:
    times = []
    for _ in range(20):
        started = time.perf_counter()
        with zygote.child([ADD]) as child:
            child.run("add", CALL, [{"a": 1, "b": 2}])
        times.append(time.perf_counter() - started)
    assert sorted(times)[0] < 0.1  # 12 ms on a quiet machine; the best of 20, as this one may be busy
