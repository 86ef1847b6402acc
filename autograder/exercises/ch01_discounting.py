"""Chapter 01: absolute discounting, one order."""

import torch

from autograder.exercises.ch01_common import counted, exercise
from ngram2bert.ngrams.discounting import absolute_discounting as _absolute_discounting

absolute_discounting = exercise(
    "absolute_discounting", of=_absolute_discounting, points=4, minutes=18, level=2,
    parts={"seen contexts": 1, "unseen contexts": 1, "large discounts": 1, "a discount for each n-gram": 1},
    tolerance=1e-5,  # `counts - discount` of integers is single precision, and that is no mistake of the learner's
    hints=["Take D from each different n-gram that begins with h. How much have you taken in all, and where must it go "
           "so that the probabilities after h still sum to one?",
           "`by_context` sums what you took over the words after each context, just as it sums the counts. What is "
           "left, plus that sum times `lower`, is divided by the count of the context.",
           "`taken = counts.double().clamp(max=discount)` is what each n-gram gives up; p = (lookup of `counts - "
           "taken`, plus lookup of the context's sum of `taken`, times `lower`) / c(h). Where c(h) is 0, p is "
           "`lower`."])


@absolute_discounting.cases
def _(r):
    bigrams = counted({(0, 3): 2, (0, 4): 1, (3, 1): 1, (3, 4): 3, (3, 3): 1, (4, 1): 2, (4, 3): 5})
    three = torch.tensor([0.25, 0.3, 0.4], dtype=torch.float64)
    seen, mixed = torch.tensor([[3, 4], [3, 9], [0, 3]]), torch.tensor([[9, 3], [3, 3], [1, 9]])
    yield "seen contexts", dict(**bigrams, discount=0.5, query=seen, lower=three)
    yield "unseen contexts", dict(**bigrams, discount=0.7, query=mixed, lower=three)
    yield "seen contexts", dict(**bigrams, discount=0.0, query=seen, lower=three)
    unigrams = counted({(1,): 2, (3,): 5, (4,): 1})
    yield "seen contexts", dict(**unigrams, discount=0.4, query=torch.tensor([[3], [1], [7]]), lower=three)
    trigrams = counted({(0, 0, 3): 3, (0, 3, 1): 1, (0, 3, 4): 2, (3, 4, 1): 2, (4, 3, 4): 1, (4, 4, 1): 7})
    query = torch.tensor([[0, 3, 4], [4, 3, 1], [3, 4, 1]])
    yield "seen contexts", dict(**trigrams, discount=0.9, query=query, lower=three)
    query = torch.tensor([[3, 0, 4], [4, 0, 1], [0, 3, 4]])
    yield "unseen contexts", dict(**trigrams, discount=0.9, query=query, lower=three)
    yield "large discounts", dict(**bigrams, discount=1.5, query=torch.tensor([[3, 3], [3, 4], [0, 4]]), lower=three)
    each = torch.tensor([0.9, 0.6, 0.5, 1.4, 0.7, 0.2, 1.3], dtype=torch.float64)
    yield "a discount for each n-gram", dict(**bigrams, discount=each, query=seen, lower=three)
    query = torch.tensor([[4, 3], [8, 3], [3, 4]])
    yield "a discount for each n-gram", dict(**bigrams, discount=each, query=query, lower=three)
    for part in ("seen contexts", "unseen contexts", "large discounts", "a discount for each n-gram"):
        n, v = 1 + r.below(3), 3 + r.below(3)
        table = counted({tuple(r.integers(n, high=v).tolist()): 1 + r.below(5) for _ in range(3 * v)})
        discount = r.between(1.2, 2.5) if part == "large discounts" else r.between(0.1, 0.95)
        if part == "a discount for each n-gram":
            discount = r.uniform(len(table["grams"])) * 1.4
        yield part, dict(**table, discount=discount, query=r.integers(12, n, high=v + 1), lower=r.uniform(12))


