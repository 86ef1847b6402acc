"""Chapter 05: training on a text without end."""

import torch

from autograder.exercises.ch05_common import exercise, numbers
from ngram2bert.rnn.train import train_truncated as _train_truncated

train_truncated = exercise(
    "train_truncated", of=_train_truncated, points=4, minutes=16, level=3,
    builds_on=["sequence_loss", "clip_by_norm"],
    parts={"state": 2, "clipping": 1, "padding and modes": 1},
    tolerance=1e-5,  # torch's own clipping adds 1e-6 to the norm; weights come back in float32 for the same reason
    probe="""
    def probe(target, sizes, weights, chunks, settings, train=True):
        V, m, h = sizes
        modes = []

        class Recurrent(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.table, self.out = torch.nn.Embedding(V, m), torch.nn.Linear(h, V)
                self.rnn = torch.nn.RNN(m, h)

            def forward(self, inputs, state=None):
                modes.append(self.training)
                hs, state = self.rnn(self.table(inputs), state)
                return self.out(hs), state

        model = Recurrent().double()
        model.load_state_dict(weights)
        model.train(train)
        losses = target(model, iter([(x, y) for x, y in chunks]), **settings)
        kept = [loss for loss in losses if getattr(loss, "requires_grad", False)] if isinstance(losses, list) else []
        return {
            "losses": losses,
            "losses that keep their graph": len(kept),
            "weights": {name: value.detach().float() for name, value in model.state_dict().items()},
            "modes while it read": sorted(set(modes)),
            "training": [module.training for module in model.modules()],
            "weights that learn": [parameter.requires_grad for parameter in model.parameters()],
            "chunks": [[x, y] for x, y in chunks],
        }
    """,
    hints=["What must go from chunk to chunk, and what must not? Both are in the state that the network hands back.",
           "Before the loop: the optimiser, training mode, state None. In the loop: read, detach the state, the loss, "
           "empty the gradients, go back, clip, step, note the loss.",
           "`scores, state = model(inputs, state)`, then `state = state.detach()`. Between `loss.backward()` and "
           "`optimizer.step()`: `clip_by_norm({name: p.grad for name, p in model.named_parameters()}, limit)`."])


@train_truncated.cases
def _(r):
    def case(r, v, m, h, steps, b, start=0.0, holes=(), train=True, **settings):
        shapes = {"table.weight": (v, m), "out.weight": (v, h), "out.bias": (v,), "rnn.weight_ih_l0": (h, m),
                  "rnn.weight_hh_l0": (h, h), "rnn.bias_ih_l0": (h,), "rnn.bias_hh_l0": (h,)}
        weights = {name: numbers(r, *shape, start=start + 13 * i, scale=0.7)
                   for i, (name, shape) in enumerate(shapes.items())}
        chunks = []
        for i, t in enumerate(steps):
            places = torch.arange(t * b) + 5 * i + int(start)
            words = [(places**2 * k + places) % v if r is None else r.integers(t * b, high=v) for k in (3, 2)]
            chunks.append([word.reshape(t, b) for word in words])
        for i, *place in holes:
            chunks[i][1][tuple(place)] = settings.get("ignore", -1)
        return dict(sizes=[v, m, h], weights=weights, chunks=chunks, settings=settings, train=train)

    free = dict(rate=0.5, limit=100.0)
    yield "state", case(None, 4, 2, 3, (3, 3, 3), 2, **free)
    yield "state", case(None, 5, 3, 2, (2, 4, 1, 2), 3, start=7, rate=0.8, limit=50.0)
    yield "state", case(None, 4, 2, 2, (3, 2), 1, start=21, **free)
    yield "state", case(None, 3, 2, 3, (2, 2, 2), 2, start=30, rate=0.3, limit=200.0)
    yield "clipping", case(None, 4, 2, 3, (3, 3, 3), 2, start=3, rate=0.2, limit=0.1)
    yield "clipping", case(None, 3, 2, 2, (3,), 2, start=8, rate=0.2, limit=0.1)  # one chunk
    yield "clipping", case(None, 5, 2, 2, (2, 3, 2), 2, start=11, rate=0.3, limit=0.07)
    yield "clipping", case(None, 3, 3, 2, (2, 2, 3), 3, start=17, rate=0.1, limit=0.3)
    last = [(0, 2, 1), (1, 1, 0), (1, 2, 0), (1, 2, 1)]
    yield "padding and modes", case(None, 4, 2, 3, (3, 3, 2), 2, start=5, holes=last, train=False, rate=0.5, limit=9.0)
    yield "padding and modes", case(None, 5, 2, 2, (3, 2), 2, start=9, holes=[(0, 0, 0)], train=False, rate=0.4,
                                    limit=5.0, ignore=4)
    nothing = [(1, t, b) for t in range(2) for b in range(2)]  # no step of the second chunk counts
    yield "padding and modes", case(None, 4, 2, 2, (3, 2, 3), 2, start=25, holes=nothing, rate=0.5, limit=9.0,
                                    ignore=-7)
    yield "padding and modes", case(None, 4, 2, 2, (), 2, rate=0.5, limit=1.0)
    sizes = 3 + r.below(3), 2 + r.below(2), 2 + r.below(3)
    steps = [2 + r.below(3) for _ in range(3)]
    yield "state", case(r, *sizes, steps, 1 + r.below(3), rate=r.between(0.2, 0.9), limit=100.0)
    yield "clipping", case(r, *sizes, steps, 2, rate=r.between(0.1, 0.3), limit=r.between(0.05, 0.2))
    yield "padding and modes", case(r, *sizes, steps, 3, holes=[(0, 1, 0), (1, 1, 2), (2, 0, 1)], train=False,
                                    rate=r.between(0.2, 0.9), limit=r.between(5, 50), ignore=-1 - r.below(9))


