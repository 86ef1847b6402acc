"""Bengio's table 1, on our text: a row a model, perplexity of validation and test text, seeds and spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .spread import mean_and_sd, plus_minus

# Bengio et al. 2003, table 1, the rows that have a counterpart here: (test perplexity). His text is the same, his
# vocabulary (16,383 words, punctuation included) and his test text (181,041 words) are not ours.
PAPER = {
    "interpolated trigram": 336,
    "Kneser–Ney, n = 3": 323,
    "Kneser–Ney, n = 4": 321,
    "Kneser–Ney, n = 5": 321,
    "class-based back-off, 500 classes": 312,
    "network (MLP9)": 276,
    "network and trigram (MLP10)": 252,
}


@dataclass(frozen=True)
class Row:
    """validation, test: perplexities, one a seed, or one where there is no chance in it; seconds: CPU, to make it;
    paper: the row of PAPER that it answers, or empty."""

    name: str
    validation: tuple[float, ...]
    test: tuple[float, ...]
    seconds: tuple[float, ...]
    paper: str = ""


@dataclass(frozen=True)
class BengioTable:
    """rows: in the order of the table; words: known, `</s>` and `UNK_` included; unknown: share of the test's words."""

    rows: Sequence[Row]
    words: int
    unknown: float

    def row(self, name: str) -> Row:
        """Raises KeyError with the names that there are."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(f"no row {name!r}: there are {', '.join(row.name for row in self.rows)}")

    def below(self, name: str, other: str) -> tuple[float, float]:
        """By how many per cent `name` is below `other` on the test text: mean and deviation over the seeds."""
        level = mean_and_sd(self.row(other).test)[0]
        return mean_and_sd([100 * (1 - value / level) for value in self.row(name).test])

    def __str__(self) -> str:
        width = max(len(row.name) for row in self.rows)
        lines = [f"{'':{width}}     validation           test       CPU s"]
        for row in self.rows:
            figures = [f"{plus_minus(*mean_and_sd(values)):>15}" for values in (row.validation, row.test)]
            lines.append(f"{row.name:{width}}{''.join(figures)}{mean_and_sd(row.seconds)[0]:12.1f}")
        return "\n".join([*lines, f"{self.words:,} words can come next; {self.unknown:.1%} of the test's are UNK_."])

    def markdown(self) -> str:
        """The table of the results page, with the paper's figures beside ours."""
        lines = ["| model | validation | test | CPU s | test in the paper |", "|---|---|---|---|---|"]
        for row in self.rows:
            figures = [plus_minus(*mean_and_sd(values)) for values in (row.validation, row.test)]
            theirs = f"{PAPER[row.paper]} ({row.paper})" if row.paper else ""
            lines.append(f"| {row.name} | {' | '.join(figures)} | {mean_and_sd(row.seconds)[0]:.1f} | {theirs} |")
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """Plain data; `from_data` reads it."""
        return {"rows": [asdict(row) for row in self.rows], "words": self.words, "unknown": self.unknown}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> BengioTable:
        """What `data` returned."""
        rows = [
            Row(r["name"], tuple(r["validation"]), tuple(r["test"]), tuple(r["seconds"]), r["paper"])
            for r in data["rows"]
        ]
        return cls(rows, data["words"], data["unknown"])
