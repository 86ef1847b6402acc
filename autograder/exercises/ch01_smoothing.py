"""Chapter 01: the first two smoothings: add-k, and the weights of a mixture by expectation-maximisation."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch01_common import counted, exercise
from ngram2bert.ngrams.add_k import add_k as _add_k
from ngram2bert.ngrams.interpolation import em_weights as _em_weights

add_k = exercise(
    "add_k", of=_add_k, points=2, minutes=8, level=1,
    parts={"seen contexts": 1, "unseen contexts": 1},
    tolerance=1e-6,  # `counts + k` of an integer tensor is single precision, and that is no mistake of the learner's
    hints=["After one context k is added to the count of every word that can come next. By how much does the sum of "
           "the counts grow?",
           "Start from your `mle`: the count of the context grows by `k * size`, the count of the n-gram by `k`. Then "
           "an unseen context is no special case any more.",
           "`(lookup(grams, counts, query) + k) / (total + k * size)`, with `total` looked up as in `mle`."])


@add_k.cases
def _(r):
    bigrams = counted({(0, 3): 2, (0, 4): 1, (3, 1): 1, (3, 4): 3, (3, 3): 1, (4, 1): 2, (4, 3): 5})
    seen, unseen = torch.tensor([[0, 3], [3, 4], [4, 4]]), torch.tensor([[9, 3], [1, 1], [3, 4]])
    yield "seen contexts", dict(**bigrams, query=seen, k=1.0, size=6)
    yield "seen contexts", dict(**bigrams, query=seen, k=0.3, size=9)
    yield "unseen contexts", dict(**bigrams, query=unseen, k=0.02, size=6)
    unigrams = counted({(1,): 2, (3,): 5, (4,): 1})
    yield "seen contexts", dict(**unigrams, query=torch.tensor([[3], [1], [7]]), k=0.5, size=5)
    trigrams = counted({(0, 0, 3): 3, (0, 3, 1): 1, (0, 3, 4): 2, (3, 4, 1): 2, (4, 3, 4): 1, (4, 4, 1): 7})
    yield "seen contexts", dict(**trigrams, query=torch.tensor([[0, 3, 4], [4, 3, 1], [3, 4, 1]]), k=2, size=11)
    yield "unseen contexts", dict(**trigrams, query=torch.tensor([[3, 0, 4], [9, 9, 9], [4, 0, 1]]), k=1.5, size=11)
    for n, v in ((2, 5), (3, 3), (1, 6)):
        rows = {tuple(r.integers(n, high=v).tolist()): 1 + r.below(9) for _ in range(3 * v)}
        case = dict(query=r.integers(12, n, high=v + 1), k=r.between(0.01, 2.0), size=v + r.below(9))
        yield "seen contexts", dict(**counted(rows), **case)
    rows = {tuple(r.integers(2, high=4).tolist()): 1 + r.below(9) for _ in range(9)}
    yield "unseen contexts", dict(**counted(rows), query=r.integers(9, 2, low=2, high=8), k=r.between(0.01, 2), size=20)


add_k.mistake(
    "k added once below", "(total + k * size)", "(total + k)",
    "You add k to the count of the context. But k was added to the count of *every* word after it, so the sum grows by "
    "k times the number of words.")
add_k.mistake(
    "k forgotten below", "(total + k * size)", "(total + size)",
    "Your denominator grows by V. That is right for k = 1 alone: each of V words was given k.")
add_k.mistake(
    "k above only", "(total + k * size)", "total",
    "You add k to the count of the n-gram only. Then the probabilities after a context sum to more than one: the "
    "denominator must grow too.")
add_k.mistake(
    "k below only", "(lookup(grams, counts, query) + k)", "lookup(grams, counts, query)",
    "You add k to the denominator only, so an unseen n-gram still has probability 0. Its count grows by k as well.")
add_k.mistake(
    "Laplace whatever k is", "(lookup(grams, counts, query) + k) / (total + k * size)",
    "(lookup(grams, counts, query) + 1) / (total + size)",
    "You add 1 whatever `k` is. Use the argument: on real text the best k is far below 1.")
add_k.mistake(
    "<s> counted among the words", "k * size", "k * (size + 1)",
    "You count one word more than can come next. `size` is V already; `<s>` is never predicted.")
add_k.mistake(
    "V = number of n-grams seen", "k * size", "k * len(grams)",
    "You multiply k by the number of different n-grams seen. V is the number of words that *can* come next: `size`.")
add_k.mistake(
    "V = words seen in the table", "k * size", "k * len(grams[:, -1].unique())",
    "You count the words that this table holds. The vocabulary may hold more: use `size`, or the probabilities after a "
    "context do not sum to one.")
add_k.mistake(
    "V = words seen after the context", "k * size",
    "k * lookup(contexts, by_context(grams, counts > 0)[1], query[:, :-1])",
    "You multiply k by the number of different words that followed this context. All the words of the vocabulary were "
    "given k, those never seen here above all.")
add_k.mistake(
    "V to the power n", "k * size", "k * size ** grams.shape[1]",
    "You count all possible n-grams. The context is given, so V words can follow.")
add_k.mistake(
    "k for seen n-grams only", "return (lookup(grams, counts, query) + k)",
    "found = lookup(grams, counts, query)\n    return torch.where(found > 0, found + k, 0.0)",
    "You add k to n-grams that were seen, but those never seen still get 0: they are whom k is for.")
add_k.mistake(
    "k put into the table first", {"contexts, totals =": "counts = counts + k\n    contexts, totals =",
    "(lookup(grams, counts, query) + k) / (total + k * size)": "lookup(grams, counts, query) / total"}, "",
    "You add k to the counts of the table, so only n-grams that were seen get it. k is for every word that can come "
    "next, those never seen above all.")
add_k.mistake(
    "relative frequency plus k", "(lookup(grams, counts, query) + k) / (total + k * size)",
    "(lookup(grams, counts, query) / total).nan_to_num(0.0) + k / (total + k * size)",
    "You add the share of k to the relative frequency as it was: together they sum to more than one. k goes into the "
    "counts, before you divide.")
add_k.mistake(
    "k shared out among the words", "(lookup(grams, counts, query) + k) / (total + k * size)",
    "(lookup(grams, counts, query) + k / size) / (total + k)",
    "You share one k among all words. That is a model too, but here each word gets a whole k, and the denominator "
    "grows by k times V.")
add_k.mistake(
    "unseen context gives 0", "return (lookup(grams, counts, query) + k) / (total + k * size)",
    "return torch.where(total > 0, (lookup(grams, counts, query) + k) / (total + k * size), 0.0)",
    "After an unseen context you answer 0. No special case is needed: the formula gives 1/V there.")
add_k.mistake(
    "divides by all counts", "total = lookup(contexts, totals, query[:, :-1])", "total = totals.sum()",
    "You divide by the count of all n-grams. After a context only the n-grams that begin with it count.")
add_k.also("dictionaries", """
def add_k(grams, counts, query, k, size):
    joint, context = {}, {}
    for row, c in zip(grams.tolist(), counts.tolist()):
        joint[tuple(row)] = c
        context[tuple(row[:-1])] = context.get(tuple(row[:-1]), 0) + c
    answers = [(joint.get(tuple(q), 0) + k) / (context.get(tuple(q[:-1]), 0) + k * size) for q in query.tolist()]
    return torch.tensor(answers, dtype=torch.float64)