absolute_discounting.mistake(
    "D handed on whatever was taken", "by_context(grams, taken)",
    "by_context(grams, counts.double() * discount)",
    "You hand D to the lower order after every context. It gets what was *taken*: D for each different word seen after "
    "h, over c(h).")
absolute_discounting.wrong("D taken from the probability", """
def absolute_discounting(grams, counts, discount, query, lower):
    contexts, totals = by_context(grams, counts)
    total = lookup(contexts, totals, query[:, :-1])
    p = counts.double() / lookup(contexts, totals, grams[:, :-1])
    taken = p.clamp(max=discount)
    gift = lookup(contexts, by_context(grams, taken)[1], query[:, :-1])
    return torch.where(total > 0, lookup(grams, p - taken, query) + gift * lower, lower)
""", "You take D from the relative frequency. D is taken from the *count*, before you divide by c(h).")
absolute_discounting.mistake(
    "nothing handed on after a seen context", "(kept + gift * lower) / total", "kept / total",
    "You take D from the n-grams but give it to nobody: after a seen context the probabilities sum to less than one, "
    "and an unseen word gets 0.")
absolute_discounting.mistake(
    "only unseen words get a share", "(kept + gift * lower) / total",
    "torch.where(kept > 0, kept, gift * lower) / total",
    "You ask the lower order only for words never seen after h. That is back-off, which needs another weight; here the "
    "lower order is *added*, for seen words too.")
absolute_discounting.mistake(
    "unseen n-gram for unseen context",
    "torch.where(total > 0, (kept", "torch.where(lookup(grams, counts, query) > 0, (kept",
    "You fall back on `lower` wherever the *n-gram* is unseen. After a context that was seen, a new word gets g(h) "
    "times `lower`; only after an unseen context it gets `lower` whole.")
absolute_discounting.mistake(
    "nothing taken", "kept = lookup(grams, counts - taken, query)", "kept = lookup(grams, counts, query)",
    "You add the share of the lower order but never subtract D from the counts: the probabilities sum to more than "
    "one.")
absolute_discounting.mistake(
    "relative frequency scaled", "kept = lookup(grams, counts - taken, query)",
    "kept = lookup(grams, counts, query) * (1 - gift / total)",
    "You scale the relative frequency by 1 - g(h), as a mixture does. The sum is right, but frequent words then give "
    "up more than rare ones: here each n-gram gives up the same D.")
absolute_discounting.mistake(
    "lower order added whole", "gift * lower) / total", "total * lower) / total",
    "You add the lower order with weight 1. Its weight is what was taken after h, over c(h).")
absolute_discounting.mistake(
    "share not divided by c(h)", "(kept + gift * lower) / total", "kept / total + gift * lower",
    "You divide what is kept by c(h), but not what is handed on: g(h) is a share of c(h).")
absolute_discounting.mistake(
    "divides by what is left", "by_context(grams, counts)", "by_context(grams, counts - taken)",
    "You divide by what is left after h. The denominator is c(h), all that was there: then kept and handed-on mass "
    "together make one.")
absolute_discounting.mistake(
    "0 / 0", "torch.where(total > 0, (kept + gift * lower) / total, lower)", "(kept + gift * lower) / total",
    "After a context that was never seen you divide 0 by 0. All that is known there is the lower order: return "
    "`lower`.")
absolute_discounting.mistake(
    "unseen context gives 0", "/ total, lower)", "/ total, 0.0)",
    "After an unseen context you answer 0, and the probabilities there sum to 0. Nothing was taken and nothing kept: "
    "p is `lower`.")
absolute_discounting.mistake(
    "more taken than there is", "counts.double().clamp(max=discount)", "0 * counts.double() + discount",
    "Where D is larger than a count you keep less than nothing. What is kept is max(c - D, 0).")
absolute_discounting.mistake(
    "more handed on than taken", "by_context(grams, taken)",
    "by_context(grams, 0 * counts.double() + discount)",
    "You hand on D for each word seen after h, also where the count was smaller than D: then the sum is above one. "
    "Only min(D, c) was there to take.")
