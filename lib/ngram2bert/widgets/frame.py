"""A picture that follows sliders; a still picture where nobody can slide."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython

from ..plots import Picture


class Sliding(ipywidgets.VBox):
    """Sliders above a picture. A front end without widgets is sent the first picture as it is."""

    def __init__(self, draw: Callable[..., Picture], sliders: Mapping[str, ipywidgets.Widget]):
        self._draw, self._sliders, self._shown = draw, dict(sliders), ipywidgets.HTML()
        self._still = now(draw, sliders)
        super().__init__([*sliders.values(), self._shown])
        self.add_class("n2b-widget")
        for slider in sliders.values():
            slider.observe(self._redraw, names="value")
        self._put(self._still)

    def _redraw(self, _change: Any) -> None:
        self._put(now(self._draw, self._sliders))

    def _put(self, drawn: Picture) -> None:
        self._shown.value = f'{drawn.html()}<p role="status" style="max-width: 46rem; line-height: 1.4">{drawn.alt}</p>'

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        data = super()._repr_mimebundle_(**kwargs) or {}
        still, _ = self._still._repr_mimebundle_()
        return {**still, **data, "text/plain": self._still.alt}


def now(draw: Callable[..., Picture], sliders: Mapping[str, ipywidgets.Widget]) -> Picture:
    """The picture for where the sliders stand."""
    return draw(**{name: slider.value for name, slider in sliders.items()})


def slide_or_still(draw: Callable[..., Picture], **sliders: ipywidgets.Widget) -> Sliding | Picture:
    """The widget in a live kernel; its first picture while notebooks are built, and without a kernel.

    draw: from the sliders' values, by name, to a Picture whose `alt` is also written under it.
    """
    live = getattr(get_ipython(), "kernel", None) is not None and os.environ.get("NGRAM2BERT_BUILD") != "1"
    return Sliding(draw, sliders) if live else now(draw, sliders)
