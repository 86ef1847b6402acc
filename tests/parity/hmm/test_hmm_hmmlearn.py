"""hmmlearn: likelihood, posteriors, path and EM, on several sequences, to 1e-8. It has no end: `stop` is one."""

import numpy as np
import pytest
import torch

from ngram2bert import hmm
from ngram2bert.hmm.fast_viterbi import viterbi_paths

learn = pytest.importorskip("hmmlearn.hmm")
SIZES = [(2, 3, 0), (3, 5, 1), (5, 4, 2)]


def drawn(states, vocab, seed):
    """A model without an end, and five sentences."""
    chance = torch.Generator().manual_seed(seed)
    start, trans, _, emit = hmm.random_start(states, vocab, chance)
    trans = trans / trans.sum(1, keepdim=True)
    text = [torch.randint(vocab, (n,), generator=chance) for n in (7, 2, 30, 11, 5)]
    return (start, trans, torch.ones(states).double(), emit), text


def theirs(parameters, implementation="log", **options):
    start, trans, _, emit = parameters
    model = learn.CategoricalHMM(len(start), init_params="", implementation=implementation, **options)
    model.n_features = emit.shape[1]
    model.startprob_, model.transmat_, model.emissionprob_ = start.numpy(), trans.numpy(), emit.numpy()
    return model


def columns(text):
    """What hmmlearn takes: one column, and the lengths."""
    return torch.cat(text)[:, None].numpy(), [len(sentence) for sentence in text]


@pytest.mark.parametrize("implementation", ["log", "scaling"])
@pytest.mark.parametrize(("states", "vocab", "seed"), SIZES)
def test_likelihood_posteriors_and_path(states, vocab, seed, implementation):
    parameters, text = drawn(states, vocab, seed)
    peer = theirs(parameters, implementation)
    log_start, log_trans, log_stop, _ = (part.log() for part in parameters)
    total, rows = 0.0, []
    fast = viterbi_paths(*parameters, [sentence.tolist() for sentence in text])
    for sentence, quick in zip(text, fast, strict=True):
        log_obs = hmm.observe(parameters[3], sentence)
        log_alpha, log_likelihood = hmm.forward(log_start, log_trans, log_stop, log_obs)
        total += float(log_likelihood)
        rows.append(hmm.posteriors(log_alpha, hmm.backward(log_trans, log_stop, log_obs)))
        path, log_prob = hmm.viterbi(log_start, log_trans, log_stop, log_obs)
        their_prob, their_path = peer.decode(sentence[:, None].numpy(), algorithm="viterbi")
        assert float(log_prob) == pytest.approx(their_prob, rel=1e-8)
        assert path.tolist() == their_path.tolist() == quick
    assert total == pytest.approx(peer.score(*columns(text)), rel=1e-8)
    assert np.allclose(torch.cat(rows).numpy(), peer.predict_proba(*columns(text)), rtol=1e-8, atol=1e-12)
    ours = hmm.HMM.of(*parameters).log_likelihood([sentence.tolist() for sentence in text])
    assert float(ours.sum()) == pytest.approx(total, rel=1e-10)


def without_end(counts):
    """The same counts, the end not among them: what hmmlearn divides."""
    return [(start, trans, torch.zeros_like(stop), emit) for start, trans, stop, emit in counts]


@pytest.mark.parametrize(("states", "vocab", "seed"), SIZES)
def test_one_step_of_em_on_several_sentences(states, vocab, seed):
    parameters, text = drawn(states, vocab, seed)
    peer = theirs(parameters, n_iter=1, tol=-np.inf)
    peer.fit(*columns(text))
    counts, likelihoods = zip(*(hmm.e_step(*parameters, sentence) for sentence in text), strict=True)
    start, trans, _, emit = hmm.m_step(without_end(counts))
    assert float(sum(likelihoods)) == pytest.approx(peer.monitor_.history[0], rel=1e-8)
    assert np.allclose(start.numpy(), peer.startprob_, rtol=1e-8, atol=1e-12)
    assert np.allclose(trans.numpy(), peer.transmat_, rtol=1e-8, atol=1e-12)
    assert np.allclose(emit.numpy(), peer.emissionprob_, rtol=1e-8, atol=1e-12)


def test_twenty_steps_of_the_fast_form():
    parameters, text = drawn(3, 4, 5)
    peer = theirs(parameters, n_iter=20, tol=-np.inf)
    peer.fit(*columns(text))
    model = hmm.HMM.of(*parameters)
    bits = model.fit([sentence.tolist() for sentence in text], steps=20, end=False)
    nats = -bits[:, 0] * sum(map(len, text)) * np.log(2)
    assert np.allclose(nats.numpy(), list(peer.monitor_.history), rtol=1e-8)
    assert np.allclose(model.trans[0].numpy(), peer.transmat_, rtol=1e-6, atol=1e-9)
    assert np.allclose(model.emit[0].numpy(), peer.emissionprob_, rtol=1e-6, atol=1e-9)


def test_a_convention_with_an_end_the_same_text_gives_other_moves():
    """hmmlearn divides a row of moves by the moves alone; here the end takes its share of the row."""
    parameters, text = drawn(2, 3, 3)
    counts, _ = zip(*(hmm.e_step(*parameters, sentence) for sentence in text), strict=True)
    _, trans, stop, _ = hmm.m_step(list(counts))
    _, bare, _, _ = hmm.m_step(without_end(counts))
    assert torch.allclose(trans, bare * (1 - stop)[:, None], rtol=1e-12)
    assert (stop > 0).all()
