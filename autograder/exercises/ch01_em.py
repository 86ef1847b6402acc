"""Chapter 01: the weights of a mixture, by expectation-maximisation."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch01_common import exercise
from ngram2bert.ngrams.interpolation import em_weights as _em_weights

em_weights = exercise(
    "em_weights", of=_em_weights, points=4, minutes=18, level=2,
    parts={"one step": 1, "several steps": 1, "bits": 1, "random": 1},
    tolerance=1e-5,  # `counts / counts.sum()` is single precision
    hints=["If you knew which model had produced each token, what would the weights be? And if you only know how "
           "likely each model is to have produced it?",
           "In each round: multiply each row of `probs` by the weights, divide each row by its own sum, and average "
           "the rows, each as often as its token occurs.",
           "With `joint = weights * probs` and `mixed = joint.sum(1)` the bits are the mean of `-mixed.log2()`, the "
           "new weights the mean of `joint / mixed[:, None]`; both means are weighted by `counts`."])


@em_weights.cases
def _(r):
    two = torch.tensor([[0.5, 0.1], [0.1, 0.4], [0.3, 0.2]], dtype=torch.float64)
    three = torch.tensor([[0.2, 0.0, 0.1], [0.1, 0.6, 0.3], [0.1, 0.01, 0.0], [0.1, 0.9, 0.7]], dtype=torch.float64)
    yield "one step", dict(probs=two[:2], counts=torch.tensor([3, 1]), steps=1)
    yield "one step", dict(probs=three, counts=torch.tensor([1, 2, 4, 1]), steps=1)
    yield "several steps", dict(probs=two, counts=torch.tensor([5, 2, 4]), steps=3)
    yield "several steps", dict(probs=three, counts=torch.tensor([2, 7, 1, 3]), steps=4)
    yield "bits", dict(probs=two, counts=torch.tensor([1, 5, 2]), steps=2)
    yield "bits", dict(probs=torch.tensor([[0.5], [0.125]], dtype=torch.float64), counts=torch.tensor([3, 1]), steps=2)
    yield "bits", dict(probs=ramp(40, 4).abs() / 9 + 0.001, counts=torch.arange(40) % 7 + 1, steps=20)
    for part in ("random", "random", "several steps"):
        tokens, models = 2 + r.below(9), 2 + r.below(4)
        case = dict(counts=r.integers(tokens, low=1, high=9), steps=2 + r.below(5))
        yield part, dict(probs=r.probabilities(models, tokens).T.contiguous(), **case)
    for part, steps in (("one step", 1), ("bits", 3 + r.below(9))):
        tokens, models = 3 + r.below(9), 2 + r.below(3)
        case = dict(counts=r.integers(tokens, low=1, high=9), steps=steps)
        yield part, dict(probs=r.probabilities(tokens, models) * r.uniform(tokens, 1), **case)


em_weights.mistake(
    "counts ignored", "counts.double() / counts.sum()", "torch.full((len(counts),), 1 / len(counts)).double()",
    "Every row counts the same in your sums. A token that occurs a hundred times weighs a hundred times: use `counts`.")
em_weights.mistake(
    "counts ignored in the weights", "weights = share @ (joint / mixed[:, None])",
    "weights = (joint / mixed[:, None]).mean(dim=0)",
    "Your bits use `counts`, your weights don't: in the mean responsibility too, a token that occurs a hundred times "
    "weighs a hundred times.")
em_weights.mistake(
    "one sum over all tokens", "(joint / mixed[:, None])", "joint / (share @ mixed)",
    "You divide by one sum over all tokens. The responsibilities of the models must sum to one for *each* token: "
    "divide every row by its own sum.")
em_weights.mistake(
    "not divided by the row's sum", "(joint / mixed[:, None])", "joint",
    "You average weight times probability and never divide by the row's sum: the weights shrink with every step. They "
    "must sum to one.")
em_weights.mistake(
    "divided along the tokens", "(joint / mixed[:, None])", "(joint / joint.sum(dim=0))",
    "You normalise over the tokens, within each model. The models compete for each token: normalise over the models.")
em_weights.mistake(
    "divided by the rows", "weights = share @ (joint / mixed[:, None])",
    "weights = counts.double() @ (joint / mixed[:, None]) / len(counts)",
    "You divide the weights by the number of rows, and they sum to more than one. Each row stands for `counts` tokens: "
    "divide by their sum.")
em_weights.mistake(
    "softmax for the responsibilities", "(joint / mixed[:, None])", "joint.softmax(dim=1)",
    "You take a softmax. `joint` holds probabilities already, not their logarithms: divide each row by its sum.")
em_weights.mistake(
    "the likeliest model takes all", "(joint / mixed[:, None])",
    "torch.nn.functional.one_hot(joint.argmax(dim=1), probs.shape[1]).double()",
    "You give each token whole to its likeliest model. EM gives each model its *share* of the token.")
em_weights.mistake(
    "weights used twice", "weights = share @ (joint / mixed[:, None])",
    "weights = weights * (share @ (joint / mixed[:, None]))\n        weights = weights / weights.sum()",
    "You multiply the responsibilities by the old weights once more. They hold them already: the new weights are the "
    "mean responsibility.")
em_weights.mistake(
    "old weights left out", "joint = weights * probs", "joint = probs / probs.shape[1]",
    "Your responsibilities never look at the weights of the last round, so every step repeats the first.")
em_weights.wrong("weights changed at every token", """
def em_weights(probs, counts, steps):
    weights = torch.full((probs.shape[1],), 1 / probs.shape[1], dtype=torch.float64)
    bits = []
    for _ in range(steps):
        spent, gained = 0.0, torch.zeros_like(weights)
        for row, count in zip(probs, counts):
            joint = weights * row
            spent -= float(count * joint.sum().log2())
            gained = gained + count * joint / joint.sum()
            weights = gained / gained.sum()
        bits.append(spent / int(counts.sum()))
    return weights, torch.tensor(bits, dtype=torch.float64)
