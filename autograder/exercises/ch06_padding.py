"""Chapter 06: sequences of different length."""

import torch

from autograder.exercises.ch06_common import exercise, numbers
from ngram2bert.lstm.padding import last_states as _last_states
from ngram2bert.lstm.padding import reverse_padded as _reverse_padded

last_states = exercise(
    "last_states", of=_last_states, points=1, minutes=5, level=1,
    parts={"all": 1},
    hints=["At which step does a sequence of 3 words end, counted from 0?",
           "Index hs with two tensors of B numbers at once: a step and a column for each sequence.",
           "`hs[lengths - 1, torch.arange(len(lengths))]`."])


@last_states.cases
def _(r):
    def case(steps, size, *lengths, start=0.0):
        return dict(hs=numbers(None, steps, len(lengths), size, start=start), lengths=torch.tensor(lengths))

    yield "all", case(3, 1, 2, 3)
    yield "all", case(4, 2, 1, 4, 2, start=5)
    yield "all", case(3, 2, 3, 1, 2, start=8)  # T, B and the lengths fit one another in every order
    yield "all", case(1, 3, 1, 1, start=12)
    yield "all", case(5, 2, 3, start=21)
    yield "all", case(4, 3, 3, 3, 3, 3, start=2)
    padded = case(3, 2, 2, 3, start=33)
    padded["hs"][2, 0] = 0  # as a careful library leaves it
    yield "all", padded
    yield "all", dict(hs=numbers(None, 2, 4, 3, start=60).transpose(0, 1), lengths=torch.tensor([2, 4]))
    steps, batch = 2 + r.below(6), 2 + r.below(5)
    yield "all", dict(hs=r.normal(steps, batch, 1 + r.below(4)), lengths=r.integers(batch, low=1, high=steps + 1))


LAST = "hs[lengths - 1, torch.arange(len(lengths))]"
last_states.mistake(
    "the last row", LAST, "hs[-1]",
    "You take the last row for all. A short sequence has only padding there: its own last step is length - 1.")
last_states.mistake(
    "`out[:, -1]`", LAST, "hs[:, -1]",
    "`hs[:, -1]` is the last *sequence* here, for time is the first axis; and even batch first it would be padding.")
last_states.mistake(
    "one step too late", LAST, "hs[lengths.clamp(max=len(hs) - 1), torch.arange(len(lengths))]",
    "You take step `length`, counted from 0: that is the first one of the padding. The last real one is length - 1.")
last_states.mistake(
    "one step too early", LAST, "hs[(lengths - 2).clamp(min=0), torch.arange(len(lengths))]",
    "You take the last step but one.")
last_states.mistake(
    "columns not named", LAST, "hs[lengths - 1]",
    "`hs[lengths - 1]` takes these steps of *all* sequences, (B, B, h). Give the column of each as well.")
last_states.mistake(
    "step and column exchanged", LAST, "hs.transpose(0, 1)[(lengths - 1) % hs.shape[1], torch.arange(len(lengths)) % "
    "len(hs)]",
    "You take the first index for the sequence and the second for the step. Time is the first axis of hs.")
last_states.mistake(
    "mean over time", LAST, "hs.mean(0)",
    "You average over all steps, the padding too. The state after the last real step is asked for.")
last_states.mistake(
    "mean over the real steps", LAST,
    "torch.stack([hs[:n, b].mean(0) for b, n in enumerate(lengths.tolist())])",
    "You average over the real steps. The state after the last one is asked for.")
last_states.mistake(
    "the first step", LAST, "hs[0]",
    "You take the first step, which has read one word. The last real one has read them all.")
last_states.mistake(
    "largest over time", LAST, "hs.amax(0)",
    "You take the largest value over time. The state after the last real step is asked for.")
last_states.mistake(
    "one length for all", LAST, "hs[lengths[0] - 1]",
    "You use the first sequence's length for all.")
last_states.mistake(
    "shortest length for all", LAST, "hs[lengths.min() - 1]",
    "You cut all sequences to the shortest.")
last_states.mistake(
    "longest length for all", LAST, "hs[lengths.max() - 1]",
    "You take the last step of the longest sequence for all; the shorter ones have only padding there.")
last_states.mistake(
    "counted from the end", LAST, "hs[-lengths, torch.arange(len(lengths))]",
    "You count from the end of the padded row. The padding stands behind: step length - 1 from the start.")
