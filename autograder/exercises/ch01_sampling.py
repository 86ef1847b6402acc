"""Chapter 01: drawing sentences."""

from itertools import pairwise

import torch

from autograder.exercises.ch01_common import exercise, model
from ngram2bert.ngrams.sampling import sample_sentences as _sample_sentences

sample_sentences = exercise(
    "sample_sentences", of=_sample_sentences, points=4, minutes=18, level=2,
    parts={"bigrams": 1, "other orders": 1, "the end of a sentence": 1, "random": 1},
    # as the ready-made probe `draws`; the model of a case is a table: p(w | h) in the cell of h and w
    probe="""
    def probe(target, table, seed, **case):
        def next_probs(contexts):
            if contexts.shape[1] != table.dim() - 1:
                raise ValueError(f"next_probs takes contexts of {table.dim() - 1} words, but got {contexts.shape[1]}")
            return table[tuple(contexts.unbind(1))] if contexts.shape[1] else table.repeat(len(contexts), 1)
        def draw(s):
            return target(next_probs, **case, generator=torch.Generator().manual_seed(s))
        return {"draws": draw(seed), "again": draw(seed), "other": draw(seed + 1)}
    """,
    hints=["How many words does the model look at, and which ones are they before anything was drawn?",
           "Keep `context` (B, n-1). In each round: ask `next_probs`, draw one word a row with `torch.multinomial`, "
           "write `</s>` where the row has ended, and append the word to the context while its first word falls out.",
           "`word = torch.multinomial(next_probs(context), 1, generator=generator)[:, 0]`; "
           "`text[:, t] = torch.where(ended, eos, word)`; `ended |= word == eos`; "
           "`context = torch.cat([context, word[:, None]], dim=1)[:, 1:]`."])

DRAWS = 1500


def _never(table, word):
    """The same model, but for `word`, which is never drawn."""
    table = table.clone()
    table[..., word] = 0
    return table / table.sum(-1, keepdim=True)


def _chain(*words):
    """A bigram model that goes through the words; after the last it has no answer, as counts have none after `</s>`."""
    table = torch.full((5, 5), 0.2, dtype=torch.float64)
    for here, there in pairwise(words):
        table[here] = torch.nn.functional.one_hot(torch.tensor(there), 5)
    table[words[-1]] = 0
    return table


@sample_sentences.cases
def _(r):
    bigram, trigram = _never(model(None, 4, 2), 0), _never(model(None, 4, 3), 0)
    yield "bigrams", dict(table=bigram, draws=DRAWS, length=1, n=2, bos=0, eos=1, seed=1)
    yield "bigrams", dict(table=_chain(0, 3, 2, 4, 1), draws=3, length=4, n=2, bos=0, eos=1, seed=2)
    yield "the end of a sentence", dict(table=bigram, draws=DRAWS, length=4, n=2, bos=0, eos=1, seed=3)
    yield "the end of a sentence", dict(table=_chain(0, 3, 2, 1), draws=2, length=6, n=2, bos=0, eos=1, seed=4)
    other = _never(model(None, 5, 2), 2)
    yield "the end of a sentence", dict(table=other, draws=DRAWS, length=3, n=2, bos=2, eos=3, seed=5)
    unigram = torch.tensor([0, 0.3, 0.1, 0.6], dtype=torch.float64)
    yield "other orders", dict(table=unigram, draws=DRAWS, length=3, n=1, bos=0, eos=1, seed=6)
    yield "other orders", dict(table=trigram, draws=DRAWS, length=3, n=3, bos=0, eos=1, seed=7)
    for part, n in (("bigrams", 2), ("other orders", 3), ("random", 1 + r.below(4))):
        v = 4 + r.below(2) * (n < 4)
        bos, eos = r.shuffled([0, 1, 2, 3])[:2]
        table, length = _never(model(r, v, n), bos), 2 + r.below(3)
        yield part, dict(table=table, draws=DRAWS, length=length, n=n, bos=bos, eos=eos, seed=r.below(10**6))
    bos, *words = r.shuffled(range(5))[:3 + r.below(3)]
    case = dict(n=2, bos=bos, eos=words[-1], length=len(words) + 1 + r.below(3), seed=r.below(10**6))
    yield "the end of a sentence", dict(table=_chain(bos, *words), draws=2 + r.below(3), **case)
    bos, eos = r.shuffled(range(4))[:2]
    table = _never(model(r, 4, 2), bos)
    table[..., eos] += 0.4  # most sentences end early
    case = dict(draws=DRAWS, length=3 + r.below(2), n=2, bos=bos, eos=eos, seed=r.below(10**6))
    yield "the end of a sentence", dict(table=table / table.sum(-1, keepdim=True), **case)


