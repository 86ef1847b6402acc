"""The networks are the course's own cells; the cheap loss estimates the softmax; a text becomes batches."""

import pytest
import torch
from torch.nn import functional
from torch.testing import assert_close

from ngram2bert.lstm import TiedLSTM, gru_step, lstm
from ngram2bert.recurrent import RecurrentLM, SampledLoss, TiedNet, groups, net_of, new_net, stream
from ngram2bert.rnn import unroll

V, M = 40, 6
COUNTS = torch.arange(V, 0, -1) ** 2


def params_of(kind, layers=1):
    return {name: w.detach() for name, w in new_net(kind, COUNTS, M, layers, seed=3).named_parameters()}


def words(T, B, seed=0):
    return torch.randint(V, (T, B), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_the_fused_cell_is_the_one_that_the_course_builds(kind):
    model = RecurrentLM(params_of(kind))
    (weights,), inputs, zeros = model.layers, words(7, 3), torch.zeros(3, M)
    xs = model.vectors[inputs]
    if kind == "rnn":
        hs = unroll(weights, xs, zeros)
    elif kind == "lstm":
        hs, _ = lstm(weights, xs, zeros, zeros)
    else:
        state, found = zeros, []
        for x in xs:
            found.append(state := gru_step(weights, x, state))
        hs = torch.stack(found)
    scores, _ = model.net(inputs)
    assert_close(scores, hs @ model.vectors.T + model.params["bias"])


def test_the_learners_tied_lstm_takes_its_weights():
    params = params_of("lstm", layers=2)
    theirs = TiedLSTM(V, M, 2)
    theirs.load_state_dict({name.replace("cell", "lstm"): value for name, value in params.items()})
    inputs = words(5, 2)
    (mine, _), (other, _) = net_of(params)(inputs), theirs(inputs)
    assert_close(mine, other)


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_a_network_is_known_by_its_weights(kind):
    params = params_of(kind, layers=2)
    net = net_of(params)
    assert net.kind == kind and net.cell.num_layers == 2
    params["bias"] += 1.0
    assert_close(net.bias.detach(), params["bias"])  # held, not copied


def test_a_new_network_begins_where_the_words_frequencies_are():
    net = new_net("lstm", COUNTS, M, seed=1)
    assert_close(net.bias.softmax(0).detach(), COUNTS / COUNTS.sum(), atol=1e-6, rtol=1e-4)
    assert_close(net.cell.bias_ih_l0[M : 2 * M].detach(), torch.ones(M))
    assert torch.equal(net.embedding.weight, new_net("lstm", COUNTS, M, seed=1).embedding.weight)
    assert not torch.equal(net.embedding.weight, new_net("lstm", COUNTS, M, seed=2).embedding.weight)


def test_errors_say_what_to_do():
    with pytest.raises(ValueError, match="'mgu' is no cell: choose one of rnn, gru, lstm"):
        TiedNet("mgu", V, M)
    with pytest.raises(ValueError, match="lack bias"):
        net_of({name: w for name, w in params_of("rnn").items() if name != "bias"})
    with pytest.raises(ValueError, match="a head of 40 of 40 words"):
        SampledLoss(COUNTS, head=V)


def states(n=9, seed=1):
    generator = torch.Generator().manual_seed(seed)
    targets = torch.tensor([0, 1, 5, 9, 10, 20, 39, 39, 11])
    return torch.randn(n, M, generator=generator), torch.randn(V, M, generator=generator), targets


def test_the_estimate_of_the_sum_is_right_in_the_mean():
    """exp(loss) p(target) = Z's estimate / Z: its mean over many draws is 1 for each word, frequent, rare, drawn."""
    hs, table, targets = states()
    bias = 0.1 * torch.arange(V).float()
    loss = SampledLoss(COUNTS, head=10, noise=6)
    exact = functional.cross_entropy(hs @ table.T + bias, targets, reduction="none")
    generator = torch.Generator().manual_seed(5)
    for row in (0, 3, 5, 7):
        one = slice(row, row + 1)
        found = [loss(hs[one], table, bias, targets[one], generator) for _ in range(400)]
        ratio = (torch.stack(found) - exact[row]).exp()
        assert abs(float(ratio.mean()) - 1) < 5 * float(ratio.std()) / len(ratio) ** 0.5 + 1e-6, row


def test_with_many_draws_loss_and_gradient_are_those_of_the_whole_sum():
    hs, table, targets = states()
    leaves = [hs.requires_grad_(), table.requires_grad_(), torch.zeros(V, requires_grad=True)]
    estimate = SampledLoss(COUNTS, head=10, noise=200_000)(*leaves, targets, torch.Generator().manual_seed(1))
    exact = functional.cross_entropy(leaves[0] @ leaves[1].T + leaves[2], targets)
    assert_close(estimate, exact, atol=0.01, rtol=0)
    for mine, other in zip(torch.autograd.grad(estimate, leaves), torch.autograd.grad(exact, leaves), strict=True):
        assert_close(mine, other, atol=0.01, rtol=0.05)


def test_a_stream_has_an_end_of_sentence_before_the_first_word_and_after_each_sentence():
    assert stream([[5, 6], [], [7]]).tolist() == [1, 5, 6, 1, 1, 7, 1]


@pytest.mark.parametrize("generator", [None, torch.Generator().manual_seed(2)])
def test_groups_hold_every_sentence_once_and_waste_little(generator):
    sentences = [[3] * (7 * i % 23) for i in range(60)]
    found = list(groups(sentences, 80, generator))
    assert sorted(i for numbers in found for i in numbers) == list(range(60))
    padded = sum((max(len(sentences[i]) for i in numbers) + 1) * len(numbers) for numbers in found)
    assert padded < 1.2 * sum(len(sentence) + 1 for sentence in sentences)
    assert all((max(len(sentences[i]) for i in numbers) + 1) * len(numbers) <= 80 for numbers in found)
