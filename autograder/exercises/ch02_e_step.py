"""Chapter 02: expectation: the counts that a sentence is expected to give."""

import torch

from autograder.exercises.ch02_common import THREE, TWO, exercise, f64, model
from ngram2bert.hmm.em import e_step as _e_step

NAMES = ("start", "trans", "stop", "emit")


def named(parameters, **more):
    """The arguments start, trans, stop, emit; `more` replaces or adds."""
    return dict(zip(NAMES, parameters, strict=True)) | more


e_step = exercise(
    "e_step", of=_e_step, points=5, minutes=20, level=3, builds_on=["forward", "backward", "posteriors"],
    parts={"one word": 1, "start, stop and words": 1, "moves": 2, "random": 1},
    hints=["If you had been told the path, what would you count? Now you are told only how probable each state is at "
           "each word: count those probabilities.",
           "Start: the first row of gamma; stop: the last one. A word that occurs at t adds row t of gamma to its "
           "column: `index_add` adds again and again where a word repeats. Moves need alpha before, the door, the word "
           "and beta after, divided by p(words).",
           "`log_xi = log_alpha[:-1, :, None] + log_trans + (log_obs + log_beta)[1:, None, :]` has the axes (t, i, j); "
           "subtract `log_likelihood`, take `exp`, sum over t. `torch.zeros_like(emit).index_add(1, words, gamma.T)`."])


@e_step.cases
def _(r):
    yield "one word", named(TWO, words=torch.tensor([2]))
    yield "one word", named(THREE, words=torch.tensor([1]))
    yield "start, stop and words", named(TWO, words=torch.tensor([0, 2]))
    yield "start, stop and words", named(TWO, words=torch.tensor([1, 1, 0, 1]))
    yield "moves", named(THREE, words=torch.tensor([3, 1, 1, 0, 2]))
    yield "moves", named(THREE, words=torch.tensor([0, 0, 1]))
    yield "moves", named(TWO, stop=f64([1.0, 1.0]), words=torch.tensor([1, 0, 2]))
    yield "moves", named(TWO, words=torch.arange(700) * 7 % 3)
    for part in ("random", "moves"):
        states, vocab = 2 + r.below(3), 2 + r.below(4)
        yield part, named(model(r, states, vocab), words=r.integers(2 + r.below(6), high=vocab))
    for part, length in (("one word", 1), ("start, stop and words", 2 + r.below(3))):
        states, vocab = 2 + r.below(3), 2 + r.below(4)
        yield part, named(model(r, states, vocab), words=r.integers(length, high=vocab))


XI = "log_xi = log_alpha[:-1, :, None] + log_trans + (log_obs + log_beta)[1:, None, :]"
mistake = e_step.mistake
mistake(
    "moves without the word", XI, "log_xi = log_alpha[:-1, :, None] + log_trans + log_beta[1:, None, :]",
    "Your moves leave out what is said after them: state j says word t+1, and beta of word t+1 does not hold that "
    "word.")
mistake(
    "moves with the word before", XI, "log_xi = log_alpha[:-1, :, None] + log_trans + (log_obs[:-1] + log_beta[1:])"
    "[:, None, :]",
    "Your moves say word t, which alpha has said already. State j says word t+1.")
mistake(
    "moves with beta of the same word", XI, "log_xi = log_alpha[:-1, :, None] + log_trans + (log_obs[1:] + "
    "log_beta[:-1])[:, None, :]",
    "Your moves use beta of word t. After the move the model is at word t+1: beta of that word.")
mistake(
    "moves without beta", XI, "log_xi = log_alpha[:-1, :, None] + log_trans + log_obs[1:, None, :]",
    "Your moves know nothing of the rest of the sentence: add `log_beta` of word t+1.")
mistake(
    "moves not divided by p(words)", "(log_xi - log_likelihood).exp()", "log_xi.exp()",
    "You count joint probabilities. Divide by p(words): at each step all moves together are one move.")
mistake(
    "moves divided by the log likelihood", "(log_xi - log_likelihood).exp()", "log_xi.exp() / log_likelihood",
    "You divide by the *logarithm* of p(words). In log space dividing is subtracting.")
mistake(
    "moves as if independent", "moves = (log_xi - log_likelihood).exp().sum(0)", "moves = gamma[:-1].T @ gamma[1:]",
    "You multiply the posteriors of neighbours. They are not independent: the door between them counts. That is what "
    "xi is for.")
mistake(
    "A transposed", "moves = (log_xi - log_likelihood).exp().sum(0)",
    "moves = (log_xi - log_likelihood).exp().sum(0).T",
    "Your counts of moves are transposed: the row is where one comes from.")
mistake(
    "repeated words counted once", "said = torch.zeros_like(emit).index_add(1, words, gamma.T)",
    "said = torch.zeros_like(emit)\n    said[:, words] += gamma.T",
    "`said[:, words] += ...` keeps one value for a word that occurs twice: the last. `index_add` adds them all up.")
