"""Chapter 03: all gradients at once, and how to check any."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch03_common import exercise, network, words
from ngram2bert.neural.backward import gradients as _gradients
from ngram2bert.neural.numerical import numerical_gradient as _numerical_gradient

gradients = exercise(
    "gradients", of=_gradients, points=3, minutes=12, level=2,
    builds_on=["cross_entropy", "cross_entropy_grad", "forward_pass", "backward_output", "backward_hidden",
               "backward_embedding"],
    parts={"without direct connections": 1, "direct connections": 2}, forbids=["backward", "requires_grad_"],
    hints=["x goes to two places on the way forward. What does that mean for what comes back to it?",
           "Forward, then the gradient of the scores, then the three steps back in the order output, hidden, "
           "embedding, "
           "each fed with what the one before returned.",
           "`backward_embedding(contexts, d_x + d_x_hidden, len(params[\"C\"]))`: one part came through W, the other "
           "through H. Put all the gradients into one dictionary."])


@gradients.cases
def _(r):
    plain, direct = "without direct connections", "direct connections"
    yield plain, dict(params=network(None, 4, 2, 2, 2), contexts=torch.tensor([[3], [1]]), targets=torch.tensor([0, 2]))
    yield plain, dict(params=network(None, 5, 3, 2, 4), contexts=words(None, 3, 2, high=4), targets=torch.tensor([4, 0,
            4]))
    yield direct, dict(params=network(None, 4, 2, 2, 2, True), contexts=torch.tensor([[3], [1]]),
            targets=torch.tensor([0, 2]))
    yield direct, dict(params=network(None, 5, 4, 1, 3, True), contexts=words(None, 4, 3, high=4),
            targets=torch.tensor([1, 0, 4, 1]))
    for part in (plain, direct):
        v, n, m, h, b = 5 + r.below(3), 2 + r.below(3), 1 + r.below(3), 2 + r.below(3), 1 + r.below(5)
        yield part, dict(params=network(r, v, n, m, h, part == direct), contexts=words(r, b, n - 1, high=v),
                         targets=words(r, b, high=v))


gradients.mistake(
    "the direct connections' gradient forgotten", "d_x + d_x_hidden", "d_x_hidden",
    "What comes back to the vectors through W is missing. x is used by the hidden layer *and* by the direct "
    "connections: its gradient is the sum of both.")
gradients.mistake(
    "the hidden layer's gradient forgotten", "d_x + d_x_hidden", "d_x",
    "What comes back to the vectors through the hidden layer is missing, so without direct connections the vectors "
    "never learn.")
gradients.mistake(
    "only one of the two ways", "d_x + d_x_hidden", "d_x if \"W\" in params else d_x_hidden",
    "With direct connections you take what comes back through W *instead of* what comes through H. It is the sum.")
gradients.mistake(
    "mean of the two ways", "d_x + d_x_hidden", "(d_x + d_x_hidden) / 2",
    "You take the mean of what comes back on the two ways. Gradients of something used twice add up.")
gradients.mistake(
    "C forgotten", "{\"C\": d_c, **hidden, **output}", "{**hidden, **output}",
    "The gradient of C is missing from your dictionary: the vectors would never be learned.")
gradients.mistake(
    "output layer forgotten", "{\"C\": d_c, **hidden, **output}", "{\"C\": d_c, **hidden}",
    "The gradients of the output layer are missing from your dictionary.")
gradients.mistake(
    "hidden layer forgotten", "{\"C\": d_c, **hidden, **output}", "{\"C\": d_c, **output}",
    "The gradients of the hidden layer are missing from your dictionary.")
gradients.mistake(
    "gradient of the sum", "d_y = cross_entropy_grad(y, targets)",
    "d_y = cross_entropy_grad(y, targets) * len(targets)",
    "Your gradients are those of the sum of the losses, and your loss is the mean.")
gradients.mistake(
    "divided by the batch twice", "d_y = cross_entropy_grad(y, targets)",
    "d_y = cross_entropy_grad(y, targets) / len(targets)",
    "You divide by the batch once more. `cross_entropy_grad` has done so.")
gradients.mistake(
    "the loss in place of its gradient", "d_y = cross_entropy_grad(y, targets)",
    "d_y = cross_entropy(y, targets) * torch.ones_like(y)",
    "You send the loss itself back. What goes back is its gradient with respect to the scores.")
gradients.mistake(
    "perplexity returned", "return cross_entropy(y, targets),", "return cross_entropy(y, targets).exp(),",
    "You return the perplexity. The loss is its logarithm, and the gradients are those of the loss.")
gradients.mistake(
    "d_a skipped", "backward_hidden(params, x, a, d_a)", "backward_hidden(params, x, a, torch.ones_like(a))",
    "The hidden layer is fed with ones. It must be fed with the d_a that came out of the output layer.")
gradients.mistake(
    "the target's vector learns too", "backward_embedding(contexts, d_x + d_x_hidden, len(params[\"C\"]))",
    "backward_embedding(torch.cat([contexts[:, 1:], targets[:, None]], 1), d_x + d_x_hidden, len(params[\"C\"]))",
    "You give the gradients to the words one place further on, the target among them. They belong to the words that "
    "were looked up: `contexts`.")
gradients.mistake(
    "what comes through W counted twice", "d_x + d_x_hidden", "d_x + d_x + d_x_hidden",
    "You add what comes back through W twice.")
gradients.wrong("parameters updated before all gradients are taken", """
def gradients(params, contexts, targets):
    params = dict(params)
    y, x, a = forward_pass(params, contexts)
    output, d_a, d_x = backward_output(params, x, a, cross_entropy_grad(y, targets))
    for name, g in output.items():
        params[name] = params[name] - 0.1 * g
    y_now, _, a = forward_pass(params, contexts)
    _, d_a, d_x = backward_output(params, x, a, cross_entropy_grad(y_now, targets))
    hidden, d_x_hidden = backward_hidden(params, x, a, d_a)
    d_c = backward_embedding(contexts, d_x + d_x_hidden, len(params["C"]))
    return cross_entropy(y, targets), {"C": d_c, **hidden, **output}