""")
add_k.also("boolean masks, single precision on the way", """
def add_k(grams, counts, query, k, size):
    above = ((grams[None] == query[:, None]).all(-1) * counts).sum(-1) + k
    below = ((grams[None, :, :-1] == query[:, None, :-1]).all(-1) * counts).sum(-1) + k * size
    return (above / below).double()
""")
add_k.also("a mixture of the counts and the uniform distribution", """
def add_k(grams, counts, query, k, size):
    contexts, totals = by_context(grams, counts)
    total = lookup(contexts, totals, query[:, :-1])
    share = total / (total + k * size)
    relative = (lookup(grams, counts, query) / total).nan_to_num(0.0)
    return share * relative + (1 - share) / size
""")


em_weights = exercise(
    "em_weights", of=_em_weights, points=4, minutes=18, level=2,
    parts={"one step": 1, "several steps": 1, "bits": 1, "random": 1},
    tolerance=1e-5,  # `counts / counts.sum()` is single precision
    hints=["If you knew which model had produced each token, what would the weights be? And if you only know how "
           "likely each model is to have produced it?",
           "In each round: multiply each row of `probs` by the weights, divide each row by its own sum, and average "
           "the rows, each as often as its token occurs.",
           "With `joint = weights * probs` and `mixed = joint.sum(1)` the bits are the mean of `-mixed.log2()`, the "
           "new weights the mean of `joint / mixed[:, None]`; both means are weighted by `counts`."])


@em_weights.cases
def _(r):
    two = torch.tensor([[0.5, 0.1], [0.1, 0.4], [0.3, 0.2]], dtype=torch.float64)
    three = torch.tensor([[0.2, 0.0, 0.1], [0.1, 0.6, 0.3], [0.1, 0.01, 0.0], [0.1, 0.9, 0.7]], dtype=torch.float64)
    yield "one step", dict(probs=two[:2], counts=torch.tensor([3, 1]), steps=1)
    yield "one step", dict(probs=three, counts=torch.tensor([1, 2, 4, 1]), steps=1)
    yield "several steps", dict(probs=two, counts=torch.tensor([5, 2, 4]), steps=3)
    yield "several steps", dict(probs=three, counts=torch.tensor([2, 7, 1, 3]), steps=4)
    yield "bits", dict(probs=two, counts=torch.tensor([1, 5, 2]), steps=2)
    yield "bits", dict(probs=torch.tensor([[0.5], [0.125]], dtype=torch.float64), counts=torch.tensor([3, 1]), steps=2)
    yield "bits", dict(probs=ramp(40, 4).abs() / 9 + 0.001, counts=torch.arange(40) % 7 + 1, steps=20)
    for part in ("random", "random", "several steps"):
        tokens, models = 2 + r.below(9), 2 + r.below(4)
        case = dict(counts=r.integers(tokens, low=1, high=9), steps=2 + r.below(5))
        yield part, dict(probs=r.probabilities(models, tokens).T.contiguous(), **case)


em_weights.mistake(
    "counts ignored", "counts.double() / counts.sum()", "torch.full((len(counts),), 1 / len(counts)).double()",
    "Every row counts the same in your sums. A token that occurs a hundred times weighs a hundred times: use `counts`.")
em_weights.mistake(
    "one sum over all tokens", "(joint / mixed[:, None])", "joint / (share @ mixed)",
    "You divide by one sum over all tokens. The responsibilities of the models must sum to one for *each* token: "
    "divide every row by its own sum.")
em_weights.mistake(
    "not divided by the row's sum", "(joint / mixed[:, None])", "joint",
    "You average weight times probability and never divide by the row's sum: the weights shrink with every step. They "
    "must sum to one.")
em_weights.mistake(
    "divided along the tokens", "(joint / mixed[:, None])", "(joint / joint.sum(dim=0))",
    "You normalise over the tokens, within each model. The models compete for each token: normalise over the models.")
em_weights.mistake(
    "divided by the rows", "weights = share @ (joint / mixed[:, None])",
    "weights = counts.double() @ (joint / mixed[:, None]) / len(counts)",
    "You divide the weights by the number of rows, and they sum to more than one. Each row stands for `counts` tokens: "
    "divide by their sum.")
em_weights.mistake(
    "softmax for the responsibilities", "(joint / mixed[:, None])", "joint.softmax(dim=1)",
    "You take a softmax. `joint` holds probabilities already, not their logarithms: divide each row by its sum.")
em_weights.mistake(
    "the likeliest model takes all", "(joint / mixed[:, None])",
    "torch.nn.functional.one_hot(joint.argmax(dim=1), probs.shape[1]).double()",
    "You give each token whole to its likeliest model. EM gives each model its *share* of the token.")
em_weights.mistake(
    "weights used twice", "weights = share @ (joint / mixed[:, None])",
    "weights = weights * (share @ (joint / mixed[:, None]))\n        weights = weights / weights.sum()",
    "You multiply the responsibilities by the old weights once more. They hold them already: the new weights are the "
    "mean responsibility.")
em_weights.mistake(
    "old weights left out", "joint = weights * probs", "joint = probs / probs.shape[1]",
    "Your responsibilities never look at the weights of the last round, so every step repeats the first.")
em_weights.mistake(
    "bits after the update", {"        bits.append(-float(share @ mixed.log2()))\n": "",
    "weights = share @ (joint / mixed[:, None])  # (K,)": "weights = share @ (joint / mixed[:, None])  # (K,)\n"
    "        bits.append(-float(share @ (weights * probs).sum(dim=1).log2()))"}, "",
    "Your bits belong to the weights *after* each update. The first number is asked for the equal weights at the "
    "start.")
em_weights.mistake(
    "bits of the last weights too", "return weights, torch.tensor(bits, dtype=torch.float64)",
    "bits.append(-float(share @ (weights * probs).sum(dim=1).log2()))\n"
    "    return weights, torch.tensor(bits, dtype=torch.float64)",
    "You return one number too many: `bits[i]` is taken before update i, so there are `steps` of them.")
em_weights.mistake(
    "nats for bits", ".log2()", ".log()", "You take natural logarithms. Bits need `log2`.")
em_weights.mistake(
    "bits divided by the rows", "bits.append(-float(share @ mixed.log2()))",
    "bits.append(-float(counts.double() @ mixed.log2()) / len(counts))",
    "You divide the bits by the number of rows. Each row stands for `counts` tokens: divide by their sum.")
em_weights.mistake(
    "bits of the whole text", "-float(share @ mixed.log2())", "-float(counts.double() @ mixed.log2())",
    "Your bits are those of the whole text. Divide by the number of tokens.")
em_weights.mistake(
    "sign lost", "-float(", "float(", "The sign is lost: log probabilities are negative, bits are positive.")
em_weights.mistake(
    "logarithms mixed", "mixed.log2()", "(weights * probs.log2()).sum(dim=1)",
    "You mix the logarithms of the probabilities. Mix the probabilities and then take the logarithm: one model that "
    "knows the token is enough.")
em_weights.mistake(
    "logarithm of the mean", "share @ mixed.log2()", "(share @ mixed).log2()",
    "You take the logarithm of the mean probability. Bits are the mean of the logarithms.")
em_weights.mistake(
    "weights start at 1", "1 / probs.shape[1], dtype", "1.0, dtype",
    "Your weights start at 1 each, and the first bits are those of no distribution: the start is 1/K.")
em_weights.mistake(
    "probabilities overwritten", "joint = weights * probs", "joint = probs.mul_(weights)",
    "You write over `probs`: the second step multiplies by weights once more, and the caller's table is lost. Make a "
    "new tensor.")
em_weights.mistake(
    "single precision", "return weights, torch.tensor(bits, dtype=torch.float64)", "return weights, torch.tensor(bits)",
    "`torch.tensor` of Python numbers is single precision. The task asks for float64: give the dtype.")
em_weights.equivalent(
    "torch.full((probs.shape[1],), 1 / probs.shape[1], dtype=torch.float64) -> torch.full((probs.shape[1],), 1 / "
    "probs.shape[1])",
    "1/K in single precision is within the tolerance that `counts / counts.sum()` needs")
em_weights.also("a loop over tokens", """
def em_weights(probs, counts, steps):
    models = probs.shape[1]
    weights, bits = [1 / models] * models, []
    for _ in range(steps):
        gained, surprise = [0.0] * models, 0.0
        for row, count in zip(probs.tolist(), counts.tolist()):
            mixed = sum(w * p for w, p in zip(weights, row))
            surprise -= count * math.log2(mixed)
            for k in range(models):
                gained[k] += count * weights[k] * row[k] / mixed
        bits.append(surprise / int(counts.sum()))
        weights = [g / sum(gained) for g in gained]
    return torch.tensor(weights, dtype=torch.float64), torch.tensor(bits, dtype=torch.float64)
