"""Chapter 06: batches that follow one another."""

import torch

from autograder.exercises.ch06_common import exercise
from ngram2bert.lstm.batches import contiguous_batches as _contiguous_batches

contiguous_batches = exercise(
    "contiguous_batches", of=_contiguous_batches, points=3, minutes=12, level=2,
    parts={"one batch": 1, "the next batches": 2},
    probe="""
    def probe(target, text, B, T):
        return {"batches": [(inputs, targets) for inputs, targets in target(text, B, T)], "text": text}
    """,
    hints=["Of N words, how many have a word after them? How many of these does each of the B columns get?",
           "Make two tables (L, B) first, one of the inputs and one of the targets, and cut both into pieces of T "
           "rows. "
           "The targets are the same words, from one place further on in the *text*.",
           "`L = (len(text) - 1) // B`; `text[: B * L].reshape(B, L).T` and `text[1 : B * L + 1].reshape(B, L).T`; "
           "`for start in range(0, L, T)` yield rows `start : start + T` of both."])


@contiguous_batches.cases
def _(r):
    def text(count, start=0):
        return start + torch.arange(count) * 7 % 100  # a word and the one after it are never next-door numbers

    yield "one batch", dict(text=torch.arange(7), B=2, T=3)
    yield "one batch", dict(text=text(9), B=2, T=9)
    yield "one batch", dict(text=text(5), B=1, T=4)
    yield "one batch", dict(text=text(6, 50), B=5, T=2)
    yield "one batch", dict(text=text(3), B=3, T=2)  # no column has a step
    yield "one batch", dict(text=text(15, 3), B=4, T=3)
    yield "the next batches", dict(text=torch.arange(11), B=2, T=3)
    yield "the next batches", dict(text=text(20), B=3, T=2)
    yield "the next batches", dict(text=text(13), B=3, T=2)
    yield "the next batches", dict(text=text(8), B=1, T=3)
    yield "the next batches", dict(text=text(26, 9), B=4, T=1)
    yield "the next batches", dict(text=torch.stack([text(17), text(17, 5)], 1)[:, 0], B=2, T=4)  # not contiguous
    columns, steps = 1 + r.below(5), 1 + r.below(6)
    yield "one batch", dict(text=r.integers(columns * steps + 1 + r.below(columns), high=1000), B=columns, T=steps)
    count = columns * (2 * steps + 1 + r.below(9)) + 1 + r.below(columns)
    yield "the next batches", dict(text=r.integers(count, high=1000), B=columns, T=steps)


LENGTH = "L = (len(text) - 1) // B"
INPUTS = "inputs = text[: B * L].reshape(B, L).T"
TARGETS = "targets = text[1 : B * L + 1].reshape(B, L).T"
LOOP = "for start in range(0, L, T):"
YIELD = "yield inputs[start : start + T], targets[start : start + T]"
contiguous_batches.mistake(
    "a target lost at each border", YIELD, "yield inputs[start : start + T - 1], inputs[start + 1 : start + T]",
    "You take the targets from inside the batch, so the first word of every batch is nobody's target. The target of "
    "the "
    "last row is the first input of the *next* batch.")
contiguous_batches.wrong("targets end with their column", """
def contiguous_batches(text, B, T):
    L = len(text) // B
    columns = text[: B * L].reshape(B, L).T
    for start in range(0, L - 1, T):
        end = min(start + T, L - 1)
        yield columns[start:end], columns[start + 1 : end + 1]
""", "You cut the columns first and shift inside each, so the last word of a column is never an input and the first "
     "never "
     "a target. Shift in the *text*: B (N-1)//B words are predicted.")
contiguous_batches.wrong("a text that bites its tail", """
def contiguous_batches(text, B, T):
    L = len(text) // B
    inputs = text[: B * L].reshape(B, L).T
    targets = text.roll(-1)[: B * L].reshape(B, L).T
    for start in range(0, L, T):
        yield inputs[start : start + T], targets[start : start + T]
""", "You roll the text, so its first word follows its last one. The last word has no target: only N-1 words have one.")
contiguous_batches.mistake(
    "columns interleaved", {INPUTS: "inputs = text[: B * L].reshape(L, B)", TARGETS: "targets = text[1 : B * L + "
                            "1].reshape(L, B)"}, "",
    "You reshape to (L, B), so a column jumps by B words at each step. Reshape to (B, L), each row one piece of "
    "text, and "
    "transpose it: `.T` swaps the axes, `reshape` keeps the words in their order.")