""", "You change the output layer before you have gone back through it: the gradients below belong to another network "
     "than the scores. First all gradients, then the step.")
gradients.wrong("d_x added in place, and once more", """
def gradients(params, contexts, targets):
    y, x, a = forward_pass(params, contexts)
    output, d_a, d_x = backward_output(params, x, a, cross_entropy_grad(y, targets))
    hidden, d_x_hidden = backward_hidden(params, x, a, d_a)
    d_x += d_x_hidden
    d_c = backward_embedding(contexts, d_x + d_x_hidden, len(params["C"]))
    return cross_entropy(y, targets), {"C": d_c, **hidden, **output}
""", "What comes back through the hidden layer is counted twice. `d_x += ...` changes d_x itself: if you add there, do "
     "not add again.")
gradients.also("a dictionary, filled step by step", """
def gradients(params, contexts, targets):
    scores, x, a = forward_pass(params, contexts)
    grads, d_a, through_w = backward_output(params, x, a, cross_entropy_grad(scores, targets))
    more, through_h = backward_hidden(params, x, a, d_a)
    grads.update(more)
    grads["C"] = sum(backward_embedding(contexts, part, len(params["C"])) for part in (through_w, through_h))
    return cross_entropy(scores, targets), {name: grads[name] for name in params}
""")
gradients.also("example by example", """
def gradients(params, contexts, targets):
    total, sums = 0.0, {name: torch.zeros_like(value) for name, value in params.items()}
    for i in range(len(targets)):
        y, x, a = forward_pass(params, contexts[i : i + 1])
        out, d_a, d_x = backward_output(params, x, a, cross_entropy_grad(y, targets[i : i + 1]))
        hid, d_xh = backward_hidden(params, x, a, d_a)
        emb = backward_embedding(contexts[i : i + 1], d_x + d_xh, len(params["C"]))
        total = total + cross_entropy(y, targets[i : i + 1])
        for name, g in {**out, **hid, "C": emb}.items():
            sums[name] += g
    return total / len(targets), {name: g / len(targets) for name, g in sums.items()}