mistake(
    "a word too late", "index_add(1, words, gamma.T)", "index_add(1, words[1:], gamma[1:].T)",
    "You leave the first word out of the counts.")
mistake(
    "every state says the word", "index_add(1, words, gamma.T)", "index_add(1, words, torch.ones_like(gamma.T))",
    "You count each word once for every state. Each state said it with probability gamma.")
mistake(
    "start from all words", "return (gamma[0], moves", "return (gamma.sum(0), moves",
    "Your count of starts is over all words. Only the first state starts.")
mistake(
    "stop from all words", "moves, gamma[-1], said", "moves, gamma.sum(0), said",
    "Your count of ends is over all words. Only the last state stops.")
mistake(
    "start and stop swapped", "return (gamma[0], moves, gamma[-1], said)", "return (gamma[-1], moves, gamma[0], said)",
    "You swap starts and ends: the order is start, moves, stop, words.")
mistake(
    "the parameter for the count", "moves, gamma[-1], said", "moves, stop, said",
    "You return the parameter `stop` as it was. Count the ends: the last row of gamma.")
mistake(
    "the most probable state takes all", "gamma = posteriors(log_alpha, log_beta)  # (T, K)",
    "gamma = posteriors(log_alpha, log_beta)\n    gamma = torch.nn.functional.one_hot(gamma.argmax(1), "
    "gamma.shape[1]).double()",
    "You give each word whole to its most probable state. EM shares it: each state counts its posterior.")
mistake(
    "only the words so far", "gamma = posteriors(log_alpha, log_beta)  # (T, K)", "gamma = log_alpha.softmax(1)",
    "Your gamma leaves beta out. The words to come say something about the state as well.")
mistake(
    "divided already", "return (gamma[0], moves, gamma[-1], said)",
    "return (gamma[0], moves / moves.sum(1, keepdim=True), gamma[-1], said / said.sum(1, keepdim=True))",
    "You divide the counts already. Then sentences can only be averaged; `m_step` must add the counts of all sentences "
    "first.")
mistake(
    "the likelihood itself", "said), log_likelihood", "said), log_likelihood.exp()",
    "You return p(words). For a long text it is 0 in the computer: return its logarithm.")
mistake(
    "a likelihood without the end", "said), log_likelihood", "said), log_alpha[-1].logsumexp(0)",
    "Your likelihood leaves the end out. `forward` gives the right one.")
mistake(
    "words without their order", "emit.log()[:, words].T", "emit.log()[:, words.sort().values].T",
    "You sort the words. Their order is what the moves live on.")
mistake(
    "a mean over the words", "moves = (log_xi - log_likelihood).exp().sum(0)",
    "moves = (log_xi - log_likelihood).exp().sum(0) / max(1, len(log_xi))",
    "You average the moves over the sentence. Counts are sums: a long sentence has more of them.")
mistake(
    "each row of moves a distribution", "moves = (log_xi - log_likelihood).exp().sum(0)",
    "moves = log_xi.softmax(2).nan_to_num().sum(0)",
    "You normalise each row at each word: the moves *given* that the model was in i. It was there with probability "
    "gamma only: all moves at a word sum to one together.")
mistake(
    "the end without the end", "moves, gamma[-1], said", "moves, log_alpha[-1].softmax(0), said",
    "Your count of ends is alpha's last row, normalised. That does not know yet that the sentence stops there: take "
    "gamma's.")
e_step.also("step by step", """
def e_step(start, trans, stop, emit, words):
    log_obs = torch.stack([emit[:, w].log() for w in words])
    log_alpha, total = forward(start.log(), trans.log(), stop.log(), log_obs)
    log_beta = backward(trans.log(), stop.log(), log_obs)
    gamma = posteriors(log_alpha, log_beta)
    moves, said = torch.zeros_like(trans), torch.zeros_like(emit)
    for t, w in enumerate(words.tolist()):
        said[:, w] += gamma[t]
        if t > 0:
            joint = log_alpha[t - 1].unsqueeze(1) + trans.log() + log_obs[t] + log_beta[t]
            moves += torch.exp(joint - joint.logsumexp((0, 1)))
    return (gamma[0], moves, gamma[-1], said), total
""")
e_step.also("one-hot words and a matrix product", """
def e_step(start, trans, stop, emit, words):
    log_obs = torch.log(emit.T[words])
    log_alpha, total = forward(torch.log(start), torch.log(trans), torch.log(stop), log_obs)
    log_beta = backward(torch.log(trans), torch.log(stop), log_obs)
    gamma = torch.exp(log_alpha + log_beta - total)
    said = gamma.T @ torch.nn.functional.one_hot(words, emit.shape[1]).to(gamma.dtype)
    xi = [torch.exp(log_alpha[t][:, None] + torch.log(trans) + (log_obs[t + 1] + log_beta[t + 1])[None] - total)
          for t in range(len(words) - 1)]
    return (gamma[0], torch.stack(xi).sum(0) if xi else torch.zeros_like(trans), gamma[-1], said), total
""")