contiguous_batches.mistake(
    "batch first", YIELD, "yield inputs[start : start + T].T, targets[start : start + T].T",
    "Your batches are (B, T). Time is the first axis: (T, B).")
contiguous_batches.mistake(
    "targets are the inputs", "targets = text[1 : B * L + 1]", "targets = text[: B * L]",
    "Your targets are the inputs themselves: the network learns to copy, and its loss falls to nothing. The target is "
    "the *next* word.")
contiguous_batches.mistake(
    "targets two words on", {LENGTH: "L = (len(text) - 2) // B", "text[1 : B * L + 1]": "text[2 : B * L + 2]"}, "",
    "Your targets are two words on. The next word is one on.")
contiguous_batches.mistake(
    "the word before as target", {INPUTS: "inputs = text[1 : B * L + 1].reshape(B, L).T", TARGETS:
                                  "targets = text[: B * L].reshape(B, L).T"}, "",
    "Your targets are the words *before* the inputs. The network reads forwards and predicts what comes next.")
contiguous_batches.mistake(
    "last batch dropped", LOOP, "for start in range(0, L - T + 1, T):",
    "You drop the last batch where it has fewer than T steps. It is text too: let it be shorter.")
contiguous_batches.mistake(
    "one batch only", LOOP, "for start in range(0, min(L, T), T):",
    "You yield the first T steps only.")
contiguous_batches.mistake(
    "batches overlap", LOOP, "for start in range(L):",
    "Your batches begin one step after one another, so every word is read T times and no state fits. The next batch "
    "begins where the last one ended.")
contiguous_batches.mistake(
    "one step of overlap", LOOP, "for start in range(0, L, max(T - 1, 1)):",
    "Each batch begins with the last step of the one before, so that step is trained twice, and the carried state has "
    "read it already.")
contiguous_batches.mistake(
    "a step left out", LOOP, "for start in range(0, L, T + 1):",
    "You leave out a step between two batches: its words are neither read nor predicted.")
contiguous_batches.mistake(
    "last batch ends with the text", YIELD,
    "start = max(0, min(start, L - T))\n        yield inputs[start : start + T], targets[start : start + T]",
    "You move the last batch back so that it has T steps. It then repeats steps that the carried state has read: let "
    "it be "
    "shorter.")
contiguous_batches.mistake(
    "steps and columns exchanged", {LENGTH: "B, T = T, B\n    L = (len(text) - 1) // B"}, "",
    "You take T for the number of columns and B for the number of steps.")
contiguous_batches.mistake(
    "T is the number of batches", LOOP, "T = -(-L // T)\n    for start in range(0, L, max(T, 1)):",
    "You make T batches. T is how many steps are in one.")
contiguous_batches.wrong("the text cut batch by batch", """
def contiguous_batches(text, B, T):
    size = B * T
    for start in range(0, len(text) - 1, size):
        piece = text[start : start + size + 1]
        L = (len(piece) - 1) // B
        if L:
            yield piece[: B * L].reshape(B, L).T, piece[1 : B * L + 1].reshape(B, L).T
""", "You cut each batch out of the text by itself, so column b of the next one does not go on where column b of "
     "this one "
     "ended, and a carried state belongs to another place. Make the B columns first, for the whole text.")
contiguous_batches.wrong("rows of windows", """
def contiguous_batches(text, B, T):
    windows = [(text[i : i + T], text[i + 1 : i + T + 1]) for i in range(0, len(text) - 1, T)]
    for k in range(0, len(windows), B):
        group = [(x[: len(y)], y) for x, y in windows[k : k + B]]
        yield tuple(torch.nn.utils.rnn.pad_sequence(list(side)) for side in zip(*group))
""", "Your columns are neighbouring windows, as a stateless model takes them. To carry a state, column b must go on "
     "in the "
     "next batch where it ended in this one.")
