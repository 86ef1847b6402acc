"""Chapter 05: layer normalisation."""

import torch

from autograder.exercises.ch05_common import exercise, numbers
from ngram2bert.rnn.layer_norm import layer_norm as _layer_norm

layer_norm = exercise(
    "layer_norm", of=_layer_norm, points=2, minutes=8, level=2, parts={"values": 1, "gradients": 1},
    forbids=["layer_norm", "native_layer_norm", "group_norm", "batch_norm", "instance_norm"],
    tolerance=1e-6,  # far from 0 the order of the sums shows
    probe="""
    def probe(target, x, gain, bias, d_y=None, **more):
        if d_y is None:
            value = target(x, gain, bias, **more)
            return {"value": value, "arguments": [x, gain, bias]}
        leaves = [tensor.requires_grad_() for tensor in (x, gain, bias)]
        total = (target(*leaves, **more) * d_y).sum()
        return dict(zip(["d_x", "d_gain", "d_bias"], torch.autograd.grad(total, leaves)))
    """,
    hints=["The state of one sequence at one step is a row of h numbers. Which axis is that, whatever stands before "
           "it?",
           "Take the mean over the last axis and keep the axis, so that it can be subtracted. The variance is the mean "
           "of the squares of what is left. Divide, then gain and bias.",
           "`mean = x.mean(-1, keepdim=True)`, `var = ((x - mean) ** 2).mean(-1, keepdim=True)`, and divide by "
           "`torch.sqrt(var + eps)`. Everything stays in the graph: no `detach`, no `item`."])


@layer_norm.cases
def _(r):
    def case(r, *shape, start=0.0, scale=2.0, shift=0.7, back=False, **more):
        h = shape[-1]
        arguments = dict(x=numbers(r, *shape, start=start, scale=scale) + shift,
                         gain=numbers(r, h, start=start + 20) + 0.3, bias=numbers(r, h, start=start + 35))
        return arguments | (dict(d_y=numbers(r, *shape, start=start + 50)) if back else {}) | more

    yield "values", dict(x=torch.tensor([[1.0, 3.0], [-10.0, 30.0]], dtype=torch.float64),
                         gain=torch.tensor([1.0, 2.0], dtype=torch.float64),
                         bias=torch.tensor([0.0, 1.0], dtype=torch.float64))
    yield "values", case(None, 3)
    yield "values", case(None, 2, 4)
    yield "values", case(None, 3, 3, start=9)  # rows and columns cannot be told by their length
    yield "values", case(None, 2, 3, 4, start=4)
    yield "values", case(None, 3, 3, 3, start=14)
    yield "values", case(None, 2, 5, start=7, eps=0.5)
    yield "values", case(None, 2, 3, scale=0.01, start=21)  # so small that eps shows
    yield "values", case(None, 2, 3, scale=0.0)  # all numbers of a row are equal
    yield "values", case(None, 3, 1, start=3)  # one unit
    yield "values", case(None, 2, 4, shift=1e6, start=5)
    yield "values", case(None, 0, 3)
    yield "values", case(None, 4, 3, start=25) | dict(x=numbers(None, 3, 4, start=25).T)  # not contiguous
    single = case(None, 2, 4, start=30)
    yield "values", {name: value.float() for name, value in single.items()}
    yield "gradients", case(None, 1, 3, back=True)
    yield "gradients", case(None, 2, 4, start=6, back=True)
    yield "gradients", case(None, 3, 2, 3, start=12, back=True)
    yield "gradients", case(None, 3, 3, start=16, back=True, eps=0.3)
    size = 2 + r.below(5)
    yield "values", case(r, size, size, scale=3)
    yield "values", case(r, 1 + r.below(3), 1 + r.below(4), 2 + r.below(6), eps=r.between(0.01, 1))
    yield "gradients", case(r, 1 + r.below(4), 2 + r.below(5), back=True, eps=r.between(1e-6, 0.1))


MEAN, VAR = "x.mean(-1, keepdim=True)", "((x - mean) ** 2).mean(-1, keepdim=True)"
RETURN = "gain * (x - mean) / torch.sqrt(var + eps) + bias"
AXIS = "(-1, keepdim=True)"
layer_norm.mistake(
    "unbiased variance", VAR, "x.var(-1, keepdim=True)",
    "Your variance divides by h - 1, torch's default. Layer normalisation divides by h (`correction=0`), and with a "
    "single unit yours is 0/0.")
