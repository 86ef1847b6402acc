"""`forbids` holds against every way to the same function that we know of, and lets everything else through."""

from __future__ import annotations

import importlib.util
import threading
import warnings

import pytest
import torch

from autograder.forbidden import forbidding, kernels_of
from autograder.outcome import Outcome
from autograder.run import load_probe, run_case

PROBE = load_probe("def probe(target, **case):\n    return target(**case)")
HEAD = "import threading, torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
SOFTMAX = {
    "a method": "def f(x): return x.softmax(-1)",
    "the layer": "def f(x): return nn.Softmax(-1)(x)",
    "an operator": "def f(x): return torch.ops.aten._softmax.default(x, -1, False)",
    "in a thread": "def f(x):\n    y = []\n    t = threading.Thread(target=lambda: y.append(x.softmax(-1)))\n"
    "    t.start(); t.join()\n    return y[0]",
    "in a raw thread": "import _thread, time\ndef f(x):\n    y = []\n"
    "    _thread.start_new_thread(lambda: y.append(x.softmax(-1)), ())\n    time.sleep(0.2)\n    return y[0]",
    "without torch functions": "def f(x):\n    with torch._C.DisableTorchFunction(): return x.softmax(-1)",
    "with the mode taken off": "from torch.overrides import _get_current_function_mode_stack as stack\n"
    "from torch.overrides import _pop_mode, _push_mode\n"
    "def f(x):\n    modes = [_pop_mode() for _ in stack()]\n    y = x.softmax(-1)\n"
    "    for mode in reversed(modes): _push_mode(mode)\n    return y",
    "traced": "g = torch.jit.trace(lambda x: x.softmax(-1), torch.ones(2, 3))\ndef f(x): return g(x)",
    "scripted": "g = torch.jit.script(nn.Softmax(-1))\ndef f(x): return g(x)",
    "mapped": "def f(x): return torch.func.vmap(lambda r: r.softmax(-1))(x)",
    "inside attention": "def f(x):\n    one = torch.eye(3)[None]\n"
    "    return F.scaled_dot_product_attention(x[None], one, one)",
    "inside a Gumbel softmax": "def f(x): return F.gumbel_softmax(x)",
    "with gradients": "def f(x):\n    with torch._C.DisableTorchFunction(): return x.requires_grad_().softmax(-1)",
    "torch's own in Python": "import torch._refs\ndef f(x): return torch._refs.softmax(x, -1)",
    "swallowed": "def f(x):\n    try: x.softmax(-1)\n    except BaseException: pass\n    return x",
    "swallowed and tried again": "import torch._refs\ndef f(x):\n    try: torch._refs.softmax(x, -1)\n"
    "    except PermissionError: return torch._refs.softmax(x, -1)",
    "sparse": "def f(x): return torch.sparse.softmax(x.to_sparse(), 1).to_dense()",
}
if importlib.util.find_spec("scipy"):
    SOFTMAX["SciPy's"] = "import scipy.special\ndef f(x): return torch.tensor(scipy.special.softmax(x.numpy(), -1))"
OTHERS = {
    "lstm": "l = nn.LSTM(2, 2)\ndef f(x):\n    with torch._C.DisableTorchFunction(): return l(x[:, None, :2])[0]",
    "layer_norm": "l = nn.LayerNorm(3)\ndef f(x):\n    with torch._C.DisableTorchFunction(): return l(x)",
    "cross_entropy": "def f(x):\n    with torch._C.DisableTorchFunction():\n"
    "        return F.cross_entropy(x, torch.tensor([0, 1]), label_smoothing=0.1)",
    "log_softmax": "l = nn.LogSoftmax(-1)\ndef f(x):\n    with torch._C.DisableTorchFunction(): return l(x)",
    "scaled_dot_product_attention": "def f(x):\n    with torch._C.DisableTorchFunction():\n"
    "        return F.scaled_dot_product_attention(x[None], x[None], x[None])",
    "logsumexp": "def f(x):\n    with torch._C.DisableTorchFunction(): return x.logsumexp(-1)",
    "dropout": "def f(x):\n    with torch._C.DisableTorchFunction(): return F.dropout(x)",
    "embedding": "def f(x):\n    with torch._C.DisableTorchFunction(): return F.embedding(x.long().clamp(0, 1), x)",
    "requires_grad_": "def f(x): return x.requires_grad_().requires_grad",
    "adam": "def f(x):\n    w = nn.Parameter(x)\n    w.grad = x\n    torch.optim.Adam([w]).step()\n    return w.data",
    "backward": "def f(x):\n    w = x.requires_grad_()\n    t = threading.Thread(target=(w * w).sum().backward)\n"
    "    t.start(); t.join()\n    return w.grad",
    "grad": "def f(x):\n    y = []\n    w = x.requires_grad_()\n    t = threading.Thread(\n"
    "        target=lambda: y.append(torch.autograd.grad((w * w).sum(), w)))\n    t.start(); t.join()\n    return y",
}


