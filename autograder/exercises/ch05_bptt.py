"""Chapter 05: backpropagation through time."""

import torch

from autograder.exercises.ch05_common import AUTOGRAD, exercise, numbers, weights
from ngram2bert.rnn.backward import bptt as _bptt
from ngram2bert.rnn.step import unroll

bptt = exercise(
    "bptt", of=_bptt, points=4, minutes=15, level=3, builds_on=["rnn_step_backward"],
    parts={"weights": 2, "inputs and first state": 2}, forbids=AUTOGRAD, tolerance=1e-6,
    probe="""
    def probe(target, params, xs, h0, hs, d_hs, look_at):
        d_xs, d_h0, grads = target(params, xs, h0, hs, d_hs)
        results = {**grads, "d_xs": d_xs, "d_h0": d_h0, "names": sorted(grads)}
        arguments = [params, xs, h0, hs, d_hs]
        return {**{name: results.get(name) for name in look_at}, "arguments": arguments}
    """,
    hints=["On which two ways does a state in the middle reach the loss, and which of them must be known before you go "
           "back through its step?",
           "Loop from the last step to the first. To each state comes d_hs[t] plus what the step after it sent back. "
           "The gradients of the weights add up; h0 is the state before the first step.",
           "In the loop: `d_xs[t], d_h, step = rnn_step_backward(params, xs[t], before, hs[t], d_hs[t] + d_h)`, where "
           "`before` is `hs[t - 1]`, and `h0` at t = 0 (`hs[-1]` would be the last state!)."])

LOOK_AT = {"weights": ["names", "W_x", "W_h", "b"], "inputs and first state": ["d_xs", "d_h0"]}


@bptt.cases
def _(r):
    def case(r, part, t, b, m, h, start=0.0, **more):
        params, xs = weights(r, m, h, start), numbers(r, t, b, m, start=start + 3)
        h0 = numbers(r, b, h, start=start + 40, scale=0.5)
        d_hs = more["d_hs"] if more else numbers(r, t, b, h, start=start + 60)
        return dict(params=params, xs=xs, h0=h0, hs=unroll(params, xs, h0), d_hs=d_hs, look_at=LOOK_AT[part])

    for part in ("weights", "inputs and first state"):
        yield part, case(None, part, 1, 1, 1, 1)
        yield part, case(None, part, 2, 1, 1, 1, start=2)
        yield part, case(None, part, 3, 2, 2, 3)
        yield part, case(None, part, 1, 3, 2, 2, start=9)
        yield part, case(None, part, 3, 3, 3, 3, start=5)
        last = torch.zeros(4, 2, 3, dtype=torch.float64)
        last[-1] = numbers(None, 2, 3, start=50)
        yield part, case(None, part, 4, 2, 2, 3, start=12, d_hs=last)  # a loss at the last step alone
        yield part, case(None, part, 6, 1, 2, 2, start=17)
    for part in ("weights", "inputs and first state"):
        t = 2 + r.below(4)
        yield part, case(r, part, t, t, t, t)
        yield part, case(r, part, 3 + r.below(6), 1 + r.below(3), 1 + r.below(3), 1 + r.below(4))


CALL = "rnn_step_backward(params, xs[t], befores[t], hs[t], d_hs[t] + d_h)"
bptt.mistake(
    "what comes from the step after dropped", "d_hs[t] + d_h", "d_hs[t]",
    "Each state of yours gets the gradient of its own output alone. It also made all the states after it: add what the "
    "step after sent back.")
bptt.mistake(
    "the loss of the last step only", "d_hs[t] + d_h", "(d_hs[t] if t == len(xs) - 1 else d_h)",
    "You use d_hs at the last step alone. Every step has an output of its own: add d_hs[t] on the way back.")
bptt.mistake(
    "gradients overwritten", "grads[name] += step[name]", "grads[name] = step[name]",
    "Your gradients are those of one step. The same weights were used at every step: add up.")
bptt.wrong("gradients of the last step", """
def bptt(params, xs, h0, hs, d_hs):
    d_xs, d_h, grads = torch.empty_like(xs), torch.zeros_like(h0), None
    befores = [h0, *hs[:-1]]
    for t in reversed(range(len(xs))):
        d_xs[t], d_h, step = rnn_step_backward(params, xs[t], befores[t], hs[t], d_hs[t] + d_h)
        grads = grads or step
    return d_xs, d_h, grads
""", "You keep the weights' gradients of the last step alone. The same weights were used at every step: add up.")
bptt.mistake(
    "gradients averaged over time", "grads[name] += step[name]", "grads[name] += step[name] / len(xs)",
    "You average over the steps. The 1/N of the loss is in d_hs already; the weights' gradients add up.")
