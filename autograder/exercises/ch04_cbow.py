"""Chapter 04: the loss of CBOW."""

from autograder.exercises.ch04_common import exercise, ids, loss_probe, tables
from ngram2bert.vectors.cbow import cbow_loss as _cbow_loss

cbow_loss = exercise(
    "cbow_loss", of=_cbow_loss, points=2, minutes=10, level=2, builds_on=["skipgram_loss"],
    probe=loss_probe("C", "O"),
    parts={"full windows": 1, "padding": 1},
    hints=["Where does the mean of a window's vectors stand in the formula, and what stood there in the skip-gram?",
           "`skipgram_loss` takes any table and rows of it. Make a table of the means, one row a window, and ask for "
           "its rows 0, 1, 2 ... And what does `C[-1]` give where a window is padded?",
           "`there = (windows >= 0)[:, :, None]` is (B, w, 1); `h = (C[windows] * there).sum(1) / there.sum(1)`; then "
           "`skipgram_loss(h, O, torch.arange(len(h)), targets, noise)`."])


@cbow_loss.cases
def _(r):
    yield "full windows", dict(**tables(None, 4, 2), windows=ids([[0, 2]]), targets=ids([1]), noise=ids([[3]]))
    yield "full windows", dict(**tables(None, 6, 3, 4), windows=ids([5, 1, 0], [2, 2, 3]), targets=ids([4, 0]),
                               noise=ids([2, 1], [1, 5]))
    yield "full windows", dict(**tables(None, 5, 2, 9), windows=ids([[3], [0], [0]]), targets=ids([1, 4, 0]),
                               noise=ids([[2], [0], [1]]))
    yield "full windows", dict(**tables(None, 5, 2, 6), windows=ids([1, 3, 3, 0], [2, 0, 4, 2]), targets=ids([3, 2]),
                               noise=ids([2, 0], [1, 1]))
    yield "padding", dict(**tables(None, 5, 2, 3), windows=ids([[2, -1, -1]]), targets=ids([0]), noise=ids([[1, 3]]))
    yield "padding", dict(**tables(None, 5, 2, 7), windows=ids([-1, 3, 0, 1], [2, 2, -1, -1]), targets=ids([4, 1]),
                          noise=ids([[0], [3]]))
    yield "padding", dict(**tables(None, 7, 3, 1), windows=ids([-1, -1, 4, 6], [0, 5, 1, 2], [3, -1, 0, -1]),
                          targets=ids([2, 3, 6]), noise=ids([0, 1], [4, 6], [5, 5]))
    blank = tables(None, 5, 2, 8)
    blank["C"][3] = 0  # a word like any other: its vector happens to be 0
    yield "full windows", dict(**blank, windows=ids([3, 1], [0, 2]), targets=ids([4, 3]), noise=ids([[0], [1]]))
    v, m, b = 5 + r.below(4), 2 + r.below(3), 2 + r.below(3)
    for part in ("full windows", "padding"):
        windows = r.integers(b, 2 + 2 * r.below(2), high=v)
        if part == "padding":
            windows[0, : 1 + r.below(windows.shape[1] - 1)] = -1
            windows[1, 1 + r.below(windows.shape[1] - 1):] = -1
        yield part, dict(**tables(r, v, m), windows=windows, targets=r.integers(b, high=v),
                         noise=r.integers(b, 1 + r.below(3), high=v))


H = "h = (C[windows] * there).sum(1) / there.sum(1)"
LOSS = "skipgram_loss(h, O, torch.arange(len(h)), targets, noise)"
cbow_loss.mistake(
    "sum for mean", " / there.sum(1)", "",
    "You add the window's vectors up. It is their mean: with the sum, scores grow with the number of words.")
cbow_loss.mistake(
    "padding in the mean", " / there.sum(1)", " / windows.shape[1]",
    "You divide by the width of the window, padding included. Divide each row by how many words it has.")
cbow_loss.mistake(
    "padding looks up the last word", H, "h = C[windows].mean(1)",
    "Where the window is padded you look up `C[-1]`, which is the last word's vector. Python gives no error: take "
    "these places out of the sum and of the count.")
cbow_loss.mistake(
    "the last word summed, not counted", "(C[windows] * there).sum(1)", "C[windows].sum(1)",
    "You count the words rightly, but the sum still holds `C[-1]`, the last word's vector, for each padded place.")
cbow_loss.mistake(
    "padding looks up word 0", H, "h = C[windows.clamp(min=0)].mean(1)",
    "Where the window is padded you look up word 0. Padding is no word: take it out of the sum and of the count.")
cbow_loss.mistake(
    "a vector of zeros taken for padding", "there = (windows >= 0)[:, :, None]",
    "there = ((windows >= 0) & (C[windows] != 0).any(2))[:, :, None]",
    "You tell padding by its vector of zeros, so a word whose own vector is 0 is not counted either. Padding is where "
    "`windows` is -1.")
cbow_loss.mistake(
    "word 0 taken for padding", "windows >= 0", "windows > 0",
    "You leave word 0 out of the windows. Padding is -1; 0 is a word like any other.")
cbow_loss.mistake(
    "one count for the batch", "/ there.sum(1)", "/ (there.sum() / len(windows))",
    "You divide every row by the mean number of words. Each window has its own number.")
cbow_loss.mistake(
    "windows from the output table", "C[windows]", "O[windows]",
    "You look the window up in O. Its words are the input: rows of C.")
cbow_loss.mistake(
    "outputs from the input table", "skipgram_loss(h, O,", "skipgram_loss(h, C,",
    "You score against rows of C. The target and the noise are rows of O.")
