"""Chapter 06's small functions against slow loops that say the same in other words."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.testing import assert_close

from ngram2bert.lstm import (
    TiedLSTM,
    carry,
    cell_gradients,
    contiguous_batches,
    last_states,
    lstm_step,
    position_losses,
    reverse_padded,
    train_stateful,
    variational_dropout,
)

SMALL = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def padded(draw, shortest=1):
    """A padded table (T, B, m) whose numbers are all different, and lengths."""
    T, B, m = draw(st.integers(1, 6)), draw(st.integers(1, 5)), draw(st.integers(1, 3))
    lengths = draw(st.lists(st.integers(shortest, T), min_size=B, max_size=B))
    return torch.arange(T * B * m, dtype=torch.float64).reshape(T, B, m), torch.tensor(lengths)


def test_one_step_by_hand():
    params = {
        "W_x": torch.tensor([[0.0], [0], [1], [0]]),
        "W_h": torch.zeros(4, 1),
        "b": torch.tensor([0, math.log(3), 0, 0]),
    }
    h, c = lstm_step(params, torch.ones(1, 1), torch.zeros(1, 1), torch.full((1, 1), 2.0))
    assert c.item() == pytest.approx(0.75 * 2 + 0.5 * math.tanh(1))
    assert h.item() == pytest.approx(0.5 * math.tanh(c.item()))


@SMALL
@given(st.lists(st.lists(st.sampled_from([0.0, 0.3, 0.9, 1.0]), min_size=2, max_size=2), min_size=1, max_size=7))
def test_cell_gradients_are_products_of_the_last_gates(gates):
    found = cell_gradients(torch.tensor(gates, dtype=torch.float64))
    for k, row in enumerate(found.tolist()):
        assert row == pytest.approx([math.prod(gate[unit] for gate in gates[len(gates) - k :]) for unit in range(2)])


def test_a_gate_that_stays_open_keeps_everything():
    assert torch.equal(cell_gradients(torch.ones(500, 3)), torch.ones(500, 3))


@SMALL
@given(padded())
def test_last_states_are_each_sequences_own(case):
    hs, lengths = case
    found = last_states(hs, lengths)
    assert found.tolist() == [hs[n - 1, b].tolist() for b, n in enumerate(lengths.tolist())]


@SMALL
@given(padded(shortest=0))
def test_reversing_turns_each_sequence_and_leaves_the_padding(case):
    xs, lengths = case
    turned = reverse_padded(xs, lengths)
    for b, n in enumerate(lengths.tolist()):
        assert turned[:, b].tolist() == xs[:n, b].flip(0).tolist() + xs[n:, b].tolist()
    assert torch.equal(reverse_padded(turned, lengths), xs)


@SMALL
@given(st.integers(1, 80), st.integers(1, 7), st.integers(1, 9))
def test_contiguous_batches_read_on_and_lose_no_target(count, B, T):
    text = torch.arange(count)  # each word is its own place
    batches = list(contiguous_batches(text, B, T))
    steps = (count - 1) // B
    assert [len(inputs) for inputs, _ in batches] == [min(T, steps - start) for start in range(0, steps, T)]
    for inputs, targets in batches:
        assert inputs.shape == targets.shape == (len(inputs), B)
        assert torch.equal(targets, inputs + 1)
    for (before, _), (after, _) in pairwise(batches):
        assert torch.equal(before[-1] + 1, after[0])  # column b goes on where column b ended
    predicted = sorted(word for _, targets in batches for word in targets.flatten().tolist())
    assert predicted == list(range(1, B * steps + 1))


@pytest.mark.parametrize("shape", [(4, 3), (4, 4, 3), (2, 4, 3)])
def test_carry_cuts_the_history_and_forgets_by_column(shape):
    source = torch.ones(shape, requires_grad=True)
    state = (2 * source, 3 * source)
    h, c = carry(state, torch.tensor([False, True, False, True]))
    assert not h.requires_grad and not c.requires_grad
    for part, value in ((h, 2.0), (c, 3.0)):
        assert part[..., [0, 2], :].eq(value).all() and part[..., [1, 3], :].eq(0).all()
    assert state[0].eq(2).all() and state[1].eq(3).all() and state[0].requires_grad


def test_dropout_is_one_mask_a_sequence_and_keeps_the_mean():
    x = torch.ones(5, 4000, 3, dtype=torch.float64)
    y = variational_dropout(x, 0.3, True, torch.Generator().manual_seed(1))
    assert torch.equal(y, y[:1].expand_as(y))
    assert set(y.unique().tolist()) == {0.0, 1 / 0.7}
    assert y.mean().item() == pytest.approx(1, abs=0.03)
    masks = y[0] > 0
    assert 0.9 < float((masks[:, 0] == masks[:, 1]).double().mean()) / (0.7**2 + 0.3**2) < 1.1  # units are independent
    assert variational_dropout(x, 0.3, False, torch.Generator()) is x


def test_losses_by_position_leave_the_model_as_it_was():
    torch.manual_seed(0)
    model = TiedLSTM(9, 4, 1)
    batches = list(contiguous_batches(torch.arange(40) * 4 % 9, 2, 6))  # the last one is shorter
    for mode in (True, False):
        model.train(mode)
        losses = position_losses(model, batches, carried=True)
        assert losses.shape == (6,) and not losses.requires_grad
        assert [module.training for module in model.modules()] == [mode] * 3
    flat = torch.cat([nn.functional.cross_entropy(model(x)[0].mT, y, reduction="none") for x, y in batches])
    reset = position_losses(model, batches, carried=False)
    weights = torch.tensor([sum(len(x) > t for x, _ in batches) for t in range(6)]) / len(flat)
    assert_close((reset * weights).sum(), flat.mean().detach())


class Forgetful(nn.Module):
    """Starts from zeros whatever state it is given."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, inputs, state):
        return self.model(inputs)


def test_a_new_document_everywhere_is_stateless_training():
    text = torch.arange(60) ** 2 * 7 % 11

    def trained(new, wrap):
        torch.manual_seed(1)
        model = TiedLSTM(11, 3, 2)
        batches = [(x, y, torch.tensor([new] * 3)) for x, y in contiguous_batches(text, 3, 4)]
        return train_stateful(wrap(model), batches, 0.05, 0.5), model.bias.detach()

    always, never, forgetful = trained(True, lambda m: m), trained(False, lambda m: m), trained(False, Forgetful)
    assert always[0] == pytest.approx(forgetful[0])
    assert_close(always[1], forgetful[1])
    assert always[0][0] == never[0][0] and always[0][1:] != pytest.approx(never[0][1:], rel=1e-5)


def test_padding_teaches_nothing_and_counts_for_nothing():
    torch.manual_seed(2)
    models = [TiedLSTM(6, 3, 1) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    x, y, new = (
        torch.tensor([[1, 2], [3, 4], [5, 0]]),
        torch.tensor([[3, 4], [5, -1], [-1, -1]]),
        torch.zeros(2, dtype=torch.bool),
    )
    other = x.clone()
    other[2] = 1  # read after the last target that counts
    losses = [
        train_stateful(model, [(words, y, new)], 0.1, 1.0) for model, words in zip(models, (x, other), strict=True)
    ]
    assert losses[0] == pytest.approx(losses[1])
    for one, two in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert_close(one, two)
