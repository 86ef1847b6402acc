"""Chapter 06: dropout for recurrent networks."""

import itertools

import torch

from autograder.exercises.ch06_common import exercise, numbers
from ngram2bert.lstm.dropout import variational_dropout as _variational_dropout

variational_dropout = exercise(
    "variational_dropout", of=_variational_dropout, points=2, minutes=10, level=2,
    parts={"training": 1, "evaluation and rate 0": 1}, forbids=["dropout", "dropout1d", "dropout2d", "dropout3d",
                                                                "alpha_dropout", "feature_dropout"],
    # as the ready-made probe `draws`: all sequences of the batch are the same, so each row is one draw; or each is a
    # pair of sequences, side by side or half a batch apart, whose masks must have nothing to do with one another
    probe="""
    def probe(target, row, draws, rate, training, pairs, seed):
        x = row[:, None, :].repeat(1, draws if pairs == "none" else 2 * draws, 1)  # (T, B, h)
        def draw(s):
            y = target(x, rate, training, torch.Generator().manual_seed(s))
            if not isinstance(y, torch.Tensor) or y.shape != x.shape:
                return y
            y = y.transpose(0, 1)  # (B, T, h)
            if pairs == "far":
                y = torch.stack([y[:draws], y[draws:]], 1)
            return y.reshape(draws, -1, *row.shape).squeeze(1)  # rows are sequences, or two of them
        return {"draws": draw(seed), "again": draw(seed), "other": draw(seed + 1)}
    """,
    hints=["Which of the three axes of x must the mask *not* have a number of its own for?",
           "Draw one number for each sequence and unit, (1, B, h), keep where it is at least `rate`, and let it run "
           "over all "
           "steps by broadcasting. What is kept grows, so that the mean stays.",
           "`mask = torch.rand(1, *x.shape[1:], generator=generator) >= rate`, and `x * mask / (1 - rate)`; without "
           "training, x itself."])

DRAWS = 1000


@variational_dropout.cases
def _(r):
    def case(r, steps, units, rate, training=True, draws=DRAWS, start=3.0, pairs="none", seed=0):
        return dict(row=numbers(r, steps, units, start=start), draws=draws, rate=rate, training=training, pairs=pairs,
                    seed=seed)

    yield "training", case(None, 2, 1, 0.5, start=5, seed=1)
    yield "training", case(None, 2, 2, 0.2, seed=2)
    yield "training", case(None, 3, 3, 0.35, start=9, seed=3)
    yield "training", case(None, 1, 2, 0.7, start=14, seed=4)
    yield "training", case(None, 2, 1, 0.4, start=18, pairs="next", seed=8)
    yield "training", case(None, 1, 2, 0.6, start=22, pairs="far", seed=9)
    yield "evaluation and rate 0", case(None, 2, 2, 0.4, training=False, draws=40, start=8, seed=5)
    yield "evaluation and rate 0", case(None, 3, 2, 0.0, draws=40, start=4, seed=6)
    yield "evaluation and rate 0", case(None, 2, 3, 0.0, training=False, draws=30, start=11, seed=7)
    yield "training", case(r, 1 + r.below(3), 1 + r.below(3), r.between(0.2, 0.7), seed=r.below(10**6))
    yield "evaluation and rate 0", case(r, 2, 2, r.between(0.2, 0.7), training=False, draws=40, seed=r.below(10**6))


@variational_dropout.law
def _(row, draws, rate, training, pairs):
    if not training:
        rate = 0.0
    law = {}
    sequences = 1 if pairs == "none" else 2
    for kept in itertools.product((True, False), repeat=sequences * row.shape[1]):
        p = (1 - rate) ** sum(kept) * rate ** (len(kept) - sum(kept))
        shown = row * torch.tensor(kept).reshape(sequences, 1, -1) / (1 - rate)  # (sequences, T, h)
        if p > 0:  # rounded as the draws are
            law[tuple((torch.round(shown.flatten() * 1e6) / 1e6 + 0.0).tolist())] = p
    return law


