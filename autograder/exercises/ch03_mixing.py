"""Chapter 03: two models at once."""

import math

import torch

from autograder.exercises.ch03_common import exercise
from ngram2bert.neural.mixing import mix as _mix

mix = exercise(
    "mix", of=_mix, points=3, minutes=12, level=2, parts={"weight": 1, "mixture": 1, "tiny probabilities": 1},
    forbids=["logsumexp"],
    probe="""
    def probe(target, log_p, log_q, of="both", **more):
        w, mixed = target(log_p, log_q, **more)
        told = {"weight": w, "log mixture": mixed, "arguments": [log_p, log_q]}
        return {"weight": w} if of == "weight" else told
    """,
    hints=["If the first model gave the word 0.3 and the second 0.1, and both are trusted equally: how likely is it "
           "that "
           "the first one spoke? And at w = 0.9?",
           "In log space that share is a sigmoid: of the log odds of w plus the difference of the two log "
           "probabilities. The new w is its mean. Start at 1/2 and repeat.",
           "`w = torch.sigmoid(torch.logit(w) + log_p - log_q).mean()` is one round; the mixture is "
           "`torch.logaddexp(w.log() + log_p, (1 - w).log() + log_q)`, with the w after the last round."])


@mix.cases
def _(r):
    def logs(*p):
        return torch.tensor(p, dtype=torch.float64).log()

    p, q = logs(0.3, 0.02, 0.5, 0.1), logs(0.1, 0.2, 0.4, 0.01)
    yield "weight", dict(log_p=p, log_q=q, steps=1, of="weight")
    yield "weight", dict(log_p=p, log_q=q, steps=2, of="weight")
    yield "weight", dict(log_p=q, log_q=p, of="weight")
    yield "weight", dict(log_p=logs(0.9, 0.2, 0.001), log_q=logs(0.1, 0.1, 0.3), steps=7, of="weight")
    yield "mixture", dict(log_p=p, log_q=q, steps=0)
    yield "mixture", dict(log_p=p, log_q=q, steps=3)
    yield "mixture", dict(log_p=logs(0.3, 0.2), log_q=logs(0.0, 0.5), steps=2)
    yield "mixture", dict(log_p=logs(0.0, 0.2, 0.6), log_q=logs(0.4, 0.5, 0.1), steps=4)
    far = torch.tensor([-2000.0, -1500.0, -3.0], dtype=torch.float64)
    yield "tiny probabilities", dict(log_p=far, log_q=torch.tensor([-1999.0, -1503.0, -4.0], dtype=torch.float64),
            steps=2)
    yield "tiny probabilities", dict(log_p=far, log_q=torch.tensor([-1990.0, -1400.0, -math.inf], dtype=torch.float64))
    for part in ("weight", "mixture", "tiny probabilities"):
        n = 3 + r.below(6)
        a, b = -3 * r.uniform(n) - 0.1, -3 * r.uniform(n) - 0.1
        if part == "tiny probabilities":
            a, b = a - 900, b - 900
        yield part, dict(log_p=a, log_q=b, steps=1 + r.below(5), of="weight" if part == "weight" else "both")


ROUND = "torch.sigmoid(torch.logit(w) + log_p - log_q).mean()"
MIXED = "torch.logaddexp(w.log() + log_p, (1 - w).log() + log_q)"
mix.mistake(
    "weight of the second model", ROUND, "torch.sigmoid(torch.logit(w) + log_q - log_p).mean()",
    "Your w is the weight of the *second* model. It is that of the first, p.")
mix.mistake(
    "w left out of the E-step, or one round only", ROUND, "torch.sigmoid(log_p - log_q).mean()",
    "Your answer stays that of a single round. Either you do only one, or your shares do not depend on w: how likely "
    "it "
    "is that p spoke depends on how much p is trusted. Its odds are w p to (1 - w) q.")
mix.mistake(
    "hard shares", ROUND, "(torch.logit(w) + log_p - log_q > 0).to(log_p.dtype).mean().clamp(0.001, 0.999)",
    "You give each word to the model that was more probable, whole. Each model gets its *share* of it.")
mix.mistake(
    "logarithms mixed", MIXED, "w * log_p + (1 - w) * log_q",
    "You mix the logarithms. That is a geometric mean, which does not sum to one, and is minus infinity as soon as one "
    "model says 0. Mix the probabilities: logaddexp.")
mix.mistake(
    "probabilities returned", MIXED, MIXED + ".exp()",
    "You return probabilities. Their logarithms are asked for.")
