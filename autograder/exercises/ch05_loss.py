"""Chapter 05: the loss of a whole sequence."""

import torch

from autograder.exercises.ch05_common import exercise, numbers
from ngram2bert.rnn.batches import sequence_loss as _sequence_loss

sequence_loss = exercise(
    "sequence_loss", of=_sequence_loss, points=2, minutes=8, level=2, parts={"all steps": 1, "padding": 1},
    probe="""
    def probe(target, scores, targets, **more):
        loss = target(scores.requires_grad_(), targets, **more)
        gradient = torch.autograd.grad(loss, scores)[0]
        return {"loss": loss.detach(), "its gradient": gradient, "arguments": [scores.detach(), targets]}
    """,
    hints=["How many predictions does a batch hold, and over which of them is the mean?",
           "Make one long list of predictions: (T B, V) scores and (T B,) targets. Then it is chapter 03's loss; only "
           "the case that nothing counts is new.",
           "Take `nn.functional.cross_entropy(..., ignore_index=ignore, reduction=\"sum\")` of the flattened tensors "
           "and divide by how many targets are not `ignore`, but by 1 at least."])


@sequence_loss.cases
def _(r):
    def case(r, t, b, v, start=0.0, scale=1.5, holes=(), **more):
        scores = numbers(r, t, b, v, start=start, scale=scale)
        targets = (torch.arange(t * b) ** 2 * 3 + 1 + int(start)) % v if r is None else r.integers(t * b, high=v)
        targets = targets.reshape(t, b)
        for place in holes:
            targets[place] = more.get("ignore", -1)
        return dict(scores=scores, targets=targets, **more)

    yield "all steps", case(None, 1, 1, 3)
    yield "all steps", case(None, 2, 1, 3, start=4)
    yield "all steps", case(None, 3, 2, 4)
    yield "all steps", case(None, 2, 3, 5, start=9)
    yield "all steps", case(None, 3, 3, 3, start=2)  # time, batch and words cannot be told by their length
    yield "all steps", case(None, 4, 2, 2, start=15)
    yield "all steps", case(None, 2, 2, 4, scale=2e3, start=6)  # probabilities of 0 in floating point
    turned = case(None, 2, 3, 4, start=21)
    yield "all steps", dict(scores=turned["scores"].transpose(0, 1), targets=turned["targets"].T)  # not contiguous
    yield "padding", case(None, 3, 2, 4, holes=[(2, 1), (1, 1)])
    yield "padding", case(None, 4, 3, 5, start=8, holes=[(1, 0), (2, 0), (3, 0), (3, 2)])
    yield "padding", case(None, 3, 3, 4, start=12, holes=[(0, 1), (2, 0), (2, 1), (2, 2)])  # none in the last row
    yield "padding", case(None, 3, 2, 4, start=5, holes=[(0, 0), (2, 0)], ignore=-100)
    yield "padding", case(None, 3, 2, 4, start=17, holes=[(0, 1), (1, 0), (1, 1)], ignore=2)
    yield "padding", case(None, 2, 2, 3, start=3, holes=[(0, 0), (0, 1), (1, 0)])  # one counts
    yield "padding", case(None, 2, 2, 3, holes=[(0, 0), (0, 1), (1, 0), (1, 1)])  # none counts
    alone = case(None, 3, 2, 4, start=30, holes=[(0, 1), (1, 1), (2, 1)])  # none of the second sequence
    yield "padding", alone | dict(scores=alone["scores"].float())
    yield "all steps", case(r, 2 + r.below(5), 2 + r.below(5), 2 + r.below(5))
    t = 2 + r.below(3)
    yield "all steps", case(r, t, t, t, scale=5)
    for ignore in (-1, -1 - r.below(200), 1):
        t = 3 + r.below(4)
        holes = [(t - 1, 0), (r.below(t), 1), (t - 1, 1), (r.below(t), 0)]
        yield "padding", case(r, t, 3, 4, holes=holes, ignore=ignore)


FLAT = "scores.flatten(0, 1), targets.flatten()"
TOTAL = "nn.functional.cross_entropy(*flat, ignore_index=ignore, reduction=\"sum\")"
COUNT = "(targets != ignore).sum().clamp_min(1)"
sequence_loss.mistake(
    "the last step only", FLAT, "scores[-1], (targets := targets[-1])",
    "Your loss is that of the last step. The network predicts a word at every step, and each of them teaches: with the "
    "last alone most of the text is thrown away.")
sequence_loss.mistake(
    "the first step only", FLAT, "scores[0], (targets := targets[0])",
    "Your loss is that of the first step.")
sequence_loss.mistake(
    "the last step left out", FLAT, "scores[:-1].flatten(0, 1), (targets := targets[:-1]).flatten()",
    "You leave out the last step. The targets are shifted already: every row counts.")