cbow_loss.mistake(
    "tables exchanged", {"C[windows]": "O[windows]", "skipgram_loss(h, O,": "skipgram_loss(h, C,"}, "",
    "You exchange the tables: the window's words are rows of C, the target and the noise rows of O.")
cbow_loss.mistake(
    "the target asked for the window", f"return {LOSS}",
    "first = windows.clamp(min=0)[:, 0]\n    return skipgram_loss(C, O, targets, first, noise)",
    "You ask the target for a word of the window. That is the skip-gram: here the window is asked for its target.")
cbow_loss.wrong("each word of the window by itself", """
def cbow_loss(C, O, windows, targets, noise):
    rows, places = (windows >= 0).nonzero(as_tuple=True)
    return skipgram_loss(C, O, windows[rows, places], targets[rows], noise[rows])
""", "You make a pair of each word of the window with the target. CBOW asks once: it averages the vectors first.")
cbow_loss.wrong("mean of the losses", """
def cbow_loss(C, O, windows, targets, noise):
    total = C.new_zeros(())
    for window, target, words in zip(windows, targets, noise):
        window = window[window >= 0]
        n = len(window)
        total = total + skipgram_loss(C, O, window, target.expand(n), words.expand(n, -1)) / n
    return total
""", "You average the losses of the window's words. CBOW averages their *vectors* and takes one loss of that.")
cbow_loss.mistake(
    "the target in its own window", H, "h = ((C[windows] * there).sum(1) + C[targets]) / (there.sum(1) + 1)",
    "You add the target's own vector to the mean: then the answer stands in the question.")
cbow_loss.mistake(
    "one window for all targets", "torch.arange(len(h))", "torch.zeros(len(h), dtype=torch.int64)",
    "You score every target against the first window. Window b belongs to target b.")
cbow_loss.mistake(
    "the last word for the window", H,
    "h = C[torch.stack([row[row >= 0][-1] for row in windows])]",
    "You use one word of the window. All of them are averaged.")
cbow_loss.mistake(
    "mean over the axis of m", H, "h = (C[windows] * there).sum(2, keepdim=True).mean(1).expand(-1, C.shape[1])",
    "You average over the numbers of a vector. Average over the words of a window: axis 1 of (B, w, m).")
cbow_loss.mistake(
    "mean of the batch", f"return {LOSS}", f"return {LOSS} / len(h)",
    "You divide by the number of windows. The loss is a sum over the batch, as that of the skip-gram.")
cbow_loss.mistake(
    "root of the count", "/ there.sum(1)", "/ there.sum(1).sqrt()",
    "You divide by the root of the number of words. A mean divides by the number.")
cbow_loss.mistake(
    "equal words count once", "    there = (windows >= 0)[:, :, None]",
    "    windows = torch.tensor([(lambda s: s + [-1] * (len(row) - len(s)))(list(dict.fromkeys(row))) for row in "
    "windows.tolist()])\n    there = (windows >= 0)[:, :, None]",
    "You count a word that stands twice in a window once. The window is a bag, no set: it counts twice.")
cbow_loss.mistake(
    "vectors of length 1", f"return {LOSS}",
    f"h = nn.functional.normalize(h, dim=1)\n    return {LOSS}",
    "You give the mean length 1. Its length is part of what is learned: how sure a window is.")
cbow_loss.mistake(
    "largest for mean", H, "h = C[windows].masked_fill(~there, -math.inf).amax(1)",
    "You take the largest of each number over the window. CBOW takes the mean.")
cbow_loss.mistake(
    "near words weigh more", "there = (windows >= 0)[:, :, None]",
    "half = windows.shape[1] // 2\n    near = [1 / (half - i if i < half else i - half + 1) for i in "
    "range(windows.shape[1])]\n    there = ((windows >= 0) * torch.tensor(near, dtype=C.dtype))[:, :, None]",
    "You weigh near words more. Here the window is a bag: all its words weigh the same.")
cbow_loss.mistake(
    "the target's own word left out", "(windows >= 0)[:, :, None]",
    "((windows >= 0) & (windows != targets[:, None]))[:, :, None]",
    "You leave a word out of the window because it is also the target. It stood there, at another place: only padding "
    "is left out.")
cbow_loss.mistake(
    "the means cut off from C", "C[windows]", "C.detach()[windows]",
    "Your number is right, but the means are no longer tied to C (`.detach()`, `.tolist()` or `torch.tensor()` cut "
    "them off), so C would never be trained.")
cbow_loss.also("a row of zeros for the padding", """
def cbow_loss(C, O, windows, targets, noise):
    padded = torch.cat([C, C.new_zeros(1, C.shape[1])])
    h = padded[windows].sum(1) / (windows != -1).sum(1, keepdim=True)
    return skipgram_loss(h, O, torch.arange(len(targets)), targets, noise)
""")
cbow_loss.also("a loop over windows", """
def cbow_loss(C, O, windows, targets, noise):
    h = torch.stack([C[row[row >= 0]].mean(0) for row in windows])
    return skipgram_loss(h, O, torch.arange(len(h)), targets, noise)
""")
cbow_loss.also("a matrix of weights, and the loss written out", """
def cbow_loss(C, O, windows, targets, noise):
    weights = C.new_zeros(len(windows), len(C) + 1)
    weights.scatter_add_(1, windows.remainder(len(C) + 1), torch.ones(windows.shape, dtype=C.dtype))
    weights = weights[:, :-1] / weights[:, :-1].sum(1, keepdim=True)
    scores = (weights @ C) @ O.T
    return (nn.functional.softplus(-scores.gather(1, targets[:, None])).sum()
            + nn.functional.softplus(scores.gather(1, noise)).sum())
""")
