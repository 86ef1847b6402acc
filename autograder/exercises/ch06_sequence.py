"""Chapter 06: the LSTM along a sequence, and the gradient along its cell."""

import torch

from autograder.exercises.ch06_common import exercise, lstm_weights, numbers
from ngram2bert.lstm.gradient import cell_gradients as _cell_gradients
from ngram2bert.lstm.sequence import lstm as _lstm

lstm = exercise(
    "lstm", of=_lstm, points=2, minutes=8, level=1, builds_on=["lstm_step"],
    parts={"states": 1, "gradients": 1}, forbids=["lstm", "lstm_cell"],
    # what comes out, or, where the part asks for it, how it moves with everything that went in
    probe="""
    def probe(target, params, xs, h0, c0, gradients):
        inputs = {**params, "xs": xs, "h0": h0, "c0": c0}
        kept = {name: value.clone() for name, value in inputs.items()}
        for value in inputs.values():
            value.requires_grad_(gradients)
        result = target(params, xs, h0, c0)
        same = {name: bool((value == kept[name]).all()) for name, value in inputs.items()}
        if not gradients:
            return {"result": result, "arguments unchanged": same}

        def tensors(value):
            if isinstance(value, torch.Tensor):
                return [value]
            return [leaf for item in value for leaf in tensors(item)] if isinstance(value, (list, tuple)) else []

        total = sum(
            (leaf * torch.cos(torch.arange(leaf.numel(), dtype=leaf.dtype) * 1.7 + k + 0.3).reshape(leaf.shape)).sum()
            for k, leaf in enumerate(tensors(result))
        )
        if not isinstance(total, torch.Tensor) or not total.requires_grad:
            return {"gradients": None}
        grads = torch.autograd.grad(total, list(inputs.values()), allow_unused=True)
        return {"gradients": dict(zip(inputs, grads))}
    """,
    hints=["What does step t need from step t-1, and what has to be kept of every step?",
           "Go over the first axis of xs. Call `lstm_step` with the h and c of the step before, and collect each h.",
           "`h, c = lstm_step(params, x, h, c)` and `hs.append(h)` in the loop; `torch.stack(hs)` after it."])


@lstm.cases
def _(r):
    def case(r, steps, batch, m, h, gradients, start=0.0):
        return dict(params=lstm_weights(r, m, h, start), xs=numbers(r, steps, batch, m, start=start + 60),
                    h0=0.7 * numbers(r, batch, h, start=start + 71), c0=1.5 * numbers(r, batch, h, start=start + 83),
                    gradients=gradients)

    for part in ("states", "gradients"):
        for i, sizes in enumerate([(2, 1, 1, 1), (3, 2, 2, 2), (1, 2, 3, 2), (4, 3, 1, 2), (2, 2, 2, 2)]):
            yield part, case(None, *sizes, part == "gradients", start=7.0 * i)
    for part in ("states", "gradients"):
        yield part, case(r, 3 + r.below(4), 1 + r.below(4), 1 + r.below(4), 1 + r.below(4), part == "gradients")


STEP = "h, c = lstm_step(params, x, h, c)"
lstm.mistake(
    "state not handed on", STEP, "h, c = lstm_step(params, x, h0, c0)",
    "Every step starts from h0 and c0, so nothing is remembered. Hand on the h and c of the step before.")
lstm.mistake(
    "the cell not handed on", STEP, "h, _ = lstm_step(params, x, h, c)",
    "You hand on h, but the cell stays c0 for ever. c is the memory: keep both.")
lstm.mistake(
    "only the cell handed on", STEP, "h, c = lstm_step(params, x, h0, c)",
    "You hand on c, but every step sees h0. Hand on both.")
lstm.mistake(
    "h0 ignored", "h, c, hs = h0, c0, []", "h, c, hs = torch.zeros_like(h0), c0, []",
    "You start from a zero h. Start from h0: that is how a state comes in from the batch before.")
lstm.mistake(
    "c0 ignored", "h, c, hs = h0, c0, []", "h, c, hs = h0, torch.zeros_like(c0), []",
    "You start from a zero cell. Start from c0.")
lstm.mistake(
    "both starts ignored", "h, c, hs = h0, c0, []", "h, c, hs = torch.zeros_like(h0), torch.zeros_like(c0), []",
    "You start from zeros. h0 and c0 are the state that came before.")
lstm.mistake(
    "h0 and c0 exchanged", "h, c, hs = h0, c0, []", "h, c, hs = c0, h0, []",
    "You take c0 for h and h0 for c at the start.")
lstm.mistake(
    "h and c exchanged on the way in", STEP, "h, c = lstm_step(params, x, c, h)",
    "You hand c to `lstm_step` where it wants h. The order is x, h, c.")
