"""Chapter 02: the probability of the words, from the first to the last."""

from autograder.draw import ramp
from autograder.exercises.ch02_common import SHUT, THREE, TWO, exercise, logs, long_sentence, model, without_end
from ngram2bert.hmm.forward import forward as _forward

forward = exercise(
    "forward", of=_forward, points=4, minutes=18, level=2,
    parts={"short sentences": 1, "the end": 1, "shut doors": 1, "long sentences": 1},
    hints=["There are K * K ways into word 2. Suppose you know, for each state, the probability of the first t-1 words "
           "*and* of being there. What do you need for word t?",
           "Make a table with a row for where you come from and a column for where you go: `log_alpha[t-1]` down the "
           "rows plus `log_trans`. Add up the *probabilities* of each column: `logsumexp`. Then the word is said.",
           "`(log_alpha[t - 1][:, None] + log_trans).logsumexp(0) + log_obs[t]`, from "
           "`log_alpha[0] = log_start + log_obs[0]`. At the end every state may stop: "
           "`(log_alpha[-1] + log_stop).logsumexp(0)`."])


@forward.cases
def _(r):
    yield "short sentences", logs(TWO, [0, 2])
    yield "short sentences", logs(TWO, [1])
    yield "short sentences", logs(TWO, [2, 0, 1])
    yield "the end", logs(THREE, [3, 1, 1, 0])
    yield "the end", without_end(TWO, [1, 0, 2])
    yield "shut doors", logs(THREE, [0, 0, 3, 1])
    yield "shut doors", SHUT
    yield "long sentences", long_sentence()
    yield "long sentences", long_sentence(3, 40) | dict(log_start=ramp(3) + 2)
    for part in ("short sentences", "the end", "long sentences"):
        states, vocab = 2 + r.below(4), 2 + r.below(4)
        length = 40 if part == "long sentences" else 2 + r.below(6)
        yield part, logs(model(r, states, vocab), r.integers(length, high=vocab).tolist())
    start, trans, stop, emit = model(r, 3, 4)
    trans[r.below(3), r.below(3)], stop[r.below(3)], emit[r.below(3), 0] = 0, 0, 0
    yield "shut doors", logs((start, trans, stop, emit), r.shuffled([0, *r.integers(3, high=4).tolist()]))


STEP = "log_alpha[t] = reached.logsumexp(0) + log_obs[t]  # over where it came from"
mistake = forward.mistake
mistake(
    "A transposed", "[:, None] + log_trans", "[:, None] + log_trans.T",
    "You go through the doors backwards. `log_trans[i, j]` leads from i to j, so i, where you come from, is the row "
    "that `log_alpha[t-1]` belongs to.")
mistake(
    "summed over where it goes", "reached.logsumexp(0)", "reached.logsumexp(1)",
    "You sum over the wrong axis. Each state j of word t collects from *all* states i of word t-1: sum over the rows.")
mistake(
    "alpha along the columns", "log_alpha[t - 1][:, None]", "log_alpha[t - 1][None, :]",
    "You add alpha of the state one goes *to*. Row i of the table must get alpha of state i: `[:, None]`.")
mistake(
    "the end left out", "(log_alpha[-1] + log_stop)", "log_alpha[-1]",
    "Your likelihood leaves the end out: each state stops with its own probability, `log_stop`.")
mistake(
    "the end inside alpha", "return log_alpha, (log_alpha[-1] + log_stop)",
    "log_alpha[-1] += log_stop\n    return log_alpha, log_alpha[-1]",
    "You add `log_stop` to the last row of alpha itself. Alpha is the probability of the words so far and of the "
    "state; the end comes only into p(words). With beta, which holds the end too, it would count twice.")
mistake(
    "an end at every word", "[:, None] + log_trans", "[:, None] + log_trans + log_stop[:, None]",
    "You let the sentence stop at every word. `log_stop` counts once, after the last one.")
mistake(
    "the first word left out", "log_alpha[0] = log_start + log_obs[0]", "log_alpha[0] = log_start",
    "You leave the first word out: the first state says it, with `log_obs[0]`.")
mistake(
    "a move before the first word", "log_alpha[0] = log_start + log_obs[0]",
    "log_alpha[0] = (log_start[:, None] + log_trans).logsumexp(0) + log_obs[0]",
    "You make a move before the first word is said. `log_start` is the distribution of the state *at* word 1.")
mistake(
    "no words after the first", STEP, "log_alpha[t] = reached.logsumexp(0)",
    "You leave out what is said at word t: add `log_obs[t]`.")
mistake(
    "the word before", STEP, "log_alpha[t] = reached.logsumexp(0) + log_obs[t - 1]",
    "You add `log_obs[t-1]` at word t. That word is in alpha already; the new state says word t.")
mistake(
    "the word of where it came from", "log_alpha[t] = reached.logsumexp(0) + log_obs[t]",
    "log_alpha[t] = (reached + log_obs[t][:, None]).logsumexp(0)",
    "You let the state before say word t. It is the new state, the column, that says it.")
mistake(
    "the best way for all ways", STEP, "log_alpha[t] = reached.amax(0) + log_obs[t]",
    "You keep the best way only. That is Viterbi; p(words) is the sum over all ways.")
mistake(
    "only the best end", "(log_alpha[-1] + log_stop).logsumexp(0)", "(log_alpha[-1] + log_stop).amax(0)",
    "You take the best last state. Every state may be the last: sum over all.")
mistake(
    "logarithms added", STEP, "log_alpha[t] = reached.sum(0) + log_obs[t]",
    "You add the logarithms of the ways, which multiplies their probabilities. Add the probabilities: `logsumexp`.")
