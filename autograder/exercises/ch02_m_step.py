"""Chapter 02: maximisation: from counts to a model."""

import torch

from autograder.exercises.ch02_common import THREE, TWO, exercise, model
from ngram2bert.hmm.em import e_step as _e_step
from ngram2bert.hmm.em import m_step as _m_step

m_step = exercise(
    "m_step", of=_m_step, points=3, minutes=12, level=2,
    parts={"one sentence": 1, "several sentences": 1, "nothing counted": 1},
    hints=["You have divided counts before, in `supervised_estimates`. What is different about these?",
           "Add up the counts of all sentences, part by part; then divide: start by its sum, trans and stop by how "
           "often the state was left, emit by how often it spoke. Expected counts may be smaller than 1.",
           "`torch.stack([sentence[i] for sentence in counts]).sum(0)` is the sum of part i. "
           "`leaving = trans.sum(1) + stop`. `torch.where(total > 0, part / total, 0.0)` makes 0 / 0 a 0."])


def expected(parameters, *sentences):
    """The argument `counts` for these sentences."""
    return dict(counts=[_e_step(*parameters, torch.tensor(words))[0] for words in sentences])


def silent(parameters, states):
    """The same model with so many states more that are never reached."""
    start, trans, stop, emit = parameters
    k, v = emit.shape
    wide = trans.new_zeros(k + states, k + states)
    wide[:k, :k] = trans
    wide[k:, 0] = 0.5
    return (torch.cat([start, start.new_zeros(states)]), wide, torch.cat([stop, stop.new_full((states,), 0.5)]),
            torch.cat([emit, emit.new_full((states, v), 1 / v)]))


@m_step.cases
def _(r):
    yield "one sentence", expected(TWO, [0, 2, 1])
    yield "one sentence", expected(THREE, [3, 1, 1, 0, 2])
    yield "several sentences", expected(TWO, [0], [2, 1, 1, 0, 2], [1, 2])
    yield "several sentences", expected(THREE, [1, 1], [0, 3, 2, 2, 1, 0], [2], [3, 3, 0])
    yield "nothing counted", expected(silent(TWO, 1), [0, 1, 2, 2], [1])
    yield "nothing counted", expected(silent(THREE, 2), [1, 3], [2, 0, 1])
    for part in ("one sentence", "several sentences", "nothing counted"):
        states, vocab = 2 + r.below(3), 2 + r.below(4)
        parameters = model(r, states, vocab)
        parameters = silent(parameters, 1) if part == "nothing counted" else parameters
        many = 1 if part == "one sentence" else 3
        yield part, expected(parameters, *[r.integers(1 + r.below(5), high=vocab).tolist() for _ in range(many)])


mistake = m_step.mistake
SUM = "torch.stack([sentence[part] for sentence in counts]).sum(0)"
SHARE = "torch.where(total > 0, part / total, 0.0)"
m_step.wrong("sentences averaged", """
def m_step(counts):
    found = []
    for start, trans, stop, emit in counts:
        leaving = trans.sum(1) + stop
        parts = start / start.sum(), trans / leaving[:, None], stop / leaving, emit / emit.sum(1, keepdim=True)
        found.append([part.nan_to_num(0.0) for part in parts])
    return tuple(torch.stack(part).mean(0) for part in zip(*found))
""", "You estimate a model from each sentence and average the models. A state that a sentence hardly visits then "
     "weighs as much as one that it is full of: add the *counts* of all sentences, then divide once.")
mistake(
    "the end left out of the row's sum", "leaving = trans.sum(1) + stop", "leaving = trans.sum(1)",
    "You divide by the moves alone. A state is left by a move *or* by the end: a row of `trans` and its `stop` sum to "
    "one together.")
mistake(
    "stop divided by the sentences", "share(stop, leaving)", "share(stop, stop.sum())",
    "Your `stop` is the distribution of last states. It is the probability to end *in this state*: divide by how often "
    "the state was left.")
