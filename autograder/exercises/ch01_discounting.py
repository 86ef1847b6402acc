"""Chapter 01: the two halves of Kneser-Ney: a discount, and counts of places."""

import torch

from autograder.exercises.ch01_common import counted, counted_text, exercise
from ngram2bert.ngrams.continuation import continuation_counts as _continuation_counts
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


continuation_counts = exercise(
    "continuation_counts", of=_continuation_counts, points=3, minutes=12, level=2,
    parts={"bigrams": 1, "other orders": 1, "the start of a sentence": 1},
    hints=["After how many *different* words has *Francisco* been seen? Which column of `grams` holds them, and how "
           "many rows does each of them have?",
           "Each row of `grams` is one different place. Cut off its first word and count how often the same rest is "
           "left over; rows whose rest begins with `<s>` bring their count instead of 1.",
           "`shorter, inverse, _ = unique_rows(grams[:, 1:])`, then add up "
           "`torch.where(grams[:, 1] == bos, counts, 1)` for each `inverse` with `index_add`."])


@continuation_counts.cases
def _(r):
    text = [[3, 4, 3], [4], [5, 3, 4, 4], [3, 4]]
    yield "bigrams", dict(**counted({(0, 3): 2, (0, 4): 1, (3, 4): 3, (4, 1): 2, (4, 3): 5, (5, 3): 1}), bos=0)
    yield "other orders", dict(**counted({(3, 4, 1): 2, (4, 3, 4): 1, (5, 3, 4): 6, (3, 4, 4): 1, (5, 4, 1): 3}), bos=0)
    yield "the start of a sentence", dict(**counted({(0, 0, 3): 7, (0, 3, 4): 2, (5, 3, 4): 9, (0, 0, 4): 2}), bos=0)
    yield "the start of a sentence", dict(**counted({(0, 0, 3): 7, (0, 3, 4): 2, (5, 3, 4): 9, (0, 0, 4): 2}), bos=-1)
    yield "the start of a sentence", dict(**counted_text(text, 3, 7, 1), bos=7)
    yield "the start of a sentence", dict(**counted_text([[0, 4], [0, 0, 4], [4, 0, 4]], 3, 7, 1), bos=7)
    yield "other orders", dict(**counted_text(text, 4, 0, 1), bos=0)
    yield "bigrams", dict(**counted_text(text, 2, 0, 1), bos=-1)
    for part, n in (("bigrams", 2), ("other orders", 4), ("the start of a sentence", 3)):
        v, bos = 5 + r.below(3), r.choice([0, 9])
        sentences = [r.integers(r.below(6), low=2, high=v).tolist() for _ in range(8)]
        yield part, dict(**counted_text(sentences, n, bos, 1), bos=bos if r.below(3) else -1)


continuation_counts.mistake(
    "occurrences for places", "torch.where(grams[:, 1] == bos, counts, 1)", "counts",
    "You add up the counts: that is how *often* the shorter n-gram occurs. Count after how many different words it "
    "occurs: each row of `grams` is one.")
continuation_counts.mistake(
    "right neighbours", "unique_rows(grams[:, 1:])", "unique_rows(grams[:, :-1])",
    "You cut off the last word and count what comes after. The lower order predicts the last word: cut off the *first* "
    "and count what stands before.")
continuation_counts.mistake(
    "<s> counted by places", "torch.where(grams[:, 1] == bos, counts, 1)", "torch.ones_like(counts)",
    "Before `<s>` there is only `<s>`, so every start of a sentence gets 1 in your table. Where the shorter n-gram "
    "begins with `bos`, keep the count.")
continuation_counts.mistake(
    "first word tested for <s>", "grams[:, 1] == bos", "grams[:, 0] == bos",
    "You keep the count where the *longer* n-gram begins with `<s>`. The rule is for shorter ones that do: test the "
    "column that comes first after the cut.")
continuation_counts.mistake(
    "`<s>` is number 0", "== bos", "== 0",
    "You test for 0. The number of `<s>` is the argument `bos`, and -1 means that no n-gram is special.")
