"""Chapter 06 against torch's gradients: every weight, one to three layers, both directions, packed sequences."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.testing import assert_close

from ngram2bert.lstm import TiedLSTM, bidirectional, cell_gradients, gru_step, lstm, lstm_step

T, B, M, H = 6, 3, 2, 4
LENGTHS = torch.tensor([4, 6, 1])
LAYERS = pytest.mark.parametrize("layers", [1, 2, 3])


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def torchs(kind, *sizes, **more):
    """torch's module in float64, its weights normal."""
    module = kind(*sizes, **more).double()
    for seed, weight in enumerate(module.parameters()):
        weight.data = 0.6 * numbers(*weight.shape, seed=seed)
    return module


def weights_of(module, layer, suffix=""):
    """The weights of a layer under the paper's names: matrices and both biases."""
    names = {"W_x": "weight_ih", "W_h": "weight_hh", "b_x": "bias_ih", "b_h": "bias_hh"}
    return {ours: getattr(module, f"{theirs}_l{layer}{suffix}") for ours, theirs in names.items()}


def lstm_weights(module, layer, suffix=""):
    weights = weights_of(module, layer, suffix)
    return {"W_x": weights["W_x"], "W_h": weights["W_h"], "b": weights["b_x"] + weights["b_h"]}


def gradients(outputs, leaves):
    """Of the outputs under irregular weights, so that no two wrong terms cancel."""
    total = sum((out * numbers(*out.shape, seed=50 + k)).sum() for k, out in enumerate(outputs))
    return torch.autograd.grad(total, leaves)


