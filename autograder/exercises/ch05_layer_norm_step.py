"""Chapter 05: a layer-normalised recurrent network."""

import torch

from autograder.exercises.ch05_common import exercise, numbers, weights
from ngram2bert.rnn.layer_norm import layer_norm_step as _layer_norm_step

layer_norm_step = exercise(
    "layer_norm_step", of=_layer_norm_step, points=2, minutes=6, level=2, builds_on=["layer_norm"],
    parts={"one sequence": 1, "a batch": 1}, tolerance=1e-6,
    hints=["Which quantity of a step can grow without bound when W_h does, and is therefore the one to normalise?",
           "Add up what comes from x and from h, without b. Normalise the sum with the gain and with b as its bias, "
           "then take tanh.",
           "`a = x @ params[\"W_x\"].T + h @ params[\"W_h\"].T`, then "
           "`torch.tanh(layer_norm(a, params[\"gain\"], params[\"b\"]))`."])


@layer_norm_step.cases
def _(r):
    def step(r, b, m, h, start=0.0, scale=0.6):
        return dict(params=weights(r, m, h, start, scale, gain=True), x=numbers(r, b, m, start=start + 3),
                    h=torch.tanh(numbers(r, b, h, start=start + 40)))

    yield "one sequence", dict(
        params={"W_x": torch.tensor([[1.0], [3.0]]).double(), "W_h": torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double(),
                "b": torch.tensor([0.0, 0.2]).double(), "gain": torch.tensor([1.0, 0.5]).double()},
        x=torch.tensor([[1.0]]).double(), h=torch.tensor([[0.5, -0.5]]).double())
    yield "one sequence", step(None, 1, 2, 3)
    yield "one sequence", step(None, 1, 3, 4, start=8)
    yield "one sequence", step(None, 1, 3, 3, start=15)
    yield "a batch", step(None, 3, 2, 4)
    yield "a batch", step(None, 3, 3, 3, start=6)
    yield "a batch", step(None, 2, 2, 5, start=13)
    grown = step(None, 2, 3, 3, start=21)
    yield "a batch", grown | dict(params=grown["params"] | {"W_h": 50 * grown["params"]["W_h"],
                                                            "W_x": 50 * grown["params"]["W_x"]})
    yield "one sequence", step(r, 1, 1 + r.below(4), 2 + r.below(4))
    size = 2 + r.below(4)
    yield "a batch", step(r, size, size, size)
    yield "a batch", step(r, 2 + r.below(4), 1 + r.below(5), 3 + r.below(4))


SUM = "x @ params[\"W_x\"].T + h @ params[\"W_h\"].T"
RETURN = "torch.tanh(layer_norm(a, params[\"gain\"], params[\"b\"]))"
layer_norm_step.mistake(
    "normalised after tanh", RETURN, "layer_norm(torch.tanh(a), params[\"gain\"], params[\"b\"])",
    "You normalise after tanh. Then a large W_h still saturates the units, which normalising should prevent: normalise "
    "the sum, then take tanh.")
layer_norm_step.mistake(
    "no tanh", RETURN, "layer_norm(a, params[\"gain\"], params[\"b\"])",
    "You leave out tanh. Normalising is nearly linear; the step needs its tanh.")
layer_norm_step.mistake(
    "b added before", {SUM: f"{SUM} + params[\"b\"]", "params[\"b\"]))": "torch.zeros_like(params[\"b\"])))"}, "",
    "You add b before normalising. Its mean is then subtracted again and its size divided away: b is the *bias of the "
    "normalisation*.")
layer_norm_step.mistake(
    "b twice", SUM, f"{SUM} + params[\"b\"]",
    "You add b before normalising and hand it over as the bias as well. Once, as the bias.")
layer_norm_step.mistake(
    "gain forgotten", "params[\"gain\"]", "torch.ones_like(params[\"gain\"])",
    "You leave out the gain. It decides in how steep a part of tanh each unit works.")
layer_norm_step.mistake(
    "b forgotten", "params[\"b\"]", "torch.zeros_like(params[\"b\"])",
    "You leave out b. It is the bias of the normalisation.")
layer_norm_step.mistake(
    "gain and b exchanged", RETURN, "torch.tanh(layer_norm(a, params[\"b\"], params[\"gain\"]))",
    "You hand over b as the gain and the gain as the bias.")
layer_norm_step.mistake(
    "each part normalised", f"    a = {SUM}  # (B, h)\n    return {RETURN}",
    "    one, zero = torch.ones_like(params[\"b\"]), torch.zeros_like(params[\"b\"])\n"
    "    a = layer_norm(x @ params[\"W_x\"].T, one, zero) + layer_norm(h @ params[\"W_h\"].T, one, zero)\n"
    "    return torch.tanh(params[\"gain\"] * a + params[\"b\"])",
    "You normalise what comes from x and what comes from h apart. Ba and his colleagues do that in their LSTM; in "
    "their simple recurrent network, equation 4, it is the sum.")
