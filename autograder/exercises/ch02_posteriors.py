"""Chapter 02: the states, given all the words."""

from autograder.exercises.ch02_common import THREE, TWO, exercise, logs, long_sentence, model, without_end
from ngram2bert.hmm.backward import backward
from ngram2bert.hmm.forward import forward
from ngram2bert.hmm.posteriors import posteriors as _posteriors

posteriors = exercise(
    "posteriors", of=_posteriors, points=3, minutes=8, level=1,
    parts={"short sentences": 1, "shut doors": 1, "long sentences": 1},
    hints=["Alpha knows the words up to t and the state, beta the words after t, given the state. What is their "
           "product?",
           "In log space the product is a sum. It is the joint probability of all the words and of state i at word t: "
           "divide each row by its sum.",
           "A row of exp(log_alpha + log_beta), divided by its sum: that is what `softmax` over the states computes, "
           "and it subtracts the largest first, so that nothing underflows."])


def tables(case):
    """log alpha and log beta of a case of `forward`."""
    log_alpha, _ = forward(**case)
    return dict(log_alpha=log_alpha, log_beta=backward(case["log_trans"], case["log_stop"], case["log_obs"]))


@posteriors.cases
def _(r):
    yield "short sentences", tables(logs(TWO, [0, 2]))
    yield "short sentences", tables(logs(TWO, [2, 0, 1, 1]))
    yield "short sentences", tables(logs(TWO, [1]))
    yield "short sentences", tables(without_end(TWO, [1, 0, 2]))
    yield "shut doors", tables(logs(THREE, [3, 1, 1, 0]))
    yield "shut doors", tables(logs(THREE, [0, 0, 1]))
    yield "long sentences", tables(long_sentence(2, 120))
    yield "long sentences", tables(long_sentence(3, 90))
    for part in ("short sentences", "shut doors", "long sentences"):
        states, length = 2 + r.below(4), 40 if part == "long sentences" else 2 + r.below(5)
        yield part, tables(logs(model(r, states, 4), r.integers(length, high=4).tolist()))


ALL = "(log_alpha + log_beta).softmax(1)"
mistake = posteriors.mistake
mistake(
    "only the words so far", ALL, "log_alpha.softmax(1)",
    "You leave beta out: this is the state given the words up to t (*filtering*). The words after t have something to "
    "say as well.")
mistake(
    "only the words to come", ALL, "log_beta.softmax(1)",
    "You leave alpha out. What was said up to t decides most.")
mistake(
    "over the words", ALL, "(log_alpha + log_beta).softmax(0)",
    "You normalise along the sentence. At each word, one of the states is the true one: each *row* sums to one.")
mistake(
    "one sum for all", ALL, "(log_alpha + log_beta).flatten().softmax(0).reshape(log_alpha.shape)",
    "You divide by the sum of the whole table. Each row sums to one by itself.")
mistake(
    "logarithms returned", ALL, "(log_alpha + log_beta).log_softmax(1)",
    "You return log gamma. Probabilities are asked.")
mistake(
    "not divided", ALL, "(log_alpha + log_beta).exp()",
    "You return the joint probability with the words. Divide by p(words), the sum of each row: it also rescues long "
    "sentences, where the joint probability is 0 in the computer.")
mistake(
    "divided by a likelihood without the end", ALL, "(log_alpha + log_beta - log_alpha[-1].logsumexp(0)).exp()",
    "You divide by the sum of the last row of alpha. That leaves the end out, so your rows do not sum to one where "
    "sentences have one.")
posteriors.wrong("probabilities that underflow", """
def posteriors(log_alpha, log_beta):
    joint = log_alpha.exp() * log_beta.exp()
    return joint / joint.sum(1, keepdim=True)
""", "You leave log space too early: for a long sentence both factors are 0 in the computer, and 0 / 0 is NaN. Add the "
     "logarithms, and normalise in log space.")
mistake(
    "alpha and beta added", ALL, "(log_alpha.exp() + log_beta.exp()) / (log_alpha.exp() + log_beta.exp()).sum(1, "
    "keepdim=True)",
    "You add alpha and beta. They are probabilities of two things that must *both* happen: multiply them.")
mistake(
    "a mean of two guesses", ALL, "(log_alpha.softmax(1) + log_beta.softmax(1)) / 2",
    "You normalise alpha and beta and average them. Multiply them, then normalise.")
mistake(
    "two guesses multiplied", ALL, "log_alpha.softmax(1) * log_beta.softmax(1)",
    "You normalise alpha and beta and multiply: the product no longer sums to one. Normalise at the end.")
mistake(
    "the most probable state only", ALL,
    "torch.nn.functional.one_hot((log_alpha + log_beta).argmax(1), log_alpha.shape[1]).double()",
    "You return a one for the most probable state. How probable each is, is what is asked.")
mistake(
    "softmax of probabilities", ALL, "(log_alpha + log_beta).softmax(1).softmax(1)",
    "You take a softmax of probabilities. They sum to one already; a second softmax flattens them.")
mistake(
    "divided by the largest", ALL, "(log_alpha + log_beta - (log_alpha + log_beta).amax(1, keepdim=True)).exp()",
    "You divide each row by its largest entry. Divide by its sum.")
mistake(
    "beta of the next word", ALL, "(log_alpha + log_beta.roll(-1, 0)).softmax(1)",
    "You join alpha of word t with beta of word t+1. Both belong to the same word.")
mistake(
    "alpha overwritten", ALL, "log_alpha.add_(log_beta).softmax(1)",
    "You write over `log_alpha`, which belongs to the caller. Make a new tensor.")
mistake(
    "divided by beta of the first word", ALL, "(log_alpha + log_beta - log_beta[0].logsumexp(0)).exp()",
    "You divide by the sum of the first row of beta. That knows neither the start nor the first word: p(words) is the "
    "sum of alpha times beta, in any row.")
posteriors.also("divided by p(words)", """
def posteriors(log_alpha, log_beta):
    joint = log_alpha + log_beta
    return torch.exp(joint - joint[0].logsumexp(0))
""")
posteriors.also("row by row", """
def posteriors(log_alpha, log_beta):
    rows = []
    for a, b in zip(log_alpha, log_beta):
        weights = torch.exp(a + b - torch.max(a + b))
        rows.append(weights / weights.sum())
    return torch.stack(rows)
""")
posteriors.also("a product of two normalised rows", """
def posteriors(log_alpha, log_beta):
    product = log_alpha.softmax(-1) * log_beta.softmax(-1)
    return product / product.sum(-1).unsqueeze(-1)
""")
