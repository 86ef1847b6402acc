"""Chapter 04: drawing noise words."""

from itertools import product

import torch

from autograder.exercises.ch04_common import exercise, ids
from ngram2bert.vectors.noise import draw_noise as _draw_noise

draw_noise = exercise(
    "draw_noise", of=_draw_noise, points=3, minutes=12, level=2,
    parts={"one word a row": 1, "several words a row": 1, "little is left": 1},
    # a row's law hangs on its target, so the target stands in front of what was drawn for it
    probe="""
    def probe(target, noise, targets, k, seed):
        before = noise.clone(), targets.clone()
        def draw(s):
            words = target(noise, targets, k, torch.Generator().manual_seed(s))
            if not torch.equal(noise, before[0]) or not torch.equal(targets, before[1]):
                raise ValueError("noise or targets are not what they were before the call")
            if not isinstance(words, torch.Tensor) or words.shape != (len(targets), k):
                return words
            return torch.cat([targets[:, None], words], 1)
        return {"draws": draw(seed), "again": draw(seed), "other": draw(seed + 1)}
    """,
    hints=["A centre is to be told apart from words that did *not* come. What would it learn if one of them were the "
           "word that came?",
           "Give each row weights of its own: a copy of `noise` for each row, with a 0 at the row's target. "
           "`torch.multinomial` draws from each row of a table, and its weights need not sum to 1.",
           "`weights = noise.repeat(len(targets), 1)`, `weights[torch.arange(len(targets)), targets] = 0`, then "
           "`torch.multinomial(weights, k, replacement=True, generator=generator)`."])

DRAWS = 1200


@draw_noise.law
def _(noise, targets, k):
    shares = torch.bincount(targets, minlength=len(noise)).double() / len(targets)
    law = {}
    for target in shares.nonzero().flatten().tolist():
        left = noise.clone()
        left[target] = 0
        left = (left / left.sum()).tolist()
        for words in product([w for w, p in enumerate(left) if p > 0], repeat=k):
            p = shares[target].item()
            for word in words:
                p *= left[word]
            law[(target, *words)] = p
    return law


