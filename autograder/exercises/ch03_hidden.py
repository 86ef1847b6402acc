"""Chapter 03: backwards through the hidden layer and the embedding."""

import torch

from autograder.exercises.ch03_common import exercise, layer, network, words
from ngram2bert.neural.backward import backward_embedding as _backward_embedding
from ngram2bert.neural.backward import backward_hidden as _backward_hidden

backward_hidden = exercise(
    "backward_hidden", of=_backward_hidden, points=3, minutes=15, level=3,
    parts={"d and H": 2, "d_x": 1}, forbids=["backward", "requires_grad_"],
    tolerance=1e-6,  # where a unit is saturated 1 - a**2 and (1 - a) * (1 + a) differ by rounding
    probe="""
    def probe(target, params, x, a, d_a, look_at):
        grads, d_x = target(params, x, a, d_a)
        results = {**grads, "d_x": d_x, "names": sorted(grads)}
        return {**{name: results.get(name) for name in look_at}, "arguments": [params, x, a, d_a]}
    """,
    hints=["How fast does tanh(z) change where it is 0, and where it is nearly 1? What has that to do with a itself?",
           "Go back through the tanh first: multiply d_a by 1 - a^2, number by number. What is left is a linear layer "
           "like the last one.",
           "`d_z = d_a * (1 - a**2)`; then `d_z.sum(0)`, `d_z.T @ x` and `d_z @ params[\"H\"]`."])


LOOK_AT = {"d and H": ["names", "d", "H"], "d_x": ["d_x"]}


@backward_hidden.cases
def _(r):
    sizes = [(2, 2, 2, 2), (3, 2, 4, 4), (2, 3, 3, 5), (4, 1, 2, 1)]  # n, m, h, B
    for part in ("d and H", "d_x"):
        for n, m, h, b in sizes:
            params = network(None, 3, n, m, h)
            x = layer(None, b, (n - 1) * m)
            a = torch.tanh(params["d"] + x @ params["H"].T)
            yield part, dict(params=params, x=x, a=a, d_a=layer(None, b, h, start=30), look_at=LOOK_AT[part])
    for part in ("d and H", "d_x"):
        for scale in (1, 2):  # at 2 some units are saturated
            n, m, h, b = 2 + r.below(3), 1 + r.below(3), 2 + r.below(4), 2 + r.below(4)
            params = network(r, 3, n, m, h)
            x = scale * layer(r, b, (n - 1) * m)
            a = torch.tanh(params["d"] + x @ params["H"].T)
            yield part, dict(params=params, x=x, a=a, d_a=layer(r, b, h), look_at=LOOK_AT[part])


SLOPE = "d_a * (1 - a**2)"
backward_hidden.mistake(
    "slope forgotten", SLOPE, "d_a",
    "You leave out the slope of tanh. A unit that is nearly 1 or -1 hardly moves: multiply by 1 - a^2.")
backward_hidden.mistake(
    "1 - tanh^2 of the wrong tensor", SLOPE, "d_a * (1 - torch.tanh(a) ** 2)",
    "You take tanh of a once more. a *is* tanh(z): the slope is 1 - a^2.")
backward_hidden.mistake(
    "1 - tanh^2 of the gradient", SLOPE, "d_a * (1 - torch.tanh(d_a) ** 2)",
    "You take the slope at d_a. It belongs to where the unit was on the way forward: 1 - a^2.")
backward_hidden.mistake(
    "1 - d_a^2", SLOPE, "d_a * (1 - d_a**2)",
    "You take the slope from d_a. It belongs to where the unit was on the way forward: 1 - a^2.")
backward_hidden.mistake(
    "slope of the sigmoid", SLOPE, "d_a * a * (1 - a)",
    "a (1 - a) is the slope of the sigmoid. That of tanh is 1 - a^2.")
backward_hidden.mistake(
    "1 - a", SLOPE, "d_a * (1 - a)",
    "Your slope is 1 - a, without the square: it is not even the same for a and -a.")
backward_hidden.mistake(
    "(1 - a)^2", SLOPE, "d_a * (1 - a) ** 2",
    "Your slope is (1 - a)^2. The square belongs to a alone: 1 - a^2.")
