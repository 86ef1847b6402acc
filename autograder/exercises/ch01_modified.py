"""Chapter 01: modified Kneser-Ney, its three discounts an order read off the counts."""

import torch

from autograder.exercises.ch01_common import counted, counted_text, exercise
from ngram2bert.ngrams.modified_kneser_ney import modified_kneser_ney as _modified_kneser_ney
from ngram2bert.ngrams.modified_kneser_ney import three_discounts as _three_discounts

three_discounts = exercise(
    "three_discounts", of=_three_discounts, points=3, minutes=12, level=2,
    parts={"enough text": 1, "too little text": 1, "another fallback": 1},
    tolerance=1e-6,  # integer tensors divide in single precision, and that is no mistake of the learner's
    hints=["The formula needs four numbers. How many n-grams were counted exactly once? Which of the four may be 0?",
           "`(counts == j).sum().item()` for j = 1 to 4; guard the divisions; compute Y, then the three discounts; if "
           "one of them is below 0 take the whole fallback.",
           "D_1 = 1 - 2 Y n_2 / n_1, D_2 = 2 - 3 Y n_3 / n_2, D_3 = 3 - 4 Y n_4 / n_3: n_4 stands only above the line, "
           "so it may be 0. Give `torch.tensor` the dtype float64."])


def _counts(*often):
    """Counts of which `often[j-1]` are j, the large ones first."""
    return torch.tensor([j for j in range(len(often), 0, -1) for _ in range(often[j - 1])], dtype=torch.int64)


@three_discounts.cases
def _(r):
    yield "enough text", dict(counts=_counts(6, 3, 2, 1))
    yield "enough text", dict(counts=torch.tensor([1, 2, 1, 3, 17, 1, 2, 1, 5, 1, 3, 2, 1, 1, 1, 2, 4, 9]))
    yield "enough text", dict(counts=_counts(5, 3, 2, 0, 1))
    yield "enough text", dict(counts=_counts(6, 3, 4, 1))
    yield "enough text", dict(counts=_counts(2, 6, 3, 1))
    for often in ((4, 2, 0, 1), (4, 0, 2, 1), (0, 3, 2, 1), (6, 1, 5, 1), (5, 4, 1, 6), (0,)):
        yield "too little text", dict(counts=_counts(*often))
    yield "another fallback", dict(counts=_counts(3, 2, 0, 1), fallback=(0.4, 0.9, 1.3))
    yield "another fallback", dict(counts=_counts(9, 4, 2, 1), fallback=(0.4, 0.9, 1.3))
    yield "another fallback", dict(counts=_counts(6, 1, 5, 1), fallback=(0.7, 1.1, 1.2))
    for part in ("enough text", "too little text", "another fallback", "enough text"):
        rich = part == "enough text"
        often = [r.below(9) + 6 * rich, 1 + r.below(5), 1 + r.below(4) if rich else r.below(5), r.below(3), r.below(3)]
        counts = torch.tensor(r.shuffled(_counts(*often).tolist()), dtype=torch.int64)
        low = r.between(0.2, 0.8)
        fallback = dict(fallback=(low, low + 0.4, low + 0.7)) if part == "another fallback" else {}
        yield part, dict(counts=counts) | fallback


three_discounts.mistake(
    "tokens for n-grams", "(counts == j).sum().item()", "j * (counts == j).sum().item()",
    "Your n_j counts tokens: j for each n-gram. It is the number of *different* n-grams that were counted exactly j "
    "times.")
three_discounts.mistake(
    "n_3 = three or more", "= ((counts == j).sum().item() for j in (1, 2, 3, 4))",
    "= ((counts >= j if j == 3 else counts == j).sum().item() for j in (1, 2, 3, 4))",
    "Your n_3 counts the n-grams counted three times *or more*. The discount D_3 is for all of those, but n_3 is "
    "exactly three.")
three_discounts.mistake(
    "n_4 = four or more", "= ((counts == j).sum().item() for j in (1, 2, 3, 4))",
    "= ((counts >= j if j == 4 else counts == j).sum().item() for j in (1, 2, 3, 4))",
    "Your n_4 counts the n-grams counted four times *or more*. n_4 is exactly four.")
three_discounts.mistake(
    "j or more everywhere", "(counts == j)", "(counts >= j)",
    "Your n_j count the n-grams counted j times *or more*. Each n_j is exactly j.")
three_discounts.mistake(
    "n_0 to n_3", "(1, 2, 3, 4)", "(0, 1, 2, 3)",
    "You are off by one: your first number is how many n-grams were counted 0 times, and there are none. n_1 to n_4 "
    "are needed.")
three_discounts.mistake(
    "every ratio over n_1", {"n3 / n2,": "n3 / n1,", "n4 / n3)": "n4 / n1)"}, "",
    "You divide by n_1 in all three. D_j has the ratio of two neighbours: n_(j+1) over n_j.")
three_discounts.mistake(
    "Y without the 2", "(n1 + 2 * n2)", "(n1 + n2)", "Y is n_1 / (n_1 + 2 n_2): the n_2 counts twice.")
