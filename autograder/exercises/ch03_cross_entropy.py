"""Chapter 03: the loss and its gradient."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch03_common import exercise
from ngram2bert.neural.cross_entropy import cross_entropy as _cross_entropy
from ngram2bert.neural.cross_entropy import cross_entropy_grad as _cross_entropy_grad

cross_entropy = exercise(
    "cross_entropy", of=_cross_entropy, points=2, minutes=8, level=1, builds_on=["log_softmax"],
    parts={"mean": 1, "ignored": 1}, forbids=["cross_entropy", "nll_loss"],
    hints=["Of each row of log probabilities only one number is needed. Which?",
           "Index with two tensors of equal length, `log_p[rows, columns]`: it picks one number a row. Drop the rows "
           "that are not scored before you do anything else, then the mean is over the right number.",
           "`scored = targets != ignore`, then `log_softmax(scores[scored], dim=1)`, of it `[torch.arange(...), "
           "targets[scored]]`, and minus the mean."])


def _scored(r):
    """Arguments of both exercises, with the name of what each is there for."""
    yield "mean", dict(scores=ramp(1, 3), targets=torch.tensor([2]))
    yield "mean", dict(scores=2 * ramp(3, 4), targets=torch.tensor([3, 0, 2]))
    yield "mean", dict(scores=2 * ramp(3, 3), targets=torch.tensor([1, 1, 0]))
    yield "mean", dict(scores=torch.tensor([[0.0, -800.0, 1.0], [900.0, 905.0, 0.0]]).double(),
                       targets=torch.tensor([1, 0]))
    yield "ignored", dict(scores=2 * ramp(4, 5, start=9), targets=torch.tensor([2, 0, 2, 4]), ignore=2)
    yield "ignored", dict(scores=2 * ramp(3, 4, start=4), targets=torch.tensor([0, 3, 1]), ignore=0)
    yield "ignored", dict(scores=2 * ramp(4, 3, start=5), targets=torch.tensor([-100, 1, -100, 2]), ignore=-100)
    yield "ignored", dict(scores=2 * ramp(4, 3, start=6), targets=torch.tensor([-1, 1, 0, 2]))
    b, v = 2 + r.below(5), 3 + r.below(5)
    yield "mean", dict(scores=3 * r.normal(b, v), targets=r.integers(b, high=v))
    yield "mean", dict(scores=400 * r.normal(b, v), targets=r.integers(b, high=v))
    targets = r.integers(6, high=v)
    targets[0], targets[1] = 1, 2
    yield "ignored", dict(scores=3 * r.normal(6, v), targets=targets, ignore=r.choice([1, 2]))
    targets = r.integers(5, high=4)
    targets[1 + r.below(3)] = -7
    yield "ignored", dict(scores=3 * r.normal(5, 4), targets=targets, ignore=-7)


cross_entropy.cases(_scored)
cross_entropy.mistake(
    "sum for mean", "].mean()", "].sum()",
    "You add the losses up. Take their mean, or a larger batch would make larger steps.")
cross_entropy.mistake(
    "sign", "return -log_p", "return log_p",
    "Your loss is negative: it is the log probability, and training would make the text *less* likely.")
cross_entropy.mistake(
    "padding in the mean", "].mean()", "].sum() / len(targets)",
    "You leave the ignored targets out of the sum, but still divide by all of them. They must leave N too.")
cross_entropy.mistake(
    "`ignore` ignored", "targets != ignore", "targets != targets.min() - 1",
    "You score all the targets. Those equal to `ignore` are padding: neither in the sum nor in N.")
cross_entropy.mistake(
    "`ignore` is always -1", "targets != ignore", "targets != -1",
    "You leave out targets of -1 whatever `ignore` is.")
cross_entropy.mistake(
    "targets below 0 ignored", "targets != ignore", "targets >= 0",
    "You leave out what is below 0. `ignore` may be any number, a word's too: then that word is not scored.")
cross_entropy.mistake(
    "word 0 ignored", "targets != ignore", "(targets != ignore) & (targets > 0)",
    "You leave out word 0 as well, as if it were padding. Only `ignore` says what is left out.")
cross_entropy.mistake(
    "softmax over the batch", "dim=1", "dim=0",
    "Your softmax runs over the examples of the batch. The words compete with each other: axis 1.")
cross_entropy.mistake(
    "all columns for all rows", "log_p[torch.arange(len(log_p)), targets[scored]]", "log_p[:, targets[scored]]",
    "`log_p[:, targets]` takes every target's column for *every* row: (N, N) numbers. One number a row is needed.")
cross_entropy.mistake(
    "mean over the whole table", "].mean()", "].mean() / log_p.shape[1]",
    "You take the mean over all N V numbers of the table, as with a one-hot matrix. The mean is over the N targets.")
cross_entropy.mistake(
    "perplexity", "return -log_p[torch.arange(len(log_p)), targets[scored]].mean()",
    "return (-log_p[torch.arange(len(log_p)), targets[scored]].mean()).exp()",
    "This is the perplexity. The loss is its logarithm: leave out the last exponential.")
cross_entropy.mistake(
    "bits", "targets[scored]].mean()", "targets[scored]].mean() / 0.6931471805599453",
    "This is in bits. The loss is in nats, because its gradient is simplest there.")
cross_entropy.mistake(
    "log of the mean probability", "-log_p[torch.arange(len(log_p)), targets[scored]].mean()",
    "-log_p[torch.arange(len(log_p)), targets[scored]].exp().mean().log()",
    "You average the probabilities and take the logarithm afterwards. One word that was nearly impossible then costs "
    "nothing: take the mean of the logarithms.")
cross_entropy.mistake(
    "log of a rounded probability", "log_softmax(scores[scored], dim=1)",
    "log_softmax(scores[scored], dim=1).exp().log()",
    "You go through probabilities. Those below e^-745 are 0, and their logarithm is minus infinity: keep what "
    "`log_softmax` returns.")
cross_entropy.mistake(
    "no softmax", "log_softmax(scores[scored], dim=1)", "scores[scored]",
    "You take the scores for log probabilities. They do not sum to one: `log_softmax` first.")
cross_entropy.mistake(
    "softmax without log", "log_softmax(scores[scored], dim=1)", "log_softmax(scores[scored], dim=1).exp()",
    "You average minus the probabilities. The loss is minus their *logarithm*: that is what makes a confident error "
    "expensive.")
cross_entropy.mistake(
    "first rows of the table", "log_softmax(scores[scored], dim=1)", "log_softmax(scores[:scored.sum()], dim=1)",
    "You drop the ignored targets but not their rows of scores, so every target after them is looked up in another "
    "one's row.")
cross_entropy.mistake(
    "a loss for each example", "].mean()", "]",
    "You return a loss for each example. One number is asked for, their mean.")
cross_entropy.mistake(
    "surprise at the likeliest word", "log_p[torch.arange(len(log_p)), targets[scored]]", "log_p.amax(1)",
    "You take each row's largest log probability, whatever came. The loss asks what the model gave to the word that "
    "*came*: its column is in `targets`.")
cross_entropy.also("a loop over the examples", """
def cross_entropy(scores, targets, ignore=-1):
    losses = [-log_softmax(row, dim=0)[w] for row, w in zip(scores, targets.tolist()) if w != ignore]
    return sum(losses) / len(losses)
