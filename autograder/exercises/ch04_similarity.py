"""Chapter 04: vectors against people's judgement."""

from itertools import combinations

import torch

from autograder.exercises.ch04_common import exercise
from ngram2bert.vectors.similarity import pair_similarity as _pair_similarity

pair_similarity = exercise(
    "pair_similarity", of=_pair_similarity, points=2, minutes=10, level=1, builds_on=["rank_correlation"],
    parts={"all words known": 1, "words without a vector": 1},
    tolerance=1e-6,  # as rank_correlation
    hints=["What does a 0 say of a pair that the vectors know nothing about? And what does it say to leave the pair "
           "out?",
           "First keep the pairs of which *both* words are in `index`. Of those take the cosines and people's scores, "
           "in the same order, and give both lists to `rank_correlation`.",
           "`known = [(index[v], index[w], score) for v, w, score in pairs if v in index and w in index]`; the cosine "
           "is the dot product of two rows of length 1; return `rank_correlation(cosines, scores), len(known)`."])


@pair_similarity.cases
def _(r):
    table = torch.tensor([[4, 0.5], [0.3, 1], [-1, 2], [0.2, -0.7], [1.5, 1.4]], dtype=torch.float64)
    names = ["good", "great", "bad", "film", "actor"]
    index = {name: i for i, name in enumerate(names)}
    yield "all words known", dict(vectors=table, index=index, pairs=[
        ("good", "great", 7.5), ("bad", "film", 2.0), ("actor", "good", 5.25), ("great", "bad", 3.0),
        ("actor", "great", 8.0)])
    yield "all words known", dict(vectors=table, index=dict(zip(reversed(names), range(5), strict=True)), pairs=[
        ("good", "bad", 1.0), ("film", "great", 9.0), ("actor", "bad", 6.0), ("good", "actor", 8.0),
        ("great", "great", 10.0)])
    axes = table.clone()
    axes[0], axes[4] = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 4.0])  # a cosine of exactly 0, however it is made
    yield "all words known", dict(vectors=axes, index=index, pairs=[
        ("good", "actor", 4.0), ("actor", "good", 3.5), ("film", "bad", 4.0), ("great", "bad", 9.5),
        ("actor", "bad", 1.0)])
    yield "all words known", dict(vectors=axes, index=index, pairs=[
        ("good", "actor", 4.0), ("film", "bad", 5.0), ("good", "actor", 8.5), ("great", "bad", 9.5),
        ("actor", "bad", 1.0)])
    yield "words without a vector", dict(vectors=table, index=index, pairs=[
        ("good", "great", 2.0), ("good", "superb", 9.0), ("bad", "good", 5.25), ("awful", "bad", 1.0),
        ("actor", "great", 6.0)])
    yield "words without a vector", dict(vectors=table, index=index, pairs=[
        ("tiger", "cat", 7.35), ("actor", "bad", 4.0), ("Film", "great", 9.9), ("film", "great", 8.0),
        ("bad", "great", 4.5), ("film", "cat", 0.2), ("good", "actor", 6.0)])
    yield "words without a vector", dict(vectors=table, index=index, pairs=[
        ("tiger", "cat", 7.35), ("cat", "film", 1.0)])
    yield "words without a vector", dict(vectors=table, index=index, pairs=[])
    count = 6 + r.below(4)
    words = [f"w{i}" for i in range(count)]
    for part, known in (("all words known", count), ("words without a vector", count - 2)):
        vectors = r.normal(known, 3) * (0.1 + 3 * r.uniform(known, 1))
        index = {word: i for i, word in enumerate(r.shuffled(words[:known]))}
        # no two pairs alike: equal cosines made in different ways differ in the last digit, and so in rank
        pairs = [(v, w, r.between(0, 10)) for v, w in r.shuffled(list(combinations(words[:known], 2)))[:6]]
        if part == "words without a vector":
            pairs += [(words[-1], r.choice(words), 9.5), (r.choice(words), words[-2], 0.5)]
        yield part, dict(vectors=vectors, index=index, pairs=r.shuffled(pairs))


