"""Chapter 05: the same step again and again."""

from autograder.exercises.ch05_common import exercise, numbers, weights
from ngram2bert.rnn.step import unroll as _unroll

unroll = exercise(
    "unroll", of=_unroll, points=2, minutes=6, level=1, builds_on=["rnn_step"],
    parts={"every state": 1, "lengths 0 and 1": 1}, forbids=["rnn_tanh", "rnn_tanh_cell"],
    probe="""
    def probe(target, params, xs, h0, d_hs=None):
        if d_hs is None:
            return {"value": target(params, xs, h0), "arguments": [params, xs, h0]}
        leaves = [tensor.requires_grad_() for tensor in (xs, h0)]
        total = (target(params, *leaves) * d_hs).sum()
        return dict(zip(["d_xs", "d_h0"], torch.autograd.grad(total, leaves)))
    """,
    hints=["What does step t need from step t-1, and what does the first step have in its place?",
           "Loop over the first axis of xs, call `rnn_step`, keep the new state for the next step and in a list.",
           "`for x in xs:` gives (B, m) at each step; `h = rnn_step(params, x, h)`; `torch.stack` of the list is "
           "(T, B, h). For T = 0 there is nothing to stack: stack h0 as well and cut it off with `[1:]`."])


@unroll.cases
def _(r):
    def run(r, t, b, m, h, start=0.0):
        return dict(params=weights(r, m, h, start), xs=numbers(r, t, b, m, start=start + 3),
                    h0=numbers(r, b, h, start=start + 40, scale=0.5))

    yield "every state", run(None, 3, 1, 1, 1)
    yield "every state", run(None, 3, 2, 2, 3)
    yield "every state", run(None, 2, 3, 2, 2, start=6)
    yield "every state", run(None, 3, 3, 3, 3, start=11)  # time and batch cannot be told by their length
    yield "every state", run(None, 5, 2, 3, 2, start=19)
    yield "lengths 0 and 1", run(None, 1, 2, 2, 3)
    yield "lengths 0 and 1", run(None, 1, 1, 3, 2, start=4)
    yield "lengths 0 and 1", run(None, 0, 2, 2, 3)
    turned = run(None, 4, 2, 3, 2, start=23)
    yield "every state", turned | dict(xs=numbers(None, 2, 4, 3).transpose(0, 1))  # not contiguous
    yield "every state", run(None, 3, 1, 2, 2, start=29) | dict(d_hs=numbers(None, 3, 1, 2, start=33))  # the way back
    yield "every state", run(None, 4, 2, 2, 3, start=37) | dict(d_hs=numbers(None, 4, 2, 3, start=41))
    t = 2 + r.below(5)
    yield "every state", run(r, t, t, 1 + r.below(4), 1 + r.below(4))
    yield "every state", run(r, 2 + r.below(9), 1 + r.below(4), 1 + r.below(4), 1 + r.below(4))
    for t in (0, 1):
        yield "lengths 0 and 1", run(r, t, 1 + r.below(4), 1 + r.below(4), 1 + r.below(4))


unroll.mistake(
    "h0 at every step", "rnn_step(params, x, h)", "rnn_step(params, x, h0)",
    "Every step of yours starts from h0, as it does if `rnn_step` gets all steps at once. Then no word knows of the "
    "ones before it: hand the state on.")
unroll.mistake(
    "h0 among the states", "[1:]", "",
    "You return T+1 states. h0 is what the network starts with, not what it made of a word: h_1 .. h_T are asked for.")
unroll.mistake(
    "states before the steps", "[1:]", "[:-1]",
    "You return the states *before* each step, h_0 .. h_{T-1}. From row t the word after step t is to be predicted, so "
    "it must be the state that has read it.")
unroll.mistake(
    "the last state only", "torch.stack(hs)[1:]", "hs[-1]",
    "You return the last state. Each step predicts a word, so all T of them are needed.")
unroll.mistake(
    "batch first", "torch.stack(hs)[1:]", "torch.stack(hs)[1:].transpose(0, 1)",
    "Your result is (B, T, h). In this chapter time is the first axis, as in torch's default: (T, B, h).")
unroll.mistake(
    "loop over the batch", "for x in xs:", "for x in xs.transpose(0, 1):",
    "You loop over the second axis. That is the batch: time is first, and xs[t] is what all sequences read at step t.")
unroll.mistake(
    "read backwards", "for x in xs:", "for x in xs.flip(0):",
    "You read the last word first. The first step reads xs[0].")
unroll.mistake(
    "result backwards", "torch.stack(hs)[1:]", "torch.stack(hs[:0:-1]) if len(xs) else xs.new_zeros(0, *h0.shape)",
    "Your states are right but stand in the wrong order: row 0 is h_1.")
unroll.mistake(
    "steps run together", "torch.stack(hs)[1:]", "torch.cat(hs[1:]) if len(xs) else xs.new_zeros(0, *h0.shape)",
    "You join the states with `cat`, which makes (T B, h). `stack` makes a new axis for the steps.")
