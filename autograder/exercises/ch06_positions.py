"""Chapter 06: the loss by position."""

import torch

from autograder.exercises.ch06_common import exercise, numbers
from ngram2bert.lstm.positions import position_losses as _position_losses

position_losses = exercise(
    "position_losses", of=_position_losses, points=3, minutes=12, level=2,
    parts={"one batch": 1, "state": 1, "modes and short batches": 1},
    # a small recurrent network that writes down how it is called; in training half of its units are missing
    probe="""
    def probe(target, weights, batches, carried, training):
        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = torch.nn.Dropout()
                self.table, self.around, self.out = (torch.nn.Parameter(weights[n]) for n in ("C", "W", "U"))
                self.calls = []

            def forward(self, inputs, state):
                self.calls.append({
                    "zero state": state is None or bool((state[0] == 0).all() and (state[1] == 0).all()),
                    "evaluation mode": not self.training and not self.inner.training,
                    "gradients off": not torch.is_grad_enabled(),
                })
                zeros = self.table.new_zeros(inputs.shape[1], self.table.shape[1])
                h, c = (zeros, zeros) if state is None else state
                shown = []
                for x in self.table[inputs]:
                    c = 0.8 * c + torch.tanh(x + h @ self.around.T)
                    h = torch.tanh(c)
                    shown.append(h)
                hs = torch.stack(shown)
                if self.training:
                    hs = hs * (torch.arange(hs.shape[2]) % 2) * 2
                return hs @ self.out.T, (h, c)

        model = Model().train(training)
        losses = target(model, iter([(x, y) for x, y in batches]), carried)
        return {"losses": losses, "mode afterwards": [module.training for module in model.modules()],
                "calls": model.calls}
    """,
    hints=["Which mode must the model be in while it is measured, and in which does the caller want it back?",
           "Remember `model.training`, switch to `eval()` and `torch.no_grad()`, and take the loss of every single "
           "word, "
           "(T, B), with `reduction=\"none\"`. Carry the state or set it to None. Average over the batches at the end.",
           "`nn.functional.cross_entropy(scores.mT, targets, reduction=\"none\")` is (T, B); for position t join row "
           "t of all "
           "batches that have one, and take the mean. Then `model.train(was_training)`."])


@position_losses.cases
def _(r):
    def case(r, v, h, lengths, batch, carried, training, start=0.0):
        weights = {"C": 0.9 * numbers(r, v, h, start=start), "W": 0.5 * numbers(r, h, h, start=start + 20),
                   "U": 1.3 * numbers(r, v, h, start=start + 40)}
        batches = []
        for k, steps in enumerate(lengths):
            for shift in (0, 5):
                words = (torch.arange(steps * batch) ** 2 * 3 + 7 * k + shift) % v if r is None else \
                    r.integers(steps * batch, high=v)
                batches.append(words.reshape(steps, batch))
        pairs = [list(pair) for pair in zip(batches[::2], batches[1::2], strict=True)]
        return dict(weights=weights, batches=pairs, carried=carried, training=training)

    yield "one batch", case(None, 3, 2, [2], 1, False, False)
    yield "one batch", case(None, 4, 3, [3], 2, True, False, start=5)
    yield "one batch", case(None, 5, 2, [1], 3, False, False, start=9)
    yield "state", case(None, 4, 2, [2, 2], 2, True, False, start=2)
    yield "state", case(None, 4, 2, [2, 2], 2, False, False, start=2)
    yield "state", case(None, 3, 3, [3, 3, 3], 1, True, False, start=13)
    yield "state", case(None, 5, 2, [2, 2, 2], 2, False, False, start=17)
    yield "modes and short batches", case(None, 4, 2, [3, 3, 1], 2, True, False, start=6)
    yield "modes and short batches", case(None, 4, 2, [3, 2], 2, False, True, start=8)
    yield "modes and short batches", case(None, 4, 4, [2, 2], 1, True, True, start=11)
    yield "modes and short batches", case(None, 3, 2, [1, 3, 2], 3, True, True, start=15)
    v, h, batch, steps = 3 + r.below(4), 2 + r.below(3), 1 + r.below(3), 2 + r.below(3)
    yield "one batch", case(r, v, h, [steps], batch, bool(r.below(2)), False)
    yield "state", case(r, v, h, [steps] * 3, batch, bool(r.below(2)), False)
    yield "modes and short batches", case(r, v, h, [steps, steps, 1], batch, bool(r.below(2)), True)


