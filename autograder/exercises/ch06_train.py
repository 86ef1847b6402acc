"""Chapter 06: training on a text that goes on."""

import torch

from autograder.exercises.ch06_common import exercise, numbers
from ngram2bert.lstm.train import train_stateful as _train_stateful

train_stateful = exercise(
    "train_stateful", of=_train_stateful, points=3, minutes=15, level=3, builds_on=["carry"],
    parts={"the state": 1, "the steps": 1, "modes and padding": 1},
    tolerance=1e-4,  # torch's clipping divides by the length plus 1e-6; who clips by hand need not
    # a small LSTM; in training half of its units are missing, always the same ones. Its weights come back in float32,
    # which are compared to a millionth of the largest: some of them are nearly 0
    probe="""
    def probe(target, weights, batches, settings, training):
        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = torch.nn.Dropout()
                self.table, self.out = torch.nn.Parameter(weights["C"]), torch.nn.Parameter(weights["U"])
                self.lstm = torch.nn.LSTM(weights["C"].shape[1], weights["U"].shape[1]).double()
                with torch.no_grad():
                    for name, value in self.lstm.named_parameters():
                        value.copy_(weights[name])
                self.zero_states = []

            def forward(self, inputs, state):
                self.zero_states.append(state is None)
                hs, state = self.lstm(self.table[inputs], None if state is None else tuple(state))
                if self.training:
                    hs = hs * (torch.arange(hs.shape[2]) % 2) * 2
                return hs @ self.out.T, state

        model = Model().train(training)
        losses = target(model, iter([(x, y, new) for x, y, new in batches]), **settings)
        return {
            "losses": losses,
            "losses hang on to their graphs": any(getattr(loss, "requires_grad", False) for loss in (
                losses if isinstance(losses, (list, tuple)) else [losses])),
            "weights": {name: value.detach().float() for name, value in model.named_parameters()},
            "mode afterwards": [module.training for module in model.modules()],
            "called with a state of None": model.zero_states,
        }
    """,
    hints=["Where in the loop must the state be cut off from its history: before the model is called, or after "
           "`backward`? "
           "Does it matter?",
           "One Adam and `model.train()` before the loop. For each batch: `carry` the state if there is one, call "
           "the model, "
           "loss, empty the gradients, back, clip, step.",
           "`if state is not None: state = carry(state, new)`, `scores, state = model(inputs, state)`, and between "
           "`loss.backward()` and `optimizer.step()`: `nn.utils.clip_grad_norm_(model.parameters(), limit)`."])


@train_stateful.cases
def _(r):
    def case(r, v, m, h, lengths, starts, start=0.0, training=True, **settings):
        shapes = {"C": (v, m), "U": (v, h), "weight_ih_l0": (4 * h, m), "weight_hh_l0": (4 * h, h),
                  "bias_ih_l0": (4 * h,), "bias_hh_l0": (4 * h,)}
        weights = {name: 0.9 * numbers(r, *shape, start=start + 11.0 * i) for i, (name, shape) in
                   enumerate(shapes.items())}
        batches, batch = [], len(starts[0])
        for k, (steps, new) in enumerate(zip(lengths, starts, strict=True)):
            words = [(torch.arange(steps * batch) ** 2 * 3 + 7 * k + shift) % v if r is None else
                     r.integers(steps * batch, high=v) for shift in (0, 5)]
            batches.append([*(part.reshape(steps, batch) for part in words), torch.tensor(new, dtype=torch.bool)])
        return dict(weights=weights, batches=batches, settings=settings, training=training)

    def padded(case, ignore):
        """The same with some targets that do not count, not equally many in each batch."""
        for k, (_, targets, _) in enumerate(case["batches"]):
            targets[-1 - k % 2 :, 0] = ignore
        return case

    none = (0, 0)
    yield "the state", case(None, 4, 2, 2, [2, 2, 2], [none] * 3, rate=0.05, limit=0.4)
    yield "the state", case(None, 4, 2, 2, [2, 3, 2], [(1, 1), (1, 0), (0, 1)], start=5, rate=0.1, limit=0.3)
    yield "the state", case(None, 5, 3, 2, [3, 2, 2, 1], [none, (1, 1), none, (0, 1)], start=9, rate=0.08, limit=0.5)
    yield "the steps", case(None, 4, 2, 3, [2, 2, 2], [none, (0, 1), none], start=13, rate=0.2, limit=0.2)
    yield "the steps", case(None, 4, 2, 2, [3, 1, 2], [none, none, (1, 0)], start=17, rate=0.1, limit=1e6)
    yield "the steps", case(None, 3, 2, 4, [2, 2, 2, 2], [(0, 0, 1)] * 4, start=21, rate=0.05, limit=0.6)
    yield "modes and padding", case(None, 4, 2, 2, [2, 2, 2], [none, (1, 0), none], start=25, training=False, rate=0.1,
                                    limit=0.4)
    yield "modes and padding", padded(case(None, 5, 2, 2, [3, 3, 3], [none, (0, 1), none], start=29, rate=0.1,
                                           limit=0.4), -1)
    yield "modes and padding", padded(case(None, 5, 2, 2, [3, 3, 3], [none, none, (0, 1)], start=33, training=False,
                                           rate=0.05, limit=0.3, ignore=2), 2)
    v, m, h = 4 + r.below(3), 1 + r.below(3), 2 + r.below(3)
    new = [[bool(r.below(2)) for _ in range(3)] for _ in range(3)]
    yield "the state", case(r, v, m, h, [2, 3, 2], new, rate=r.between(0.05, 0.2), limit=r.between(0.2, 0.6))
    yield "the steps", case(r, v, m, h, [2, 2, 2], [[False, True, False]] * 3, rate=r.between(0.05, 0.2),
                            limit=r.between(0.2, 0.6))
    yield "modes and padding", padded(case(r, v, m, h, [3, 3, 3], new, training=False, rate=r.between(0.05, 0.2),
                                           limit=r.between(0.2, 0.6), ignore=1), 1)


