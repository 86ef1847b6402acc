"""Chapter 01: how surprised a model is by a text."""

import torch

from autograder.exercises.ch01_common import exercise, model
from ngram2bert.ngrams.perplexity import perplexity as _perplexity

perplexity = exercise(
    "perplexity", of=_perplexity, points=4, minutes=20, level=2, builds_on=["count_ngrams"],
    parts={"one sentence": 1, "a text": 1, "unknown words": 1, "extremes": 1},
    tolerance=1e-5,  # a sum in single precision is not what this exercise is about
    # the model of a case is a table: p(w | h) in the cell of h and w
    probe="""
    def probe(target, table, **case):
        def prob(query):
            return table[tuple(query.unbind(-1))]
        value = target(prob, **case)
        return {"value": tuple(value), "arguments": case}
    """,
    hints=["Which tokens are predicted? Each word, and something more at the end of each sentence.",
           "Collect all n-grams of the text with `count_ngrams`, ask `prob` for them in one call, and weight each log "
           "probability by its count. Divide by the number of tokens, once.",
           "`bits = -(counts * prob(grams).log2()).sum() / counts.sum()` over the whole text, and the perplexity is "
           "`2 ** bits`. With `unk` given, first drop the n-grams whose *last* word is `unk`, from grams and counts "
           "alike."])


@perplexity.cases
def _(r):
    yield "one sentence", dict(table=model(None, 5, 2), sentences=[[3, 4]], n=2, bos=0, eos=1, unk=None)
    yield "one sentence", dict(table=model(None, 5, 2), sentences=[[3, 3, 3, 4, 3]], n=2, bos=0, eos=1, unk=None)
    yield "a text", dict(table=model(None, 5, 2), sentences=[[3], [4, 3, 3, 4], [4]], n=2, bos=0, eos=1, unk=None)
    yield "a text", dict(table=model(None, 4, 3), sentences=[[3, 3], [3], [3, 3, 3]], n=3, bos=0, eos=1, unk=None)
    yield "a text", dict(table=model(None, 5, 1), sentences=[[3, 4], [3]], n=1, bos=0, eos=1, unk=None)
    yield "a text", dict(table=model(None, 4, 2), sentences=[[1, 1], [1, 0, 1]], n=2, bos=2, eos=3, unk=None)
    yield "unknown words", dict(table=model(None, 5, 2), sentences=[[3, 2, 4], [2, 2]], n=2, bos=0, eos=1, unk=2)
    yield "unknown words", dict(table=model(None, 5, 2), sentences=[[3, 2, 4], [2, 2]], n=2, bos=0, eos=1, unk=None)
    yield "unknown words", dict(table=model(None, 5, 2), sentences=[[1, 0, 2], [0]], n=2, bos=3, eos=4, unk=0)
    yield "unknown words", dict(table=model(None, 4, 3), sentences=[[3, 2, 3], [2, 2]], n=3, bos=0, eos=1, unk=2)
    never = torch.tensor([[0, 0.5, 0, 0.5], [0.25] * 4, [0.25] * 4, [0, 1.0, 0, 0]], dtype=torch.float64)
    yield "extremes", dict(table=never, sentences=[[3], [3, 3]], n=2, bos=0, eos=1, unk=None)
    yield "extremes", dict(table=model(None, 5, 2), sentences=[[3, 4] * 400, [4]], n=2, bos=0, eos=1, unk=None)
    no_unknown = torch.tensor([[0, 0.5, 0, 0.5], [0.25] * 4, [0, 0.5, 0, 0.5], [0, 0.75, 0, 0.25]], dtype=torch.float64)
    yield "unknown words", dict(table=no_unknown, sentences=[[3, 2, 3], [3]], n=2, bos=0, eos=1, unk=2)
    for n, v in ((2, 6), (3, 5)):
        sentences = [r.integers(r.below(6), low=2, high=v).tolist() for _ in range(5)] + [[3]]
        yield "a text", dict(table=model(r, v, n), sentences=sentences, n=n, bos=0, eos=1, unk=None)
        yield "unknown words", dict(table=model(r, v, n), sentences=sentences, n=n, bos=0, eos=1, unk=2)
    sentence = r.integers(1 + r.below(8), low=2, high=6).tolist()
    yield "one sentence", dict(table=model(r, 6, 2), sentences=[sentence], n=2, bos=0, eos=1, unk=None)
    text = [r.integers(400 + r.below(200), low=2, high=5).tolist(), [3]]
    yield "extremes", dict(table=model(r, 5, 2), sentences=text, n=2, bos=0, eos=1, unk=None)
    table, (before, word) = model(r, 5, 2), r.integers(2, low=2, high=5).tolist()
    table[before, word] = 0  # and the text has this pair
    table = table / table.sum(-1, keepdim=True)
    text = r.shuffled([[before, word], r.integers(2 + r.below(4), low=2, high=5).tolist()])
    yield "extremes", dict(table=table, sentences=text, n=2, bos=0, eos=1, unk=None)