lstm.mistake(
    "h and c exchanged on the way out", STEP, "c, h = lstm_step(params, x, h, c)",
    "You take the results of `lstm_step` in the wrong order. It returns h, then c.")
lstm.mistake(
    "cells collected", "hs.append(h)", "hs.append(c)",
    "You collect the cells. hs is what the cell *shows* at each step, h.")
lstm.wrong("states before the steps", """
def lstm(params, xs, h0, c0):
    h, c, hs = h0, c0, []
    for x in xs:
        hs.append(h)
        h, c = lstm_step(params, x, h, c)
    return torch.stack(hs), (h, c)
""", "You append h before the step, so hs begins with h0 and the last one is missing. hs[t] is what the cell shows "
     "*after* it read xs[t].")
lstm.mistake(
    "h0 among the states", "h, c, hs = h0, c0, []", "h, c, hs = h0, c0, [h0]",
    "Your hs has T+1 steps, because h0 is in it. It has one state for each input.")
lstm.mistake(
    "batch first", "for x in xs:", "for x in xs.transpose(0, 1):",
    "You go over the sequences, not over the steps. Time is the first axis: `for x in xs`.")
lstm.mistake(
    "states stacked batch first", "torch.stack(hs)", "torch.stack(hs, dim=1)",
    "Your hs is (B, T, h). Time is the first axis: (T, B, h).")
lstm.mistake(
    "states joined, not stacked", "torch.stack(hs)", "torch.cat(hs)",
    "`torch.cat` makes (T B, h), the steps under one another. `torch.stack` makes a new axis for time.")
lstm.mistake(
    "only the last state", "return torch.stack(hs), (h, c)", "return h, (h, c)",
    "You return the last h for hs. A language model predicts at every step: return all of them, (T, B, h).")
lstm.mistake(
    "state forgotten", "return torch.stack(hs), (h, c)", "return torch.stack(hs)",
    "You return hs alone. The state (h_T, c_T) is asked for as well: the next batch goes on from it.")
lstm.mistake(
    "cell not in the state", "torch.stack(hs), (h, c)", "torch.stack(hs), h",
    "Your state is h alone. Without c the next batch could not go on: return (h, c).")
lstm.mistake(
    "state the wrong way round", "torch.stack(hs), (h, c)", "torch.stack(hs), (c, h)",
    "Your state is (c, h). The order is (h, c).")
lstm.mistake(
    "the state of the start returned", "torch.stack(hs), (h, c)", "torch.stack(hs), (h0, c0)",
    "You return the state that came in. The one after the last step is asked for.")
lstm.mistake(
    "state not in a pair", "torch.stack(hs), (h, c)", "torch.stack(hs), h, c",
    "You return three things. Put the state into a pair of its own: hs, (h, c).")
lstm.mistake(
    "the text backwards", "for x in xs:", "for x in xs.flip(0):",
    "You read from the end. This LSTM reads forwards; the one that reads backwards comes later.")
lstm.mistake(
    "first step left out", "for x in xs:", "for x in xs[1:] if len(xs) > 1 else xs:",
    "You begin at the second input.")
lstm.mistake(
    "last step left out", "for x in xs:", "for x in xs[:-1] if len(xs) > 1 else xs:",
    "Your loop ends one input too early.")
lstm.mistake(
    "detached at each step", STEP, "h, c = lstm_step(params, x, h.detach(), c.detach())",
    "You detach the state at each step, so no gradient goes back in time and nothing can be learned from far away. "
    "Detach "
    "*between* batches, not inside one.")
lstm.mistake(
    "only the cell detached", STEP, "h, c = lstm_step(params, x, h, c.detach())",
    "You detach the cell at each step. The way back along the cell is the very one that does not fade.")
lstm.mistake(
    "h detached", STEP, "h, c = lstm_step(params, x, h.detach(), c)",
    "You detach h at each step. The original LSTM did that to save work; here the whole gradient is asked for.")
lstm.mistake(
    "states kept without their history", "hs.append(h)", "hs.append(h.detach())",
    "You detach what you collect, so a loss on hs teaches nothing. Append h as it is.")
lstm.mistake(
    "the state detached at the end", "torch.stack(hs), (h, c)", "torch.stack(hs), (h.detach(), c.detach())",
    "You detach the state that you return. That is for the caller to decide: in evaluation of one long run, or in a "
    "decoder, "
    "the gradient must go through.")
lstm.mistake(
    "one step too often", "    return torch.stack(hs), (h, c)", "    h, c = lstm_step(params, x, h, c)\n    return "
    "torch.stack(hs), (h, c)",
    "You take one more step after the loop, so the state has read the last input twice.")
