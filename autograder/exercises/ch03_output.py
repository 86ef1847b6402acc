"""Chapter 03: backwards through the output layer."""

from autograder.exercises.ch03_common import exercise, layer, network
from ngram2bert.neural.backward import backward_output as _backward_output

backward_output = exercise(
    "backward_output", of=_backward_output, points=4, minutes=18, level=3,
    parts={"b and U": 2, "d_a": 1, "direct connections": 1}, forbids=["backward", "requires_grad_"],
    # a part looks at its own results alone, so that an error in one does not cost the others
    probe="""
    def probe(target, params, x, a, d_y, look_at):
        grads, d_a, d_x = target(params, x, a, d_y)
        results = {**grads, "d_a": d_a, "d_x": d_x, "names": sorted(grads)}
        return {**{name: results.get(name) for name in look_at}, "arguments": [params, x, a, d_y]}
    """,
    hints=["A gradient has the shape of what it is the gradient of. Which product of d_y (B, V) and a (B, h) has the "
           "shape (V, h)? Over what does it then sum?",
           "b is added to every row, so its gradient is the sum of the rows. `d_y.T @ a` sums over the batch for U, "
           "and "
           "`d_y @ U` sums over the words for a. W does to x what U does to a.",
           "`grads = {\"b\": d_y.sum(0), \"U\": d_y.T @ a}` and `d_a = d_y @ params[\"U\"]`; with W also `d_y.T @ x` "
           "and "
           "`d_y @ params[\"W\"]`, without it zeros of the shape of x."])


LOOK_AT = {"b and U": ["b", "U"], "d_a": ["d_a"], "direct connections": ["names", "W", "d_x"]}


@backward_output.cases
def _(r):
    sizes = [(3, 2, 2, 2, 2), (4, 3, 2, 4, 4), (5, 2, 3, 2, 3), (2, 3, 1, 2, 2)]  # V, n, m, h, B
    for part in ("b and U", "d_a", "direct connections"):
        for i, (v, n, m, h, b) in enumerate(sizes):
            direct = (part == "direct connections" and i < 3) or (part != "direct connections" and i == 1)
            params = network(None, v, n, m, h, direct)
            width = (n - 1) * m
            yield part, dict(params=params, x=layer(None, b, width), a=layer(None, b, h, start=8).tanh(),
                             d_y=layer(None, b, v, start=21), look_at=LOOK_AT[part])
    for part in ("b and U", "d_a", "direct connections"):
        v, n, m, h, b = 4 + r.below(4), 2 + r.below(3), 1 + r.below(3), 2 + r.below(3), 2 + r.below(4)
        direct = part == "direct connections" or r.below(2) == 1
        yield part, dict(params=network(r, v, n, m, h, direct), x=layer(r, b, (n - 1) * m), a=layer(r, b, h).tanh(),
                         d_y=layer(r, b, v), look_at=LOOK_AT[part])


backward_output.mistake(
    "b summed over the words", "d_y.sum(0)", "d_y.sum(1)",
    "Your gradient of b is summed over the wrong axis: a number an *example*. There is one b a word, and it was added "
    "to every example: sum over the batch, axis 0. (Where B = V even the shape is right.)")
backward_output.mistake(
    "b averaged", "d_y.sum(0)", "d_y.mean(0)",
    "You take the mean over the batch for b. The 1/N of the mean is in d_y already: sum.")
backward_output.mistake(
    "b not summed", "\"b\": d_y.sum(0)", "\"b\": d_y",
    "Your gradient of b has a row for each example. b was added to all of them: sum over the batch.")
backward_output.mistake(
    "U averaged", "d_y.T @ a", "d_y.T @ a / len(a)",
    "You divide the gradient of U by the batch. The 1/N of the mean is in d_y already.")
backward_output.mistake(
    "U transposed", "\"U\": d_y.T @ a", "\"U\": a.T @ d_y",
    "Your gradient of U is (h, V). A gradient has the shape of its parameter: U is (V, h).")
backward_output.mistake(
    "U from the parameters", "d_y.T @ a}", "d_y.sum(0)[:, None] * params[\"U\"]}",
    "You multiply by U itself. y is b + U a: the slope of y with respect to U is a.")
backward_output.mistake(
    "d_a by U transposed", "d_a = d_y @ params[\"U\"]", "d_a = d_y @ params[\"U\"].reshape(-1, len(params[\"U\"])).T",
    "You brought U into shape with `reshape`. `d_y @ U` fits as it is: it sums over the words.")
backward_output.mistake(
    "slope of tanh too early", "d_a = d_y @ params[\"U\"]", "d_a = d_y @ params[\"U\"] * (1 - a**2)",
    "You multiply by 1 - a^2 here. That is the slope of the hidden layer, and comes in the next step; with both, it "
    "would count twice.")