""")
em_weights.also("every token written out", """
def em_weights(probs, counts, steps):
    rows = probs.repeat_interleave(counts, dim=0)
    weights, bits = torch.ones(rows.shape[1], dtype=torch.float64) / rows.shape[1], []
    for _ in range(steps):
        bits.append(-(rows @ weights).log2().mean())
        weights = (rows * weights / (rows @ weights).unsqueeze(1)).mean(0)
    return weights, torch.stack(bits)
""")
em_weights.also("shares of the tokens in single precision", """
def em_weights(probs, counts, steps):
    share, bits = (counts / counts.sum())[:, None], []
    weights = torch.ones(probs.shape[1]) / probs.shape[1]
    for _ in range(steps):
        mixed = (weights * probs).sum(1, keepdim=True)
        bits.append(-(share * torch.log2(mixed)).sum().item())
        weights = (share * weights * probs / mixed).sum(0)
    return weights, torch.tensor(bits).double()
""")
em_weights.also("in log space", """
def em_weights(probs, counts, steps):
    log_p, log_w = probs.log(), torch.zeros(probs.shape[1], dtype=torch.float64).log_softmax(0)
    bits = torch.empty(steps, dtype=torch.float64)
    for i in range(steps):
        log_joint = log_p + log_w
        bits[i] = -(counts * log_joint.logsumexp(1)).sum() / counts.sum() / math.log(2)
        log_w = ((log_joint.softmax(1) * counts[:, None]).sum(0) / counts.sum()).log()
    return log_w.exp(), bits
""")