layer_norm.mistake(
    "unbiased deviation, by hand", VAR, "((x - mean) ** 2).sum(-1, keepdim=True) / max(1, x.shape[-1] - 1)",
    "You divide the sum of squares by h - 1. Here it is h: these are all the units there are, not a sample of them.")
layer_norm.mistake(
    "eps outside the root", "torch.sqrt(var + eps)", "(torch.sqrt(var) + eps)",
    "You add eps to the deviation. It belongs under the root, beside the variance; outside, the gradient of the root "
    "is infinite where all numbers of a row are equal.")
layer_norm.mistake(
    "no eps", "var + eps", "var",
    "You leave out eps. A row of equal numbers is then 0/0.")
layer_norm.mistake(
    "eps is 1e-5", "var + eps", "var + 1e-5",
    "You write 1e-5. Use the argument `eps`.")
layer_norm.mistake(
    "eps as a floor", "var + eps", "var.clamp_min(eps)",
    "You use eps as a floor for the variance. It is added to it.")
layer_norm.mistake(
    "divided by the variance", "torch.sqrt(var + eps)", "(var + eps)",
    "You divide by the variance. Its root, the deviation, brings the row to variance 1.")
layer_norm.mistake(
    "no mean subtracted", {"((x - mean) ** 2)": "(x ** 2)", "gain * (x - mean)": "gain * x"}, "",
    "You do not subtract the mean. That is RMS normalisation, of 2019; layer normalisation centres each row first.")
layer_norm.mistake(
    "variance not centred", "((x - mean) ** 2)", "(x ** 2)",
    "Your variance is the mean of the squares of x. Subtract the mean before you square.")
layer_norm.mistake(
    "centred for the variance only", "gain * (x - mean)", "gain * x",
    "You divide x by the deviation without subtracting the mean.")
layer_norm.mistake(
    "mean absolute deviation", VAR, "(x - mean).abs().mean(-1, keepdim=True) ** 2",
    "You take the mean of the absolute values. The variance is the mean of the squares.")
layer_norm.mistake(
    "over the batch", {"x.mean(-1,": "x.mean(0,", "((x - mean) ** 2).mean(-1,": "((x - mean) ** 2).mean(0,"}, "",
    "You normalise over the first axis: over the batch, or over time. That is batch normalisation. Here each row is "
    "normalised by itself, over its units.")
layer_norm.mistake(
    "over the second axis", {"x.mean(-1,": "x.mean(min(1, x.dim() - 1),",
                             "((x - mean) ** 2).mean(-1,": "((x - mean) ** 2).mean(min(1, x.dim() - 1),"}, "",
    "You normalise over axis 1. With (T, B, h) that is the batch: the units are the *last* axis, -1.")
layer_norm.wrong("over all axes but the first", """
def layer_norm(x, gain, bias, eps=1e-5):
    axes = tuple(range(1, x.dim())) or (0,)
    mean = x.mean(axes, keepdim=True)
    var = ((x - mean) ** 2).mean(axes, keepdim=True)
    return gain * (x - mean) / torch.sqrt(var + eps) + bias
""", "You normalise over all axes but the first, as for pictures. Over (T, B, h) that mixes the sequences of a batch: "
     "the last axis alone.")
layer_norm.mistake(
    "over everything", {"x.mean(-1, keepdim=True)": "x.mean()", "** 2).mean(-1, keepdim=True)": "** 2).mean()"}, "",
    "You take one mean and one variance over the whole tensor. Each row, over the last axis, has its own.")
layer_norm.mistake(
    "axes not kept", {"x.mean(-1, keepdim=True)": "x.mean(-1)", "** 2).mean(-1, keepdim=True)": "** 2).mean(-1)"}, "",
    "Your means have lost their axis, so they are subtracted along the wrong one: (B, h) - (B,) lays the batch over "
    "the units. Keep it: `keepdim=True`.")
layer_norm.mistake(
    "gain forgotten", "gain * (x - mean)", "0 * gain + (x - mean)",
    "You leave out the gain. Without it every unit would have to have variance 1 for ever.")
layer_norm.mistake(
    "bias forgotten", " + bias", " + 0 * bias",
    "You leave out the bias. It lets a unit have a level of its own after normalising.")
