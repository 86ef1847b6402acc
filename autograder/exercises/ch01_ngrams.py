"""Chapter 01: n-grams."""

from functools import partial

import torch

from autograder.exercise import exercise as declare
from ngram2bert.ngrams import table
from ngram2bert.ngrams.counts import count_ngrams as _count_ngrams
from ngram2bert.ngrams.mle import mle as _mle
from ngram2bert.ngrams.perplexity import perplexity as _perplexity

GIVEN = {name: getattr(table, name) for name in ("by_context", "drop_padding", "lookup", "unique_rows")}
exercise = partial(declare, needs=GIVEN)

count_ngrams = exercise(
    "count_ngrams", of=_count_ngrams, points=4, minutes=15, level=1, forbids=(),
    parts={"bigrams": 1, "other orders": 1, "corner cases": 1, "random": 1},
    hints=["How many `<s>` does the first word of a sentence need so that it has n-1 words before it? And how many `</s>` does the end need?",
           "Pad every sentence with n-1 `<s>` and one `</s>`, take all windows of n words *of that sentence*, and let `unique_rows` sort and count them.",
           "`padded = [bos] * (n - 1) + sentence + [eos]` has `len(padded) - n + 1` windows. If you join the sentences first, throw away the windows that "
           "end in `<s>`: they reach across a border. Without any window, return tensors of shape (0, n) and (0,)."])


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
    for n in (2, 4, 1 + r.below(4)):
        sentences = [r.integers(r.below(7), low=2, high=6).tolist() for _ in range(8)]
        yield "random", dict(sentences=sentences, n=n, bos=r.choice([0, 9]), eos=1)