backward_hidden.mistake(
    "slope of ReLU", SLOPE, "d_a * (a > 0)",
    "You let through what was above 0. That is the slope of ReLU; that of tanh is 1 - a^2.")
backward_hidden.mistake(
    "tanh for its slope", SLOPE, "d_a * a",
    "You multiply by tanh(z). Its slope is 1 - tanh(z)^2.")
backward_hidden.mistake(
    "d summed over the units", "d_z.sum(0)", "d_z.sum(1)",
    "Your gradient of d is summed over the wrong axis: one number an example. There is one d a unit: sum over the "
    "batch, axis 0.")
backward_hidden.mistake(
    "d averaged", "d_z.sum(0)", "d_z.mean(0)",
    "You take the mean over the batch for d. The 1/N of the mean is in d_a already: sum.")
backward_hidden.mistake(
    "d without the slope", "\"d\": d_z.sum(0)", "\"d\": d_a.sum(0)",
    "Your gradient of d has no slope of tanh in it. d stands inside the tanh, as H x does.")
backward_hidden.mistake(
    "H without the slope", "\"H\": d_z.T @ x", "\"H\": d_a.T @ x",
    "Your gradient of H has no slope of tanh in it. H x stands inside the tanh: use d_z.")
backward_hidden.mistake(
    "d_x without the slope", "d_z @ params[\"H\"]", "d_a @ params[\"H\"]",
    "Your d_x has no slope of tanh in it. What goes back to x passes the tanh first: use d_z.")
backward_hidden.mistake(
    "H transposed", "\"H\": d_z.T @ x", "\"H\": x.T @ d_z",
    "Your gradient of H is ((n-1)m, h). A gradient has the shape of its parameter: H is (h, (n-1)m).")
backward_hidden.mistake(
    "H averaged", "d_z.T @ x", "d_z.T @ x / len(x)",
    "You divide the gradient of H by the batch. The 1/N of the mean is in d_a already.")
backward_hidden.mistake(
    "d_x through H transposed", "d_z @ params[\"H\"]", "d_z @ params[\"H\"].reshape(-1, len(params[\"H\"])).T",
    "You brought H into shape with `reshape`. `d_z @ H` fits as it is: it sums over the units.")
backward_hidden.mistake(
    "d_a overwritten", "d_z = d_a * (1 - a**2)", "d_z = d_a.mul_(1 - a**2)",
    "Your answer is right, but you wrote it over the caller's d_a. Make a new tensor.")
backward_hidden.mistake(
    "root of the slope", SLOPE, "d_a * (1 - a**2) ** 0.5",
    "Your slope is the root of 1 - a^2, or 1/cosh(z). It is 1 - a^2, which is 1/cosh(z)^2.")
backward_hidden.mistake(
    "1 + a^2", SLOPE, "d_a * (1 + a**2)",
    "Your slope is 1 + a^2: it would be steepest where tanh is flat. It is 1 - a^2.")
backward_hidden.mistake(
    "slope twice", SLOPE, "d_a * (1 - a**2) ** 2",
    "You multiply by the slope of the tanh twice. z goes through one tanh: its slope comes in once.")
backward_hidden.also("einsum", """
def backward_hidden(params, x, a, d_a):
    d_z = d_a - d_a * a.square()
    grads = {"d": torch.einsum("bh->h", d_z), "H": torch.einsum("bh,bi->hi", d_z, x)}
    return grads, torch.einsum("bh,hi->bi", d_z, params["H"])
""")
backward_hidden.also("a loop over the examples", """
def backward_hidden(params, x, a, d_a):
    grads = {"d": torch.zeros_like(params["d"]), "H": torch.zeros_like(params["H"])}
    d_x = torch.zeros_like(x)
    for i in range(len(x)):
        d_z = (1 - a[i]) * (1 + a[i]) * d_a[i]
        grads["d"] += d_z
        grads["H"] += torch.outer(d_z, x[i])
        d_x[i] = params["H"].T.mv(d_z)
    return grads, d_x
""")