mistake(
    "words given the state turned round", "emit.sum(1, keepdim=True)", "emit.sum(0, keepdim=True)",
    "You divide `emit` by how often each word occurs: that is p(state | word). Divide each row by its own sum.")
mistake(
    "one sum for all words", "emit.sum(1, keepdim=True)", "emit.sum()",
    "You divide `emit` by the sum of the whole table. Each row sums to one.")
mistake(
    "columns of trans", "leaving[:, None]", "trans.sum(0) + stop",
    "You divide `trans` by how often one *comes to* a state. Each row is divided by how often its state was left.")
mistake(
    "trans divided along the columns", "leaving[:, None]", "leaving",
    "`trans / leaving` divides the columns. Row i needs the number of row i: `leaving[:, None]`.")
mistake(
    "counts below one", SHARE, "part / total.clamp(min=1)",
    "`clamp(min=1)` was right for whole counts. Expected counts may be far below 1, and you then divide by too much.")
mistake(
    "zero divided by zero", SHARE, "part / total",
    "A state that is never reached gives 0 / 0: NaN, and the next E-step is NaN everywhere. Such entries are 0 here.")
mistake(
    "a little added below", SHARE, "part / (total + 1e-6)",
    "You add a small number below the line. Your rows no longer sum to one, and the likelihood may fall. Look at 0 / 0 "
    "by itself.")
mistake(
    "one added to everything", SHARE, "(part + 1) / (total + part.shape[-1])",
    "You add one to every count. The M-step takes the counts as they are; otherwise the likelihood may fall.")
mistake(
    "uniform where nothing was counted", SHARE, "torch.where(total > 0, part / total, 1 / part.shape[-1])",
    "Where nothing was counted you say uniform. The task asks for 0.")
mistake(
    "the first sentence only", SUM, "counts[0][part]",
    "You use the counts of the first sentence only.")
mistake(
    "the last sentence only", SUM, "counts[-1][part]",
    "You use the counts of the last sentence only.")
mistake(
    "start not divided", "share(start, start.sum())", "start",
    "Your `start` holds counts: with several sentences it sums to their number. Divide by its sum.")
mistake(
    "first counts overwritten", SUM,
    "counts[0][part].add_(sum(sentence[part] for sentence in counts[1:])).clone()",
    "You add into the counts of the first sentence, which belong to the caller. Make new tensors.")
mistake(
    "logarithms returned", SHARE, "torch.where(total > 0, part / total, 0.0).log()",
    "You return logarithms. `e_step` takes probabilities.")
mistake(
    "stop as what is left of trans", "share(stop, leaving)",
    "1 - torch.where(leaving > 0, trans.sum(1) / leaving, 0.0)",
    "You take for `stop` what `trans` leaves of one. A state that was never counted then always stops; there the "
    "answer is 0. Divide the counted ends.")
m_step.equivalent(
    f"{SUM} -> {SUM.replace('.sum(0)', '.mean(0)')}", "the mean of the counts, divided by its own sum, is the same")
m_step.also("loops and nan_to_num", """
def m_step(counts):
    start, trans, stop, emit = [part.clone() for part in counts[0]]
    for more in counts[1:]:
        start, trans, stop, emit = start + more[0], trans + more[1], stop + more[2], emit + more[3]
    moves = torch.cat([trans, stop[:, None]], 1)
    moves = (moves / moves.sum(1, keepdim=True)).nan_to_num(0.0)
    return start / len(counts), moves[:, :-1], moves[:, -1], (emit / emit.sum(1, keepdim=True)).nan_to_num(0.0)
""")
m_step.also("row by row", """
def m_step(counts):
    start, trans, stop, emit = (sum(c[i] for c in counts) for i in range(4))
    new = torch.zeros_like(trans), torch.zeros_like(stop), torch.zeros_like(emit)
    for k in range(len(start)):
        n = float(emit[k].sum())
        if n > 0:
            new[0][k], new[1][k], new[2][k] = trans[k] / n, stop[k] / n, emit[k] / n
    return start / float(start.sum()), *new
""")