ROWS = "(unit[[v for v, _, _ in known]] * unit[[w for _, w, _ in known]]).sum(1)"
KNOWN = "known = [(index[v], index[w], score) for v, w, score in pairs if v in index and w in index]"
UNIT = "unit = vectors / vectors.norm(dim=1, keepdim=True)"
SCORES = "torch.tensor([score for _, _, score in known])"
RETURN = f"return rank_correlation(cosines, {SCORES}), len(known)"
pair_similarity.mistake(
    "a pair asked twice counts once", KNOWN,
    "known = [(index[v], index[w], score) for (v, w), score in {(v, w): score for v, w, score in pairs}.items() "
    "if v in index and w in index]",
    "A pair that stands in the list twice counts once with you, as in a `dict`. WordSim-353 has such a pair: each "
    "line is a judgement of its own.")
pair_similarity.wrong("unknown pairs scored 0", """
def pair_similarity(vectors, index, pairs):
    unit = vectors / vectors.norm(dim=1, keepdim=True)
    cosines = [float(unit[index[v]] @ unit[index[w]]) if v in index and w in index else 0.0 for v, w, _ in pairs]
    used = sum(v in index and w in index for v, w, _ in pairs)
    return rank_correlation(torch.tensor(cosines), torch.tensor([score for _, _, score in pairs])), used
""", "You score a pair with an unknown word 0. Then you measure how many words the vectors know, mixed with how good "
     "they are: leave such pairs out and say how many are left.")
pair_similarity.mistake(
    "all pairs counted as used", RETURN, f"return rank_correlation(cosines, {SCORES}), len(pairs)",
    "You return the number of all pairs. How many were *used* is what says how far to trust the figure.")
pair_similarity.mistake(
    "the share of pairs", RETURN, f"return rank_correlation(cosines, {SCORES}), len(known) / max(len(pairs), 1)",
    "You return the share of the pairs that were used. Their number was asked for.")
pair_similarity.mistake(
    "the pairs that were not used", RETURN, f"return rank_correlation(cosines, {SCORES}), len(pairs) - len(known)",
    "You return how many pairs were left out. The number that was used was asked for.")
pair_similarity.mistake(
    "dot product", UNIT, "unit = vectors",
    "You take the dot product. A frequent word has a long vector and would be like everything: divide by the lengths.")
pair_similarity.mistake(
    "one of the two lengths", "* unit[[w", "* vectors[[w",
    "You divide by the length of the first vector alone. A cosine divides by both.")
pair_similarity.mistake(
    "distance for similarity", ROWS,
    "(vectors[[v for v, _, _ in known]] - vectors[[w for _, w, _ in known]]).norm(dim=1)",
    "You take the distance, which is *small* where words are alike, so the sign turns. The cosine was asked for.")
pair_similarity.mistake(
    "negative distance", ROWS,
    "-(vectors[[v for v, _, _ in known]] - vectors[[w for _, w, _ in known]]).norm(dim=1)",
    "You take minus the distance between vectors of all lengths. The cosine was asked for: it looks at directions "
    "only.")
pair_similarity.mistake(
    "cosine distance", ROWS, f"1 - {ROWS}",
    "You take 1 - cosine, a distance: it is small where words are alike, so the sign of rho turns.")
pair_similarity.mistake(
    "absolute cosine", ROWS, f"{ROWS}.abs()",
    "You take the absolute cosine. Vectors that point away from each other are least alike: keep the sign.")
pair_similarity.mistake(
    "columns of length 1", "dim=1, keepdim=True", "dim=0, keepdim=True",
    "You give each *column* length 1. A word's vector is a row: dim=1.")
pair_similarity.mistake(
    "Pearson's correlation", RETURN,
    f"both = torch.stack([cosines, {SCORES}.double()])\n    return float(torch.corrcoef(both)[0, 1]) if len(known) > 1 "
    "else math.nan, len(known)",
    "You correlate the numbers themselves. A cosine of 0.4 and a score of 7 have no common scale: correlate the ranks.")
pair_similarity.mistake(
    "word 0 taken for unknown", "v in index and w in index", "index.get(v) and index.get(w)",
    "`index.get(word)` is 0 for the first word, and Python takes 0 for false. Ask `word in index`.")
pair_similarity.mistake(
    "unknown words looked up as word 0", KNOWN,
    "known = [(index.get(v, 0), index.get(w, 0), score) for v, w, score in pairs]",
    "You give an unknown word the vector of word 0. Leave its pairs out.")
