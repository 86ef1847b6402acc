"""The loop: a stopped run ends as if it had not been stopped; what it measures and when."""

import math

import pytest
import torch
from torch.nn import functional
from torch.testing import assert_close

from ngram2bert.training import Plan, fit, load_tensors, read_log, save_tensors

DATA = torch.randn(40, 3, generator=torch.Generator().manual_seed(1))
GOLD = (DATA @ torch.tensor([[1.0, -1.0], [0.5, 0.3], [-0.4, 0.9]])).argmax(1)
START = {"w": torch.zeros(3, 2), "b": torch.zeros(2)}


def gradients(params, batch):
    leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
    loss = functional.cross_entropy(batch[0] @ leaves["w"] + leaves["b"], batch[1])
    return loss.item(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))


def epoch(number):
    order = torch.randperm(40, generator=torch.Generator().manual_seed(number))
    return [(DATA[rows], GOLD[rows]) for rows in order.split(8)]  # five steps


def loss(params):
    return {"loss": functional.cross_entropy(DATA @ params["w"] + params["b"], GOLD).item()}


def run(plan, **more):
    return fit(START, gradients, epoch, 5, plan, **more)


def test_it_learns_and_measures_at_the_marks():
    done = run(Plan(epochs=4, rate=0.1, marks=(0.2, 1, 2.5)), measure=loss)
    assert [p.epochs for p in done.points] == [0.2, 1.0, 2.4, 4.0]  # 2.5 epochs are 12.5 steps
    assert [p.tokens for p in done.points] == [8, 40, 96, 160]
    assert done.points[-1].measured["loss"] < done.points[0].measured["loss"] < math.log(2)
    assert len(done.losses) == 4 and done.seconds >= done.points[0].seconds > 0
    assert torch.equal(START["w"], torch.zeros(3, 2))  # the caller's weights are left alone


def test_one_step_is_torchs_adam():
    done = run(Plan(epochs=0.2, rate=0.1, last=1e9))
    theirs = {name: value.clone().requires_grad_() for name, value in START.items()}
    optimizer = torch.optim.Adam(theirs.values(), lr=0.1)
    batch = next(iter(epoch(0)))
    functional.cross_entropy(batch[0] @ theirs["w"] + theirs["b"], batch[1]).backward()
    optimizer.step()
    for name, value in theirs.items():
        assert_close(done.params[name], value.detach())


class Stopped(Exception):
    pass


def test_a_run_that_was_stopped_goes_on(tmp_path):
    plan = Plan(epochs=3, rate=0.1, decay=0.01, marks=(0.4, 1.2, 2), save_every=0.0)
    whole = run(plan, measure=loss)
    path, calls = tmp_path / "run.safetensors", []

    def until_the_eighth(params, batch):
        calls.append(1)
        if len(calls) == 8:
            raise Stopped
        return gradients(params, batch)

    with pytest.raises(Stopped):
        fit(START, until_the_eighth, epoch, 5, plan, loss, path)
    again = run(plan, measure=loss, path=path)
    for name in START:
        assert torch.equal(again.params[name], whole.params[name])
    assert [p.measured for p in again.points] == [p.measured for p in whole.points]
    assert again.losses == pytest.approx(whole.losses)


def test_a_run_that_is_done_is_not_done_again(tmp_path):
    plan, path = Plan(epochs=1, rate=0.1), tmp_path / "run.safetensors"
    first = run(plan, measure=loss, path=path)

    def never(params, batch):
        raise AssertionError("asked for a gradient")

    again = fit(START, never, epoch, 5, plan, loss, path)
    assert torch.equal(first.params["w"], again.params["w"]) and again.points == first.points


def test_a_longer_run_goes_on_from_a_shorter_one(tmp_path):
    """The schedule does not know when it ends."""
    path = tmp_path / "run.safetensors"
    run(Plan(epochs=1, rate=0.1), path=path)
    longer = run(Plan(epochs=2, rate=0.1), path=path)
    whole = run(Plan(epochs=2, rate=0.1))
    assert torch.equal(longer.params["w"], whole.params["w"])


def test_tensors_and_a_note_come_back(tmp_path):
    path = tmp_path / "folder" / "x.safetensors"
    save_tensors(path, {"w": torch.tensor([1.0, 2.0001]), "n": torch.tensor([3])}, {"seed": 1}, torch.float16)
    tensors, note = load_tensors(path)
    assert tensors["w"].dtype == torch.float16 and tensors["n"].dtype == torch.int64 and note == {"seed": 1}
    assert load_tensors(path, torch.float32)[0]["w"].dtype == torch.float32
    assert [file.name for file in path.parent.iterdir()] == ["x.safetensors"]  # no half file stays behind
    path.with_suffix(".json").write_text('{"seed": 1}', encoding="utf-8")
    assert read_log(path) == {"seed": 1}
    with pytest.raises(FileNotFoundError, match="no checkpoint y"):
        load_tensors(tmp_path / "y.safetensors")


def test_a_run_cools_over_its_last_steps():
    """Half of ten steps: the sixth has the whole rate, the tenth a fifth of it."""
    plan = Plan(epochs=2, rate=0.1, half=1e12, cool=0.5, last=1e12)
    taken, before = [], [START["w"]]

    def watched(params, batch):
        taken.append((params["w"] - before[0]).abs().max().item())
        before[0] = params["w"].clone()
        return 0.0, {"w": torch.ones(3, 2), "b": torch.zeros(2)}  # a constant gradient: Adam steps by the rate

    fit(START, watched, epoch, 5, plan)
    assert taken[1:] == pytest.approx([0.1] * 6 + [0.08, 0.06, 0.04], rel=1e-4)