""")
cross_entropy.also("gather and a mask", """
def cross_entropy(scores, targets, ignore=-1):
    scored = targets != ignore
    columns = torch.where(scored, targets, 0)
    picked = log_softmax(scores, 1).gather(1, columns[:, None]).squeeze(1)
    return -torch.where(scored, picked, 0.0).sum() / scored.sum()
""")
cross_entropy.also("scores against their log-sum", """
def cross_entropy(scores, targets, ignore=-1):
    keep = (targets != ignore).nonzero()[:, 0]
    s, w = scores[keep], targets[keep]
    top = s.amax(1)
    return (top + (s - top[:, None]).exp().sum(1).log() - s[torch.arange(len(w)), w]).mean()
""")

cross_entropy_grad = exercise(
    "cross_entropy_grad", of=_cross_entropy_grad, points=3, minutes=12, level=2, builds_on=["log_softmax"],
    parts={"mean": 2, "ignored": 1}, forbids=["cross_entropy", "nll_loss", "backward", "requires_grad_"],
    hints=["For one example: by how much does the loss change when the score of the right word rises a little? And the "
           "score of a wrong one?",
           "Start from the probabilities, take 1 away at each row's target, divide by the number of targets that are "
           "scored. Rows that are not scored are 0 throughout.",
           "`grad[scored, targets[scored]] -= 1` changes one number in each scored row; `grad * scored[:, None]` makes "
           "the other rows 0; `scored.sum()` is N."])

cross_entropy_grad.cases(_scored)
cross_entropy_grad.mistake(
    "not divided by N", " / scored.sum()", "",
    "This is the gradient of the *sum* of the losses. The loss is a mean: divide by N.")
cross_entropy_grad.mistake(
    "padding in the mean", "/ scored.sum()", "/ len(targets)",
    "You divide by all targets, the ignored ones too. N counts those that are scored.")
cross_entropy_grad.mistake(
    "ignored rows have a gradient", "grad * scored[:, None]", "grad",
    "The rows of ignored targets still hold probabilities. They are not in the loss, so their gradient is 0.")
cross_entropy_grad.mistake(
    "`ignore` ignored", "targets != ignore", "targets != targets.min() - 1",
    "You treat every target alike. Those equal to `ignore` are not in the loss: their rows are 0, and N is smaller.")
cross_entropy_grad.mistake(
    "`ignore` is always -1", "targets != ignore", "targets != -1",
    "You leave out targets of -1 whatever `ignore` is.")
cross_entropy_grad.mistake(
    "targets below 0 ignored", "targets != ignore", "targets >= 0",
    "You leave out what is below 0. `ignore` may be any number, a word's too.")
cross_entropy_grad.mistake(
    "sign", "return grad * scored", "return -grad * scored",
    "Your gradient points downhill. The gradient of the loss is p - 1 at the right word: the optimiser subtracts it.")
cross_entropy_grad.mistake(
    "probabilities alone", "    grad[scored, targets[scored]] -= 1\n", "",
    "You return the probabilities. At the target, 1 is to be taken away: each row sums to zero.")
cross_entropy_grad.mistake(
    "1 taken from every target's column", "grad[scored, targets[scored]] -= 1", "grad[:, targets[scored]] -= 1",
    "`grad[:, targets]` takes 1 from every target's column in *every* row. One number a row changes.")
cross_entropy_grad.mistake(
    "only the target's number", "return grad * scored[:, None]",
    "return torch.where(grad < 0, grad, 0.0) * scored[:, None]",
    "Only the right word has a gradient in your answer. The scores of the other words are in the loss too, through "
    "the sum below the line: theirs is p.")
cross_entropy_grad.mistake(
    "softmax over the batch", "dim=1", "dim=0",
    "Your softmax runs over the examples. The words compete with each other: axis 1.")
cross_entropy_grad.mistake(
    "divided by N V", "/ scored.sum()", "/ scored.sum() / scores.shape[1]",
    "You divide by the number of words as well. The mean of the loss is over N targets.")
cross_entropy_grad.mistake(
    "log probabilities", "log_softmax(scores, dim=1).exp()", "log_softmax(scores, dim=1)",
    "You take 1 from the *log* probabilities. The derivative of the log-sum-exp is the probability: take `exp` first.")
cross_entropy_grad.mistake(
    "slope of the softmax", "return grad *", "return grad * log_softmax(scores, dim=1).exp() *",
    "You multiply by p once more, the slope of the softmax. In p - 1 it is already contained: the logarithm cancels "
    "it.")
cross_entropy_grad.wrong("-1/p at the target", """
def cross_entropy_grad(scores, targets, ignore=-1):
    scored = targets != ignore
    grad = torch.zeros_like(scores)
    p = log_softmax(scores, dim=1).exp()
    grad[scored, targets[scored]] = -1 / p[scored, targets[scored]]
    return grad / scored.sum()