""")

numerical_gradient = exercise(
    "numerical_gradient", of=_numerical_gradient, points=2, minutes=10, level=2, tolerance=1e-6,
    parts={"gradient": 1, "shape and step": 1}, forbids=["backward", "requires_grad_"],
    # f is built here from arrays; its numbers are coupled, so that moving two at once shows
    probe="""
    def probe(target, w, a, b, how, **more):
        def f(v):
            total = (a * torch.sin(b * v)).sum() + (v.flatten()[0] * v.flatten()[-1]) ** 2
            return total.item() if how == "number" else total

        return {"gradient": target(f, w, **more), "w afterwards": w}
    """,
    hints=["If you may ask f only for its value, how do you find its slope at a point? And is it better to look to one "
           "side or to both?",
           "For each number of w: move that one alone up and down by `step`, ask f both times, and divide the "
           "difference "
           "by the distance of the two points. Make sure that w is as before for the next one.",
           "Count the numbers with `for i in range(w.numel())`, make `e` of zeros with `e[i] = step`, reshape it to "
           "`w.shape`, and take `(f(w + e) - f(w - e)) / (2 * step)`."])


@numerical_gradient.cases
def _(r):
    def case(*shape, **more):
        return dict(w=0.4 * ramp(*shape), a=ramp(*shape, start=5), b=2 * ramp(*shape, start=9), how="tensor") | more

    yield "gradient", case(1, step=0.5)
    yield "gradient", case(3, step=0.1)
    yield "gradient", case(2, step=0.25, how="number")
    yield "gradient", case(4)
    yield "gradient", case(3) | dict(b=2000 * ramp(3, start=9))  # so steep that the default step shows
    yield "shape and step", case(2, 3, step=0.2)
    yield "shape and step", case(2, 2, 2, step=0.05)
    yield "shape and step", case(3, 2) | dict(w=0.4 * ramp(2, 3).T, step=0.1)
    shape = [1 + r.below(3), 1 + r.below(3)]
    random = dict(w=r.normal(*shape), a=r.normal(*shape), b=r.normal(*shape), how=r.choice(["tensor", "number"]))
    yield "shape and step", dict(**random, step=r.between(0.05, 0.4))
    yield "gradient", dict(w=r.normal(5), a=r.normal(5), b=r.normal(5), how="tensor")


numerical_gradient.mistake(
    "one side only", "(f(w + e) - f(w - e)) / (2 * step)", "(f(w + e) - f(w)) / step",
    "You look to one side only. Its error falls with the step, that of the central difference with its *square*: from "
    "1e-5 to 1e-10.")
numerical_gradient.mistake(
    "divided by one step", "(2 * step)", "step",
    "The two points lie 2 steps apart, and you divide by one.")
numerical_gradient.mistake(
    "not divided", " / (2 * step)", "",
    "You return the difference of the two values. Divide it by the distance of the two points.")
numerical_gradient.mistake(
    "sign", "f(w + e) - f(w - e)", "f(w - e) - f(w + e)",
    "Your difference is the wrong way round: up minus down.")
numerical_gradient.mistake(
    "all numbers moved at once", "e[i] = step", "e[:] = step",
    "You move all numbers of w at once. Then f tells the sum of all slopes: move one, and leave the others.")
numerical_gradient.mistake(
    "`step` ignored", "e[i] = step", "step = 1e-5\n        e[i] = step",
    "You use 1e-5 whatever `step` is.")
numerical_gradient.mistake(
    "rows moved, not numbers", "w + e) - f(w - e)", "w + e.amax(-1, keepdim=True)) - f(w - e.amax(-1, keepdim=True))",
    "You move a whole row at once. Each *number* of w has a slope of its own.")
numerical_gradient.mistake(
    "flat", "dtype=w.dtype).reshape(w.shape)\n", "dtype=w.dtype)\n",
    "Your gradient is a flat list. It has the shape of w.")
numerical_gradient.wrong("w moved and not moved back", """
def numerical_gradient(f, w, step=1e-5):
    grad = torch.zeros(w.shape, dtype=w.dtype)
    for i in range(w.numel()):
        index = tuple(int(k) for k in torch.unravel_index(torch.tensor(i), w.shape))
        w[index] += step
        up = f(w)
        w[index] -= 2 * step
        grad[index] = (up - f(w)) / (2 * step)
    return grad
""", "After the second call you leave w where it is, a step too low. The next slopes belong to another point, and the "
     "caller's parameters are changed: move it back up.")
numerical_gradient.wrong("w moved one way and back, twice up", """
def numerical_gradient(f, w, step=1e-5):
    slopes = []
    for i in range(w.numel()):
        e = torch.zeros(w.numel(), dtype=w.dtype)
        e[i] = step
        e = e.reshape(w.shape)
        slopes.append(float(f(w + 2 * e) - f(w)) / (2 * step))
    return torch.tensor(slopes, dtype=w.dtype).reshape(w.shape)
""", "Your two points are w and w + 2 steps: that is the slope in the middle of them, one step away from w.")
numerical_gradient.mistake(
    "half a step", {"e[i] = step": "e[i] = step / 2", "(2 * step)": "step"}, "",
    "You move by half a step to either side. The task moves by `step` each way, so the points lie two steps apart.")
numerical_gradient.mistake(
    "single precision", "return torch.tensor(slopes, dtype=w.dtype)", "return torch.tensor(slopes)",
    "Your result is single precision. That is seven digits, too few to see a small error in a gradient.")
numerical_gradient.mistake(
    "the other side only", "(f(w + e) - f(w - e)) / (2 * step)", "(f(w) - f(w - e)) / step",
    "You look down only, from w to w - step. The error of one side falls with the step, that of both with its "
    "*square*.")
numerical_gradient.also("in place, and back", """
def numerical_gradient(f, w, step=1e-5):
    grad = torch.zeros(w.shape, dtype=w.dtype)
    for i in range(w.numel()):
        index = tuple(int(k) for k in torch.unravel_index(torch.tensor(i), w.shape))
        kept = w[index].clone()
        w[index] = kept + step
        up = float(f(w))
        w[index] = kept - step
        down = float(f(w))
        w[index] = kept
        grad[index] = (up - down) / (2 * step)
    return grad
""")
numerical_gradient.also("rows of the identity", """
def numerical_gradient(f, w, step=1e-5):
    moves = step * torch.eye(w.numel(), dtype=w.dtype).reshape(w.numel(), *w.shape)
    slopes = [(f(w + e) - f(w - e)) / (2 * step) for e in moves]
    return torch.stack([torch.as_tensor(s, dtype=w.dtype) for s in slopes]).reshape(w.shape)
""")
