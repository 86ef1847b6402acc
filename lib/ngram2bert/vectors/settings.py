"""The settings that all methods share: one can be changed while the rest stays, which is Levy et al. 2015's point."""

from __future__ import annotations

from dataclasses import dataclass

METHODS = ("skipgram", "cbow", "glove", "ppmi-svd")


@dataclass(frozen=True)
class Settings:
    """m: numbers a vector; window: words on either side; epochs: readings of the text (GloVe: of its table of counts).

    sample: t of subsampling, 0 for none, before the windows, for every method. context: "reach" for word2vec's windows,
    whose reach is drawn anew for each word (a neighbour at distance d counts (window - d + 1) / window on average),
    "harmonic" for GloVe's 1/d, "flat" for 1; the counting methods use the average, the predicting ones know only
    "reach" and "flat".
    noise, power: k and the exponent of the noise distribution; rate: of learning, 0 for the method's own.
    spread: CBOW only; True as gensim and word2vec.c do it: each word of the window gets the whole gradient of their
    mean, not its share. shift, smoothing, eigen: of PPMI and SVD. x_max, alpha: of GloVe's weights.
    """

    m: int = 100
    window: int = 5
    epochs: int = 5
    sample: float = 1e-3
    context: str = "reach"
    noise: int = 5
    power: float = 0.75
    rate: float = 0.0
    spread: bool = True
    shift: float = 1.0
    smoothing: float = 0.75
    eigen: float = 0.5
    x_max: float = 100.0
    alpha: float = 0.75

    def __post_init__(self) -> None:
        if self.m < 1 or self.window < 1 or self.epochs < 1 or self.noise < 1:
            raise ValueError(f"m, window, epochs and noise must be 1 or more; got {self}")
        if self.context not in ("reach", "harmonic", "flat"):
            raise ValueError(f"context is {self.context!r}; wanted reach, harmonic or flat")

    def weight(self, distance: int) -> float:
        """What a neighbour at this distance counts on average, 1 for the next word."""
        if self.context == "reach":
            return (self.window - distance + 1) / self.window
        return 1 / distance if self.context == "harmonic" else 1.0
