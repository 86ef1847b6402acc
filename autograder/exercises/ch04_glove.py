"""Chapter 04: the loss of GloVe."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch04_common import exercise, loss_probe, tables
from ngram2bert.vectors.glove import glove_loss as _glove_loss

glove_loss = exercise(
    "glove_loss", of=_glove_loss, points=2, minutes=10, level=2, probe=loss_probe("C", "O", "b", "d"),
    parts={"as the paper sets it": 1, "other settings": 1},
    hints=["What is the logarithm of a count of 0, and what becomes of it when you multiply by a weight of 0?",
           "Find the places where X is above 0, and compute on those alone: the score, its two biases, the logarithm, "
           "the weight. The weight is not squared.",
           "`i, j = X.nonzero(as_tuple=True)`, `x = X[i, j]`, the error is `(C[i] * O[j]).sum(1) + b[i] + d[j] - "
           "x.log()`, the weight `(x / x_max).clamp(max=1) ** alpha`."])


def _case(r, v, m, scale, start=0.0, **more):
    """Tables, biases and about half of X; hand-made where r is None."""
    b, d, X = ((ramp(v, start=start + 3), ramp(v, start=start + 8), ramp(v, v, start=start + 55)) if r is None
               else (r.normal(v), r.normal(v), r.normal(v, v)))
    return dict(**tables(r, v, m, start), b=b, d=d, X=scale * X.clamp(min=0), **more)


@glove_loss.cases
def _(r):
    counts = torch.tensor([[0.0, 2.5], [130.0, 0.0]], dtype=torch.float64)
    yield "as the paper sets it", _case(None, 2, 2, 0.0) | dict(X=counts)
    yield "as the paper sets it", _case(None, 4, 3, 90.0, start=6)
    yield "as the paper sets it", _case(None, 5, 2, 4.0, start=2)
    yield "other settings", _case(None, 4, 2, 9.0, start=1, x_max=8.0)
    yield "other settings", _case(None, 3, 2, 20.0, start=4, x_max=15.0, alpha=0.5)
    yield "other settings", _case(None, 4, 3, 6.0, start=7, x_max=3.0, alpha=1.0)
    yield "other settings", _case(None, 2, 2, 0.0, start=5, x_max=3.0)
    v, m = 3 + r.below(4), 2 + r.below(3)
    yield "as the paper sets it", _case(r, v, m, 80.0)
    yield "other settings", _case(r, v, m, 12.0, x_max=r.between(5, 15), alpha=r.between(0.3, 1.2))


ERROR = "(C[i] * O[j]).sum(1) + b[i] + d[j] - x.log()"
WEIGHT = "(x / x_max).clamp(max=1) ** alpha"
glove_loss.mistake(
    "the weight squared", f"({WEIGHT} * error**2)", f"(({WEIGHT} * error) ** 2)",
    "You square the weight with the error. It is f times the squared error, so rare pairs count less than they should "
    "with you.")
glove_loss.mistake(
    "no biases", " + b[i] + d[j]", "",
    "You leave the biases out. How frequent a word is must go somewhere: without them it goes into the vectors.")
glove_loss.mistake(
    "the words' bias alone", " + d[j]", "",
    "You leave out d, the bias of the contexts. There are two: one of the row's word and one of the column's.")
glove_loss.mistake(
    "the contexts' bias alone", " + b[i]", "",
    "You leave out b, the bias of the words. There are two: one of the row's word and one of the column's.")
glove_loss.mistake(
    "biases exchanged", "b[i] + d[j]", "b[j] + d[i]",
    "You exchange the biases: b is of the row's word i, d of the column's word j.")
glove_loss.mistake(
    "one table for both roles", "C[i] * O[j]", "C[i] * C[j]",
    "You take both vectors from C. The column's word has its vector in O.")
glove_loss.mistake(
    "tables exchanged", "C[i] * O[j]", "O[i] * C[j]",
    "You exchange the tables: the row's word i is in C, the column's word j in O.")
glove_loss.mistake(
    "half", f"return ({WEIGHT} * error**2).sum()", f"return 0.5 * ({WEIGHT} * error**2).sum()",
    "You take half of it. The authors' program does, to have a simpler gradient; the paper's equation, and this task, "
    "do not.")
glove_loss.mistake(
    "mean over the pairs", f"({WEIGHT} * error**2).sum()", f"({WEIGHT} * error**2).mean()",
    "You take the mean over the pairs. The loss is their sum.")
glove_loss.mistake(
    "divided by the sum of the weights", f"return ({WEIGHT} * error**2).sum()",
    f"f = {WEIGHT}\n    return (f * error**2).sum() / f.sum()",
    "You divide by the sum of the weights. The loss is a weighted sum, no weighted mean.")
glove_loss.mistake(
    "no weight", f"{WEIGHT} * ", "",
    "Your pairs all weigh the same. Most of them came once or twice and are noise: that is what f is for.")
glove_loss.mistake(
    "the weight not limited", ".clamp(max=1)", "",
    "Your weight grows for ever, and the pairs of the commonest words drown the rest. From x_max on it stays 1.")
glove_loss.mistake(
    "limit at x_max, not divided by it", "(x / x_max).clamp(max=1)", "x.clamp(max=x_max)",
    "You limit the count to x_max but do not divide by it. The weight lies between 0 and 1.")
glove_loss.mistake(
    "weight 0 above x_max", WEIGHT, "torch.where(x < x_max, (x / x_max) ** alpha, 0.0)",
    "Above x_max you give weight 0. Those pairs have weight 1: they are the best known of all.")
glove_loss.mistake(
    "`alpha` ignored", "** alpha", "** 0.75",
    "You raise to 0.75 whatever `alpha` is.")
glove_loss.mistake(
    "`x_max` ignored", "x / x_max", "x / 100.0",
    "You divide by 100 whatever `x_max` is.")
glove_loss.mistake(
    "no power", " ** alpha", "",
    "Your weight is x / x_max. Raise it to `alpha`.")
glove_loss.mistake(
    "log(1 + x)", "x.log()", "x.log1p()",
    "You take log(1 + x). Pairs that never came are left out, so the plain logarithm is always defined.")
glove_loss.wrong("pairs that never came, as log(1 + 0)", """
def glove_loss(C, O, b, d, X, x_max=100.0, alpha=0.75):
    error = C @ O.T + b[:, None] + d - torch.where(X > 0, X, 1.0).log()
    weight = torch.where(X > 0, (X / x_max).clamp(max=1) ** alpha, 1.0)
    return (weight * error**2).sum()
