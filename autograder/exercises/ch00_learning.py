"""Chapter 00: a split that does not leak, and the loss of one layer with its gradient."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch00_common import exercise
from ngram2bert.start.logistic import loss_and_gradients as _loss_and_gradients
from ngram2bert.start.splits import split_by_hash as _split_by_hash

split_by_hash = exercise(
    "split_by_hash", of=_split_by_hash, points=2, minutes=3, level=1,
    parts={"shares": 1, "the name alone decides": 1},
    hints=["Think of the line from 0 to 1, cut at `test` and at `test + validation`. Where on it does a name stand?",
           "`digest(name) / 2**64` is a number between 0 and 1. Compare it with the two cuts, for each name by "
           "itself; the place of the name in the list plays no part.",
           "`if u < test:` test, `elif u < test + validation:` validation, else train. Append the word to a list for "
           "each name, repeated names too."])


@split_by_hash.cases
def _(r):
    ids = ["ca01", "ca02", "cb01", "cd07", "ce11", "cf20", "cg33", "ch08", "cj40", "ck12", "cl03", "cn22", "cp09",
           "cr05"]
    yield "shares", dict(names=ids[:6], validation=0.2, test=0.45)
    yield "shares", dict(names=ids, validation=0.3, test=0.15)
    yield "shares", dict(names=ids[6:], validation=0.0, test=0.5)
    yield "shares", dict(names=ids[4:12], validation=0.4, test=0.0)
    yield "the name alone decides", dict(names=["cr05", "ca01", "cr05", "cj40", "ca01"], validation=0.25, test=0.35)
    yield "the name alone decides", dict(names=["cf20"], validation=0.3, test=0.3)
    yield "the name alone decides", dict(names=["cb01"], validation=0.3, test=0.3)
    yield "the name alone decides", dict(names=[], validation=0.1, test=0.1)
    fresh = [f"{r.choice('abcdefgh')}{r.below(10**6)}" for _ in range(30)]
    yield "shares", dict(names=fresh, validation=r.between(0.1, 0.4), test=r.between(0.1, 0.4))
    again = r.shuffled(fresh[:8] + fresh[:4])
    yield "the name alone decides", dict(names=again, validation=r.between(0.2, 0.4), test=r.between(0.2, 0.4))


def _cut(rule):
    return f"""
def split_by_hash(names, validation, test):
    parts = []
    for name in names:
        u = digest(name) / 2**64
        parts.append({rule})
    return parts
"""


split_by_hash.wrong(
    "validation and test swapped",
    _cut('"validation" if u < validation else "test" if u < validation + test else "train"'),
    "You cut off validation first and test after it. The task puts test first: names below `test`. A split that "
    "others are to repeat must be cut in one agreed way.")
split_by_hash.wrong(
    "train first", _cut('"train" if u < 1 - validation - test else "validation" if u < 1 - test else "test"'),
    "You cut off train first. The task begins with test: names below `test`, then validation, then train.")
split_by_hash.mistake(
    "second cut at validation", "elif u < test + validation:", "elif u < validation:",
    "Your second cut is at `validation` itself. It must lie that far *behind* the first: at `test + validation`.")
split_by_hash.mistake(
    "Python's own hash", "digest(name) / 2**64", "(hash(name) % 2**32) / 2**32",
    "Python's `hash` of a string changes every time Python starts, so the split changes too, and last week's test "
    "texts are in today's training. Use `digest`.")
split_by_hash.mistake(
    "place in the list",
    {"    for name in names:": "    for i, name in enumerate(names):", "digest(name) / 2**64": "i / len(names)"}, "",
    "You cut the list by position. If the list is sorted, or grows by one name, texts change their part. Only the "
    "name may decide: use `digest(name)`.")
split_by_hash.mistake(
    "chance", "digest(name) / 2**64", "float(torch.rand(()))",
    "You draw a random number for each name. One name can then stand in train *and* in test, and another run moves "
    "everything. Use `digest(name)`.")
split_by_hash.wrong(
    "exact shares of the sorted hashes", """
def split_by_hash(names, validation, test):
    ordered = sorted(set(names), key=digest)
    first, second = round(len(ordered) * test), round(len(ordered) * (test + validation))
    test_names, validation_names = ordered[:first], ordered[first:second]
    return ["test" if n in test_names else "validation" if n in validation_names else "train" for n in names]
