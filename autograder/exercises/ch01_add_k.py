"""Chapter 01: add-k."""

import torch

from autograder.exercises.ch01_common import counted, exercise
from ngram2bert.ngrams.add_k import add_k as _add_k

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
    "k added to the table and below", "by_context(grams, counts)", "by_context(grams, counts + k)",
    "You add k to the counts of the n-grams that were seen, and then `k * size` to their sum: the denominator holds "
    "those k twice. It is the plain count of the context plus `k * size`.")
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
    "1/V for every unseen n-gram", "return (lookup(grams, counts, query) + k) / (total + k * size)",
    "found = lookup(grams, counts, query)\n"
    "    return torch.where(found > 0, (found + k) / (total + k * size), 1 / size)",
    "You give 1/V to every n-gram that was not seen. That is right after an unseen *context* only; after a seen one an "
    "unseen word has k / (c(h) + k V).")
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