bptt.mistake(
    "the new state for the one before", "befores = [h0, *hs[:-1]]", "befores = list(hs)",
    "You hand over hs[t] as the state *before* step t. It is what the step put out; what came in is hs[t-1].")
bptt.mistake(
    "the last state before the first step", "befores[t]", "hs[t - 1]",
    "At t = 0 your `hs[t - 1]` is hs[-1], the *last* state: Python counts from the end. Before the first step stands "
    "h0.")
bptt.mistake(
    "zeros before the first step", "befores = [h0,", "befores = [torch.zeros_like(h0),",
    "You take zeros as the state before the first step. It was h0, and W_h was multiplied by it.")
bptt.mistake(
    "h0 before every step", "befores[t]", "h0",
    "You hand over h0 as the state before every step. Before step t stood hs[t-1].")
bptt.mistake(
    "forwards", "reversed(range(len(xs)))", "range(len(xs))",
    "You go through the steps forwards. What a state sends back must have come to it from the states after it: begin "
    "at the last step.")
bptt.mistake(
    "the first step left out", "reversed(range(len(xs)))", "range(len(xs) - 1, 0, -1)",
    "Your loop ends before step 0: `range(T - 1, 0, -1)` does not hold 0. It ends at -1.")
bptt.mistake(
    "the last step left out", "reversed(range(len(xs)))", "range(len(xs) - 2, -1, -1)",
    "Your loop begins one step too early in time: the last step is T-1.")
bptt.mistake(
    "inputs' gradients in reverse", "return d_xs, d_h, grads", "return d_xs.flip(0), d_h, grads",
    "Your d_xs stand in the order of the way back, the last step first. Turn them round: row t belongs to xs[t].")
bptt.mistake(
    "d_h0 from the first output", "return d_xs, d_h, grads", "return d_xs, d_hs[0], grads",
    "You return d_hs[0] for d_h0. That is what comes to h_1 from its output; to h0 comes what step 0 sends "
    "back.")
bptt.mistake(
    "d_h0 is zero", "return d_xs, d_h, grads", "return d_xs, torch.zeros_like(h0), grads",
    "Your d_h0 is zero. h0 reached the loss through all states: it is what the first step sends back.")
bptt.mistake(
    "d_h0 a step too early", "return d_xs, d_h, grads",
    "return d_xs, rnn_step_backward(params, xs[0], h0, h0, d_h)[1], grads",
    "You go back one step too many: d_h is what comes to h0 already when the loop is done.")
bptt.mistake(
    "added up along the way", "d_hs[t] + d_h)", "d_hs[t:].sum(0) + d_h)",
    "You hand over the sum of all d_hs from t on. What the later ones send back is in d_h already, and has passed the "
    "steps in between: add d_hs[t] alone.")
bptt.mistake(
    "sent back without the steps in between", "d_hs[t] + d_h)", "d_hs[t:].sum(0))",
    "You add up d_hs from t on as if a later state were this state. Between them lie W_h and the slope of tanh, once "
    "for each step: add what the step after sent back.")
bptt.mistake(
    "kept beside the step", f"d_xs[t], d_h, step = {CALL}",
    f"d_xs[t], d_new, step = {CALL}\n        d_h = d_h + d_new",
    "You add what goes back to what came. The state goes through tanh and W_h only: what a step sends back *replaces* "
    "d_h.")
bptt.mistake(
    "truncated after two steps", "        for name in grads:\n",
    "        d_h = d_h if t % 2 else torch.zeros_like(d_h)\n        for name in grads:\n",
    "You cut the gradient between steps. That is truncation, which has its own exercise; here it goes all the way.")
bptt.mistake(
    "d_hs overwritten", "    for t in reversed(range(len(xs))):\n", "    for t in reversed(range(len(xs))):\n"
    "        d_hs[t] += d_h\n        d_h = 0\n",
    "Your answer is right, but you add into the caller's d_hs. Make a new tensor for the sum.")