""", "You sort the names by their hash and cut the list in exact shares. Then a new name shifts the cut, and another "
     "one changes its part. Compare each hash with the cut by itself.")
split_by_hash.mistake(
    "last digits of the hash", "digest(name) / 2**64", "digest(name) % 100 / 100",
    "You use the last two digits of the hash. That is a split too, but not the one asked for: `digest(name) / 2**64` "
    "says where between 0 and 1 the name stands.")
split_by_hash.wrong(
    "one word for each different name", """
def split_by_hash(names, validation, test):
    parts = []
    for name in dict.fromkeys(names):
        u = digest(name) / 2**64
        parts.append("test" if u < test else "validation" if u < test + validation else "train")
    return parts
""", "You skip names that come again. The result has one word for each entry of `names`, repeated ones too.")
split_by_hash.mistake(
    "hash not scaled", "digest(name) / 2**64", "digest(name)",
    "`digest` gives a whole number up to 2^64 - 1, and you compare it with shares below 1: nothing ever gets into "
    "test. Divide by `2**64`.")
split_by_hash.equivalent("u < test -> u <= test", "a name falls exactly on a cut with probability 2^-53")
split_by_hash.equivalent("u < test + validation -> u <= test + validation", "the same for the second cut")
split_by_hash.also("bisect", """
def split_by_hash(names, validation, test):
    from bisect import bisect_right
    words, cuts = ("test", "validation", "train"), [test, test + validation]
    return [words[bisect_right(cuts, digest(name) / 2**64)] for name in names]
""")
split_by_hash.also("tensor of positions", """
def split_by_hash(names, validation, test):
    u = torch.tensor([digest(name) / 2**64 for name in names], dtype=torch.float64)
    code = (u >= test).long() + (u >= test + validation).long()
    return [["test", "validation", "train"][c] for c in code.tolist()]
""")
split_by_hash.also("compared as whole numbers", """
def split_by_hash(names, validation, test):
    def part(name):
        if digest(name) < test * 2**64:
            return "test"
        return "validation" if digest(name) < (test + validation) * 2**64 else "train"
    return [part(name) for name in names]