""", "You change the weights after every token. Within one step all responsibilities are taken under the *same* old "
     "weights; the new ones come at its end.")
em_weights.mistake(
    "bits after the update", {"        bits.append(-float(share @ mixed.log2()))\n": "",
    "weights = share @ (joint / mixed[:, None])  # (K,)": "weights = share @ (joint / mixed[:, None])  # (K,)\n"
    "        bits.append(-float(share @ (weights * probs).sum(dim=1).log2()))"}, "",
    "Your bits belong to the weights *after* each update. The first number is asked for the equal weights at the "
    "start.")
em_weights.mistake(
    "bits of the last weights too", "return weights, torch.tensor(bits, dtype=torch.float64)",
    "bits.append(-float(share @ (weights * probs).sum(dim=1).log2()))\n"
    "    return weights, torch.tensor(bits, dtype=torch.float64)",
    "You return one number too many: `bits[i]` is taken before update i, so there are `steps` of them.")
em_weights.mistake(
    "results in the other order", "return weights, torch.tensor(bits, dtype=torch.float64)",
    "return torch.tensor(bits, dtype=torch.float64), weights",
    "Your two results stand in the wrong order: first the weights, then the bits.")
em_weights.mistake(
    "nats for bits", ".log2()", ".log()", "You take natural logarithms. Bits need `log2`.")
em_weights.mistake(
    "bits divided by the rows", "bits.append(-float(share @ mixed.log2()))",
    "bits.append(-float(counts.double() @ mixed.log2()) / len(counts))",
    "You divide the bits by the number of rows. Each row stands for `counts` tokens: divide by their sum.")
em_weights.mistake(
    "bits of the whole text", "-float(share @ mixed.log2())", "-float(counts.double() @ mixed.log2())",
    "Your bits are those of the whole text. Divide by the number of tokens.")
em_weights.mistake(
    "sign lost", "-float(", "float(", "The sign is lost: log probabilities are negative, bits are positive.")
em_weights.mistake(
    "logarithms mixed", "mixed.log2()", "(weights * probs.log2()).sum(dim=1)",
    "You mix the logarithms of the probabilities. Mix the probabilities and then take the logarithm: one model that "
    "knows the token is enough.")
em_weights.mistake(
    "logarithm of the mean", "share @ mixed.log2()", "(share @ mixed).log2()",
    "You take the logarithm of the mean probability. Bits are the mean of the logarithms.")
em_weights.mistake(
    "weights start at 1", "1 / probs.shape[1], dtype", "1.0, dtype",
    "Your weights start at 1 each, and the first bits are those of no distribution: the start is 1/K.")
em_weights.mistake(
    "probabilities overwritten", "joint = weights * probs", "joint = probs.mul_(weights)",
    "You write over `probs`: the second step multiplies by weights once more, and the caller's table is lost. Make a "
    "new tensor.")
em_weights.mistake(
    "single precision", "return weights, torch.tensor(bits, dtype=torch.float64)", "return weights, torch.tensor(bits)",
    "`torch.tensor` of Python numbers is single precision. The task asks for float64: give the dtype.")
em_weights.equivalent(
    "torch.full((probs.shape[1],), 1 / probs.shape[1], dtype=torch.float64) -> torch.full((probs.shape[1],), 1 / "
    "probs.shape[1])",
    "1/K in single precision is within the tolerance that `counts / counts.sum()` needs")
em_weights.also("a loop over tokens", """
def em_weights(probs, counts, steps):
    models = probs.shape[1]
    weights, bits = [1 / models] * models, []
    for _ in range(steps):
        gained, surprise = [0.0] * models, 0.0
        for row, count in zip(probs.tolist(), counts.tolist()):
            mixed = sum(w * p for w, p in zip(weights, row))
            surprise -= count * math.log2(mixed)
            for k in range(models):
                gained[k] += count * weights[k] * row[k] / mixed
        bits.append(surprise / int(counts.sum()))
        weights = [g / sum(gained) for g in gained]
    return torch.tensor(weights, dtype=torch.float64), torch.tensor(bits, dtype=torch.float64)