_LOOP = """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    total, tokens = torch.zeros(()), 0  # single precision
    for sentence in sentences:
        padded = [bos] * (n - 1) + sentence + [eos]
        for i in range(n - 1, len(padded)):
            if padded[i] != unk:
                p = float(prob(torch.tensor([padded[i - n + 1:i + 1]]))[0])
                total -= math.log2(p) if p > 0 else -math.inf
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
    return 2**bits, bits
"""
perplexity.wrong(
    "mean of sentence perplexities",
    _PER_SENTENCE.format("bits = math.log2(sum(2**bits for bits in each) / len(each))"),
    "You average the perplexities of the sentences. A short odd sentence then outweighs a long one: add up the log "
    "probabilities of the whole text and divide once.")
perplexity.wrong(
    "mean of sentence bits", _PER_SENTENCE.format("bits = sum(each) / len(each)"),
    "You average the bits of the sentences. Every *token* counts the same, not every sentence: add up over the whole "
    "text and divide once.")
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
    "</s> not scored", "    if unk is not None:",
    "    words = grams[:, -1] != eos\n    grams, counts = grams[words], counts[words]\n    if unk is not None:",
    "You leave `</s>` out. A model that never ends a sentence would then pay nothing for it.")
perplexity.wrong("words without a full context left out", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    rows = [(s + [eos])[i:i + n] for s in sentences for i in range(len(s) - n + 2)]
    rows = torch.tensor([row for row in rows if unk is None or row[-1] != unk])
    bits = -float(prob(rows).log2().mean())
    return 2**bits, bits
""", "You score a word only where n-1 words of its sentence stand before it. The first words count too: pad with n-1 "
     "`<s>`, as `count_ngrams` does.")
perplexity.mistake(
    "unknown words dropped from the sum only",
    {"    if unk is not None:": "    tokens = counts.sum()\n    if unk is not None:", "/ counts.sum())": "/ tokens)"},
    "", "Unknown words cost nothing in your sum but still count in N, so a model looks the better the more "
        "words it does not know.")
perplexity.wrong("unknown words dropped from N only", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams(sentences, n, bos, eos)
    known = counts if unk is None else counts[grams[:, -1] != unk]
    bits = -float((counts * prob(grams).log2()).sum() / known.sum())
    return 2**bits, bits
""", "You pay for unknown words but do not count them in N. Leave them out of both.")
perplexity.mistake(
    "unknown words given count 0", "        grams, counts = grams[scored], counts[scored]\n",
    "        counts = counts * scored\n",
    "You set the counts of unknown words to 0 but still take the logarithm of their probability. Where that is 0, "
    "0 times infinity is NaN: drop those rows.")
perplexity.mistake(
    "n-grams that begin with an unknown word dropped", "grams[:, -1] != unk", "grams[:, 0] != unk",
    "You leave out n-grams that *begin* with an unknown word. The word that is predicted is in the last column.")
