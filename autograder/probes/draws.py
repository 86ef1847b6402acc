"""Draw twice from the same seed and once from another: the rows of the first are tested against the exact law.

seed  of the torch.Generator handed to the learner's function as `generator`
"""


def probe(target, seed, **case):
    def draw(s):
        return target(**case, generator=torch.Generator().manual_seed(s))

    return {"draws": draw(seed), "again": draw(seed), "other": draw(seed + 1)}
