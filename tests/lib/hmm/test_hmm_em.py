"""EM: the likelihood never falls, equal states never part, and the fast form is the slow one."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_hmm import counts_of, generator, random_model

from ngram2bert import hmm
from ngram2bert.hmm.fast_viterbi import viterbi_paths
from ngram2bert.hmm.packing import packs

TEXTS = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=7), min_size=1, max_size=6)


def tensors(text):
    return [torch.tensor(sentence) for sentence in text]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(TEXTS, st.integers(2, 4), st.integers(0, 99))
def test_the_likelihood_never_falls_and_rows_sum_to_one(text, states, seed):
    parameters, history = hmm.baum_welch(tensors(text), *hmm.random_start(states, 4, generator(seed)), steps=6)
    assert (history[1:] >= history[:-1] - 1e-9).all()
    start, trans, stop, emit = parameters
    assert float(start.sum()) == pytest.approx(1)
    reached = emit.sum(1) > 0
    assert torch.allclose((trans.sum(1) + stop)[reached], torch.ones(int(reached.sum())).double())
    assert torch.allclose(emit.sum(1)[reached], torch.ones(int(reached.sum())).double())


def test_states_that_are_alike_stay_alike():
    """A saddle: the first step finds the words' shares, and then nothing moves, though better models exist."""
    text = tensors([[0, 1, 0, 1, 0], [1, 0, 1], [0, 1, 0, 1]])
    third = torch.full((2,), 1 / 3).double()
    uniform = torch.full((2,), 0.5).double(), third.repeat(2, 1), third, torch.full((2, 2), 0.5).double()
    (_, _, _, emit), history = hmm.baum_welch(text, *uniform, steps=30)
    assert torch.allclose(emit[0], emit[1], rtol=1e-12)
    assert float(history[-1] - history[1]) == pytest.approx(0, abs=1e-9)
    best = max(float(hmm.baum_welch(text, *hmm.random_start(2, 2, generator(s)), steps=30)[1][-1]) for s in range(4))
    assert best > float(history[-1]) + 1


@settings(max_examples=10, deadline=None, derandomize=True)
@given(TEXTS, st.integers(2, 4), st.integers(0, 99))
def test_fast_em_is_the_slow_one(text, states, seed):
    drawn = [hmm.random_start(states, 4, generator(seed + r)) for r in range(2)]
    both = hmm.HMM.random(states, 4, seed, restarts=2)
    tokens = sum(map(len, text)) + len(text)
    bits = both.fit(text, steps=3)
    for r in range(2):
        parameters, history = hmm.baum_welch(tensors(text), *drawn[r], steps=3)
        assert torch.allclose(bits[:, r], -history / tokens / math.log(2), rtol=1e-9)
        for ours, theirs in zip(both.pick(r).parameters, parameters, strict=True):
            assert torch.allclose(ours[0], theirs, rtol=1e-7, atol=1e-12)


def test_supervised_estimates_are_an_m_step_on_what_was_seen():
    words, tags = [[0, 2, 1], [1, 1], [3]], [[1, 0, 1], [0, 0], [1]]
    counts = [counts_of(path, text, 2, 4) for path, text in zip(tags, words, strict=True)]
    for one, two in zip(hmm.m_step(counts), hmm.supervised_estimates(words, tags, 2, 4), strict=True):
        assert torch.allclose(one, two)


@pytest.mark.parametrize("shut", [False, True])
def test_fast_likelihood_and_paths_are_the_slow_ones(shut):
    parameters = random_model(3, 5, 11, shut)
    chance = generator(4)
    text = [torch.randint(5, (n,), generator=chance).tolist() for n in (4, 1, 9, 4, 2, 13, 1)]
    fast = hmm.HMM.of(*parameters)
    start, trans, stop, emit = (part.log() for part in parameters)
    found = fast.log_likelihood(text)[0]
    paths = viterbi_paths(*parameters, text)
    for i, sentence in enumerate(text):
        log_obs = hmm.observe(parameters[3], sentence)
        assert torch.equal(log_obs, emit[:, sentence].T)
        assert float(found[i]) == pytest.approx(float(hmm.forward(start, trans, stop, log_obs)[1]), rel=1e-12)
        _, log_prob = hmm.viterbi(start, trans, stop, log_obs)
        assert float(hmm.path_log_prob(torch.tensor(paths[i]), start, trans, stop, log_obs)) == pytest.approx(
            float(log_prob), rel=1e-12
        )
    assert fast.bits(text) == pytest.approx(-float(found.sum()) / (sum(map(len, text)) + 7) / math.log(2))


