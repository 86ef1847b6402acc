"""Chapter 05: backwards through one step."""

from autograder.exercises.ch05_common import AUTOGRAD, exercise, numbers, weights
from ngram2bert.rnn.backward import rnn_step_backward as _rnn_step_backward
from ngram2bert.rnn.step import rnn_step

rnn_step_backward = exercise(
    "rnn_step_backward", of=_rnn_step_backward, points=3, minutes=12, level=3,
    parts={"weights": 1.5, "inputs": 1.5}, forbids=AUTOGRAD,
    tolerance=1e-6,  # where a unit is saturated 1 - h**2 and (1 - h) * (1 + h) differ by rounding
    probe="""
    def probe(target, params, x, h_prev, h, d_h, look_at):
        d_x, d_h_prev, grads = target(params, x, h_prev, h, d_h)
        results = {**grads, "d_x": d_x, "d_h_prev": d_h_prev, "names": sorted(grads)}
        arguments = [params, x, h_prev, h, d_h]
        return {**{name: results.get(name) for name in look_at}, "arguments": arguments}
    """,
    hints=["This is chapter 03's hidden layer with two inputs. What is the slope of tanh, told by h alone?",
           "Go back through tanh first: d_a is d_h times 1 - h^2, number by number. Then a is a sum of two linear "
           "layers and b: each gets d_a. Which state stood at W_h's input?",
           "`d_a = d_h * (1 - h**2)`; `d_a @ params[\"W_x\"]` and `d_a @ params[\"W_h\"]` go back; the weights get "
           "`d_a.T @ x`, `d_a.T @ h_prev` and `d_a.sum(0)`."])

LOOK_AT = {"weights": ["names", "W_x", "W_h", "b"], "inputs": ["d_x", "d_h_prev"]}


@rnn_step_backward.cases
def _(r):
    def case(r, part, b, m, h, start=0.0, scale=1.0):
        params, x = weights(r, m, h, start), numbers(r, b, m, start=start + 3, scale=scale)
        before = numbers(r, b, h, start=start + 40, scale=0.5)
        return dict(params=params, x=x, h_prev=before, h=rnn_step(params, x, before),
                    d_h=numbers(r, b, h, start=start + 60), look_at=LOOK_AT[part])

    for part in ("weights", "inputs"):
        yield part, case(None, part, 1, 1, 1)
        yield part, case(None, part, 1, 2, 3)
        yield part, case(None, part, 3, 2, 2, start=5)
        yield part, case(None, part, 2, 3, 3, start=9)
        yield part, case(None, part, 3, 3, 3, start=14)  # a transposed matrix fits as well
        yield part, case(None, part, 4, 2, 3, start=21, scale=4)  # some units are saturated
    for part in ("weights", "inputs"):
        b = 2 + r.below(4)
        yield part, case(r, part, b, b, b)
        yield part, case(r, part, 1 + r.below(5), 1 + r.below(4), 1 + r.below(4), scale=2)


SLOPE, STEP = "d_h * (1 - h**2)", "d_a = d_h * (1 - h**2)"
rnn_step_backward.mistake(
    "slope forgotten", SLOPE, "d_h",
    "You leave out the slope of tanh. A unit near 1 or -1 hardly moves: multiply by 1 - h^2. It is half of the "
    "reason why gradients vanish.")
rnn_step_backward.mistake(
    "slope at the state before", SLOPE, "d_h * (1 - h_prev**2)",
    "You take the slope from h_prev. The tanh of this step put out h: its slope is 1 - h^2.")
rnn_step_backward.mistake(
    "tanh taken once more", SLOPE, "d_h * (1 - torch.tanh(h) ** 2)",
    "You take tanh of h once more. h *is* tanh(a): the slope is 1 - h^2.")
rnn_step_backward.mistake(
    "slope of the gradient", SLOPE, "d_h * (1 - d_h**2)",
    "You take the slope from d_h. It belongs to where the unit was on the way forward: 1 - h^2.")
rnn_step_backward.mistake(
    "slope of the sigmoid", SLOPE, "d_h * h * (1 - h)",
    "h (1 - h) is the slope of the sigmoid. That of tanh is 1 - h^2.")
rnn_step_backward.mistake(
    "1 - h", SLOPE, "d_h * (1 - h)",
    "Your slope is 1 - h, without the square. It is 1 - h^2, the same for h and -h.")
rnn_step_backward.mistake(
    "(1 - h)^2", SLOPE, "d_h * (1 - h) ** 2",
    "Your slope is (1 - h)^2. The square belongs to h alone: 1 - h^2.")