CARRY = "            state = carry(state, new)\n"
CALL = "scores, state = model(inputs, state)"
LOSS = "nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=ignore)"
CLIP = "        nn.utils.clip_grad_norm_(model.parameters(), limit)\n"
ZERO = "        optimizer.zero_grad()\n"
BACK = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
ADAM = "torch.optim.Adam(model.parameters(), lr=rate)"
train_stateful.mistake(
    "state never carried", CALL, "scores, _ = model(inputs, None)",
    "You start every batch from zeros. That is stateless training: hand the state on.")
train_stateful.mistake(
    "state not detached", CARRY, "            state = tuple(part.masked_fill(new[:, None], 0) for part in state)\n",
    "You hand the state on with its history, and the second `backward` goes into the first batch, whose graph is gone. "
    "`carry` detaches.")
train_stateful.mistake(
    "history kept on purpose", {CARRY: "            state = tuple(part.masked_fill(new[:, None], 0) for part in "
                                       "state)\n",
                                "loss.backward()": "loss.backward(retain_graph=True)"}, "",
    "`retain_graph=True` makes the error go away, not its cause: each step would go back through the whole text, and "
    "through "
    "weights that have changed. Detach the state with `carry`.")
train_stateful.mistake(
    "no reset at a new document", CARRY, "            state = tuple(part.detach() for part in state)\n",
    "You carry the state into new documents. `carry(state, new)` sets it to zero there.")
train_stateful.mistake(
    "reset the wrong way round", "carry(state, new)", "carry(state, ~new)",
    "You forget where the text goes on, and remember across documents.")
train_stateful.mistake(
    "reset one batch too late", CARRY + f"        {CALL}\n", f"            state = carry(state, "
                                                             f"torch.zeros_like(new))\n"
    f"        {CALL}\n        state = carry(state, new)\n",
    "You reset after the batch in which a document begins. Its words are then read with the state of another one: "
    "reset "
    "before the model is called.")
train_stateful.mistake(
    "everything reset when one is new", CARRY, "            state = carry(state, new.any().expand(len(new)))\n",
    "You reset all columns as soon as one document begins. The others go on.")
train_stateful.mistake(
    "half of the state reset", CARRY, "            state = (state[0].detach(), carry(state, new)[1])\n",
    "You reset the cell and carry h into the new document. Reset both.")
train_stateful.mistake(
    "cell not carried", CARRY, "            state = (carry(state, new)[0], torch.zeros_like(state[1]))\n",
    "You carry h and start every batch from an empty cell. The cell is the memory.")
train_stateful.mistake(
    "state of the first batch", CALL, "scores, after = model(inputs, state)\n        state = after if state is None "
                                      "else "
    "state",
    "You carry the first batch's state on and on. Each batch goes on from the one right before it.")
train_stateful.mistake(
    "no clipping", CLIP, "",
    "You do not clip: one long gradient can undo all that was learned.")
train_stateful.mistake(
    "clipped before backward", {BACK: CLIP + BACK, CLIP + STEP: STEP}, "",
    "You clip before `backward`, when there is no gradient yet. The order is back, clip, step.")
train_stateful.mistake(
    "clipped after the step", {CLIP + STEP: STEP + CLIP}, "",
    "You clip after the step, when it is too late.")
