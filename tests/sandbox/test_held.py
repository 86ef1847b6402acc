"""What a submission tries inside the whole sandbox, and what it must still be able to do there."""

from __future__ import annotations

import importlib.util
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import autograder
from autograder import sandbox
from autograder.pool import Zygote
from tests.sandbox.evidence import CALL, LIMITS

REPOSITORY = Path(autograder.__path__[0]).parent
pytestmark = pytest.mark.skipif(sandbox.strength() != "sandboxed", reason="this machine has no whole sandbox")
OPEN = ("bubblewrap",)  # left out: then it is for Landlock to close what bubblewrap hides


WHOLE = pytest.mark.parametrize("zygote", [()], ids=["all layers"], indirect=True)


@pytest.fixture(scope="module", params=[(), OPEN], ids=["all layers", "without bubblewrap"])
def zygote(request: pytest.FixtureRequest) -> Iterator[Zygote]:
    """With all layers, and without the one that hides what the others must refuse."""
    limits = replace(LIMITS, memory_bytes=512 << 20, processes=64)
    with Zygote(limits=limits, training=False, without=request.param) as warm:
        yield warm


ATTEMPTS = {
    "read the reference": f"open({str(REPOSITORY / 'lib/ngram2bert/__init__.py')!r}).read()",
    "read the declarations": f"open({str(REPOSITORY / 'autograder/exercise.py')!r}).read()",
    "list the repository": f"os.listdir({str(REPOSITORY)!r})",
    "list a home": f"os.listdir({str(Path.home())!r})",
    "read the users": "open('/etc/passwd').read()",
    "read a neighbour": "open(f'/proc/{x[0]}/maps').read()",
    "read the neighbour's folder": "os.listdir(x[1])",
    "list the working folders": "os.listdir('..')",
    "read another submission": "open(x[2]).read()",
    "write beside it": "open(x[2] + '2', 'w')",
    "write in the common folder for such": "open('/tmp/marker-of-a-test', 'w')",
    "write to shared memory": "open('/dev/shm/marker-of-a-test', 'w')",
    "change an installed package": "open(torch.__file__, 'a')",
    "link out and follow": "os.symlink(x[2], 'way'); open('way').read()",
    "a hard link": "os.link(x[2], 'hard')",
    "signal the zygote": "os.kill(os.getppid(), 0)",
    "signal a neighbour": "os.kill(x[0], 0)",
    "signal all": "os.killpg(0, 0)",
    "fork": "os.fork() or os._exit(0)",
    "run a program": "subprocess.run(['true'])",
    "start a program by the shell": "ok(os.system('true') == 0)",
    "become a program": "os.execv(sys.executable, [sys.executable, '-c', '1'])",
    "a process by multiprocessing": "multiprocessing.get_context('fork').Process(target=print).start()",
    "connect": "socket.create_connection(('127.0.0.1', x[3]), 1)",
    "listen": "socket.create_server(('127.0.0.1', 0))",
    "a Unix socket": "socket.socket(socket.AF_UNIX).connect(b'\\0marker')",
    "a name server": "socket.getaddrinfo('localhost', 80, type=socket.SOCK_STREAM)",
    "a raw socket call": "check(libc.syscall(41, 2, 1, 0))",
    "trace itself": "check(libc.ptrace(0, 0, 0, 0))",
    "read the zygote's memory": "check(libc.process_vm_readv(os.getppid(), None, 0, None, 0, 0))",
    "a new user namespace": "check(libc.unshare(0x10000000))",
    "mount": "check(libc.mount(b'x', b'.', b'tmpfs', 0, None))",
    "take the folder away": "check(libc.umount2(os.getcwd().encode(), 2))",
    "memory that is a file": "os.memfd_create('x')",
    "outlive the zygote": "check(libc.prctl(1, 0, 0, 0, 0))",
    "be root": "os.setuid(0); os.setgid(0); ok(os.getuid() == 0 and os.access('/etc/shadow', os.R_OK))",
    "more memory": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "the finder taken away": "sys.meta_path[:] = sys.meta_path[-1:]; sys.path[:0] = x[4]; import ngram2bert.ngrams",
}
HEAD = """
import ctypes, multiprocessing, os, resource, socket, subprocess, sys, torch
libc = ctypes.CDLL(None, use_errno=True)
def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), 'refused')
def ok(worked):
    if not worked:
        raise OSError('refused')
def f(x):
    try:
        {0}
    except (OSError, ValueError, ImportError) as error:
        return f'refused: {type(error).__name__}'
    return 'done'
"""


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_an_attempt_is_refused_and_the_rest_goes_on(zygote: Zygote, tmp_path: Path, attempt: str) -> None:
    other = tmp_path / "submission.ipynb"
    other.write_text("secret")
    paths = [str(REPOSITORY), str(REPOSITORY / "lib")]
    with socket.create_server(("127.0.0.1", 0)) as server, zygote.child([]) as neighbour:
        lease = neighbour._lease
        assert lease is not None
        given = (lease.pid, str(lease.folder), str(other), server.getsockname()[1], paths)
        with zygote.child([("f", HEAD.replace("{0}", attempt)), ("g", "def g(x):\n    return x + 1")]) as child:
            outcome = child.run("f", CALL, [{"x": given}])[0]
            assert child.run("g", CALL, [{"x": 1}])[0].value["value"] == 2
        assert neighbour.alive
    assert outcome.kind == "value", outcome
    assert outcome.value["value"].startswith("refused: "), outcome
    assert [path.name for path in tmp_path.iterdir()] == ["submission.ipynb"]


