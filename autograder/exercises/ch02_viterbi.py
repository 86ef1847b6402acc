"""Chapter 02: the most probable path."""

from autograder.exercises.ch02_common import THREE, TWO, exercise, f64, logs, long_sentence, model, without_end
from ngram2bert.hmm.viterbi import viterbi as _viterbi

# A path decided by its end: state 0 is better at every word, but only state 1 may stop.
LATE = (f64([0.9, 0.1]), f64([[0.7, 0.3], [0.1, 0.4]]), f64([0.0, 0.5]), f64([[0.6, 0.4], [0.3, 0.7]]))
# The most probable state at each word is not a path at all: from 0 one never comes to 0.
FORK = (f64([0.4, 0.3, 0.3]), f64([[0.0, 0.5, 0.4], [0.7, 0.1, 0.1], [0.8, 0.1, 0.0]]), f64([0.1, 0.1, 0.1]),
        f64([[0.5, 0.5], [0.45, 0.55], [0.52, 0.48]]))

viterbi = exercise(
    "viterbi", of=_viterbi, points=5, minutes=20, level=3,
    parts={"short sentences": 1, "the end": 1, "a path that can be walked": 2, "long sentences": 1},
    hints=["Of all the ways that lead to state j at word t, only the best can be the beginning of the best path. What "
           "must you remember, besides how good it is?",
           "Like forward, with `max` in place of `logsumexp`; `max(0)` gives the values and where they were. Keep the "
           "second in a table. After the last word add `log_stop`, take the best state, and follow the table back.",
           "`best, came_from = (log_delta[:, None] + log_trans).max(0)`, then `log_delta = best + log_obs[t]`; keep "
           "`came_from` in a list. Backwards through that list: the state before is `came_from[state]`."])


@viterbi.cases
def _(r):
    yield "short sentences", logs(TWO, [0, 2])
    yield "short sentences", logs(TWO, [2, 0, 0, 1])
    yield "short sentences", logs(TWO, [1])
    yield "short sentences", logs(THREE, [3, 0, 1, 2, 0])
    yield "the end", logs(LATE, [0, 0, 1, 0])
    yield "the end", without_end(LATE, [0, 0, 1, 0])
    yield "a path that can be walked", logs(FORK, [0, 0, 1, 0, 1])
    yield "a path that can be walked", logs(THREE, [1, 3, 1, 1, 0, 2])
    yield "a path that can be walked", logs(THREE, [0, 0, 3, 1])
    yield "long sentences", long_sentence()
    yield "long sentences", long_sentence(4, 50)
    for part in ("short sentences", "the end", "a path that can be walked", "long sentences"):
        states, vocab = 2 + r.below(4), 2 + r.below(4)
        length = 40 if part == "long sentences" else 3 + r.below(6)
        case = logs(model(r, states, vocab), r.integers(length, high=vocab).tolist())
        yield part, case | dict(log_obs=r.normal(length, states) * 2 - 3)  # words that repeat would make paths tie


MAX = "(log_delta[:, None] + log_trans).max(0)"
mistake = viterbi.mistake
viterbi.wrong("the most probable state at each word", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    length = len(log_obs)
    log_alpha, log_beta = torch.empty_like(log_obs), torch.empty_like(log_obs)
    log_alpha[0], log_beta[-1] = log_start + log_obs[0], log_stop
    for t in range(1, length):
        log_alpha[t] = (log_alpha[t - 1][:, None] + log_trans).logsumexp(0) + log_obs[t]
    for t in range(length - 2, -1, -1):
        log_beta[t] = (log_trans + log_obs[t + 1] + log_beta[t + 1]).logsumexp(1)
    path = (log_alpha + log_beta).argmax(1)
    said = log_obs[torch.arange(length), path].sum()
    return path, log_start[path[0]] + log_trans[path[:-1], path[1:]].sum() + said + log_stop[path[-1]]
""", "You take the most probable state of each word by itself, the argmax of the posteriors. That has the most states "
     "right on average, but put together they may be a path of probability 0. Viterbi finds the best *path*.")
viterbi.wrong("the best state so far at each word", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    log_delta = log_start + log_obs[0]
    path = [log_delta.argmax()]
    for t in range(1, len(log_obs)):
        log_delta = (log_delta[:, None] + log_trans).amax(0) + log_obs[t]
        path.append(log_delta.argmax())
    log_prob, path[-1] = (log_delta + log_stop).max(0)
    return torch.stack(path), log_prob
""", "You keep the best state of each word as you go. Later words may show that another way was better: that is what "
     "the back-pointers are for.")