""")


loss_and_gradients = exercise(
    "loss_and_gradients", of=_loss_and_gradients, points=4, minutes=7, level=2, builds_on=["log_sum_exp", "softmax"],
    parts={"loss": 1, "gradient of W": 1, "gradient of c": 1, "huge scores": 1},
    tolerance=1e-6,  # where a model is nearly sure, p - 1 has few digits left
    forbids=("cross_entropy", "log_softmax", "softmax", "backward", "grad", "nll_loss"),
    probe="""
    def probe(target, output, weight, bias, x, y):
        loss, weight_gradient, bias_gradient = target(weight, bias, x, y)
        return {"loss": loss, "W": weight_gradient, "c": bias_gradient}[output]
    """,
    hints=["Write the scores first: which shape has `x @ weight.T + bias`? Then the error: probability minus 1 at "
           "the right class, divided by B. Both gradients are sums of it.",
           "`scores[rows, y]` with `rows = torch.arange(len(y))` picks one score a row. The loss is the mean of "
           "`log_sum_exp(scores, 1)` minus that. For the error, take `softmax(scores, 1)`, and subtract 1 at `[rows, "
           "y]`.",
           "With `error` (B, K) already divided by B, the gradient of `weight` must be (K, V): `error.T @ x`. The "
           "gradient of `bias` must be (K,): `error.sum(0)`."])


def _batch(r, b, k, v, scale=1.0):
    """A batch; hand-made where r is None."""
    if r is None:
        x = torch.tensor([[1.0, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 0], [0, 0, 1, 4], [1, 1, 0, 2]]).double()[:b, :v]
        return dict(weight=ramp(k, v) * scale, bias=ramp(k, start=40), x=x, y=torch.tensor([k - 1, 0, k - 1, 1, 0])[:b])
    x, weight, bias = r.counts(b, v).double().clamp(max=4), r.normal(k, v) * scale, r.normal(k)
    y = r.integers(b, high=k) if scale < 1 else (x @ weight.T + bias).argmin(1)  # huge scores, and all of them wrong
    return dict(weight=weight, bias=bias, x=x, y=y)


@loss_and_gradients.cases
def _(r):
    outputs = (("loss", "loss"), ("gradient of W", "W"), ("gradient of c", "c"))
    for label, output in outputs:
        yield label, dict(output=output, weight=torch.tensor([[0.5, -1.0], [0.25, 2.0]], dtype=torch.float64),
                          bias=torch.tensor([0.1, -0.3], dtype=torch.float64),
                          x=torch.tensor([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]], dtype=torch.float64),
                          y=torch.tensor([0, 1, 0]))
        yield label, dict(output=output, **_batch(None, 1, 3, 2))
        yield label, dict(output=output, **_batch(None, 4, 3, 4))
    yield "huge scores", dict(output="loss", weight=torch.tensor([[400.0, 1.0], [-500.0, 2.0]], dtype=torch.float64),
                              bias=torch.tensor([0.0, 1.0], dtype=torch.float64),
                              x=torch.tensor([[2.0, 0.0], [1.0, 1.0], [3.0, 5.0]], dtype=torch.float64),
                              y=torch.tensor([1, 0, 1]))
    for output in ("loss", "W", "c"):
        yield "huge scores", dict(output=output, **_batch(None, 5, 4, 3, scale=700.0))
    sizes = (2 + r.below(5), 2 + r.below(3), 1 + r.below(5))
    for label, output in outputs:
        yield label, dict(output=output, **_batch(r, *sizes, scale=0.7))
    yield "huge scores", dict(output="loss", **_batch(r, 6, 3, 4, scale=900.0))


loss_and_gradients.mistake(
    "loss alone", "return loss, error.T @ x, error.sum(0)", "return loss",
    "You return the loss alone. Three things are asked for: `return loss, weight_gradient, bias_gradient`.")
loss_and_gradients.mistake(
    "gradients in the other order", "return loss, error.T @ x, error.sum(0)", "return loss, error.sum(0), error.T @ x",
    "You return the gradient of the bias before that of the weights. The order is: loss, weights, bias.")
loss_and_gradients.mistake(
    "a small number inside the logarithm", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()",
    "-(softmax(scores, 1)[rows, y] + 1e-12).log().mean()",
    "You add a small number inside the logarithm. It caps the loss at 27.6, and for every other text it is slightly "
    "wrong. `log_sum_exp(scores, 1)` minus the score of the right class needs no such help.")
loss_and_gradients.mistake(
    "logarithm of softmax", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()",
    "-softmax(scores, 1)[rows, y].log().mean()",
    "Right on paper, but a probability of 10^-400 is 0 in the computer and its logarithm minus infinity. "
    "`log_sum_exp(scores, 1)` minus the score of the right class is the same number and never overflows.")
loss_and_gradients.mistake(
    "sum for mean in the loss", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()",
    "(log_sum_exp(scores, 1) - scores[rows, y]).sum()",
    "Your loss adds the texts up; the task asks for their mean. With a sum, a larger batch would have a larger loss.")
loss_and_gradients.mistake(
    "gradients of the sum", "    error /= len(y)\n", "",
    "Your gradients are B times too large: the loss is a *mean* over B texts, so each error is divided by B.")
loss_and_gradients.mistake(
    "bias gradient of the sum", {"    error /= len(y)\n": "", "error.T @ x,": "error.T @ x / len(y),"}, "",
    "Your gradient of the bias is B times too large: you divide that of the weights only. Divide the errors once, "
    "and both "
    "are right.")
loss_and_gradients.mistake(
    "1 subtracted in whole columns", "error[rows, y] -= 1", "error[:, y] -= 1",
    "`error[:, y]` is the whole column of each text's class, for *every* text. One entry a row is meant: "
    "`error[rows, y]` with `rows = torch.arange(len(y))`.")
loss_and_gradients.mistake(
    "divided by classes too", "error /= len(y)", "error /= error.numel()",
    "You divide by B times K. The mean runs over the texts only: divide by B.")
loss_and_gradients.mistake(
    "sign of the loss", "(log_sum_exp(scores, 1) - scores[rows, y]).mean()",
    "(scores[rows, y] - log_sum_exp(scores, 1)).mean()",
    "The sign is lost: your loss is negative. A loss is the *negative* log probability of the right class.")
loss_and_gradients.mistake(
    "sign of the gradients", "return loss, error.T @ x, error.sum(0)",
    "return loss, -error.T @ x, -error.sum(0)",
    "Your gradients point downhill. The gradient is the direction in which the loss *rises*; the minus comes later, "
    "in the step.")
loss_and_gradients.mistake(
    "right class forgotten", "    error[rows, y] -= 1\n", "",
    "Your error is the probability alone. At the right class 1 must be subtracted: otherwise every score is pushed "
    "down, the right one too.")
loss_and_gradients.mistake(
    "softmax over the batch", "error = softmax(scores, 1)", "error = softmax(scores, 0)",
    "Your softmax runs down the batch, so that the texts compete with each other. The classes are axis 1.")
loss_and_gradients.mistake(
    "log_sum_exp over the batch", "log_sum_exp(scores, 1) - scores[rows, y]",
    "log_sum_exp(scores, 0).mean() - scores[rows, y]",
    "Your loss normalises over the batch (axis 0). The classes are axis 1.")
loss_and_gradients.mistake(
    "bias forgotten", "x @ weight.T + bias", "x @ weight.T",
    "The bias is missing in the scores.")
loss_and_gradients.mistake(
    "bias gradient summed over the classes", "error.sum(0)", "error.sum(1)",
    "You sum the errors over the classes: that is 0 for every text. The bias of a class is shared by all texts: sum "
    "over axis 0.")
loss_and_gradients.mistake(
    "bias gradient averaged again", "error.sum(0)", "error.mean(0)",
    "Your gradient of the bias is divided by B twice: `error` already holds the 1/B. Sum over the texts.")
loss_and_gradients.mistake(
    "bias gradient not summed", "error.sum(0)", "error",
    "Your gradient of the bias still has one row a text. It must have the shape of the bias, (K,): sum over axis 0.")
loss_and_gradients.mistake(
    "weight gradient transposed", "error.T @ x", "x.T @ error",
    "Your gradient of the weights is (V, K). A gradient has the shape of what it belongs to: (K, V).")
loss_and_gradients.mistake(
    "bits", "    return loss, error", "    loss = loss / math.log(2)\n    return loss, error",
    "Your loss is in bits. The task asks for nats, the natural logarithm: that is what these gradients belong to.")
loss_and_gradients.wrong(
    "all classes in the loss", """
