"""Train, validation, test: where a text goes depends on its name alone."""

from ngram2bert.corpora.splits import digest


def split_by_hash(names: list[str], validation: float, test: float) -> list[str]:
    """The part that each name belongs to: "test", "validation" or "train".

        u = digest(name) / 2^64
        test  where u < test;   validation  where test <= u < test + validation;   train  elsewhere

    `digest` scatters names evenly over 0 .. 2^64 - 1, the same on every machine and on every day. So a name keeps its
    part whatever else is in the list, and what bears one name is never in two parts.

    names: one a text, the same for texts that belong together; validation, test: shares between 0 and 1, together at
    most 1. Returns one word a name, in the same order.
    """
    parts = []
    for name in names:
        u = digest(name) / 2**64
        if u < test:
            parts.append("test")
        elif u < test + validation:
            parts.append("validation")
        else:
            parts.append("train")
    return parts
