"""Chapter 02: how many tags are right?"""

from autograder.exercises.ch02_common import exercise
from ngram2bert.hmm.accuracy import tagging_accuracy as _tagging_accuracy

tagging_accuracy = exercise(
    "tagging_accuracy", of=_tagging_accuracy, points=3, minutes=8, level=1,
    parts={"all": 1, "known and unknown": 1, "none of a kind": 1},
    hints=["A sentence of 3 words and one of 30: should they count the same?",
           "Make one long list of all tokens: was the tag right, was the word known? Then take three means.",
           "`chain.from_iterable(gold)` runs through all tags of all sentences. With two tensors `right` and `seen`, "
           "`right[seen].mean()` is the accuracy on known words, `right[~seen].mean()` on the others; the mean of "
           "nothing is NaN, as it should be."])


@tagging_accuracy.cases
def _(r):
    yes, no = True, False
    yield "all", dict(gold=[[0, 1], [2, 2, 0, 1]], guess=[[0, 2], [2, 2, 0, 0]],
                      known=[[yes, no], [yes, yes, no, yes]])
    yield "all", dict(gold=[[3], [1, 0, 1, 2, 1]], guess=[[3], [1, 1, 2, 0, 1]],
                      known=[[no], [yes, no, yes, yes, yes]])
    yield "known and unknown", dict(gold=[[1, 1, 0, 2, 1, 0, 0]], guess=[[1, 0, 0, 2, 1, 1, 1]],
                                    known=[[yes, yes, yes, yes, no, no, no]])
    yield "known and unknown", dict(gold=[[0, 1, 0], [1], [2, 2]], guess=[[0, 1, 1], [0], [2, 2]],
                                    known=[[no, yes, no], [no], [no, yes]])
    yield "none of a kind", dict(gold=[[0, 1, 1], [1]], guess=[[0, 1, 0], [1]], known=[[yes, yes, yes], [yes]])
    yield "none of a kind", dict(gold=[[0], [], [1, 1]], guess=[[0], [], [0, 1]], known=[[no], [], [no, no]])
    yield "none of a kind", dict(gold=[[]], guess=[[]], known=[[]])
    for part in ("all", "known and unknown"):
        lengths = [1 + r.below(9) for _ in range(5)]
        tags = [[r.integers(n, high=3).tolist() for n in lengths] for _ in range(2)]
        yield part, dict(gold=tags[0], guess=tags[1], known=[(r.uniform(n) < 0.7).tolist() for n in lengths])
    for kind in (yes, no):
        lengths = [1 + r.below(5) for _ in range(3)]
        tags = [[r.integers(n, high=3).tolist() for n in lengths] for _ in range(2)]
        yield "none of a kind", dict(gold=tags[0], guess=tags[1], known=[[kind] * n for n in lengths])


wrong = tagging_accuracy.wrong
wrong("averaged over sentences", """
def tagging_accuracy(gold, guess, known):
    def share(keep):
        found = []
        for g, t, k in zip(gold, guess, known):
            right = [a == b for a, b, c in zip(g, t, k) if keep(c)]
            if right:
                found.append(sum(right) / len(right))
        return sum(found) / len(found) if found else math.nan
    return share(lambda c: True), share(lambda c: c), share(lambda c: not c)
""", "You average the accuracies of the sentences. A token in a sentence of three words then weighs ten times as much "
     "as one in a sentence of thirty. Count tokens over the whole text, and divide once.")
mistake = tagging_accuracy.mistake
RETURN = "return float(right.mean()), float(right[seen].mean()), float(right[~seen].mean())"
mistake(
    "known and unknown swapped", RETURN,
    "return float(right.mean()), float(right[~seen].mean()), float(right[seen].mean())",
    "Known and unknown stand in the wrong order: all, known, unknown.")
mistake(
    "divided by all tokens", RETURN,
    "return float(right.mean()), float((right * seen).mean()), float((right * ~seen).mean())",
    "You divide the right tags of known words by *all* tokens. Divide by the number of known words, and likewise "
    "for the unknown ones.")
mistake(
    "the mean of the two", "float(right.mean())", "(float(right[seen].mean()) + float(right[~seen].mean())) / 2",
    "Your first number is the mean of the two others. Unknown words are few: weigh each token the same.")