@sample_sentences.law
def _(table, draws, length, n, bos, eos):
    sentences = {(): 1.0}
    for _t in range(length):
        longer = {}
        for words, p in sentences.items():
            if eos in words:
                longer[*words, eos] = p
                continue
            context = ((bos,) * (n - 1) + words)[len(words):]
            for word, q in enumerate(table[context].tolist()):
                if q > 0:
                    longer[*words, word] = p * q
        sentences = longer
    return sentences


_DRAW = "torch.multinomial(next_probs(context), 1, generator=generator)[:, 0]"
_MOVE = "moved = torch.cat([context, word[:, None]], dim=1)[:, 1:]"
sample_sentences.mistake(
    "the likeliest word", _DRAW, "next_probs(context).argmax(dim=1)",
    "You always take the likeliest word, so all sentences are one. Draw from the whole distribution: "
    "`torch.multinomial`.")
sample_sentences.mistake(
    "softmax of probabilities", "next_probs(context),", "next_probs(context).softmax(dim=1),",
    "You take a softmax of numbers that are probabilities already: every word then gets almost the same chance, even "
    "an impossible one.")
sample_sentences.mistake(
    "one draw for all rows", _DRAW,
    "torch.multinomial(next_probs(context)[:1], 1, generator=generator)[:, 0].expand(draws)",
    "You draw one word and give it to every row. Each row is a sentence of its own.")
sample_sentences.mistake(
    "`generator` ignored", ", generator=generator", "",
    "You draw from torch's global state. Hand `generator` on, so that the same seed gives the same sentences.")
sample_sentences.mistake(
    "generator seeded afresh", "    text = torch.full((draws, length), eos)",
    "    generator.manual_seed(0)\n    text = torch.full((draws, length), eos)",
    "You seed the generator yourself, so every call draws the same sentences. Its state is the caller's affair.")
sample_sentences.mistake(
    "n words of context", "torch.full((draws, n - 1), bos)", "torch.full((draws, n), bos)",
    "You hand n words to the model. It looks at the n-1 words before the one it predicts.")
sample_sentences.mistake(
    "one <s> whatever the order", "torch.full((draws, n - 1), bos)", "torch.full((draws, 1), bos)",
    "You start from one `<s>` whatever n is. The model needs n-1 words before the first.")
sample_sentences.mistake(
    "starts after </s>", "torch.full((draws, n - 1), bos)", "torch.full((draws, n - 1), eos)",
    "You start from `</s>`. A sentence begins after `<s>`.")
sample_sentences.mistake(
    "context never moves", _MOVE, "moved = context",
    "Your context stays what it was at the start, so every word is drawn like a first word. Append what was drawn and "
    "let the oldest word fall out.")
sample_sentences.mistake(
    "context grows",
    {"dim=1)[:, 1:]": "dim=1)", "context = torch.where(ended[:, None], context, moved)": "context = moved"}, "",
    "Your context becomes longer with every word. The model looks at n-1 words: let the oldest fall out.")
sample_sentences.wrong("empty context lost", """
def sample_sentences(next_probs, draws, length, n, bos, eos, generator):
    history = torch.full((draws, n - 1), bos)
    for t in range(length):
        word = torch.full((draws,), eos)
        going = (history[:, n - 1:] != eos).all(1)
        if going.any():
            p = next_probs(history[going, -(n - 1):])
            word[going] = torch.multinomial(p, 1, generator=generator)[:, 0]
        history = torch.cat([history, word[:, None]], dim=1)
    return history[:, n - 1:]
""", "For n = 1 the context has no word, but `[:, -0:]` is everything. Count from the front: the context of word t "
     "starts at place t.")
sample_sentences.mistake(
    "newest word first", _MOVE, "moved = torch.cat([word[:, None], context], dim=1)[:, :n - 1]",
    "You put the new word in front of the context. Words stand in the order of the text: the newest is last.")
sample_sentences.mistake(
    "words after </s>", "torch.where(ended, eos, word)", "word",
    "Your sentences go on after `</s>`. Once a row has ended it holds `</s>` to the end.")
sample_sentences.mistake(
    "a new sentence after </s>", {"torch.where(ended, eos, word)": "word",
    "context = torch.where(ended[:, None], context, moved)": "context = moved\n        context[word == eos] = bos"}, "",
    "Where a row has ended you begin a new sentence in it. One row holds one sentence: after `</s>` there is only "
    "`</s>`.")
sample_sentences.mistake(
    "</s> never drawn", "torch.multinomial(next_probs(context), 1",
    "torch.multinomial(next_probs(context).index_fill(1, torch.tensor(eos), 0), 1",
    "You never draw `</s>`, so no sentence ends before it is cut. It is drawn like a word.")
sample_sentences.mistake(
    "one place too low", _DRAW,
    "(next_probs(context).cumsum(1) < torch.rand(draws, 1, generator=generator)).sum(1).sub(1).clamp(min=0)",
    "Your search in the cumulative sums is off by one: the word is the *first* whose cumulative sum reaches the random "
    "number.")