_COUNTING = """
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
    "You put one `<s>` before a sentence whatever n is. A trigram needs two, so that the first word too has two words before it; a unigram needs none.")
count_ngrams.wrong("n <s> instead of n-1", _COUNTING.format(before="[bos] * n", seen="seen[row] = seen.get(row, 0) + 1", rows="sorted(seen)", counts="seen[row] for row in sorted(seen)"),
    "You put n `<s>` before each sentence. Then the first n-gram of a sentence is n `<s>`, and the model predicts `<s>`. n-1 are enough.")
count_ngrams.mistake(
    "no </s>", " + [eos]", "",
    "The end of the sentence is not counted. Without `</s>` the model never learns where sentences stop, and the probabilities of sentences of all lengths do not sum to one.")
count_ngrams.mistake(
    "n-1 </s>", "[eos]", "[eos] * max(n - 1, 1)",
    "You pad the end with n-1 `</s>`, as NLTK's pipeline does. Nothing comes after the end: one `</s>` is predicted, once.")
count_ngrams.mistake(
    "windows across sentences", "windows = windows[windows[:, -1] != bos]  # (N, n) a window that ends in <s> reaches across a border\n    ", "",
    "Some of your n-grams start in one sentence and end in the next one's `<s>`. Build the windows sentence by sentence, or drop those that end in `<s>`.")
count_ngrams.mistake(
    "no borders at all", "[bos] * (n - 1) + sentence + [eos]", "sentence",
    "You count the words as one stream. Sentences have borders: n-1 `<s>` before and one `</s>` after each.")
count_ngrams.mistake(
    "`<s>` and `</s>` hard-coded", "[bos] * (n - 1) + sentence + [eos]]\n", "[0] * (n - 1) + sentence + [1]]\n    bos = 0\n",
    "You use the numbers 0 and 1 for the borders. They are arguments: use `bos` and `eos`.")
count_ngrams.wrong("once a sentence", _COUNTING.format(before="[bos] * (n - 1)", seen="here.add(row)", rows="sorted(seen)", counts="seen[row] for row in sorted(seen)"),
    "You count in how many sentences an n-gram occurs, not how often. A word that a sentence holds three times counts three times.")
count_ngrams.wrong("rows not sorted", _COUNTING.format(before="[bos] * (n - 1)", seen="seen[row] = seen.get(row, 0) + 1", rows="list(seen)", counts="count for count in seen.values()"),
    "The counts are right, but the rows stand in the order in which they were first seen. Sort them: `lookup` searches by bisection.")
count_ngrams.wrong("rows sorted, counts not", _COUNTING.format(before="[bos] * (n - 1)", seen="seen[row] = seen.get(row, 0) + 1", rows="sorted(seen)", counts="count for count in seen.values()"),
    "You sort the n-grams but leave the counts in the order in which they were first seen: each count belongs to another row.")
count_ngrams.mistake(
    "empty sentences skipped", "for sentence in sentences for word", "for sentence in sentences if sentence for word",
    "You skip empty sentences. An empty sentence still ends: `</s>` follows `<s>` once more.")
count_ngrams.mistake(
    "no text, no answer", "    if not padded:\n        return torch.empty(0, n, dtype=torch.int64), torch.empty(0, dtype=torch.int64)\n", "",
    "Without any sentence there is no window, and your code stops with an error. Return empty tensors of shape (0, n) and (0,).")
count_ngrams.mistake(
    "last window lost", "windows = torch.tensor(padded).unfold(0, n, 1)", "windows = torch.tensor(padded).unfold(0, n, 1)[:-1]",
    "The last window of the text is missing. A list of m words has m - n + 1 windows of n words.")
count_ngrams.equivalent("n - 1 -> n + 1", "windows that end in <s> are dropped, so more <s> than needed do no harm")
count_ngrams.equivalent("1 -> 0", "the same: n <s> for n-1")
count_ngrams.also("a dictionary", _COUNTING.format(before="[bos] * (n - 1)", seen="seen[row] = seen.get(row, 0) + 1", rows="sorted(seen)", counts="seen[row] for row in sorted(seen)"))
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
    hints=["What do the probabilities of all words after one and the same context have to sum to? So what is the denominator?",
           "`by_context(grams, counts)` sums the counts of all n-grams that share their first n-1 words. Look up the context of each query there, and the whole n-gram in `grams`.",
           "`total = lookup(contexts, totals, query[:, :-1])`; where `total` is 0 the context was never seen and 0 / 0 is NaN: `torch.where(total > 0, ..., 0.0)`."])


def _table(rows):
    """(grams, counts) of {n-gram: count}, in lexicographic order."""
    ordered = sorted(rows.items())
    return dict(grams=torch.tensor([gram for gram, _ in ordered]), counts=torch.tensor([count for _, count in ordered]))


@mle.cases
def _(r):
    bigrams = _table({(0, 3): 2, (0, 4): 1, (3, 1): 1, (3, 4): 3, (3, 3): 1, (4, 1): 2, (4, 3): 5})
    yield "bigrams", dict(**bigrams, query=torch.tensor([[0, 3], [3, 4], [4, 1]]))
    yield "bigrams", dict(**bigrams, query=torch.tensor([[0, 1], [9, 3], [3, 9], [1, 3]]))
    yield "other orders", dict(**_table({(1,): 2, (3,): 5, (4,): 1}), query=torch.tensor([[3], [1], [7]]))
    trigrams = _table({(0, 0, 3): 3, (0, 3, 1): 1, (0, 3, 4): 2, (3, 4, 1): 2, (4, 3, 4): 1, (4, 4, 1): 7})
    yield "other orders", dict(**trigrams, query=torch.tensor([[0, 3, 4], [4, 3, 4], [3, 0, 4], [3, 4, 1]]))
    for n, v in ((2, 4), (3, 3), (1, 6)):
        rows = {tuple(r.integers(n, high=v).tolist()): 1 + r.below(9) for _ in range(3 * v)}
        yield "random", dict(**_table(rows), query=r.integers(12, n, high=v + 1))


mle.mistake(
    "divides by all counts", "total = lookup(contexts, totals, query[:, :-1])", "total = counts.sum().double().expand(len(query))",
    "You divide by the number of all n-grams: that is the probability of context *and* word. Divide by the count of the context alone.")
mle.mistake(
    "conditions on the word", {"contexts, totals = by_context(grams, counts)": "contexts, totals = by_context(*unique_rows(grams.flip(1))[::2])",
                               "query[:, :-1])": "query.flip(1)[:, :-1])"}, "",
    "You divide by how often the *word* occurs, not its context: that is p(context | word).")
mle.mistake(
    "types for tokens", "by_context(grams, counts)", "by_context(grams, torch.ones_like(counts))",
    "Your denominator counts the different words that follow the context. It must add up their counts.")
mle.mistake(
    "0 / 0", "torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)", "lookup(grams, counts, query) / total",
    "After a context that was never seen you divide 0 by 0, and NaN spreads to every sum. The task asks for 0 there.")
mle.mistake(
    "uniform after an unseen context", "/ total, 0.0)", "/ total, 1 / len(grams[:, -1].unique()))",
    "After an unseen context you spread the mass evenly. That is a sensible model, but it is smoothing: maximum likelihood gives 0, and you will mend it later.")
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
""", "Your denominator looks at the first word of the context only. For a trigram the context is *both* words before the last.")
mle.wrong("how often the context's word was a word", """
def mle(grams, counts, query):
    words, inverse, _ = unique_rows(grams[:, -1:])
    totals = torch.zeros(len(words), dtype=torch.float64).index_add(0, inverse, counts.double())
    if grams.shape[1] == 1:
        total = totals.sum().expand(len(query))
    else:
        total = lookup(words, totals, query[:, -2:-1])
    return torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)
""", "Your denominator counts how often the context's last word occurs *as a word*. `<s>` never does, so the first word of a sentence gets no "
           "probability. Sum the n-grams that begin with the context.")
