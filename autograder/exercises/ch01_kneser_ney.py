"""Chapter 01: Kneser-Ney, one discount an order."""

import torch

from autograder.exercises.ch01_common import counted, counted_text, exercise
from ngram2bert.ngrams.kneser_ney import kneser_ney as _kneser_ney

kneser_ney = exercise(
    "kneser_ney", of=_kneser_ney, points=4, minutes=18, level=3,
    builds_on=["absolute_discounting", "continuation_counts"],
    parts={"bigrams": 1, "other orders": 1, "the start of a sentence": 1, "random": 1},
    tolerance=1e-5,  # as in absolute_discounting
    hints=["You can go from the counts of order n to those of order n-1, and from p of order n-1 to p of order n. "
           "Where does that end, and what is p there?",
           "A function that calls itself: of order 1 the lower order is uniform; else it is `kneser_ney` of the "
           "continuation counts, with one discount less and queries without their *first* word. "
           "`absolute_discounting` then does the one step up.",
           "`lower = kneser_ney(*continuation_counts(grams, counts, bos), discounts[:-1], query[:, 1:], bos, size)`, "
           "then `absolute_discounting(*drop_padding(grams, counts, bos), discounts[-1], query, lower)`: the padding "
           "is dropped only after the lower order was made."])

TEXT = [[3, 4, 3], [4], [5, 3, 4, 4], [3, 4]]


@kneser_ney.cases
def _(r):
    bigrams = counted_text(TEXT, 2, 0, 1)
    yield "bigrams", dict(**bigrams, discounts=[0.6, 0.8], query=torch.tensor([[3, 4], [3, 5], [4, 9]]), bos=0, size=6)
    yield "bigrams", dict(**bigrams, discounts=[0.3, 0.7], query=torch.tensor([[9, 3], [0, 4], [4, 1]]), bos=0, size=9)
    unigrams = counted({(1,): 2, (3,): 5, (4,): 1})
    yield "other orders", dict(**unigrams, discounts=[0.4], query=torch.tensor([[3], [1], [7]]), bos=0, size=5)
    trigrams = counted_text(TEXT, 3, 0, 1)
    query = torch.tensor([[5, 3, 4], [3, 4, 9], [9, 3, 4], [4, 9, 4]])
    yield "other orders", dict(**trigrams, discounts=[0.5, 0.6, 0.9], query=query, bos=0, size=7)
    query = torch.tensor([[5, 3, 4, 4], [0, 3, 4, 3], [9, 9, 3, 4], [0, 0, 3, 4], [0, 0, 0, 3]])
    fourgrams = counted_text(TEXT, 4, 0, 1)
    yield "other orders", dict(**fourgrams, discounts=[0.2, 0.9, 0.5, 0.7], query=query, bos=0, size=8)
    starts = torch.tensor([[0, 0, 3], [0, 0, 1], [0, 4, 1], [9, 0, 4], [0, 0, 9]])
    yield "the start of a sentence", dict(**trigrams, discounts=[0.5, 0.6, 0.9], query=starts, bos=0, size=7)
    yield "the start of a sentence", dict(**trigrams, discounts=[0.5, 0.6, 0.9], query=starts, bos=-1, size=7)
    other = counted_text([[3, 0, 3], [0, 0, 4], [0], [4, 0, 4], [4, 3, 0, 3]], 3, 7, 1)
    query = torch.tensor([[7, 7, 0], [7, 0, 0], [0, 0, 4], [3, 0, 4], [4, 7, 4]])
    yield "the start of a sentence", dict(**other, discounts=[0.5, 0.8, 0.6], query=query, bos=7, size=6)
    drawn = [("random", 2), ("random", 3), ("the start of a sentence", 4), ("random", 1 + r.below(4))]
    for part, n in (*drawn, ("bigrams", 2), ("other orders", r.choice([1, 3, 4]))):
        v, bos = 5 + r.below(3), r.choice([0, 9])
        sentences = [r.integers(r.below(6), low=2, high=v).tolist() for _ in range(8)]
        query = torch.where(r.uniform(12, n) < 0.3, bos, r.integers(12, n, low=1, high=v + 1))
        discounts, special = [r.between(0.1, 0.95) for _ in range(n)], bos if r.below(4) else -1
        case = dict(discounts=discounts, query=query, bos=special, size=v + r.below(5))
        yield part, counted_text(sentences, n, bos, 1) | case


kneser_ney.mistake(
    "raw counts in the lower order", "shorter = continuation_counts(grams, counts, bos)",
    "rows, inverse, _ = unique_rows(grams[:, 1:])\n"
    "        shorter = rows, torch.zeros(len(rows), dtype=torch.int64).index_add(0, inverse, counts)",
    "Your lower order counts how *often* an n-gram occurs. *Francisco* is frequent but follows one word only: use "
    "`continuation_counts`.")