mistake(
    "0 where there are none", "float(right[~seen].mean())", "float(right[~seen].mean().nan_to_num())",
    "Where there is no such word you say 0, as if all were wrong. There is nothing to say: NaN.")
mistake(
    "1 where there are none", "float(right[~seen].mean())", "float(right[~seen].mean().nan_to_num(1.0))",
    "Where there is no such word you say 1, as if all were right. There is nothing to say: NaN.")
mistake(
    "per cent", RETURN, "return tuple(100 * float(right[kind].mean()) for kind in (seen | ~seen, seen, ~seen))",
    "Your numbers are per cent. Shares between 0 and 1 are asked.")
mistake(
    "errors counted", "flat(gold) == flat(guess)", "flat(gold) != flat(guess)",
    "You count the errors. Accuracy is the share of tags that are right.")
mistake(
    "numbers of tags", RETURN, "return float(right.sum()), float(right[seen].sum()), float(right[~seen].sum())",
    "You return how many tags are right. Divide by how many there are.")
wrong("whole sentences", """
def tagging_accuracy(gold, guess, known):
    def share(rows):
        return sum(rows) / len(rows) if rows else math.nan
    whole = [g == t for g, t in zip(gold, guess)]
    return (share(whole), share([w for w, k in zip(whole, known) if all(k)]),
            share([w for w, k in zip(whole, known) if not all(k)]))
""", "You count sentences that are right from the first word to the last. Count tokens.")
wrong("averaged over tags", """
def tagging_accuracy(gold, guess, known):
    rows = list(zip(chain(*gold), chain(*guess), chain(*known)))
    def share(chosen):
        kinds = sorted({g for g, _, _ in chosen})
        shares = [torch.tensor([float(g == t) for g, t, _ in chosen if g == kind]).double().mean() for kind in kinds]
        return float(torch.stack(shares).mean()) if shares else math.nan
    return share(rows), share([r for r in rows if r[2]]), share([r for r in rows if not r[2]])
""", "You average over the tags. A tag that occurs twice then weighs as much as one that fills the text: count tokens.")
wrong("the last sentence only", """
def tagging_accuracy(gold, guess, known):
    for g, t, k in zip(gold, guess, known):
        right = torch.tensor([a == b for a, b in zip(g, t)], dtype=torch.float64)
        seen = torch.tensor(k, dtype=torch.bool)
    return float(right.mean()), float(right[seen].mean()), float(right[~seen].mean())
""", "You begin anew with each sentence and return the last one's numbers. Collect the tokens of all sentences first.")
mistake(
    "known words only", "float(right.mean())", "float(right[seen].mean())",
    "Your first number leaves the unknown words out. They are part of all.")
mistake(
    "0 for everything where there are none", RETURN,
    "return tuple(float(right[kind].mean().nan_to_num()) for kind in (seen | ~seen, seen, ~seen))",
    "Where there is no token of a kind you say 0, as if all were wrong. There is nothing to say: NaN.")
wrong("first words only", """
def tagging_accuracy(gold, guess, known):
    rows = [(g[0] == t[0], k[0]) for g, t, k in zip(gold, guess, known) if g]
    def share(found):
        return sum(found) / len(found) if found else math.nan
    return share([r for r, _ in rows]), share([r for r, k in rows if k]), share([r for r, k in rows if not k])
""", "You look at the first word of each sentence only.")
tagging_accuracy.also("counters", """
def tagging_accuracy(gold, guess, known):
    right, total = [0, 0], [0, 0]
    for g, t, k in zip(gold, guess, known):
        for a, b, c in zip(g, t, k):
            total[c] += 1
            right[c] += a == b
    def share(r, n):
        return r / n if n else math.nan
    return share(sum(right), sum(total)), share(right[1], total[1]), share(right[0], total[0])
""")
tagging_accuracy.also("numpy", """
def tagging_accuracy(gold, guess, known):
    flat = lambda rows: np.array([x for row in rows for x in row])
    right, seen = flat(gold) == flat(guess), flat(known).astype(bool)
    shares = [right[chosen].mean() if chosen.any() else np.nan for chosen in (seen | ~seen, seen, ~seen)]
    return tuple(map(float, shares))
""")
