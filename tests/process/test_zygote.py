"""The life of a zygote and of its children: side by side, killed on the way, without root, without fork."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import autograder
from autograder.errors import UserError
from autograder.lease import how_it_died, packet
from autograder.pool import Child, Zygote
from tests.process.conftest import ADD, CALL, LIMITS, WITHOUT, clean, gone, running
from tests.process.ordinary import NOBODY
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
    cells = [
        ADD,
        ("hangs", "while True: pass"),
        ("kills", "import os\nos._exit(5)"),
        ("more", "def more(a): return add(a, 1)"),
    ]
    limits = replace(LIMITS, cells_seconds=1.5)
    with Child(zygote._lease, limits, cells, frozenset()) as child:
        assert child.skipped == {"hangs", "kills"}
        assert child.cell_errors["hangs"].error == "TimeoutError"
        assert "exit status 5" in child.cell_errors["kills"].message
        assert child.run("more", CALL, [{"a": 1}])[0].value["value"] == 2
    with zygote.child(cells, skip=child.skipped) as again:
        assert not again.cell_errors
        assert again.run("more", CALL, [{"a": 1}])[0].value["value"] == 2
    with zygote.child([(f"kills {i}", "import os\nos._exit(0)") for i in range(4)]) as hopeless:
        assert not hopeless.alive
        assert len(hopeless.cell_errors) == 3
        assert hopeless.run("add", CALL, [{}])[0].kind == "died"


def test_a_cell_of_a_million_letters_is_left_out(zygote: Zygote) -> None:
    with zygote.child([("long", "x = 1 #" + "x" * 1_000_000), ADD]) as child:
        assert child.cell_errors["long"].message == "the cell is longer than 1,000,000 letters"
        assert child.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3


def test_processor_time_is_limited(chapter: Zygote) -> None:
    with chapter.child([("f", "def f():\n    while True: pass")]) as child:
        outcome = child.run("f", CALL, [{}])[0]
    assert outcome.kind == "died"
    assert "SIGXCPU" in outcome.message


def test_a_module_that_is_not_there() -> None:
    with pytest.raises(UserError, match=r"did not start: ModuleNotFoundError.*no_such_module"):
        Zygote(uses=("no_such_module",))


def test_a_submission_that_kills_the_zygote(monkeypatch: pytest.MonkeyPatch) -> None:
    stray = (
        "stray",
        "import os, time\ndef stray(x):\n    pid = os.fork()\n    pid or (os.setsid(), time.sleep(60))\n    return pid",
    )
    with Zygote(limits=LIMITS, restarts=3, training=False, without=(*WITHOUT, "privileges")) as zygote:
        first = zygote._processes.process.pid
        with (
            zygote.child([ADD, stray]) as neighbour,
            zygote.child([("f", "import os\ndef f(x):\n    os.kill(os.getppid(), 9)\n    while True: pass")]) as child,
        ):
            pids = [
                first,
                child._lease.pid,
                neighbour._lease.pid,
                neighbour.run("stray", CALL, [{"x": 1}])[0].value["value"],
            ]
            assert child.run("f", CALL, [{"x": 1}])[0].kind == "died"  # it had two lives, and killed two zygotes
            assert child.zygote_died
            assert neighbour.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3  # began again without a word
            assert gone(*pids, within=5)

            stopped = zygote._processes.process.pid
            os.kill(stopped, signal.SIGSTOP)
            monkeypatch.setattr("autograder.launch.FORK_SECONDS", 0.5)
            with zygote.child([ADD]) as other:
                monkeypatch.undo()
                assert other.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3
            assert gone(stopped, within=5)
            assert neighbour.run("add", CALL, [{"a": 1, "b": 2}])[0].kind == "died"  # a third life there is not

        os.kill(zygote._processes.process.pid, signal.SIGKILL)
        with pytest.raises(UserError, match="killed again and again"):
            zygote.child([ADD])
    assert not zygote.folder.exists()


ORDINARY = """
    import sys, textwrap, time
    sys.path.insert(0, REPOSITORY)
    from tests.process.ordinary import become_ordinary
    become_ordinary()
    from autograder.pool import Limits, Zygote
    from autograder.probes import ready_made

    zygote = Zygote(limits=Limits(seconds=10, processes=16), training=False, without=WITHOUT)
    source = textwrap.dedent('''
        import os, resource, time, torch
        def held(x):
            try:
                resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
                raised = True
            except (ValueError, OSError):
                raised = False
            return os.getuid(), raised, open("/proc/self/oom_score_adj").read().strip()
        def loops(x):
            while True: pass
        def huge(x):
            return torch.zeros(10**11)
        def looks(x):
            return open(f"/proc/{os.getppid()}/mem", "rb").read(1)
        def daemon(x):
            os.fork() or (os.setsid(), os.fork() and os._exit(0), time.sleep(60))
            return x
        def bomb(x):
            for made in range(60):
                try:
                    os.fork() or time.sleep(60)
                except BlockingIOError:
                    break
            return made < 20
        def stray(x):
            pid = os.fork()
            pid or (os.setsid(), time.sleep(60))
            return pid
    ''')
    for name in ("held", "loops", "huge", "looks", "daemon", "bomb"):
        with zygote.child([("all", source)]) as child:
            outcome = child.run(name, ready_made("call"), [{"x": 1}], seconds=1 if name == "loops" else 10)[0]
        print(outcome.kind, outcome.error, outcome.value and outcome.value["value"])
    print([folder for folder in zygote.folder.iterdir() if list(folder.iterdir())])
    child = zygote.child([("all", source)])
    stray = child.run("stray", ready_made("call"), [{"x": 1}])[0].value["value"]
    print(zygote._processes.process.pid, child._lease.pid, stray, zygote.folder, flush=True)
    time.sleep(60)