rnn_step_backward.mistake(
    "tanh for its slope", SLOPE, "d_h * h",
    "You multiply by tanh(a). Its slope is 1 - tanh(a)^2.")
rnn_step_backward.mistake(
    "the new state in the gradient of W_h", "d_a.T @ h_prev", "d_a.T @ h",
    "Your gradient of W_h uses h, what the step put out. W_h was multiplied by what came *in*: h_prev.")
rnn_step_backward.mistake(
    "W_h untransposed on the way back", "d_a @ params[\"W_h\"]", "d_a @ params[\"W_h\"].T",
    "You go back through `W_h.T`, as on the way forward. It is square, so that runs; but for rows the way forward is "
    "`h @ W_h.T`, and the way back `d_a @ W_h`.")
rnn_step_backward.mistake(
    "gradient of W_h transposed", "d_a.T @ h_prev", "h_prev.T @ d_a",
    "Your gradient of W_h is transposed. It is square, so the shape does not tell: row i belongs to the weights into "
    "unit i, hence d_a comes first.")
rnn_step_backward.mistake(
    "gradient of W_x transposed", "d_a.T @ x", "x.T @ d_a",
    "Your gradient of W_x is (m, h). A gradient has the shape of its parameter: W_x is (h, m).")
rnn_step_backward.mistake(
    "both gradients transposed", {"d_a.T @ x": "x.T @ d_a", "d_a.T @ h_prev": "h_prev.T @ d_a"}, "",
    "Both your gradients of the matrices are transposed: rows belong to units, columns to inputs, as in W_x and W_h.")
rnn_step_backward.mistake(
    "b summed over the units", "d_a.sum(0)", "d_a.sum(1)",
    "Your gradient of b is summed over the wrong axis. There is one b a unit: sum over the batch, axis 0.")
rnn_step_backward.mistake(
    "b not summed", "d_a.sum(0)", "d_a",
    "Your gradient of b has a row for each sequence. All of them used the same b: sum over the batch.")
rnn_step_backward.mistake(
    "b without the slope", "\"b\": d_a.sum(0)", "\"b\": d_h.sum(0)",
    "Your gradient of b has no slope of tanh in it. b stands inside tanh, as W_x x does.")
rnn_step_backward.mistake(
    "averaged over the batch", STEP, f"{STEP} / len(x)",
    "You divide by the batch. The 1/N of the mean is in d_h already, and d_x and d_h_prev have no sum over the batch "
    "at all.")
rnn_step_backward.mistake(
    "the weights' gradients averaged", {"d_a.T @ x": "d_a.T @ x / len(x)", "d_a.T @ h_prev": "d_a.T @ h_prev / len(x)",
                                        "d_a.sum(0)": "d_a.mean(0)"}, "",
    "You average the weights' gradients over the batch. The 1/N of the mean is in d_h already: sum.")
rnn_step_backward.mistake(
    "weights without the slope", {"d_a.T @ x": "d_h.T @ x", "d_a.T @ h_prev": "d_h.T @ h_prev"}, "",
    "Your gradients of W_x and W_h have no slope of tanh in them. Use d_a, what comes back *behind* tanh.")
rnn_step_backward.mistake(
    "d_h_prev without the slope", "d_a @ params[\"W_h\"]", "d_h @ params[\"W_h\"]",
    "Your d_h_prev has no slope of tanh in it. What goes back to the state before passes tanh first: use d_a.")
rnn_step_backward.mistake(
    "d_x without the slope", "d_a @ params[\"W_x\"]", "d_h @ params[\"W_x\"]",
    "Your d_x has no slope of tanh in it. What goes back to x passes tanh first: use d_a.")
rnn_step_backward.mistake(
    "d_h handed on", "d_a @ params[\"W_h\"], grads", "d_h + d_a @ params[\"W_h\"], grads",
    "You add d_h to d_h_prev, as if the state were carried on beside tanh. Here its only way is through W_h. "
    "(With such a second way you would have a residual connection.)")
rnn_step_backward.mistake(
    "W_x and W_h exchanged", {"\"W_x\": d_a.T @ x": "\"W_x\": d_a.T @ h_prev",
                              "\"W_h\": d_a.T @ h_prev": "\"W_h\": d_a.T @ x"}, "",
    "You give W_x the gradient of W_h and the other way round: W_x belongs with x, W_h with h_prev.")
