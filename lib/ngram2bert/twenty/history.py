"""The twenty errors through the course: what every model so far gave each of the twenty words, bits in a heat map.

summary({"trigram": rerun(..), "LSTM": rerun(..)})    # mean bits, how many among the first ten, who is better where
followed()                                            # the shipped models of all chapters, as recorded
followed(upto="05", mine=rerun(..))                   # chapters 01 to 05, and a model of one's own below them
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .places import PLACES
from .rerun import Answer

FIRST = 10


@dataclass(frozen=True)
class Row:
    """name: the model's; chapter: where it is built, "" for a live one; reads: what of the text it can use; bits:
    -log2 p of each of the twenty words; ranks: of each, None where the model does not know the word."""

    name: str
    chapter: str
    reads: str
    bits: tuple[float, ...]
    ranks: tuple[int | None, ...]

    @property
    def mean(self) -> float:
        """Bits a word."""
        return math.fsum(self.bits) / len(self.bits)

    @property
    def in_ten(self) -> int:
        """How many of the words are among the model's first ten guesses."""
        return sum(rank is not None and rank <= FIRST for rank in self.ranks)


def row_of(name: str, answers: Sequence[Answer], chapter: str = "", reads: str = "") -> Row:
    """From what `rerun` returned."""
    return Row(name, chapter, reads, tuple(a.bits for a in answers), tuple(a.rank for a in answers))


def recorded(upto: str = "99") -> list[Row]:
    """The models of the chapters up to this one, in their order. Raises FileNotFoundError where there is no record."""
    from ..claims.record import committed

    rows = [row_from(data) for data in committed("06-twenty")["data"]["rows"]]
    return [row for row in rows if row.chapter <= upto]


def summary(runs: Mapping[str, Sequence[Answer]]) -> str:
    """A line a model: mean bits, and how many of the words are among its first ten; and at how many places it is better
    than the first model.

    runs: what `rerun` returned, by the model's name. Print what is returned.
    """
    rows = [row_of(name, answers) for name, answers in runs.items()]
    wide = max(len(row.name) for row in rows)
    lines = []
    for row in rows:
        line = (
            f"{row.name:{wide}}  mean {row.mean:5.2f} bits, {row.in_ten:2} of {len(row.bits)} among its first {FIRST}"
        )
        if row is not rows[0]:
            better = [
                answer.place.word for answer, was in zip(runs[row.name], rows[0].bits, strict=True) if answer.bits < was
            ]
            line += f", better than {rows[0].name} at {len(better)}{': ' if better else ''}{', '.join(better)}"
        lines.append(line)
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> str:
    """Models by what they read: mean bits and first ten, as text."""
    wide, reads = max(len(row.name) for row in rows), max(len(row.reads) for row in rows)
    head = f"{'':7}  {'':{wide}}  {'reads':{reads}}  mean bits  among the first {FIRST}"
    lines = [
        f"{row.chapter or 'live':7}  {row.name:{wide}}  {row.reads:{reads}}  {row.mean:9.2f}  {row.in_ten:12} of 20"
        for row in rows
    ]
    return "\n".join([head, *lines])


def followed(upto: str = "99", /, **live: Sequence[Answer]) -> Any:
    """A picture (`plots.Picture`): a row a model, a column a place, darker for more bits, the figure in each field.

    upto: the last chapter whose models are shown. live: what `rerun` returned, by a name; a row of that name on record
    is replaced, another goes below.
    """
    rows = {row.name: row for row in recorded(upto)}
    for name, answers in live.items():
        old = rows.get(name)
        rows[name] = row_of(name, answers, old.chapter if old else "", old.reads if old else "")
    return picture(list(rows.values()))


def picture(rows: Sequence[Row]) -> Any:
    """The heat map of `followed`."""
    from .. import plots

    figure, axes = plots.figure(width=9.6, height=0.42 * len(rows) + 1.7)
    bits = [[min(value, 20.0) for value in row.bits] for row in rows]
    axes.imshow(bits, aspect="auto", cmap="Greys", vmin=0, vmax=20)
    for i, row in enumerate(rows):
        for j, value in enumerate(row.bits):
            rank = row.ranks[j]
            bold = "bold" if rank is not None and rank <= FIRST else "normal"
            told = f"{value:.0f}" if math.isfinite(value) else "–"
            ink = "white" if value > 10 else plots.INK
            axes.text(j, i, told, ha="center", va="center", color=ink, fontsize=8, fontweight=bold)
    axes.set_yticks(range(len(rows)), [f"{row.name}  ({row.mean:.1f})" for row in rows])
    axes.set_xticks(range(len(PLACES)), [word for *_, word in PLACES], rotation=60, ha="right")
    axes.grid(False)
    plots.label(axes, "the word that came (bold: among the model's first ten guesses)", "model (mean bits)")
    means = "; ".join(f"{row.name} {row.mean:.1f}, {row.in_ten} among the first {FIRST}" for row in rows)
    return plots.picture(figure, f"Bits of the twenty words under each model. Mean bits: {means}.")


def data_of(row: Row) -> dict[str, Any]:
    """Plain data; bits to two places, None for an unknown word."""
    bits = [round(value, 2) if math.isfinite(value) else None for value in row.bits]
    return {**vars(row), "bits": bits, "ranks": list(row.ranks)}


def row_from(data: dict[str, Any]) -> Row:
    """What `data_of` returned."""
    bits = tuple(math.inf if value is None else value for value in data["bits"])
    return Row(**{**data, "bits": bits, "ranks": tuple(data["ranks"])})
