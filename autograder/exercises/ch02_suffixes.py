"""Chapter 02: an unknown word by its ending."""

import torch

from autograder.exercises.ch02_common import exercise, f64
from ngram2bert.hmm.suffixes import suffix_scores as _suffix_scores

# Endings of a small text, as `suffix_counts` gives them: an ending that is there has all its own endings there too.
ENDINGS = {"s": f64([6, 1, 3]), "es": f64([3, 0, 2]), "xes": f64([2, 0, 0]), "oxes": f64([1, 0, 0]),
           "d": f64([1, 0, 5]), "ed": f64([0, 0, 4]), "y": f64([2, 7, 0]), "S": f64([3, 0, 0]), "SS": f64([1, 1, 0]),
           "ly": f64([0, 5, 0]), "e": f64([1, 1, 1]), "xe": f64([0, 1, 0])}
PRIOR = f64([0.5, 0.2, 0.3])
# A tag that the text does not have.
LONELY = dict(suffixes={"s": f64([6, 1, 0]), "es": f64([3, 2, 0]), "t": f64([1, 4, 0])}, prior=f64([0.55, 0.45, 0.0]))

suffix_scores = exercise(
    "suffix_scores", of=_suffix_scores, points=4, minutes=18, level=3,
    parts={"one ending": 1, "longer endings": 1, "nothing known": 1, "random": 1},
    hints=["What do you know about the tag of a word before you look at it? And after you have seen its last letter? "
           "Its last two?",
           "Begin with `probs = prior`. For i = 1, 2, ...: the share of each tag among the words with the last i "
           "letters, plus theta times `probs`, all divided by 1 + theta. Stop where the ending is not there. At the "
           "end divide by `prior`.",
           "`counts = suffixes[word[-i:]]`, then `probs = (counts / counts.sum() + theta * probs) / (1 + theta)`, with "
           "`theta = prior.std()`. `torch.where(prior > 0, probs / prior, 0.0)` leaves out tags that never occur."])


@suffix_scores.cases
def _(r):
    base = dict(suffixes=ENDINGS, prior=PRIOR)
    yield "one ending", dict(word="dogs", longest=10, **base)
    yield "one ending", dict(word="mixed", longest=1, **base)
    yield "one ending", dict(word="s", longest=3, **base)
    yield "longer endings", dict(word="boxes", longest=10, **base)
    yield "longer endings", dict(word="foxes", longest=3, **base)
    yield "longer endings", dict(word="oxes", longest=4, **base)
    yield "longer endings", dict(word="GLASS", longest=5, **base)
    yield "longer endings", dict(word="lively", longest=2, **base)
    yield "nothing known", dict(word="Qatar", longest=10, **base)
    yield "nothing known", dict(word="", longest=10, **base)
    yield "nothing known", dict(word="hexes", longest=10, **LONELY)
    yield "nothing known", dict(word="Zen", longest=10, **LONELY)
    yield "nothing known", dict(word="boxes", longest=0, **base)
    for part in ("longer endings", "random"):
        tags = 2 + r.below(5)
        word = "".join(r.choice("abcde") for _ in range(6))
        counts = r.counts(4, tags).double() + torch.nn.functional.one_hot(r.integers(4, high=tags), tags)
        endings = {word[-i:]: counts[i - 1:].sum(0) for i in range(1, 5)}
        yield part, dict(word=word, suffixes=endings, prior=r.probabilities(tags), longest=2 + r.below(4))
    for part, last in (("one ending", "ab"), ("nothing known", "cd")):
        tags = 2 + r.below(4)
        endings = {letter: r.integers(tags, low=1, high=9).double() for letter in "ab"}
        word = "".join(r.choice("cd") for _ in range(r.below(4))) + r.choice(last)
        yield part, dict(word=word, suffixes=endings, prior=r.probabilities(tags), longest=1 + r.below(9))


STEP = "(counts / counts.sum() + theta * probs) / (1 + theta)"
mistake = suffix_scores.mistake
mistake(
    "variance for the deviation", "prior.std()", "prior.var()",
    "Your theta is the variance. It is the standard deviation: take the root.")