rnn_step_backward.mistake(
    "d_x and d_h_prev exchanged", "return d_a @ params[\"W_x\"], d_a @ params[\"W_h\"], grads",
    "return d_a @ params[\"W_h\"], d_a @ params[\"W_x\"], grads",
    "You return d_h_prev before d_x. The order is d_x, d_h_prev, gradients.")
rnn_step_backward.mistake(
    "d_h overwritten", STEP, "d_a = d_h.mul_(1 - h**2)",
    "Your answer is right, but you wrote it over the caller's d_h. Make a new tensor.")
rnn_step_backward.mistake(
    "h computed without b", STEP,
    "h = torch.tanh(x @ params[\"W_x\"].T + h_prev @ params[\"W_h\"].T)\n    d_a = d_h * (1 - h**2)",
    "You compute h anew and forget b. There is no need: h is given, and its slope is 1 - h^2.")
rnn_step_backward.mistake(
    "slope twice", SLOPE, "d_h * (1 - h**2) ** 2",
    "You multiply by the slope of tanh twice. There is one tanh in a step.")
rnn_step_backward.mistake(
    "1 + h^2", SLOPE, "d_h * (1 + h**2)",
    "Your slope is 1 + h^2: steepest where tanh is flat. It is 1 - h^2.")
rnn_step_backward.mistake(
    "names with d_", {"\"W_x\": d_a": "\"d_W_x\": d_a", "\"W_h\": d_a": "\"d_W_h\": d_a",
                       "\"b\": d_a": "\"d_b\": d_a"}, "",
    "Your gradients have names of their own. They have those of params, `W_x`, `W_h`, `b`, so that an optimiser can "
    "match them.")
rnn_step_backward.mistake(
    "slope from a", STEP,
    "a = x @ params[\"W_x\"].T + h_prev @ params[\"W_h\"].T + params[\"b\"]\n    d_a = d_h * (1 - a**2)",
    "You take 1 - a^2, with a before tanh. The slope is 1 - tanh(a)^2, and tanh(a) is h.")
rnn_step_backward.mistake(
    "W_x untransposed on the way back", "d_a @ params[\"W_x\"]", "d_a @ params[\"W_x\"].T",
    "You go back through `W_x.T`, as on the way forward. d_a is (B, h) and W_x (h, m): `d_a @ W_x` is (B, m), the "
    "shape of x.")
rnn_step_backward.mistake(
    "an axis kept in b", "d_a.sum(0)", "d_a.sum(0, keepdim=True)",
    "Your gradient of b is (1, h). A gradient has the shape of its parameter, (h,).")
rnn_step_backward.also("einsum", """
def rnn_step_backward(params, x, h_prev, h, d_h):
    d_a = d_h - d_h * h.square()
    d_x = torch.einsum("bh,hm->bm", d_a, params["W_x"])
    d_h_prev = torch.einsum("bi,ij->bj", d_a, params["W_h"])
    grads = {"b": torch.einsum("bh->h", d_a), "W_h": torch.einsum("bi,bj->ij", d_a, h_prev)}
    return d_x, d_h_prev, grads | {"W_x": torch.einsum("bh,bm->hm", d_a, x)}
""")
rnn_step_backward.also("a loop over the sequences", """
def rnn_step_backward(params, x, h_prev, h, d_h):
    grads = {name: torch.zeros_like(value) for name, value in params.items()}
    d_x, d_h_prev = torch.zeros_like(x), torch.zeros_like(h)
    for i in range(len(x)):
        d_a = (1 - h[i]) * (1 + h[i]) * d_h[i]
        grads["W_x"] += torch.outer(d_a, x[i])
        grads["W_h"] += torch.outer(d_a, h_prev[i])
        grads["b"] += d_a
        d_x[i] = params["W_x"].T.mv(d_a)
        d_h_prev[i] = params["W_h"].T.mv(d_a)
    return d_x, d_h_prev, grads
""")
rnn_step_backward.also("one matrix for both inputs", """
def rnn_step_backward(params, x, h_prev, h, d_h):
    m = x.shape[1]
    W = torch.cat([params["W_x"], params["W_h"]], dim=1)
    d_a = d_h / torch.cosh(torch.atanh(h)) ** 2 if (h.abs() < 0.999).all() else d_h * (1 - h * h)
    d_both, d_W = d_a @ W, d_a.T @ torch.cat([x, h_prev], dim=1)
    return d_both[:, :m], d_both[:, m:], {"W_x": d_W[:, :m], "W_h": d_W[:, m:], "b": d_a.T.sum(1)}
""")