kneser_ney.wrong("places counted from the highest order", """
def kneser_ney(grams, counts, discounts, query, bos, size):
    n = grams.shape[1]
    p = torch.full((len(query),), 1 / size, dtype=torch.float64)
    for k in range(1, n + 1):
        rows, numbers = grams, counts
        if k < n:
            rows, _, numbers = unique_rows(grams[:, n - k:])
        p = absolute_discounting(*drop_padding(rows, numbers, bos), discounts[k - 1], query[:, n - k:], p)
    return p
""", "For every lower order you count the rows of the *highest* one. Order k counts the different words just before, "
     "that is, the rows of order k+1: apply `continuation_counts` to its own result.")
kneser_ney.wrong("highest order asked first", """
def kneser_ney(grams, counts, discounts, query, bos, size):
    p = torch.full((len(query),), 1 / size, dtype=torch.float64)
    while True:
        p = absolute_discounting(*drop_padding(grams, counts, bos), discounts[grams.shape[1] - 1], query, p)
        if grams.shape[1] == 1:
            return p
        grams, counts = continuation_counts(grams, counts, bos)
        query = query[:, 1:]
""", "You begin with the highest order, so that it leans on the uniform distribution and the single words speak last. "
     "Each order needs the finished p of the one below it: begin with the single words.")
kneser_ney.mistake(
    "discounts from high to low", {"discounts[:-1]": "discounts[1:]", "discounts[-1]": "discounts[0]"}, "",
    "You take the discounts in the wrong order. `discounts[0]` is D_1, of single words; the highest order has the "
    "last.")
kneser_ney.mistake(
    "the highest discount at every order", "discounts[:-1]", "discounts",
    "Every order gets the last discount. Hand on the list without it: order n-1 has D_(n-1).")
kneser_ney.mistake(
    "nothing under the single words", "torch.full((len(query),), 1 / size, dtype=torch.float64)",
    "torch.zeros(len(query), dtype=torch.float64)",
    "What is taken from the single words goes to nobody, and a word never seen gets 0. Under them is the uniform "
    "distribution, 1/V.")
kneser_ney.mistake(
    "single words not discounted", "lower = torch.full((len(query),), 1 / size, dtype=torch.float64)",
    "return lookup(grams, counts, query) / counts.sum()",
    "At the single words you stop with relative frequencies, as the bigram formula in many books does. Here they are "
    "discounted too, and what is taken goes to the uniform distribution.")
kneser_ney.mistake(
    "uniform in place of the single words", "lower = torch.full((len(query),), 1 / size, dtype=torch.float64)",
    "return torch.full((len(query),), 1 / size, dtype=torch.float64)",
    "At order 1 you answer 1/V at once and never ask how many places each word was seen in. The uniform distribution "
    "lies *under* the single words: it is their `lower`.")
kneser_ney.mistake(
    "uniform over one word more", "1 / size", "1 / (size + 1)",
    "Your uniform distribution counts one word too many. `size` is V already; `<s>` is never predicted.")
kneser_ney.mistake(
    "uniform over the words seen", "1 / size", "1 / len(grams)",
    "Your uniform distribution is over the words seen in training. An unseen word then gets a share that nobody gave "
    "up: use `size`.")
kneser_ney.mistake(
    "discount of the order below",
    {"discounts[:-1]": "discounts", "discounts[-1]": "discounts[grams.shape[1] - 2]"}, "",
    "Each order of yours uses the discount of another one. `discounts` starts at D_1, so order k has "
    "`discounts[k - 1]`.")
kneser_ney.wrong("D handed on whatever was taken", """
def kneser_ney(grams, counts, discounts, query, bos, size):
    lower = torch.full((len(query),), 1 / size, dtype=torch.float64)
    if grams.shape[1] > 1:
        lower = kneser_ney(*continuation_counts(grams, counts, bos), discounts[:-1], query[:, 1:], bos, size)
    grams, counts = drop_padding(grams, counts, bos)
    contexts, totals = by_context(grams, counts)
    total = lookup(contexts, totals, query[:, :-1])
    kept = (lookup(grams, counts, query) - discounts[-1]).clamp(min=0) / total
    return torch.where(total > 0, kept + discounts[-1] * lower, lower)
""", "You weigh the lower order with D. Its weight is what was taken after h: D for each different word there, over "
     "the sum. Your `absolute_discounting` does that.")
kneser_ney.mistake(
    "query cut at the wrong end", "query[:, 1:]", "query[:, :-1]",
    "You cut off the last word of the query: that is the word to be predicted. The lower order forgets the *first* "
    "word, the farthest one.")
kneser_ney.mistake(
    "straight down to single words",
    {"        lower = kneser_ney(*shorter, discounts[:-1], query[:, 1:], bos, size)":
     "        while shorter[0].shape[1] > 1:\n            shorter = continuation_counts(*shorter, bos)\n"
     "        lower = kneser_ney(*shorter, discounts[:1], query[:, -1:], bos, size)"}, "",
    "From order n you go straight to single words. Each order leans on the one just below it.")