viterbi.wrong("greedy", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    log_prob, state = (log_start + log_obs[0]).max(0)
    path = [state]
    for t in range(1, len(log_obs)):
        step, state = (log_trans[path[-1]] + log_obs[t]).max(0)
        path.append(state)
        log_prob = log_prob + step
    return torch.stack(path), log_prob + log_stop[state]
""", "You choose the best next state and never take it back. One step that looks good may lead nowhere: keep the best "
     "way to *every* state.")
viterbi.wrong("each word by itself", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    path = log_obs.argmax(1)
    said = log_obs.amax(1).sum()
    return path, log_start[path[0]] + log_trans[path[:-1], path[1:]].sum() + said + log_stop[path[-1]]
""", "You take for each word the state that says it most readily, and never look at the neighbours. Then the model "
     "needs no transitions at all.")
mistake(
    "A transposed", MAX, "(log_delta[:, None] + log_trans.T).max(0)",
    "You go through the doors backwards. `log_trans[i, j]` leads from row i to column j.")
mistake(
    "the wrong axis", MAX, "(log_delta[:, None] + log_trans).max(1)",
    "You take the maximum over where one goes. Each state j chooses the best i it came *from*: over the rows, "
    "`max(0)`.")
mistake(
    "delta along the columns", MAX, "(log_delta + log_trans).max(0)",
    "You add delta of the state one goes *to*. Row i must get delta of state i: `log_delta[:, None]`.")
mistake(
    "the end left out", "(log_delta + log_stop)", "log_delta",
    "You leave the end out. The best path must also stop: add `log_stop` before you choose the last state.")
mistake(
    "the end in the value only", "log_prob, state = (log_delta + log_stop).max(0)",
    "log_prob, state = (log_delta + log_stop).amax(0), log_delta.argmax()",
    "You count the end in the probability and not when you choose the last state. It is the same maximum.")
mistake(
    "the end in the path only", "log_prob, state = (log_delta + log_stop).max(0)",
    "state = (log_delta + log_stop).argmax()\n    log_prob = log_delta[state]",
    "Your path is right, but its probability leaves the end out: add `log_stop` of the last state.")