def test_an_impossible_sentence_is_infinitely_surprising_and_harms_no_other():
    start, trans, stop, _ = random_model(2, 3, 2)
    emit = torch.tensor([[0.5, 0.5, 0.0], [0.1, 0.9, 0.0]]).double()
    found = hmm.HMM.of(start, trans, stop, emit).log_likelihood([[0, 2], [0, 1]])[0]
    assert found[0] == -math.inf
    assert found[1] > -10


def test_what_comes_next_is_the_ratio_of_two_likelihoods():
    parameters = random_model(3, 4, 5)
    model = hmm.HMM.of(*parameters)
    eos = 3
    model.emit[:, :, eos] = 0
    model.emit /= model.emit.sum(2, keepdim=True)
    probs = model.next_probs([[], [0, 2], [1]], eos)
    assert torch.allclose(probs.sum(1), torch.ones(3).double())
    free = hmm.HMM.of(model.start[0], model.trans[0], torch.ones(3).double(), model.emit[0])  # p of a beginning
    for row, prefix in enumerate([[], [0, 2], [1]]):
        before = free.log_likelihood([prefix])[0, 0] if prefix else torch.zeros(()).double()
        for word in range(3):
            after = free.log_likelihood([[*prefix, word]])[0, 0]
            assert float(probs[row, word]) == pytest.approx(math.exp(after - before), rel=1e-10)


def test_samples_end_where_they_end_and_repeat():
    model = hmm.HMM.random(3, 6, seed=2)
    one, two = (model.sample(500, 30, generator(9), eos=5) for _ in range(2))
    assert torch.equal(one, two)
    assert one.shape == (500, 30)
    model.emit[:, :, 5] = 0
    drawn = model.sample(4000, 1, generator(1), eos=5)[:, 0]
    share = torch.bincount(drawn, minlength=6).double() / 4000
    wanted = (model.start[0] @ (model.emit[0] / model.emit[0].sum(1, keepdim=True))).tolist()
    assert share.tolist() == pytest.approx(wanted, abs=0.03)


def test_packs_hold_every_word_once():
    text = [[1], [2, 3, 4], [5, 6], [7, 8, 9, 10], [11, 12]]
    for tokens in (3, 100):
        seen = {}
        for pack in packs(text, tokens):
            for place in range(len(pack.alive)):
                for row, word in zip(pack.rows[pack.place(place)], pack.words[pack.place(place)], strict=True):
                    seen[int(pack.order[row]), place] = int(word)
            lasts = {int(sentence): int(pack.words[at]) for sentence, at in zip(pack.order, pack.lasts, strict=True)}
            assert lasts == {i: text[i][-1] for i in lasts}
        assert seen == {(i, t): word for i, sentence in enumerate(text) for t, word in enumerate(sentence)}
    with pytest.raises(ValueError, match="sentence 1 is empty"):
        list(packs([[1], []]))


def test_many_models_must_be_picked_from():
    with pytest.raises(ValueError, match="2 models side by side"):
        hmm.HMM.random(2, 3, 1, restarts=2).bits([[0]])


def test_pseudo_counts_keep_words_possible():
    model = hmm.HMM.random(4, 5, 3)
    model.fit([[0, 1, 2], [3, 4]] * 3, steps=20, pseudo=0.5)
    assert (model.emit > 0).all()
    assert torch.allclose(model.emit.sum(2), torch.ones(1, 4).double())