mle.mistake(
    "single precision", "return torch.where(total > 0, lookup(grams, counts, query) / total, 0.0)",
    "return torch.where(total > 0, lookup(grams, counts, query).float() / total.float(), 0.0)",
    "You round to single precision. A perplexity multiplies 200,000 of these numbers: return float64.")
mle.also("boolean masks", """
def mle(grams, counts, query):
    out = torch.zeros(len(query), dtype=torch.float64)
    for i, row in enumerate(query):
        total = counts[(grams[:, :-1] == row[:-1]).all(1)].sum()
        if total > 0:
            out[i] = counts[(grams == row).all(1)].sum() / total.double()
    return out
""")
mle.also("dictionaries", """
def mle(grams, counts, query):
    joint, context = {}, {}
    for row, c in zip(grams.tolist(), counts.tolist()):
        joint[tuple(row)] = c
        context[tuple(row[:-1])] = context.get(tuple(row[:-1]), 0) + c
    return torch.tensor([joint.get(tuple(q), 0) / context.get(tuple(q[:-1]), 1) for q in query.tolist()], dtype=torch.float64)
""")
mle.also("torch.unique of the contexts", """
def mle(grams, counts, query):
    context, inverse, _ = unique_rows(grams[:, :-1])
    totals = torch.zeros(len(context), dtype=torch.float64).index_add_(0, inverse, counts.double())
    return (lookup(grams, counts, query) / lookup(context, totals, query[:, :-1])).nan_to_num(0.0)
""")


perplexity = exercise(
    "perplexity", of=_perplexity, points=4, minutes=20, level=2, builds_on=["count_ngrams"],
    parts={"one sentence": 1, "a text": 1, "unknown words": 1, "extremes": 1},
    # the model of a case is a table: p(w | h) in the cell of h and w
    probe="""
    def probe(target, table, **case):
        def prob(query):
            return table[tuple(query.unbind(-1))]
        value = target(prob, **case)
        return {"value": tuple(value), "arguments": case}
    """,
    hints=["Which tokens are predicted? Each word, and something more at the end of each sentence.",
           "Collect all n-grams of the text with `count_ngrams`, ask `prob` for them in one call, and weight each log probability by its count. Divide by the number of tokens, once.",
           "`bits = -(counts * prob(grams).log2()).sum() / counts.sum()` over the whole text, and the perplexity is `2 ** bits`. With `unk` given, "
           "first drop the n-grams whose *last* word is `unk`, from grams and counts alike."])


def _model(r, v, n):
    """A table (v, ..., v) whose last axis sums to one; hand-made where r is None."""
    if r is None:
        weights = 1 + (torch.arange(v**n, dtype=torch.float64) * 7 % 11).reshape([v] * n)
        return weights / weights.sum(-1, keepdim=True)
    return r.probabilities(*[v] * n)


