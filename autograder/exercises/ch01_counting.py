"""Chapter 01: counting n-grams, and what the counts say by themselves."""

import torch

from autograder.exercises.ch01_common import counted, exercise
from ngram2bert.ngrams.counts import count_ngrams as _count_ngrams
from ngram2bert.ngrams.mle import mle as _mle

count_ngrams = exercise(
    "count_ngrams", of=_count_ngrams, points=4, minutes=15, level=1, forbids=(),
    parts={"bigrams": 1, "other orders": 1, "corner cases": 1, "random": 1},
    hints=["How many `<s>` does the first word of a sentence need so that it has n-1 words before it? And how many "
           "`</s>` does the end need?",
           "Pad every sentence with n-1 `<s>` and one `</s>`, take all windows of n words *of that sentence*, and let "
           "`unique_rows` sort and count them.",
           "`padded = [bos] * (n - 1) + sentence + [eos]` has `len(padded) - n + 1` windows. If you join the sentences "
           "first, throw away the windows that end in `<s>`: they reach across a border. Without any window, return "
           "tensors of shape (0, n) and (0,)."])


@count_ngrams.cases
def _(r):
    yield "bigrams", dict(sentences=[[3, 4], [3]], n=2, bos=0, eos=1)
    yield "bigrams", dict(sentences=[[5, 3, 3], [3, 5], [5]], n=2, bos=0, eos=1)
    yield "bigrams", dict(sentences=[[3, 3, 3, 3], [4]], n=2, bos=0, eos=1)
    yield "other orders", dict(sentences=[[3, 4], [3]], n=1, bos=0, eos=1)
    yield "other orders", dict(sentences=[[4, 3, 4], [3, 4]], n=3, bos=0, eos=1)
    yield "corner cases", dict(sentences=[[1, 2], [2, 0, 2]], n=2, bos=7, eos=8)
    yield "corner cases", dict(sentences=[[3], [], [3]], n=3, bos=0, eos=1)
    yield "corner cases", dict(sentences=[], n=2, bos=0, eos=1)
    yield "corner cases", dict(sentences=[[12, 3], [5, 12, 100], [14113, 12, 100]], n=2, bos=0, eos=1)
    for n in (2, 4, 1 + r.below(4)):
        sentences = [r.integers(r.below(7), low=2, high=6).tolist() for _ in range(8)]
        yield "random", dict(sentences=sentences, n=n, bos=r.choice([0, 9]), eos=1)
    for part, n in (("bigrams", 2), ("other orders", r.choice([1, 3, 5]))):
        sentences = [r.integers(1 + r.below(6), low=2, high=6).tolist() for _ in range(6)]
        yield part, dict(sentences=sentences, n=n, bos=0, eos=1)
    words = r.integers(6, low=2, high=20_000).tolist()  # far apart, and some sentences are empty
    sentences = [[r.choice(words) for _ in range(r.below(5))] for _ in range(5)]
    yield "corner cases", dict(sentences=r.shuffled([[], *sentences]), n=1 + r.below(4), bos=20_000 + r.below(9), eos=1)


def _counting(before="[bos] * (n - 1)", seen="seen[row] = seen.get(row, 0) + 1", rows="sorted(seen)",
              counts="seen[row] for row in sorted(seen)"):
    return f"""
def count_ngrams(sentences, n, bos, eos):
    seen = {{}}
    for sentence in sentences:
        padded, here = {before} + sentence + [eos], set()
        for i in range(len(padded) - n + 1):
            row = tuple(padded[i:i + n])
            {seen}
        for row in here:
            seen[row] = seen.get(row, 0) + 1
    return torch.tensor({rows}, dtype=torch.int64).reshape(-1, n), torch.tensor([{counts}], dtype=torch.int64)
"""


count_ngrams.mistake(
    "one <s> whatever the order", "[bos] * (n - 1)", "[bos]",
    "You put one `<s>` before a sentence whatever n is. A trigram needs two, so that the first word too has two words "
    "before it; a unigram needs none.")
count_ngrams.wrong(
    "n <s> instead of n-1", _counting(before="[bos] * n"),
    "You put n `<s>` before each sentence. Then the first n-gram of a sentence is n `<s>`, and the model predicts "
    "`<s>`. n-1 are enough.")
count_ngrams.mistake(
    "no </s>", " + [eos]", "",
    "No n-gram of yours ends in `</s>`: either it was not added, or your loop stops one window early (there are "
    "`len(padded) - n + 1`). Without it the model never learns where sentences stop.")
