"""A module: the probe `module`."""

from autograder.draw import ramp
from autograder.exercise import exercise
from tests.kinds import references
from tests.kinds.hints import HINTS

highway = exercise(
    "Highway",
    of=references.Highway,
    points=4,
    minutes=15,
    level=2,
    probe="module",
    hints=HINTS,
    parts={"given weights": 3, "start": 1},
)


def _weights(size):
    shapes = {"hidden.weight": (size, size), "hidden.bias": (size,), "gate.weight": (size, size), "gate.bias": (size,)}
    return {name: ramp(*shape, start=10.0 * i) for i, (name, shape) in enumerate(shapes.items())}


@highway.cases
def _(r):
    yield "given weights", dict(init={"size": 2, "bias": -1.0}, weights=_weights(2), inputs=[ramp(3, 2, start=50)])
    yield "start", dict(init={"size": 3, "bias": -2.0}, weights=None, inputs=[ramp(2, 3)])
    size = 2 + r.below(4)
    yield "start", dict(init={"size": size, "bias": r.between(-3, 3)}, weights=None, inputs=[r.normal(3, size)])
    shapes = dict(hidden__weight=(4, 4), hidden__bias=(4,), gate__weight=(4, 4), gate__bias=(4,))
    yield (
        "given weights",
        dict(init={"size": 4, "bias": r.between(-3, 3)}, weights=r.weights(**shapes), inputs=[r.normal(2, 5, 4)]),
    )


highway.mistake(
    "gate the wrong way round",
    "t * torch.relu(self.hidden(x)) + (1 - t) * x",
    "(1 - t) * torch.relu(self.hidden(x)) + t * x",
    "t opens the transform, 1 - t carries: yours are swapped.",
)
highway.mistake("carry not gated", "(1 - t) * x", "x", "You add all of x. The carry gate is 1 - t.")
highway.mistake("no relu", "torch.relu(self.hidden(x))", "self.hidden(x)", "The transform is linear without its relu.")
highway.mistake(
    "gate's bias not set",
    "nn.init.constant_(self.gate.bias, bias)",
    "",
    "The gate's bias starts at `bias`, so that it carries at first.",
)
highway.mistake(
    "detached gate",
    "torch.sigmoid(self.gate(x))",
    "torch.sigmoid(self.gate(x)).detach()",
    "No gradient reaches the gate: it is detached.",
)
highway.also(
    "lerp",
    """
class Highway(nn.Module):
    def __init__(self, size, bias):
        super().__init__()
        self.hidden, self.gate = nn.Linear(size, size), nn.Linear(size, size)
        self.gate.bias.data.fill_(bias)

    def forward(self, x):
        return torch.lerp(x, self.hidden(x).clamp(min=0), self.gate(x).sigmoid())
""",
)
highway.also(
    "own matrices",
    """
class Highway(nn.Module):
    def __init__(self, size, bias):
        super().__init__()
        self.hidden, self.gate = nn.Linear(size, size), nn.Linear(size, size)
        with torch.no_grad():
            self.gate.bias[:] = bias

    def forward(self, x):
        h = (x @ self.hidden.weight.T + self.hidden.bias).relu()
        t = 1 / (1 + torch.exp(-(x @ self.gate.weight.T + self.gate.bias)))
        return x + t * (h - x)
""",
)