@draw_noise.cases
def _(r):
    def case(noise, cycle, k, seed):
        targets = ids(list(cycle)).repeat(DRAWS // len(cycle))
        return dict(noise=torch.tensor(noise, dtype=torch.float64), targets=targets, k=k, seed=seed)

    yield "one word a row", case([0.4, 0.1, 0.3, 0.2], [0, 2, 1, 0], 1, 1)
    yield "one word a row", case([0.05, 0.6, 0.35], [2, 1, 0], 1, 2)
    yield "several words a row", case([0.4, 0.1, 0.3, 0.2], [3, 0, 0, 1], 2, 3)
    yield "several words a row", case([0.15, 0.3, 0.55], [1, 2], 3, 4)
    yield "little is left", case([0.0, 0.7, 0.2, 0.1], [1, 0, 3], 2, 5)
    yield "little is left", case([0.95, 0.047, 0.003], [0, 0, 0, 1], 2, 6)
    yield "little is left", case([0.9, 0.0, 0.1], [0], 1, 7)
    for part, k in (("one word a row", 1), ("several words a row", 2)):
        v = 3 + r.below(2)
        noise = r.probabilities(v) * 0.6 + 0.4 / v
        yield part, case(noise.tolist(), r.shuffled(range(v)), k, r.below(10**6))
    common = r.below(4)
    noise = [0.02 + 0.04 * r.uniform().item() for _ in range(4)]
    noise[common] = 1 - sum(noise) + noise[common]
    yield "little is left", case(noise, [common, (common + 1) % 4, common, common], 2, r.below(10**6))


DRAW = "torch.multinomial(weights, k, replacement=True, generator=generator)"
ZERO = "    weights[torch.arange(len(targets)), targets] = 0\n"
draw_noise.mistake(
    "the target among the noise", ZERO, "",
    "You draw from all of `noise`, so the row's own target comes as well. The loss then pulls one pair together and "
    "apart at once.")
draw_noise.mistake(
    "hits moved to the next word", {ZERO: "", f"return {DRAW}": f"drawn = {DRAW}\n    return torch.where(drawn == "
                                    "targets[:, None], (drawn + 1) % len(noise), drawn)"}, "",
    "Where you hit the target you take the next word. That word then comes too often: the target's share belongs to "
    "all the others, each by its own share.")
draw_noise.mistake(
    "hits replaced by a uniform draw", {ZERO: "", f"return {DRAW}": f"drawn = {DRAW}\n    other = torch.randint(1, "
    "len(noise), drawn.shape, generator=generator)\n    return torch.where(drawn == targets[:, None], (targets[:, "
    "None] + other) % len(noise), drawn)"}, "",
    "You share the target's noise out in equal parts, or draw uniformly where you hit it. What is left keeps its "
    "proportions: draw from `noise` again.")
draw_noise.mistake(
    "hits drawn again only once", {ZERO: "", f"return {DRAW}": f"drawn = {DRAW}\n    return torch.where(drawn == "
                                   f"targets[:, None], {DRAW}, drawn)"}, "",
    "You draw again where you hit the target, but only once: the second draw may hit it too. Go on until none does, or "
    "give the target weight 0.")
draw_noise.mistake(
    "hits marked by -1", {ZERO: "", f"return {DRAW}": f"drawn = {DRAW}\n    return torch.where(drawn == "
                          "targets[:, None], -1, drawn)"}, "",
    "You put -1 where you hit the target, and as an index that is the last word. Every row has k noise words.")
draw_noise.mistake(
    "hits replaced by word 0", {ZERO: "", f"return {DRAW}": f"drawn = {DRAW}\n    return torch.where(drawn == "
                                "targets[:, None], 0, drawn)"}, "",
    "You put word 0 where you hit the target, so it comes too often, and where it is the target itself it stays.")
draw_noise.mistake(
    "uniform", "noise.repeat(len(targets), 1)", "torch.ones(len(targets), len(noise), dtype=torch.float64)",
    "You draw all words alike. `noise` says how likely each is.")
draw_noise.mistake(
    "each word once a row", "replacement=True", "replacement=False",
    "You draw without putting back, so no word comes twice in a row, and rare ones come too often. The draws of a row "
    "are independent: `replacement=True`.")
draw_noise.mistake(
    "one word k times", f"return {DRAW}", "return torch.multinomial(weights, 1, generator=generator).repeat(1, k)",
    "You draw one word a row and repeat it. Draw k words.")
draw_noise.wrong("the same words for every row", """
def draw_noise(noise, targets, k, generator):
    weights = noise.clone()
    drawn = torch.multinomial(weights, k, replacement=True, generator=generator)
    return drawn.repeat(len(targets), 1)
""", "You draw k words once and give them to all rows. Each row has its own, without its own target.")
draw_noise.mistake(
    "no target anywhere", ZERO, "    weights[:, targets] = 0\n",
    "You take the targets of *other* rows out as well. A row is to miss its own target alone.")
draw_noise.mistake(
    "the first row's target for all", ZERO, "    weights[:, targets[0]] = 0\n",
    "You take the first row's target out of every row. Each row has its own.")
draw_noise.mistake(
    "the row's number for its target", ZERO,
    "    weights[torch.arange(len(targets)), torch.arange(len(targets)) % len(noise)] = 0\n",
    "You set a 0 at the row's number, not at its target.")
draw_noise.mistake(
    "the power once more", "noise.repeat(len(targets), 1)", "(noise ** 0.75).repeat(len(targets), 1)",
    "You raise to 0.75. `noise` is the finished distribution: the power is in it already.")
draw_noise.mistake(
    "the generator not used", ", generator=generator)", ")",
    "You draw from torch's global generator. Pass `generator=generator`, or nobody can repeat your run.")
draw_noise.mistake(
    "a seed of your own", f"return {DRAW}", f"generator = torch.Generator().manual_seed(0)\n    return {DRAW}",
    "You make a generator of your own, so every call draws the same. Use the one that is passed in.")
draw_noise.mistake(
    "rows and columns exchanged", f"return {DRAW}", f"return {DRAW}.T",
    "Your answer is (k, B). A row belongs to a target: (B, k).")
draw_noise.mistake(
    "the likeliest words", f"return {DRAW}", "return weights.topk(k, dim=1).indices",
    "You take the k likeliest words, the same ones every time. Noise is drawn.")
draw_noise.mistake(
    "the common words avoided", "noise.repeat(len(targets), 1)", "(1 - noise).repeat(len(targets), 1)",
    "You draw with 1 - noise: the commonest words come least.")
draw_noise.mistake(
    "`noise` changed", {"noise.repeat(len(targets), 1)": "noise.repeat(len(targets), 1)\n    noise /= noise.sum() + 1"},
    "", "You change the caller's `noise` in place, so the next call draws from something else. Work on a copy.")
draw_noise.mistake(
    "a little everywhere", "    weights[torch.arange(len(targets)), targets] = 0\n",
    "    weights = weights + 1e-2\n    weights[torch.arange(len(targets)), targets] = 0\n",
    "You add a little to each weight. A word whose noise is 0 is never drawn.")
draw_noise.also("draw, and draw again where the target was hit", """
def draw_noise(noise, targets, k, generator):
    drawn = torch.multinomial(noise, len(targets) * k, replacement=True, generator=generator).view(len(targets), k)
    hit = drawn == targets[:, None]
    while hit.any():
        drawn[hit] = torch.multinomial(noise, int(hit.sum()), replacement=True, generator=generator)
        hit = drawn == targets[:, None]
    return drawn
""")
draw_noise.also("by the cumulated distribution", """
def draw_noise(noise, targets, k, generator):
    weights = noise[None].repeat(len(targets), 1)
    weights.scatter_(1, targets[:, None], 0.0)
    upper = weights.cumsum(1)
    u = torch.rand(len(targets), k, generator=generator, dtype=torch.float64)
    return torch.searchsorted(upper, u * upper[:, -1:], right=True)
""")
draw_noise.also("one word after the other", """
def draw_noise(noise, targets, k, generator):
    columns = []
    for _ in range(k):
        weights = torch.where(torch.arange(len(noise)) == targets[:, None], 0.0, noise)
        columns.append(torch.multinomial(weights, 1, generator=generator).squeeze(1))
    return torch.stack(columns, dim=1)
""")
draw_noise.also("one call for all rows of a target", """
def draw_noise(noise, targets, k, generator):
    drawn = torch.empty(len(targets), k, dtype=torch.int64)
    for target in targets.unique():
        rows = targets == target
        weights = noise.clone()
        weights[target] = 0
        drawn[rows] = torch.multinomial(weights, int(rows.sum()) * k, replacement=True,
                                        generator=generator).reshape(-1, k)
    return drawn
""")