layer_norm_step.mistake(
    "only the state's part normalised", f"    a = {SUM}  # (B, h)\n    return {RETURN}",
    "    a = layer_norm(h @ params[\"W_h\"].T, params[\"gain\"], params[\"b\"])\n"
    "    return torch.tanh(x @ params[\"W_x\"].T + a)",
    "You normalise what comes from the state alone. The sum of both is normalised.")
layer_norm_step.mistake(
    "only the word's part normalised", f"    a = {SUM}  # (B, h)\n    return {RETURN}",
    "    a = layer_norm(x @ params[\"W_x\"].T, params[\"gain\"], params[\"b\"])\n"
    "    return torch.tanh(a + h @ params[\"W_h\"].T)",
    "You normalise what comes from the word alone. It is through the state that numbers grow from step to step: "
    "normalise the sum.")
layer_norm_step.mistake(
    "the state normalised", f"    a = {SUM}  # (B, h)\n    return {RETURN}",
    "    h = layer_norm(h, params[\"gain\"], params[\"b\"])\n"
    "    return torch.tanh(x @ params[\"W_x\"].T + h @ params[\"W_h\"].T)",
    "You normalise the old state before W_h. Normalise what comes *out* of W_h and W_x, together.")
layer_norm_step.mistake(
    "state forgotten", " + h @ params[\"W_h\"].T", "",
    "The state before does not come into your step.")
layer_norm_step.mistake(
    "input forgotten", "x @ params[\"W_x\"].T + ", "",
    "What is read does not come into your step.")
layer_norm_step.mistake(
    "W_h transposed", "params[\"W_h\"].T", "params[\"W_h\"]",
    "You multiply by W_h where for rows it is `h @ W_h.T`. It is square, so both run.")
layer_norm_step.mistake(
    "over the batch", "layer_norm(a, params[\"gain\"], params[\"b\"])",
    "params[\"gain\"] * (a - a.mean(0)) / (a.var(0, correction=0) + 1e-5).sqrt() + params[\"b\"]",
    "You normalise over the batch. Then a sequence's state depends on its neighbours in the batch; normalise over its "
    "own units.")
layer_norm_step.mistake(
    "sigmoid", "torch.tanh(", "torch.sigmoid(",
    "You use the sigmoid. The state is tanh, between -1 and 1.")
layer_norm_step.mistake(
    "tanh first and last", "layer_norm(a,", "layer_norm(torch.tanh(a),",
    "You take tanh before normalising as well. Once, afterwards.")
layer_norm_step.mistake(
    "the old state added", RETURN, f"h + {RETURN}",
    "You add the old state to the new one. The new state takes its place.")
layer_norm_step.mistake(
    "gain outside tanh", RETURN,
    "params[\"gain\"] * torch.tanh(layer_norm(a, torch.ones_like(params[\"b\"]), params[\"b\"]))",
    "You stretch the state after tanh. The gain belongs to the normalisation, inside: it decides how steep tanh is "
    "met.")
layer_norm_step.mistake(
    "unbiased deviation", "layer_norm(a, params[\"gain\"], params[\"b\"])",
    "params[\"gain\"] * (a - a.mean(1, keepdim=True)) / (a.std(1, keepdim=True) + 1e-5) + params[\"b\"]",
    "You normalise by `std`, which divides by h - 1. Use your `layer_norm`.")
layer_norm_step.mistake(
    "the word normalised first", "    a = x @", "    one = torch.ones(x.shape[1], dtype=x.dtype)\n"
    "    x = layer_norm(x, one, 0 * one)\n    a = x @",
    "You normalise x before W_x as well. Only the sum is normalised, once.")
layer_norm_step.also("one matrix for both", """
def layer_norm_step(params, x, h):
    W = torch.cat([params["W_x"], params["W_h"]], 1)
    return layer_norm(torch.cat([x, h], 1) @ W.T, bias=params["b"], gain=params["gain"]).tanh()
""")
layer_norm_step.also("torch's layer norm", """
def layer_norm_step(params, x, h):
    a = nn.functional.linear(x, params["W_x"]) + nn.functional.linear(h, params["W_h"])
    return torch.tanh(nn.functional.layer_norm(a, a.shape[-1:], params["gain"], params["b"]))
""")
layer_norm_step.also("a loop over the sequences", """
def layer_norm_step(params, x, h):
    rows = []
    for i in range(len(x)):
        a = params["W_x"].mv(x[i]) + params["W_h"].mv(h[i])
        u = (a - a.mean()) / (a.var(correction=0) + 1e-5).sqrt()
        rows.append(torch.tanh(params["gain"] * u + params["b"]))
    return torch.stack(rows)
""")