""", "You let pairs that never came in, with a logarithm of 0 and weight 1. The sum is over pairs with X above 0 "
     "alone.")
glove_loss.wrong("0 times infinity", """
def glove_loss(C, O, b, d, X, x_max=100.0, alpha=0.75):
    error = C @ O.T + b[:, None] + d - X.log()
    weight = (X / x_max).clamp(max=1) ** alpha
    return (weight * error**2).sum()
""", "log 0 is minus infinity, and 0 times that is NaN: a weight of 0 takes nothing out. Compute on the pairs with X "
     "above 0 alone.")
glove_loss.mistake(
    "the count for its logarithm", "- x.log()", "- x",
    "You compare the score with the count. It is to be the *logarithm* of the count.")
glove_loss.mistake(
    "logarithm added", "- x.log()", "+ x.log()",
    "You add the logarithm. The error is the score less the logarithm.")
glove_loss.mistake(
    "bits", "x.log()", "x.log2()",
    "You take the logarithm to base 2. The natural one was asked for.")
glove_loss.mistake(
    "absolute error", "error**2", "error.abs()",
    "You take the absolute error. It is squared.")
glove_loss.mistake(
    "error not squared", "error**2", "error",
    "You sum the errors as they are, so those above and below cancel. Square them.")
glove_loss.mistake(
    "each pair once", "X.nonzero(as_tuple=True)", "X.triu().nonzero(as_tuple=True)",
    "You take the upper half of X alone. A word has two roles, so (i, j) and (j, i) are two terms, even where X is "
    "symmetric.")
glove_loss.mistake(
    "the diagonal left out", "X.nonzero(as_tuple=True)", "(X - torch.diag(X.diag())).nonzero(as_tuple=True)",
    "You leave out a word near itself. Every pair with X above 0 counts.")
glove_loss.mistake(
    "counts below 1 left out", "X.nonzero(as_tuple=True)", "(X >= 1).nonzero(as_tuple=True)",
    "You leave out entries below 1. A pair that came once at distance 3 has 1/3, and it came: X > 0.")
glove_loss.mistake(
    "rows and columns exchanged", "x = X[i, j]", "x = X.T[i, j] + (X.T[i, j] == 0)",
    "You look the count up at [j, i]. Row i is the word in C, column j the one in O.")
glove_loss.mistake(
    "the biases held fixed", "b[i] + d[j]", "(b[i] + d[j]).detach()",
    "You detach the biases. They are trained with the vectors.")
glove_loss.mistake(
    "one limit for count and weight", "(x / x_max).clamp(max=1) ** alpha", "(x**alpha / x_max).clamp(max=1)",
    "You raise the count to `alpha` before you divide by x_max. The quotient is raised: (x / x_max)^alpha.")
glove_loss.mistake(
    "a plain number", f"return ({WEIGHT} * error**2).sum()",
    f"return torch.tensor(({WEIGHT} * error**2).sum().item(), dtype=C.dtype)",
    "Your number is right, but it is no longer tied to the tables: `.item()`, `float()` or `torch.tensor()` cuts it "
    "off, and autograd cannot go back through it. Keep to tensors.")
glove_loss.also("the whole table, masked", """
def glove_loss(C, O, b, d, X, x_max=100.0, alpha=0.75):
    seen = X > 0
    log_X = torch.where(seen, X, torch.ones_like(X)).log()
    error = C @ O.T + b[:, None] + d[None, :] - log_X
    weight = torch.where(X < x_max, (X / x_max) ** alpha, torch.ones_like(X))
    return (weight * error**2)[seen].sum()
""")
glove_loss.also("pair by pair", """
def glove_loss(C, O, b, d, X, x_max=100.0, alpha=0.75):
    total = C.new_zeros(())
    for i in range(len(X)):
        for j in range(len(X)):
            x = X[i, j].item()
            if x > 0:
                f = (x / x_max) ** alpha if x < x_max else 1.0
                total = total + f * (torch.dot(C[i], O[j]) + b[i] + d[j] - math.log(x)) ** 2
    return total
""")