LOOP = """        scores, state = model(inputs, state)
        state = state.detach()
        loss = sequence_loss(scores, targets, ignore)
        optimizer.zero_grad()
        loss.backward()
        clip_by_norm({name: p.grad for name, p in model.named_parameters() if p.grad is not None}, limit)
        optimizer.step()
        losses.append(loss.item())
"""
CLIP = "        clip_by_norm({name: p.grad for name, p in model.named_parameters() if p.grad is not None}, limit)\n"
DETACH = "        state = state.detach()\n"
train_truncated.mistake(
    "state not detached", DETACH, "",
    "You hand the state on with its graph. The second `backward` then goes back into the first chunk, whose graph is "
    "gone: detach the state between two chunks. (`detach` changes nothing in place: keep what it returns.)")
train_truncated.mistake(
    "state detached as a pair", DETACH, "        state = tuple(part.detach() for part in state)\n",
    "You take the state apart as if it were an LSTM's pair of tensors. Here it is one tensor: `state.detach()`.")
train_truncated.mistake(
    "state not carried", "model(inputs, state)", "model(inputs, None)",
    "Every chunk of yours starts from nothing, or from zeros, so no word is ever seen together with the chunk before. "
    "Carry the state on: `detach` cuts its gradient and leaves its numbers.")
train_truncated.wrong("detached at every step", """
def train_truncated(model, chunks, rate, limit, ignore=-1):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    model.train()
    state, losses = None, []
    for inputs, targets in chunks:
        scores = []
        for t in range(len(inputs)):
            row, state = model(inputs[t : t + 1], state)
            state = state.detach()
            scores.append(row)
        loss = sequence_loss(torch.cat(scores), targets, ignore)
        optimizer.zero_grad()
        loss.backward()
        clip_by_norm({name: p.grad for name, p in model.named_parameters() if p.grad is not None}, limit)
        optimizer.step()
        losses.append(loss.item())
    return losses
""", "You detach at every step, so no gradient goes back through W_h even once: the network is never told what it "
     "should have remembered. Detach between chunks.")
train_truncated.mistake(
    "state of the step after", "        losses.append(loss.item())\n",
    "        losses.append(loss.item())\n        with torch.no_grad():\n            state = model(inputs, state)[1]\n",
    "You read the chunk a second time, after the step, from the state at its end. Each chunk is read once, and its "
    "last state goes on.")
train_truncated.mistake(
    "state computed anew after the step", {
        "        scores, state = model(inputs, state)\n":
        "        before = state\n        scores, state = model(inputs, before)\n",
        "        losses.append(loss.item())\n": "        losses.append(loss.item())\n"
        "        with torch.no_grad():\n            state = model(inputs, before)[1]\n"}, "",
    "You compute the state anew with the weights after the step. The task carries the state that the reading left, "
    "which costs no second reading.")
train_truncated.mistake(
    "not clipped", CLIP, "",
    "The gradients that you step along are not clipped. Before `backward` they are not there yet, after `step` they "
    "have been used, and a clipped copy changes nothing: clip `p.grad` itself, in between.")
