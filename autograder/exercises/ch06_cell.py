"""Chapter 06: one step of the LSTM."""

import torch

from autograder.exercises.ch06_common import exercise, lstm_weights, numbers
from ngram2bert.lstm.cell import lstm_step as _lstm_step

lstm_step = exercise(
    "lstm_step", of=_lstm_step, points=3, minutes=15, level=2,
    parts={"one sequence": 1, "a batch": 1, "gates shut and open": 1}, forbids=["lstm", "lstm_cell"],
    hints=["Which of the four must be able to be negative, and which must lie between 0 and 1 because they say *how "
           "much*?",
           "Make all 4h numbers at once, (B, 4h), and cut them into four blocks along axis 1. Then the new c, and only "
           "then h, which is made from the *new* c.",
           "`i, f, g, o = gates.chunk(4, dim=1)`; `c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)`; "
           "`h = torch.sigmoid(o) * torch.tanh(c)`."])


@lstm_step.cases
def _(r):
    def case(r, batch, m, h, start=0.0):
        return dict(params=lstm_weights(r, m, h, start), x=numbers(r, batch, m, start=start + 60),
                    h=0.7 * numbers(r, batch, h, start=start + 71), c=1.5 * numbers(r, batch, h, start=start + 83))

    bias = torch.tensor([0.0, 0.0, 1.0, 0.0], dtype=torch.float64)
    one = dict(W_x=torch.zeros(4, 1).double(), W_h=torch.zeros(4, 1).double(), b=bias)
    yield "one sequence", dict(params=one, x=torch.tensor([[3.0]]).double(), h=torch.tensor([[0.5]]).double(),
                               c=torch.tensor([[2.0]]).double())
    yield "one sequence", case(None, 1, 1, 1, start=5)
    yield "one sequence", case(None, 1, 3, 2)
    yield "a batch", case(None, 3, 2, 2, start=30)
    yield "a batch", case(None, 4, 1, 3, start=9)
    yield "a batch", case(None, 2, 3, 5, start=21)
    for signs in ((1, 1, 1, 1), (-1, 1, -1, 1), (1, -1, 1, -1)):
        big = case(None, 2, 2, 2, start=44)
        sizes = torch.tensor([900.0, 40.0] * 4).double()
        big["params"]["b"] = torch.tensor(signs).double().repeat_interleave(2) * sizes
        yield "gates shut and open", big
    yield "one sequence", case(r, 1, 1 + r.below(4), 1 + r.below(4))
    yield "a batch", case(r, 2 + r.below(5), 1 + r.below(5), 1 + r.below(5))
    wide = case(r, 3, 2, 3)
    wide["params"]["b"] *= 900
    yield "gates shut and open", wide


C = "c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)"
H = "h = torch.sigmoid(o) * torch.tanh(c)"
CUT = "i, f, g, o = gates.chunk(4, dim=1)"
lstm_step.mistake(
    "sigmoid on g", "torch.tanh(g)", "torch.sigmoid(g)",
    "You take the sigmoid of g, so the cell can only ever be added to. g is what is written, not a gate: it must be "
    "able to be negative, so tanh.")
lstm_step.mistake(
    "g without tanh", "torch.tanh(g)", "g",
    "You write g as it is. tanh keeps what one step can write between -1 and 1.")
lstm_step.mistake(
    "forget gate applied to h", "torch.sigmoid(f) * c", "torch.sigmoid(f) * h",
    "Your forget gate multiplies h. It says how much of the *cell*, c, stays: c is the memory, h only what was shown "
    "of it.")
lstm_step.mistake(
    "blocks i, f, o, g", CUT, "i, f, o, g = gates.chunk(4, dim=1)",
    "You cut the blocks in the order i, f, o, g, as some papers print them. Here, as in torch, they are i, f, g, o.")
lstm_step.mistake(
    "blocks f, i, g, o", CUT, "f, i, g, o = gates.chunk(4, dim=1)",
    "You take the forget gate from the first block. The order is i, f, g, o.")
lstm_step.mistake(
    "blocks i, g, f, o", CUT, "i, g, f, o = gates.chunk(4, dim=1)",
    "You cut the blocks in the order i, g, f, o, that of old TensorFlow. Here it is i, f, g, o.")
lstm_step.mistake(
    "blocks interleaved", CUT, "i, f, g, o = gates.reshape(len(x), -1, 4).unbind(2)",
    "You take every fourth number for a gate. The first h numbers are i, the next h are f, and so on: blocks.")
lstm_step.mistake(
    "input gate forgotten", "torch.sigmoid(i) * torch.tanh(g)", "torch.tanh(g)",
    "You write g whole. The input gate i decides how much of it is written.")
lstm_step.mistake(
    "forget gate forgotten", "torch.sigmoid(f) * c", "c",
    "You keep the whole cell. That was the LSTM of 1997; here the forget gate f multiplies the old c.")
