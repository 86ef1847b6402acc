"""Chapter 01: modified Kneser-Ney."""

import torch

from autograder.exercises.ch01_common import counted, counted_text, exercise
from autograder.exercises.ch01_three_discounts import clear
from ngram2bert.ngrams.continuation import continuation_counts
from ngram2bert.ngrams.modified_kneser_ney import modified_kneser_ney as _modified_kneser_ney
from ngram2bert.tables import drop_padding

modified_kneser_ney = exercise(
    "modified_kneser_ney", of=_modified_kneser_ney, points=3, minutes=12, level=3,
    builds_on=["absolute_discounting", "continuation_counts", "three_discounts"],
    parts={"bigrams": 1, "other orders": 1, "random": 1},
    tolerance=1e-5,  # as in absolute_discounting
    hints=["What is different from your `kneser_ney`? Which counts does an order estimate its discounts from?",
           "Copy `kneser_ney`. After the padding is dropped, `three_discounts(counts)` gives three numbers, and each "
           "n-gram needs the one that belongs to its own count: index with a tensor.",
           "`three_discounts(counts)[counts.clamp(max=3) - 1]` has one discount for each row: the first for count 1, "
           "the second for 2, the third for 3 or more."])

# rich enough that n_1, n_2 and n_3 are above 0 in the bigrams and in the continuation counts below them
TEXT = [[3, 4, 5, 3, 4], [6, 3, 4, 5], [3, 4, 6, 4, 5], [5, 3, 3, 4], [7, 4, 5, 5, 3, 4], [6, 7, 8]]


def _settled(grams, counts, bos):
    """At no order is a discount so near 0 that rounding could decide between it and the fallback."""
    used = drop_padding(grams, counts, bos)[1]
    n1, n2, n3, n4 = (int((used == j).sum()) for j in (1, 2, 3, 4))
    fine = 0 in (n1, n2, n3) or clear(n1, n2, n3, n4)
    return fine and (grams.shape[1] == 1 or _settled(*continuation_counts(grams, counts, bos), bos))


@modified_kneser_ney.cases
def _(r):
    bigrams = counted_text(TEXT, 2, 0, 1)
    yield "bigrams", dict(**bigrams, query=torch.tensor([[3, 4], [4, 5], [3, 9], [4, 7]]), bos=0, size=8)
    yield "bigrams", dict(**bigrams, query=torch.tensor([[9, 4], [0, 3], [0, 9], [5, 1]]), bos=0, size=11)
    unigrams = counted({(1,): 6, (3,): 5, (4,): 1, (5,): 2, (6,): 1, (7,): 3, (8,): 1, (9,): 2, (11,): 1})
    yield "other orders", dict(**unigrams, query=torch.tensor([[1], [4], [7], [10]]), bos=0, size=12)
    trigrams = counted_text(TEXT, 3, 0, 1)
    query = torch.tensor([[3, 4, 5], [0, 0, 3], [0, 3, 4], [9, 4, 5], [3, 9, 4]])
    yield "other orders", dict(**trigrams, query=query, bos=0, size=8)
    yield "other orders", dict(**trigrams, query=query, bos=-1, size=8)
    yield "other orders", dict(**counted_text([[w - 3 for w in s] for s in TEXT], 3, 7, 9), bos=7, size=8,
                               query=torch.tensor([[0, 1, 2], [7, 7, 0], [7, 0, 1], [6, 1, 2], [0, 0, 9]]))
    query = torch.tensor([[5, 3, 4, 5], [0, 0, 3, 4], [0, 0, 0, 3], [9, 9, 4, 5], [0, 0, 9, 9]])
    yield "other orders", dict(**counted_text(TEXT, 4, 0, 1), query=query, bos=0, size=8)
    drawn = [("random", 2), ("random", 3), ("random", 1 + r.below(4))]
    for part, n in (*drawn, ("bigrams", 2), ("other orders", r.choice([1, 3, 4]))):
        v, bos = 6 + r.below(3), r.choice([0, 9])
        special, table = bos if r.below(4) else -1, {}
        while not table or not _settled(**table, bos=special):
            sentences = [(r.uniform(r.below(8)) ** 2 * (v - 2)).long().add(2).tolist() for _ in range(20)]
            table = counted_text(sentences, n, bos, 1)
        query = torch.where(r.uniform(12, n) < 0.2, bos, r.integers(12, n, low=1, high=v + 1))
        yield part, table | dict(query=query, bos=special, size=v + r.below(5))