NEEDED = {
    "a plot": "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
    "plt.title('a')\nplt.savefig('plot.png')\nassert os.path.getsize('plot.png') > 1000",
    "optimisers": "import torch.optim as o\nw = torch.ones(2, requires_grad=True)\n(w * w).sum().backward()\n"
    "o.AdamW([w]).step()\nassert w[0] < 1",
    "packed sequences": "import torch.nn.utils.rnn as r\nr.pack_padded_sequence(torch.ones(2, 3, 1), [3, 2], True)",
    "function transforms": "import torch.func\nassert torch.func.grad(lambda x: x * x)(torch.tensor(3.)) == 6",
    "a model saved and loaded": "torch.save({'w': torch.ones(2)}, 'w.pt')\nassert torch.load('w.pt')['w'].sum() == 2",
    "NumPy's parts": "import numpy.fft, numpy.linalg, numpy.polynomial\nnumpy.linalg.svd(numpy.eye(50))",
    "time and place": "import zoneinfo, locale, datetime, random, uuid, secrets\nuuid.uuid4(), datetime.datetime.now()",
    "temporary files": "import tempfile\nwith tempfile.TemporaryFile() as t: t.write(b'x')\n"
    "with tempfile.TemporaryDirectory() as d: open(d + '/x', 'w').close()",
    "threads": "import concurrent.futures as c\nassert sum(c.ThreadPoolExecutor(4).map(abs, range(9))) == 36",
    "more than one core": "torch.set_num_threads(2)\nassert (torch.ones(999, 999) @ torch.ones(999, 999)).sum() > 0",
    "sparse and special functions": "assert torch.special.gammaln(torch.ones(1)) == 0\ntorch.eye(3).to_sparse()",
    "distributions": "torch.distributions.Categorical(torch.ones(3)).sample()",
}
if importlib.util.find_spec("scipy"):
    NEEDED["SciPy"] = "import scipy.special, scipy.optimize\nassert scipy.special.erf(0) == 0"


@WHOLE
@pytest.mark.parametrize("source", NEEDED.values(), ids=NEEDED.keys())
def test_what_a_submission_needs_works(zygote: Zygote, source: str) -> None:
    with zygote.child([("cell", "import os, torch\n" + source)]) as child:
        assert child.alive, child.died
        assert not child.cell_errors


BOMBS = {
    "threads": "import threading\nthreading.stack_size(1 << 16)\nn = 0\ntry:\n    while n < 5000:\n"
    "        threading.Thread(target=threading.Event().wait, daemon=True).start()\n        n += 1\n"
    "except RuntimeError:\n    pass\nassert n <= 64, n",
    "memory": "a = []\ntry:\n    while True: a.append(bytearray(10 << 20))\nexcept MemoryError:\n    pass\n"
    "assert len(a) < 60, len(a)",
    "files": "n = 0\ntry:\n    while n < 5000:\n        open(str(n), 'w').close()\n        n += 1\n"
    "except OSError:\n    pass\nassert n <= 1000, n",
    "bytes": "n = 0\ntry:\n    while n < 50:\n        open(str(n), 'wb').write(bytes(8 << 20))\n        n += 1\n"
    "except OSError:\n    pass\nassert n <= 8, n",
    "descriptors": "a = []\ntry:\n    while len(a) < 500: a.append(open('/dev/null'))\nexcept OSError:\n    pass\n"
    "assert len(a) < 64",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_bounded(zygote: Zygote, bomb: str) -> None:
    if "open(str(n)" in bomb and "small folder" not in zygote.layers:
        pytest.skip("no folder of its own here: the zygote watches")
    with zygote.child([("bomb", bomb)]) as child:
        assert child.alive, child.died
        assert not child.cell_errors, child.cell_errors


@pytest.mark.parametrize("write", ["open(str(n), 'wb').write(bytes(8 << 20))", "open(str(n), 'w').close()"])
def test_without_mounts_the_zygote_stops_what_fills_the_disk(write: str) -> None:
    limits = replace(LIMITS, folder_bytes=32 << 20, folder_files=100)
    bomb = f"import time\nfor n in range(200):\n    {write}\n    time.sleep(0.02)\n"
    with (
        Zygote(limits=limits, training=False, without=("namespaces", "bubblewrap", "small folder")) as zygote,
        zygote.child([("bomb", bomb), ("later", "def f(): return 1")]) as child,
    ):
        assert child.skipped == {"bomb"}
        assert "it filled its folder" in child.cell_errors["bomb"].message
        assert child.run("f", CALL, [{}])[0].value["value"] == 1


@WHOLE
def test_root_is_nobody_inside(zygote: Zygote) -> None:
    source = "import os\ndef f(): return os.getuid(), os.getgroups()"
    with zygote.child([("f", source)]) as child:
        user, groups = child.run("f", CALL, [{}])[0].value["value"]
    assert user == (os.getuid() or 65534)
    assert os.getuid() or groups == []


@WHOLE
def test_the_sandbox_costs_milliseconds(zygote: Zygote) -> None:
    with Zygote(limits=LIMITS, training=False, without=sandbox.NAMES) as bare:
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(25):  # in turn, as the machine may be busy
            for held, kind in ((True, zygote), (False, bare)):
                started = time.perf_counter()
                with kind.child([("f", "def f(): return 1")]) as child:
                    child.run("f", CALL, [{}])
                times[held].append(time.perf_counter() - started)
    quiet = min(times[False])  # 10 ms where nothing else runs
    assert min(times[True]) - quiet < 0.012 + quiet / 3  # 3 ms there