sequence_loss.mistake(
    "shifted once more", FLAT, "scores[:-1].flatten(0, 1), (targets := targets[1:]).flatten()",
    "You compare step t with the target of step t+1. The targets were shifted when the batch was made: row t "
    "belongs to row t.")
sequence_loss.mistake(
    "the last real step of each sequence", f"    total = {TOTAL}",
    "    last = torch.zeros_like(targets, dtype=torch.bool)\n"
    "    for b in range(targets.shape[1]):\n"
    "        for t in (targets[:, b] != ignore).nonzero().flatten()[-1:]:\n"
    "            last[t, b] = True\n"
    "    flat = scores[last], (targets := targets[last])\n"
    f"    total = {TOTAL}",
    "Your loss is that of the last word of each sequence. Every step that is not padding counts.")
sequence_loss.mistake(
    "mean of the steps' means", f"    total = {TOTAL}\n    return total / {COUNT}",
    "    rows = [nn.functional.cross_entropy(s, t, ignore_index=ignore)\n"
    "            for s, t in zip(scores, targets) if (t != ignore).any()]\n"
    "    return torch.stack(rows).mean() if rows else (scores * 0).sum()",
    "You average each step over the batch and then the steps. Late steps, where few sentences are still going on, then "
    "count more for each word: divide one sum by one count.")
sequence_loss.mistake(
    "mean of the sequences' means", f"    total = {TOTAL}\n    return total / {COUNT}",
    "    columns = [nn.functional.cross_entropy(s, t, ignore_index=ignore)\n"
    "               for s, t in zip(scores.transpose(0, 1), targets.T) if (t != ignore).any()]\n"
    "    return torch.stack(columns).mean() if columns else (scores * 0).sum()",
    "You average each sequence and then the sequences. A word of a short sentence then counts more than one of a long "
    "sentence, and the exponential is no perplexity: divide one sum by one count.")
sequence_loss.mistake(
    "sum over the steps, mean over the batch", COUNT, "targets.shape[1]",
    "You divide by the batch alone. Your loss, and with it the gradient, grows with the length of the chunk: "
    "divide by how many steps count.")
sequence_loss.mistake(
    "mean over the steps, sum over the batch", COUNT, "targets.shape[0]",
    "You divide by T alone. Divide by how many steps count, in all sequences.")
sequence_loss.mistake(
    "sum", f" / {COUNT}", "",
    "You return the sum. The mean over the steps that count is asked for: its exponential is the perplexity.")
sequence_loss.mistake(
    "padding counted in N", COUNT, "targets.numel()",
    "You divide by T B. Padding is not in your sum, but it is in its count: the more padding, the better the model "
    "seems.")
sequence_loss.mistake(
    "padding in the sum", {TOTAL: "nn.functional.cross_entropy(flat[0], flat[1] % scores.shape[2], reduction=\"sum\")",
                           COUNT: "targets.numel()"}, "",
    "Padding counts as a word in your loss. Leave out the steps whose target is `ignore`.")
sequence_loss.mistake(
    "padding scored, not counted", TOTAL,
    "nn.functional.cross_entropy(flat[0], flat[1] % scores.shape[2], reduction=\"sum\")",
    "Padding is in your sum but not in its count. It belongs to neither.")
sequence_loss.mistake(
    "`ignore` is -1", {"ignore_index=ignore": "ignore_index=-1", "targets != ignore": "targets != -1"}, "",
    "You write -1 for padding. Use the argument `ignore`.")
sequence_loss.mistake(
    "torch's own padding, -100", {", ignore_index=ignore": "", "targets != ignore": "targets != -100"}, "",
    "You leave `ignore_index` at torch's default, -100. Padding has the number `ignore` here.")
sequence_loss.mistake(
    "NaN where nothing counts", f"    total = {TOTAL}\n    return total / {COUNT}",
    "    return nn.functional.cross_entropy(*flat, ignore_index=ignore)",
    "Where no step counts your loss is 0/0, NaN, and one step along its gradient makes every weight NaN. It is 0 "
    "there.")
sequence_loss.mistake(
    "scores not in the order of the targets", "targets.flatten()", "targets.T.flatten()",
    "You flatten the scores by steps and the targets by sequences, so they no longer belong together. Nothing fails, "
    "and nothing is learned.")
sequence_loss.mistake(
    "reshaped to (N, V, steps)", FLAT, "scores.reshape(len(scores), scores.shape[2], -1), targets",
    "For scores (T, V, B) you need a transpose. `reshape` only cuts the same numbers anew, and mixes words and "
    "sequences.")
sequence_loss.mistake(
    "softmax before the loss", "scores.flatten(0, 1)", "scores.softmax(-1).flatten(0, 1)",
    "You take the softmax and hand it to `cross_entropy`, which takes it again. It wants the scores.")