def assert_all_close(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        assert_close(one, other)


def run_gru(params, xs, h):
    hs = []
    for x in xs:
        h = gru_step(params, x, h)
        hs.append(h)
    return torch.stack(hs), h


@LAYERS
def test_every_gradient_of_stacked_lstms_is_torchs(layers):
    module = torchs(nn.LSTM, M, H, num_layers=layers)
    xs, h0, c0 = (
        numbers(*shape, seed=9 + k).requires_grad_() for k, shape in enumerate([(T, B, M), *[(layers, B, H)] * 2])
    )
    leaves = [xs, h0, c0, *module.parameters()]
    theirs, (h_n, c_n) = module(xs, (h0, c0))
    ours, ends = xs, []
    for layer in range(layers):
        ours, end = lstm(lstm_weights(module, layer), ours, h0[layer], c0[layer])
        ends.append(end)
    h_t, c_t = (torch.stack(part) for part in zip(*ends, strict=True))
    assert_all_close((ours, h_t, c_t), (theirs, h_n, c_n))
    assert_all_close(gradients((ours, h_t, c_t), leaves), gradients((theirs, h_n, c_n), leaves))


@LAYERS
def test_every_gradient_of_stacked_grus_is_torchs(layers):
    module = torchs(nn.GRU, M, H, num_layers=layers)
    xs, h0 = numbers(T, B, M, seed=9).requires_grad_(), numbers(layers, B, H, seed=10).requires_grad_()
    leaves = [xs, h0, *module.parameters()]
    theirs, h_n = module(xs, h0)
    ours, ends = xs, []
    for layer in range(layers):
        ours, end = run_gru(weights_of(module, layer), ours, h0[layer])
        ends.append(end)
    assert_all_close((ours, torch.stack(ends)), (theirs, h_n))
    assert_all_close(gradients((ours, torch.stack(ends)), leaves), gradients((theirs, h_n), leaves))


@LAYERS
def test_both_directions_of_packed_sequences_and_their_gradients(layers):
    module = torchs(nn.LSTM, M, H, num_layers=layers, bidirectional=True)
    xs = numbers(T, B, M, seed=9).requires_grad_()
    leaves = [xs, *module.parameters()]
    packed, (h_n, _) = module(pack_padded_sequence(xs, LENGTHS, enforce_sorted=False))
    theirs, lengths = pad_packed_sequence(packed, total_length=T)
    ours, ends = xs, []
    for layer in range(layers):
        both = lstm_weights(module, layer), lstm_weights(module, layer, "_reverse")
        ours, last = bidirectional(*both, ours, LENGTHS)
        ends += last.split(H, dim=1)
    assert torch.equal(lengths, LENGTHS)
    assert_all_close((ours, torch.stack(ends)), (theirs, h_n))
    found = gradients((ours, torch.stack(ends)), leaves)
    assert_all_close(found, gradients((theirs, h_n), leaves))
    assert found[0][4:, 0].abs().max() == 0 and found[0][:4, 0].abs().min() > 0  # the padding teaches nothing


def test_one_step_is_torchs_cells():
    x, h, c = numbers(B, M, seed=1), numbers(B, H, seed=2), numbers(B, H, seed=3)
    one = torchs(nn.LSTMCell, M, H)
    params = {"W_x": one.weight_ih, "W_h": one.weight_hh, "b": one.bias_ih + one.bias_hh}
    assert_all_close(lstm_step(params, x, h, c), one(x, (h, c)))
    two = torchs(nn.GRUCell, M, H)
    params = {"W_x": two.weight_ih, "W_h": two.weight_hh, "b_x": two.bias_ih, "b_h": two.bias_hh}
    assert_close(gru_step(params, x, h), two(x, h))


@pytest.mark.parametrize("seed", range(5))
def test_the_way_along_the_cell_is_autograds_where_the_way_through_h_is_cut(seed):
    """W_h is not 0: the gates read h, but through `detach`, so the cell is the only way back."""
    params = {
        "W_x": numbers(4 * H, M, seed=seed),
        "W_h": numbers(4 * H, H, seed=seed + 20),
        "b": numbers(4 * H, seed=seed),
    }
    h, c = numbers(1, H, seed=30), numbers(1, H, seed=31).requires_grad_()
    cells, gates = [], []
    for x in numbers(T, 1, M, seed=seed + 40):
        scores = x @ params["W_x"].T + h @ params["W_h"].T + params["b"]
        gates.append(torch.sigmoid(scores[0, H : 2 * H]))
        h, c = lstm_step(params, x, h.detach(), c)
        cells.append(c)
    back = torch.autograd.grad(cells[-1].sum(), cells)  # each unit's cell feels only its own past
    assert_close(cell_gradients(torch.stack(gates).detach()), torch.cat(back[::-1]))


def test_the_whole_gradient_is_another_one_where_the_gates_read_h():
    params = {"W_x": numbers(4 * H, M), "W_h": numbers(4 * H, H, seed=20), "b": numbers(4 * H, seed=2)}
    h, c = numbers(1, H, seed=30), numbers(1, H, seed=31).requires_grad_()
    cells, gates = [], []
    for x in numbers(T, 1, M, seed=40):
        gates.append(torch.sigmoid((x @ params["W_x"].T + h @ params["W_h"].T + params["b"])[0, H : 2 * H]))
        h, c = lstm_step(params, x, h, c)
        cells.append(c)
    back = torch.cat(torch.autograd.grad(cells[-1].sum(), cells)[::-1])
    along = cell_gradients(torch.stack(gates).detach())
    assert_close(back[0], along[0])
    assert (back[1:] - along[1:]).abs().max() > 0.01


@LAYERS
def test_the_tied_model_is_torchs_layers_and_one_table(layers):
    torch.manual_seed(layers)
    model = TiedLSTM(7, 3, layers).double()
    inputs = torch.randint(7, (5, 2), generator=torch.Generator().manual_seed(1))
    scores, (h, c) = model(inputs)
    twin = nn.Linear(3, 7).double()
    twin.weight, twin.bias = model.embedding.weight, model.bias
    hs, (h_n, c_n) = model.lstm(nn.functional.embedding(inputs, model.embedding.weight))
    assert_all_close((scores, h, c), (twin(hs), h_n, c_n))
    assert sum(p.numel() for p in model.parameters()) == 7 * 3 + 7 + layers * (2 * 4 * 3 * 3 + 2 * 4 * 3)
    table = torch.autograd.grad(scores[-1].sum(), model.embedding.weight)[0]
    never = [word for word in range(7) if word not in inputs]
    assert never and (table[never].abs().sum(1) > 0).all()  # words that were not read learn from the output side
