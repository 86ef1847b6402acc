"""Every path written out: likelihood, alpha, beta, posteriors, best path, expected counts."""

import math

import pytest
import torch
from slow_hmm import counts_of, logs, path_prob, paths, random_model

from ngram2bert import hmm

CASES = [
    (states, vocab, length, seed, shut)
    for seed, (states, vocab, length) in enumerate([(2, 3, 1), (2, 2, 5), (3, 4, 4), (3, 2, 5), (4, 3, 3)])
    for shut in (False, True)
]


def sentence(vocab, length, seed):
    return torch.randint(vocab, (length,), generator=torch.Generator().manual_seed(100 + seed)).tolist()


@pytest.mark.parametrize(("states", "vocab", "length", "seed", "shut"), CASES)
def test_the_algorithms_equal_the_sum_over_all_paths(states, vocab, length, seed, shut):
    parameters, words = random_model(states, vocab, seed, shut), sentence(vocab, length, seed)
    every, arguments = paths(parameters, words), logs(parameters, words)
    total = math.fsum(every.values())
    log_alpha, log_likelihood = hmm.forward(*arguments)
    log_beta = hmm.backward(*arguments[1:])
    assert float(log_likelihood) == pytest.approx(math.log(total), rel=1e-12)
    both = (log_alpha + log_beta).logsumexp(1)
    assert torch.allclose(both, log_likelihood.expand_as(both), rtol=1e-12)

    gamma = torch.zeros(length, states, dtype=torch.float64)
    for path, p in every.items():
        gamma[range(length), path] += p / total
    assert torch.allclose(hmm.posteriors(log_alpha, log_beta), gamma, rtol=1e-11, atol=1e-15)

    path, log_prob = hmm.viterbi(*arguments)
    assert float(log_prob) == pytest.approx(math.log(max(every.values())), rel=1e-12)
    assert every[tuple(path.tolist())] == pytest.approx(max(every.values()), rel=1e-12)
    assert float(hmm.path_log_prob(path, *arguments)) == pytest.approx(float(log_prob), rel=1e-12)

    counts, also = hmm.e_step(*parameters, torch.tensor(words))
    assert torch.equal(also, log_likelihood)
    wanted = [torch.zeros_like(part) for part in parameters]
    for path, p in every.items():
        for sums, part in zip(wanted, counts_of(path, words, states, vocab), strict=True):
            sums += part * p / total
    for ours, theirs in zip(counts, wanted, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-11, atol=1e-15)


def test_alpha_and_beta_are_what_they_are_called():
    parameters, words = random_model(3, 3, 7, shut=True), [0, 2, 1, 1]
    start, trans, stop, emit = parameters
    log_alpha, _ = hmm.forward(*logs(parameters, words))
    log_beta = hmm.backward(*logs(parameters, words)[1:])
    for t in range(len(words)):
        free = start, trans, torch.ones_like(stop), emit  # without an end, p of the first words and the last state
        alpha = [math.fsum(p for path, p in paths(free, words[: t + 1]).items() if path[-1] == i) for i in range(3)]
        assert torch.allclose(log_alpha[t].exp(), torch.tensor(alpha).double(), rtol=1e-12)
        for i in range(3):
            rest = words[t + 1 :]
            beta = path_prob_from(i, parameters, rest)
            assert math.exp(float(log_beta[t, i])) == pytest.approx(beta, rel=1e-12)


def path_prob_from(state, parameters, words):
    """p(words and the end | the state before them)."""
    _, trans, stop, emit = parameters
    if not words:
        return float(stop[state])
    return math.fsum(path_prob((trans[state], trans, stop, emit), words, path) for path in paths(parameters, words))


def test_all_sentences_together_have_probability_one():
    """`stop` makes it a distribution over sentences of every length."""
    parameters = random_model(2, 2, 3)
    stop = torch.full((2,), 0.5, dtype=torch.float64)
    parameters = parameters[0], parameters[1] * (0.5 / parameters[1].sum(1, keepdim=True)), stop, parameters[3]
    mass = [0.0]
    for length in range(1, 9):
        for number in range(2**length):
            words = [number >> t & 1 for t in range(length)]
            mass[-1] += float(hmm.forward(*logs(parameters, words))[1].exp())
        mass.append(mass[-1])
    assert mass[-1] == pytest.approx(1 - 0.5**8, rel=1e-12)


def test_the_most_probable_states_need_not_be_a_path():
    start = torch.tensor([0.4, 0.3, 0.3]).double()
    trans = torch.tensor([[0.0, 0.5, 0.4], [0.8, 0.0, 0.1], [0.9, 0.0, 0.0]]).double()
    stop = torch.full((3,), 0.1).double()
    emit = torch.ones(3, 1).double()
    arguments = logs((start, trans, stop, emit), [0, 0, 0])
    log_alpha, _ = hmm.forward(*arguments)
    states = hmm.posteriors(log_alpha, hmm.backward(*arguments[1:])).argmax(1)
    path, log_prob = hmm.viterbi(*arguments)
    assert hmm.path_log_prob(states, *arguments) < log_prob
    assert not torch.equal(path, states)


def test_what_cannot_be_said_has_probability_zero():
    start, trans, stop, emit = random_model(2, 3, 1)
    emit = torch.tensor([[0.5, 0.5, 0.0], [0.2, 0.8, 0.0]]).double()
    log_alpha, log_likelihood = hmm.forward(*logs((start, trans, stop, emit), [0, 2, 1]))
    assert log_likelihood == -math.inf
    assert (log_alpha[1:] == -math.inf).all()
    assert hmm.viterbi(*logs((start, trans, stop, emit), [0, 2, 1]))[1] == -math.inf