@perplexity.cases
def _(r):
    yield "one sentence", dict(table=_model(None, 5, 2), sentences=[[3, 4]], n=2, bos=0, eos=1, unk=None)
    yield "one sentence", dict(table=_model(None, 5, 2), sentences=[[3, 3, 3, 4, 3]], n=2, bos=0, eos=1, unk=None)
    yield "a text", dict(table=_model(None, 5, 2), sentences=[[3], [4, 3, 3, 4], [4]], n=2, bos=0, eos=1, unk=None)
    yield "a text", dict(table=_model(None, 4, 3), sentences=[[3, 3], [3], [3, 3, 3]], n=3, bos=0, eos=1, unk=None)
    yield "a text", dict(table=_model(None, 5, 1), sentences=[[3, 4], [3]], n=1, bos=0, eos=1, unk=None)
    yield "a text", dict(table=_model(None, 4, 2), sentences=[[1, 1], [1, 0, 1]], n=2, bos=2, eos=3, unk=None)
    yield "unknown words", dict(table=_model(None, 5, 2), sentences=[[3, 2, 4], [2, 2]], n=2, bos=0, eos=1, unk=2)
    yield "unknown words", dict(table=_model(None, 5, 2), sentences=[[3, 2, 4], [2, 2]], n=2, bos=0, eos=1, unk=None)
    yield "extremes", dict(table=torch.tensor([[0, 0.5, 0, 0.5], [0.25] * 4, [0.25] * 4, [0, 1.0, 0, 0]], dtype=torch.float64),
                           sentences=[[3], [3, 3]], n=2, bos=0, eos=1, unk=None)
    yield "extremes", dict(table=_model(None, 5, 2), sentences=[[3, 4] * 400, [4]], n=2, bos=0, eos=1, unk=None)
    for n, v in ((2, 6), (3, 5)):
        sentences = [r.integers(r.below(6), low=2, high=v).tolist() for _ in range(5)] + [[3]]
        yield "a text", dict(table=_model(r, v, n), sentences=sentences, n=n, bos=0, eos=1, unk=None)
        yield "unknown words", dict(table=_model(r, v, n), sentences=sentences, n=n, bos=0, eos=1, unk=2)


_LOOP = """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    total, tokens = 0.0, 0
    for sentence in sentences:
        padded = [bos] * (n - 1) + sentence + [eos]
        for i in range(n - 1, len(padded)):
            if padded[i] != unk:
                total -= math.log2(p) if (p := float(prob(torch.tensor([padded[i - n + 1:i + 1]]))[0])) > 0 else -math.inf
                tokens += 1
    return 2 ** (total / tokens), total / tokens
"""
_PER_SENTENCE = """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    each = []
    for sentence in sentences:
        grams, counts = count_ngrams([sentence], n, bos, eos)
        if unk is not None:
            scored = grams[:, -1] != unk
            grams, counts = grams[scored], counts[scored]
        each.append(-float((counts * prob(grams).log2()).sum() / counts.sum()))
    {}
"""
perplexity.wrong(
    "mean of sentence perplexities", _PER_SENTENCE.format("value = sum(2**bits for bits in each) / len(each)\n    return value, math.log2(value)"),
    "You average the perplexities of the sentences. A short odd sentence then outweighs a long one: add up the log probabilities of the whole text and divide once.")
perplexity.wrong(
    "mean of sentence bits", _PER_SENTENCE.format("bits = sum(each) / len(each)\n    return 2**bits, bits"),
    "You average the bits of the sentences. Every *token* counts the same, not every sentence: add up over the whole text and divide once.")