""", "This is the gradient with respect to the *probabilities*. The scores come before the softmax, so its slope is to "
     "be multiplied in: together they give p - 1 at the target and p elsewhere.")
cross_entropy_grad.wrong("scores overwritten", """
def cross_entropy_grad(scores, targets, ignore=-1):
    scored = targets != ignore
    scores.copy_(log_softmax(scores, dim=1).exp())
    scores[scored, targets[scored]] -= 1
    return scores * scored[:, None] / scored.sum()
""", "Your answer is right, but you wrote it over the caller's scores, which the loss still needs. Make a new tensor.")
cross_entropy_grad.wrong("rows of ignored targets left out", """
def cross_entropy_grad(scores, targets, ignore=-1):
    scored = targets != ignore
    grad = log_softmax(scores[scored], dim=1).exp()
    grad[torch.arange(len(grad)), targets[scored]] -= 1
    return grad / scored.sum()
""", "You leave out the rows of the ignored targets. A gradient has the shape of the scores: those rows are 0.")
cross_entropy_grad.mistake(
    "0 at the target", "grad[scored, targets[scored]] -= 1", "grad[scored, targets[scored]] = 0",
    "You set the right word's number to 0. It is p - 1, which pushes its score up. Your rows do not sum to zero.")
cross_entropy_grad.mistake(
    "-1 at the target", "grad[scored, targets[scored]] -= 1", "grad[scored, targets[scored]] = -1",
    "You put -1 at the target, whatever its probability. It is p - 1, so that a word that is certain already is pushed "
    "no more. Your rows do not sum to zero.")
cross_entropy_grad.also("one-hot", """
def cross_entropy_grad(scores, targets, ignore=-1):
    scored = (targets != ignore).to(scores.dtype)
    one_hot = (torch.arange(scores.shape[1]) == targets[:, None]).to(scores.dtype)
    return (log_softmax(scores, 1).exp() - one_hot) * scored[:, None] / scored.sum()
""")
cross_entropy_grad.also("a loop over the examples", """
def cross_entropy_grad(scores, targets, ignore=-1):
    keep = [i for i, w in enumerate(targets.tolist()) if w != ignore]
    grad = torch.zeros_like(scores)
    for i in keep:
        e = (scores[i] - scores[i].max()).exp()
        grad[i] = e / e.sum()
        grad[i, targets[i]] -= 1
    return grad / len(keep)
""")
