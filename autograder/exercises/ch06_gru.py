"""Chapter 06: the gated recurrent unit."""

import torch

from autograder.exercises.ch06_common import exercise, gru_weights, numbers
from ngram2bert.lstm.gru import gru_step as _gru_step

gru_step = exercise(
    "gru_step", of=_gru_step, points=3, minutes=12, level=2,
    parts={"one sequence": 1, "a batch": 2}, forbids=["gru", "gru_cell"],
    hints=["r and z need only the *sum* of what comes from x and from h. Why is that not enough for n?",
           "Make the two parts apart, W_x x + b_x and W_h h + b_h, and cut each into three blocks. r multiplies the "
           "third block of the second part, its bias included.",
           "`n = torch.tanh(n_x + r * n_h)` and `return (1 - z) * n + z * h`."])


@gru_step.cases
def _(r):
    def case(r, batch, m, h, start=0.0):
        return dict(params=gru_weights(r, m, h, start), x=numbers(r, batch, m, start=start + 60),
                    h=0.7 * numbers(r, batch, h, start=start + 71))

    yield "one sequence", case(None, 1, 1, 1)
    yield "one sequence", case(None, 1, 3, 2, start=8)
    yield "a batch", case(None, 3, 2, 2, start=30)
    yield "a batch", case(None, 4, 1, 3, start=9)
    yield "a batch", case(None, 2, 4, 4, start=21)
    shut = case(None, 2, 2, 2, start=5)
    shut["params"]["b_x"] = torch.tensor([900.0, -900, 900, -900, 2, -900]).double()
    yield "a batch", shut
    yield "one sequence", case(r, 1, 1 + r.below(4), 1 + r.below(4))
    yield "a batch", case(r, 2 + r.below(5), 1 + r.below(5), 1 + r.below(5))


N = "n = torch.tanh(n_x + r * n_h)"
MIX = "(1 - z) * n + z * h"
PARTS = {"r_x, z_x, n_x =": "z_x, r_x, n_x =", "r_h, z_h, n_h =": "z_h, r_h, n_h ="}
gru_step.mistake(
    "z inverted", MIX, "z * n + (1 - z) * h",
    "You let z take the new content and 1 - z the old. Papers differ; here, as in torch, z is how much of the *past* "
    "stays.")
gru_step.mistake(
    "reset before the product", N,
    "n = torch.tanh(n_x + (r * h) @ params[\"W_h\"][2 * h.shape[1] :].T + params[\"b_h\"][2 * h.shape[1] :])",
    "You multiply h by r before W_h, as in the paper of 2014. Here, as in torch, r multiplies the product, W_h h + "
    "b_h.")
gru_step.mistake(
    "bias not reset", N, "n = torch.tanh(n_x + r * (n_h - params[\"b_h\"][2 * h.shape[1] :]) + params[\"b_h\"][2 * "
    "h.shape[1] :])",
    "You add b_h after the reset. r multiplies W_h h + b_h, the bias included: else one bias for both would do.")
gru_step.mistake(
    "blocks z, r, n", PARTS, "",
    "You take the first block for z, as Keras does. The order is r, z, n.")
gru_step.mistake(
    "blocks n last to first", {"r_x, z_x, n_x =": "n_x, z_x, r_x =", "r_h, z_h, n_h =": "n_h, z_h, r_h ="}, "",
    "You cut the blocks in the order n, z, r. It is r, z, n.")
gru_step.mistake(
    "no reset", N, "n = torch.tanh(n_x + n_h)",
    "You leave out the reset gate: the new content always sees the whole past.")
gru_step.mistake(
    "reset of the input", N, "n = torch.tanh(r * n_x + n_h)",
    "Your r multiplies what comes from x. It decides how much of the *past* n sees.")
gru_step.mistake(
    "reset of both", N, "n = torch.tanh(r * (n_x + n_h))",
    "Your r multiplies the whole sum. Only what comes from h is reset.")
gru_step.mistake(
    "reset outside the tanh", N, "n = r * torch.tanh(n_x + n_h)",
    "Your r multiplies n itself. It stands inside the tanh, before n_h.")
gru_step.mistake(
    "reset the wrong way", N, "n = torch.tanh(n_x + (1 - r) * n_h)",
    "You use 1 - r. r near 0 resets, r near 1 lets the past through.")
gru_step.mistake(
    "sigmoid on n", "torch.tanh(n_x", "torch.sigmoid(n_x",
    "You take the sigmoid of n. It is content, not a gate: tanh.")
gru_step.mistake(
    "n without tanh", N, "n = n_x + r * n_h",
    "Your n has no tanh, so h can grow without bound.")
gru_step.mistake(
    "the past lost", MIX, "(1 - z) * n",
    "You leave out z * h: what was in h is gone after one step.")
gru_step.mistake(
    "sum without the mixing", MIX, "n + z * h",
    "You write the whole of n. The two shares sum to one: 1 - z and z.")
gru_step.mistake(
    "no update gate", MIX, "n",
    "You return n. z decides how much of it replaces the old h.")
gru_step.mistake(
    "z for both", MIX, "z * n + z * h",
    "You give z to both. The new content gets 1 - z.")