continuation_counts.mistake(
    "starts of sentences dropped", "unique_rows(grams[:, 1:])",
    "unique_rows(grams[grams[:, 1] != bos, 1:])\n"
    "    grams, counts = grams[grams[:, 1] != bos], counts[grams[:, 1] != bos]",
    "You leave out the n-grams that begin with `<s>`. They stay, with their counts: the lower order predicts the first "
    "word of a sentence with them.")
continuation_counts.mistake(
    "one plus the count at the start", "torch.where(grams[:, 1] == bos, counts, 1)",
    "torch.where(grams[:, 1] == bos, counts + 1, 1)",
    "Where the shorter n-gram begins with `<s>` you add the place to the count. The count *replaces* it.")
continuation_counts.mistake(
    "counts of other rows",
    "return shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, weight)",
    "places = torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, torch.ones_like(counts))\n"
    "    return shorter, torch.where(shorter[:, 0] == bos, counts[:len(shorter)], places)",
    "Row i of the shorter table is not row i of `counts`. What an n-gram brings along has to go through `inverse`.")
continuation_counts.wrong("counts overwritten", """
def continuation_counts(grams, counts, bos):
    counts[grams[:, 1] != bos] = 1
    shorter, inverse, _ = unique_rows(grams[:, 1:])
    return shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, counts)
""", "Your answer is right, but you wrote ones into the caller's `counts`: the highest order still needs them. Make a "
     "new tensor with `torch.where`.")
continuation_counts.mistake(
    "places seen once only", "torch.where(grams[:, 1] == bos, counts, 1)",
    "torch.where(grams[:, 1] == bos, counts, (counts == 1).long())",
    "You count the words before that were seen exactly once. All different ones count, however often they were seen.")
continuation_counts.mistake(
    "always down to single words", "unique_rows(grams[:, 1:])", "unique_rows(grams[:, -1:])",
    "You keep the last word only, whatever n is. The next lower order has n-1 words: cut off the first alone.")
continuation_counts.mistake(
    "probabilities for counts",
    "return shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, weight)",
    "result = torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, weight)\n"
    "    return shorter, result / result.sum().double()",
    "You divide by the sum. The counts themselves are asked: the next step discounts them first.")
continuation_counts.mistake(
    "equal rows not put together",
    "return shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, weight)",
    "return shorter[inverse], weight",
    "The same shorter n-gram stands in your table several times. Each is one row, and its places are added up.")
continuation_counts.mistake(
    "last place only", "    return shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, weight)",
    "    places = torch.zeros(len(shorter), dtype=torch.int64)\n"
    "    places[inverse] += weight\n    return shorter, places",
    "You write each row's number over the one before instead of adding it. `t[inverse] += x` adds once for each index, "
    "however often it occurs: use `index_add`.")
continuation_counts.also("a dictionary of sets", """
def continuation_counts(grams, counts, bos):
    before, starts = {}, {}
    for row, count in zip(grams.tolist(), counts.tolist()):
        before.setdefault(tuple(row[1:]), set()).add(row[0])
        if row[1] == bos:
            starts[tuple(row[1:])] = starts.get(tuple(row[1:]), 0) + count
    rows = sorted(before)
    return torch.tensor(rows), torch.tensor([starts.get(row, len(before[row])) for row in rows])
""")
continuation_counts.also("torch.unique, then the starts", """
def continuation_counts(grams, counts, bos):
    shorter, places = torch.unique(grams[:, 1:], dim=0, return_counts=True)
    for i in (shorter[:, 0] == bos).nonzero()[:, 0]:
        places[i] = counts[(grams[:, 1:] == shorter[i]).all(1)].sum()
    return shorter, places
""")
continuation_counts.also("bincount", """
def continuation_counts(grams, counts, bos):
    weights = torch.ones(len(grams), dtype=torch.float64)
    starts = grams[:, 1] == bos
    weights[starts] = counts[starts].double()
    shorter, inverse, _ = unique_rows(grams[:, 1:])
    return shorter, torch.bincount(inverse, weights=weights).round().long()
""")