mistake(
    "deviation with K below", "prior.std()", "prior.std(correction=0)",
    "Your theta divides by K. Brants divides by K - 1, as `std` does by itself.")
mistake(
    "theta is one", "prior.std()", "1.0",
    "You weigh the shorter ending as much as the longer one. Theta, the deviation of `prior`, is far smaller.")
mistake(
    "theta on the wrong side", STEP, "(theta * counts / counts.sum() + probs) / (1 + theta)",
    "You weigh what you see by theta. It is the *shorter* ending that gets the small weight theta.")
mistake(
    "not divided by one plus theta", STEP, "counts / counts.sum() + theta * probs",
    "Your probabilities sum to 1 + theta at each step. Divide.")
mistake(
    "counts for shares", "counts / counts.sum()", "counts",
    "You mix counts with probabilities. Divide the counts of an ending by their sum.")
mistake(
    "not divided by the prior", "torch.where(prior > 0, probs / prior, 0.0)", "probs",
    "You return p(tag | ending). The model asks the other way round, p(ending | tag): by Bayes' rule divide by p(tag). "
    "Otherwise frequent tags count twice, here and in the transitions.")
mistake(
    "times the prior", "torch.where(prior > 0, probs / prior, 0.0)", "probs * prior",
    "You multiply by the prior where Bayes' rule divides: p(ending | tag) is p(tag | ending) / p(tag), up to a factor.")
mistake(
    "zeros for an unknown ending", "probs = prior  # (K,)",
    "probs = prior if word[-1:] in suffixes and longest else torch.zeros_like(prior)",
    "For an ending that was never seen you return zeros. Then every path is impossible, every maximum a tie, and the "
    "word gets tag 0. It knows nothing, so it must say nothing: begin with `prior`, and each tag scores 1.")
mistake(
    "a uniform beginning", "probs = prior  # (K,)", "probs = torch.full_like(prior, 1 / len(prior))",
    "You begin with a uniform distribution. Before you look at the word, the tag has its `prior`.")
mistake(
    "only the longest ending", STEP, "counts / counts.sum()",
    "You take the longest ending as it is. It may have been seen once: mix it with the shorter one.")
mistake(
    "only one step", STEP, "(counts / counts.sum() + theta * prior) / (1 + theta)",
    "You mix each ending with the prior. It is mixed with the estimate of the next shorter ending, which holds "
    "the prior.")
suffix_scores.wrong("from the longest to the shortest", """
def suffix_scores(word, suffixes, prior, longest):
    theta, probs = prior.std(), prior
    for i in range(min(longest, len(word)), 0, -1):
        if word[-i:] in suffixes:
            counts = suffixes[word[-i:]]
            probs = (counts / counts.sum() + theta * probs) / (1 + theta)
    return torch.where(prior > 0, probs / prior, 0.0)
""", "You go from the longest ending to the shortest, so that the last letter has the last word. Go from the shortest: "
     "the longest ending, which knows most, comes last.")
mistake(
    "beginnings for endings", {"word[-i:] not in": "word[:i] not in", "suffixes[word[-i:]]": "suffixes[word[:i]]"}, "",
    "You look at how the word begins. `word[-i:]` are its last i letters.")
mistake(
    "one letter each", {"word[-i:] not in": "word[-i] not in", "suffixes[word[-i:]]": "suffixes[word[-i]]"}, "",
    "`word[-i]` is one letter. An ending is `word[-i:]`, all letters from there on.")
mistake(
    "longest ignored", "min(longest, len(word)) + 1", "len(word) + 1",
    "You look at endings longer than `longest`.")
mistake(
    "one letter short", "min(longest, len(word)) + 1", "min(longest, len(word))",
    "Your loop ends one letter early: `range(1, n)` leaves n out.")
mistake(
    "never the whole word", "min(longest, len(word)) + 1", "min(longest + 1, len(word))",
    "You never ask for the whole word. It is an ending too, of itself.")
