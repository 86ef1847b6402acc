"""Chapter 05: gradients that are too long."""

import math

import torch

from autograder.exercises.ch05_common import exercise, numbers
from ngram2bert.rnn.clip import clip_by_norm as _clip_by_norm

clip_by_norm = exercise(
    "clip_by_norm", of=_clip_by_norm, points=2, minutes=8, level=2, parts={"too long": 1, "left alone": 1},
    forbids=["clip_grad_norm_", "clip_grads_with_norm_", "get_total_norm"],
    tolerance=1e-5,  # torch's own adds 1e-6 to the norm before it divides
    probe="""
    def probe(target, grads, limit):
        tensors = dict(grads)
        norm = target(grads, limit)
        return {"norm before": norm, "the tensors afterwards": tensors, "the dictionary afterwards": grads}
    """,
    hints=["All gradients together are one long arrow. What is its length, and by what must it be multiplied to have "
           "length `limit`?",
           "Add up the squares of all numbers in all tensors, take the root; where that is more than `limit`, multiply "
           "every tensor, in place, by one and the same factor.",
           "`norm = math.sqrt(sum(float((g**2).sum()) for g in grads.values()))`, then, if `limit < norm < math.inf`, "
           "`g *= limit / norm` for each: `*=` or `mul_` change the tensor itself, `g = g * ...` does not."])


@clip_by_norm.cases
def _(r):
    def case(limit, **grads):
        made = {name: torch.as_tensor(value, dtype=torch.float64) for name, value in grads.items()}
        return dict(grads=made, limit=limit)

    yield "too long", case(1.0, W=[[3.0, 0.0]], b=[4.0])
    yield "too long", case(2.5, W_x=[[1.0, -2.0], [0.5, 3.0]], b=[-4.0, 0.1])
    yield "too long", case(0.3, W=[[0.4, -0.9, 0.2]])
    yield "too long", case(7.0, W=numbers(None, 3, 4, scale=5), gain=numbers(None, 4, start=9), b=[0.0, 0.0])
    yield "too long", case(1.5, W=numbers(None, 2, 2, 3, start=5, scale=1e4), b=numbers(None, 3))
    yield "too long", case(4.0, scale=-9.0, b=[1.0])  # a parameter without axes
    yield "too long", case(0.0, W=[[1.0, -2.0]], b=[0.5])
    single = case(0.5, W=numbers(None, 2, 3, start=4), b=numbers(None, 2))
    yield "too long", single | dict(grads={name: g.float() for name, g in single["grads"].items()})
    yield "left alone", case(6.0, W=[[3.0, 0.0]], b=[4.0])
    yield "left alone", case(5.0, W=[[3.0, 0.0]], b=[4.0])
    yield "left alone", case(0.9, W=[[0.3, -0.2]], b=[0.1, 0.7])
    yield "left alone", case(1.0, W=[[0.0, 0.0]], b=[0.0])
    yield "left alone", case(1.0)
    yield "left alone", case(1.0, W=[[2.0, math.inf]], b=[3.0])
    yield "left alone", case(0.5, W=[[2.0, -1.0]], b=[math.nan, 3.0])
    yield "left alone", case(2.0, W=[[1.5, 0.1]], b=[1.2])  # each tensor, and the norm, below the limit
    drawn = dict(W_x=r.normal(3, 4), W_h=2 * r.normal(3, 3), b=0.1 * r.normal(3))
    norm = math.sqrt(sum(float(g.square().sum()) for g in drawn.values()))
    yield "too long", case(norm * r.between(0.05, 0.95), **drawn)
    yield "left alone", case(norm * r.between(1.05, 3.0), **drawn)


NORM = "math.sqrt(sum(float((g**2).sum()) for g in grads.values()))"
GUARD, SCALE = "if limit < norm < math.inf:", "            g *= limit / norm\n"
clip_by_norm.mistake(
    "clipped by value", SCALE, "            g.clamp_(-limit, limit)\n",
    "You clip each number by itself. Large ones are cut and small ones stay, so the step goes in another direction. "
    "Multiply all by one factor.")
clip_by_norm.mistake(
    "clipped by value, always", f"    {GUARD}\n        for g in grads.values():\n{SCALE}",
    "    for g in grads.values():\n        g.clamp_(-limit, limit)\n",
    "You clip each number by itself, whatever the norm is. Multiply all by one factor, and only if the norm is more "
    "than `limit`.")
