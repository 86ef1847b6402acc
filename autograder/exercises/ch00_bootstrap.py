"""Chapter 00: is the better model better?."""

import torch

from autograder.exercises.ch00_common import exercise
from ngram2bert.start.bootstrap import paired_bootstrap as _paired_bootstrap

paired_bootstrap = exercise(
    "paired_bootstrap", of=_paired_bootstrap, points=3, minutes=4, level=2, probe="draws",
    parts={"models that agree often": 2, "other test sets": 1},
    hints=["Which items does one new test set hold, and may an item be in it twice? Are both models judged on the "
           "same items?",
           "Draw all D test sets in one call: `torch.randint(n, (draws, n), generator=generator)` is a table of item "
           "numbers, one test set a row. Index with it.",
           "`gain = right_b.double() - right_a.double()` is 1, 0 or -1 for each item; `gain[chosen]` is (D, N). Take "
           "the mean over the items of each draw."])


def _right(text):
    """Verdicts from a string: + is right."""
    return torch.tensor([letter == "+" for letter in text])


@paired_bootstrap.cases
def _(r):
    yield "models that agree often", dict(right_a=_right("++-+-"), right_b=_right("++++-"), draws=1500, seed=5)
    yield "models that agree often", dict(right_a=_right("+++-+-++--"), right_b=_right("++++++++--"), draws=1500,
                                          seed=6)
    yield "other test sets", dict(right_a=_right("+--"), right_b=_right("-++"), draws=1500, seed=7)
    yield "other test sets", dict(right_a=_right("++++-+"), right_b=_right("-+-+--"), draws=1000, seed=8)
    n = 5 + r.below(6)
    a = r.uniform(n) < 0.6
    a[:2] = torch.tensor([True, False])
    b = torch.where(r.uniform(n) < 0.25, ~a, a)
    b[:2] = torch.tensor([True, True])
    yield "models that agree often", dict(right_a=a, right_b=b, draws=1500, seed=r.below(10**6))
    yield "other test sets", dict(right_a=b[: n // 2 + 1], right_b=~a[: n // 2 + 1], draws=1000 + r.below(500),
                                  seed=r.below(10**6))


@paired_bootstrap.law
def _(right_a, right_b, draws):
    """The mean of n independent draws from the gains: their law, convolved n times."""
    gain, n = (right_b.long() - right_a.long()).tolist(), len(right_a)
    law = {0: 1.0}
    for _ in range(n):
        added: dict[int, float] = {}
        for total, p in law.items():
            for g in gain:
                added[total + g] = added.get(total + g, 0.0) + p / n
        law = added
    return {(round(total / n * 1e6) / 1e6 + 0.0,): p for total, p in law.items()}


paired_bootstrap.mistake(
    "not paired", "gain = right_b.double() - right_a.double()  # (N,)\n    return gain[chosen].mean(dim=1)",
    "other = torch.randint(n, (draws, n), generator=generator)\n    return right_b.double()[other].mean(dim=1) - "
    "right_a.double()[chosen].mean(dim=1)",
    "Each model gets its own test set. Then one may get the easy items and the other the hard ones, and the "
    "difference is far more uncertain than it is. Judge both on the same draw.")
paired_bootstrap.wrong(
    "without replacement", """
def paired_bootstrap(right_a, right_b, draws, generator):
    gain = right_b.double() - right_a.double()
    return gain[torch.rand(draws, len(gain), generator=generator).argsort(1)].mean(1)
""", "You draw without replacement: every draw is the whole test set in another order, and its mean is always the "
     "same. Let items be drawn again.")
paired_bootstrap.mistake(
    "gain of A over B", "right_b.double() - right_a.double()", "right_a.double() - right_b.double()",
    "The sign is the other way round: the task asks for the gain of B over A.")
paired_bootstrap.mistake(
    "sum for mean", ".mean(dim=1)", ".sum(dim=1)",
    "You return a number of items. The task asks for a difference of accuracies: divide by N.")
paired_bootstrap.mistake(
    "mean over the draws", ".mean(dim=1)", ".mean(dim=0)",
    "You average over the draws, so that one number an item is left. Average over the items of each draw: axis 1.")
paired_bootstrap.mistake(
    "truth values subtracted", "right_b.double() - right_a.double()", "right_b - right_a",
    "torch does not subtract truth values. Turn both into numbers first: `right_b.double()`.")
paired_bootstrap.mistake(
    "relative gain", "return gain[chosen].mean(dim=1)", "return gain[chosen].mean(dim=1) / right_a.double().mean()",
    "You divide by the accuracy of A. The task asks for the plain difference of the two accuracies.")
paired_bootstrap.mistake(
    "size without sign", "return gain[chosen].mean(dim=1)", "return gain[chosen].mean(dim=1).abs()",
    "You drop the sign. Whether B is better or worse is what we want to know.")
paired_bootstrap.mistake(
    "signs flipped by chance", "    return gain[chosen].mean(dim=1)  # (D,)",
    "    return (gain * (2 * torch.randint(2, (draws, n), generator=generator) - 1)).mean(dim=1)",
    "You flip the sign of each item's gain by chance: that is a permutation test, which asks what would happen if "
    "there "
    "were no difference. The bootstrap draws items, with their gains as they are.")
paired_bootstrap.mistake(
    "one item too few", "torch.randint(n, (draws, n)", "torch.randint(n, (draws, n - 1)",
    "Your test sets hold N - 1 items. A drawn test set is as large as the one there is: N.")
paired_bootstrap.mistake(
    "last item never drawn", "torch.randint(n, ", "torch.randint(n - 1, ",
    "The last item is never drawn: `torch.randint(n, ...)` already stops before n.")
paired_bootstrap.mistake(
    "one draw for all", "torch.randint(n, (draws, n), generator=generator)", "torch.randint(n, (1, n), "
                                                                             "generator=generator).expand(draws, n)",
    "All your draws are one and the same test set. Draw new items for each.")
paired_bootstrap.mistake(
    "no generator", ", generator=generator)", ")",
    "You draw from torch's global generator, so that the result cannot be repeated. Hand `generator` on.")
paired_bootstrap.mistake(
    "own generator", "generator=generator)", "generator=torch.Generator().manual_seed(0))",
    "You make a generator of your own with a fixed seed, so that the caller cannot ask for other draws. Use the "
    "argument `generator`.")
paired_bootstrap.mistake(
    "a normal curve", "return gain[chosen].mean(dim=1)  # (D,)", "return gain.mean() + gain.std() / n**0.5 * "
                                                                 "torch.randn(draws, generator=generator)",
    "You draw from a normal curve around the gain. That is an approximation; the bootstrap draws test items.")
paired_bootstrap.mistake(
    "only items that differ", "chosen = torch.randint(n, (draws, n), generator=generator)",
    "keep = (right_a != right_b).nonzero()[:, 0]\n    chosen = keep[torch.randint(len(keep), (draws, n), "
    "generator=generator)]",
    "You draw only items on which the models differ. How many such items a test set holds is part of the "
    "uncertainty: draw from all.")
paired_bootstrap.mistake(
    "centred on 0", "return gain[chosen].mean(dim=1)", "return gain[chosen].mean(dim=1) - gain.mean()",
    "You subtract the gain itself, so that your draws lie around 0. That answers another question (what if there "
    "were no difference?). The task asks for the gains as they come.")
paired_bootstrap.also("a loop", """
def paired_bootstrap(right_a, right_b, draws, generator):
    gains = []
    for _ in range(draws):
        chosen = torch.randint(len(right_a), (len(right_a),), generator=generator)
        gains.append(right_b[chosen].float().mean() - right_a[chosen].float().mean())
    return torch.stack(gains)
""")
paired_bootstrap.also("how often each item is drawn", """
def paired_bootstrap(right_a, right_b, draws, generator):
    n = len(right_a)
    chosen = torch.multinomial(torch.ones(n), draws * n, replacement=True, generator=generator).reshape(draws, n)
    one = torch.ones(draws, n, dtype=torch.float64)
    counts = torch.zeros_like(one).scatter_add_(1, chosen, one)
    return (counts @ right_b.double() - counts @ right_a.double()) / n
""")
paired_bootstrap.also("uniform numbers", """
def paired_bootstrap(right_a, right_b, draws, generator):
    u = torch.rand(draws, right_a.numel(), generator=generator, dtype=torch.float64)
    index = (u * right_a.numel()).floor().long()
    return (right_b[index].sum(1) - right_a[index].sum(1)) / right_a.numel()
""")