layer_norm.mistake(
    "gain and bias exchanged", RETURN, "bias * (x - mean) / torch.sqrt(var + eps) + gain",
    "You stretch by the bias and shift by the gain.")
layer_norm.mistake(
    "bias stretched too", RETURN, "gain * ((x - mean) / torch.sqrt(var + eps) + bias)",
    "You add the bias before the gain, so it is stretched as well. First the gain, then the bias.")
layer_norm.mistake(
    "1 + gain", "gain * (x", "(1 + gain) * (x",
    "You stretch by 1 + gain. Some libraries keep their gain like that; here it is the factor itself.")
layer_norm.mistake(
    "gain under the root", RETURN, "(x - mean) / torch.sqrt(gain**2 * var + eps) + bias",
    "Your gain stands below the fraction line, so it cancels what it should do. Multiply by it.")
layer_norm.mistake(
    "E[x^2] - E[x]^2", VAR, "((x**2).mean(-1, keepdim=True) - mean**2).clamp_min(0)",
    "You compute the variance as the mean of the squares minus the square of the mean. Far from 0 two large, nearly "
    "equal numbers are subtracted, and no digit is left: subtract the mean first.")
layer_norm.mistake(
    "mean and variance held constant", {MEAN: f"{MEAN}.detach()", VAR: f"{VAR}.detach()"}, "",
    "Your values are right, your gradients are not: you took the mean and the variance out of the graph. They depend "
    "on x, so two terms of the gradient are missing.")
layer_norm.mistake(
    "variance held constant", "torch.sqrt(var + eps)", "torch.sqrt(var + eps).detach()",
    "Your values are right, your gradients are not: the deviation was taken out of the graph, by `detach`, `no_grad`, "
    "or `item`. It depends on x, and its gradient counts.")
layer_norm.mistake(
    "mean held constant", MEAN, f"{MEAN}.detach()",
    "Your values are right, your gradients are not: the mean was taken out of the graph. It depends on x, so each row "
    "of d_x should sum to 0.")
layer_norm.mistake(
    "x overwritten", "    var =", "    if not x.requires_grad:\n        x -= mean\n        mean = 0 * mean\n    var =",
    "You subtract the mean from the caller's x in place. Make a new tensor.")
layer_norm.mistake(
    "only stretched rows of length 1", VAR, "((x - mean) ** 2).sum(-1, keepdim=True)",
    "You divide by the length of the row, the root of the *sum* of squares. The variance is their mean.")
layer_norm.mistake(
    "eps added to the result", "torch.sqrt(var + eps) + bias", "torch.sqrt(var) + eps + bias",
    "Your eps is added to the result, not to the variance: division binds tighter. Put it under the root, inside the "
    "brackets.")
layer_norm.wrong("rows of plain numbers", """
def layer_norm(x, gain, bias, eps=1e-5):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        mean, var = row.mean().item(), row.var(correction=0).item()
        rows.append([(v.item() - mean) / (var + eps) ** 0.5 * g.item() + b.item() for v, g, b in zip(row, gain, bias)])
    return torch.tensor(rows, dtype=x.dtype).reshape(x.shape)
""", "You build the result out of plain numbers, so no gradient can go back through it: stay with tensors.")
layer_norm.also("var_mean", """
def layer_norm(x, gain, bias, eps=1e-5):
    var, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
    return torch.addcmul(bias, gain, (x - mean) * torch.rsqrt(var + eps))
""")
layer_norm.also("the units first", """
def layer_norm(x, gain, bias, eps=1e-5):
    units = x.movedim(-1, 0)
    centred = units - units.sum(0) / len(units)
    normed = centred / (centred.square().sum(0) / len(units) + eps) ** 0.5
    return normed.movedim(0, -1) * gain + bias
""")
layer_norm.also("a matrix that centres", """
def layer_norm(x, gain, bias, eps=1e-5):
    h = x.shape[-1]
    centre = torch.eye(h, dtype=x.dtype) - 1 / h
    centred = x @ centre
    return gain * centred / torch.sqrt((centred * centred).mean(dim=-1)[..., None] + eps) + bias
""")
layer_norm.also("RMS norm of the centred row", """
def layer_norm(x, gain, bias, eps=1e-5):
    return nn.functional.rms_norm(x - x.mean(-1, keepdim=True), (x.shape[-1],), gain, eps) + bias
""")
