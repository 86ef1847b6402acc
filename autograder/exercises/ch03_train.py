"""Chapter 03: the training loop with autograd."""

import torch

from autograder.exercises.ch03_common import exercise, layer, words
from ngram2bert.neural.train import train as _train

train = exercise(
    "train", of=_train, points=3, minutes=12, level=2, builds_on=["cross_entropy"], probe="trajectory",
    parts={"weights": 2, "modes and padding": 1}, forbids=["cross_entropy", "nll_loss"],
    hints=["Which three calls make one step with an optimiser, and which of them adds to what is there already?",
           "Make one `torch.optim.Adam` before the loop. For each batch: empty the gradients, compute the loss, go "
           "back, "
           "step. Keep the loss as a number.",
           "`optimizer.zero_grad()`, `loss = cross_entropy(model(inputs), targets, ignore)`, `loss.backward()`, "
           "`optimizer.step()`, `losses.append(loss.item())`, and `model.train()` once before."])


@train.cases
def _(r):
    def bengio(v, n, m, h, batches, start=0, **more):
        """Bengio's network from torch's layers, its weights, its batches."""
        layers = [["Embedding", v, m], ["Flatten"], ["Linear", (n - 1) * m, h], ["Tanh"], ["Linear", h, v]]
        shapes = {"0.weight": (v, m), "2.weight": (h, (n - 1) * m), "2.bias": (h,), "4.weight": (v, h), "4.bias": (v,)}
        draw = None if not more.get("drawn") else r
        weights = {name: 0.7 * layer(draw, *shape, start=start + 13 * i) for i, (name,
                shape) in enumerate(shapes.items())}
        rows = [[words(draw, b, n - 1, high=v), words(draw, b, high=v)] for b in batches]
        return dict(layers=layers, weights=weights, batches=rows, train=more.get("train", True))

    yield "weights", bengio(5, 3, 2, 3, (3, 3, 3)) | dict(settings=dict(rate=0.1))
    yield "weights", bengio(6, 2, 2, 2, (4, 3, 2), start=40) | dict(settings=dict(rate=0.02))
    yield "weights", bengio(4, 2, 3, 2, (2,), start=70) | dict(settings=dict(rate=0.5))
    yield "modes and padding", bengio(5, 3, 2, 3, (3, 4, 3), train=False) | dict(settings=dict(rate=0.1, ignore=3))
    padded = bengio(4, 2, 2, 3, (3, 3), start=30, train=False)
    for _, targets in padded["batches"]:
        targets[1] = -1  # the default of `ignore`
    yield "modes and padding", padded | dict(settings=dict(rate=0.2))
    yield "modes and padding", bengio(5, 3, 2, 3, (4, 4, 2), start=9, train=False) | dict(settings=dict(rate=0.05,
            ignore=0))
    normed = dict(
        layers=[["Linear", 2, 3, False], ["BatchNorm1d", 3], ["Tanh"], ["Linear", 3, 3]],
        weights={"0.weight": layer(None, 3, 2), "1.weight": layer(None, 3, start=5),
                 "1.bias": layer(None, 3, start=6), "1.running_mean": torch.zeros(3), "1.running_var": torch.ones(3),
                 "1.num_batches_tracked": torch.tensor(0), "3.weight": layer(None, 3, 3), "3.bias": layer(None, 3)},
        batches=[[layer(None, 4, 2, start=9.0 * k), words(None, 4, high=3)] for k in range(3)], train=False)
    yield "modes and padding", dict(**normed, settings=dict(rate=0.1))
    yield "modes and padding", dict(**{**normed, "batches": []}, settings=dict(rate=0.1))
    for part in ("weights", "modes and padding"):
        v, n = 4 + r.below(3), 2 + r.below(3)
        batches = tuple(3 + r.below(4) for _ in range(3))
        settings = dict(rate=r.between(0.01, 0.2)) | (dict(ignore=1) if part != "weights" else {})
        case = bengio(v, n, 2, 3, batches, drawn=True, train=part == "weights") | dict(settings=settings)
        for _, targets in case["batches"]:
            targets[0] = 2  # at least one is scored
        yield part, case


LOOP = """        optimizer.zero_grad()
        loss = cross_entropy(model(inputs), targets, ignore)
        loss.backward()
        optimizer.step()
"""


