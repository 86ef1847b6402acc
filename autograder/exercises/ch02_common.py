"""What the declarations of chapter 02 share: the given helpers, and small hidden Markov models."""

from functools import partial
from itertools import chain, pairwise

import torch

from autograder.draw import ramp
from autograder.exercise import exercise as declare
from ngram2bert import tagging

HELPERS = ("border_trigrams", "lexicon", "observe", "pair_obs", "suffix_counts", "trigram_probs")
GIVEN = {name: getattr(tagging, name) for name in HELPERS} | {"chain": chain, "pairwise": pairwise}
exercise = partial(declare, needs=GIVEN)


def f64(values):
    """A float64 tensor of nested lists."""
    return torch.tensor(values, dtype=torch.float64)


# Two states over three words: nothing symmetric, rows of trans and stop sum to one together.
TWO = (f64([0.6, 0.4]), f64([[0.5, 0.3], [0.1, 0.6]]), f64([0.2, 0.3]), f64([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]))
# Three states, some of whose doors are shut: 0 never stops, 1 never follows 0, 2 never says word 0.
THREE = (
    f64([0.5, 0.2, 0.3]),
    f64([[0.4, 0.0, 0.6], [0.3, 0.1, 0.2], [0.25, 0.35, 0.15]]),
    f64([0.0, 0.4, 0.25]),
    f64([[0.1, 0.2, 0.3, 0.4], [0.55, 0.05, 0.15, 0.25], [0.0, 0.45, 0.35, 0.2]]),
)


def model(r, states, vocab):
    """Random parameters (start, trans, stop, emit)."""
    leaving = r.probabilities(states, states + 1)
    trans, stop = leaving[:, :-1].contiguous(), leaving[:, -1].contiguous()
    return r.probabilities(states), trans, stop, r.probabilities(states, vocab)


def logs(parameters, words):
    """The arguments log_start, log_trans, log_stop, log_obs of a model and a sentence."""
    start, trans, stop, emit = parameters
    log_obs = emit.log()[:, torch.tensor(words)].T.contiguous()
    return dict(log_start=start.log(), log_trans=trans.log(), log_stop=stop.log(), log_obs=log_obs)


def without_end(parameters, words):
    """The same with a stop of one everywhere, as in hmmlearn."""
    return logs(parameters, words) | dict(log_stop=torch.zeros_like(parameters[2]))


def long_sentence(states=2, length=300):
    """A sentence whose probability is far below what a float64 can hold."""
    log_trans = (ramp(states, states, start=3) - 1.5).log_softmax(1)
    return dict(log_start=ramp(states).log_softmax(0), log_trans=log_trans, log_stop=ramp(states, start=9) - 3,
                log_obs=ramp(length, states, start=20) * 2 - 9)


INF = torch.inf
# Nothing that the model can say: from state 0 one only comes to state 0, which never says the second word.
SHUT = dict(log_start=f64([0.0, -INF]), log_trans=f64([[-0.2, -INF], [-1.0, -0.7]]), log_stop=f64([-1.7, -2.0]),
            log_obs=f64([[-0.5, -0.1], [-INF, -0.4], [-0.3, -0.9]]))