sample_sentences.mistake(
    "asks what follows </s>", "torch.where(ended[:, None], context, moved)", "moved",
    "You ask the model what follows `</s>`. Nothing was ever seen there, and a model of raw counts has no answer. Keep "
    "the old context in a row that has ended, or ask only for those that have not.")
sample_sentences.mistake(
    "end forgotten again", "ended |= word == eos", "ended = word == eos",
    "You remember an end for one word only: the row then goes on. What has ended stays ended: `|=`.")
sample_sentences.mistake(
    "filled up with <s>", {"torch.full((draws, length), eos)": "torch.full((draws, length), bos)",
                           "torch.where(ended, eos, word)": "torch.where(ended, bos, word)"}, "",
    "After the end you fill up with `<s>`. The task asks for `</s>`.")
sample_sentences.mistake(
    "filled up with 0", {"torch.full((draws, length), eos)": "torch.zeros(draws, length, dtype=torch.int64)",
                         "torch.where(ended, eos, word)": "torch.where(ended, 0, word)"}, "",
    "After the end you fill up with 0. The task asks for `</s>`, whose number is `eos`.")
sample_sentences.mistake(
    "all stop with the first", "ended |= word == eos\n",
    "ended |= word == eos\n        if ended.any():\n            break\n",
    "You stop as soon as one sentence has ended. The others are still being written.")
sample_sentences.wrong("columns missing when all have ended", """
def sample_sentences(next_probs, draws, length, n, bos, eos, generator):
    words, ended = [], torch.zeros(draws, dtype=torch.bool)
    context = torch.full((draws, n - 1), bos)
    while len(words) < length and not ended.all():
        word = torch.multinomial(next_probs(context), 1, generator=generator)[:, 0]
        word = torch.where(ended, eos, word)
        words.append(word)
        ended = ended | (word == eos)
        moved = torch.cat([context, word[:, None]], dim=1)[:, 1:]
        context = torch.where(ended[:, None], context, moved)
    return torch.stack(words, dim=1)
""", "When all sentences have ended you return fewer than `length` columns. The shape is (draws, length) whatever was "
     "drawn: fill up with `</s>`.")
sample_sentences.mistake(
    "one word too few", "range(length)", "range(length - 1)",
    "You draw one word less than `length`, and `</s>` stands in its place.")
sample_sentences.mistake(
    "<s> returned", "return text", "return torch.cat([torch.full((draws, n - 1), bos), text], dim=1)",
    "You return the `<s>` too. They are where a sentence starts from; nobody drew them.")
sample_sentences.mistake(
    "`<s>` and `</s>` hard-coded", {"(draws, length), eos)": "(draws, length), 1)", "n - 1), bos)": "n - 1), 0)",
                                    "(ended, eos, word)": "(ended, 1, word)", "word == eos": "word == 1"}, "",
    "You use the numbers 0 and 1 for the borders. They are arguments: use `bos` and `eos`.")
sample_sentences.equivalent("1 -> 2 #2", "two words are drawn and the first of them is taken")
sample_sentences.also("inverse of the cumulative sum", """
def sample_sentences(next_probs, draws, length, n, bos, eos, generator):
    history = torch.full((draws, n - 1 + length), bos)
    for t in range(length):
        p = next_probs(history[:, t:t + n - 1])
        u = torch.rand(draws, 1, generator=generator, dtype=torch.float64) * p.sum(1, keepdim=True)
        word = (p.cumsum(1) <= u).sum(1).clamp(max=p.shape[1] - 1)
        done = (history[:, n - 1:n - 1 + t] == eos).any(1)
        history[:, n - 1 + t] = torch.where(done, eos, word)
    return history[:, n - 1:]
""")
sample_sentences.also("a race of exponential clocks", """
def sample_sentences(next_probs, draws, length, n, bos, eos, generator):
    words, window = [], [torch.full((draws,), bos)] * (n - 1)
    for t in range(length):
        context = torch.stack(window, dim=1) if n > 1 else torch.empty(draws, 0, dtype=torch.int64)
        p = next_probs(context)
        clocks = torch.empty_like(p).exponential_(generator=generator) / p
        word = clocks.argmin(dim=1)
        if words:
            word[words[-1] == eos] = eos
        words.append(word)
        window = (window + [word])[1:]
    return torch.stack(words, dim=1)
""")
sample_sentences.also("only the unfinished rows are drawn", """
def sample_sentences(next_probs, draws, length, n, bos, eos, generator):
    text = torch.full((draws, n - 1 + length), eos)
    text[:, :n - 1] = bos
    alive = torch.arange(draws)
    for t in range(n - 1, n - 1 + length):
        if len(alive) == 0:
            break
        drawn = torch.multinomial(next_probs(text[alive, t - n + 1:t]), 1, generator=generator).squeeze(1)
        text[alive, t] = drawn
        alive = alive[drawn != eos]
    return text[:, n - 1:]
""")