backward_embedding = exercise(
    "backward_embedding", of=_backward_embedding, points=2, minutes=10, level=2,
    parts={"each word once": 1, "words that come again": 1}, forbids=["backward", "requires_grad_", "embedding"],
    hints=["A word that stands in three contexts was looked up three times. What is the gradient of its vector?",
           "Cut each row of d_x into the n-1 vectors that it holds, and add each to the row of its word. Plain "
           "assignment to an index keeps only the last one; `index_add` adds.",
           "`d_x.reshape(contexts.numel(), -1)` has a row for each word of `contexts.flatten()`; add them into zeros "
           "(V, m) with `index_add(0, ..., ...)`."])


@backward_embedding.cases
def _(r):
    once, again = "each word once", "words that come again"
    yield once, dict(contexts=torch.tensor([[2]]), d_x=layer(None, 1, 2), vocab_size=4)
    yield once, dict(contexts=torch.tensor([[2, 0], [4, 1]]), d_x=layer(None, 2, 6), vocab_size=6)
    yield once, dict(contexts=torch.tensor([[5, 2, 0]]), d_x=layer(None, 1, 9), vocab_size=7)
    yield again, dict(contexts=torch.tensor([[1, 1]]), d_x=layer(None, 1, 4), vocab_size=3)
    yield again, dict(contexts=torch.tensor([[2, 0, 2], [0, 3, 2]]), d_x=layer(None, 2, 6), vocab_size=5)
    yield again, dict(contexts=torch.tensor([[1], [0], [1]]), d_x=layer(None, 3, 3), vocab_size=2)
    yield again, dict(contexts=torch.tensor([[0, 2, 1], [2, 2, 1]]).T, d_x=layer(None, 6, 3).T.reshape(3, 6),
                      vocab_size=4)
    v, n, m = 6 + r.below(4), 2 + r.below(3), 1 + r.below(4)
    rows = torch.tensor(r.shuffled(range(v)))[: (n - 1) * (v // (n - 1))].reshape(-1, n - 1)
    yield once, dict(contexts=rows, d_x=layer(r, len(rows), (n - 1) * m), vocab_size=v + r.below(3))
    yield again, dict(contexts=words(r, 7, n - 1, high=4), d_x=layer(r, 7, (n - 1) * m), vocab_size=v)


BY_WORD = "d_x.reshape(contexts.numel(), -1)"
ADD = "return d_x.new_zeros(vocab_size, by_word.shape[1]).index_add(0, contexts.flatten(), by_word)"
backward_embedding.mistake(
    "the last place wins", ADD,
    "d_c = d_x.new_zeros(vocab_size, by_word.shape[1])\n    d_c[contexts.flatten()] = by_word\n    return d_c",
    "You assign to the rows of the table, so of a word that comes again only the last place counts. Its gradient is "
    "the sum over all places: `index_add`.")
backward_embedding.mistake(
    "+= with an index", ADD,
    "d_c = d_x.new_zeros(vocab_size, by_word.shape[1])\n    for k in range(contexts.shape[1]):\n"
    "        d_c[contexts[:, k]] += d_x.reshape(len(contexts), contexts.shape[1], -1)[:, k]\n    return d_c",
    "`d_c[rows] += ...` reads, adds and writes once for each *different* row: a word that comes twice among the rows "
    "is added once. `index_add` adds every time.")
backward_embedding.mistake(
    "cut the wrong way round", BY_WORD,
    "d_x.reshape(len(contexts), -1, contexts.shape[1]).transpose(1, 2).reshape(contexts.numel(), -1)",
    "You cut d_x as if it held the first number of every word, then the second. It holds one word's vector after the "
    "other: reshape without a transpose.")
backward_embedding.mistake(
    "contexts read by columns", "contexts.flatten()", "contexts.T.flatten()",
    "You read `contexts` column by column and d_x row by row, so vectors go to the wrong words.")
backward_embedding.mistake(
    "averaged over the places", ADD,
    "times = torch.bincount(contexts.flatten(), minlength=vocab_size).clamp(min=1)\n"
    "    return d_x.new_zeros(vocab_size, by_word.shape[1]).index_add(0, contexts.flatten(), by_word) / times[:, None]",
    "You divide by how often a word came. Its gradient is the sum over its places.")
backward_embedding.mistake(
    "only the words that occurred", "d_x.new_zeros(vocab_size,", "d_x.new_zeros(int(contexts.max()) + 1,",
    "Your table ends at the largest word number of the batch. It has a row for each of the V words.")
backward_embedding.mistake(
    "only the last word of a context", ADD,
    "by_word = d_x.reshape(len(contexts), contexts.shape[1], -1)[:, -1]\n"
    "    return d_x.new_zeros(vocab_size, by_word.shape[1]).index_add(0, contexts[:, -1], by_word)",
    "Only the last word of each context gets a gradient. All n-1 words were looked up.")
backward_embedding.mistake(
    "every place gets the whole row's sum", BY_WORD,
    "d_x.reshape(len(contexts), contexts.shape[1], -1).sum(1, keepdim=True)"
    ".expand(-1, contexts.shape[1], -1).reshape(contexts.numel(), -1)",
    "You add the vectors of a context up and give the sum to each of its words. Each word gets what came back to its "
    "own place.")
backward_embedding.mistake(
    "sign", "contexts.flatten(), by_word)", "contexts.flatten(), -by_word)",
    "Your gradient has the wrong sign: the step subtracts it, not you.")
backward_embedding.mistake(
    "divided by the batch", "contexts.flatten(), by_word)", "contexts.flatten(), by_word / len(contexts))",
    "You divide by the batch. The 1/N of the mean is in d_x already.")
backward_embedding.wrong("a word twice in a context counted once", """
def backward_embedding(contexts, d_x, vocab_size):
    vectors = d_x.reshape(len(contexts), contexts.shape[1], -1)
    d_c = d_x.new_zeros(vocab_size, vectors.shape[2])
    for row, words in zip(vectors, contexts.tolist()):
        for word in set(words):
            d_c[word] += row[words.index(word)]
    return d_c
""", "You count a word once a context. Where it stands twice in one, both places were looked up, and both add.")
backward_embedding.mistake(
    "reshaped to (m, ...) and transposed", BY_WORD, "d_x.reshape(d_x.shape[1] // contexts.shape[1], -1).T",
    "You reshape to m rows and transpose. That takes the numbers of several words for one vector: reshape to one row a "
    "word.")
backward_embedding.wrong("places in reverse", """
def backward_embedding(contexts, d_x, vocab_size):
    m = d_x.shape[1] // contexts.shape[1]
    d_c = d_x.new_zeros(vocab_size, m)
    for k in range(contexts.shape[1]):
        d_c.index_add_(0, contexts[:, -1 - k], d_x[:, k * m : (k + 1) * m])
    return d_c
""", "You give the first m numbers of d_x to the *last* word of the context. In `forward_pass` the oldest word comes "
     "first, in the context and in x.")
backward_embedding.wrong("a table of single precision", """
def backward_embedding(contexts, d_x, vocab_size):
    by_word = d_x.reshape(contexts.numel(), -1)
    d_c = torch.zeros(vocab_size, by_word.shape[1])
    for word, g in zip(contexts.flatten().tolist(), by_word):
        d_c[word] += g
    return d_c
""", "Your table is float32 whatever d_x is: `torch.zeros` does not know better. Make it with `d_x.new_zeros`, or the "
     "gradient check fails in the eighth digit.")
backward_embedding.also("one-hot matrix", """
def backward_embedding(contexts, d_x, vocab_size):
    one_hot = (contexts.reshape(-1, 1) == torch.arange(vocab_size)).to(d_x.dtype)
    return one_hot.T @ d_x.reshape(contexts.numel(), -1)
""")
backward_embedding.also("loops", """
def backward_embedding(contexts, d_x, vocab_size):
    m = d_x.shape[1] // contexts.shape[1]
    d_c = torch.zeros(vocab_size, m, dtype=d_x.dtype)
    for i, context in enumerate(contexts.tolist()):
        for k, w in enumerate(context):
            d_c[w] += d_x[i, k * m : (k + 1) * m]
    return d_c
""")
backward_embedding.also("index_put with accumulate", """
def backward_embedding(contexts, d_x, vocab_size):
    places = d_x.unflatten(1, (contexts.shape[1], -1))
    d_c = torch.zeros(vocab_size, places.shape[2], dtype=d_x.dtype)
    return d_c.index_put((contexts,), places, accumulate=True)
""")
