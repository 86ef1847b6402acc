"""What `chen_goodman.run` found: a table, a picture, differences with their spread, and the data for a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from .. import plots
from .spread import mean_and_sd, plus_minus

BEST = "modified_kneser_ney"
NAMES = {
    "add_k": "add k (k tuned)",
    "interpolated": "Jelinek–Mercer, a weight an order",
    "jelinek_mercer": "Jelinek–Mercer, buckets",
    "absolute": "absolute discounting",
    "katz": "Katz",
    "kneser_ney": "Kneser–Ney",
    "modified_kneser_ney": "modified Kneser–Ney",
}
ORDER_NAMES = {1: "unigrams", 2: "bigrams", 3: "trigrams"}
DRAWN = {"jelinek_mercer": 0, "katz": 1, "absolute": 2, "kneser_ney": 3}  # lines of the picture


@dataclass(frozen=True)
class Cell:
    """One method on one amount of text.

    bits: (R,) test bits a token, one for each draw of the training text; again: (R',) what the spread is taken over,
    `bits` itself or, for a single draw, bootstrap resamples of the test text; whole: is there only this one draw?
    seconds: CPU, counting and fitting, the fastest draw.
    """

    size: int
    order: int
    method: str
    bits: Tensor
    again: Tensor
    whole: bool
    seconds: float


class Ladder:
    """Cells by size, order and method; numbers are perplexities on the test text and percentages of them."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = {(cell.size, cell.order, cell.method): cell for cell in cells}
        self.sizes: list[int] = list(dict.fromkeys(cell.size for cell in cells))
        self.orders: list[int] = list(dict.fromkeys(cell.order for cell in cells))
        self.methods: list[str] = list(dict.fromkeys(cell.method for cell in cells))

    def cell(self, method: str, size: int, order: int) -> Cell:
        """One cell. Raises KeyError with what there is."""
        if (size, order, method) not in self.cells:
            raise KeyError(
                f"no {method!r} of order {order} on {size} tokens: methods {self.methods}, orders {self.orders}, "
                f"sizes {self.sizes}"
            )
        return self.cells[size, order, method]

    def perplexity(self, method: str, size: int, order: int) -> tuple[float, float]:
        """Mean over the draws and its spread."""
        cell = self.cell(method, size, order)
        mean, _ = mean_and_sd((2**cell.bits).tolist())
        return mean, mean_and_sd((2**cell.again).tolist())[1]

    def above(self, method: str, other: str, size: int, order: int) -> tuple[float, float]:
        """By how many per cent the perplexity of `method` is above that of `other`: mean and spread, paired."""
        one, two = self.cell(method, size, order), self.cell(other, size, order)
        mean, _ = mean_and_sd((100 * (2 ** (one.bits - two.bits) - 1)).tolist())
        return mean, mean_and_sd((100 * (2 ** (one.again - two.again) - 1)).tolist())[1]

    def gain_percent(self, method: str, other: str, size: int, order: int = 3) -> float:
        """By how many per cent the perplexity of `method` is below that of `other`."""
        one, two = self.cell(method, size, order), self.cell(other, size, order)
        return 100 * float((1 - 2 ** (one.bits - two.bits)).mean())

    def table(self) -> str:
        """Perplexities, and per cent above modified Kneser-Ney, as text."""
        wide = max(map(len, (NAMES[method] for method in self.methods)))
        lines = []
        for order in self.orders:
            lines.append(f"{order_name(order)}: test perplexity (per cent above modified Kneser–Ney, or times as high)")
            lines.append(f"{'training tokens':<{wide}}" + "".join(f"{size:>21,}" for size in self.sizes))
            for method in self.methods:
                row = f"{NAMES[method]:<{wide}}"
                for size in self.sizes:
                    mean, _ = self.perplexity(method, size, order)
                    row += f"{mean:8.1f} {self._percent(method, size, order):>12}"
                lines.append(row)
            lines.append("")
        return "\n".join([*lines, self.spread_note()])

    def _percent(self, method: str, size: int, order: int) -> str:
        if method == BEST:
            return ""
        mean, sd = self.above(method, BEST, size, order)
        return f"({1 + mean / 100:.1f} times)" if mean >= 100 else f"({plus_minus(mean, sd)})"

    def spread_note(self) -> str:
        """What the ± of the table are."""
        whole = {cell.size for cell in self.cells.values() if cell.whole}
        some = [size for size in self.sizes if size not in whole]
        notes = [f"over {len(self.cells[some[0], self.orders[0], BEST].bits)} draws of sentences"] if some else []
        notes += [f"at {', '.join(f'{size:,}' for size in sorted(whole))} over resampled test texts"] if whole else []
        return f"±: standard deviation, {'; '.join(notes)}."

    def plot(self) -> plots.Picture:
        """How far each method is above modified Kneser-Ney, a panel an order."""
        figure, axes = plots.figure(
            columns=len(self.orders), width=4.1 * len(self.orders) + 0.4, height=3.3, sharey=True, squeeze=False
        )
        for panel, order in zip(axes[0], self.orders, strict=True):
            for method, number in DRAWN.items():
                percents, spreads = zip(*(self.above(method, BEST, size, order) for size in self.sizes), strict=True)
                panel.errorbar(self.sizes, percents, spreads, capsize=2, label=NAMES[method], **plots.line(number))
            panel.axhline(0, color=plots.FAINT, linewidth=1)
            panel.set_xscale("log")
            panel.set_xticks(self.sizes, [f"{size / 1000:g} k" for size in self.sizes])
            panel.minorticks_off()
            plots.label(panel, "training tokens", "% above modified Kneser–Ney", order_name(order).capitalize())
        axes[0][-1].legend()
        return plots.picture(figure, self.alt())

    def alt(self) -> str:
        """The picture in words."""
        ends = (self.sizes[0], self.sizes[-1])
        said = []
        for order in self.orders:
            parts = [
                f"{NAMES[method]} {' and '.join(f'{self.above(method, BEST, size, order)[0]:.1f}' for size in ends)}"
                for method in DRAWN
            ]
            said.append(f"{order_name(order)}: {', '.join(parts)}")
        return (
            f"Per cent of perplexity above modified Kneser–Ney, at {ends[0]:,} and at {ends[1]:,} training tokens. "
            f"{'; '.join(said)}. Not drawn: add k and the mixture with one weight an order, which are far above."
        )

    def data(self) -> list[dict[str, Any]]:
        """A plain record a cell, for JSON."""
        records = []
        for cell in self.cells.values():
            mean, sd = self.perplexity(cell.method, cell.size, cell.order)
            above, spread = self.above(cell.method, BEST, cell.size, cell.order)
            records.append(
                {
                    "tokens": cell.size,
                    "order": cell.order,
                    "method": cell.method,
                    "perplexity": round(mean, 3),
                    "perplexity_sd": None if math.isnan(sd) else round(sd, 3),
                    "percent_above_modified_kneser_ney": round(above, 3),
                    "percent_sd": None if math.isnan(spread) else round(spread, 3),
                    "spread_over": "test sentences" if cell.whole else f"{len(cell.bits)} draws",
                    "cpu_seconds": round(cell.seconds, 3),
                }
            )
        return records


def order_name(order: int) -> str:
    """`trigrams` for 3."""
    return ORDER_NAMES.get(order, f"{order}-grams")