def train_loop(body, before="", after=""):
    """The solution with another body of its loop, and perhaps something before and after it."""
    return ("def train(model, batches, rate, ignore=-1):\n"
            "    optimizer = torch.optim.Adam(model.parameters(), lr=rate)\n"
            f"    model.train()\n{before}    losses = []\n    for inputs, targets in batches:\n{body}"
            f"        losses.append(loss.item())\n{after}    return losses\n")


train.mistake(
    "no zero_grad", "        optimizer.zero_grad()\n", "",
    "You never empty the gradients. `backward` *adds* to what is there, so each step goes along the sum of all "
    "gradients "
    "so far: the loss still falls, only worse.")
train.wrong("zero_grad between backward and step", train_loop(
    "        loss = cross_entropy(model(inputs), targets, ignore)\n        loss.backward()\n        "
    "optimizer.zero_grad()\n"
    "        optimizer.step()\n"),
    "You empty the gradients after `backward` and before `step`: there is nothing left to step along.")
train.wrong("zero_grad once, before the loop", train_loop(
    LOOP.replace("        optimizer.zero_grad()\n", ""),
            before="    model(next(iter(batches))[0]) if len(batches) else None\n"
    "    optimizer.zero_grad()\n"),
    "You empty the gradients once, before the loop. `backward` adds to what is there: empty them before every batch.")
train.wrong("step before backward", train_loop(
    "        loss = cross_entropy(model(inputs), targets, ignore)\n        optimizer.step()\n        "
    "optimizer.zero_grad()\n"
    "        loss.backward()\n"),
    "You step before you go back, so every step uses the gradients of the batch before, and the last batch none.")
train.mistake(
    "no step", "        optimizer.step()\n", "",
    "You never call `optimizer.step()`: the gradients are computed and nothing is done with them.")
train.mistake(
    "step once, after the loop", {"        optimizer.step()\n": "",
    "    return losses": "    optimizer.step()\n    return losses"},
    "", "You step once, at the end, with the gradient of the last batch. Each batch makes one step.")
train.mistake(
    "a new optimiser for each batch", "        optimizer.zero_grad()\n",
    "        optimizer = torch.optim.Adam(model.parameters(), lr=rate)\n        optimizer.zero_grad()\n",
    "You make a new Adam for each batch. Its m, v and t start from nothing every time, so each step is a first step: "
    "make it once, before the loop.")
train.mistake(
    "plain gradient descent", "torch.optim.Adam(", "torch.optim.SGD(",
    "You use SGD. The task is one step of Adam for each batch.")
train.mistake(
    "AdamW", "torch.optim.Adam(", "torch.optim.AdamW(",
    "AdamW also shrinks the weights by a hundredth of the rate at each step. Plain `torch.optim.Adam` was asked for.")
train.mistake(
    "`rate` ignored", ", lr=rate)", ")",
    "Your optimiser has its default rate, 0.001. Pass `lr=rate`.")
train.mistake(
    "model.eval()", "model.train()", "model.eval()",
    "You put the model into evaluation mode: dropout is off, and batch norm keeps its old averages. Training is done "
    "in training mode.")
train.mistake(
    "mode left as it was", "    model.train()\n", "",
    "You do not set the mode. If the model was evaluated before, it is still in evaluation mode: `model.train()`.")
train.mistake(
    "evaluation mode at the end", "    return losses", "    model.eval()\n    return losses",
    "You leave the model in evaluation mode. The task says training mode.")
train.mistake(
    "padding in the mean", "targets, ignore)", "targets)",
    "You do not pass `ignore` on, so padding is learned as if it were a word.")
train.mistake(
    "sum for mean", "cross_entropy(model(inputs), targets, ignore)",
    "cross_entropy(model(inputs), targets, ignore) * len(targets)",
    "Your loss is the sum over the batch. Adam hides most of that, but the losses you return are not comparable "
    "between batches of different size.")
train.mistake(
    "loss after the step", "losses.append(loss.item())",
    "losses.append(cross_entropy(model(inputs), targets, ignore).item())",
    "You compute the loss again after the step. The loss before it is asked for, and it is there already; the second "
    "forward pass costs time and feeds batch norm twice.")