train_stateful.mistake(
    "clipped by value", CLIP, "        nn.utils.clip_grad_value_(model.parameters(), limit)\n",
    "You clip each number by itself, which turns the gradient. Clip its length: `clip_grad_norm_`.")
train_stateful.mistake(
    "each parameter clipped by itself", CLIP,
    "        for p in model.parameters():\n            nn.utils.clip_grad_norm_(p, limit)\n",
    "You clip each parameter by itself. The length is that of all of them together, so that the direction stays.")
train_stateful.mistake(
    "the loss clipped", {CLIP: "", BACK: "        loss.clamp(max=limit).backward()\n"}, "",
    "You cap the loss. Then a bad batch has no gradient at all: clip the gradient.")
train_stateful.mistake(
    "always scaled to the limit", CLIP,
    "        norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm()\n"
    "        for p in model.parameters():\n            p.grad *= limit / norm\n",
    "You scale every gradient to the limit, short ones too. Clip only where it is longer.")
train_stateful.mistake(
    "the sum norm", "model.parameters(), limit)", "model.parameters(), limit, norm_type=1.0)",
    "You clip by the sum of absolute values. Its length is the root of the sum of squares.")
train_stateful.mistake(
    "`limit` ignored", "model.parameters(), limit)", "model.parameters(), 1.0)",
    "You clip at 1 whatever `limit` is.")
train_stateful.mistake(
    "no zero_grad", ZERO, "",
    "You never empty the gradients. `backward` adds to what is there, so each step goes along the sum of all so far.")
train_stateful.mistake(
    "zero_grad after backward", {ZERO: "", BACK: BACK + ZERO}, "",
    "You empty the gradients after `backward`: there is nothing left to step along.")
train_stateful.mistake(
    "step before backward", {ZERO + BACK + CLIP + STEP: STEP + ZERO + BACK + CLIP}, "",
    "You step before you go back, so every step uses the gradient of the batch before.")
train_stateful.mistake(
    "no step", STEP, "",
    "You never call `optimizer.step()`.")
train_stateful.mistake(
    "a new Adam for each batch", ZERO, f"        optimizer = {ADAM}\n{ZERO}",
    "You make a new Adam for each batch. Its means start from nothing every time: make it once, before the loop.")
train_stateful.mistake(
    "SGD", "torch.optim.Adam(", "torch.optim.SGD(",
    "You use SGD. One step of Adam for each batch is asked for.")
train_stateful.mistake(
    "AdamW", "torch.optim.Adam(", "torch.optim.AdamW(",
    "AdamW also shrinks the weights at each step. Plain Adam was asked for.")
train_stateful.mistake(
    "`rate` ignored", ", lr=rate)", ")",
    "Your optimiser has its default rate. Pass `lr=rate`.")
train_stateful.mistake(
    "mode left as it was", "    model.train()\n", "",
    "You do not set the mode. After an evaluation the model is still in evaluation mode, without dropout.")
train_stateful.mistake(
    "evaluation mode", "model.train()", "model.eval()",
    "You train in evaluation mode, so dropout is off.")
train_stateful.mistake(
    "evaluation mode at the end", "    return losses", "    model.eval()\n    return losses",
    "You leave the model in evaluation mode. The task says training mode.")
train_stateful.mistake(
    "padding learned", LOSS, "nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten() % scores.shape[2])",
    "You train on the targets that do not count, as if they were words. Pass `ignore` on.")
train_stateful.mistake(
    "`ignore` always -1", "ignore_index=ignore", "ignore_index=-1",
    "You leave out -1 whatever `ignore` is.")
train_stateful.mistake(
    "padding in the divisor", LOSS,
    "nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=ignore, reduction=\"sum\") / "
    "targets.numel()",
    "You divide by all targets, those that do not count too. The mean is over the ones that count.")
train_stateful.mistake(
    "sum for mean", LOSS, LOSS[:-1] + ", reduction=\"sum\")",
    "Your loss is the sum over the batch. Take the mean.")
train_stateful.mistake(
    "last step only", LOSS, "nn.functional.cross_entropy(scores[-1], targets[-1], ignore_index=ignore)",
    "You train on the last step only. Every step predicts its next word.")
train_stateful.mistake(
    "losses kept with their graphs", "losses.append(loss.item())", "losses.append(loss)",
    "You keep each loss as a tensor that hangs on to its graph, so the memory grows with the text. Keep the number: "
    "`.item()`.")
train_stateful.mistake(
    "loss after the step", "losses.append(loss.item())",
    "losses.append(nn.functional.cross_entropy(model(inputs, None)[0].flatten(0, 1), targets.flatten(), "
    "ignore_index=ignore).item())",
    "You compute the loss again after the step, from zeros. The one before it is there already.")