perplexity.wrong("</s> not counted in N", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams(sentences, n, bos, eos)
    if unk is not None:
        scored = grams[:, -1] != unk
        grams, counts = grams[scored], counts[scored]
    tokens = counts[grams[:, -1] != eos].sum()
    bits = -float((counts * prob(grams).log2()).sum() / tokens)
    return 2**bits, bits
""", "You score `</s>` but do not count it among the tokens. It is predicted like a word: it belongs into N.")
perplexity.mistake(
    "</s> not scored", "    if unk is not None:", "    words = grams[:, -1] != eos\n    grams, counts = grams[words], counts[words]\n    if unk is not None:",
    "You leave `</s>` out. A model that never ends a sentence would then pay nothing for it.")
perplexity.mistake(
    "unknown words dropped from the sum only", {"    if unk is not None:": "    tokens = counts.sum()\n    if unk is not None:", "/ counts.sum())": "/ tokens)"}, "",
    "Unknown words cost nothing in your sum but still count in N, so a model looks the better the more words it does not know.")
perplexity.wrong("unknown words dropped from N only", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams(sentences, n, bos, eos)
    known = counts if unk is None else counts[grams[:, -1] != unk]
    bits = -float((counts * prob(grams).log2()).sum() / known.sum())
    return 2**bits, bits
""", "You pay for unknown words but do not count them in N. Leave them out of both.")
perplexity.wrong("unknown words cut out of the text", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams([[w for w in s if w != unk] for s in sentences], n, bos, eos)
    bits = -float((counts * prob(grams).log2()).sum() / counts.sum())
    return 2**bits, bits
""", "You cut unknown words out of the text before the n-grams are built: their neighbours then get contexts that never occurred. Drop only the n-grams that *predict* them.")
perplexity.mistake(
    "n-grams with an unknown context dropped", "grams[:, -1] != unk", "(grams != unk).all(1)",
    "You drop every n-gram that holds an unknown word. Only those that *predict* one are left out; it may stand in the context of others.")
perplexity.mistake("`unk` ignored", "if unk is not None:", "if False:", "You ignore `unk`: given a number, unknown words are left out of the sum and of N.")
perplexity.mistake(
    "always leaves out word 2", {"if unk is not None:": "if True:", "grams[:, -1] != unk": "grams[:, -1] != (2 if unk is None else unk)"}, "",
    "With `unk=None` unknown words are scored like all others.")
perplexity.mistake(
    "nats for bits", ".log2()", ".log()",
    "You take natural logarithms and then 2 to that power. Bits need `log2`, or `exp` must undo `log`.")
perplexity.mistake(
    "nats returned", {"prob(grams).log2()": "prob(grams).log()", "return 2**bits": "return math.exp(bits)"}, "",
    "The perplexity is right, but the second value is in nats. Divide by log 2.")
perplexity.mistake(
    "every different n-gram once", "-float((counts * prob(grams).log2()).sum() / counts.sum())", "-float(prob(grams).log2().mean())",
    "You average over the *different* n-grams. One that occurs a hundred times must be paid for a hundred times: weight by its count.")
perplexity.mistake(
    "impossible words skipped", "    bits = -float(", "    seen = prob(grams) > 0\n    grams, counts = grams[seen], counts[seen]\n    bits = -float(",
    "You skip tokens of probability 0. A model that calls impossible what happened is infinitely surprised: the perplexity is infinite.")
perplexity.mistake(
    "log of p plus something small", "prob(grams).log2()", "(prob(grams) + 1e-10).log2()",
    "You add a small number before the logarithm. It hides zeros: the perplexity of an impossible text is infinite, and that is what this chapter is about.")
perplexity.wrong("product of probabilities", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams(sentences, n, bos, eos)
    if unk is not None:
        scored = grams[:, -1] != unk
        grams, counts = grams[scored], counts[scored]
    value = float((prob(grams) ** counts).prod() ** (-1 / counts.sum()))
    return value, math.log2(value)
""", "You multiply the probabilities. After a few hundred tokens the product is smaller than the smallest float: add logarithms.")
perplexity.mistake("mean probability", "prob(grams).log2()).sum() / counts.sum())", "prob(grams)).sum().div(counts.sum()).log2())",
                    "You take the logarithm of the mean probability. The mean of the *logarithms* is asked: one impossible word must make it infinite.")
perplexity.mistake("sign lost", "bits = -float(", "bits = float(", "The sign is lost: log probabilities are negative, surprise is positive.")
perplexity.also("loop", _LOOP)
perplexity.also("one sentence at a time, natural logarithms", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    nats, tokens = torch.tensor(0.0, dtype=torch.float64), 0
    for sentence in sentences:
        padded = torch.tensor([bos] * (n - 1) + sentence + [eos]).unfold(0, n, 1)
        if unk is not None:
            padded = padded[padded[:, -1] != unk]
        nats -= prob(padded).log().sum()
        tokens += len(padded)
    return math.exp(nats / tokens), float(nats / tokens / math.log(2))
""")
