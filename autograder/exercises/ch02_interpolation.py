"""Chapter 02: how to weigh the tag, two tags and three tags."""

import torch

from autograder.exercises.ch02_common import exercise
from ngram2bert.hmm.trigrams import deleted_interpolation as _deleted_interpolation
from ngram2bert.tagging import border_trigrams

deleted_interpolation = exercise(
    "deleted_interpolation", of=_deleted_interpolation, points=4, minutes=18, level=3,
    parts={"a small text": 1, "zero over zero": 1, "ties": 1, "random": 1},
    hints=["If you ask each trigram of the training text which estimate fits it best, the trigram estimate always "
           "wins: it has seen it. How can you take back that this one occurrence was seen?",
           "From each count and from its context's count take one: three tables of the shapes (S,), (S, S) and "
           "(S, S, S). Where the context is then 0, the answer is 0. Each trigram gives its count to the largest.",
           "`c.sum((0, 1))` over `c.sum()`; `c.sum(0)` over `c.sum((0, 2))` as a column; `c` over "
           "`c.sum(2, keepdim=True)`. `torch.broadcast_tensors` brings them to one shape; `says == says.amax(0)` "
           "marks the winners, and ties share: divide by how many they are."])


def cube(size, **cells):
    """Counts of trigrams: cube(2, _001=3) has 3 at [0, 0, 1]."""
    counts = torch.zeros(size, size, size, dtype=torch.int64)
    for name, count in cells.items():
        counts[tuple(map(int, name[1:]))] = count
    return counts


@deleted_interpolation.cases
def _(r):
    text = [[0, 1, 0, 0, 1], [1, 0, 1, 1], [0, 1, 0, 1, 1, 0], [0], [1, 0, 0, 1, 0], [0, 1, 0, 0, 1]]
    yield "a small text", dict(counts=border_trigrams(text, 2))
    yield "a small text", dict(counts=cube(2, _000=5, _001=2, _010=4, _011=1, _100=3, _101=4, _110=1, _111=7))
    yield "a small text", dict(counts=cube(3, _012=4, _120=3, _201=4, _112=2, _122=1, _220=2, _010=5, _100=2, _002=3))
    yield "a small text", dict(counts=cube(3, _000=2, _001=9, _012=3, _122=6, _221=2, _210=1, _100=4, _021=3))
    yield "zero over zero", dict(counts=cube(2, _000=3, _001=1, _010=1, _100=1))
    yield "zero over zero", dict(counts=border_trigrams([[0, 1, 2], [0, 1, 1, 2], [2, 0]], 3))
    yield "zero over zero", dict(counts=cube(3, _001=1, _012=1, _120=4, _200=2))
    yield "ties", dict(counts=cube(2, _000=4))
    yield "ties", dict(counts=cube(2, _001=1))
    yield "ties", dict(counts=cube(3, _012=3, _120=3, _201=3, _111=1))
    for part in ("random", "random", "a small text"):
        states = 2 + r.below(3)
        sentences = [r.integers(1 + r.below(6), high=states).tolist() for _ in range(9)]
        yield part, dict(counts=border_trigrams(sentences, states))
    sentences = [r.integers(1 + r.below(5), high=3).tolist() for _ in range(4)]
    yield "zero over zero", dict(counts=border_trigrams([*sentences, [3]], 4))  # tag 3 is seen once
    # sentences of one tag: two tags of context say no more than one
    yield "ties", dict(counts=border_trigrams([[tag] for tag in range(3) for _ in range(1 + r.below(9))], 3))


mistake = deleted_interpolation.mistake
HELD = "torch.where(context > 1, (seen - 1) / (context - 1), 0.0)"
mistake(
    "zero divided by zero", HELD, "(seen - 1) / (context - 1)",
    "A context that was seen once gives 0 / 0: NaN, and NaN is never the largest of anything. Count it as 0.")
mistake(
    "zero over zero is one", HELD, "torch.where(context > 1, (seen - 1) / (context - 1), 1.0)",
    "A context that was seen only with this trigram gives 0 / 0. You count that as certainty; it is ignorance: 0.")
mistake(
    "nothing deleted", HELD, "torch.where(context > 0, seen / context, 0.0)",
    "You do not take this occurrence away. On the text that was counted the longest memory is always best; on a new "
    "text it is not. Subtract one, above and below.")
mistake(
    "one taken above only", HELD, "torch.where(context > 1, (seen - 1) / context, 0.0)",
    "You subtract one above but not below. Without this occurrence the context was seen one time less as well.")
mistake(
    "one taken below only", HELD, "torch.where(context > 1, seen / (context - 1), 0.0)",
    "You subtract one below but not above: the trigram itself must lose the occurrence.")
mistake(
    "each trigram votes once", "c * best / best.sum(0)", "(c > 0) * best / best.sum(0)",
    "Each trigram votes once in your sum. It votes as often as it was seen.")
