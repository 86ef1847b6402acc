"""Chapter 06 against torch: nn.LSTM, nn.GRU, packed sequences, autograd. None of it is used by the code under test."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.testing import assert_close

from ngram2bert.lstm import (
    TiedLSTM,
    bidirectional,
    carry,
    cell_gradients,
    contiguous_batches,
    gru_step,
    last_states,
    lstm,
    lstm_step,
    position_losses,
    train_stateful,
)

SMALL = settings(max_examples=40, deadline=None, derandomize=True)
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 4), st.integers(1, 5), st.integers(1, 6), st.integers(0, 99))


def torchs(kind, m, h, seed, **more):
    """A layer of torch's with random float64 weights, biases too."""
    torch.manual_seed(seed)
    layer = kind(m, h, **more).double()
    for weight in layer.parameters():
        nn.init.normal_(weight, std=0.7)
    return layer


def lstm_params(layer, number=0, suffix=""):
    """Ours from torch's: it has two biases, which are added."""
    w = {name: getattr(layer, f"{name}_l{number}{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    return {"W_x": w["weight_ih"], "W_h": w["weight_hh"], "b": w["bias_ih"] + w["bias_hh"]}


def gru_params(layer):
    return {
        "W_x": layer.weight_ih_l0,
        "W_h": layer.weight_hh_l0,
        "b_x": layer.bias_ih_l0,
        "b_h": layer.bias_hh_l0,
    }


def text_of(T, B, m, seed):
    return torch.randn(T, B, m, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@SMALL
@given(SIZES, st.integers(1, 3))
def test_layers_of_our_lstm_are_nn_lstm(sizes, layers):
    T, B, m, h, seed = sizes
    layer = torchs(nn.LSTM, m, h, seed, num_layers=layers)
    xs, h0, c0 = text_of(T, B, m, seed), *text_of(2 * layers, B, h, seed + 1).chunk(2)
    theirs, (h_end, c_end) = layer(xs, (h0, c0))
    hs, ends = xs, []
    for number in range(layers):
        hs, end = lstm(lstm_params(layer, number), hs, h0[number], c0[number])
        ends.append(end)
    assert_close(hs, theirs)
    assert_close(torch.stack([h for h, _ in ends]), h_end)
    assert_close(torch.stack([c for _, c in ends]), c_end)


@SMALL
@given(SIZES)
def test_our_gru_is_nn_gru(sizes):
    T, B, m, h, seed = sizes
    layer = torchs(nn.GRU, m, h, seed)
    xs, state = text_of(T, B, m, seed), text_of(1, B, h, seed + 1)
    theirs, _ = layer(xs, state)
    h_t, ours = state[0], []
    for x in xs:
        h_t = gru_step(gru_params(layer), x, h_t)
        ours.append(h_t)
    assert_close(torch.stack(ours), theirs)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_gradients_are_torchs(kind):
    T, B, m, h = 6, 3, 2, 4
    layer = torchs(nn.LSTM if kind == "lstm" else nn.GRU, m, h, 3)
    xs, weights = text_of(T, B, m, 3), text_of(T, B, h, 4)
    zeros = torch.zeros(B, h, dtype=torch.float64)
    theirs = torch.autograd.grad((layer(xs)[0] * weights).sum(), list(layer.parameters()))
    if kind == "lstm":
        hs, _ = lstm(lstm_params(layer), xs, zeros, zeros)
    else:
        state, found = zeros, []
        for x in xs:
            found.append(state := gru_step(gru_params(layer), x, state))
        hs = torch.stack(found)
    ours = torch.autograd.grad((hs * weights).sum(), list(layer.parameters()))
    for mine, other in zip(ours, theirs, strict=True):
        assert_close(mine, other)


def test_one_step_passes_gradcheck():
    layer = torchs(nn.LSTM, 2, 3, 1)
    params = lstm_params(layer)
    state = tuple(text_of(3, 2, 3, 5)[:2].requires_grad_())
    x = text_of(1, 2, 2, 6)[0].requires_grad_()
    names = list(params)
    leaves = [params[name].detach().requires_grad_() for name in names]

    def step(x, h, c, *values):
        return lstm_step(dict(zip(names, values, strict=True)), x, h, c)

    assert torch.autograd.gradcheck(step, (x, *(s.detach().requires_grad_() for s in state), *leaves))


def test_the_way_along_the_cell_is_the_whole_gradient_where_gates_do_not_see_the_state():
    """With W_h = 0 no gate depends on the cell, so the product of the forget gates is dc_T / dc_{T-k}."""
    T, h = 6, 4
    layer = torchs(nn.LSTM, 3, h, 2)
    params = {**lstm_params(layer), "W_h": torch.zeros(4 * h, h, dtype=torch.float64)}
    params = {name: value.detach() for name, value in params.items()}
    xs, c = text_of(T, 1, 3, 2), torch.zeros(1, h, dtype=torch.float64)
    cells, gates, h_t = [], [], torch.zeros(1, h, dtype=torch.float64)
    for x in xs:
        h_t, c = lstm_step(params, x, h_t, c)
        c.requires_grad_() if not c.requires_grad else c.retain_grad()
        cells.append(c)
        gates.append(torch.sigmoid(x @ params["W_x"].T + params["b"])[0, h : 2 * h])
    found = torch.autograd.grad(cells[-1].sum(), cells)
    assert_close(cell_gradients(torch.stack(gates)), torch.stack([g[0] for g in reversed(found)]))


@SMALL
@given(SIZES, st.data())
def test_both_directions_are_torchs_packed_ones(sizes, data):
    T, B, m, h, seed = sizes
    lengths = torch.tensor(data.draw(st.lists(st.integers(1, T), min_size=B, max_size=B)))
    layer = torchs(nn.LSTM, m, h, seed, bidirectional=True)
    xs = text_of(T, B, m, seed)
    packed, (h_end, _) = layer(pack_padded_sequence(xs, lengths, enforce_sorted=False))
    theirs, _ = pad_packed_sequence(packed, total_length=T)
    ours, last = bidirectional(lstm_params(layer), lstm_params(layer, suffix="_reverse"), xs, lengths)
    assert_close(ours, theirs)
    assert_close(last, torch.cat([h_end[0], h_end[1]], 1))
    assert_close(last_states(ours[:, :, :h], lengths), h_end[0])


@pytest.mark.parametrize("T", [1, 4, 7, 50])
def test_chunk_by_chunk_with_the_state_carried_is_one_long_run(T):
    layer = torchs(nn.LSTM, 5, 5, 1)
    table = text_of(20, 1, 5, 1)[:, 0]
    text = torch.randint(20, (101,), generator=torch.Generator().manual_seed(1))
    params, new = lstm_params(layer), torch.zeros(2, dtype=torch.bool)
    whole, _ = layer(table[text[:100].view(2, 50).T])
    state = (torch.zeros(2, 5, dtype=torch.float64),) * 2
    parts = []
    for inputs, _ in contiguous_batches(text, 2, T):
        hs, state = lstm(params, table[inputs], *state)
        state = carry(state, new)
        parts.append(hs)
    assert_close(torch.cat(parts), whole)


def test_losses_by_position_are_those_of_one_long_run():
    model = TiedLSTM(12, 4, 2).double()
    text = torch.randint(12, (61,), generator=torch.Generator().manual_seed(2))
    scores, _ = model(text[:60].view(3, 20).T)
    loss = nn.functional.cross_entropy(scores.mT, text[1:].view(3, 20).T, reduction="none").detach()  # (20, 3)
    carried = position_losses(model, contiguous_batches(text, 3, 5), carried=True)
    assert_close(carried, loss.view(4, 5, 3).mean((0, 2)))
    reset = position_losses(model, contiguous_batches(text, 3, 5), carried=False)
    assert reset[0] != pytest.approx(float(carried[0]))
    singles = [model(word[None])[0] for word in text[:60].view(3, 20).T[::5]]
    gold = text[1:].view(3, 20).T[::5]
    assert_close(
        reset[0], torch.stack([nn.functional.cross_entropy(s[0], g) for s, g in zip(singles, gold, strict=True)]).mean()
    )


def test_stateful_training_is_torchs_own_loop():
    torch.manual_seed(4)
    model, twin = (TiedLSTM(12, 4, 1).double() for _ in range(2))
    twin.load_state_dict(model.state_dict())
    text = torch.randint(12, (91,), generator=torch.Generator().manual_seed(3))
    pairs = enumerate(contiguous_batches(text, 3, 6))
    batches = [(*pair, torch.tensor([t % 2 == 0, False, t == 3])) for t, pair in pairs]
    told = train_stateful(model, batches, rate=0.01, limit=0.5)
    optimizer, state, losses = torch.optim.Adam(twin.parameters(), lr=0.01), None, []
    for inputs, targets, new in batches:
        if state is not None:
            state = tuple(torch.where(new[:, None], 0.0, s.detach()) for s in state)
        hs, state = twin.lstm(twin.embedding(inputs), state)
        loss = nn.functional.cross_entropy((hs @ twin.embedding.weight.T + twin.bias).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(twin.parameters(), 0.5)
        optimizer.step()
        losses.append(loss.item())
    assert told == pytest.approx(losses)
    for mine, other in zip(model.parameters(), twin.parameters(), strict=True):
        assert_close(mine, other)