mistake(
    "a mean of logarithms", STEP, "log_alpha[t] = reached.mean(0) + log_obs[t]",
    "You average logarithms. Add the probabilities: `logsumexp`.")
mistake(
    "rows that sum to one", STEP, "log_alpha[t] = (reached.logsumexp(0) + log_obs[t]).log_softmax(0)",
    "You normalise each row. That is a good trick against underflow, but then the sums must be kept and multiplied; in "
    "log space it is not needed.")
mistake(
    "likelihood of all rows", "(log_alpha[-1] + log_stop).logsumexp(0)", "(log_alpha + log_stop).logsumexp((0, 1))",
    "You add up alpha over all words of the sentence. The last row has already heard them all.")
mistake(
    "likelihood not in log space", "(log_alpha[-1] + log_stop).logsumexp(0)", "(log_alpha[-1] + log_stop).exp().sum()",
    "You return p(words) itself. For a long sentence it is 0 in the computer: return its logarithm.")
forward.wrong("probabilities that underflow", """
def forward(log_start, log_trans, log_stop, log_obs):
    alpha = torch.zeros_like(log_obs)
    alpha[0] = (log_start + log_obs[0]).exp()
    for t in range(1, len(log_obs)):
        alpha[t] = alpha[t - 1] @ log_trans.exp() * log_obs[t].exp()
    return alpha.log(), (alpha[-1] @ log_stop.exp()).log()
""", "You multiply probabilities and take the logarithm at the end. After a few hundred words they are 0 in the "
     "computer, and their logarithm is minus infinity. Stay in log space.")
forward.wrong("minus infinity minus itself", """
def forward(log_start, log_trans, log_stop, log_obs):
    def add(x):
        m = x.max(0).values
        return m + (x - m).exp().sum(0).log()
    log_alpha = torch.zeros_like(log_obs)
    log_alpha[0] = log_start + log_obs[0]
    for t in range(1, len(log_obs)):
        log_alpha[t] = add(log_alpha[t - 1][:, None] + log_trans) + log_obs[t]
    return log_alpha, add(log_alpha[-1] + log_stop)
""", "Where no way leads to a state, all terms of your own log-sum-exp are minus infinity, and so is their maximum: "
     "subtracting it gives NaN. `torch.logsumexp` knows that case.")
mistake(
    "single precision", "log_alpha = torch.empty_like(log_obs)", "log_alpha = torch.empty(log_obs.shape)",
    "Your table is single precision: `torch.empty(shape)` takes the default. `empty_like(log_obs)` keeps the dtype.")
mistake(
    "log_obs overwritten", "log_alpha = torch.empty_like(log_obs)", "log_alpha = log_obs",
    "You write alpha over `log_obs`, which belongs to the caller, and add to what is no longer there. Make a new "
    "tensor.")
mistake(
    "results in the other order", "return log_alpha, (log_alpha[-1] + log_stop).logsumexp(0)",
    "return (log_alpha[-1] + log_stop).logsumexp(0), log_alpha",
    "Your results stand in the wrong order: first the table, then the log likelihood.")
mistake(
    "a move into the first word", "log_alpha[0] = log_start + log_obs[0]",
    "log_alpha[0] = log_start + log_obs[0]\n    log_alpha[0] = (log_alpha[0][:, None] + log_trans).logsumexp(0) + "
    "log_obs[0]",
    "Your loop begins at the first word: it moves and says that word once more. The start is done; begin at the "
    "second.")
forward.wrong("a small number inside the logarithm", """
def forward(log_start, log_trans, log_stop, log_obs):
    rows = [log_start + log_obs[0]]
    for said in log_obs[1:]:
        m = rows[-1].max().clamp(min=-1e300)
        rows.append(((rows[-1] - m).exp() @ log_trans.exp() + 1e-12).log() + m + said)
    return torch.stack(rows), (rows[-1] + log_stop).logsumexp(0)
""", "You add a small number inside the logarithm. It opens every door a little: what is impossible must stay minus "
     "infinity. `torch.logsumexp` needs no such help.")
forward.also("scaled, as Rabiner does", """
def forward(log_start, log_trans, log_stop, log_obs):
    rows, total, before = [], torch.zeros((), dtype=log_obs.dtype), log_start
    for t, said in enumerate(log_obs):
        joint = said + (before if t == 0 else (before.unsqueeze(1) + log_trans).logsumexp(0))
        scale = joint.logsumexp(0)
        before = joint - scale if bool(scale > -math.inf) else joint
        total = total + scale
        rows.append(before + total if bool(scale > -math.inf) else torch.full_like(joint, -math.inf))
    return torch.stack(rows), total + (before + log_stop).logsumexp(0)
""")
forward.also("state by state", """
def forward(log_start, log_trans, log_stop, log_obs):
    log_alpha = torch.zeros_like(log_obs)
    for t in range(len(log_obs)):
        for j in range(len(log_start)):
            ways = log_start[j] if t == 0 else torch.logsumexp(log_alpha[t - 1] + log_trans[:, j], 0)
            log_alpha[t, j] = ways + log_obs[t, j]
    return log_alpha, torch.logsumexp(log_alpha[len(log_obs) - 1] + log_stop, 0)
""")
forward.also("transposed table, logaddexp", """
def forward(log_start, log_trans, log_stop, log_obs):
    rows = [log_start + log_obs[0]]
    for said in log_obs[1:]:
        ways = [rows[-1][i] + log_trans[i] for i in range(len(log_start))]
        total = ways[0]
        for way in ways[1:]:
            total = torch.logaddexp(total, way)
        rows.append(total + said)
    return torch.stack(rows), (rows[-1] + log_stop).logsumexp(-1)
""")