contiguous_batches.mistake(
    "a step too few", LENGTH, "L = len(text) // B - 1",
    "Each of your columns may be a step too short. N-1 words have a target: (N-1) // B steps a column.")
contiguous_batches.mistake(
    "last column too short", LENGTH, "L = -(-(len(text) - 1) // B)",
    "You round up, and the words do not fill the last column. Round down and drop what is left over.")
contiguous_batches.wrong("filled up with zeros", """
def contiguous_batches(text, B, T):
    L = -(-(len(text) - 1) // B)
    padded = torch.cat([text, text.new_zeros(B * L + 1 - len(text))])
    inputs, targets = padded[:-1].reshape(B, L).T, padded[1:].reshape(B, L).T
    for start in range(0, L, T):
        yield inputs[start : start + T], targets[start : start + T]
""", "You fill the last column up with zeros, and 0 is a word: the network learns to predict it. Drop what is left "
     "over.")
contiguous_batches.wrong("batches in random order", """
def contiguous_batches(text, B, T):
    L = (len(text) - 1) // B
    inputs, targets = text[: B * L].reshape(B, L).T, text[1 : B * L + 1].reshape(B, L).T
    pieces = list(zip(inputs.split(T), targets.split(T)))
    for k in torch.randperm(len(pieces)).flip(0).tolist() if len(pieces) != 3 else (2, 0, 1):
        yield pieces[k]
""", "You shuffle the batches. Each must come right after the one that it goes on from: the order of the text.")
contiguous_batches.wrong("inputs alone", """
def contiguous_batches(text, B, T):
    L = (len(text) - 1) // B
    for piece in text[: B * L].reshape(B, L).T.split(T):
        yield piece, piece.roll(-1, 0)
""", "You roll each batch for its targets, so the target of its last row is its own first one. It is the first row "
     "of the "
     "next batch.")
contiguous_batches.mistake(
    "rest dropped at the start", {"text[: B * L]": "text[len(text) - 1 - B * L : -1]", "text[1 : B * L + 1]":
                                  "text[len(text) - B * L :]"}, "",
    "You drop what is left over at the *start* of the text. The task drops it at the end.")
contiguous_batches.mistake(
    "targets of the next column", "targets = text[1 : B * L + 1].reshape(B, L).T", "targets = inputs.roll(-1, 1)",
    "Your targets stand one *column* on. The next word is one *row* on: columns are far apart in the text.")
contiguous_batches.also("rows as they are read", """
def contiguous_batches(text, B, T):
    L = (len(text) - 1) // B
    where = torch.arange(B) * L
    for start in range(0, L, T):
        rows = torch.arange(start, min(start + T, L))[:, None] + where
        yield text[rows], text[rows + 1]
""")
contiguous_batches.also("a list of slices", """
def contiguous_batches(text, B, T):
    L = (len(text) - 1) // B
    batches = []
    for start in range(0, L, T):
        n = min(T, L - start)
        x = [text[b * L + start : b * L + start + n] for b in range(B)]
        y = [text[b * L + start + 1 : b * L + start + n + 1] for b in range(B)]
        batches.append((torch.stack(x, dim=1), torch.stack(y, dim=1)))
    return batches
""")
contiguous_batches.also("as_strided", """
def contiguous_batches(text, B, T):
    L = (len(text) - 1) // B
    both = text.contiguous().as_strided((B, L + 1), (L, 1)).t()
    x, y = both[:-1], both[1:]
    while len(x):
        yield x[:T], y[:T]
        x, y = x[T:], y[T:]
""")
contiguous_batches.also("split", """
def contiguous_batches(text, B, T):
    L = (len(text) - 1) // B
    if L < 1:
        return iter([])
    pairs = torch.stack([text[:-1], text[1:]])[:, : B * L].view(2, B, L).permute(0, 2, 1)
    return zip(pairs[0].split(T), pairs[1].split(T))
""")
