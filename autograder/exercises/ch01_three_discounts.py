"""Chapter 01: three discounts, read off the counts of counts."""

import torch

from autograder.exercises.ch01_common import exercise
from ngram2bert.ngrams.modified_kneser_ney import three_discounts as _three_discounts

three_discounts = exercise(
    "three_discounts", of=_three_discounts, points=3, minutes=12, level=2,
    parts={"enough text": 1, "too little text": 1, "another fallback": 1},
    tolerance=1e-4,  # integer tensors divide in single precision, and D_j is a difference
    hints=["The formula needs four numbers. How many n-grams were counted exactly once? Which of the four may be 0?",
           "`(counts == j).sum().item()` for j = 1 to 4; guard the divisions; compute Y, then the three discounts; if "
           "one of them is below 0 take the whole fallback.",
           "D_1 = 1 - 2 Y n_2 / n_1, D_2 = 2 - 3 Y n_3 / n_2, D_3 = 3 - 4 Y n_4 / n_3: n_4 stands only above the line, "
           "so it may be 0. Give `torch.tensor` the dtype float64."])


def _counts(*often):
    """Counts of which `often[j-1]` are j, the large ones first."""
    return torch.tensor([j for j in range(len(often), 0, -1) for _ in range(often[j - 1])], dtype=torch.int64)


def clear(n1, n2, n3, n4):
    """No discount so near 0 that rounding could decide its sign."""
    if n2 == 0:
        return False
    y = n1 / (n1 + 2 * n2)
    return all(abs(j * below - (j + 1) * y * above) > 0.05 for j, below, above in ((2, n2, n3), (3, n3, n4)))


@three_discounts.cases
def _(r):
    yield "enough text", dict(counts=_counts(6, 3, 2, 1))
    yield "enough text", dict(counts=torch.tensor([1, 2, 1, 3, 17, 1, 2, 1, 5, 1, 3, 2, 1, 1, 1, 2, 4, 9]))
    yield "enough text", dict(counts=_counts(5, 3, 2, 0, 1))
    yield "enough text", dict(counts=_counts(6, 3, 4, 1))
    yield "enough text", dict(counts=_counts(2, 6, 3, 1))
    for often in ((4, 2, 0, 1), (4, 0, 2, 1), (0, 3, 2, 1), (6, 1, 5, 1), (5, 4, 1, 6), (0,)):
        yield "too little text", dict(counts=_counts(*often))
    yield "another fallback", dict(counts=_counts(3, 2, 0, 1), fallback=(0.4, 0.9, 1.3))
    yield "another fallback", dict(counts=_counts(9, 4, 2, 1), fallback=(0.4, 0.9, 1.3))
    yield "another fallback", dict(counts=_counts(6, 1, 5, 1), fallback=(0.7, 1.1, 1.2))
    for part in ("enough text", "too little text", "another fallback", "enough text"):
        rich = part == "enough text"
        often = [0, 0, 0, 0]
        while not clear(*often[:4]):
            third = 1 + r.below(4) if rich else r.below(5)
            often = [r.below(9) + 6 * rich, 1 + r.below(5), third, r.below(3), r.below(3)]
        counts = torch.tensor(r.shuffled(_counts(*often).tolist()), dtype=torch.int64)
        low = r.between(0.2, 0.8)
        fallback = dict(fallback=(low, low + 0.4, low + 0.7)) if part == "another fallback" else {}
        yield part, dict(counts=counts) | fallback


three_discounts.mistake(
    "tokens for n-grams", "(counts == j).sum().item()", "j * (counts == j).sum().item()",
    "Your n_j counts tokens: j for each n-gram. It is the number of *different* n-grams that were counted exactly j "
    "times.")
three_discounts.mistake(
    "n_3 = three or more", "= ((counts == j).sum().item() for j in (1, 2, 3, 4))",
    "= ((counts >= j if j == 3 else counts == j).sum().item() for j in (1, 2, 3, 4))",
    "Your n_3 counts the n-grams counted three times *or more*. The discount D_3 is for all of those, but n_3 is "
    "exactly three.")
three_discounts.mistake(
    "n_4 = four or more", "= ((counts == j).sum().item() for j in (1, 2, 3, 4))",
    "= ((counts >= j if j == 4 else counts == j).sum().item() for j in (1, 2, 3, 4))",
    "Your n_4 counts the n-grams counted four times *or more*. n_4 is exactly four.")
three_discounts.mistake(
    "j or more everywhere", "(counts == j)", "(counts >= j)",
    "Your n_j count the n-grams counted j times *or more*. Each n_j is exactly j.")
three_discounts.mistake(
    "n_0 to n_3", "(1, 2, 3, 4)", "(0, 1, 2, 3)",
    "You are off by one: your first number is how many n-grams were counted 0 times, and there are none. n_1 to n_4 "
    "are needed.")
three_discounts.mistake(
    "every ratio over n_1", {"n3 / n2,": "n3 / n1,", "n4 / n3)": "n4 / n1)"}, "",
    "You divide by n_1 in all three. D_j has the ratio of two neighbours: n_(j+1) over n_j.")
