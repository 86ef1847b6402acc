"""A test as the answer: the probe `verdicts`."""

from autograder.exercise import exercise, implementations
from tests.kinds import references
from tests.kinds.hints import HINTS
from tests.kinds.scoring import log_softmax

judge_log_softmax = exercise(
    "judge_log_softmax",
    of=references.judge_log_softmax,
    points=4,
    minutes=15,
    level=3,
    probe="verdicts",
    parts={"right ways": 1, "mistakes": 3},
    hints=HINTS,
)


@judge_log_softmax.cases
def _(r):
    for label, source in implementations(log_softmax):
        yield label, dict(source=source, name="log_softmax")


judge_log_softmax.mistake(
    "last axis only",
    "for dim in (0, 1, -1):",
    "for dim in (1, -1):",
    "You never try `dim=0`: code that ignores `dim` passes.",
)
judge_log_softmax.mistake(
    "no huge scores",
    "[[1000.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -800.0, 1.0]]",
    "[[1.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -8.0, 1.0]]",
    "All your scores are small: nothing overflows.",
)
judge_log_softmax.mistake(
    "input not watched",
    "candidate(x, dim)",
    "candidate(x.clone(), dim)",
    "You do not look whether the input was changed.",
)
judge_log_softmax.wrong(
    "shape only",
    """
def judge_log_softmax(candidate):
    x = torch.randn(2, 3)
    return candidate(x, 1).shape == x.shape
""",
    "A shape says little: look at the numbers.",
)
judge_log_softmax.wrong(
    "accepts everything", "def judge_log_softmax(candidate):\n    return True\n", "Your test accepts everything."
)
judge_log_softmax.equivalent(
    "torch.tensor([[1000.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -800.0, 1.0]], dtyp... -> "
    "torch.tensor([[1000.0, 0.0, 3.0], [-2.0, 5.0, 4.5], [0.0, -800.0, 1.0]])",
    "single precision shows every mistake too",
)
judge_log_softmax.also(
    "by assertion",
    """
def judge_log_softmax(candidate):
    for dim in (0, 1):
        x = torch.tensor([[900.0, 1.0], [-700.0, 2.0], [0.5, 0.25]], dtype=torch.float64)
        got = candidate(x.clone(), dim)
        assert torch.allclose(got.exp().sum(dim), torch.ones(x.shape[1 - dim], dtype=torch.float64))
        y = x.clone()
        assert torch.allclose(candidate(y, dim), x - torch.logsumexp(x, dim, keepdim=True))
        assert torch.equal(x, y)
""",
)
judge_log_softmax.also(
    "against a loop",
    """
def judge_log_softmax(candidate):
    x = torch.tensor([[900.0, 1.0, 0.0], [-700.0, 2.0, 4.0]], dtype=torch.float64)
    keep = x.clone()
    rows = torch.stack([row - torch.logsumexp(row, 0) for row in keep])
    columns = torch.stack([c - torch.logsumexp(c, 0) for c in keep.T]).T
    ok = torch.allclose(candidate(x, 1), rows) and torch.allclose(candidate(x, 0), columns)
    return ok and torch.equal(x, keep)
""",
)