absolute_discounting.mistake(
    "mean of the discounts", "max=discount", "max=float(torch.as_tensor(discount).mean())",
    "You take the mean discount from every n-gram. `discount` may hold one number for each row of `grams`: use it row "
    "by row.")
absolute_discounting.mistake(
    "contexts of the word counted", "gift = lookup(contexts, gifts, query[:, :-1])",
    "gift = torch.stack([taken[grams[:, -1] == word].sum() for word in query[:, -1]])",
    "You add up over the contexts of the word. g(h) adds up over the words after the *context*.")
absolute_discounting.mistake(
    "one share for all contexts", "(kept + gift * lower) / total", "kept / total + taken.sum() / counts.sum() * lower",
    "You hand on the same share after every context: what was taken in all, over all counts. g(h) is for one context: "
    "what was taken after h, over c(h).")
absolute_discounting.wrong("the query's own discount for all words", """
def absolute_discounting(grams, counts, discount, query, lower):
    contexts, totals = by_context(grams, counts)
    _, types = by_context(grams, torch.ones_like(counts))
    total, different = lookup(contexts, totals, query[:, :-1]), lookup(contexts, types, query[:, :-1])
    d = lookup(grams, discount, query) if isinstance(discount, torch.Tensor) else discount
    kept = (lookup(grams, counts, query) - d).clamp(min=0)
    return torch.where(total > 0, (kept + d * different * lower) / total, lower)
""", "You compute g(h) from the discount of the query's own n-gram. What is handed on after h is the sum of what "
     "*each* n-gram there gave up, so it is the same for all words.")
absolute_discounting.mistake(
    "D taken from unseen words", "kept = lookup(grams, counts - taken, query)",
    "kept = lookup(grams, counts - taken, query) - torch.where(lookup(grams, counts, query) > 0, 0, taken.max())",
    "You subtract D also from n-grams that were never seen, and some probabilities fall below what the lower order "
    "gives. A count of 0 stays 0.")
absolute_discounting.mistake(
    "lower order overwritten", "(kept + gift * lower) / total", "(kept + lower.mul_(gift)) / total",
    "You multiply `lower` in place. The caller's tensor is changed, and where the context is unseen you return 0. "
    "Write `gift * lower`.")
absolute_discounting.also("subtraction and clamp in single precision", """
def absolute_discounting(grams, counts, discount, query, lower):
    kept = (counts - discount).clamp(min=0)
    contexts, totals = by_context(grams, counts)
    total = lookup(contexts, totals, query[:, :-1])
    left = lookup(*by_context(grams, kept), query[:, :-1])
    p = (lookup(grams, kept, query) + (total - left) * lower) / total
    return torch.where(total == 0, lower, p)
""")
absolute_discounting.also("a loop", """
def absolute_discounting(grams, counts, discount, query, lower):
    amount = torch.as_tensor(discount, dtype=torch.float64).expand(len(counts))
    answers = []
    for row, low in zip(query, lower):
        after = (grams[:, :-1] == row[:-1]).all(1)
        c, d = counts[after].double(), amount[after]
        if len(c) == 0:
            answers.append(float(low))
            continue
        taken = torch.minimum(c, d)
        here = grams[after][:, -1] == row[-1]
        answers.append(float(((c - taken)[here].sum() + taken.sum() * low) / c.sum()))
    return torch.tensor(answers, dtype=torch.float64)
""")
absolute_discounting.also("one minus what is kept", """
def absolute_discounting(grams, counts, discount, query, lower):
    contexts, inverse, _ = unique_rows(grams[:, :-1])
    totals = torch.zeros(len(contexts), dtype=torch.float64).index_add_(0, inverse, counts.double())
    share = (counts.double() - discount).clamp(min=0) / totals[inverse]
    free = 1 - torch.zeros(len(contexts), dtype=torch.float64).index_add_(0, inverse, share)
    seen = lookup(contexts, totals, query[:, :-1]) > 0
    return lookup(grams, share, query) + torch.where(seen, lookup(contexts, free, query[:, :-1]), 1) * lower
""")