lstm.mistake(
    "a running sum", STEP, "h, c = (a + b for a, b in zip((h, c), lstm_step(params, x, h, c)))",
    "You add the new state to the old one. The sum is inside the cell already: the new state replaces the old.")
lstm.also("written into a table", """
def lstm(params, xs, h0, c0):
    hs = xs.new_empty(len(xs), *h0.shape)
    state = (h0, c0)
    for t in range(xs.shape[0]):
        state = lstm_step(params, xs[t], *state)
        hs[t] = state[0]
    return hs, state
""")
lstm.also("recursion", """
def lstm(params, xs, h0, c0):
    h, c = lstm_step(params, xs[0], h0, c0)
    if len(xs) == 1:
        return h[None], (h, c)
    rest, state = lstm(params, xs[1:], h, c)
    return torch.cat([h[None], rest]), state
""")
lstm.also("the inputs' part for all steps at once", """
def lstm(params, xs, h0, c0):
    from_x = xs @ params["W_x"].T + params["b"]
    nothing = {"W_x": torch.eye(from_x.shape[2], dtype=xs.dtype), "W_h": params["W_h"], "b": 0 * params["b"]}
    states = [(h0, c0)]
    for z in from_x.unbind():
        states.append(lstm_step(nothing, z, *states[-1]))
    return torch.stack([h for h, _ in states[1:]]), states[-1]
""")

cell_gradients = exercise(
    "cell_gradients", of=_cell_gradients, points=2, minutes=10, level=2,
    parts={"one unit": 1, "many units": 1},
    hints=["How much does c_T change with c_{T-1}? And c_T with c_{T-2}?",
           "Start at the last step and multiply forget gates while you go back. Row 0 has no factor at all, row 1 has "
           "f_T.",
           "Turn f round with `flip(0)`, put a row of ones in front, drop the last row (f_1), and take `cumprod(0)`."])


@cell_gradients.cases
def _(r):
    def gates(r, steps, units, start=0.0):
        return torch.sigmoid(1.5 * numbers(r, steps, units, start=start) + 0.5)

    yield "one unit", dict(f=torch.tensor([[0.5], [0.9], [0.8]]).double())
    yield "one unit", dict(f=torch.tensor([[0.3]]).double())
    yield "one unit", dict(f=torch.tensor([[0.4], [0.7], [0.0], [0.6], [0.9]]).double())
    yield "one unit", dict(f=torch.tensor([[0.4], [0.7], [1.0], [1.0], [0.0]]).double())
    yield "many units", dict(f=gates(None, 3, 2))
    yield "many units", dict(f=gates(None, 5, 4, start=20))
    yield "many units", dict(f=gates(None, 2, 3, start=31))
    yield "many units", dict(f=gates(None, 3, 4, start=11).T)  # not contiguous
    yield "one unit", dict(f=gates(r, 2 + r.below(7), 1))
    yield "many units", dict(f=gates(r, 2 + r.below(7), 2 + r.below(4)))


FLIP = "latest_first = f.flip(0)"
FACTORS = "torch.cat([torch.ones_like(f[:1]), latest_first[:-1]])"
cell_gradients.mistake(
    "products from the start", FLIP, "latest_first = f",
    "You multiply the *first* gates. From c_T back to c_{T-k} lie the last k steps: start at f_T.")
cell_gradients.mistake(
    "one factor too many", FACTORS, "latest_first",
    "Each row has one factor too many: row 0 is dc_T/dc_T = 1, and row k has the k gates f_T .. f_{T-k+1}.")
cell_gradients.mistake(
    "last gate left out", FACTORS, "torch.cat([torch.ones_like(f[:1]), f[:-1].flip(0)])",
    "You leave out f_T. It stands between c_{T-1} and c_T, so it is the first factor; f_1 is the one in no product.")
cell_gradients.mistake(
    "sums for products", "factors.cumprod(0)", "factors.cumsum(0)",
    "You add the gates. Each step back multiplies by one: the chain rule.")
cell_gradients.mistake(
    "in the order of time", "factors.cumprod(0)", "factors.cumprod(0).flip(0)",
    "Your rows run from c_1 to c_T. Row k is for k steps *ago*: row 0 is c_T itself.")
cell_gradients.mistake(
    "sigmoid once more", FLIP, "latest_first = torch.sigmoid(f).flip(0)",
    "You take the sigmoid of f. f holds the gates after the sigmoid already.")
cell_gradients.mistake(
    "what is forgotten", FLIP, "latest_first = 1 - f.flip(0)",
    "You multiply 1 - f. The old cell is multiplied by f.")
