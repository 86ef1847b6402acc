"""Chapter 04: positive pointwise mutual information."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch04_common import exercise, ids
from ngram2bert.vectors.ppmi import ppmi as _ppmi

ppmi = exercise(
    "ppmi", of=_ppmi, points=3, minutes=14, level=2,
    parts={"plain": 1, "shift and smoothing": 1, "what never came": 1},
    hints=["How often would the two stand together if they had nothing to do with each other?",
           "The share of each pair, the share of each word (the sum of its row), and the contexts' shares: their sums "
           "to the power `smoothing`, divided by the sum of *that*. The shift is subtracted before negative values "
           "become 0.",
           "`n = counts.double()`, `q = n.sum(0) ** smoothing`, `pmi = (n / (n.sum(1, keepdim=True) * q / "
           "q.sum())).log()`, in which the total has cancelled; then `pmi - math.log(shift)`, NaN to 0, and "
           "`clamp(min=0)`."])


@ppmi.cases
def _(r):
    plain = dict(shift=1.0, smoothing=1.0)
    yield "plain", dict(counts=ids([6, 1, 2], [1, 4, 3], [5, 2, 9]), **plain)
    yield "plain", dict(counts=ids([0, 7, 1], [3, 0, 2], [8, 1, 0]), **plain)
    yield "plain", dict(counts=ramp(4, 4, start=3.0).abs() * 20, **plain)
    yield "shift and smoothing", dict(counts=ids([9, 1, 2], [1, 4, 3], [5, 2, 30]))
    yield "shift and smoothing", dict(counts=ids([40, 1, 2], [1, 14, 3], [0, 2, 9]), shift=1.5, smoothing=0.75)
    yield "shift and smoothing", dict(counts=ids([25, 1, 0], [3, 14, 1], [0, 2, 7]), shift=2.0, smoothing=0.5)
    yield "shift and smoothing", dict(counts=ids([60, 9, 0, 1], [2, 5, 1, 8], [0, 7, 3, 2], [4, 0, 6, 1]), shift=0.5)
    yield "what never came", dict(counts=ids([0, 4, 0], [3, 2, 0], [0, 0, 0]))
    yield "what never came", dict(counts=ids([5, 0, 1], [2, 0, 7], [0, 0, 3]), shift=0.4, smoothing=0.5)
    yield "what never came", dict(counts=ids([0, 0, 0], [2, 1, 7], [4, 0, 1]), **plain)
    v = 4 + r.below(3)
    counts = 1 + r.integers(v, v, high=30)
    yield "plain", dict(counts=counts, **plain)
    counts = r.integers(v, v, high=30) * (r.uniform(v, v) < 0.7) + torch.diag(30 + r.integers(v, high=50))
    yield "shift and smoothing", dict(counts=counts, shift=r.between(1.2, 3), smoothing=r.between(0.3, 0.9))
    counts = counts.clone()
    counts[r.below(v)] = 0
    counts[:, r.below(v)] = 0
    yield "what never came", dict(counts=counts, shift=r.between(0.5, 1), smoothing=r.between(0.4, 0.9))


PMI = "(n / (n.sum(1, keepdim=True) * q / q.sum())).log()"
LAST = "(pmi - math.log(shift)).nan_to_num(0.0).clamp(min=0)"
ppmi.mistake(
    "negative values kept", ".nan_to_num(0.0).clamp(min=0)",
    ".nan_to_num(0.0, neginf=0.0)",
    "You keep negative values. Positive PMI makes them 0: of pairs rarer than chance a text this small knows too "
    "little.")
ppmi.mistake(
    "absolute value", "clamp(min=0)", "nan_to_num(0.0).clamp(min=-1e9).abs()",
    "You take the absolute value. Negative values become 0.")
ppmi.mistake(
    "the shift after the maximum", LAST, "pmi.nan_to_num(0.0).clamp(min=0) - math.log(shift)",
    "You take the maximum first and shift afterwards, so there are negative numbers again. Shift, then the maximum.")
ppmi.mistake(
    "the maximum before and after the shift", LAST,
    "(pmi.nan_to_num(0.0).clamp(min=0) - math.log(shift)).clamp(min=0) * (n > 0)",
    "You take the maximum before the shift as well. With a shift below 1, pairs a little rarer than chance should come "
    "out as they are, and yours all come out alike: shift first.")
ppmi.mistake(
    "shift without logarithm", "math.log(shift)", "shift",
    "You subtract the shift itself. It is its logarithm: log k.")
ppmi.mistake(
    "shift - 1", "math.log(shift)", "(shift - 1)",
    "You subtract shift - 1. It is the logarithm of the shift.")
ppmi.mistake(
    "shift added", "pmi - math.log(shift)", "pmi + math.log(shift)",
    "You add log k. It is subtracted: k noise words for each pair make every pair look k times less likely.")
ppmi.mistake(
    "`shift` ignored", "pmi - math.log(shift)", "pmi",
    "You do not use `shift`. Subtract its logarithm before the maximum.")
ppmi.mistake(
    "`smoothing` ignored", "** smoothing", "** 1.0",
    "You do not use `smoothing`. The contexts' sums are raised to it before they are divided by their sum.")
ppmi.mistake(
    "always 0.75", "** smoothing", "** 0.75",
    "You raise to 0.75 whatever `smoothing` is.")
ppmi.mistake(
    "smoothed and not normalised", "q / q.sum()", "q / n.sum()",
    "You divide the smoothed contexts by the sum of the counts, so they do not sum to 1. Divide by *their* sum.")
ppmi.mistake(
    "normalised before the power", {"n.sum(0) ** smoothing": "(n.sum(0) / n.sum()) ** smoothing", "q / q.sum()": "q"},
    "",
    "You normalise the contexts before the power only. Afterwards they no longer sum to 1: divide by their sum.")
ppmi.mistake(
    "words smoothed for contexts", PMI,
    "(n / (n.sum(1, keepdim=True) ** smoothing / (n.sum(1) ** smoothing).sum() * n.sum(0))).log()",
    "You smooth the rows' sums and leave the columns' as they are. Rows are words, columns contexts, and it is the "
    "contexts whose distribution is smoothed.")
ppmi.mistake(
    "both smoothed", "n.sum(1, keepdim=True) * q",
    "n.sum() * n.sum(1, keepdim=True) ** smoothing / (n.sum(1) ** smoothing).sum() * q",
    "You smooth words and contexts. Only the contexts' distribution is smoothed.")
ppmi.mistake(
    "the pairs smoothed",
    "n = counts.double()", "n = counts.double() ** smoothing",
    "You raise the pairs' counts to the power. Only the contexts' sums are smoothed.")
ppmi.mistake(
    "columns for rows", "n.sum(1, keepdim=True)", "n.sum(0)[:, None]",
    "You take the word's share from its column. The sum of its *row* was asked for.")
ppmi.mistake(
    "the words divided out alone", "n.sum(1, keepdim=True) * q / q.sum()", "n.sum(1, keepdim=True)",
    "You divide by the word's share alone. That is how likely the context is after the word; compare it with how "
    "likely it is at all.")
ppmi.mistake(
    "the contexts divided out alone", "n.sum(1, keepdim=True) * q / q.sum()", "n.sum() * q / q.sum()",
    "You divide by the context's share alone. Chance is the product of the two shares.")
ppmi.mistake(
    "mutual information", "return (pmi", "pmi = n / n.sum() * pmi\n    return (pmi",
    "You weigh each entry by its share. That is its part in the mean; pointwise, it is the logarithm alone.")
ppmi.mistake(
    "two totals", "n.sum(1, keepdim=True) * q", "n.sum() * n.sum(1, keepdim=True) / n.triu().sum() * q",
    "You divide pairs by one total and words by another. Both are counted in this table: its whole sum, for pairs and "
    "for words, and then it cancels.")
ppmi.mistake(
    "bits", PMI, "(n / (n.sum(1, keepdim=True) * q / q.sum())).log2()",
    "You take the logarithm to base 2. The task is in nats, and log k is natural as well.")
ppmi.mistake(
    "no logarithm", PMI, "n / (n.sum(1, keepdim=True) * q / q.sum())",
    "You leave out the logarithm. PMI is the *logarithm* of how much more often than chance.")
ppmi.mistake(
    "log of 1 + x", PMI, "(n / (n.sum(1, keepdim=True) * q / q.sum())).log1p()",
    "You take log(1 + x). That is never negative and never needs a maximum, but it is no PMI.")
ppmi.mistake(
    "NaN for what never came", ".nan_to_num(0.0)", "",
    "A word or context that never came gives 0/0, and NaN is left in its row. Put 0 there: one NaN spoils the whole "
    "singular value decomposition.")
ppmi.mistake(
    "0 before the shift", LAST, "(pmi.nan_to_num(0.0, neginf=0.0) - math.log(shift)).clamp(min=0)",
    "You turn pairs that never came into 0 *before* the shift. With a shift below 1 they then get a positive value: "
    "what never came stays 0.")
ppmi.mistake(
    "one added to each count", "n = counts.double()", "n = counts.double() + 1",
    "You add 1 to each count. Most pairs never came, so the added ones soon outweigh the text.")
ppmi.mistake(
    "a little something in the logarithm", PMI, "((n + 1e-8) / (n.sum(1, keepdim=True) * q / q.sum() + 1e-8)).log()",
    "You add a small number so that nothing is divided by 0. It changes every entry, and those of rare words most.")
ppmi.mistake(
    "float32", "n = counts.double()", "n = counts.float()",
    "You compute in float32. Take `counts.double()` first.")
ppmi.also("in logarithms", """
def ppmi(counts, shift=1.0, smoothing=0.75):
    n = counts.to(torch.float64)
    log_q = smoothing * n.sum(0).log()
    if smoothing == 0:
        log_q = torch.zeros(len(n), dtype=torch.float64)
    log_q = log_q - torch.logsumexp(log_q, 0)
    pmi = n.log() - n.sum(1, keepdim=True).log() - log_q - math.log(shift)
    return torch.where(n > 0, pmi, 0.0).clamp(min=0)
""")
ppmi.also("pair by pair", """
def ppmi(counts, shift=1.0, smoothing=0.75):
    rows, columns = counts.sum(1).tolist(), [c ** smoothing for c in counts.sum(0).tolist()]
    answer = torch.zeros(counts.shape, dtype=torch.float64)
    for i, j in counts.nonzero().tolist():
        chance = rows[i] * columns[j] / sum(columns)
        answer[i, j] = max(0.0, math.log(counts[i, j].item() / chance / shift))
    return answer
""")
ppmi.also("the ratio limited before the logarithm", """
def ppmi(counts, shift=1.0, smoothing=0.75):
    n = counts.double()
    context = n.sum(0) ** smoothing
    expected = torch.outer(n.sum(1), context / context.sum())
    ratio = torch.where(n > 0, n, 0) / torch.where(n > 0, expected, 1)
    return torch.clamp(ratio / shift, min=1.0).log()
""")
ppmi.equivalent("n.sum(0) -> n.mean(0)", "a factor that all contexts share: q is divided by its own sum")