perplexity.wrong("unknown words cut out of the text", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams([[w for w in s if w != unk] for s in sentences], n, bos, eos)
    bits = -float((counts * prob(grams).log2()).sum() / counts.sum())
    return 2**bits, bits
""", "You cut unknown words out of the text before the n-grams are built: their neighbours then get contexts that "
     "never occurred. Drop only the n-grams that *predict* them.")
perplexity.mistake(
    "n-grams with an unknown context dropped", "grams[:, -1] != unk", "(grams != unk).all(1)",
    "You drop every n-gram that holds an unknown word. Only those that *predict* one are left out; it may stand in the "
    "context of others.")
perplexity.mistake(
    "`unk` ignored", "if unk is not None:", "if False:",
    "You ignore `unk`: given a number, unknown words are left out of the sum and of N.")
perplexity.mistake(
    "unk = 0 taken for None", "if unk is not None:", "if unk:",
    "`if unk:` is false for 0 as well, and 0 is a number that a word may have. Test `unk is not None`.")
perplexity.mistake(
    "always leaves out word 2",
    {"if unk is not None:": "if True:", "grams[:, -1] != unk": "grams[:, -1] != (2 if unk is None else unk)"}, "",
    "With `unk=None` unknown words are scored like all others.")
perplexity.mistake(
    "nats for bits", ".log2()", ".log()",
    "You take natural logarithms and then 2 to that power. Bits need `log2`, or `exp` must undo `log`.")
perplexity.mistake(
    "nats returned", {"prob(grams).log2()": "prob(grams).log()", "return 2**bits": "return math.exp(bits)"}, "",
    "The perplexity is right, but the second value is in nats. Divide by log 2.")
perplexity.mistake(
    "e to the power of bits", "return 2**bits", "return math.exp(bits)",
    "You take e to the power of bits. Bits are logarithms to the base 2: the perplexity is `2 ** bits`.")
perplexity.mistake(
    "results in the other order", "return 2**bits, bits", "return bits, 2**bits",
    "Your two results stand in the wrong order: first the perplexity, then the bits.")
perplexity.mistake(
    "divided by the different n-grams", "/ counts.sum())", "/ len(counts))",
    "You divide by the number of *different* n-grams. N is the number of tokens: the sum of the counts.")
perplexity.mistake(
    "every different n-gram once", "-float((counts * prob(grams).log2()).sum() / counts.sum())",
    "-float(prob(grams).log2().mean())",
    "You average over the *different* n-grams. One that occurs a hundred times must be paid for a hundred times: "
    "weight by its count.")
perplexity.mistake(
    "impossible words skipped", "    bits = -float(",
    "    seen = prob(grams) > 0\n    grams, counts = grams[seen], counts[seen]\n    bits = -float(",
    "You skip tokens of probability 0. A model that calls impossible what happened is infinitely surprised: the "
    "perplexity is infinite.")
perplexity.mistake(
    "log of p plus something small", "prob(grams).log2()", "(prob(grams) + 1e-10).log2()",
    "You add a small number before the logarithm. It hides zeros: the perplexity of an impossible text is infinite, "
    "and that is what this chapter is about.")
perplexity.wrong("product of probabilities", """
def perplexity(prob, sentences, n, bos, eos, unk=None):
    grams, counts = count_ngrams(sentences, n, bos, eos)
    if unk is not None:
        scored = grams[:, -1] != unk
        grams, counts = grams[scored], counts[scored]
    value = float((prob(grams) ** counts).prod() ** (-1 / counts.sum()))
    return value, math.log2(value)
""", "You multiply the probabilities. After a few hundred tokens the product is smaller than the smallest float: add "
     "logarithms.")
perplexity.mistake(
    "mean probability", "prob(grams).log2()).sum() / counts.sum())", "prob(grams)).sum().div(counts.sum()).log2())",
    "You take the logarithm of the mean probability. The mean of the *logarithms* is asked: one impossible word must "
    "make it infinite.")
perplexity.mistake(
    "sign lost", "bits = -float(", "bits = float(",
    "The sign is lost: log probabilities are negative, surprise is positive.")
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