three_discounts.mistake(
    "Y without the 2", "(n1 + 2 * n2)", "(n1 + n2)", "Y is n_1 / (n_1 + 2 n_2): the n_2 counts twice.")
three_discounts.mistake(
    "Y with the 2 in the wrong place", "(n1 + 2 * n2)", "(2 * n1 + n2)",
    "In Y the n_2 counts twice, not the n_1: n_1 / (n_1 + 2 n_2).")
three_discounts.mistake(
    "Y left out", "y = n1 / (n1 + 2 * n2)", "y = 1", "Your discounts leave out Y: it stands in all three.")
three_discounts.mistake(
    "j for j+1", {"1 - 2 * y": "1 - 1 * y", "2 - 3 * y": "2 - 2 * y", "3 - 4 * y": "3 - 3 * y"}, "",
    "You multiply by j. The formula says j+1: D_1 = 1 - 2 Y n_2 / n_1, and so on.")
three_discounts.mistake(
    "ratio upside down", {"n2 / n1,": "n1 / n2,", "n3 / n2,": "n2 / n3,", "n4 / n3)": "n3 / n4)"}, "",
    "Your ratio is upside down: n_(j+1) stands above the line, n_j below.")
three_discounts.mistake(
    "one discount for all", "(1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)", "(y, y, y)",
    "You use Y, the one discount of Ney's formula, three times. Modified Kneser-Ney takes more from larger counts.")
three_discounts.mistake(
    "division by 0", "if n1 and n2 and n3:", "if True:",
    "A small text may have no n-gram counted exactly once, twice or three times, and your code divides by 0. Return "
    "the fallback there.")
three_discounts.mistake(
    "n_4 of 0 called too little", "if n1 and n2 and n3:", "if n1 and n2 and n3 and n4:",
    "You take the fallback where n_4 is 0. Nothing is divided by n_4: D_3 is then 3.")
three_discounts.mistake(
    "fallback for one discount", {"        if min(found) >= 0:\n": "", "            fallback = found":
                                  "        fallback = [d if d >= 0 else f for d, f in zip(found, fallback)]"}, "",
    "You replace only the discount that came out below 0. If one is impossible the counts can't be trusted: all three "
    "are the fallback.")
three_discounts.mistake(
    "negative discounts kept", "if min(found) >= 0:", "if True:",
    "A discount came out below 0 and you return it: the model would *add* to counts. Return the fallback there.")
three_discounts.mistake(
    "negative discounts set to 0", {"        if min(found) >= 0:\n": "", "            fallback = found":
                                    "        fallback = [max(d, 0) for d in found]"}, "",
    "You set a discount below 0 to 0. The task asks for the whole fallback there.")
three_discounts.mistake(
    "discount of 0 called impossible", "min(found) >= 0", "min(found) > 0",
    "A discount of exactly 0 is possible. Only one *below* 0 makes you take the fallback.")
three_discounts.mistake(
    "`fallback` ignored", "torch.tensor(fallback, dtype=torch.float64)",
    "torch.tensor(found if n1 and n2 and n3 and min(found) >= 0 else (0.5, 1.0, 1.5), dtype=torch.float64)",
    "You return 0.5, 1.0, 1.5 whatever `fallback` is. They are only its default.")
three_discounts.mistake(
    "single precision", "torch.tensor(fallback, dtype=torch.float64)", "torch.tensor(fallback)",
    "`torch.tensor` of Python numbers is single precision. The task asks for float64: give the dtype.")
three_discounts.also("a list", """
def three_discounts(counts, fallback=(0.5, 1.0, 1.5)):
    n = [counts.tolist().count(j) for j in range(5)]
    if min(n[1], n[2], n[3]) == 0:
        return torch.tensor(fallback, dtype=torch.float64)
    y = n[1] / (n[1] + 2 * n[2])
    d = torch.tensor([j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3)], dtype=torch.float64)
    return torch.tensor(fallback, dtype=torch.float64) if (d < 0).any() else d
""")
three_discounts.also("bincount, divisions left to floats", """
def three_discounts(counts, fallback=(0.5, 1.0, 1.5)):
    n = torch.bincount(counts, minlength=5)[:5].double()
    j = torch.arange(1, 4)
    d = j - (j + 1) * n[1] / (n[1] + 2 * n[2]) * n[2:5] / n[1:4]
    fine = d.isfinite().all() and d.min() >= 0
    return d if fine else torch.tensor(fallback, dtype=torch.float64)
""")
three_discounts.also("tensors without a guard, single precision on the way", """
def three_discounts(counts, fallback=(0.5, 1.0, 1.5)):
    n = [(counts == j).sum() for j in range(5)]
    y = n[1] / (n[1] + 2 * n[2])
    d = torch.stack([j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3)])
    return torch.where(((d >= 0) & (d <= torch.arange(1, 4))).all(), d, torch.tensor(fallback)).double()
""")