gru_step.mistake(
    "past reset in the mixture", MIX, "(1 - z) * n + z * r * h",
    "You reset h in the mixture as well. r is for n alone: what z keeps is kept as it is.")
gru_step.mistake(
    "two sigmoids", "r = torch.sigmoid(r_x + r_h)", "r = torch.sigmoid(r_x) * torch.sigmoid(r_h)",
    "You take the sigmoid of each part and multiply. Add them first: one sigmoid of the sum.")
gru_step.mistake(
    "tanh on z", "torch.sigmoid(z_x + z_h)", "torch.tanh(z_x + z_h)",
    "Your z is a tanh. A share lies between 0 and 1: sigmoid.")
gru_step.mistake(
    "tanh on r", "torch.sigmoid(r_x + r_h)", "torch.tanh(r_x + r_h)",
    "Your r is a tanh. A gate lies between 0 and 1: sigmoid.")
gru_step.mistake(
    "r for z", "z = torch.sigmoid(z_x + z_h)", "z = r",
    "You use r for both gates. z has a block of its own.")
gru_step.mistake(
    "gates do not see the input", "r = torch.sigmoid(r_x + r_h)", "r = torch.sigmoid(r_h)",
    "Your r sees only h. Both parts go into each gate.")
gru_step.mistake(
    "z does not see the past", "torch.sigmoid(z_x + z_h)", "torch.sigmoid(z_x)",
    "Your z sees only x. Both parts go into each gate.")
gru_step.mistake(
    "b_h forgotten", " + params[\"b_h\"]", "",
    "You leave out b_h: the product with the state has a bias of its own, and in the block of n the reset gate "
    "acts on it.")
gru_step.mistake(
    "b_x forgotten", " + params[\"b_x\"]", "",
    "You leave out b_x, the bias of what comes in: all three blocks need it.")
gru_step.mistake(
    "b_x twice", "params[\"b_h\"]", "params[\"b_x\"]",
    "You add b_x to both parts. The part from h has its own bias, b_h.")
gru_step.mistake(
    "h squashed", MIX, "torch.tanh((1 - z) * n + z * h)",
    "You squash the new h by tanh. It is a mixture of two things between -1 and 1 already, and a tanh at each step "
    "would "
    "make the memory fade.")
gru_step.mistake(
    "h overwritten", f"return {MIX}", "return h.mul_(z).add_((1 - z) * n)",
    "Your answer is right, but you wrote it over the caller's h. Make a new tensor.")
gru_step.mistake(
    "blocks interleaved", {"(x @ params[\"W_x\"].T + params[\"b_x\"]).chunk(3, dim=1)":
                           "(x @ params[\"W_x\"].T + params[\"b_x\"]).unflatten(1, (-1, 3)).unbind(2)",
                           "(h @ params[\"W_h\"].T + params[\"b_h\"]).chunk(3, dim=1)":
                           "(h @ params[\"W_h\"].T + params[\"b_h\"]).unflatten(1, (-1, 3)).unbind(2)"}, "",
    "You take every third number for a gate. The first h numbers are r, the next h are z, the last h are n: blocks.")
gru_step.mistake(
    "z times the change, added to n", MIX, "n + z * (n - h)",
    "You add z (n - h) to n. From n one goes *towards* h: n + z (h - n).")
gru_step.mistake(
    "a pair returned", f"return {MIX}", "h = (1 - z) * n + z * h\n    return h, h",
    "You return two tensors, as an LSTM does. A GRU has no separate cell: return h.")
gru_step.also("cut by hand, lerp", """
def gru_step(params, x, h):
    k = h.shape[1]
    a = nn.functional.linear(x, params["W_x"], params["b_x"])
    b = nn.functional.linear(h, params["W_h"], params["b_h"])
    r, z = (a + b)[:, : 2 * k].sigmoid().split(k, dim=1)
    return torch.lerp((a[:, 2 * k :] + b[:, 2 * k :] * r).tanh(), h, z)
""")
gru_step.also("gate by gate", """
def gru_step(params, x, h):
    W, U = params["W_x"].split(h.shape[1]), params["W_h"].split(h.shape[1])
    b, d = params["b_x"].split(h.shape[1]), params["b_h"].split(h.shape[1])
    r = 1 / (1 + torch.exp(-(x @ W[0].T + b[0] + h @ U[0].T + d[0])))
    z = 1 / (1 + torch.exp(-(x @ W[1].T + b[1] + h @ U[1].T + d[1])))
    new = torch.tanh(x @ W[2].T + b[2] + r * (h @ U[2].T + d[2]))
    return h * z + new - z * new
""")
gru_step.also("one sequence at a time", """
def gru_step(params, x, h):
    rows = []
    for x_i, h_i in zip(x, h):
        from_x = (params["W_x"] @ x_i + params["b_x"]).reshape(3, -1)
        from_h = (params["W_h"] @ h_i + params["b_h"]).reshape(3, -1)
        r, z = torch.sigmoid(from_x[:2] + from_h[:2])
        n = torch.tanh(torch.addcmul(from_x[2], r, from_h[2]))
        rows.append(n + z * (h_i - n))
    return torch.stack(rows)
""")
