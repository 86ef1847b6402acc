"""Training: what the state is, what a stopped run goes on with, what the shipped models are worth."""

import random
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch.testing import assert_close

from ngram2bert import pretrained
from ngram2bert.claims.recurrent_runs import by_sentence, measure
from ngram2bert.neural.brown import brown_text
from ngram2bert.recurrent import RecurrentLM, Settings, lstm_lm, rnn_lm, train_on
from ngram2bert.recurrent.batches import stream
from ngram2bert.recurrent.brown import _chunks, _Task
from ngram2bert.training import Plan

SMALL = Settings(m=8, steps=4, batch=3, head=8, noise=8, dropout=0.1)
V = 20


def text(sentences=60, seed=1):
    """Twelve short sentences on one topic, then twelve on the other: each has words of its own."""
    chance = random.Random(seed)
    return [
        [chance.randrange(3, 11) + (i // 12 % 2) * 8 for _ in range(chance.randrange(2, 5))] for i in range(sentences)
    ]


@pytest.mark.parametrize("settings", [SMALL, replace(SMALL, kind="gru", restart=0.5), replace(SMALL, sentences=True)])
def test_a_run_that_was_stopped_ends_as_if_it_had_not_been(settings, tmp_path, monkeypatch):
    whole = train_on(text(40), V, settings, 2, seed=1)
    path = tmp_path / "run.safetensors"

    def stop(point):
        raise KeyboardInterrupt

    monkeypatch.setattr("ngram2bert.recurrent.brown.Plan", partial(Plan, save_every=-1.0))  # after every step
    with pytest.raises(KeyboardInterrupt):
        train_on(text(40), V, settings, 2, seed=1, marks=(1.3,), path=path, progress=stop)
    again = train_on(text(40), V, settings, 2, seed=1, marks=(1.3,), path=path)
    for name, value in whole.params.items():
        assert torch.equal(again.params[name], value), name


def test_both_trainings_read_the_same_batches_and_differ_in_the_state():
    sentences = text()
    both = []
    for restart in (0.0, 1.0):
        settings = replace(SMALL, restart=restart)
        both.append(list(_chunks(sentences, stream(sentences), settings, torch.Generator().manual_seed(1))))
    for i, (one, other) in enumerate(zip(*both, strict=True)):
        for mine, theirs in zip(one[:4], other[:4], strict=True):
            assert torch.equal(mine, theirs)
        assert bool(one[4].all()) == (i == 0) and bool(other[4].all())
    assert both[0][0][1].shape == (4, 3)
    assert torch.equal(both[0][0][1][-1], both[0][1][1][0]) is False
    assert torch.equal(both[0][0][0].view(4, 3)[-1], both[0][1][1][0])  # a chunk's last target begins the next one


def test_the_state_goes_on_where_a_column_does_and_carries_no_gradient():
    settings, counts = replace(SMALL, dropout=0.0), torch.arange(V, 0, -1)
    task = _Task(settings, counts)
    params = {name: w.detach().clone() for name, w in task.net.named_parameters()}
    batches = list(_chunks(text(), stream(text()), settings, torch.Generator().manual_seed(1)))
    task(params, batches[0])
    h = task.memory["h"].clone()
    hs, _ = task.net.hidden(batches[0][1])
    assert_close(h[0], hs[-1].detach())
    state = task.state(torch.tensor([False, True, False]))
    assert_close(state[0][0, 0], h[0, 0])
    assert not state[0][0, 1].any() and not state[1][0, 1].any() and not state[0].requires_grad
    loss, grads = task(params, batches[1])
    longer = float(torch.stack([grad.norm() for grad in grads.values()]).norm())
    assert loss > 0 and longer <= settings.limit * (1 + 1e-5) and grads.keys() == params.keys()


def test_it_learns():
    done = train_on(text(300), V, replace(SMALL, m=16, dropout=0.0, rate=0.02), 4, seed=1)
    model = RecurrentLM(done.params)
    held_out = text(80, seed=2)
    assert model.perplexity(held_out) < 10  # of 17 words that occur
    assert model.perplexity(held_out, carried=True) < model.perplexity(held_out) - 0.5  # the topic goes on


@pytest.mark.parametrize("name", ["rnn-brown", "lstm-brown"])
def test_a_shipped_model_is_small_and_says_where_it_comes_from(name):
    params, log = pretrained.load(name)
    file = pretrained.FOLDER / f"{name}.safetensors"
    assert file.stat().st_size < 10_000_000 and sum(value.numel() for value in params.values()) < 4_500_000
    assert log["command"] == f"python -m ngram2bert.pretrained {name}" and log["seed"] == 1
    assert Settings(**log["settings"]).kind == name.split("-")[0]
    assert log["curve"][-1]["epochs"] == log["epochs"]
    assert len(log["training_loss_between_points"]) == len(log["curve"])


def test_the_shipped_models_are_as_good_as_their_logs_say():
    """Half precision costs nothing that is to be seen."""
    model, (_, log) = lstm_lm(), pretrained.load("lstm-brown")
    told = log["curve"][-1]["measured"]
    assert measure(model.params) == pytest.approx(told, rel=0.002)
    rnn, (_, log) = rnn_lm(), pretrained.load("rnn-brown")
    assert by_sentence(rnn.params) == pytest.approx(log["curve"][-1]["measured"], rel=0.002)
    words, _, _, test = brown_text()
    assert rnn.vocab_size == model.vocab_size == len(words)
    assert model.perplexity(test[:100], carried=True) < model.perplexity(test[:100])
