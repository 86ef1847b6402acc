"""Chapter 02: the probability of the words to come."""

from autograder.exercises.ch02_common import SHUT, THREE, TWO, exercise, logs, long_sentence, model, without_end
from ngram2bert.hmm.backward import backward as _backward


def rest(case):
    """The same case for `backward`, which needs no start."""
    return {name: value for name, value in case.items() if name != "log_start"}


backward = exercise(
    "backward", of=_backward, points=3, minutes=12, level=2,
    parts={"short sentences": 1, "the end": 1, "shut and long": 1},
    hints=["After the last word nothing is left to be said. What can still happen there, and with what probability?",
           "Go from the last word to the first. At word t sum over where one goes next, j: the door from i to j, word "
           "t+1 said by j, and what j sees ahead.",
           "`(log_trans + log_obs[t + 1] + log_beta[t + 1]).logsumexp(1)`: the last two are vectors over j, the "
           "columns, so they are added to every row. `log_beta[-1] = log_stop`."])


@backward.cases
def _(r):
    yield "short sentences", rest(logs(TWO, [0, 2]))
    yield "short sentences", rest(logs(TWO, [2, 0, 1]))
    yield "short sentences", rest(logs(TWO, [1]))
    yield "the end", rest(logs(THREE, [3, 1, 1, 0]))
    yield "the end", rest(without_end(TWO, [1, 0, 2]))
    yield "shut and long", rest(logs(THREE, [0, 0, 3, 0]))
    yield "shut and long", rest(SHUT)
    yield "shut and long", rest(long_sentence())
    yield "shut and long", rest(long_sentence(3, 40))
    for part in ("short sentences", "the end", "shut and long"):
        states, vocab = 2 + r.below(4), 2 + r.below(4)
        yield part, rest(logs(model(r, states, vocab), r.integers(2 + r.below(6), high=vocab).tolist()))


AHEAD = "ahead = log_trans + log_obs[t + 1] + log_beta[t + 1]"
mistake = backward.mistake
mistake(
    "beta says its own word", {"log_beta[-1] = log_stop": "log_beta[-1] = log_stop + log_obs[-1]",
                               AHEAD: "ahead = log_trans + log_beta[t + 1]",
                               "ahead.logsumexp(1)": "ahead.logsumexp(1) + log_obs[t]"}, "",
    "Your beta holds the word of its own state. That word belongs to alpha: in alpha times beta it would be said "
    "twice.")
mistake(
    "the own word for the next", AHEAD, "ahead = log_trans + log_obs[t] + log_beta[t + 1]",
    "You add `log_obs[t]`. Word t is said already, by the state you look from; next comes word t+1.")
mistake(
    "no words", AHEAD, "ahead = log_trans + log_beta[t + 1]",
    "You leave the words out. Each state j that one goes to must say word t+1.")
mistake(
    "a stop in forward only", "log_beta[-1] = log_stop", "log_beta[-1] = 0",
    "Your beta begins at one, as in a model without an end. Here forward counts the end, so backward must too: beta of "
    "the last word is the probability to stop.")
mistake(
    "beta begins at 1/K", "log_beta[-1] = log_stop", "log_beta[-1] = -math.log(len(log_stop))",
    "Your beta begins with a uniform distribution. It is no distribution over states: it is the probability of what is "
    "still to come, and after the last word that is the end.")
mistake(
    "an end at every word", AHEAD, AHEAD + " + log_stop",
    "You let the sentence stop at every word. `log_stop` counts once, at the last one.")
mistake(
    "A transposed", AHEAD, "ahead = log_trans.T + log_obs[t + 1] + log_beta[t + 1]",
    "You go through the doors backwards. The *algorithm* walks from the end, but the model still goes from row i to "
    "column j.")
mistake(
    "summed over where it came from", "ahead.logsumexp(1)", "ahead.logsumexp(0)",
    "You sum over the rows. Beta of state i sums over where one goes *from* i: over the columns.")
mistake(
    "words along the rows", AHEAD, "ahead = log_trans + (log_obs[t + 1] + log_beta[t + 1])[:, None]",
    "You add what lies ahead to the rows, to the state one comes from. It belongs to j, the columns: no `[:, None]`.")
mistake(
    "the best way for all ways", "ahead.logsumexp(1)", "ahead.amax(1)",
    "You keep the best way only. Beta is the sum over all ways the sentence may go on.")