lstm_step.mistake(
    "output gate forgotten", H, "h = torch.tanh(c)",
    "You show the whole cell. The output gate o decides how much of tanh(c) is shown.")
lstm_step.mistake(
    "forgets where it should keep", "torch.sigmoid(f) * c", "(1 - torch.sigmoid(f)) * c",
    "You keep 1 - f of the cell. In spite of its name an *open* forget gate, f near 1, keeps.")
lstm_step.mistake(
    "one gate for both", "torch.sigmoid(f) * c", "(1 - torch.sigmoid(i)) * c",
    "You forget as much as you write, 1 - i. That is a coupled gate, as in the GRU; the LSTM has a forget gate of its "
    "own.")
lstm_step.mistake(
    "h from the old cell", {C: "new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)", "return h, c":
                            "return h, new"}, "",
    "You show the old cell. h is made from the new c.")
lstm_step.mistake(
    "h without tanh", "torch.tanh(c)", "c",
    "You show c as it is. The cell may grow without bound: tanh brings it between -1 and 1 before it is shown.")
lstm_step.mistake(
    "sigmoid of the cell", "torch.tanh(c)", "torch.sigmoid(c)",
    "You take the sigmoid of c, so h could never be negative. What is shown is tanh(c).")
lstm_step.mistake(
    "cell squashed", C, "c = torch.tanh(torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g))",
    "You squash the new c by tanh. Then every step back multiplies by a slope below 1, and the memory fades: the "
    "cell is "
    "only added to. tanh belongs into h alone.")
lstm_step.mistake(
    "tanh for the gates", {"torch.sigmoid(f)": "torch.tanh(f)", "torch.sigmoid(i)": "torch.tanh(i)",
                           "torch.sigmoid(o)": "torch.tanh(o)"}, "",
    "Your gates are tanh, so they can be negative. A gate says how much, from 0 to 1: sigmoid.")
lstm_step.mistake(
    "gates without sigmoid", {"torch.sigmoid(f)": "f", "torch.sigmoid(i)": "i", "torch.sigmoid(o)": "o"}, "",
    "You use the gates' scores as they are. A gate says how much, from 0 to 1: take the sigmoid.")
lstm_step.mistake(
    "forget gate without sigmoid", "torch.sigmoid(f) * c", "f * c",
    "Your forget gate has no sigmoid: it could multiply the cell by 5 or by -3.")
lstm_step.mistake(
    "output gate without sigmoid", "torch.sigmoid(o)", "o",
    "Your output gate has no sigmoid. It is a gate as i and f are: from 0 to 1.")
lstm_step.mistake(
    "product for sum", "* c + torch.sigmoid(i)", "* c * torch.sigmoid(i)",
    "You multiply what is kept by what is written. They are added: that is the whole point of the cell.")
lstm_step.mistake(
    "forget gate over the sum", C, "c = torch.sigmoid(f) * (c + torch.sigmoid(i) * torch.tanh(g))",
    "Your forget gate multiplies the sum, the new content too. It multiplies the old c alone.")
lstm_step.mistake(
    "mixed as in the GRU", C, "c = torch.sigmoid(f) * c + (1 - torch.sigmoid(f)) * torch.tanh(g)",
    "You write 1 - f of g. What is written has a gate of its own, i.")
lstm_step.mistake(
    "h and c exchanged in the result", "return h, c", "return c, h",
    "You return c first. The order is h, c.")
lstm_step.mistake(
    "only h returned", "return h, c", "return h",
    "You return h alone. The next step needs c as well: return both.")
lstm_step.mistake(
    "bias forgotten", " + params[\"b\"]", "",
    "You leave out the bias b.")
lstm_step.mistake(
    "bias twice", "+ params[\"b\"]", "+ 2 * params[\"b\"]",
    "You add the bias twice. torch keeps two of them, one for x and one for h; here there is one.")
lstm_step.mistake(
    "bias of the forget gate raised", "torch.sigmoid(f)", "torch.sigmoid(f + 1)",
    "You add 1 to the forget gate. That is a good way to *start* training, but it goes into b once, not into every "
    "step.")
lstm_step.mistake(
    "the past not seen", " + h @ params[\"W_h\"].T", "",
    "Your gates see only x. They also see what the cell showed before: add W_h h.")
lstm_step.mistake(
    "gates see the cell", "h @ params", "c @ params",
    "Your gates read c through W_h. They read h, what the cell showed; some LSTMs also look at c, through weights of "
    "their "
    "own.")
lstm_step.mistake(
    "cell overwritten", C, "c.mul_(torch.sigmoid(f)).add_(torch.sigmoid(i) * torch.tanh(g))",
    "Your answer is right, but you wrote it over the caller's c. Make a new tensor.")