""")
em_weights.also("every token written out", """
def em_weights(probs, counts, steps):
    rows = probs.repeat_interleave(counts, dim=0)
    weights, bits = torch.ones(rows.shape[1], dtype=torch.float64) / rows.shape[1], []
    for _ in range(steps):
        bits.append(-(rows @ weights).log2().mean())
        weights = (rows * weights / (rows @ weights).unsqueeze(1)).mean(0)
    return weights, torch.stack(bits)
""")
em_weights.also("shares of the tokens in single precision", """
def em_weights(probs, counts, steps):
    share, bits = (counts / counts.sum())[:, None], []
    weights = torch.ones(probs.shape[1]) / probs.shape[1]
    for _ in range(steps):
        mixed = (weights * probs).sum(1, keepdim=True)
        bits.append(-(share * torch.log2(mixed)).sum().item())
        weights = (share * weights * probs / mixed).sum(0)
    return weights, torch.tensor(bits).double()
""")
em_weights.also("in log space", """
def em_weights(probs, counts, steps):
    log_p, log_w = probs.log(), torch.zeros(probs.shape[1], dtype=torch.float64).log_softmax(0)
    bits = torch.empty(steps, dtype=torch.float64)
    for i in range(steps):
        log_joint = log_p + log_w
        bits[i] = -(counts * log_joint.logsumexp(1)).sum() / counts.sum() / math.log(2)
        log_w = ((log_joint.softmax(1) * counts[:, None]).sum(0) / counts.sum()).log()
    return log_w.exp(), bits
""")