count_ngrams.mistake(
    "n-1 </s>", "[eos]", "[eos] * max(n - 1, 1)",
    "You pad the end with n-1 `</s>`, as NLTK's pipeline does. Nothing comes after the end: one `</s>` is predicted, "
    "once.")
count_ngrams.mistake(
    "windows across sentences", "windows = windows[windows[:, -1] != bos]", "windows = windows",
    "Some of your n-grams start in one sentence and end in the next one's `<s>`. Build the windows sentence by "
    "sentence, or drop those that end in `<s>`.")
count_ngrams.mistake(
    "no borders at all", "[bos] * (n - 1) + sentence + [eos]", "sentence",
    "You count the words as one stream. Sentences have borders: n-1 `<s>` before and one `</s>` after each.")
count_ngrams.wrong("one stream with </s> between", """
def count_ngrams(sentences, n, bos, eos):
    text = [bos] * (n - 1)
    for sentence in sentences:
        text = text + sentence + [eos]
    rows = [text[i:i + n] for i in range(len(text) - n + 1)]
    grams, _, counts = unique_rows(torch.tensor(rows, dtype=torch.int64).reshape(-1, n))
    return grams, counts
""", "Only the first sentence of your text starts with `<s>`; the others start after the `</s>` of the one before. "
     "Each sentence has its own n-1 `<s>`.")
count_ngrams.mistake(
    "`<s>` and `</s>` hard-coded", "[bos] * (n - 1) + sentence + [eos]]\n",
    "[0] * (n - 1) + sentence + [1]]\n    bos = 0\n",
    "You use the numbers 0 and 1 for the borders. They are arguments: use `bos` and `eos`.")
count_ngrams.wrong(
    "once a sentence", _counting(seen="here.add(row)"),
    "You count in how many sentences an n-gram occurs, not how often. A word that a sentence holds three times counts "
    "three times.")
count_ngrams.wrong(
    "rows not sorted", _counting(rows="list(seen)", counts="count for count in seen.values()"),
    "The counts are right, but the rows stand in the order in which they were first seen. Sort them: `lookup` "
    "searches by bisection.")
count_ngrams.wrong(
    "most frequent rows first", _counting(rows="sorted(seen, key=seen.get, reverse=True)",
                                          counts="*sorted(seen.values(), reverse=True)"),
    "Your most frequent n-gram comes first. Sort by the words: `lookup` searches by bisection.")
count_ngrams.wrong(
    "rows sorted as text", _counting(rows="sorted(seen, key=str)", counts="seen[row] for row in sorted(seen, key=str)"),
    "You sort the rows as text, where 12 comes before 3. Sort them as numbers.")
count_ngrams.wrong(
    "rows sorted, counts not", _counting(counts="count for count in seen.values()"),
    "You sort the n-grams but leave the counts in the order in which they were first seen: each count belongs to "
    "another row.")
count_ngrams.mistake(
    "numbers of the rows for counts",
    "grams, _, counts = unique_rows(windows)", "grams, counts, _ = unique_rows(windows)",
    "You return the second result of `unique_rows`: for each window the row it became. The counts are the third.")
count_ngrams.mistake(
    "empty sentences skipped", "for sentence in sentences for word", "for sentence in sentences if sentence for word",
    "You skip empty sentences. An empty sentence still ends: `</s>` follows `<s>` once more.")
count_ngrams.wrong("borders put into the caller's sentences", """
def count_ngrams(sentences, n, bos, eos):
    rows = []
    for s in sentences:
        s.append(eos)
        s[:0] = [bos] * (n - 1)
        rows += [s[i:i + n] for i in range(len(s) - n + 1)]
    grams, _, counts = unique_rows(torch.tensor(rows, dtype=torch.int64).reshape(-1, n))
    return grams, counts
""", "Your counts are right, but you put the borders into the caller's own sentences: the next call adds them again. "
     "Make a new list: `[bos] * (n - 1) + sentence + [eos]`.")
count_ngrams.mistake(
    "no text, no answer", "if not padded:", "if False:",
    "Without any sentence there is no window, and your code stops with an error. Return empty tensors of shape (0, n) "
    "and (0,).")
count_ngrams.mistake(
    "last window lost", "torch.tensor(padded).unfold(0, n, 1)", "torch.tensor(padded).unfold(0, n, 1)[:-1]",
    "The last window of the text is missing. A list of m words has m - n + 1 windows of n words.")