"""


def test_an_ordinary_user_and_the_death_of_the_checker() -> None:
    body = textwrap.dedent(ORDINARY).replace("REPOSITORY", repr(str(REPOSITORY))).replace("WITHOUT", str(WITHOUT))
    process = subprocess.Popen(
        [sys.executable, "-c", body], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/"
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout, process.stderr:
        lines = [process.stdout.readline().strip() for _ in range(8)]
        user = NOBODY if os.getuid() == 0 else os.getuid()
        assert lines[:-1] == [
            f"value  ({user}, False, '1000')",
            "timeout  None",
            "error RuntimeError None",
            "error PermissionError None",
            "value  1",
            "value  True",
            "[]",
        ], process.stderr.read() if process.poll() else ""
        *pids, folder = lines[-1].split()
        assert all(running(int(pid)) for pid in pids)
        process.kill()
        process.wait()
    assert gone(*map(int, pids), within=5)
    until = time.monotonic() + 5
    while Path(folder).exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(folder).exists()
    assert not [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if started_in(pid, folder)]


def started_in(pid: int, folder: str) -> bool:
    """True for a zygote with that folder and all its forks, which share its command line."""
    try:
        return running(pid) and folder.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_without_fork_a_fresh_interpreter_does_the_same() -> None:
    source = (
        "import os, time\nprint('hello')\ndef f(x):\n    while x == 2: pass\n    return os.fork() or time.sleep(60)"
    )
    with Zygote(limits=LIMITS, fork=False, training=False) as zygote:
        with zygote.child([("f", source), ("refused", "import ngram2bert.ngrams")]) as child:
            pid, folder = child._lease.pid, child._lease.folder
            assert child.output == "hello\n"
            assert child.cell_errors["refused"].error == "ModuleNotFoundError"
            outcomes = child.run("f", CALL, [{"x": 1}, {"x": 2}, {"x": 3}], seconds=1)
        assert [outcome.kind for outcome in outcomes] == ["value", "timeout", "died"]
        assert gone(pid, outcomes[0].value["value"], within=2)
        assert clean(folder)
    assert not zygote.folder.exists()


def test_a_checker_that_turns_away_costs_the_zygote_nothing(zygote: Zygote) -> None:
    channel, far_channel = socket.socketpair()
    life, far_life = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = descendants(zygote)
    folder = zygote._folders.take()
    with channel, far_channel, far_life:
        socket.send_fds(zygote._processes.control, [bytes(folder)], [far_channel.fileno(), far_life.fileno()])
        assert select.select([life], [], [], 10)[0]
        life.close()  # and the pid is not read: a reset
    with zygote.child([ADD]) as child:
        assert child.run("add", CALL, [{"a": 1, "b": 2}])[0].value["value"] == 3
    assert gone(*(descendants(zygote) - before), within=2)


def test_the_last_word_is_heard_behind_a_reset() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        ours.send(b"end")
        theirs.send(b'{"status": 3}')
        theirs.close()  # "end" was not read
        assert packet(ours, 1) == {"status": 3}
        assert packet(ours, 1) == {}


def test_how_a_process_died_is_said_in_words() -> None:
    assert how_it_died(3, 0) == "it ended by itself with exit status 3"
    assert how_it_died(-9, 1234) == "killed by signal 9 (SIGKILL) at 1,234 MB: most often out of memory"
    assert "recursion" in how_it_died(-11, 0)


def test_a_submission_costs_milliseconds(zygote: Zygote) -> None:
    times = []
    for _ in range(20):
        started = time.perf_counter()
        with zygote.child([ADD]) as child:
            child.run("add", CALL, [{"a": 1, "b": 2}])
        times.append(time.perf_counter() - started)
    assert sorted(times)[0] < 0.1  # 12 ms on a quiet machine; the best of 20, as this one may be busy