_INNER = """
def modified_kneser_ney(grams, counts, query, bos, size):
    def of_order(grams, counts, query, {inner}):
        if grams.shape[1] == 1:
            lower = torch.full((len(query),), 1 / size, dtype=torch.float64)
        else:
            {shorter}
            lower = of_order(*continuation_counts(grams, counts, bos), query[:, 1:], {deeper})
        grams, counts = drop_padding(grams, counts, bos)
        discount = {discount}[counts.clamp(max=3) - 1]
        return absolute_discounting(grams, counts, discount, query, lower)
    return of_order(grams, counts, query, {outer})
"""
modified_kneser_ney.wrong(
    "discounts from raw counts below", _INNER.format(
        inner="raw", shorter="shorter, inverse, _ = unique_rows(raw[0][:, 1:])", outer="(grams, counts)",
        deeper="(shorter, torch.zeros(len(shorter), dtype=torch.int64).index_add(0, inverse, raw[1]))",
        discount="three_discounts(drop_padding(*raw, bos)[1])"),
    "You estimate the lower orders' discounts from raw counts. Their n_1, n_2, ... are those of the counts the model "
    "uses: continuation counts.")
modified_kneser_ney.wrong(
    "discounts of the highest order everywhere", _INNER.format(
        inner="three", shorter="three = three", outer="three_discounts(drop_padding(grams, counts, bos)[1])",
        deeper="three", discount="three"),
    "You estimate the discounts once, from the highest order, and use them in all. Each order has its own: call "
    "`three_discounts` on its counts.")
modified_kneser_ney.mistake(
    "discounts of the order below",
    {"    grams, counts = drop_padding(":
     "    below = continuation_counts(grams, counts, bos)[1] if grams.shape[1] > 1 else counts\n"
     "    grams, counts = drop_padding(",
     "three_discounts(counts)[": "three_discounts(below)["}, "",
    "You estimate an order's discounts from the counts of the order below. Each order has its own: use the counts that "
    "you discount.")
modified_kneser_ney.mistake(
    "mean of the three discounts",
    "three_discounts(counts)[counts.clamp(max=3) - 1]", "float(three_discounts(counts).mean())",
    "You take the mean of the three discounts from every n-gram. Each count has its own.")
modified_kneser_ney.mistake(
    "counts cut off at 3", "discount = three_discounts(counts)[counts.clamp(max=3) - 1]",
    "three, counts = three_discounts(counts), counts.clamp(max=3)\n    discount = three[counts - 1]",
    "You cut the counts themselves off at 3 and go on with those. Only the *choice* of the discount treats all counts "
    "from three on alike.")
modified_kneser_ney.mistake(
    "single words not discounted", "lower = torch.full((len(query),), 1 / size, dtype=torch.float64)",
    "return lookup(grams, counts, query) / counts.sum()",
    "At the single words you stop with relative frequencies, and a word never seen gets 0. They are discounted too, "
    "and what is taken goes to the uniform distribution.")
modified_kneser_ney.mistake(
    "raw counts in the lower order", "lower = modified_kneser_ney(*continuation_counts(grams, counts, bos), query",
    "rows, inverse, _ = unique_rows(grams[:, 1:])\n"
    "        raw = rows, torch.zeros(len(rows), dtype=torch.int64).index_add(0, inverse, counts)\n"
    "        lower = modified_kneser_ney(*raw, query",
    "Your lower orders are made of raw counts. As in `kneser_ney`, they count places: `continuation_counts`.")
modified_kneser_ney.mistake(
    "one discount for all", "three_discounts(counts)[counts.clamp(max=3) - 1]",
    "three_discounts(counts)[torch.zeros_like(counts)]",
    "You take D_1 from every n-gram. Those counted twice give up D_2, those counted three times or more D_3.")
modified_kneser_ney.mistake(
    "D_3 for a count of 3 only", "three_discounts(counts)[counts.clamp(max=3) - 1]",
    "three_discounts(counts)[counts.clamp(max=3) - 1] * (counts < 4)",
    "You take nothing from n-grams counted four times or more. D_3 is for all counts from three on.")
modified_kneser_ney.mistake(
    "nothing taken from a count of 3", "three_discounts(counts)[counts.clamp(max=3) - 1]",
    "three_discounts(counts)[counts.clamp(max=3) - 1] * (counts != 3)",
    "You take nothing from n-grams counted exactly three times. D_3 is for a count of three *or more*.")