train_truncated.mistake(
    "clipped by value", CLIP,
    "        for p in model.parameters():\n            p.grad.clamp_(-limit, limit)\n",
    "You clip each number by itself, so the step goes in another direction. Clip by the common norm.")
train_truncated.mistake(
    "each parameter clipped by itself", CLIP,
    "        for p in model.parameters():\n            clip_by_norm({\"\": p.grad}, limit)\n",
    "You clip each parameter by its own norm, so each is shortened by another factor. Hand over all gradients at once.")
train_truncated.mistake(
    "loss clipped", "        loss.backward()\n" + CLIP, "        loss.clamp(max=limit).backward()\n",
    "You clip the loss, not the gradient. Where the loss is above the limit its gradient is then 0, and nothing is "
    "learned.")
train_truncated.mistake(
    "weights clipped", CLIP + "        optimizer.step()\n",
    "        optimizer.step()\n        with torch.no_grad():\n"
    "            clip_by_norm(dict(model.named_parameters()), limit)\n",
    "You clip the weights after the step. It is the gradients that are clipped, before it.")
train_truncated.mistake(
    "`limit` is 1", "is not None}, limit)", "is not None}, 1.0)",
    "You write 1 for the limit. Use the argument.")
train_truncated.mistake(
    "no zero_grad", "        optimizer.zero_grad()\n", "",
    "You never empty the gradients. `backward` adds to what is there, so each step goes along the sum of all chunks so "
    "far.")
train_truncated.mistake(
    "no step", "        optimizer.step()\n", "",
    "The weights never move: there is no `step`, or the gradients were emptied right before it.")
train_truncated.mistake(
    "one step for all chunks", {"        optimizer.step()\n": "",
                                "    return losses": "    optimizer.step()\n    return losses"}, "",
    "You step once, at the end. Each chunk makes one step.")
train_truncated.mistake(
    "Adam", "torch.optim.SGD(", "torch.optim.Adam(",
    "You use Adam. The task is plain gradient descent, where one sees what clipping does; Adam divides by the size of "
    "the gradients anyway.")
train_truncated.mistake(
    "momentum", "lr=rate)", "lr=rate, momentum=0.9)",
    "You switch on momentum. The task is plain gradient descent: `torch.optim.SGD` with the rate alone.")
train_truncated.mistake(
    "`rate` ignored", ", lr=rate)", ", lr=0.01)",
    "You do not use `rate`: it is the optimiser's `lr`.")
train_truncated.mistake(
    "the last step's loss", "sequence_loss(scores, targets, ignore)", "sequence_loss(scores[-1:], targets[-1:], "
    "ignore)",
    "Your loss is that of the last step of each chunk. Every step predicts a word, and all of them count.")
train_truncated.mistake(
    "sum for mean", "sequence_loss(scores, targets, ignore)",
    "sequence_loss(scores, targets, ignore) * (targets != ignore).sum()",
    "Your loss is the sum over the chunk, so a long chunk makes a long step. The mean is asked for.")
train_truncated.mistake(
    "padding counted", "sequence_loss(scores, targets, ignore)", "sequence_loss(scores, targets)",
    "You do not pass `ignore` on, so padding is learned as if it were a word, or is an error.")
train_truncated.mistake(
    "NaN where nothing counts", "sequence_loss(scores, targets, ignore)",
    "nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=ignore)",
    "In a chunk of padding alone your loss is 0/0, NaN, and after one step so is every weight. `sequence_loss` gives 0 "
    "there.")
train_truncated.mistake(
    "chunks without a target skipped", "        scores, state = model",
    "        if (targets == ignore).all():\n            continue\n        scores, state = model",
    "You skip a chunk in which nothing counts. The network must still read it, for the state to go on, and its loss, "
    "0, belongs into the list.")
train_truncated.mistake(
    "evaluation mode", "model.train()", "model.eval()",
    "You put the model into evaluation mode: dropout would be off. Training is done in training mode.")
train_truncated.mistake(
    "mode left as it was", "    model.train()\n", "",
    "You do not set the mode. If the model was evaluated before, it still is in evaluation mode.")
train_truncated.mistake(
    "evaluation mode at the end", "    return losses", "    model.eval()\n    return losses",
    "You leave the model in evaluation mode. The task says training mode.")