three_discounts.mistake(
    "Y left out", "y = n1 / (n1 + 2 * n2)", "y = 1", "Your discounts leave out Y: it stands in all three.")
three_discounts.mistake(
    "j for j+1", {"1 - 2 * y": "1 - 1 * y", "2 - 3 * y": "2 - 2 * y", "3 - 4 * y": "3 - 3 * y"}, "",
    "You multiply by j. The formula says j+1: D_1 = 1 - 2 Y n_2 / n_1, and so on.")
three_discounts.mistake(
    "ratio upside down", {"n2 / n1,": "n1 / n2,", "n3 / n2,": "n2 / n3,", "n4 / n3)": "n3 / n4)"}, "",
    "Your ratio is upside down: n_(j+1) stands above the line, n_j below.")
three_discounts.mistake(
    "one discount for all", "(1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)", "(y, y, y)",
    "You use Y, the one discount of Ney's formula, three times. Modified Kneser-Ney takes more from larger counts.")
three_discounts.mistake(
    "division by 0", "if n1 and n2 and n3:", "if True:",
    "A small text may have no n-gram counted exactly once, twice or three times, and your code divides by 0. Return "
    "the fallback there.")
three_discounts.mistake(
    "n_4 of 0 called too little", "if n1 and n2 and n3:", "if n1 and n2 and n3 and n4:",
    "You take the fallback where n_4 is 0. Nothing is divided by n_4: D_3 is then 3.")
three_discounts.mistake(
    "fallback for one discount", {"        if min(found) >= 0:\n": "", "            fallback = found":
                                  "        fallback = [d if d >= 0 else f for d, f in zip(found, fallback)]"}, "",
    "You replace only the discount that came out below 0. If one is impossible the counts can't be trusted: all three "
    "are the fallback.")
three_discounts.mistake(
    "negative discounts kept", "if min(found) >= 0:", "if True:",
    "A discount came out below 0 and you return it: the model would *add* to counts. Return the fallback there.")
three_discounts.mistake(
    "negative discounts set to 0", {"        if min(found) >= 0:\n": "", "            fallback = found":
                                    "        fallback = [max(d, 0) for d in found]"}, "",
    "You set a discount below 0 to 0. The task asks for the whole fallback there.")
three_discounts.mistake(
    "discount of 0 called impossible", "min(found) >= 0", "min(found) > 0",
    "A discount of exactly 0 is possible. Only one *below* 0 makes you take the fallback.")
three_discounts.mistake(
    "`fallback` ignored", "torch.tensor(fallback, dtype=torch.float64)",
    "torch.tensor(found if n1 and n2 and n3 and min(found) >= 0 else (0.5, 1.0, 1.5), dtype=torch.float64)",
    "You return 0.5, 1.0, 1.5 whatever `fallback` is. They are only its default.")
three_discounts.mistake(
    "single precision", "torch.tensor(fallback, dtype=torch.float64)", "torch.tensor(fallback)",
    "`torch.tensor` of Python numbers is single precision. The task asks for float64: give the dtype.")
three_discounts.also("a list", """
def three_discounts(counts, fallback=(0.5, 1.0, 1.5)):
    n = [counts.tolist().count(j) for j in range(5)]
    if min(n[1], n[2], n[3]) == 0:
        return torch.tensor(fallback, dtype=torch.float64)
    y = n[1] / (n[1] + 2 * n[2])
    d = torch.tensor([j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3)], dtype=torch.float64)
    return torch.tensor(fallback, dtype=torch.float64) if (d < 0).any() else d
""")
three_discounts.also("bincount, divisions left to floats", """
def three_discounts(counts, fallback=(0.5, 1.0, 1.5)):
    n = torch.bincount(counts, minlength=5)[:5].double()
    j = torch.arange(1, 4)
    d = j - (j + 1) * n[1] / (n[1] + 2 * n[2]) * n[2:5] / n[1:4]
    fine = d.isfinite().all() and d.min() >= 0
    return d if fine else torch.tensor(fallback, dtype=torch.float64)
""")
three_discounts.also("tensors without a guard, single precision on the way", """
def three_discounts(counts, fallback=(0.5, 1.0, 1.5)):
    n = [(counts == j).sum() for j in range(5)]
    y = n[1] / (n[1] + 2 * n[2])
    d = torch.stack([j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3)])
    return torch.where(((d >= 0) & (d <= torch.arange(1, 4))).all(), d, torch.tensor(fallback)).double()
""")


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
    for n in (2, 3, 1 + r.below(4)):
        v, bos = 6 + r.below(3), r.choice([0, 9])
        sentences = [(r.uniform(r.below(8)) ** 2 * (v - 2)).long().add(2).tolist() for _ in range(20)]
        query = torch.where(r.uniform(12, n) < 0.2, bos, r.integers(12, n, low=1, high=v + 1))
        case = dict(query=query, bos=bos if r.below(4) else -1, size=v + r.below(5))
        yield "random", counted_text(sentences, n, bos, 1) | case


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