def run(source: str, *forbids: str, everywhere: bool = True) -> Outcome:
    space: dict[str, object] = {"__name__": "__main__"}
    exec(compile(HEAD + source, "<cell f>", "exec"), space)
    return run_case(
        PROBE, space, "f", {"x": torch.tensor([[1.0, 2, 3], [0, 1, 0]])}, forbids=forbids, everywhere=everywhere
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source", SOFTMAX.values(), ids=SOFTMAX.keys())
def test_every_way_to_softmax_is_refused(source: str) -> None:
    assert run(source).kind == "value"
    refused = run(source, "softmax")
    assert (refused.kind, refused.error) == ("error", "PermissionError")
    assert "build it from simpler operations" in refused.message
    assert run(source).kind == "value"  # and nothing of the refusal stays


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OTHERS)
def test_functions_of_chapters_to_come(name: str) -> None:
    assert run(OTHERS[name]).kind == "value"
    assert run(OTHERS[name], name).error == "PermissionError"


ORDINARY = ("a method", "the layer", "an operator", "inside attention", "inside a Gumbel softmax", "swallowed")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", ORDINARY)
def test_the_card_in_a_notebook_refuses_what_a_learner_writes(way: str) -> None:
    refused = run(SOFTMAX[way], "softmax", everywhere=False)
    assert (refused.kind, refused.error) == ("error", "PermissionError")
    assert "build it from simpler operations" in refused.message


def test_other_threads_of_a_kernel_go_on(capfd: pytest.CaptureFixture[str]) -> None:
    """A widget's or a training's thread, one that runs already and one that starts, use what the exercise forbids."""
    go, asked, seen = threading.Event(), threading.Event(), list[float]()

    def training() -> None:
        asked.wait(20)
        seen.append(float(torch.ones(2).softmax(-1)[0]))
        late = threading.Thread(target=lambda: seen.append(float(torch.ones(2).softmax(-1)[0])))
        late.start()
        late.join()
        go.set()

    thread = threading.Thread(target=training)
    thread.start()
    with forbidding(("softmax",)):
        asked.set()
        assert go.wait(20)
    thread.join()
    assert seen == [0.5, 0.5]
    assert capfd.readouterr().err == ""


def test_what_is_not_forbidden_works_beside_it() -> None:
    source = (
        "def softmax(x):\n    e = (x - x.amax(-1, keepdim=True)).exp()\n    return e / e.sum(-1, keepdim=True)\n"
        "def f(x):\n    y = []\n    t = threading.Thread(target=lambda: y.append(softmax(x)))\n"
        "    t.start(); t.join()\n"
        "    return torch.equal(y[0], softmax(x)) and F.linear(x, x).relu().sum() > 0"
    )
    assert run(source, "softmax", "lstm", "layer_norm", "cross_entropy").value


def test_an_error_of_the_learners_own_stays_theirs() -> None:
    assert run("def f(x): return 1 / 0", "softmax").error == "ZeroDivisionError"


def test_nothing_is_said_aside() -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        run("def f(x): return x.exp()", "softmax")
    assert not heard


def test_the_kernels_are_found_and_no_others() -> None:
    found = dict(kernels_of(("softmax",)))
    assert {"_softmax", "_safe_softmax", "softmax.int", "_sparse_softmax"} <= set(found)
    assert not [name for name in found if "log" in name]
    assert {"dropout", "native_dropout"} <= set(dict(kernels_of(("dropout",))))
    assert kernels_of(("no_such_function",)) == ()