CALL = "scores, after = model(inputs, state)"
KEEP = "state = after if carried else None"
LOSS = "nn.functional.cross_entropy(scores.mT, targets, reduction=\"none\")"
BACK = "    model.train(was_training)\n"
MEAN = "return torch.stack([torch.cat([loss[t] for loss in losses if t < len(loss)]).mean() for t in range(steps)])"
position_losses.mistake(
    "measured in training mode", "    model.eval()\n", "",
    "You measure in training mode: dropout is on, and the loss is another one at each call. `model.eval()`.")
position_losses.mistake(
    "mode not restored", BACK, "",
    "You leave the model in evaluation mode, so training goes on without dropout. Put it back into the mode it was in.")
position_losses.mistake(
    "always training mode at the end", "model.train(was_training)", "model.train()",
    "You leave the model in training mode, whatever it was before. Put it back: `model.train(was_training)`.")
position_losses.mistake(
    "mode restored on top only", "model.train(was_training)", "model.training = was_training",
    "You set `model.training` alone; the layers inside stay in evaluation mode. `model.train(mode)` sets them all.")
position_losses.mistake(
    "evaluation mode on top only", "model.eval()", "model.training = False",
    "You set `model.training` alone; the layers inside, dropout for one, stay as they were. `model.eval()` sets them "
    "all.")
position_losses.mistake(
    "with gradients", "with torch.no_grad():", "with torch.enable_grad():",
    "You measure with gradients on. The history of all batches is kept, and the memory fills: `torch.no_grad()`.")
position_losses.mistake(
    "state carried in both cases", KEEP, "state = after",
    "You always carry the state. With `carried` False each batch starts at zeros.")
position_losses.mistake(
    "state never carried", KEEP, "state = None",
    "You never carry the state. With `carried` True a batch goes on from the one before.")
position_losses.mistake(
    "`carried` the wrong way round", KEEP, "state = None if carried else after",
    "You carry the state where `carried` is False.")
position_losses.mistake(
    "half of the state carried", KEEP, "state = (after[0], torch.zeros_like(after[1])) if carried else None",
    "You carry h and set the cell to zero. Carry the state as the model returned it.")
position_losses.mistake(
    "state of the first batch carried", KEEP, "state = (state or after) if carried else None",
    "You carry the state of the first batch on and on. Each batch goes on from the one right before it.")
position_losses.mistake(
    "mean over everything", MEAN, "return torch.cat([loss.flatten() for loss in losses]).mean()",
    "You return one mean. There is one for each position: that is where the state shows.")
position_losses.mistake(
    "by sequence", MEAN, "return torch.cat([loss.mean(0) for loss in losses]).reshape(len(losses), -1).mean(0)",
    "You average over time and keep the sequences. Average over sequences and batches, and keep the positions.")
position_losses.mistake(
    "sums", "if t < len(loss)]).mean()", "if t < len(loss)]).sum()",
    "You add up the losses of a position. The mean is asked for, so that positions can be compared.")
position_losses.mistake(
    "short batches counted as whole", "if t < len(loss)]).mean()", "if t < len(loss)]).sum() / (len(losses) * "
    "losses[0].shape[1])",
    "You divide by all batches, also where a short one has no such position, as if its loss were 0 there: late "
    "positions "
    "look too good.")
position_losses.mistake(
    "only positions that all batches have", "max(len(loss)", "min(len(loss)",
    "You drop the positions that the shortest batch does not have.")
position_losses.mistake(
    "length of the first batch", "max(len(loss) for loss in losses)", "len(losses[0])",
    "You take the first batch's length. Another one may be longer.")
position_losses.mistake(
    "short batches left out", MEAN, "return torch.cat([loss for loss in losses if len(loss) == steps], 1).mean(1)",
    "You leave out the batches that are shorter. Their words count for the positions that they have.")
position_losses.mistake(
    "only the last batch", MEAN, "return losses[-1].mean(1)",
    "You return the last batch's losses. Average over all.")
position_losses.mistake(
    "only the first batch", MEAN, "return losses[0].mean(1)",
    "You return the first batch's losses. Average over all.")
position_losses.mistake(
    "bits", MEAN, "return torch.stack([torch.cat([loss[t] for loss in losses if t < len(loss)]).mean() for t in "
    "range(steps)]) / math.log(2)",
    "You return bits. Losses are in nats here.")