mistake(
    "longer than the word", "min(longest, len(word)) + 1", "longest + 1",
    "You go on to `longest` letters for shorter words too. `word[-10:]` of a short word is the whole word, and it is "
    "counted again and again.")
mistake(
    "small letters", "theta = prior.std()", "word = word.lower()\n    theta = prior.std()",
    "You write the word in small letters. Endings of capitals are endings of their own, and names have them.")
mistake(
    "scores that sum to one", "torch.where(prior > 0, probs / prior, 0.0)",
    "torch.where(prior > 0, probs / prior, 0.0) / torch.where(prior > 0, probs / prior, 0.0).sum()",
    "You make the scores sum to one. They are ratios, one for each tag, and a word that says nothing has 1 everywhere.")
mistake(
    "logarithms returned", "torch.where(prior > 0, probs / prior, 0.0)",
    "torch.where(prior > 0, probs / prior, 0.0).log()",
    "You return logarithms. The ratios themselves are asked.")
mistake(
    "zero divided by zero", "torch.where(prior > 0, probs / prior, 0.0)", "probs / prior",
    "A tag that never occurs gives 0 / 0, and NaN goes through every path. Its score is 0.")
mistake(
    "prior overwritten", "probs = prior  # (K,)", "probs = prior\n    prior += 0.0 * theta + 1e-6",
    "You change `prior`, which belongs to the caller.")
suffix_scores.wrong("unseen endings counted", """
def suffix_scores(word, suffixes, prior, longest):
    theta, probs = prior.std(), prior
    for i in range(1, min(longest, len(word)) + 1):
        counts = suffixes.get(word[-i:], torch.zeros_like(prior))
        probs = (counts / counts.sum().clamp(min=1) + theta * probs) / (1 + theta)
    return torch.where(prior > 0, probs / prior, 0.0)
""", "For an ending that was never seen you mix in zeros, which makes every score small. Nothing was seen, so nothing "
     "is learned: stop there.")
mistake(
    "theta of each ending", STEP, "(counts / counts.sum() + (counts / counts.sum()).std() * probs) / "
    "(1 + (counts / counts.sum()).std())",
    "Your theta is the deviation of the ending's own shares. It is one number, the deviation of `prior`.")
mistake(
    "weights of one minus theta and theta", STEP, "(1 - theta) * counts / counts.sum() + theta * probs",
    "Your weights are 1 - theta and theta. Brants divides by 1 + theta, which is not the same: 1 / (1 + theta) and "
    "theta / (1 + theta).")
mistake(
    "theta of the tags that occur", "prior.std()", "prior[prior > 0].std()",
    "Your theta leaves out the tags with prior 0. It is the deviation of all K numbers.")
suffix_scores.also("recursion", """
def suffix_scores(word, suffixes, prior, longest):
    theta = torch.sqrt(((prior - prior.mean()) ** 2).sum() / (len(prior) - 1))
    def after(i):
        if i == 0:
            return prior
        counts = suffixes[word[len(word) - i:]]
        return (counts / counts.sum() + theta * after(i - 1)) / (1 + theta)
    known = 0
    while known < min(longest, len(word)) and word[len(word) - known - 1:] in suffixes:
        known += 1
    return (after(known) / prior).nan_to_num(0.0)
""")
suffix_scores.also("plain numbers", """
def suffix_scores(word, suffixes, prior, longest):
    p = prior.tolist()
    mean = sum(p) / len(p)
    theta = math.sqrt(sum((x - mean) ** 2 for x in p) / (len(p) - 1))
    probs = list(p)
    for i in range(min(longest, len(word))):
        ending = word[-1 - i:]
        if ending not in suffixes:
            break
        counts = suffixes[ending].tolist()
        probs = [(c / sum(counts) + theta * q) / (1 + theta) for c, q in zip(counts, probs)]
    return torch.tensor([q / x if x > 0 else 0.0 for q, x in zip(probs, p)], dtype=torch.float64)
""")