cell_gradients.mistake(
    "along the units", "factors.cumprod(0)", "factors.cumprod(1)",
    "You multiply along the units. Each unit has a memory of its own: multiply along time, axis 0.")
cell_gradients.mistake(
    "the whole product only", "factors.cumprod(0)", "factors.prod(0)",
    "You return one product. The products for k = 0 to T-1 are asked for, one below the other.")
cell_gradients.mistake(
    "mean over the units", "factors.cumprod(0)", "factors.cumprod(0).mean(1)",
    "You average over the units. Some forget at once and some never: each has a column of its own.")
cell_gradients.mistake(
    "power of the mean gate", "factors.cumprod(0)", "f.mean(0) ** torch.arange(len(f), dtype=f.dtype)[:, None]",
    "You take powers of the mean gate. The gates change from step to step: multiply the ones that were there.")
cell_gradients.mistake(
    "power of the last gate", "factors.cumprod(0)", "f[-1] ** torch.arange(len(f), dtype=f.dtype)[:, None]",
    "You take powers of f_T. Each step has a gate of its own.")
cell_gradients.mistake(
    "each gate by itself", "factors.cumprod(0)", "factors",
    "Your row k is a single gate. From c_T to c_{T-k} it goes through k of them: multiply.")
cell_gradients.mistake(
    "logarithms returned", "factors.cumprod(0)", "factors.log().cumsum(0)",
    "You return the logarithm of the product. Take the exponential at the end.")
cell_gradients.wrong("by division", """
def cell_gradients(f):
    products = f.cumprod(0)
    return products[-1:] / products.flip(0)
""", "You divide the product of all gates by that of the first ones. A gate may be 0, and then 0/0 is NaN: multiply "
     "from "
     "the end instead.")
cell_gradients.wrong("division, with the last row's one in front", """
def cell_gradients(f):
    products = f.cumprod(0).clamp(min=1e-8)
    return products[-1:] / products.flip(0)
""", "You divide products and keep them from 0 by a small number. Where a gate is 0 your answer is then 1 or anything: "
     "multiply from the end instead.")
cell_gradients.wrong("f_1 in, row 0 out", """
def cell_gradients(f):
    return torch.cat([f.flip(0).cumprod(0)[1:], torch.ones_like(f[:1])])
""", "Your ones stand at the end. They belong in front: 0 steps ago is c_T itself.")
cell_gradients.wrong("slope of the gate", """
def cell_gradients(f):
    slopes = (f * (1 - f)).flip(0)
    return torch.cat([torch.ones_like(f[:1]), slopes[:-1]]).cumprod(0)
""", "You multiply f (1 - f), the slope of the sigmoid. Along the cell the gate is a factor, not a function of c: the "
     "derivative of f * c is f.")
cell_gradients.wrong("as in a plain RNN", """
def cell_gradients(f):
    slopes = (1 - f**2).flip(0)
    return torch.cat([torch.ones_like(f[:1]), slopes[:-1]]).cumprod(0)
""", "You multiply 1 - f^2, as if a tanh lay between the cells. There is none: c' = f * c + ..., so the factor is f.")
cell_gradients.wrong("back to c_0", """
def cell_gradients(f):
    return torch.cat([torch.ones_like(f[:1]), f.flip(0)]).cumprod(0)
""", "You have T+1 rows, down to c_0. The last row is for c_1: T rows, and f_1 in none of them.")
cell_gradients.wrong("the argument changed", """
def cell_gradients(f):
    for t in range(len(f) - 2, -1, -1):
        f[t] *= f[t + 1]
    return torch.cat([torch.ones_like(f[:1]), f.flip(0)[:-1]])
""", "Your answer is right, but you wrote the products over the caller's gates. Make a new tensor.")
cell_gradients.also("a loop back in time", """
def cell_gradients(f):
    rows = [torch.ones_like(f[0])]
    for gate in reversed(f[1:]):
        rows.append(rows[-1] * gate)
    return torch.stack(rows)
""")
cell_gradients.also("logarithms", """
def cell_gradients(f):
    logs = f[1:].log()
    back = logs.flip(0).cumsum(0).exp()
    return torch.vstack([torch.ones(1, f.shape[1], dtype=f.dtype), back])
""")
cell_gradients.also("each product by itself", """
def cell_gradients(f):
    return torch.stack([f[len(f) - k :].prod(0) for k in range(len(f))])
""")
cell_gradients.also("autograd on a cell", """
def cell_gradients(f):
    cells = [torch.ones_like(f[0]).requires_grad_()]
    for gate in f[1:].detach():
        cells.append(gate * cells[-1])
    grads = torch.autograd.grad(cells[-1].sum(), cells)
    return torch.stack(grads[::-1])
""")
