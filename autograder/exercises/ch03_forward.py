"""Chapter 03: the network, forwards."""

import torch

from autograder.exercises.ch03_common import exercise, network, words
from ngram2bert.neural.forward import forward_pass as _forward_pass

forward_pass = exercise(
    "forward_pass", of=_forward_pass, points=3, minutes=15, level=2,
    parts={"without direct connections": 2, "direct connections": 1},
    hints=["`C[contexts]` has three axes. Which two of them become one, and in which order must their numbers lie?",
           "Write down the shape of each product: x is (B, (n-1)m) and H is (h, (n-1)m), so one of them has to be "
           "transposed. The biases broadcast over the batch.",
           "`x = params[\"C\"][contexts].flatten(1)` puts the vectors side by side; then "
           "`torch.tanh(params[\"d\"] + x @ params[\"H\"].T)`, and the same pattern without tanh for y."])


@forward_pass.cases
def _(r):
    plain, direct = "without direct connections", "direct connections"
    yield plain, dict(params=network(None, 4, 2, 2, 2), contexts=torch.tensor([[3]]))
    yield plain, dict(params=network(None, 5, 3, 2, 3), contexts=torch.tensor([[4, 1], [0, 0]]))
    yield plain, dict(params=network(None, 6, 4, 2, 6), contexts=words(None, 3, 3, high=6))
    yield plain, dict(params=network(None, 5, 3, 3, 5), contexts=words(None, 5, 2, high=5))
    yield direct, dict(params=network(None, 4, 3, 2, 4, True), contexts=torch.tensor([[1, 3], [2, 0]]))
    yield direct, dict(params=network(None, 4, 3, 2, 2, True), contexts=torch.tensor([[1, 3], [2, 0], [3, 3]]))
    for part in (plain, direct):
        v, n, m, h = 5 + r.below(4), 2 + r.below(4), 2 + r.below(3), 2 + r.below(4)
        yield part, dict(params=network(r, v, n, m, h, part == direct), contexts=words(r, 1 + r.below(5), n - 1,
                high=v))


FLAT = "params[\"C\"][contexts].flatten(1)"
forward_pass.mistake(
    "flattened after a transpose", FLAT, "params[\"C\"][contexts].transpose(1, 2).flatten(1)",
    "You turned the axes round before flattening, so your x lists the first number of every word, then the second. The "
    "vectors stand side by side, one word after the other. The shape is the same, and the network even learns: only "
    "its weights mean something else.")
forward_pass.mistake(
    "newest word first", FLAT, "params[\"C\"][contexts.flip(1)].flatten(1)",
    "You put the words in reverse order. The oldest comes first, as in `contexts`.")
forward_pass.mistake(
    "no tanh", "torch.tanh(params[\"d\"] + x @ params[\"H\"].T)", "params[\"d\"] + x @ params[\"H\"].T",
    "Your hidden layer has no tanh. Two linear layers in a row are one linear layer.")
forward_pass.mistake(
    "sigmoid for tanh", "torch.tanh", "torch.sigmoid",
    "You use the sigmoid. The hidden units here are tanh, between -1 and 1.")
forward_pass.mistake(
    "ReLU for tanh", "torch.tanh", "torch.relu",
    "You use ReLU. The hidden units here are tanh: the backward pass will rely on its slope.")
forward_pass.mistake(
    "d outside the tanh", "torch.tanh(params[\"d\"] + x @ params[\"H\"].T)",
    "params[\"d\"] + torch.tanh(x @ params[\"H\"].T)",
    "You add d after the tanh. It stands inside: it shifts where the unit bends.")
forward_pass.mistake(
    "d forgotten", "params[\"d\"] + x", "x", "The bias d of the hidden layer is missing.")
forward_pass.mistake(
    "b forgotten", "params[\"b\"] + a", "a",
    "The bias b is missing. It is what the network says about a word whatever the context: its frequency.")
forward_pass.mistake(
    "direct connections forgotten", "        y = y + x @ params[\"W\"].T\n", "        y = y\n",
    "There is a W in `params`, and you do not use it: the vectors also go straight to the scores.")
forward_pass.mistake(
    "direct connections through the tanh", "x @ params[\"W\"].T", "torch.tanh(x) @ params[\"W\"].T",
    "W is applied to tanh(x). The direct connections are linear: W x.")
forward_pass.mistake(
    "only direct connections", "y = y + x @", "y = x @",
    "With W your scores are W x alone. It is *added* to b + U a.")