last_states.mistake(
    "axes left in", LAST, "hs[lengths - 1, torch.arange(len(lengths))][None]",
    "Your answer has an axis of length 1 too many. It is (B, h).")
last_states.mistake(
    "lengths in order of size", LAST, "hs[lengths.sort().values - 1, torch.arange(len(lengths))]",
    "You sort the lengths, and then they belong to other sequences. Sorting was needed for packing only.")
last_states.wrong("last step that is not 0", """
def last_states(hs, lengths):
    return torch.stack([hs[:, b][hs[:, b].abs().sum(1) > 0][-1] for b in range(hs.shape[1])])
""", "You look for the last row that is not 0. Padded steps are not 0 after an LSTM: use `lengths`.")
last_states.also("gather", """
def last_states(hs, lengths):
    where = (lengths - 1).view(1, -1, 1).expand(1, -1, hs.shape[2])
    return hs.gather(0, where).squeeze(0)
""")
last_states.also("a loop", """
def last_states(hs, lengths):
    return torch.stack([hs[n - 1, b] for b, n in enumerate(lengths.tolist())])
""")
last_states.also("a mask and a sum", """
def last_states(hs, lengths):
    is_last = torch.arange(1, len(hs) + 1)[:, None] == lengths
    return (hs * is_last[:, :, None]).sum(0)
""")

reverse_padded = exercise(
    "reverse_padded", of=_reverse_padded, points=2, minutes=10, level=2,
    parts={"two sequences": 1, "more": 1},
    hints=["A sequence has 4 steps. Which one comes to step 0, which to step 1, and what happens to step 4?",
           "For each step and sequence work out which step comes there: length - 1 - t inside, t itself in the "
           "padding. "
           "Then index once.",
           "`t = torch.arange(len(xs))[:, None]`; `source = torch.where(t < lengths, lengths - 1 - t, t)`, (T, B); "
           "`xs[source, torch.arange(len(lengths))]`."])


@reverse_padded.cases
def _(r):
    def case(steps, size, *lengths, start=0.0):
        return dict(xs=numbers(None, steps, len(lengths), size, start=start), lengths=torch.tensor(lengths))

    yield "two sequences", case(3, 1, 2, 3)
    yield "two sequences", case(4, 2, 3, 1, start=5)
    yield "two sequences", case(4, 1, 0, 4, start=9)
    yield "two sequences", case(5, 2, 3, 2, start=14)
    yield "more", case(3, 2, 3, 1, 2, start=8)
    yield "more", case(1, 2, 1, 0, 1, start=12)
    yield "more", case(6, 1, 4, 6, 3, 5, start=3)
    yield "more", dict(xs=numbers(None, 3, 5, 2, start=60).transpose(0, 1), lengths=torch.tensor([5, 2, 4]))
    for part, batch in (("two sequences", 2), ("more", 3 + r.below(4))):
        steps = 3 + r.below(5)
        lengths = r.integers(batch, low=0, high=steps + 1)
        lengths[0] = 2 + r.below(steps - 2)
        yield part, dict(xs=r.normal(steps, batch, 1 + r.below(3)), lengths=lengths)


SOURCE = "torch.where(t < lengths, lengths - 1 - t, t)"
reverse_padded.mistake(
    "flip", "return xs[source, torch.arange(len(lengths))]", "return xs.flip(0)",
    "You turn the whole table round, so short sequences now *begin* with padding, and an LSTM reads that first. "
    "Reverse "
    "each within its own length.")
reverse_padded.mistake(
    "padding in front, nothing reversed",
    "return xs[source, torch.arange(len(lengths))]",
    "return torch.stack([xs[:, b].roll(len(xs) - n, 0) for b, n in enumerate(lengths.tolist())], dim=1)",
    "You move the padding to the front. The order of each sequence is to be reversed, and the padding stays behind.")
reverse_padded.mistake(
    "one step off", SOURCE, "torch.where(t < lengths, (lengths - t).clamp(max=len(xs) - 1), t)",
    "You read step length - t: for t = 0 that is the first of the padding. The last real one is length - 1.")
reverse_padded.mistake(
    "last step left where it is", SOURCE, "torch.where(t < lengths - 1, lengths - 2 - t, t).clamp(min=0)",
    "You leave the last real step out of the reversal.")
reverse_padded.mistake(
    "padding reversed too", SOURCE, "torch.where(t < lengths, lengths - 1 - t, len(xs) - 1 - (t - lengths))",
    "You reverse the padding as well, perhaps by an index that became negative. It stays as it is.")