sequence_loss.wrong("softmax over the batch", """
def sequence_loss(scores, targets, ignore=-1):
    log_p = torch.log_softmax(scores, dim=1)
    kept = targets != ignore
    picked = log_p.gather(2, torch.where(kept, targets, 0)[:, :, None])[:, :, 0]
    return -(picked * kept).sum() / kept.sum().clamp_min(1)
""", "Your softmax runs over the batch. It runs over the words: the last axis, `dim=-1`.")
sequence_loss.wrong("softmax over time", """
def sequence_loss(scores, targets, ignore=-1):
    log_p = torch.log_softmax(scores, dim=0)
    kept = targets != ignore
    picked = log_p.gather(2, torch.where(kept, targets, 0)[:, :, None])[:, :, 0]
    return -(picked * kept).sum() / kept.sum().clamp_min(1)
""", "Your softmax runs over time. It runs over the words: the last axis, `dim=-1`.")
sequence_loss.wrong("log of the softmax", """
def sequence_loss(scores, targets, ignore=-1):
    kept = targets != ignore
    p = scores.softmax(-1).gather(2, torch.where(kept, targets, 0)[:, :, None])[:, :, 0]
    return -p[kept].log().sum() / kept.sum().clamp_min(1)
""", "You take the logarithm of the softmax. Where a probability is below what a float can hold, that is log 0: use "
     "`log_softmax` or `cross_entropy`.")
sequence_loss.mistake(
    "bits", f"return total / {COUNT}", f"return total / {COUNT} / math.log(2)",
    "Your answer is in bits. Losses are in nats.")
sequence_loss.mistake(
    "perplexity", f"return total / {COUNT}", f"return torch.exp(total / {COUNT})",
    "You return the perplexity. Its logarithm is the loss.")
sequence_loss.mistake(
    "sign", "return total", "return -total",
    "Your loss is negative. A surprise is minus the logarithm of a probability, never below 0.")
sequence_loss.wrong("stops where the first sentence ends", """
def sequence_loss(scores, targets, ignore=-1):
    going_on = (targets != ignore).all(1).long().cumprod(0).bool()
    scores, targets = scores[going_on], targets[going_on]
    total = nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), reduction="sum")
    return total / max(1, targets.numel())
""", "You stop where the first of the sentences ends. The others go on: each step counts or not by its own target.")
sequence_loss.mistake(
    "an axis left", f"return total / {COUNT}", f"return (total / {COUNT}).reshape(1)",
    "Your loss has an axis, shape (1,). A loss is one number, without an axis.")
sequence_loss.mistake(
    "a number, cut off from the graph", f"return total / {COUNT}", f"return (total / {COUNT}).item()",
    "You return a number that nothing can be learned from. To be trained on, the loss must stay in the graph: no "
    "`item`, no `detach`, no `torch.tensor(...)` of numbers.")
sequence_loss.mistake(
    "0 outside the graph", f"    total = {TOTAL}\n",
    f"    if (targets == ignore).all():\n        return torch.tensor(0.0, dtype=scores.dtype)\n    total = {TOTAL}\n",
    "Where no step counts you return a new 0, which `backward` refuses. Let it come out of the scores, so that its "
    "gradient is 0: a sum over nothing, divided by 1.")
sequence_loss.mistake(
    "`view` of a transposed tensor", FLAT, "scores.view(-1, scores.shape[2]), targets.view(-1)",
    "`view` fails where the numbers do not lie in memory in that order, as after a transpose. `flatten` and `reshape` "
    "copy them where they must.")
sequence_loss.mistake(
    "label smoothing", "reduction=\"sum\")", "reduction=\"sum\", label_smoothing=0.1)",
    "You smooth the targets. That can help training, but it is no longer the surprise at the words that came.")
sequence_loss.also("scores with the words second", """
def sequence_loss(scores, targets, ignore=-1):
    each = nn.functional.cross_entropy(scores.transpose(1, 2), targets, ignore_index=ignore, reduction="none")
    counted = (targets != ignore).sum()
    return each.sum() / max(1, counted)
""")
sequence_loss.also("chosen by a mask", """
def sequence_loss(scores, targets, ignore=-1):
    kept = targets != ignore
    if not kept.any():
        return (scores * 0).sum()
    log_p = scores[kept].log_softmax(-1)
    return -log_p.gather(1, targets[kept][:, None]).mean()
""")
sequence_loss.also("a loop over steps and sequences", """
def sequence_loss(scores, targets, ignore=-1):
    losses = []
    for t in range(targets.shape[0]):
        for b in range(targets.shape[1]):
            if targets[t, b] != ignore:
                losses.append(scores[t, b].logsumexp(0) - scores[t, b, targets[t, b]])
    return sum(losses) / len(losses) if losses else scores.sum() * 0.0
""")