bptt.mistake(
    "b's gradient of one step", "grads[name] += step[name]",
    "grads[name] = step[name] if name == \"b\" else grads[name] + step[name]",
    "Your gradient of b is that of one step. b was added at every step: add up, as for the matrices.")
bptt.mistake(
    "the state before seen from the end", "befores = [h0, *hs[:-1]]", "befores = [*hs[1:], h0]",
    "You hand over the state *after* step t as the one before it. Before step t stood hs[t-1], and h0 before step 0.")
bptt.mistake(
    "the last output twice", "torch.zeros_like(h0)\n", "d_hs[-1]\n",
    "You begin with d_h = d_hs[-1] and add d_hs[-1] again in the first pass of the loop. After the last step there is "
    "nothing: begin with 0.")
bptt.wrong("the last output at the start", """
def bptt(params, xs, h0, hs, d_hs):
    d_xs, d_h = torch.empty_like(xs), d_hs[-1]
    grads = {name: torch.zeros_like(value) for name, value in params.items()}
    befores = [h0, *hs[:-1]]
    for t in reversed(range(len(xs))):
        d_xs[t], d_h, step = rnn_step_backward(params, xs[t], befores[t], hs[t], d_h)
        d_h = d_h + d_hs[t - 1]
        for name in grads:
            grads[name] += step[name]
    return d_xs, d_h, grads
""", "You add d_hs[t - 1] at the end of each pass. At t = 0 that is d_hs[-1], the last step's, and it lands in d_h0: "
     "Python counts from the end.")
bptt.mistake(
    "gradients in float32", "torch.empty_like(xs)", "torch.empty(xs.shape)",
    "Your d_xs has torch's default type, float32, so what you write into it is rounded. Make it like xs: `empty_like`.")
bptt.also("in one go for the weights", """
def bptt(params, xs, h0, hs, d_hs):
    d_as, d_h = torch.empty_like(hs), torch.zeros_like(h0)
    for t in range(len(xs) - 1, -1, -1):
        d_as[t] = (d_hs[t] + d_h) * (1 - hs[t] ** 2)
        d_h = d_as[t] @ params["W_h"]
    before = torch.cat([h0[None], hs[:-1]])
    grads = {"W_x": torch.einsum("tbh,tbm->hm", d_as, xs), "W_h": torch.einsum("tbi,tbj->ij", d_as, before)}
    return d_as @ params["W_x"], d_h, grads | {"b": d_as.sum((0, 1))}
""")
bptt.also("lists, turned round at the end", """
def bptt(params, xs, h0, hs, d_hs):
    d_h, back, parts = 0, [], []
    for t, (x, h, d_out) in reversed(list(enumerate(zip(xs, hs, d_hs)))):
        d_x, d_h, step = rnn_step_backward(params, x, hs[t - 1] if t > 0 else h0, h, d_out + d_h)
        back.append(d_x)
        parts.append(step)
    grads = {name: torch.stack([part[name] for part in parts]).sum(0) for name in ("b", "W_h", "W_x")}
    return torch.stack(back[::-1]), d_h, grads
""")
bptt.also("recursion", """
def bptt(params, xs, h0, hs, d_hs):
    if len(xs) == 1:
        d_x, d_h0, grads = rnn_step_backward(params, xs[0], h0, hs[0], d_hs[0])
        return d_x[None], d_h0, grads
    d_late, d_h, late = bptt(params, xs[1:], hs[0], hs[1:], d_hs[1:])
    d_x, d_h0, grads = rnn_step_backward(params, xs[0], h0, hs[0], d_hs[0] + d_h)
    return torch.cat([d_x[None], d_late]), d_h0, {name: grads[name] + late[name] for name in grads}
""")
bptt.also("each loss by itself", """
def bptt(params, xs, h0, hs, d_hs):
    d_xs, d_h0 = torch.zeros_like(xs), torch.zeros_like(h0)
    grads = {name: torch.zeros_like(value) for name, value in params.items()}
    for last in range(len(xs)):  # the loss at one step, sent back to the start
        d_h = d_hs[last]
        for t in range(last, -1, -1):
            d_x, d_h, step = rnn_step_backward(params, xs[t], hs[t - 1] if t else h0, hs[t], d_h)
            d_xs[t] += d_x
            for name, value in step.items():
                grads[name] += value
        d_h0 += d_h
    return d_xs, d_h0, grads
""")
