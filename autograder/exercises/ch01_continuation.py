"""Chapter 01: in how many different places has it been seen?"""

from autograder.exercises.ch01_common import counted, counted_text, exercise
from ngram2bert.ngrams.continuation import continuation_counts as _continuation_counts

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
    "only <s> after <s>", "grams[:, 1] == bos", "(grams[:, :-1] == bos).all(1)",
    "You keep the count only where the whole context is `<s>`. It is kept wherever the shorter n-gram *begins* with "
    "`<s>`, whatever follows.")
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
