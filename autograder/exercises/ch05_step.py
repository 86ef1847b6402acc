"""Chapter 05: one step of a recurrent network."""

import torch

from autograder.exercises.ch05_common import exercise, numbers, weights
from ngram2bert.rnn.step import rnn_step as _rnn_step

rnn_step = exercise(
    "rnn_step", of=_rnn_step, points=2, minutes=6, level=1, parts={"one sequence": 1, "a batch": 1},
    forbids=["rnn_tanh_cell", "rnn_tanh", "rnn_relu"],
    hints=["Chapter 03's hidden layer was tanh(d + H x). What is new here, and which shape has it?",
           "Rows are sequences, so W_x x becomes `x @ W_x.T`, and the state before goes through W_h in the same way. "
           "Add both, add b, take tanh.",
           "`torch.tanh(x @ params[\"W_x\"].T + h @ params[\"W_h\"].T + params[\"b\"])`"])


@rnn_step.cases
def _(r):
    def step(r, b, m, h, start=0.0, scale=1.0):
        return dict(params=weights(r, m, h, start), x=numbers(r, b, m, start=start + 3, scale=scale),
                    h=torch.tanh(numbers(r, b, h, start=start + 40)))

    yield "one sequence", step(None, 1, 1, 1)
    yield "one sequence", step(None, 1, 2, 3)
    yield "one sequence", step(None, 1, 3, 2, start=5)
    yield "one sequence", step(None, 1, 2, 2, start=9)
    yield "a batch", step(None, 3, 2, 4)
    yield "a batch", step(None, 2, 2, 2, start=20)
    yield "a batch", step(None, 3, 3, 3, start=7)
    yield "a batch", step(None, 2, 2, 3, scale=1e4)  # every unit is saturated
    wide = step(None, 4, 3, 2, start=11)
    yield "a batch", wide | dict(x=numbers(None, 3, 4).T)  # not contiguous
    single = step(None, 2, 3, 4, start=30)
    yield "a batch", dict(params={name: value.float() for name, value in single["params"].items()},
                          x=single["x"].float(), h=single["h"].float())
    yield "a batch", step(None, 0, 2, 3)
    yield "one sequence", step(r, 1, 1 + r.below(4), 1 + r.below(4))
    size = 2 + r.below(4)
    yield "a batch", step(r, size, size, size)
    yield "a batch", step(r, 1 + r.below(5), 1 + r.below(5), 1 + r.below(5))


X, H = "x @ params[\"W_x\"].T", "h @ params[\"W_h\"].T"
rnn_step.mistake(
    "no tanh", f"torch.tanh({X} + {H} + params[\"b\"])", f"{X} + {H} + params[\"b\"]",
    "You return a_t itself. Without tanh the whole network, however many steps it takes, is one linear map of its "
    "input.")
rnn_step.mistake(
    "bias forgotten", " + params[\"b\"]", "",
    "You leave out b. A unit could then have no level of its own: with x and h at 0 every state would be 0.")
rnn_step.mistake(
    "state forgotten", f" + {H}", "",
    "The state before does not come into your step. Without W_h h this is a feed-forward layer that remembers nothing.")
rnn_step.mistake(
    "input forgotten", f"{X} + ", "",
    "The word that is read does not come into your step: W_x x is missing.")
rnn_step.mistake(
    "W_h transposed", "params[\"W_h\"].T", "params[\"W_h\"]",
    "You multiply by W_h where W_h x of a column becomes `h @ W_h.T` of a row. W_h is square, so both run: "
    "row i of W_h holds the weights *into* unit i.")
rnn_step.mistake(
    "W_x transposed", "params[\"W_x\"].T", "params[\"W_x\"].reshape(params[\"W_x\"].shape[::-1])",
    "You bring W_x to the shape (m, h) with `reshape` or `view`, which leaves the numbers in their order. "
    "The transpose moves them: `.T`.")
rnn_step.mistake(
    "both matrices untransposed", {"params[\"W_x\"].T": "params[\"W_x\"]", "params[\"W_h\"].T": "params[\"W_h\"]"}, "",
    "You multiply `x @ W_x` and `h @ W_h`. W_x is (h, m): its row i holds the weights into unit i, so a batch of rows "
    "needs the transpose.")
rnn_step.mistake(
    "sigmoid", "torch.tanh(", "torch.sigmoid(",
    "You use the sigmoid, whose values lie between 0 and 1. The state here is tanh, between -1 and 1.")
rnn_step.mistake(
    "ReLU", "torch.tanh(", "torch.relu(",
    "You use ReLU. The state here is tanh: bounded, and negative as often as positive.")
