"""Chapter 03: Adam."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch03_common import exercise
from ngram2bert.neural.adam import adam_step as _adam_step

adam_step = exercise(
    "adam_step", of=_adam_step, points=3, minutes=15, level=2,
    parts={"first step": 1, "several steps": 1, "settings": 1}, forbids=["adam", "_fused_adam_", "lerp_"],
    # the state starts empty and is the learner's own from then on; what it holds afterwards is looked at as well
    probe="""
    def probe(target, params, steps, **settings):
        state = {"t": 0, "m": {}, "v": {}}
        kept = [{name: g.clone() for name, g in grads.items()} for grads in steps]
        for grads in steps:
            returned = target(params, grads, state, **settings)
        return {
            "params": params,
            "state": {key: state.get(key) for key in ("t", "m", "v")},
            "gradients unchanged": all((a[k] == b[k]).all().item() for a, b in zip(steps, kept) for k in b),
        }
    """,
    hints=["m and v start at 0. After one step, what is m for a gradient g? By what must it be divided to be g again?",
           "Count the step first. For each parameter make the new m and v and store them; then make the two corrected "
           "ones, which are not stored, and change the parameter.",
           "`m = beta1 * state[\"m\"].get(name, torch.zeros_like(g)) + (1 - beta1) * g`, v with g**2, and "
           "`params[name] -= rate * (m / (1 - beta1 ** t)) / ((v / (1 - beta2 ** t)).sqrt() + eps)`."])


@adam_step.cases
def _(r):
    def grads(*starts, scale=1.0, **shapes):
        return [{name: scale * ramp(*shape, start=start + 7 * i) for i, (name, shape) in enumerate(shapes.items())}
                for start in starts]

    def params(**shapes):
        return {name: ramp(*shape, start=50.0) for name, shape in shapes.items()}

    one, two = dict(b=(3,)), dict(U=(2, 3), b=(2,))
    yield "first step", dict(params=params(**one), steps=grads(0, **one), rate=0.5)
    yield "first step", dict(params=params(**two), steps=grads(4, **two))
    yield "first step", dict(params=params(**one), steps=[{"b": torch.tensor([0.0, 1e-9, 2.0], dtype=torch.float64)}],
                             rate=0.5)
    yield "several steps", dict(params=params(**one), steps=grads(0, 9, **one), rate=0.5)
    yield "several steps", dict(params=params(**two), steps=grads(0, 5, 11, 2, **two), rate=0.1)
    yield "settings", dict(params=params(**two), steps=grads(1, 6, 3, **two), rate=0.2, betas=(0.5, 0.8), eps=0.01)
    yield "settings", dict(params=params(**one), steps=grads(1, 6, scale=1e-4, **one), rate=0.3, betas=(0.0, 0.7),
            eps=1e-3)
    yield "settings", dict(params=params(**one), steps=grads(2, 3, 8, scale=30.0, **one), rate=0.02, betas=(0.9, 0.6),
            eps=0.5)
    shapes = {"H": (1 + r.below(3), 2), "d": (1 + r.below(3),)}
    for part, count in (("first step", 1), ("several steps", 5), ("settings", 3)):
        case = dict(params={name: r.normal(*shape) for name, shape in shapes.items()},
                    steps=[{name: r.normal(*shape) for name, shape in shapes.items()} for _ in range(count)])
        if part == "settings":
            case |= dict(rate=r.between(0.01, 1), betas=(r.between(0, 0.95), r.between(0.5, 0.99)), eps=r.between(0.01,
                    0.3))
        yield part, case


STEP = "params[name] -= rate * m_hat / (v_hat.sqrt() + eps)"
adam_step.mistake(
    "t starts at 0", {"    state[\"t\"] += 1\n": "", STEP: STEP + "\n    state[\"t\"] += 1"}, "",
    "You count the step at its end, so t is 0 in the first one: 1 - beta^0 is 0, and you divide by it. t is 1 at the "
    "first step.")
adam_step.mistake(
    "t counted once a parameter", {"    state[\"t\"] += 1\n": "", "    for name, g in grads.items():\n":
                                   "    for name, g in grads.items():\n        state[\"t\"] += 1\n"}, "",
    "You count t for each parameter. It counts the steps: once a call.")
adam_step.mistake(
    "t never counted", "    state[\"t\"] += 1\n", "    state[\"t\"] = 1\n",
    "Your t is 1 at every step, so m and v are blown up for ever. The correction fades as t grows.")
adam_step.mistake(
    "no correction", "m_hat, v_hat = m / (1 - beta1 ** state[\"t\"]), v / (1 - beta2 ** state[\"t\"])",
    "m_hat, v_hat = m, v",
    "You use m and v as they are. They start at 0 and are too small at first: divide by 1 - beta^t.")
adam_step.mistake(
    "v not corrected", "v / (1 - beta2 ** state[\"t\"])", "v",
    "You correct m, but not v. v is the smaller one at first, so the first steps are far too large.")
adam_step.mistake(
    "m not corrected", "m / (1 - beta1 ** state[\"t\"]), v", "m, v",
    "You correct v, but not m.")
adam_step.mistake(
    "correction without the power", "(1 - beta1 ** state[\"t\"]), v / (1 - beta2 ** state[\"t\"])",
    "(1 - beta1), v / (1 - beta2)",
    "You divide by 1 - beta at every step. That is right for the first one: it is beta to the power t.")
adam_step.mistake(
    "corrected values stored", "state[\"m\"][name], state[\"v\"][name] = m, v\n",
    "state[\"m\"][name], state[\"v\"][name] = m / (1 - beta1 ** state[\"t\"]), v / (1 - beta2 ** state[\"t\"])\n",
    "You keep the *corrected* m and v. The next step builds on the plain ones: correct for use only.")
adam_step.mistake(
    "eps inside the root", "(v_hat.sqrt() + eps)", "(v_hat + eps).sqrt()",
    "Your eps stands inside the root. Where gradients are tiny the step is then much smaller than Adam's: "
    "sqrt(v) + eps.")
adam_step.mistake(
    "eps before the correction", "(v_hat.sqrt() + eps)", "((v.sqrt() + eps) / (1 - beta2 ** state[\"t\"]) ** 0.5)",
    "You add eps to the root of the *uncorrected* v and correct afterwards, so eps is blown up with it. It is added "
    "last.")
adam_step.mistake(
    "no eps", "(v_hat.sqrt() + eps)", "v_hat.sqrt()",
    "You leave out eps. A parameter whose gradient was always 0, a word that has not come yet, then gets 0/0.")
adam_step.mistake(
    "no root", "v_hat.sqrt() + eps", "v_hat + eps",
    "You divide by v. It is the mean *square*: divide by its root, so that the step has no unit of the gradient in it.")
adam_step.mistake(
    "g not squared", "* g**2", "* g.abs()",
    "v is the mean of |g| in your code. It is the mean of g squared.")
adam_step.mistake(
    "v of the mean", "* g**2", "* m**2",
    "You square m. v is the mean of the squared *gradients*.")
adam_step.mistake(
    "betas exchanged", "beta1, beta2 = betas", "beta2, beta1 = betas",
    "You exchange the betas. The first, 0.9, is for m; the second, 0.999, for v.")
adam_step.mistake(
    "(1 - beta1) forgotten", "(1 - beta1) * g", "g",
    "You add the whole gradient to m. A mean needs weights that sum to one: beta1 and 1 - beta1.")
adam_step.mistake(
    "beta and 1 - beta exchanged", {"beta1 * state": "(1 - beta1) * state", "(1 - beta1) * g": "beta1 * g",
                                    "beta2 * state": "(1 - beta2) * state", "(1 - beta2) * g": "beta2 * g"}, "",
    "The old mean gets 1 - beta and the new gradient beta in your code, so it remembers almost nothing. It is the "
    "other "
    "way round.")
adam_step.mistake(
    "uphill", "params[name] -=", "params[name] +=",
    "You add the step. The gradient points uphill, and the loss is to fall: subtract.")
adam_step.mistake(
    "m and v start at the gradient", {"state[\"m\"].get(name, torch.zeros_like(g))": "state[\"m\"].get(name, g)",
                                      "state[\"v\"].get(name, torch.zeros_like(g))": "state[\"v\"].get(name, g**2)"},
                                      "",
    "Your m and v start at the first gradient, and you correct as well. Adam's start at 0: that is what the correction "
    "is for.")
adam_step.mistake(
    "plain gradient", STEP, "params[name] -= rate * g / (v_hat.sqrt() + eps)",
    "You step along the last gradient. Adam steps along the mean of the last ones, m.")
adam_step.mistake(
    "`rate` ignored", STEP, "params[name] -= 1e-3 * m_hat / (v_hat.sqrt() + eps)",
    "You step by 1e-3 whatever `rate` is.")
adam_step.mistake(
    "m and v not kept", "        state[\"m\"][name], state[\"v\"][name] = m, v\n", "",
    "You do not store m and v, so every step is like the first one.")
adam_step.mistake(
    "largest v so far", "v = beta2 * state[\"v\"].get(name, torch.zeros_like(g)) + (1 - beta2) * g**2",
    "v = torch.maximum(beta2 * state[\"v\"].get(name, 0 * g) + (1 - beta2) * g**2, state[\"v\"].get(name, 0 * g))",
    "You keep the largest v so far. That is AMSGrad; Adam's v may fall again.")
adam_step.mistake(
    "root before the correction", "(v_hat.sqrt() + eps)", "(v.sqrt() / (1 - beta2 ** state[\"t\"]) + eps)",
    "You take the root first and correct afterwards, by the whole factor. Correct v, then take the root.")
adam_step.mistake(
    "beta times t", "(1 - beta1 ** state[\"t\"]), v / (1 - beta2 ** state[\"t\"])",
    "(1 - beta1 * state[\"t\"]), v / (1 - beta2 * state[\"t\"])",
    "You multiply beta by t. The correction is 1 - beta to the *power* t.")
adam_step.wrong("one m and v for all parameters", """
def adam_step(params, grads, state, rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    state["t"] += 1
    beta1, beta2 = betas
    for name, g in grads.items():
        m = beta1 * state["m"].get("all", torch.zeros(())).mean() + (1 - beta1) * g
        v = beta2 * state["v"].get("all", torch.zeros(())).mean() + (1 - beta2) * g**2
        state["m"]["all"], state["v"]["all"] = m, v
        state["m"][name], state["v"][name] = m, v
        m_hat, v_hat = m / (1 - beta1 ** state["t"]), v / (1 - beta2 ** state["t"])
        params[name] -= rate * m_hat / (v_hat.sqrt() + eps)
    del state["m"]["all"], state["v"]["all"]
""", "The parameters share one m and one v. Each number of each parameter has its own.")
adam_step.mistake(
    "parameters rebound", STEP, "params = {**params, name: params[name] - rate * m_hat / (v_hat.sqrt() + eps)}",
    "You make a new dictionary of parameters, and the caller's never changes. Change `params[name]` itself.")
adam_step.mistake(
    "gradient overwritten", "v = beta2 * state[\"v\"].get(name, torch.zeros_like(g)) + (1 - beta2) * g**2",
    "v = beta2 * state[\"v\"].get(name, torch.zeros_like(g)) + (1 - beta2) * g.square_()",
    "Your step is right, but it squares the caller's gradient in place. Make a new tensor.")
adam_step.mistake(
    "one v for the whole tensor", "(1 - beta2) * g**2", "(1 - beta2) * (g**2).mean()",
    "You average the squares over the tensor, so all its numbers have one step length. Each *number* has a v of its "
    "own: that is what lets a rare word take long steps.")
adam_step.mistake(
    "variance for v", "(1 - beta2) * g**2", "(1 - beta2) * (g - m) ** 2",
    "You take m away before you square, as for a variance. That is another optimiser, AdaBelief. Adam's v is the mean "
    "of g squared, nothing taken away.")
adam_step.also("in place, as torch does", """
def adam_step(params, grads, state, rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    state["t"] += 1
    t = state["t"]
    for name, g in grads.items():
        m = state["m"].setdefault(name, torch.zeros_like(g))
        v = state["v"].setdefault(name, torch.zeros_like(g))
        m.mul_(betas[0]).add_(g, alpha=1 - betas[0])
        v.mul_(betas[1]).addcmul_(g, g, value=1 - betas[1])
        bottom = (v.sqrt() / math.sqrt(1 - betas[1] ** t)).add_(eps)
        params[name].addcdiv_(m, bottom, value=-rate / (1 - betas[0] ** t))
""")
adam_step.also("new tensors in the same dictionary", """
def adam_step(params, grads, state, rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
    state["t"] = state["t"] + 1
    for name in list(params):
        g = grads[name]
        if name not in state["m"]:
            state["m"][name] = 0 * g
            state["v"][name] = 0 * g
        state["m"][name] = state["m"][name] + (1 - betas[0]) * (g - state["m"][name])
        state["v"][name] = state["v"][name] + (1 - betas[1]) * (g * g - state["v"][name])
        corrected = state["m"][name] / (1 - betas[0] ** state["t"])
        spread = (state["v"][name] / (1 - betas[1] ** state["t"])) ** 0.5
        params[name] = params[name] - rate * corrected / (spread + eps)
""")