kneser_ney.mistake(
    "padding dropped too soon", "    if grams.shape[1] == 1:",
    "    grams, counts = drop_padding(grams, counts, bos)\n    if grams.shape[1] == 1:",
    "You drop the rows that begin with two `<s>` before the lower order is made. It learns from them how sentences "
    "start: make it first, then drop them.")
kneser_ney.mistake(
    "padding dropped below only",
    {"shorter = continuation_counts(grams, counts, bos)":
     "shorter = drop_padding(*continuation_counts(grams, counts, bos), bos)",
     "*drop_padding(grams, counts, bos)": "grams, counts"},
    "", "You drop the padding from the table that you hand down, and keep it in the one that you discount. It is the "
        "other way round: the lower order needs it, the discounting does not.")
kneser_ney.mistake(
    "padding not dropped", "*drop_padding(grams, counts, bos)", "grams, counts",
    "You discount `<s> <s> w` and then `<s> w`, which is the same fact. Drop the rows that begin with two `<s>` before "
    "you discount.")
kneser_ney.mistake(
    "<s> counted by places", "continuation_counts(grams, counts, bos)", "continuation_counts(grams, counts, -1)",
    "You don't hand `bos` on to `continuation_counts`, so that all starts of a sentence count 1 in the lower orders.")
kneser_ney.mistake(
    "<s> an ordinary word below", "query[:, 1:], bos, size)", "query[:, 1:], -1, size)",
    "You don't hand `bos` on to the lower orders: there `<s>` is an ordinary word.")
kneser_ney.mistake(
    "`<s>` is number 0", {"continuation_counts(grams, counts, bos)": "continuation_counts(grams, counts, 0)",
                          "drop_padding(grams, counts, bos)": "drop_padding(grams, counts, 0)"}, "",
    "You use 0 for `<s>`. Its number is the argument `bos`, and -1 means that no word is special.")
kneser_ney.mistake(
    "discounts used up",
    {"    if grams.shape[1] == 1:": "    discount = discounts.pop()\n    if grams.shape[1] == 1:",
     "discounts[:-1]": "discounts", "discounts[-1]": "discount"},
    "", "`discounts.pop()` empties the caller's list: the second call of your function fails. Read `discounts[-1]` and "
        "hand on `discounts[:-1]`.")
kneser_ney.mistake(
    "places at the highest order too", "*drop_padding(grams, counts, bos), discounts[-1]",
    "drop_padding(grams, counts, bos)[0], torch.ones_like(drop_padding(grams, counts, bos)[1]), discounts[-1]",
    "You count each n-gram once, at the highest order as well. There the counts themselves speak; only *lower* orders "
    "count places.")
kneser_ney.equivalent("torch.full((len(query),), 1 / size, dtype=torch.float64) -> torch.full((len(query),), 1 / size)",
                      "1/V in single precision is within the tolerance that `counts - D` needs")
kneser_ney.also("a loop from low to high", """
def kneser_ney(grams, counts, discounts, query, bos, size):
    n = grams.shape[1]
    tables = [(grams, counts)]
    while tables[0][0].shape[1] > 1:
        tables.insert(0, continuation_counts(*tables[0], bos))
    p = torch.ones(len(query), dtype=torch.float64) / size
    for k, ((rows, numbers), discount) in enumerate(zip(tables, discounts), start=1):
        real = torch.tensor([row[:2] != [bos, bos] for row in rows.tolist()])
        p = absolute_discounting(rows[real], numbers[real], discount, query[:, n - k:], p)
    return p
""")
kneser_ney.also("sets of left neighbours, one query at a time", """
def kneser_ney(grams, counts, discounts, query, bos, size):
    n = grams.shape[1]
    tables = {n: dict(zip(map(tuple, grams.tolist()), counts.tolist()))}
    for k in range(n - 1, 0, -1):
        tables[k] = {}
        for gram, count in tables[k + 1].items():
            tables[k][gram[1:]] = tables[k].get(gram[1:], 0) + (count if gram[1] == bos else 1)

    def p(words):
        if not words:
            return 1 / size
        k = len(words)
        after = {g: c for g, c in tables[k].items() if g[:-1] == words[:-1] and g[:2] != (bos, bos)}
        total = sum(after.values())
        if total == 0:
            return p(words[1:])
        taken = sum(min(c, discounts[k - 1]) for c in after.values())
        return (max(after.get(words, 0) - discounts[k - 1], 0) + taken * p(words[1:])) / total

    return torch.tensor([p(tuple(row)) for row in query.tolist()], dtype=torch.float64)
""")
kneser_ney.also("recursion with an order", """
def kneser_ney(grams, counts, discounts, query, bos, size):
    def lower_order(g, c, k):
        if k == 0:
            return torch.full((len(query),), 1.0 / size).double()
        below = lower_order(*continuation_counts(g, c, bos), k - 1) if k > 1 else lower_order(None, None, 0)
        return absolute_discounting(*drop_padding(g, c, bos), discounts[k - 1], query[:, -k:], below)
    return lower_order(grams, counts, grams.shape[1])
""")
