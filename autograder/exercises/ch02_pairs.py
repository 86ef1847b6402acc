"""Chapter 02: trigrams of tags as a model of pairs."""

import torch

from autograder.exercises.ch02_common import exercise, f64
from ngram2bert.hmm.trigrams import pair_states as _pair_states

pair_states = exercise(
    "pair_states", of=_pair_states, points=4, minutes=18, level=3,
    parts={"two tags": 2, "three tags": 1, "random": 1},
    hints=["A tag depends on two tags before it. If a state is the *pair* (tag before, tag now), on how many states "
           "does the next one depend?",
           "From (a, b) one can only go to (b, c): the second tag of the one is the first of the other. A sentence "
           "begins in (border, c), and it ends from (a, b) with p(border | a, b). All else is minus infinity.",
           "Make `log_trans` with four axes [a, b, b', c], full of minus infinity. With `b = torch.arange(k)` the line "
           "`log_trans[:, b, b, :k] = logs[:, :k, :k]` fills it; `reshape(S * S, S * S)` makes it a matrix."])


def table(size, start=1):
    """p(c | a, b), hand-made, every row different; some zeros."""
    weights = 1 + (torch.arange(size**3, dtype=torch.float64) * 7 + start) % 11
    weights = weights.reshape(size, size, size)
    weights[0, 1, 0] = 0
    return weights / weights.sum(-1, keepdim=True)


@pair_states.cases
def _(r):
    yield "two tags", dict(probs=table(3))
    yield "two tags", dict(probs=table(3, start=5))
    yield "two tags", dict(probs=f64([[[0.3, 0.7], [0.9, 0.1]], [[0.4, 0.6], [0.8, 0.2]]]))
    yield "three tags", dict(probs=table(4))
    yield "three tags", dict(probs=table(4, start=3).float())
    for part in ("random", "three tags"):
        size = 3 + r.below(3)
        yield part, dict(probs=r.probabilities(size, size, size))
    yield "two tags", dict(probs=r.probabilities(3, 3, 3))


mistake = pair_states.mistake
TRANS = "log_trans[:, b, b, :k] = logs[:, :k, :k]"
mistake(
    "pairs that do not overlap", TRANS, "log_trans[:, :k, :, :k] = logs[:, :k, None, :k]",
    "You let (a, b) go to any pair that ends in c. The next pair must begin with b: otherwise the model forgets which "
    "tag it was in.")
mistake(
    "the pair written the other way round",
    "return log_start.reshape(-1), log_trans.reshape(size * size, size * size), log_stop.reshape(-1)",
    "return log_start.T.reshape(-1), log_trans.permute(1, 0, 3, 2).reshape(size * size, size * size), "
    "log_stop.T.reshape(-1)",
    "Your pair (a, b) is state b * S + a. It is a * S + b: the tag before counts S.")
mistake(
    "A transposed", "log_trans.reshape(size * size, size * size)", "log_trans.reshape(size * size, size * size).T",
    "Your `log_trans` is transposed: rows are pairs that one comes from.")
mistake(
    "context turned round", TRANS, "log_trans[:, b, b, :k] = logs.transpose(0, 1)[:, :k, :k]",
    "You look up p(c | b, a). The table has the earlier tag first: `probs[a, b, c]`.")
mistake(
    "the end among the moves", {"log_trans[:, b, b, :k] = logs[:, :k, :k]": "log_trans[:, b, b] = logs[:, :k]"}, "",
    "You also let the model move into pairs that end in the border. The border as what comes is the end, and it stands "
    "in `log_stop`.")
mistake(
    "no end", "log_stop[:, :k] = logs[:, :k, k]", "log_stop[:, :k] = 0.0",
    "Your sentences end for nothing. The end has the probability p(border | a, b).")
mistake(
    "the end after one tag", "log_stop[:, :k] = logs[:, :k, k]", "log_stop[k, :k] = logs[k, :k, k]",
    "Only pairs that begin with the border may stop in your model. Every pair of tags may be the last.")
mistake(
    "the end only after two tags", "log_stop[:, :k] = logs[:, :k, k]", "log_stop[:k, :k] = logs[:k, :k, k]",
    "A sentence of one word ends in the pair (border, tag): it must be able to stop there too.")
mistake(
    "the second word has no way on", TRANS, "log_trans[:k, b, b, :k] = logs[:k, :k, :k]",
    "From the first pair, (border, tag), your model has no way on. The tag before may be the border.")