train_truncated.mistake(
    "loss after the step", "losses.append(loss.item())",
    "losses.append(sequence_loss(model(inputs, None)[0], targets, ignore).item())",
    "You compute the loss again after the step, and from no state. The loss before the step is there already.")
train_truncated.mistake(
    "the mean loss returned", "return losses", "return sum(losses) / max(1, len(losses))",
    "You return the mean. A list with the loss of each chunk is asked for.")
train_truncated.mistake(
    "the first chunk only", "        losses.append(loss.item())\n", "        losses.append(loss.item())\n        "
    "break\n",
    "Your loop ends after the first chunk. Look at the indentation.")
train_truncated.mistake(
    "batch first", "model(inputs, state)", "model(inputs.T, state)",
    "You transpose the inputs. The model reads them as they are, (T, B): time first.")
train_truncated.mistake(
    "a copy trained", "    optimizer =", "    import copy\n    model = copy.deepcopy(model)\n    optimizer =",
    "You train a copy of the model and throw it away: the caller's is as before.")
train_truncated.mistake(
    "inputs for targets", "sequence_loss(scores, targets, ignore)", "sequence_loss(scores, inputs, ignore)",
    "You compare the scores with the inputs: the network learns to repeat the word it has just read.")
train_truncated.mistake(
    "weight decay", "lr=rate)", "lr=rate, weight_decay=0.01)",
    "You switch on weight decay. The task is plain gradient descent: `torch.optim.SGD` with the rate alone.")
train_truncated.mistake(
    "losses with their graphs", "loss.item()", "loss",
    "Your list holds tensors that still have their graphs, so the memory of every chunk is kept to the end. Keep the "
    "number: `loss.item()`.")
train_truncated.mistake(
    "weights handed to the clipping", "{name: p.grad for name, p in model.named_parameters() if p.grad is not None}",
    "dict(model.named_parameters())",
    "You hand the weights to `clip_by_norm`. It is the gradients, `p.grad`, that are clipped.")
train_truncated.mistake(
    "state dropped after padding", "        losses.append(loss.item())\n",
    "        losses.append(loss.item())\n        if (targets == ignore).any():\n            state = None\n",
    "You drop the state where a chunk holds padding. The state goes on from every chunk to the next.")
train_truncated.mistake(
    "perplexity trained on", "        loss.backward()\n", "        loss.exp().backward()\n",
    "You go back from the perplexity, so hard chunks pull much harder than easy ones. Go back from the loss, its "
    "logarithm.")
train_truncated.mistake(
    "chunks gone through twice", "    optimizer =", "    number = len(list(chunks))\n    optimizer =",
    "You go through the chunks once to count them. They may be an iterator, which is then empty: loop over them once, "
    "and don't ask for their length.")
train_truncated.also("gradients by torch.autograd.grad", """
def train_truncated(model, chunks, rate, limit, ignore=-1):
    model.train()
    params, state, losses = list(model.parameters()), None, []
    for inputs, targets in chunks:
        scores, after = model(inputs, state)
        loss = sequence_loss(scores, targets, ignore)
        grads = dict(enumerate(torch.autograd.grad(loss, params)))
        clip_by_norm(grads, limit)
        with torch.no_grad():
            for i, p in enumerate(params):
                p -= rate * grads[i]
        state = after.detach()
        losses += [float(loss)]
    return losses
""")
train_truncated.also("torch's own clipping", """
def train_truncated(model, chunks, rate, limit, ignore=-1):
    state = None
    losses = []
    optimizer = torch.optim.SGD(model.parameters(), rate)
    for x, y in chunks:
        model.train()
        optimizer.zero_grad()
        scores, state = model(x, state if state is None else state.data)
        loss = sequence_loss(scores, y, ignore)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), limit)
        optimizer.step()
        losses.append(loss.item())
    return losses
""")
train_truncated.also("descent by hand", """
def train_truncated(model, chunks, rate, limit, ignore=-1):
    model.train(True)
    losses, state = [], None
    for inputs, targets in chunks:
        model.zero_grad()
        scores, state = model(inputs, state)
        state.detach_()
        loss = sequence_loss(scores, targets, ignore)
        loss.backward()
        clip_by_norm({str(i): p.grad for i, p in enumerate(model.parameters())}, limit)
        for p in model.parameters():
            p.data.add_(p.grad, alpha=-rate)
        losses.append(loss.item())
    return losses
""")