backward_output.mistake(
    "d_a averaged", "d_a = d_y @ params[\"U\"]", "d_a = d_y @ params[\"U\"] / len(a)",
    "You divide d_a by the batch. The 1/N of the mean is in d_y already.")
backward_output.mistake(
    "d_a times a", "d_a = d_y @ params[\"U\"]", "d_a = d_y @ params[\"U\"] * a",
    "You multiply d_a by a. The slope of b + U a with respect to a is U alone.")
backward_output.mistake(
    "gradient of W forgotten", "{**grads, \"W\": d_y.T @ x}", "grads",
    "The gradient of W is missing. It is to x what the gradient of U is to a.")
backward_output.mistake(
    "nothing comes back through W", "return {**grads, \"W\": d_y.T @ x}, d_a, d_y @ params[\"W\"]",
    "return {**grads, \"W\": d_y.T @ x}, d_a, x.new_zeros(x.shape)",
    "Your d_x is 0 although there are direct connections. The vectors reach the scores through W too: d_y W comes "
    "back.")
backward_output.mistake(
    "d_x times x", "d_y @ params[\"W\"]", "d_y @ params[\"W\"] * x",
    "You multiply d_x by x. The slope of W x with respect to x is W alone.")
backward_output.mistake(
    "gradient of W averaged", "\"W\": d_y.T @ x", "\"W\": d_y.T @ x / len(x)",
    "You divide the gradient of W by the batch. The 1/N of the mean is in d_y already.")
backward_output.mistake(
    "no d_x without W", "return grads, d_a, x.new_zeros(x.shape)", "return grads, d_a, None",
    "Without direct connections you return None for d_x. Zeros of the shape of x can be added to what comes through "
    "the hidden layer; None can't.")
backward_output.mistake(
    "W's gradient without W", "    if \"W\" not in params:\n        return grads, d_a, x.new_zeros(x.shape)\n",
    "    if \"W\" not in params:\n        return {**grads, \"W\": d_y.T @ x}, d_a, x.new_zeros(x.shape)\n",
    "You return a gradient of W although `params` has no W.")
backward_output.wrong("d_x through the hidden layer", """
def backward_output(params, x, a, d_y):
    grads = {"b": d_y.sum(0), "U": d_y.T @ a}
    d_a = d_y @ params["U"]
    if "W" in params:
        grads["W"] = d_y.T @ x
    return grads, d_a, d_a @ params["H"]
""", "Your d_x goes through H. That is the next step's, and has a tanh in it; here d_x is what comes back through W "
     "alone.")
backward_output.mistake(
    "W asked for where there is none", "if \"W\" not in params:", "if False:",
    "You use W without looking whether `params` has one.")
backward_output.wrong("parameters updated before all gradients are taken", """
def backward_output(params, x, a, d_y):
    grads = {"b": d_y.sum(0), "U": d_y.T @ a}
    params["b"] -= 0.1 * grads["b"]
    params["U"] -= 0.1 * grads["U"]
    d_a = d_y @ params["U"]
    if "W" not in params:
        return grads, d_a, x.new_zeros(x.shape)
    grads["W"] = d_y.T @ x
    params["W"] -= 0.1 * grads["W"]
    return grads, d_a, d_y @ params["W"]
""", "You change the parameters while you are still going back: d_a is then computed with a U that did not make the "
     "scores. First all gradients, then the step.")
backward_output.also("einsum", """
def backward_output(params, x, a, d_y):
    grads = {"b": torch.einsum("bv->v", d_y), "U": torch.einsum("bv,bh->vh", d_y, a)}
    d_a, d_x = torch.einsum("bv,vh->bh", d_y, params["U"]), torch.zeros_like(x)
    if "W" in params:
        grads["W"] = torch.einsum("bv,bi->vi", d_y, x)
        d_x = torch.einsum("bv,vi->bi", d_y, params["W"])
    return grads, d_a, d_x
""")
backward_output.also("a loop over the examples", """
def backward_output(params, x, a, d_y):
    names = [name for name in ("b", "U", "W") if name in params]
    grads = {name: torch.zeros_like(params[name]) for name in names}
    d_a, d_x = torch.zeros_like(a), torch.zeros_like(x)
    for i in range(len(d_y)):
        grads["b"] += d_y[i]
        grads["U"] += torch.outer(d_y[i], a[i])
        d_a[i] = params["U"].T.mv(d_y[i])
        if "W" in params:
            grads["W"] += torch.outer(d_y[i], x[i])
            d_x[i] = params["W"].T.mv(d_y[i])
    return grads, d_a, d_x
""")