def loss_and_gradients(weight, bias, x, y):
    scores = x @ weight.T + bias
    logp = scores - log_sum_exp(scores, 1).unsqueeze(1)
    error = logp.exp()
    error[torch.arange(len(y)), y] -= 1
    error /= len(y)
    return -logp[:, y].mean(), error.T @ x, error.sum(0)
""", "`scores[:, y]` takes the column of *every* text's class for every text: a (B, B) table. You want one entry a "
     "row: `[rows, y]` with `rows = torch.arange(len(y))`.")
loss_and_gradients.wrong(
    "squared error", """
def loss_and_gradients(weight, bias, x, y):
    scores = x @ weight.T + bias
    loss = (log_sum_exp(scores, 1) - scores[torch.arange(len(y)), y]).mean()
    p = softmax(scores, 1)
    error = p.clone()
    error[torch.arange(len(y)), y] -= 1
    error = error * p * (1 - p) / len(y)
    return loss, error.T @ x, error.sum(0)
""", "You multiply the error by p (1 - p). That belongs to a squared error. With the logarithm in the loss it "
     "cancels: probability minus 1 at the right class is all.")
loss_and_gradients.also("one-hot rows", """
def loss_and_gradients(weight, bias, x, y):
    right = nn.functional.one_hot(y, len(bias)).to(x.dtype)
    scores = torch.einsum("kv,bv->bk", weight, x) + bias[None]
    top = scores.amax(1, keepdim=True)
    logp = scores - top - (scores - top).exp().sum(1, keepdim=True).log()
    error = (logp.exp() - right) / x.shape[0]
    return -(right * logp).sum() / x.shape[0], torch.einsum("bk,bv->kv", error, x), error.sum(dim=0)
""")
loss_and_gradients.also("text by text", """
def loss_and_gradients(weight, bias, x, y):
    loss, dw, db = torch.zeros((), dtype=x.dtype), torch.zeros_like(weight), torch.zeros_like(bias)
    for row, label in zip(x, y.tolist()):
        scores = weight @ row + bias
        error = softmax(scores, 0)
        error[label] -= 1
        loss += (log_sum_exp(scores, 0) - scores[label]) / len(y)
        dw += torch.outer(error, row) / len(y)
        db += error / len(y)
    return loss, dw, db
""")
loss_and_gradients.also("gather, and divided at the end", """
def loss_and_gradients(weight, bias, x, y):
    scores = x @ weight.T + bias
    margin = scores - scores.gather(1, y[:, None])
    error = softmax(margin, 1).scatter_add(1, y[:, None], -torch.ones(len(y), 1, dtype=scores.dtype))
    return log_sum_exp(margin, 1).mean().item(), error.mT @ x / len(y), error.mean(0)
""")