mistake(
    "ties counted twice", "c * best / best.sum(0)", "c * best",
    "Where estimates tie, each gets all the votes in your sum. They share them: divide by how many tie.")
mistake(
    "ties to the shortest", "best = (says == says.amax(0)).double()",
    "best = torch.nn.functional.one_hot(says.argmax(0), 3).permute(3, 0, 1, 2).double()",
    "Where estimates tie, the first of them gets all the votes. The task says that they share.")
mistake(
    "ties to the longest", "best = (says == says.amax(0)).double()",
    "best = torch.nn.functional.one_hot(says.flip(0).argmax(0), 3).permute(3, 0, 1, 2).flip(0).double()",
    "Where estimates tie, the longest of them gets all the votes. The task says that they share.")
mistake(
    "weights in the other order", "return votes.sum((1, 2, 3))", "return votes.sum((1, 2, 3)).flip(0)",
    "Your weights stand in the wrong order: unigram, bigram, trigram.")
mistake(
    "votes returned", "return votes.sum((1, 2, 3)) / c.sum()", "return votes.sum((1, 2, 3))",
    "You return the votes. Weights sum to one: divide.")
mistake(
    "the bigram before", "c.sum(0), c.sum((0, 2))[:, None]", "c.sum(2, keepdim=True), c.sum((1, 2))[:, None, None]",
    "Your bigram is (a, b), the two tags before. It must predict c: how often c came after b.")
mistake(
    "the bigram's context is its tag", "c.sum((0, 2))[:, None]", "c.sum((0, 1))",
    "You divide c(b c) by how often c occurs. The context is b: how often b was followed by anything.")
mistake(
    "a context counted as a tag", "c.sum((0, 2))[:, None]", "c.sum((0, 1))[:, None]",
    "You count how often b came as the *last* tag of a trigram. As a context it is the middle one: the border `<s>` is "
    "a context and never comes, `</s>` comes and is no context.")
mistake(
    "the trigram's context is its end", "held_out(c, c.sum(2, keepdim=True))", "held_out(c, c.sum(0, keepdim=True))",
    "You divide c(a b c) by how often (b, c) occurs. The context is (a, b).")
mistake(
    "number of kinds for N", "held_out(c.sum((0, 1)), c.sum())", "held_out(c.sum((0, 1)), (c > 0).double().sum())",
    "Your N is the number of different trigrams. It is the number of all of them.")
mistake(
    "everyone votes", "best = (says == says.amax(0)).double()", "best = says.clamp(min=0) + 1e-9",
    "You divide the votes in proportion to the three estimates. The best estimate takes them all.")
mistake(
    "the worst estimate wins", "says == says.amax(0)", "says == says.amin(0)",
    "You give the votes to the smallest estimate. The one that says this trigram best gets them.")
mistake(
    "votes without the one taken away", {"votes = c * best": "votes = (c - 1).clamp(min=0) * best",
                                         "return votes.sum((1, 2, 3)) / c.sum()":
                                         "return (votes.sum((1, 2, 3)) / votes.sum()).nan_to_num()"}, "",
    "A trigram seen n times has n - 1 votes in your sum. Each of the n occurrences is taken away in turn, and each "
    "votes: n votes.")
deleted_interpolation.also("a loop over trigrams", """
def deleted_interpolation(counts):
    rows = {tuple(i): int(counts[tuple(i)]) for i in counts.nonzero().tolist()}
    def total(keep):
        return sum(n for gram, n in rows.items() if keep(gram))
    votes = [0.0, 0.0, 0.0]
    for (a, b, c), n in rows.items():
        pairs = [(total(lambda g: g[2] == c), sum(rows.values())),
                 (total(lambda g: g[1:] == (b, c)), total(lambda g: g[1] == b)),
                 (n, total(lambda g: g[:2] == (a, b)))]
        says = [(x - 1) / (y - 1) if y > 1 else 0.0 for x, y in pairs]
        best = [i for i in range(3) if says[i] == max(says)]
        for i in best:
            votes[i] += n / len(best)
    return torch.tensor([v / sum(votes) for v in votes], dtype=torch.float64)
""")
deleted_interpolation.also("rows of the trigrams seen", """
def deleted_interpolation(counts):
    a, b, c = counts.nonzero().T
    n = counts[a, b, c].double()
    table = counts.double()
    seen = torch.stack([table.sum((0, 1))[c], table.sum(0)[b, c], n])
    context = torch.stack([table.sum().expand(len(n)), table.sum((0, 2))[b], table.sum(2)[a, b]])
    says = ((seen - 1) / (context - 1)).nan_to_num(0.0)
    best = says >= says.max(0).values
    votes = (best * n / best.sum(0)).sum(1)
    return votes / votes.sum()
""")