clip_by_norm.wrong("a norm for each tensor", """
def clip_by_norm(grads, limit):
    norm = math.sqrt(sum(float((g**2).sum()) for g in grads.values()))
    for g in grads.values():
        own = math.sqrt(float((g**2).sum()))
        if limit < own < math.inf and math.isfinite(norm):
            g *= limit / own
    return norm
""", "You clip each tensor by its own norm. The tensors are shortened by different factors, so the direction changes: "
     "one norm over all of them, one factor.")
clip_by_norm.mistake(
    "no guard", GUARD, "if 0 < norm < math.inf:",
    "You scale to `limit` whatever the norm is, so short gradients are *stretched*. Training then never comes to rest: "
    "scale only where the norm is more than `limit`.")
clip_by_norm.mistake(
    "guard the other way round", GUARD, "if 0 < norm < limit:",
    "You scale where the norm is below the limit, and let the long ones through.")
clip_by_norm.mistake(
    "divided by zero", GUARD, "if norm <= 0 or limit < norm < math.inf:\n        norm = torch.tensor(norm)",
    "With gradients of zero you divide 0 by 0, and every gradient becomes NaN. A norm of 0 needs no clipping.")
clip_by_norm.mistake(
    "infinite norms scaled", GUARD, "if not norm <= limit:",
    "Where a gradient is infinite your factor is 0, and 0 times infinity is NaN; where it is NaN, all become NaN. No "
    "factor mends such gradients: leave them, the norm that is returned tells the caller.")
clip_by_norm.mistake(
    "infinite norms set to zero", "    return norm",
    "    if not math.isfinite(norm):\n        for g in grads.values():\n            g.zero_()\n    return norm",
    "Where the norm is infinite or NaN you set the gradients to 0. That hides what went wrong; the task leaves them as "
    "they are.")
clip_by_norm.mistake(
    "sum of absolute values", NORM, "float(sum(g.abs().sum() for g in grads.values()))",
    "Your norm is the sum of absolute values. The length of an arrow is the root of the sum of squares.")
clip_by_norm.mistake(
    "largest number", NORM, "float(max((g.abs().max() for g in grads.values()), default=0.0))",
    "Your norm is the largest number. The length is the root of the sum of all squares.")
clip_by_norm.mistake(
    "sum of the tensors' norms", NORM, "sum(math.sqrt(float((g**2).sum())) for g in grads.values())",
    "You add up the norms of the tensors. Lengths at right angles don't add up, their squares do: one root, at the "
    "end.")
clip_by_norm.mistake(
    "root forgotten", NORM, "sum(float((g**2).sum()) for g in grads.values())",
    "You forget the root: you compare the square of the norm with the limit.")
clip_by_norm.mistake(
    "mean of the squares", NORM,
    "math.sqrt(sum(float((g**2).sum()) for g in grads.values()) / max(1, sum(g.numel() for g in grads.values())))",
    "You take the mean of the squares. Then the limit depends on how many parameters there are: the norm is the root "
    "of their sum.")
clip_by_norm.wrong("norm of the last tensor", """
def clip_by_norm(grads, limit):
    norm = 0.0
    for g in grads.values():
        norm = math.sqrt(float((g**2).sum()))
    if limit < norm < math.inf:
        for g in grads.values():
            g *= limit / norm
    return norm
""", "Your norm is that of the last tensor: add up over all of them before you take the root.")
clip_by_norm.mistake(
    "not in place", SCALE, "            g = g * (limit / norm)\n",
    "`g = g * ...` gives the name g to a new tensor and leaves the gradient as it was. `g *= ...` or `g.mul_(...)` "
    "change it.")
clip_by_norm.mistake(
    "new tensors in the dictionary", "        for g in grads.values():\n            g *= limit / norm\n",
    "        for name in grads:\n            grads[name] = grads[name] * (limit / norm)\n",
    "You put new tensors into the dictionary. The optimiser looks at the old ones, `p.grad`, and they are as long as "
    "before: change the tensors themselves.")
clip_by_norm.mistake(
    "norm afterwards", "    return norm", "    return min(norm, limit) if math.isfinite(norm) else norm",
    "You return the norm after clipping. The norm *before* tells how often, and how much, there was to clip.")