forward_pass.mistake(
    "b added again with W", "y = y + x @", "y = params[\"b\"] + y + x @",
    "With direct connections you add b twice.")
forward_pass.mistake(
    "tanh of the scores", "    return y, x, a", "    return torch.tanh(y), x, a",
    "Your scores went through a tanh too, so none is above 1 and no word can ever be likely. They are linear.")
forward_pass.mistake(
    "log probabilities", "    return y, x, a", "    return torch.log_softmax(y, 1), x, a",
    "You return log probabilities. The scores are asked for: the loss takes the softmax.")
forward_pass.mistake(
    "what goes into the tanh returned", "    return y, x, a", "    return y, x, params[\"d\"] + x @ params[\"H\"].T",
    "Your third value is what goes *into* the tanh. Return a, what comes out: the way back needs 1 - a^2.")
forward_pass.mistake(
    "a and x exchanged", "return y, x, a", "return y, a, x",
    "You return a before x. The order is y, x, a.")
forward_pass.mistake(
    "H not transposed", "x @ params[\"H\"].T)", "x @ params[\"H\"].reshape(x.shape[1], -1))",
    "You brought H into shape with `reshape`. That does not transpose: it reads the same numbers row by row into other "
    "places. Use `.T`.")
forward_pass.mistake(
    "vectors added up", FLAT,
    "params[\"C\"][contexts].sum(1, keepdim=True).expand(-1, contexts.shape[1], -1).flatten(1)",
    "You add the vectors of the context up, so the order of its words is lost. They stand side by side.")
forward_pass.mistake(
    "C overwritten by its transpose", FLAT, "params[\"C\"].reshape(params[\"C\"].shape[1], -1).T[contexts].flatten(1)",
    "You index the columns of C. A word's vector is a row of C.")
forward_pass.mistake(
    "batch and places mixed up", FLAT, "params[\"C\"][contexts].transpose(0, 1).reshape(len(contexts), -1)",
    "You turned batch and places round before reshaping: each x now holds words of several examples. Leave the axes in "
    "their order, and make the last two one.")
forward_pass.mistake(
    "mean of the vectors", FLAT, "params[\"C\"][contexts].mean(1)",
    "You take the mean of the context's vectors. They stand side by side: x has (n-1)m numbers.")
forward_pass.mistake(
    "probabilities for scores", "    return y, x, a", "    return torch.softmax(y, 1), x, a",
    "You return probabilities. The scores are asked for: the loss takes its own softmax, and two of them one after "
    "the other make every word about equally likely.")
forward_pass.mistake(
    "slope of tanh returned for a", "    return y, x, a", "    return y, x, 1 - a**2",
    "Your third answer is the slope of the tanh. Return `a` itself: the output layer needs it too, and the slope is "
    "made from it on the way back.")
forward_pass.also("a loop over the examples, by the equation", """
def forward_pass(params, contexts):
    ys, xs, activations = [], [], []
    for context in contexts.tolist():
        x = torch.cat([params["C"][w] for w in context])
        a = torch.tanh(params["d"] + params["H"].mv(x))
        y = params["b"] + params["U"].mv(a)
        ys.append(y + params["W"].mv(x) if "W" in params else y)
        xs.append(x)
        activations.append(a)
    return torch.stack(ys), torch.stack(xs), torch.stack(activations)
""")
forward_pass.also("torch.nn.functional", """
def forward_pass(params, contexts):
    x = F.embedding(contexts, params["C"]).reshape(len(contexts), -1)
    a = F.linear(x, params["H"], params["d"]).tanh()
    y = F.linear(a, params["U"], params["b"])
    return (y + F.linear(x, params["W"]) if "W" in params else y), x, a
""")
forward_pass.also("einsum, one place of the context at a time", """
def forward_pass(params, contexts):
    m = params["C"].shape[1]
    vectors = params["C"][contexts]
    z, direct = params["d"], 0
    for i in range(contexts.shape[1]):
        z = z + torch.einsum("bm,hm->bh", vectors[:, i], params["H"][:, i * m : (i + 1) * m])
        if "W" in params:
            direct = direct + vectors[:, i] @ params["W"][:, i * m : (i + 1) * m].T
    a = z.tanh()
    return params["b"] + a @ params["U"].T + direct, torch.cat(list(vectors.unbind(1)), 1), a
""")
