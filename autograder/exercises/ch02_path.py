"""Chapter 02: the probability of one path and the words."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch02_common import THREE, TWO, exercise, logs, model, without_end
from ngram2bert.hmm.path import path_log_prob as _path_log_prob

path_log_prob = exercise(
    "path_log_prob", of=_path_log_prob, points=2, minutes=8, level=1,
    parts={"one path": 1, "any path": 1},
    hints=["Walk along the path with your finger: which doors do you go through, and what do you say in each room?",
           "Four sums of logarithms: the start, the T-1 moves, the T words, the end. Indexing with two index tensors "
           "takes one entry for each pair: `table[rows, columns]`.",
           "`log_trans[path[:-1], path[1:]]` are the moves, `log_obs[torch.arange(len(path)), path]` the words. Do not "
           "forget `log_stop[path[-1]]`."])


@path_log_prob.cases
def _(r):
    yield "one path", dict(path=torch.tensor([0, 1]), **logs(TWO, [0, 2]))
    yield "one path", dict(path=torch.tensor([1, 0, 0]), **logs(TWO, [1, 1, 2]))
    yield "one path", dict(path=torch.tensor([1]), **logs(TWO, [2]))
    yield "any path", dict(path=torch.tensor([0, 2, 1, 0, 2]), **logs(THREE, [0, 1, 3, 2, 1]))
    yield "any path", dict(path=torch.tensor([0, 1]), **logs(THREE, [0, 1]))  # a door that is shut
    yield "any path", dict(path=torch.tensor([2, 2, 0]), **without_end(THREE, [3, 1, 0]))
    yield "any path", dict(path=torch.arange(90) * 7 % 3, log_start=ramp(3), log_trans=ramp(3, 3, start=4) - 30,
                           log_stop=ramp(3, start=50), log_obs=ramp(90, 3, start=80) - 9)
    for part in ("one path", "any path"):
        states, length = 2 + r.below(4), 1 + r.below(7)
        yield part, dict(path=r.integers(length, high=states),
                         **logs(model(r, states, 5), r.integers(length, high=5).tolist()))


mistake = path_log_prob.mistake
mistake(
    "the end left out", " + log_stop[path[-1]]", "",
    "You leave the end out: the last state must also choose to stop. Without it, sentences of each length would sum to "
    "one by themselves.")
mistake(
    "the start left out", "log_start[path[0]] + moves", "moves",
    "You leave the start out: add `log_start` of the first state.")
mistake(
    "A transposed", "log_trans[path[:-1], path[1:]]", "log_trans[path[1:], path[:-1]]",
    "You go through the doors backwards: the row of `log_trans` is the state before, the column the state after.")
mistake(
    "the words left out", " + words.sum()", "",
    "You add up the moves and forget what is said: each state also says its word.")
mistake(
    "the first word left out", "words.sum()", "words[1:].sum()",
    "You leave the first word out. All T words are said, the first by the first state.")
mistake(
    "every path at once", "log_obs[torch.arange(len(path)), path]", "log_obs[:, path]",
    "`log_obs[:, path]` takes, for *each* word, the entries of all states of the path: T times T numbers. Pair them: "
    "`log_obs[torch.arange(T), path]`.")
mistake(
    "every move at once", "log_trans[path[:-1], path[1:]]", "log_trans[path[:-1]][:, path[1:]]",
    "`log_trans[a][:, b]` takes every combination of rows and columns. Index with both at once, `log_trans[a, b]`, for "
    "one entry a move.")
mistake(
    "words by all states", "words.sum()", "log_obs.sum()",
    "You add up `log_obs` over all states. Each word is said by one state only, that of the path.")
mistake(
    "not in log space", "return log_start[path[0]] + moves.sum() + words.sum() + log_stop[path[-1]]",
    "return (log_start[path[0]] + moves.sum() + words.sum() + log_stop[path[-1]]).exp()",
    "You return the probability. For a sentence of ordinary length it is 0 in the computer: return its logarithm.")
mistake(
    "a mean for the sum", "moves.sum() + words.sum()", "(moves.sum() + words.sum()) / len(path)",
    "You divide by the length. The log probability of a path is a sum.")
mistake(
    "stop at the first state", "log_stop[path[-1]]", "log_stop[path[0]]",
    "You take the end of the *first* state. It is the last one that stops.")
mistake(
    "the last word left out", "words.sum()", "words[:-1].sum()",
    "You leave the last word out. All T words are said.")
mistake(
    "the last move left out", "moves.sum()", "moves[:-1].sum()",
    "You leave the last move out: T states have T-1 moves between them.")
mistake(
    "start of every state", "log_start[path[0]] + moves", "log_start[path].sum() + moves",
    "You count a start for every word. Only the first state starts.")
path_log_prob.also("a loop", """
def path_log_prob(path, log_start, log_trans, log_stop, log_obs):
    total, before = 0.0, None
    for t, state in enumerate(path.tolist()):
        total += float(log_start[state] if before is None else log_trans[before, state]) + float(log_obs[t, state])
        before = state
    return torch.tensor(total + float(log_stop[before]), dtype=log_obs.dtype)
""")
path_log_prob.also("gather and a border", """
def path_log_prob(path, log_start, log_trans, log_stop, log_obs):
    said = log_obs.gather(1, path.unsqueeze(1)).sum()
    k = len(log_start)
    table = torch.full((k + 1, k + 1), -torch.inf, dtype=log_obs.dtype)
    table[:k, :k], table[k, :k], table[:k, k] = log_trans, log_start, log_stop
    edge = torch.tensor([k])
    whole = torch.cat([edge, path, edge])
    return said + table[whole[:-1], whole[1:]].sum()
""")
