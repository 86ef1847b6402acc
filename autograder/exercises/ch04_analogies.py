"""Chapter 04: analogies."""

import torch

from autograder.exercises.ch04_common import exercise
from ngram2bert.vectors.analogies import analogy as _analogy

analogy = exercise(
    "analogy", of=_analogy, points=2, minutes=8, level=1,
    parts={"three vectors": 1, "lengths and zeros": 1},
    hints=["From *man* to *king* you add something. What do you get when you add it to *woman*, and which word is "
           "nearly always nearest to that?",
           "Give all vectors length 1, where they have one. Make `b - a + c` of those, take the dot product with every "
           "word, and put minus infinity at a, b and c before you look for the largest.",
           "`unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)`, `scores = unit @ (unit[b] - unit[a] "
           "+ unit[c])`, `scores[[a, b, c]] = -math.inf`, `int(scores.argmax())`."])


def _table(*rows):
    return torch.tensor(rows, dtype=torch.float64)


@analogy.cases
def _(r):
    royal = _table([1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1.2, 1], [0, 2, 2], [0.2, 1, 0.1], [-1, 0.3, 0.1])
    yield "three vectors", dict(vectors=royal, a=0, b=1, c=2)
    yield "three vectors", dict(vectors=royal, a=2, b=3, c=0)
    yield "three vectors", dict(vectors=_table([0.3, 1], [0.5, 0.9], [1, 0.2], [1, -0.3], [-1, 0.1], [1, 0.6],
                                               [0.7, 1]), a=1, b=2, c=5)
    yield "three vectors", dict(vectors=_table([-1, 0.2], [1, 0.1], [1, -0.3], [-1, -0.3], [-0.4, 1], [-0.5, -1]),
                                a=3, b=1, c=2)
    yield "three vectors", dict(vectors=_table([1, 0.2, 0], [0.1, 1, 0.4], [0.3, 0, 1], [-0.6, 1, 0.3], [0, 0.2, 1],
                                               [1, 1, 1]), a=0, b=1, c=2)
    yield "lengths and zeros", dict(vectors=_table([4, 0.1, 0.3], [0.2, 1, 0], [0.5, 0, 1], [0.1, 0.6, 0.55], [9, 9, 2],
                                                   [0, 30, -1], [-8, 1, 2]), a=0, b=1, c=2)
    yield "lengths and zeros", dict(vectors=_table([0.1, 0.02], [5, 4], [0.3, -0.1], [1, 0.9], [40, 9], [0.01, 0.02],
                                                   [3, -2]), a=0, b=1, c=2)
    yield "lengths and zeros", dict(vectors=_table([1, 2], [0, 0], [2, 0.3], [3, 1], [0.3, 1], [0, 0], [-1, -1]),
                                    a=0, b=3, c=2)
    yield "three vectors", dict(vectors=_table([-1, 0.2], [1, 0.1], [1, -0.3], [-1, -0.3], [-0.9, 0.5]), a=3, b=1, c=2)
    for part in ("three vectors", "lengths and zeros"):
        vectors = r.normal(9, 3)
        if part == "lengths and zeros":
            vectors *= 0.02 + 5 * r.uniform(9, 1)
            vectors[8] = 0
        a, b, c = r.shuffled(range(8))[:3]
        yield part, dict(vectors=vectors, a=a, b=b, c=c)


UNIT = "unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)"
SUM = "(unit[b] - unit[a] + unit[c])"
MASK = "    scores[[a, b, c]] = -math.inf\n"
analogy.mistake(
    "lengths left as they are", UNIT, "unit = vectors",
    "You leave the vectors as long as they are, so a frequent word with a long vector wins. Give all of them length 1 "
    "first.")
analogy.mistake(
    "only the candidates have length 1", SUM, "(vectors[b] - vectors[a] + vectors[c])",
    "You add up the vectors at their own lengths, so the longest of the three decides. Each of the three has length 1 "
    "first.")
analogy.mistake(
    "only the question has length 1", "scores = unit @", "scores = vectors @",
    "The words that you compare with are as long as they were, and the longest wins. They have length 1 as well.")
analogy.mistake(
    "the question's words not left out", MASK, "",
    "You may answer with a, b or c, and mostly do: c is nearest to c plus a little. All three are left out.")
analogy.mistake(
    "only c left out", "scores[[a, b, c]]", "scores[c]",
    "You leave out c alone. b is nearly always the next: leave out a, b and c.")
analogy.mistake(
    "a may be the answer", "scores[[a, b, c]]", "scores[[b, c]]",
    "You leave out b and c, but not a. None of the three may be the answer.")
analogy.mistake(
    "b may be the answer", "scores[[a, b, c]]", "scores[[a, c]]",
    "You leave out a and c, but not b. None of the three may be the answer.")
analogy.mistake(
    "left out by 0", "= -math.inf", "= 0.0",
    "You put the score 0 at a, b and c. Where all others are negative, one of the three still wins: minus infinity.")
analogy.mistake(
    "left out by -1", "= -math.inf", "= -1.0",
    "You put -1 at a, b and c, the smallest cosine. But a score is a sum of three cosines and may be below -1: minus "
    "infinity.")
analogy.mistake(
    "a - b + c", SUM, "(unit[a] - unit[b] + unit[c])",
    "You go from b to a. a is to b as c is to the answer: the step is b - a.")
analogy.mistake(
    "b + a - c", SUM, "(unit[b] + unit[a] - unit[c])",
    "You subtract c. The step from a to b is added to c: b - a + c.")