train_stateful.mistake(
    "the mean returned", "return losses", "return sum(losses) / len(losses)",
    "You return the mean. A list with the loss of each batch is asked for.")
train_stateful.mistake(
    "probabilities for scores", "cross_entropy(scores.flatten", "cross_entropy(scores.softmax(2).flatten",
    "You take the softmax before `cross_entropy`, which takes it as well.")
train_stateful.mistake(
    "rows and columns mixed", "targets.flatten()", "targets.T.flatten()",
    "You flatten the targets the other way than the scores, so words and scores belong to different steps.")
train_stateful.mistake(
    "the first batch only", "        losses.append(loss.item())\n", "        losses.append(loss.item())\n        "
                                                                    "break\n",
    "Your loop ends after the first batch.")
train_stateful.mistake(
    "perplexity trained on", BACK, "        loss.exp().backward()\n",
    "You go back from the perplexity. Go back from the loss, its logarithm.")
train_stateful.mistake(
    "a reading without the state first", CALL, "_, state = model(inputs, state)\n        scores, state = model(inputs, "
    "carry(state, new))",
    "You call the model twice a batch: the state has read the batch already when it is trained on it.")
train_stateful.wrong("detached only at new documents", """
def train_stateful(model, batches, rate, limit, ignore=-1):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    state, losses = None, []
    for inputs, targets, new in batches:
        if state is not None and new.any():
            state = carry(state, new)
        scores, state = model(inputs, state)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=ignore)
        optimizer.zero_grad()
        loss.backward(retain_graph=bool(not new.any()))
        nn.utils.clip_grad_norm_(model.parameters(), limit)
        optimizer.step()
        losses.append(loss.item())
    return losses
""", "You call `carry` only where a document begins. It also detaches, and that is needed between all batches.")
train_stateful.wrong("one step for the whole text", """
def train_stateful(model, batches, rate, limit, ignore=-1):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    state, losses = None, []
    optimizer.zero_grad()
    for inputs, targets, new in batches:
        state = None if state is None else carry(state, new)
        scores, state = model(inputs, state)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=ignore)
        loss.backward()
        losses.append(loss.item())
    nn.utils.clip_grad_norm_(model.parameters(), limit)
    optimizer.step()
    return losses
""", "You add up the gradients of all batches and step once, at the end. Each batch makes one step.")
train_stateful.also("carried after the step", """
def train_stateful(model, batches, rate, limit, ignore=-1):
    params = list(model.parameters())
    optimizer = torch.optim.Adam(params, lr=rate)
    model.train(True)
    losses, kept = [], None
    for x, y, new in batches:
        scores, after = model(x, None if kept is None else carry(kept, new))
        kept = tuple(part.detach() for part in after)
        loss = nn.functional.cross_entropy(scores.movedim(2, 1), y, ignore_index=ignore)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, limit)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses
""")
train_stateful.also("clipped by hand, the loss by hand", """
def train_stateful(model, batches, rate, limit, ignore=-1):
    optimizer, losses, state = torch.optim.Adam(model.parameters(), lr=rate), [], None
    model.train()
    for inputs, targets, new in batches:
        state = carry(state, new) if state else None
        scores, state = model(inputs, state)
        counts = targets != ignore
        log_probs = scores[counts].log_softmax(1)
        loss = -log_probs[torch.arange(len(log_probs)), targets[counts]].mean()
        grads = torch.autograd.grad(loss, list(model.parameters()))
        norm = sum((g**2).sum() for g in grads) ** 0.5
        for p, g in zip(model.parameters(), grads):
            p.grad = g * (limit / norm) if norm > limit else g
        optimizer.step()
        losses.append(loss.item())
    return losses
""")
train_stateful.also("Adam by hand", """
def train_stateful(model, batches, rate, limit, ignore=-1):
    model.train()
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in model.parameters()]
    state, losses = None, []
    for t, (inputs, targets, new) in enumerate(batches, start=1):
        if t > 1:
            state = carry(state, new)
        scores, state = model(inputs, state)
        loss = nn.functional.cross_entropy(scores.mT, targets, ignore_index=ignore)
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), limit)
        with torch.no_grad():
            for p, (a, b) in zip(model.parameters(), moments):
                a.mul_(0.9).add_(0.1 * p.grad)
                b.mul_(0.999).add_(0.001 * p.grad**2)
                p -= rate * (a / (1 - 0.9**t)) / ((b / (1 - 0.999**t)).sqrt() + 1e-8)
        losses.append(loss.item())
    return losses
""")