clip_by_norm.mistake(
    "the factor returned", "    return norm", "    return min(1.0, limit / norm) if 0 < norm < math.inf else norm",
    "You return the factor. The norm before clipping is asked for.")
clip_by_norm.mistake(
    "the gradients returned", "    return norm", "    return grads",
    "You return the gradients. They are changed in place; the norm before is what the caller wants to know.")
clip_by_norm.mistake(
    "length 1", SCALE, "            g /= norm\n",
    "Your gradients have length 1 afterwards, whatever `limit` is.")
clip_by_norm.mistake(
    "`limit` is 1", {GUARD: "if 1 < norm < math.inf:", SCALE: "            g *= 1 / norm\n"}, "",
    "You write 1 for the limit. Use the argument `limit`.")
clip_by_norm.mistake(
    "one factor for each tensor, one after the other", SCALE,
    "            g *= limit / norm\n            norm = math.sqrt(sum(float((x**2).sum()) for x in grads.values()))\n",
    "You compute the norm anew while you are scaling, so each tensor gets another factor. Take it once, before.")
clip_by_norm.mistake(
    "divided by the norm's square", SCALE, "            g *= limit / norm**2\n",
    "You divide by the square of the norm. `limit / norm` brings the length to `limit`.")
clip_by_norm.mistake(
    "limit subtracted", SCALE, "            g *= (norm - limit) / norm\n",
    "You shorten *by* `limit`. The length is to be `limit`: the factor is limit / norm.")
clip_by_norm.mistake(
    "long gradients dropped", SCALE, "            g.zero_()\n",
    "You set gradients that are too long to 0, so nothing is learned at the cliff. Shorten them; their direction is "
    "still good.")
clip_by_norm.mistake(
    "matrices only", "for g in grads.values()))", "for g in grads.values() if g.dim() > 1))",
    "You leave biases out of the norm. It runs over all numbers in all gradients.")
clip_by_norm.wrong("no gradients, no answer", """
def clip_by_norm(grads, limit):
    norm = torch.linalg.vector_norm(torch.cat([g.flatten() for g in grads.values()])).item()
    if limit < norm < math.inf:
        for g in grads.values():
            g *= limit / norm
    return norm
""", "With an empty dictionary there is nothing to `cat` or `stack`, and your function fails. The norm of nothing is "
     "0.")
clip_by_norm.mistake(
    "compared before the root", GUARD, "if limit < norm**2 < math.inf:",
    "You compare the *square* of the norm with the limit. Between the root of the limit and the limit you stretch "
    "gradients that are short enough.")
clip_by_norm.wrong("factor min(1, limit / norm)", """
def clip_by_norm(grads, limit):
    norm = math.sqrt(sum(float((g**2).sum()) for g in grads.values()))
    factor = min(1.0, limit / norm)
    for g in grads.values():
        g *= factor
    return norm
""", "You divide by the norm before you know that it is not 0: without gradients, or with gradients of 0, that is an "
     "error. Compare first.")
clip_by_norm.equivalent(
    "limit < norm < math.inf -> limit <= norm < math.inf", because="at norm = limit the factor is 1")
clip_by_norm.also("one long vector", """
def clip_by_norm(grads, limit):
    flat = torch.cat([g.reshape(-1) for g in grads.values()] or [torch.zeros(1)])
    norm = float(torch.linalg.vector_norm(flat))
    if math.isfinite(norm) and norm > limit:
        for g in grads.values():
            g.mul_(limit).div_(norm)
    return norm
""")
clip_by_norm.also("the norm of the norms, as torch does it", """
def clip_by_norm(grads, limit):
    norm = torch.stack([torch.linalg.vector_norm(g) for g in grads.values()] + [torch.zeros(())]).norm()
    factor = (limit / (norm + 1e-6)).clamp(max=1.0) if norm.isfinite() else 1.0
    for g in grads.values():
        g.mul_(factor)
    return norm.item()
""")
clip_by_norm.also("a running sum", """
def clip_by_norm(grads, limit):
    squares = 0.0
    for name in grads:
        squares += torch.dot(grads[name].flatten(), grads[name].flatten()).item()
    norm = squares**0.5
    if norm <= limit or math.isnan(norm) or math.isinf(norm):
        return norm
    for name in grads:
        grads[name].copy_(grads[name] * (limit / norm))
    return norm
""")