modified_kneser_ney.mistake(
    "index error from 4 on", "[counts.clamp(max=3) - 1]", "[counts - 1]",
    "There are three discounts, and you index them with the count itself: a count of 4 has no place. All counts from "
    "three on share the third.")
modified_kneser_ney.mistake(
    "off by one", "[counts.clamp(max=3) - 1]", "[counts.clamp(max=2)]",
    "The first of the three discounts has index 0, and it belongs to count 1. You are one place too far.")
modified_kneser_ney.mistake(
    "discounts from the padded counts",
    {"    grams, counts = drop_padding(": "    three = three_discounts(counts)\n    grams, counts = drop_padding(",
     "three_discounts(counts)[": "three["}, "",
    "You estimate the discounts before the padding is dropped. Rows that are never discounted should not speak: drop "
    "them first.")
modified_kneser_ney.mistake(
    "padding not dropped", "grams, counts = drop_padding(grams, counts, bos)", "grams, counts = grams, counts",
    "You discount `<s> <s> w` and then `<s> w`, which is the same fact. Drop the rows that begin with two `<s>` before "
    "you discount.")
modified_kneser_ney.mistake(
    "padding dropped too soon", "    if grams.shape[1] == 1:",
    "    grams, counts = drop_padding(grams, counts, bos)\n    if grams.shape[1] == 1:",
    "You drop the rows that begin with two `<s>` before the lower order is made. It learns from them how sentences "
    "start: make it first, then drop them.")
modified_kneser_ney.mistake(
    "query cut at the wrong end", "query[:, 1:]", "query[:, :-1]",
    "You cut off the last word of the query: that is the word to be predicted. The lower order forgets the *first* "
    "word, the farthest one.")
modified_kneser_ney.mistake(
    "nothing under the single words", "torch.full((len(query),), 1 / size, dtype=torch.float64)",
    "torch.zeros(len(query), dtype=torch.float64)",
    "What is taken from the single words goes to nobody, and a word never seen gets 0. Under them is the uniform "
    "distribution, 1/V.")
modified_kneser_ney.mistake(
    "<s> counted by places", "continuation_counts(grams, counts, bos)", "continuation_counts(grams, counts, -1)",
    "You don't hand `bos` on to `continuation_counts`, so that all starts of a sentence count 1 in the lower orders.")
modified_kneser_ney.mistake(
    "`<s>` is number 0", {"continuation_counts(grams, counts, bos)": "continuation_counts(grams, counts, 0)",
                          "drop_padding(grams, counts, bos)": "drop_padding(grams, counts, 0)"}, "",
    "You use 0 for `<s>`. Its number is the argument `bos`, and -1 means that no word is special.")
modified_kneser_ney.equivalent(
    "torch.full((len(query),), 1 / size, dtype=torch.float64) -> torch.full((len(query),), 1 / size)",
    "1/V in single precision is within the tolerance that `counts - D` needs")
modified_kneser_ney.also("a loop from low to high", """
def modified_kneser_ney(grams, counts, query, bos, size):
    tables = [(grams, counts)]
    for _ in range(grams.shape[1] - 1):
        tables.append(continuation_counts(*tables[-1], bos))
    p = torch.full((len(query),), 1 / size, dtype=torch.float64)
    for grams, counts in reversed(tables):
        grams, counts = drop_padding(grams, counts, bos)
        d1, d2, d3 = three_discounts(counts)
        discount = torch.where(counts == 1, d1, torch.where(counts == 2, d2, d3))
        p = absolute_discounting(grams, counts, discount, query[:, -grams.shape[1]:], p)
    return p
""")
modified_kneser_ney.also("a discount with a place for 0", """
def modified_kneser_ney(grams, counts, query, bos, size):
    n = grams.shape[1]
    below = torch.ones(len(query), dtype=torch.float64) / size
    if n > 1:
        g, c = continuation_counts(grams, counts, bos)
        below = modified_kneser_ney(g, c, query[:, 1:], bos, size)
    g, c = drop_padding(grams, counts, bos)
    steps = torch.cat([torch.zeros(1, dtype=torch.float64), three_discounts(c)])
    return absolute_discounting(g, c, torch.stack([steps[min(int(x), 3)] for x in c]), query, below)
""")