MASK = "torch.rand(1, *x.shape[1:], generator=generator) >= rate"
SCALED = "x * mask / (1 - rate)"
variational_dropout.mistake(
    "a new mask at each step", MASK, "torch.rand(x.shape, generator=generator) >= rate",
    "You draw a new mask for each step: that is ordinary dropout, noise that a state must carry along. One mask a "
    "sequence, "
    "for all its steps.")
variational_dropout.mistake(
    "one mask for the batch", MASK, "torch.rand(1, 1, x.shape[2], generator=generator) >= rate",
    "All sequences of your batch lose the same units. Each has a mask of its own: (1, B, h).")
variational_dropout.mistake(
    "one mask for the batch, a new one each step", MASK,
    "torch.rand(x.shape[0], 1, x.shape[2], generator=generator) >= rate",
    "Your mask has an axis for time and none for the batch, as if x were batch first. Time comes first: (1, B, h).")
variational_dropout.mistake(
    "whole sequences dropped", MASK, "torch.rand(1, x.shape[1], 1, generator=generator) >= rate",
    "You drop all units of a sequence or none. Each unit is dropped by itself: (1, B, h).")
variational_dropout.mistake(
    "whole steps dropped", MASK, "torch.rand(*x.shape[:2], 1, generator=generator) >= rate",
    "You drop whole steps, all units at once. Drop units, the same ones at each step: (1, B, h).")
variational_dropout.mistake(
    "one mask for two sequences", MASK,
    "torch.rand(1, -(-x.shape[1] // 2), x.shape[2], generator=generator).repeat_interleave(2, 1)[:, :x.shape[1]] >= "
    "rate",
    "Neighbouring sequences of your batch lose the same units. Each column draws for itself: (1, B, h).")
variational_dropout.mistake(
    "the second half mirrors the first", {
        "    mask = torch":
            "    u = torch.rand(-(-x.shape[1] // 2), x.shape[2], generator=generator)\n    mask = torch",
        MASK: "torch.cat([u, 1 - u])[None, : x.shape[1]] >= rate"}, "",
    "The second half of your batch uses the draws of the first. Every sequence draws for itself, independently.")
variational_dropout.mistake(
    "not rescaled", SCALED, "x * mask",
    "You do not rescale. In training everything is then smaller than in evaluation: divide what is kept by 1 - rate.")
variational_dropout.mistake(
    "rescaled the wrong way", SCALED, "x * mask * (1 - rate)",
    "You multiply by 1 - rate, and what is left gets smaller still. Divide.")
variational_dropout.mistake(
    "divided by the rate", SCALED, "x * mask / rate if rate else x",
    "You divide by `rate`. A share of 1 - rate is kept: divide by that.")
variational_dropout.mistake(
    "rate kept, not dropped", MASK, "torch.rand(1, *x.shape[1:], generator=generator) < rate",
    "You *keep* with probability `rate`. It is the probability that a unit is dropped, as in torch.")
variational_dropout.mistake(
    "kept with probability rate, rescaled by it", {MASK: "torch.rand(1, *x.shape[1:], generator=generator) < (rate or "
                                                   "1.0)", SCALED: "x * mask / (rate or 1.0)"}, "",
    "You take `rate` for the share that is kept, as early papers do. Here it is the share that is dropped.")
variational_dropout.mistake(
    "on in evaluation", "    if not training:\n        return x\n", "",
    "You drop units in evaluation too: the same text gets another loss each time. Without training, x comes back as "
    "it is.")
variational_dropout.mistake(
    "off in training", "if not training:", "if training:",
    "You drop units in evaluation and none in training.")
variational_dropout.mistake(
    "never", "if not training:", "if True:",
    "You never drop anything.")
variational_dropout.mistake(
    "rescaled in evaluation", "return x\n", "return x * (1 - rate)\n",
    "You rescale in evaluation *and* in training. Since the kept units were divided by 1 - rate, evaluation needs "
    "nothing.")
variational_dropout.mistake(
    "rescaled in evaluation only", {"return x\n": "return x * (1 - rate)\n", SCALED: "x * mask"}, "",
    "You shrink in evaluation instead of growing in training. Both are used, but the task does it in training, so that "
    "evaluation needs nothing.")