viterbi.wrong("the sum of all paths", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    log_delta = log_start + log_obs[0]
    back = torch.zeros(log_obs.shape, dtype=torch.int64)
    for t in range(1, len(log_obs)):
        ways = log_delta[:, None] + log_trans
        back[t] = ways.argmax(0)
        log_delta = ways.logsumexp(0) + log_obs[t]
    path = (log_delta + log_stop).argmax().repeat(len(log_obs))
    for t in range(len(log_obs) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path, (log_delta + log_stop).logsumexp(0)
""", "You sum over the ways where you should keep the best: that is forward, with back-pointers. Delta is the "
     "probability of *one* path.")
mistake(
    "back-pointers from the front", "reversed(back)", "back",
    "You follow the back-pointers from the first word on. They lead from the *last* state backwards: begin there.")
mistake(
    "the last state's pointers only", "came_from[path[-1]]", "came_from[state]",
    "You always look up where the *last* state of the sentence came from. Follow the path, step by step.")
mistake(
    "the path turned round", "torch.stack(path).flip(0)", "torch.stack(path)",
    "Your path stands from the last word to the first. Turn it round.")
mistake(
    "the first word left out", "log_start + log_obs[0], []", "log_start, []",
    "You leave the first word out: the first state says it, with `log_obs[0]`.")
mistake(
    "no words after the first", "log_delta = best + said", "log_delta = best",
    "You leave out what is said at word t: add `log_obs[t]`.")
mistake(
    "words before the choice", MAX, "(log_delta[:, None] + log_trans + said[:, None]).max(0)",
    "You let the state one comes *from* say word t, and then it is said again. The new state says it, once.")
mistake(
    "not in log space", ", log_prob  # (T,)", ", log_prob.exp()",
    "You return the probability. For a long sentence it is 0 in the computer: return its logarithm.")
viterbi.wrong("probabilities that underflow", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    delta = (log_start + log_obs[0]).exp()
    back = torch.zeros(log_obs.shape, dtype=torch.int64)
    for t in range(1, len(log_obs)):
        best, back[t] = (delta[:, None] * log_trans.exp()).max(0)
        delta = best * log_obs[t].exp()
    prob, state = (delta * log_stop.exp()).max(0)
    path = state.repeat(len(log_obs))
    for t in range(len(log_obs) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path, prob.log()
""", "You multiply probabilities. After a few hundred words all are 0 in the computer, every maximum is a tie, and the "
     "path is made of zeros. Add logarithms.")
mistake(
    "one state short", "flip(0)", "flip(0)[1:]",
    "Your path has a state less than there are words: the first word has a state too.")
mistake(
    "the path as numbers with a point", "flip(0)", "flip(0).double()",
    "Your path is floating point. States are numbers of rows: int64.")
mistake(
    "results in the other order", "return torch.stack(path).flip(0), log_prob",
    "return log_prob, torch.stack(path).flip(0)",
    "Your results stand in the wrong order: first the path, then its log probability.")
mistake(
    "every state one word late", "path = [state]", "path = [] if not back else [back[-1][state]]\n"
    "    back = [torch.zeros(len(log_start), dtype=torch.int64)] + back[:-1]\n    path = path or [state * 0]",
    "You look up where the state came from before you write it down: each state then stands at the word after its own. "
    "The last state comes first.")
mistake(
    "rows that sum to one", "log_delta = best + said", "log_delta = (best + said).log_softmax(0)",
    "Your path is right, but you normalise delta at each word, so the probability that you return is not that of the "
    "path.")
mistake(
    "a move before the first word", "log_start + log_obs[0], []",
    "(log_start[:, None] + log_trans).amax(0) + log_obs[0], []",
    "You make a move before the first word. The state that `log_start` draws says that word itself: for T words there "
    "are T - 1 moves.")
viterbi.also("whole paths kept", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    best = [(log_start[j] + log_obs[0, j], [j]) for j in range(len(log_start))]
    for said in log_obs[1:]:
        new = []
        for j in range(len(log_start)):
            scores = torch.stack([score + log_trans[i, j] for i, (score, _) in enumerate(best)])
            i = int(scores.argmax())
            new.append((scores[i] + said[j], best[i][1] + [j]))
        best = new
    ends = torch.stack([score + log_stop[j] for j, (score, _) in enumerate(best)])
    j = int(ends.argmax())
    return torch.tensor(best[j][1]), ends[j]
""")
viterbi.also("from the end to the beginning", """
def viterbi(log_start, log_trans, log_stop, log_obs):
    ahead, forth = log_stop, []
    for t in range(len(log_obs) - 1, 0, -1):
        ways = log_trans + log_obs[t] + ahead
        forth.append(ways.argmax(1))
        ahead = ways.amax(1)
    total = log_start + log_obs[0] + ahead
    path = [int(total.argmax())]
    for step in reversed(forth):
        path.append(int(step[path[-1]]))
    return torch.tensor(path), total.max()
""")