position_losses.mistake(
    "perplexities", MEAN, "return torch.stack([torch.cat([loss[t] for loss in losses if t < len(loss)]).mean() for t "
                          "in "
    "range(steps)]).exp()",
    "You return perplexities. The mean loss in nats is asked for.")
position_losses.mistake(
    "softmax twice", "(scores.mT, targets", "(scores.softmax(2).mT, targets",
    "You take the softmax before `cross_entropy`, which takes it as well.")
position_losses.mistake(
    "steps and sequences mixed", LOSS,
    "nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), "
    "reduction=\"none\").reshape(targets.T.shape).T",
    "You flatten (T, B) and bring it back as (B, T), so positions and sequences are mixed. Reshape to the targets' "
    "shape.")
position_losses.mistake(
    "inputs as targets", "(scores.mT, targets", "(scores.mT, inputs",
    "You compare the scores with the inputs.")
position_losses.mistake(
    "one step off", LOSS, "nn.functional.cross_entropy(scores.mT, targets.roll(-1, 0), reduction=\"none\")",
    "You shift the targets once more. They are the next words already.")
position_losses.mistake(
    "counted from the end", MEAN,
    "return torch.stack([torch.cat([loss.flip(0)[t] for loss in losses if t < len(loss)]).mean() for t in "
    "range(steps)]).flip(0)",
    "You line the batches up at their ends. Position 0 is the first step of each.")
position_losses.mistake(
    "running mean over time", MEAN,
    "each = torch.stack([torch.cat([loss[t] for loss in losses if t < len(loss)]).mean() for t in range(steps)])\n    "
    "return each.cumsum(0) / torch.arange(1, steps + 1)",
    "You return the mean of all positions up to t. Each position has its own.")
position_losses.mistake(
    "the model's probability", MEAN,
    "return torch.stack([torch.cat([(-loss[t]).exp() for loss in losses if t < len(loss)]).mean() for t in "
    "range(steps)])",
    "You average the probabilities of the words. The loss is minus their logarithm.")
position_losses.mistake(
    "the loss of the mean probability", MEAN,
    "return torch.stack([-torch.cat([(-loss[t]).exp() for loss in losses if t < len(loss)]).mean().log() for t in "
    "range(steps)])",
    "You average the probabilities and then take the logarithm, which hides the words that went wrong. Average the "
    "losses.")
position_losses.mistake(
    "a list of numbers", MEAN,
    "return [torch.cat([loss[t] for loss in losses if t < len(loss)]).mean().item() for t in range(steps)]",
    "You return a list. A tensor (T,) is asked for.")
position_losses.also("sums and counts", """
def position_losses(model, batches, carried):
    mode, state = model.training, None
    model.eval()
    total, count = torch.zeros(0, dtype=torch.float64), torch.zeros(0)
    with torch.no_grad():
        for x, y in batches:
            if not carried:
                state = None
            scores, state = model(x, state)
            nats = -scores.log_softmax(-1).gather(2, y[:, :, None])[:, :, 0].double()
            more = max(0, len(y) - len(total))
            total = torch.cat([total, total.new_zeros(more)])
            count = torch.cat([count, count.new_zeros(more)])
            total[: len(y)] += nats.sum(1)
            count[: len(y)] += y.shape[1]
    model.train(mode)
    return total / count
""")
position_losses.also("padded with NaN, inference mode", """
@torch.inference_mode()
def position_losses(model, batches, carried):
    before = model.training
    model.train(False)
    rows, state = [], None
    for x, y in batches:
        scores, new_state = model(x, state)
        state = new_state if carried else state
        flat = nn.functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), y.reshape(-1), reduction="none")
        rows.append(flat.view(y.shape))
    if before:
        model.train()
    return torch.nn.utils.rnn.pad_sequence(rows, padding_value=math.nan).nanmean(dim=(1, 2))
""")
position_losses.also("position by position", """
def position_losses(model, batches, carried):
    was_training, positions, state = model.training, {}, None
    model.eval()
    try:
        for inputs, targets in batches:
            with torch.no_grad():
                scores, state = model(inputs, state if carried else None)
            for t, (row, words) in enumerate(zip(scores, targets)):
                loss = torch.logsumexp(row, 1) - row[torch.arange(len(words)), words]
                positions.setdefault(t, []).extend(loss.unbind())
    finally:
        model.train(was_training)
    return torch.stack([torch.stack(positions[t]).mean() for t in sorted(positions)])
""")