count_ngrams.equivalent("n - 1 -> n + 1", "windows that end in <s> are dropped, so more <s> than needed do no harm")
count_ngrams.equivalent("1 -> 0", "the same: n <s> for n-1")
count_ngrams.also("a dictionary", _counting())
count_ngrams.also("torch.unique", """
def count_ngrams(sentences, n, bos, eos):
    rows = [padded[i:i + n] for s in sentences for padded in [[bos] * (n - 1) + s + [eos]] for i in range(len(s) + 1)]
    return torch.unique(torch.tensor(rows, dtype=torch.int64).reshape(-1, n), dim=0, return_counts=True)
""")
count_ngrams.also("zip of shifted lists", """
def count_ngrams(sentences, n, bos, eos):
    from collections import Counter
    counter = Counter()
    for sentence in sentences:
        padded = [bos] * (n - 1) + sentence + [eos]
        counter.update(zip(*(padded[i:] for i in range(n))))
    pairs = sorted(counter.items())
    grams = torch.tensor([gram for gram, _ in pairs], dtype=torch.int64).reshape(len(pairs), n)
    return grams, torch.tensor([count for _, count in pairs], dtype=torch.int64)
""")


mle = exercise(
    "mle", of=_mle, points=3, minutes=15, level=1,
    parts={"bigrams": 1, "other orders": 1, "random": 1},
    tolerance=1e-6,  # integer tensors divide in single precision, and that is no mistake of the learner's
    hints=["What do the probabilities of all words after one and the same context have to sum to? So what is the "
           "denominator?",
           "`by_context(grams, counts)` sums the counts of all n-grams that share their first n-1 words. Look up the "
           "context of each query there, and the whole n-gram in `grams`.",
           "`total = lookup(contexts, totals, query[:, :-1])`; where `total` is 0 the context was never seen and 0 / 0 "
           "is NaN: `torch.where(total > 0, ..., 0.0)`."])


@mle.cases
def _(r):
    bigrams = counted({(0, 3): 2, (0, 4): 1, (3, 1): 1, (3, 4): 3, (3, 3): 1, (4, 1): 2, (4, 3): 5})
    yield "bigrams", dict(**bigrams, query=torch.tensor([[0, 3], [3, 4], [4, 1]]))
    yield "bigrams", dict(**bigrams, query=torch.tensor([[0, 1], [9, 3], [3, 9], [1, 3]]))
    yield "other orders", dict(**counted({(1,): 2, (3,): 5, (4,): 1}), query=torch.tensor([[3], [1], [7]]))
    trigrams = counted({(0, 0, 3): 3, (0, 3, 1): 1, (0, 3, 4): 2, (3, 4, 1): 2, (4, 3, 4): 1, (4, 4, 1): 7})
    yield "other orders", dict(**trigrams, query=torch.tensor([[0, 3, 4], [4, 3, 4], [3, 0, 4], [3, 4, 1]]))
    for n, v in ((2, 4), (3, 3), (1, 6)):
        rows = {tuple(r.integers(n, high=v).tolist()): 1 + r.below(9) for _ in range(3 * v)}
        yield "random", dict(**counted(rows), query=r.integers(12, n, high=v + 1))
    for part, n, v in (("bigrams", 2, 5), ("other orders", 3, 3), ("other orders", 1, 7)):
        rows = {tuple(r.integers(n, high=v).tolist()): 1 + r.below(9) for _ in range(12)}
        yield part, dict(**counted(rows), query=r.integers(9, n, high=v + 1))


mle.mistake(
    "divides by all counts", "total = lookup(contexts, totals, query[:, :-1])",
    "total = counts.sum().double().expand(len(query))",
    "You divide by the number of all n-grams: that is the probability of context *and* word. Divide by the count of "
    "the context alone.")
mle.mistake(
    "conditions on the word",
    {"by_context(grams, counts)": "by_context(*unique_rows(grams.flip(1))[::2])",
     "query[:, :-1])": "query.flip(1)[:, :-1])"}, "",
    "You divide by how often the *word* occurs, not its context: that is p(context | word).")
mle.mistake(
    "types for tokens", "by_context(grams, counts)", "by_context(grams, torch.ones_like(counts))",
    "Your denominator counts the different words that follow the context. It must add up their counts.")
mle.mistake(
    "0 / 0", "torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)",
    "lookup(grams, counts, query) / total",
    "After a context that was never seen you divide 0 by 0, and NaN spreads to every sum. The task asks for 0 there.")