mistake(
    "begins in the border", "log_start[k, :k] = logs[k, k, :k]", "log_start[k, k] = 0.0",
    "Your model begins in the pair (border, border), and the first word would be said there. At word 1 the state is "
    "(border, first tag).")
mistake(
    "begins with the bigram", "log_start[k, :k] = logs[k, k, :k]", "log_start[k, :k] = probs[:, k, :k].mean(0).log()",
    "Your start averages over what stood before the border. Before a sentence stand two borders: `probs[k, k]`.")
mistake(
    "begins with any tag before", "log_start[k, :k] = logs[k, k, :k]", "log_start[:, :k] = logs[k, k, :k]",
    "You let a sentence begin in any pair (a, c). The tag before the first one is the border.")
mistake(
    "zeros for impossible", {"log_trans = torch.full((size, size, size, size), -math.inf":
                             "log_trans = torch.full((size, size, size, size), 0.0"}, "",
    "You write 0 for what is impossible. In log space 0 is certainty; impossible is minus infinity.")
mistake(
    "not in log space", "logs = probs.log()", "logs = probs",
    "You return probabilities. Logarithms are asked.")
mistake(
    "a large negative number for impossible", {"log_trans = torch.full((size, size, size, size), -math.inf":
                                               "log_trans = torch.full((size, size, size, size), -1e9"}, "",
    "You write a large negative number for minus infinity. Added up over a sentence it is still a number, and may win "
    "where all else is impossible.")
mistake(
    "the border shut out as a context", "logs = probs.log()",
    "logs = probs.log()\n    logs[k] = -math.inf",
    "You make everything after a border impossible. The border is the context of the first two words.")
mistake(
    "single precision", "log_trans = torch.full((size, size, size, size), -math.inf, dtype=probs.dtype)",
    "log_trans = torch.full((size, size, size, size), -math.inf)",
    "`torch.full` makes single precision by itself. Give it the dtype of `probs`.")
mistake(
    "nothing shut out", {TRANS: "b = torch.arange(size)\n    log_trans[:, b, b] = logs",
                         "log_stop[:, :k] = logs[:, :k, k]": "log_stop = logs[:, :, k]"}, "",
    "In your model one can move into pairs that end in the border, and go on from there or stop. The border as what "
    "comes is the end, and it stands in `log_stop` alone.")
mistake(
    "begins with any first tag", "log_start[k, :k] = logs[k, k, :k]", "log_start[k, :k] = probs[k].mean(0)[:k].log()",
    "Your start averages over what stands between the border and the first tag. Nothing does: before a sentence stand "
    "two borders, `probs[k, k]`.")
pair_states.wrong("pairs of real tags only", """
def pair_states(probs):
    k = len(probs) - 1
    logs = probs.log()
    log_trans = torch.full((k, k, k, k), -math.inf, dtype=probs.dtype)
    b = torch.arange(k)
    log_trans[:, b, b] = logs[:k, :k, :k]
    return logs[k, :k, :k].reshape(-1), log_trans.reshape(k * k, k * k), logs[:k, :k, k].reshape(-1)
""", "You leave out the pairs that begin with the border. At the first word the state is (border, tag): there are S * "
     "S pairs.")
pair_states.also("loops", """
def pair_states(probs):
    size = probs.shape[0]
    edge = size - 1
    log_start = torch.full((size * size,), -math.inf, dtype=probs.dtype)
    log_stop = log_start.clone()
    log_trans = torch.full((size * size, size * size), -math.inf, dtype=probs.dtype)
    for c in range(edge):
        log_start[edge * size + c] = torch.log(probs[edge, edge, c])
    for a in range(size):
        for b in range(edge):
            log_stop[a * size + b] = torch.log(probs[a, b, edge])
            for c in range(edge):
                log_trans[a * size + b, b * size + c] = torch.log(probs[a, b, c])
    return log_start, log_trans, log_stop
""")
pair_states.also("a mask", """
def pair_states(probs):
    size = len(probs)
    a, b = torch.arange(size).repeat_interleave(size), torch.arange(size).repeat(size)
    real = b < size - 1
    fits = (b[:, None] == a[None, :]) & real[:, None] & real[None, :]
    zero = torch.zeros((), dtype=probs.dtype)
    trans = torch.where(fits, probs[a[:, None], b[:, None], b[None, :]], zero)
    start = torch.where(real & (a == size - 1), probs[size - 1, size - 1, b], zero)
    stop = torch.where(real, probs[a, b, size - 1], zero)
    return start.log(), trans.log(), stop.log()
""")