mix.mistake(
    "through probabilities", {ROUND: "(w * log_p.exp() / (w * log_p.exp() + (1 - w) * log_q.exp())).mean()",
                              MIXED: "(w * log_p.exp() + (1 - w) * log_q.exp()).log()"}, "",
    "You leave log space. A probability of e^-2000 is rounded to 0, and 0/0 has no answer.")
mix.mistake(
    "mixture without weights", MIXED, "torch.logaddexp(log_p, log_q)",
    "You add the two probabilities without their weights: together they sum to two.")
mix.mistake(
    "mixture with weights 1/2", MIXED, "torch.logaddexp(log_p, log_q) - math.log(2)",
    "Your mixture has equal weights whatever EM found.")
mix.mistake(
    "weights exchanged in the mixture", MIXED, "torch.logaddexp((1 - w).log() + log_p, w.log() + log_q)",
    "In the mixture your p has 1 - w and your q has w. It is the other way round.")
mix.mistake(
    "a round too many", "range(steps)", "range(steps + 1)", "You do one round more than `steps`.")
mix.mistake(
    "shares over the text", ROUND, "(torch.softmax(torch.logit(w) + log_p - log_q, 0)).amax()",
    "Your softmax runs over the words of the text. The two models compete for each word: a share for each, then the "
    "mean.")
mix.mistake(
    "share of the mean probabilities", ROUND, "torch.sigmoid(torch.logit(w) + log_p.mean() - log_q.mean())",
    "You compare the two means. Each word has a share of its own, and w is the mean of the shares.")
mix.mistake(
    "share of the whole text", ROUND, "torch.sigmoid(torch.logit(w) + log_p.sum() - log_q.sum())",
    "You ask which model made the *whole text*, and one of them wins outright. The models compete word by word: a "
    "share "
    "for each, then the mean.")
mix.mistake(
    "starts elsewhere", "torch.tensor(0.5,", "torch.tensor(0.1,",
    "Your w does not start at 1/2. With few rounds that is to be seen, and with none it is the answer.")
mix.wrong("mixture of the round before", """
def mix(log_p, log_q, steps=20):
    w = torch.tensor(0.5, dtype=log_p.dtype)
    mixed = torch.logaddexp(w.log() + log_p, (1 - w).log() + log_q)
    for _ in range(steps):
        mixed = torch.logaddexp(w.log() + log_p, (1 - w).log() + log_q)
        w = (w.log() + log_p - mixed).exp().mean()
    return w.item(), mixed
""", "Your mixture was made before the last update of w. Make it with the w that you return.")
mix.mistake(
    "odds as a weight", "torch.logit(w)", "w.log()",
    "You add log w. What is needed are the log *odds*, log(w / (1 - w)): q has its weight too.")
mix.mistake(
    "sum of the shares", ROUND, ROUND.replace("mean", "sum"),
    "You add the shares up. w is their mean, or it is no probability.")
mix.mistake(
    "weights times logarithms", ROUND, "torch.sigmoid(w * log_p - (1 - w) * log_q).mean()",
    "You multiply the *logarithms* by the weights. A weight times a probability is, in log space, its logarithm *plus* "
    "that of the probability.")
mix.mistake(
    "only the mixture through probabilities", MIXED, "(w * log_p.exp() + (1 - w) * log_q.exp()).log()",
    "Your shares stay in log space, but your mixture leaves it: e^-2000 is rounded to 0, and the logarithm of it is "
    "minus infinity. `logaddexp` adds without leaving.")
mix.wrong("stops when little changes", """
def mix(log_p, log_q, steps=20):
    w = torch.tensor(0.5, dtype=log_p.dtype)
    for _ in range(steps):
        new = torch.sigmoid(torch.logit(w) + log_p - log_q).mean()
        if abs(new - w) < 1e-3:
            break
        w = new
    return w.item(), torch.logaddexp(w.log() + log_p, (1 - w).log() + log_q)
""", "You stop as soon as w moves little. EM is slow near its end, and many small moves add up: do all the `steps`.")
mix.also("mixture first, then the shares", """
def mix(log_p, log_q, steps=20):
    w = 0.5
    def mixed(w):
        return torch.logaddexp(math.log(w) + log_p, math.log(1 - w) + log_q)
    for _ in range(steps):
        w = (math.log(w) + log_p - mixed(w)).exp().mean().item()
    return w, mixed(w)
""")
mix.also("a table of two columns", """
def mix(log_p, log_q, steps=20):
    both = torch.stack([log_p, log_q], dim=1)
    w = torch.tensor([0.5, 0.5], dtype=both.dtype)
    for _ in range(steps):
        w = torch.softmax(w.log() + both, dim=1).mean(0)
    scores = w.log() + both
    top = scores.amax(1)
    return w[0], top + (scores - top[:, None]).exp().sum(1).log()
""")