analogy.mistake(
    "c - b - a", SUM, "(unit[c] - unit[b] - unit[a])",
    "You subtract b. It is b - a + c: towards b, away from a.")
analogy.mistake(
    "all three added", SUM, "(unit[b] + unit[a] + unit[c])",
    "You add a. The answer should be *unlike* a: subtract it.")
analogy.mistake(
    "nearest to c", SUM, "unit[c]",
    "You look for what is like c alone. The step from a to b belongs to it: b - a + c.")
analogy.mistake(
    "a forgotten", SUM, "(unit[b] + unit[c])",
    "You look for what is like b and c. It should also be unlike a.")
analogy.mistake(
    "nearest to the step", SUM, "(unit[b] - unit[a])",
    "You look for what is like the step from a to b. Add it to c first.")
analogy.mistake(
    "least alike", "scores.argmax()", "scores.nan_to_num(neginf=math.inf).argmin()",
    "You take the smallest cosine. The largest is the nearest.")
analogy.mistake(
    "NaN wins", ".clamp(min=1e-12)", "",
    "A vector of zeros has length 0, and 0/0 is NaN, which `argmax` takes for the largest. Divide by a length of at "
    "least something small.")
analogy.mistake(
    "numbers of a column, not of a word", "vectors.norm(dim=1, keepdim=True)", "vectors.norm(dim=0, keepdim=True)",
    "You give each *column* length 1. A word's vector is a row: dim=1.")
analogy.mistake(
    "squared length", "vectors.norm(dim=1, keepdim=True)", "(vectors**2).sum(1, keepdim=True)",
    "You divide by the squared length. The root is missing.")
analogy.mistake(
    "sum of the absolute numbers", "vectors.norm(dim=1, keepdim=True)", "vectors.norm(p=1, dim=1, keepdim=True)",
    "You divide by the sum of the absolute numbers. A cosine needs the root of the sum of squares.")
analogy.mistake(
    "absolute cosine", "scores[[a", "scores = scores.abs()\n    scores[[a",
    "You take the absolute cosine, so the opposite of the answer may win. The sign counts.")
analogy.wrong("nearest by distance, lengths as they are", """
def analogy(vectors, a, b, c):
    distance = (vectors - (vectors[b] - vectors[a] + vectors[c])).norm(dim=1)
    distance[[a, b, c]] = math.inf
    return int(distance.argmin())
""", "You look for the smallest distance between vectors of all lengths. The cosine was asked for: give every vector "
     "length 1 first.")
analogy.wrong("3CosMul", """
def analogy(vectors, a, b, c):
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    cos = (unit @ unit.T + 1) / 2
    scores = cos[b] * cos[c] / (cos[a] + 1e-3)
    scores[[a, b, c]] = -math.inf
    return int(scores.argmax())
""", "You multiply and divide the cosines. That is 3CosMul, a later and often better measure; here they are added.")
analogy.wrong("both pairs' steps compared", """
def analogy(vectors, a, b, c):
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    steps = unit - unit[c]
    scores = steps @ (unit[b] - unit[a]) / steps.norm(dim=1).clamp(min=1e-12)
    scores[[a, b, c]] = -math.inf
    return int(scores.argmax())
""", "You compare the directions of the two steps alone, so a word far from c may win. The answer is the word nearest "
     "to b - a + c.")
analogy.mistake(
    "the score returned", "int(scores.argmax())", "scores.max().item()",
    "You return how good the answer is. Its word number was asked for.")
analogy.wrong("the best three looked at", """
def analogy(vectors, a, b, c):
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    best = (unit @ (unit[b] - unit[a] + unit[c])).topk(3).indices.tolist()
    return next((w for w in best if w not in (a, b, c)), best[0])
""", "You look at the best three, and these may be a, b and c themselves. The fourth is the first that is certain to "
     "have another.")
analogy.wrong("the number in a shortened table", """
def analogy(vectors, a, b, c):
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    others = [w for w in range(len(vectors)) if w not in (a, b, c)]
    return int((unit[others] @ (unit[b] - unit[a] + unit[c])).argmax())
""", "You take a, b and c out of the table, and after that a row's number is no longer its word's. Look the number up "
     "in the list of those that are left.")
analogy.wrong("the second when the first is taken", """
def analogy(vectors, a, b, c):
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    first, second = (unit @ (unit[b] - unit[a] + unit[c])).topk(2).indices.tolist()
    return second if first in (a, b, c) else first
""", "When the best is one of a, b, c you take the second best, which is often another of them. Go on until it is none "
     "of the three.")
analogy.also("the cosine of torch, best first", """
def analogy(vectors, a, b, c):
    unit = nn.functional.normalize(vectors, dim=1)
    scores = nn.functional.cosine_similarity(unit, (unit[b] - unit[a] + unit[c])[None], dim=1)
    return next(w for w in scores.argsort(descending=True).tolist() if w not in (a, b, c))
""")
analogy.also("three cosines, word by word", """
def analogy(vectors, a, b, c):
    def cos(v, w):
        lengths = float(vectors[v].norm() * vectors[w].norm())
        return float(vectors[v] @ vectors[w]) / lengths if lengths > 0 else 0.0
    words = [w for w in range(len(vectors)) if w not in {a, b, c}]
    return max(words, key=lambda w: cos(w, b) - cos(w, a) + cos(w, c))
""")
analogy.equivalent("1e-12 -> 2e-12", "either is far below the length of any vector that says something")