reverse_padded.mistake(
    "padding set to 0", "return xs[source, torch.arange(len(lengths))]",
    "return xs[source, torch.arange(len(lengths))] * (t < lengths)[:, :, None]",
    "You set the padding to 0. It stays as it is: this function only changes the order.")
reverse_padded.mistake(
    "one length for all", SOURCE, "torch.where(t < lengths[0], lengths[0] - 1 - t, t).expand(-1, len(lengths))",
    "You use the first sequence's length for all.")
reverse_padded.mistake(
    "longest length for all", SOURCE, "torch.where(t < lengths.max(), lengths.max() - 1 - t, t).expand(-1, "
                                      "len(lengths))",
    "You use the longest length for all, so padding comes to the front of the shorter ones.")
reverse_padded.mistake(
    "nothing done", "return xs[source, torch.arange(len(lengths))]", "return xs",
    "You return the sequences as they were.")
reverse_padded.mistake(
    "the sequences exchanged", "return xs[source, torch.arange(len(lengths))]", "return xs.flip(1)",
    "You reverse the order of the *sequences*. Time is the first axis.")
reverse_padded.mistake(
    "the features reversed", "return xs[source, torch.arange(len(lengths))]", "return xs.flip(2)",
    "You reverse the features of each vector. The steps are to be reversed.")
reverse_padded.mistake(
    "columns not named", "xs[source, torch.arange(len(lengths))]", "xs[source]",
    "You index the steps only and get (T, B, B, m). Give the column of each sequence as well.")
reverse_padded.mistake(
    "sequences in order of length", "torch.arange(len(lengths))]", "lengths.argsort(descending=True, stable=True)]",
    "You sort the sequences by length and do not bring them back. The columns stay where they are.")
reverse_padded.mistake(
    "a loop without a copy", "return xs[source, torch.arange(len(lengths))]",
    "for b, n in enumerate(lengths.tolist()):\n        for s in range(n):\n            xs[s, b] = xs[n - 1 - s, b]\n "
    "   "
    "return xs",
    "You write over steps that you still have to read, and into the caller's tensor. Make a new one.")
reverse_padded.mistake(
    "the caller's tensor written over", "return xs[source, torch.arange(len(lengths))]",
    "return xs.copy_(xs[source, torch.arange(len(lengths))])",
    "Your answer is right, but it stands in the caller's tensor as well. Make a new one.")
reverse_padded.mistake(
    "cut to the longest", "return xs[source, torch.arange(len(lengths))]",
    "return xs[source, torch.arange(len(lengths))][: lengths.min()]",
    "You cut all sequences to the shortest. The result has the shape of xs.")
reverse_padded.mistake(
    "only whole sequences reversed", SOURCE, "torch.where(lengths == len(xs), lengths - 1 - t, t)",
    "You reverse only the sequences without padding. The others are read backwards as well, within their length.")
reverse_padded.mistake(
    "the sequence rolled", SOURCE, "torch.where(t < lengths, (t - 1) % lengths.clamp(min=1), t)",
    "You move each sequence by one step. Its order is to be reversed: step length - 1 - t comes to step t.")
reverse_padded.mistake(
    "batch first", SOURCE, "torch.where(t < lengths, lengths - 1 - t, t).T.reshape(len(xs), -1)",
    "Your table of steps is (B, T), brought into shape by `reshape`. Time is the first axis: (T, B).")
reverse_padded.also("a loop with flip", """
def reverse_padded(xs, lengths):
    turned = xs.clone()
    for b, n in enumerate(lengths.tolist()):
        turned[:n, b] = xs[:n, b].flip(0)
    return turned
""")
reverse_padded.also("gather", """
def reverse_padded(xs, lengths):
    t = torch.arange(xs.shape[0]).unsqueeze(1).expand(-1, xs.shape[1])
    back = lengths - 1 - t
    source = back * (back >= 0) + t * (back < 0)
    return torch.gather(xs, 0, source.unsqueeze(-1).expand_as(xs))
""")
reverse_padded.also("sorting", """
def reverse_padded(xs, lengths):
    t = torch.arange(len(xs))[:, None]
    order = torch.where(t < lengths, -t, t).argsort(0)
    return torch.stack([xs[order[:, b], b] for b in range(xs.shape[1])], 1)
""")