variational_dropout.mistake(
    "`generator` ignored", ", generator=generator", "",
    "You draw from torch's global state. Hand `generator` on, so that a run can be repeated.")
variational_dropout.mistake(
    "generator seeded anew", "    mask = torch", "    generator.manual_seed(0)\n    mask = torch",
    "You seed the generator yourself, so every call drops the same units. Its state is the caller's affair.")
variational_dropout.mistake(
    "always the same units", MASK, "torch.linspace(0, 0.99, x[0].numel()).reshape(1, *x.shape[1:]) >= rate",
    "You drop always the same units. Draw them anew in each call.")
variational_dropout.mistake(
    "an exact number dropped", SCALED, "x * mask * (mask.numel() / mask.sum().clamp(min=1))",
    "You divide by the share that *happened* to be kept. Divide by its expectation, 1 - rate: then a unit does not "
    "depend "
    "on what became of the others.")
variational_dropout.mistake(
    "each sequence brought back to its sum", SCALED, "x * mask * (mask.shape[2] / mask.sum(2, "
                                                     "keepdim=True).clamp(min=1))",
    "You rescale each sequence by what happened to be left of it. Divide by 1 - rate.")
variational_dropout.mistake(
    "the mask returned", SCALED, "(mask / (1 - rate)).expand(x.shape).to(x.dtype)",
    "You return the mask. Multiply x by it.")
variational_dropout.mistake(
    "noise added", SCALED, "x + mask / (1 - rate) - 1",
    "You add the mask. Dropout multiplies by it.")
variational_dropout.mistake(
    "normal noise", {MASK: "1 + (rate / (1 - rate)) ** 0.5 * torch.randn(1, *x.shape[1:], generator=generator)",
                     SCALED: "x * mask"}, "",
    "You multiply by normal noise of the same mean and variance. That works as well, but here units are dropped: 0 or "
    "1 / (1 - rate).")
variational_dropout.mistake(
    "in place", SCALED, "x.mul_(mask).div_(1 - rate)",
    "You drop units in the caller's x, so they are gone for whoever uses it next. Make a new tensor.")
variational_dropout.mistake(
    "rescaled by the root", SCALED, "x * mask / (1 - rate) ** 0.5",
    "You divide by the root of 1 - rate. That keeps the size of the noise; the *mean* is to stay: 1 - rate.")
variational_dropout.mistake(
    "smooth mask", MASK, "torch.rand(1, *x.shape[1:], generator=generator).double()",
    "You multiply by the random numbers themselves. A unit is there or it is not: compare them with `rate`.")
variational_dropout.mistake(
    "the first step spared", SCALED, "torch.cat([x[:1], x[1:] * mask / (1 - rate)])",
    "You leave the first step whole. The mask holds for all steps.")
variational_dropout.also("bernoulli", """
def variational_dropout(x, rate, training, generator):
    if training and rate > 0:
        kept = torch.bernoulli(torch.full_like(x[0], 1 - rate), generator=generator)
        return x * (kept / (1 - rate)).unsqueeze(0)
    return x.clone()
""")
variational_dropout.also("sequence by sequence", """
def variational_dropout(x, rate, training, generator):
    y = x.clone()
    if training:
        for b in range(x.shape[1]):
            gone = torch.rand(x.shape[2], generator=generator, dtype=torch.float64) < rate
            y[:, b, gone] = 0
            y[:, b] /= 1 - rate
    return y
""")
variational_dropout.also("where, one uniform number each", """
def variational_dropout(x, rate, training, generator):
    if not training:
        return x
    u = x.new_empty(x.shape[1:]).uniform_(generator=generator)
    return torch.stack([torch.where(u > rate, step / (1 - rate), 0.0) for step in x]) if rate else x
""")
variational_dropout.equivalent(
    "torch.rand(1, *x.shape[1:], generator=generator) >= rate -> torch.rand(1, *x.shape[1:], generator=generator) > "
    "rate",
    "differs only where a draw equals the rate to the last of 24 bits")