unroll.mistake(
    "no step, no result", {"h, hs = h0, [h0]": "h, hs = h0, []", "torch.stack(hs)[1:]": "torch.stack(hs)"}, "",
    "With T = 0 your list is empty and `stack` fails. The result is (0, B, h) then.")
unroll.mistake(
    "first step skipped", "for x in xs:", "for x in xs[1:]:",
    "Your loop begins at xs[1]. The first word is read at xs[0].")
unroll.mistake(
    "last step skipped", "for x in xs:", "for x in xs[:-1]:",
    "Your loop ends before the last word.")
unroll.mistake(
    "always the first word", "rnn_step(params, x, h)", "rnn_step(params, xs[0], h)",
    "Every step of yours reads xs[0].")
unroll.mistake(
    "states added up", "        h = rnn_step", "        h = h + rnn_step",
    "You add each new state to the old one. The new state takes the place of the old.")
unroll.wrong("one tensor for all states", """
def unroll(params, xs, h0):
    h, hs = h0.clone(), [h0]
    for x in xs:
        h.copy_(rnn_step(params, x, h))
        hs.append(h)
    return torch.stack(hs)[1:]
""", "You write each state over the one before and put the same tensor into the list T times, so every row shows the "
     "last state.")
unroll.mistake(
    "states summed over time", "torch.stack(hs)[1:]", "torch.stack(hs)[1:].cumsum(0)",
    "You add the states up over time. Row t is the state after step t, nothing more.")
unroll.mistake(
    "mean state", "torch.stack(hs)[1:]", "torch.stack(hs)[1:].mean(0)",
    "You return the mean over the steps. All T states are asked for.")
unroll.wrong("h0 overwritten", """
def unroll(params, xs, h0):
    hs = xs.new_empty(len(xs), *h0.shape)
    for t in range(len(xs)):
        h0.copy_(rnn_step(params, xs[t], h0))
        hs[t] = h0
    return hs
""", "Your states are right, but the caller's h0 is overwritten. The way back needs it: work with a name of your own.")
unroll.wrong("states in float32", """
def unroll(params, xs, h0):
    hs = torch.zeros(len(xs), *h0.shape)
    for t in range(len(xs)):
        hs[t] = rnn_step(params, xs[t], hs[t - 1].to(h0) if t else h0)
    return hs
""", "Your tensor for the states has torch's default type, float32, so what you write into it is rounded. Make it like "
     "h0: `h0.new_empty(...)`, or stack a list.")
unroll.mistake(
    "a list", "torch.stack(hs)[1:]", "hs[1:]",
    "You return a list of states. A tensor (T, B, h) is asked for: `torch.stack`.")
unroll.wrong("state from zeros", """
def unroll(params, xs, h0):
    hs = torch.zeros(len(xs) + 1, *h0.shape, dtype=h0.dtype)
    for t in range(len(xs)):
        hs[t] = rnn_step(params, xs[t], hs[t - 1])
    return hs[: len(xs)]
""", "Your first step starts from zeros, perhaps because `hs[t - 1]` at t = 0 is the last row, still 0. A text that "
     "goes on where another ended hands its state over: start from h0.")
unroll.mistake(
    "the way back cut at every step", "rnn_step(params, x, h)", "rnn_step(params, x, h.detach())",
    "Your states are right, but you detach the state at every step, so the gradient never reaches the step before: the "
    "network could learn to read what its state holds, and never to put something there. Hand on h itself.")
unroll.mistake(
    "states without their graph", "torch.stack(hs)[1:]", "torch.stack(hs)[1:].detach()",
    "Your states are right, but cut off from what they were made of (`detach`, `.data`, `no_grad` or a trip through "
    "numpy or lists): nothing can be learned through them. Keep the tensors that `rnn_step` returns.")
unroll.also("written into one tensor", """
def unroll(params, xs, h0):
    hs = xs.new_empty(xs.shape[0], *h0.shape)
    for t in range(len(xs)):
        hs[t] = rnn_step(params, xs[t], hs[t - 1] if t else h0)
    return hs
""")
unroll.also("inputs multiplied beforehand", """
def unroll(params, xs, h0):
    inputs = xs @ params["W_x"].T + params["b"]
    states = []
    for a in inputs:
        h0 = torch.tanh(a + h0 @ params["W_h"].T)
        states.append(h0[None])
    return torch.cat(states) if states else inputs
""")
unroll.also("accumulate", """
from itertools import accumulate


def unroll(params, xs, h0):
    states = list(accumulate(xs, lambda h, x: rnn_step(params, x, h), initial=h0))
    return torch.stack(states).narrow(0, 1, len(xs))
""")
unroll.also("recursion on the last step", """
def unroll(params, xs, h0):
    if len(xs) == 0:
        return h0.new_empty(0, *h0.shape)
    before = unroll(params, xs[:-1], h0)
    return torch.cat([before, rnn_step(params, xs[-1], before[-1] if len(before) else h0)[None]])
""")