lstm_step.mistake(
    "g through two tanh", "torch.tanh(g)", "torch.tanh(torch.tanh(g))",
    "You take tanh of g twice.")
lstm_step.mistake(
    "hard sigmoid", {"torch.sigmoid(f)": "(0.2 * f + 0.5).clamp(0, 1)", "torch.sigmoid(i)": "(0.2 * i + "
                                                                                            "0.5).clamp(0, 1)",
                     "torch.sigmoid(o)": "(0.2 * o + 0.5).clamp(0, 1)"}, "",
    "You replace the sigmoid by straight lines. That is fast on small chips, but another function: `torch.sigmoid`.")
lstm_step.mistake(
    "cell gated by o", "return h, c", "return h, torch.sigmoid(o) * c",
    "You multiply the cell that you hand on by the output gate. o decides what is *shown*; the cell keeps all of it.")
lstm_step.mistake(
    "output gate inside tanh", H, "h = torch.tanh(torch.sigmoid(o) * c)",
    "Your output gate stands inside the tanh. It multiplies tanh(c).")
lstm_step.wrong("tanh from exponentials", """
def lstm_step(params, x, h, c):
    def sigmoid(z):
        return 1 / (1 + torch.exp(-z))

    def tanh(z):
        return (torch.exp(z) - torch.exp(-z)) / (torch.exp(z) + torch.exp(-z))

    i, f, g, o = (x @ params["W_x"].T + h @ params["W_h"].T + params["b"]).chunk(4, dim=1)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(c), c
""", "Your tanh is made of exponentials, which overflow for large numbers: inf / inf is NaN. `torch.tanh` does not.")
lstm_step.wrong("one gate for all units", """
def lstm_step(params, x, h, c):
    i, f, g, o = (x @ params["W_x"].T + h @ params["W_h"].T + params["b"]).chunk(4, dim=1)
    i, f, o = (torch.sigmoid(gate.mean(1, keepdim=True)) for gate in (i, f, o))
    c = f * c + i * torch.tanh(g)
    return o * torch.tanh(c), c
""", "You have one gate for all units of a cell block. Each unit has its own: the gates are (B, h).")
lstm_step.mistake(
    "the old h returned", "    h = torch.sigmoid(o) * torch.tanh(c)\n", "",
    "You return the h that came in. The new one is sigmoid(o) * tanh(c).")
lstm_step.mistake(
    "the old h in the result as well", H, "h = h + torch.sigmoid(o) * torch.tanh(c)",
    "You add the old h to the new one. The sum is in the cell; h is made afresh at each step.")
lstm_step.also("one product for x and h", """
def lstm_step(params, x, h, c):
    both = torch.cat([x, h], dim=1)
    W = torch.cat([params["W_x"], params["W_h"]], dim=1)
    n = h.shape[1]
    scores = torch.addmm(params["b"], both, W.T)
    gates, g = scores.sigmoid(), scores[:, 2 * n : 3 * n].tanh()
    new_c = gates[:, n : 2 * n] * c + gates[:, :n] * g
    return gates[:, 3 * n :] * new_c.tanh(), new_c
""")
lstm_step.also("gate by gate, the sigmoid by hand", """
def lstm_step(params, x, h, c):
    n = h.size(1)

    def score(block):
        rows = slice(block * n, (block + 1) * n)
        return nn.functional.linear(x, params["W_x"][rows], params["b"][rows]) + h @ params["W_h"][rows].t()

    i, f, o = (1 / (1 + torch.exp(-score(block))) for block in (0, 1, 3))
    c = torch.addcmul(f * c, i, torch.tanh(score(2)))
    return o * torch.tanh(c), c
""")
lstm_step.also("one sequence and one unit at a time", """
def lstm_step(params, x, h, c):
    size = h.shape[1]
    new_h, new_c = torch.empty_like(h), torch.empty_like(c)
    for row in range(len(x)):
        z = params["W_x"].mv(x[row]) + params["W_h"].mv(h[row]) + params["b"]
        for unit in range(size):
            i, f, g, o = z[unit], z[size + unit], z[2 * size + unit], z[3 * size + unit]
            new_c[row, unit] = f.sigmoid() * c[row, unit] + i.sigmoid() * g.tanh()
            new_h[row, unit] = o.sigmoid() * new_c[row, unit].tanh()
    return new_h, new_c
""")
lstm_step.also("gates as an axis", """
def lstm_step(params, x, h, c):
    z = torch.einsum("bm,km->bk", x, params["W_x"]) + torch.einsum("bh,kh->bk", h, params["W_h"]) + params["b"]
    z = z.unflatten(1, (4, -1))
    c = c * z[:, 1].sigmoid() + z[:, 2].tanh() * z[:, 0].sigmoid()
    return c.tanh() * z[:, 3].sigmoid(), c
""")