mistake(
    "logarithms added", "ahead.logsumexp(1)", "ahead.sum(1)",
    "You add the logarithms of the ways, which multiplies their probabilities. Add the probabilities: `logsumexp`.")
mistake(
    "the first row never filled", {"torch.empty_like": "torch.zeros_like", "- 2, -1, -1)": "- 2, 0, -1)"}, "",
    "Your loop ends before row 0: `range(T - 2, 0, -1)` leaves 0 out.")
mistake(
    "rows that sum to one", "ahead.logsumexp(1)", "ahead.logsumexp(1).log_softmax(0)",
    "You normalise each row. Beta is not a distribution over states, and its size is needed.")
mistake(
    "always the last word", AHEAD, "ahead = log_trans + log_obs[t + 1] + log_stop",
    "You look one word ahead and then stop. What lies ahead of word t+1 is in `log_beta[t + 1]`.")
mistake(
    "walked from the front", {"log_beta[-1] = log_stop": "log_beta[0] = log_stop",
                              "range(len(log_obs) - 2, -1, -1)": "range(1, len(log_obs))",
                              AHEAD: "ahead = log_trans + log_obs[t - 1] + log_beta[t - 1]"}, "",
    "You walk from the first word to the last. Beta is known at the end: begin there.")
backward.wrong("rows in the other order", """
def backward(log_trans, log_stop, log_obs):
    rows = [log_stop]
    for t in range(len(log_obs) - 1, 0, -1):
        rows.append((log_trans + log_obs[t] + rows[-1]).logsumexp(1))
    return torch.stack(rows)
""", "The numbers are right, but the rows stand from the last word to the first. Turn them round.")
backward.wrong("probabilities that underflow", """
def backward(log_trans, log_stop, log_obs):
    beta = torch.zeros_like(log_obs)
    beta[-1] = log_stop.exp()
    for t in range(len(log_obs) - 2, -1, -1):
        beta[t] = log_trans.exp() @ (log_obs[t + 1].exp() * beta[t + 1])
    return beta.log()
""", "You multiply probabilities and take the logarithm at the end. After a few hundred words they are 0 in the "
     "computer. Stay in log space.")
backward.wrong("minus infinity minus itself", """
def backward(log_trans, log_stop, log_obs):
    log_beta = torch.zeros_like(log_obs)
    log_beta[-1] = log_stop
    for t in range(len(log_obs) - 2, -1, -1):
        x = log_trans + log_obs[t + 1] + log_beta[t + 1]
        m = x.max(1, keepdim=True).values
        log_beta[t] = (x - m).exp().sum(1).log() + m[:, 0]
    return log_beta
""", "Where a state has no way on, all terms of your own log-sum-exp are minus infinity, and subtracting their maximum "
     "gives NaN. `torch.logsumexp` knows that case.")
mistake(
    "single precision", "torch.empty_like(log_obs)", "torch.empty(log_obs.shape)",
    "Your table is single precision: `torch.empty(shape)` takes the default. `empty_like(log_obs)` keeps the dtype.")
mistake(
    "log_stop overwritten", {"log_beta[-1] = log_stop": "log_beta[-1] = log_stop\n    last = log_stop",
                             "log_beta[t] = ahead.logsumexp(1)": "log_beta[t] = ahead.logsumexp(1)\n"
                                                                 "        last.copy_(log_beta[t])"}, "",
    "You write into `log_stop`, which belongs to the caller. Make a new tensor.")
mistake(
    "said by the state one comes from", AHEAD, "ahead = log_trans + log_beta[t + 1] + log_obs[t + 1][:, None]",
    "You let state i, where one is, say word t+1. It is said by j, where one goes: along the columns, no `[:, None]`.")
backward.also("state by state", """
def backward(log_trans, log_stop, log_obs):
    length, states = log_obs.shape
    log_beta = log_stop.repeat(length, 1)
    for t in reversed(range(length - 1)):
        for i in range(states):
            log_beta[t, i] = torch.logsumexp(log_trans[i] + log_obs[t + 1] + log_beta[t + 1], dim=0)
    return log_beta
""")
backward.also("rows put in front", """
def backward(log_trans, log_stop, log_obs):
    rows = [log_stop]
    for said in log_obs[1:].flip(0):
        rows.insert(0, torch.logsumexp(log_trans.T + (said + rows[0])[:, None], 0))
    return torch.stack(rows)
""")