pair_similarity.mistake(
    "unknown words looked up as -1", KNOWN,
    "known = [(index.get(v, -1), index.get(w, -1), score) for v, w, score in pairs]",
    "You give an unknown word the number -1, and as an index that is the last word. Leave its pairs out.")
pair_similarity.mistake(
    "one of the two words known", "v in index and w in index",
    "v in index", "You test the first word alone, and the second may be missing. Both need a vector.")
pair_similarity.wrong("the end at the first unknown word", """
def pair_similarity(vectors, index, pairs):
    unit = vectors / vectors.norm(dim=1, keepdim=True)
    cosines, scores = [], []
    for v, w, score in pairs:
        if v not in index or w not in index:
            break
        cosines.append(float(unit[index[v]] @ unit[index[w]]))
        scores.append(score)
    return rank_correlation(torch.tensor(cosines), torch.tensor(scores)), len(scores)
""", "You stop at the first pair with an unknown word. Pass over it, and go on.")
pair_similarity.mistake(
    "scores of other pairs", SCORES, "torch.tensor([score for _, _, score in pairs[:len(known)]])",
    "You leave pairs out of the cosines, but not out of the scores, so each cosine stands beside the score of another "
    "pair. Leave out both together.")
pair_similarity.mistake(
    "small letters", KNOWN,
    "known = [(index[v.lower()], index[w.lower()], score) for v, w, score in pairs "
    "if v.lower() in index and w.lower() in index]",
    "You turn the words into small letters. Look them up as they stand: whoever calls decides about that.")
pair_similarity.mistake(
    "a word with itself left out", "v in index and w in index", "v in index and w in index and v != w",
    "You leave out a pair of a word with itself. It has a score and a cosine like any pair.")
pair_similarity.mistake(
    "equal pairs once", "(index[v], index[w], score) for v, w, score in pairs if",
    "(index[v], index[w], score) for v, w, score in {frozenset(p[:2]): (*p,) for p in pairs}.values() if",
    "You keep one of two pairs with the same words. Each line of the list counts.")
pair_similarity.mistake(
    "cosines sorted", RETURN, f"return rank_correlation(cosines.sort().values, {SCORES}.sort().values), len(known)",
    "You sort both lists, so they always agree. Each cosine stays beside the score of its own pair.")
pair_similarity.mistake(
    "only the figure", RETURN, f"return rank_correlation(cosines, {SCORES})",
    "You return rho alone. Without the number of pairs nobody can tell how far to trust it.")
pair_similarity.mistake(
    "the figure and the number exchanged", RETURN, f"return len(known), rank_correlation(cosines, {SCORES})",
    "You return the number first. The correlation comes first, then how many pairs were used.")
pair_similarity.equivalent(
    "(unit[[v for v, _, _ in known]] * unit[[w for _, w, _ in known]]).sum(1) -> "
    "(unit[[v for v, _, _ in known]] * unit[[w for _, w, _ in known]]).mean(1)",
    "all cosines divided by m: their order stays")
pair_similarity.also("all cosines at once", """
def pair_similarity(vectors, index, pairs):
    used = [pair for pair in pairs if {pair[0], pair[1]} <= index.keys()]
    left = vectors[torch.tensor([index[v] for v, _, _ in used], dtype=torch.int64)]
    right = vectors[torch.tensor([index[w] for _, w, _ in used], dtype=torch.int64)]
    cosines = nn.functional.cosine_similarity(left, right, dim=1)
    return rank_correlation(cosines, torch.tensor([float(s) for _, _, s in used], dtype=torch.float64)), len(used)
""")
pair_similarity.also("a loop with a stop", """
def pair_similarity(vectors, index, pairs):
    cosines, scores = [], []
    for v, w, score in pairs:
        if v not in index or w not in index:
            continue
        a, b = vectors[index[v]].tolist(), vectors[index[w]].tolist()
        dot = sum(x * y for x, y in zip(a, b))
        cosines.append(dot / (math.hypot(*a) * math.hypot(*b)))
        scores.append(score)
    to_tensor = lambda numbers: torch.tensor(numbers, dtype=torch.float64)
    return rank_correlation(to_tensor(cosines), to_tensor(scores)), len(scores)
""")