mle.mistake(
    "uniform after an unseen context", "/ total, 0.0)", "/ total, 1 / len(grams[:, -1].unique()))",
    "After an unseen context you spread the mass evenly. That is a sensible model, but it is smoothing: maximum "
    "likelihood gives 0, and you will mend it later.")
mle.mistake(
    "one after an unseen context", "/ total, 0.0)", "/ total, 1.0)",
    "After an unseen context you answer 1 for *every* word. Where training says nothing the task asks for 0.")
mle.wrong("last word of the context only", """
def mle(grams, counts, query):
    short, inverse, _ = unique_rows(grams[:, -2:])
    sums = torch.zeros(len(short), dtype=torch.float64).index_add(0, inverse, counts.double())
    contexts, totals = by_context(short, sums)
    total = lookup(contexts, totals, query[:, -2:][:, :-1])
    return torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)
""", "Your denominator looks at one word of context only. For a trigram the context is the *two* words before.")
mle.wrong("first word of the context only", """
def mle(grams, counts, query):
    n = grams.shape[1]
    answers = []
    for row in query:
        same = (grams[:, 0] == row[0]) if n > 1 else torch.ones(len(grams), dtype=torch.bool)
        total = counts[same].sum()
        here = counts[(grams == row).all(1)].sum()
        answers.append(float(here) / float(total) if total > 0 else 0.0)
    return torch.tensor(answers, dtype=torch.float64)
""", "Your denominator looks at the first word of the context only. For a trigram the context is *both* words before "
     "the last.")
mle.wrong("how often the context's word was a word", """
def mle(grams, counts, query):
    words, inverse, _ = unique_rows(grams[:, -1:])
    totals = torch.zeros(len(words), dtype=torch.float64).index_add(0, inverse, counts.double())
    if grams.shape[1] == 1:
        total = totals.sum().expand(len(query))
    else:
        total = lookup(words, totals, query[:, -2:-1])
    return torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)
""", "Your denominator counts how often the context's last word occurs *as a word*. `<s>` never does, so the first "
     "word of a sentence gets no probability. Sum the n-grams that begin with the context.")
mle.wrong("context looked up among the n-grams", """
def mle(grams, counts, query):
    above = lookup(grams, counts, query)
    below = lookup(grams, counts, query[:, :-1])
    return torch.where(below > 0, above / below, 0.0)
""", "You look for a context of n-1 words in a table of n words a row. `by_context(grams, counts)` makes the table "
     "that you need.")
mle.mistake(
    "first word cut off, not the last", "query[:, :-1]", "query[:, 1:]",
    "You cut off the first word of the query. The context is all words *but the last*: `query[:, :-1]`.")
mle.wrong("shares within the query", """
def mle(grams, counts, query):
    found = lookup(grams, counts, query)
    same = (query[:, None, :-1] == query[None, :, :-1]).all(-1)
    total = (same * found).sum(1)
    return torch.where(total > 0, found / total, 0.0)
""", "You divide by the sum over the *queries* with this context. The denominator comes from training: all n-grams of "
     "`grams` that begin with it.")
mle.mistake(
    "single precision", "lookup(grams, counts, query) / total", "lookup(grams, counts, query).float() / total.float()",
    "You round to single precision. A perplexity multiplies 200,000 of these numbers: return float64.")
mle.also("boolean masks", """
def mle(grams, counts, query):
    out = torch.zeros(len(query), dtype=torch.float64)
    for i, row in enumerate(query):
        total = counts[(grams[:, :-1] == row[:-1]).all(1)].sum()
        if total > 0:
            out[i] = counts[(grams == row).all(1)].sum() / total
    return out
""")
mle.also("dictionaries", """
def mle(grams, counts, query):
    joint, context, answers = {}, {}, []
    for row, c in zip(grams.tolist(), counts.tolist()):
        joint[tuple(row)] = c
        context[tuple(row[:-1])] = context.get(tuple(row[:-1]), 0) + c
    for row in query.tolist():
        answers.append(joint.get(tuple(row), 0) / context.get(tuple(row[:-1]), 1))
    return torch.tensor(answers, dtype=torch.float64)
""")
mle.also("torch.unique of the contexts", """
def mle(grams, counts, query):
    context, inverse, _ = unique_rows(grams[:, :-1])
    totals = torch.zeros(len(context), dtype=torch.float64).index_add_(0, inverse, counts.double())
    return (lookup(grams, counts, query) / lookup(context, totals, query[:, :-1])).nan_to_num(0.0)
""")