rnn_step.mistake(
    "tanh of the state too", H, "torch.tanh(h) @ params[\"W_h\"].T",
    "You take tanh of h before W_h. h is the state after its own tanh already, and a second one shrinks it.")
rnn_step.mistake(
    "tanh of each part", f"torch.tanh({X} + {H} + params[\"b\"])", f"torch.tanh({X}) + torch.tanh({H} + params[\"b\"])",
    "You take tanh of each part and then add. The state could reach 2; one tanh goes around the whole sum.")
rnn_step.mistake(
    "bias outside", f"torch.tanh({X} + {H} + params[\"b\"])", f"torch.tanh({X} + {H}) + params[\"b\"]",
    "You add b after tanh. It belongs inside: it shifts where the unit switches, not what it puts out.")
rnn_step.mistake(
    "the old state added", f"torch.tanh({X} + {H} + params[\"b\"])", f"h + torch.tanh({X} + {H} + params[\"b\"])",
    "You add the old state to the new one. That is a residual connection, a good idea of ten years later; "
    "here the new state takes the place of the old.")
rnn_step.mistake(
    "mean of both inputs", f"{X} + {H} + params", f"({X} + {H}) / 2 + params",
    "You average the two inputs. They are summed: how much each counts is for the weights to say.")
rnn_step.mistake(
    "state after the product", f"{X} + {H}", f"({X}) * ({H})",
    "You multiply what comes from the word by what comes from the state. They are added.")
rnn_step.wrong("tanh from exponentials", """
def rnn_step(params, x, h):
    a = x @ params["W_x"].T + h @ params["W_h"].T + params["b"]
    return (a.exp() - (-a).exp()) / (a.exp() + (-a).exp())
""", "You write tanh with exponentials. For large a both overflow and inf / inf is NaN; `torch.tanh` knows its limits.")
rnn_step.mistake(
    "state overwritten", f"torch.tanh({X} + {H} + params[\"b\"])",
    f"h.copy_(torch.tanh({X} + {H} + params[\"b\"]))",
    "Your numbers are right, but you write them into the caller's h. Backpropagation through time needs the old state: "
    "return a new tensor.")
rnn_step.mistake(
    "both through W_h", f"torch.tanh({X} + {H} + params[\"b\"])",
    f"torch.tanh({X} + ({H} + params[\"b\"]) @ params[\"W_h\"].T)",
    "Your state goes through W_h twice. Once a step.")
rnn_step.wrong("output through W_h", """
def rnn_step(params, x, h):
    return torch.tanh((x @ params["W_x"].T + h) @ params["W_h"].T + params["b"])
""", "You add h to W_x x and then multiply the sum by W_h. W_h belongs to the state alone.")
rnn_step.mistake(
    "b twice", "+ params[\"b\"]", "+ params[\"b\"] + params[\"b\"]",
    "You add b twice, once with each product. torch's own layer has two biases, `b_ih` and `b_hh`; here there is one.")
rnn_step.mistake(
    "axes of length 1 dropped", "params[\"b\"])", "params[\"b\"]).squeeze()",
    "You `squeeze` the result, so a batch of one sequence, or a single unit, loses its axis. The state is (B, h), "
    "always.")
rnn_step.mistake(
    "the first sequence only", f"torch.tanh({X} + {H} + params[\"b\"])",
    "torch.tanh(params[\"W_x\"] @ x[:1].T + params[\"W_h\"] @ h[:1].T + params[\"b\"][:, None]).T",
    "You return the state of the first sequence. Each row of x and h is a sequence: all of them take the step.")
rnn_step.also("one matrix for both", """
def rnn_step(params, x, h):
    both = torch.cat([x, h], dim=1)
    W = torch.cat([params["W_x"], params["W_h"]], dim=1)
    return (both @ W.T + params["b"]).tanh()
""")
rnn_step.also("linear layers", """
def rnn_step(params, x, h):
    return torch.tanh(nn.functional.linear(x, params["W_x"], params["b"]) + nn.functional.linear(h, params["W_h"]))
""")
rnn_step.also("a loop over sequences and units", """
def rnn_step(params, x, h):
    new = torch.empty_like(h)
    for i in range(len(h)):
        for j in range(h.shape[1]):
            a = params["b"][j] + params["W_x"][j].dot(x[i]) + params["W_h"][j].dot(h[i])
            new[i, j] = torch.tanh(a)
    return new
""")
rnn_step.also("einsum", """
def rnn_step(params, x, h):
    a = torch.einsum("hm,bm->bh", params["W_x"], x) + torch.einsum("ij,bj->bi", params["W_h"], h)
    return 2 * torch.sigmoid(2 * (a + params["b"])) - 1
""")