train.mistake(
    "the mean loss returned", "return losses", "return sum(losses) / max(len(losses), 1)",
    "You return the mean. A list with the loss of each batch is asked for.")
train.mistake(
    "the first batch only", "        losses.append(loss.item())\n",
    "        losses.append(loss.item())\n        break\n",
    "Your loop ends after the first batch.")
train.mistake(
    "every batch twice", "for inputs, targets in batches:",
    "for inputs, targets in [b for b in batches for _ in range(2)]:",
    "You take each batch twice.")
train.wrong("one step for the sum of all losses", """
def train(model, batches, rate, ignore=-1):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    total, losses = 0.0, []
    for inputs, targets in batches:
        loss = cross_entropy(model(inputs), targets, ignore)
        total = total + loss
        losses.append(loss.item())
    if losses:
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
    return losses
""", "You add up the losses of all batches and step once. Each batch makes one step, and the next one meets the "
     "network that it left.")
train.mistake(
    "probabilities for scores", "cross_entropy(model(inputs), targets",
    "cross_entropy(model(inputs).softmax(1), targets",
    "You take the softmax before `cross_entropy`, which takes it as well. The network then can't be surer than e to "
    "1: it "
    "learns, slowly and badly, without any error.")
train.wrong("parameters updated one after another", """
def train(model, batches, rate, ignore=-1):
    optimizers = [torch.optim.Adam([p], lr=rate) for p in model.parameters()]
    model.train()
    losses = []
    for inputs, targets in batches:
        losses.append(cross_entropy(model(inputs), targets, ignore).item())
        for p, optimizer in zip(model.parameters(), optimizers):
            p.grad = torch.autograd.grad(cross_entropy(model(inputs), targets, ignore), p)[0]
            optimizer.step()
    return losses
""", "You update one parameter and then compute the next one's gradient with it: each gradient belongs to another "
     "network. Take all gradients first, by one `backward`, then step.")
train.wrong("the learner's own copy trained", """
def train(model, batches, rate, ignore=-1):
    import copy
    model.train()
    trained = copy.deepcopy(model)
    optimizer = torch.optim.Adam(trained.parameters(), lr=rate)
    losses = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = cross_entropy(trained(inputs), targets, ignore)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
""", "You train a copy and throw it away: the caller's model is as before.")
train.wrong("clipped", train_loop(LOOP.replace("        optimizer.step()\n",
    "        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)\n        optimizer.step()\n")),
    "You clip the gradients. That can be a good idea, but it is another training: the task is plain Adam.")
train.mistake(
    "running mean of the losses", "losses.append(loss.item())",
    "losses.append((sum(losses[-1:]) * len(losses) + loss.item()) / (len(losses) + 1))",
    "You return the running mean of the losses. It hides a jump for many batches: return each batch's own loss.")
train.mistake(
    "perplexity trained on", "        loss.backward()\n", "        loss.exp().backward()\n",
    "You go back from the perplexity, so hard batches pull much harder than easy ones. Go back from the loss, its "
    "logarithm.")
train.mistake(
    "weight decay", ", lr=rate)", ", lr=rate, weight_decay=0.01)",
    "You switch on weight decay: each step also pulls the weights towards 0. Only `rate` was to be set; the other "
    "settings are torch's.")
train.also("gradients by torch.autograd.grad", """
def train(model, batches, rate, ignore=-1):
    params = list(model.parameters())
    optimizer = torch.optim.Adam(params, lr=rate)
    model.train(True)
    losses = []
    for x, y in batches:
        loss = cross_entropy(model(x), y, ignore)
        for p, g in zip(params, torch.autograd.grad(loss, params)):
            p.grad = g
        optimizer.step()
        losses += [float(loss)]
    return losses
""")
train.also("Adam by hand, zero_grad at the end", """
def train(model, batches, rate, ignore=-1):
    model.train()
    moments = [[torch.zeros_like(p), torch.zeros_like(p)] for p in model.parameters()]
    losses = []
    for t, (inputs, targets) in enumerate(batches, start=1):
        loss = cross_entropy(model(inputs), targets, ignore)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p, (m, v) in zip(model.parameters(), moments):
                m += 0.1 * (p.grad - m)
                v += 0.001 * (p.grad**2 - v)
                p -= rate * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
                p.grad = None
    return losses
""")
