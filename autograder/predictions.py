"""Say what you expect before you see it: an 80% interval, kept and scored, shows how sure a learner may be."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from autograder import here
from autograder.card_html import frame
from autograder.errors import UserError
from autograder.progress import Record

SHARE = 0.8


def ask(record: Record, claim: str, question: str, unit: str, low: float | None, high: float | None) -> None:
    """Show the form of a claim, or keep the interval that is given as arguments."""
    if low is not None and high is not None:
        keep(record, claim, low, high)
    kept = record.predictions().get(claim)
    call = f'predict("{claim}", low=..., high=...)'
    said = f"{question} Give two numbers{f' ({unit})' if unit else ''} that you are 80% sure hold it: {call}"
    here.show(
        frame(
            f"<b>{escape(question)}</b><br>"
            "Give two numbers between which you are 80% sure that it lies. Then run the next cell."
        ),
        said + (f"\nYou said: {span(kept[0], kept[1], unit)}." if kept else ""),
    )
    if here.widgets() and (kept is None or kept[2] is None):
        _form(record, claim, unit, kept)
    elif kept:
        here.show(frame(f"You said: {span(kept[0], kept[1], unit)}."), f"You said: {span(kept[0], kept[1], unit)}.")


def keep(record: Record, claim: str, low: float, high: float) -> None:
    """Keep an interval. Raises UserError where it is none, or where the figure is known already."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UserError(f"{low:g} to {high:g} is no interval: give two numbers, the smaller one first")
    if (shown := record.revealed(claim)) is not None:
        raise UserError(f"what came out for {claim} has been shown to you already ({shown:.3g}); predict the next one")
    record.predict(claim, low, high)


def _form(record: Record, claim: str, unit: str, kept: tuple[float, float, float | None] | None) -> None:
    import ipywidgets
    from IPython.display import publish_display_data

    narrow: dict[str, Any] = {"layout": {"width": "11em"}, "style": {"description_width": "4em"}}
    low = ipywidgets.FloatText(value=kept[0] if kept else 0.0, description="from", **narrow)
    high = ipywidgets.FloatText(value=kept[1] if kept else 0.0, description=f"to ({unit})" if unit else "to", **narrow)
    button, said = ipywidgets.Button(description="Keep"), ipywidgets.HTML()

    def press(_: Any) -> None:
        try:
            keep(record, claim, low.value, high.value)
            said.value = f"Kept: {escape(span(low.value, high.value, unit))}."
        except UserError as error:
            said.value = escape(str(error))

    button.on_click(press)
    whole = ipywidgets.VBox([ipywidgets.HBox([low, high, button]), said]).add_class("n2b-buttons")
    publish_display_data({**whole._repr_mimebundle_(), "text/plain": f'predict("{claim}", low=..., high=...)'})


def show(record: Record, claim: str, value: float, unit: str) -> None:
    """Show what came out beside what was expected, and how sure the learner should be from now on."""
    if not math.isfinite(value):
        said = f"It came out as {value}: there is no number to compare with."
        here.show(frame(escape(said)), said)
        return
    kept = record.predictions().get(claim)
    record.reveal(claim, value)
    if kept is None:
        figure = f"{value:.3g} {unit}".strip()
        said = f"It came out as {figure}. You had not predicted it: next time, do; it is worth the ten seconds."
    else:
        record.reveal(claim, value)
        place = "inside" if kept[0] <= value <= kept[1] else "outside"
        said = f"You said {span(kept[0], kept[1], unit)}. It came out as {value:.3g}: {place} your interval. "
        said += calibration(record)
    here.show(frame(escape(said)), said)


def calibration(record: Record) -> str:
    """How often the learner's intervals held the figure so far; '' without any."""
    revealed = [(low, high, value) for low, high, value in record.predictions().values() if value is not None]
    if not revealed:
        return ""
    held = sum(low <= value <= high for low, high, value in revealed)
    n, expected = len(revealed), SHARE * len(revealed)
    if n < 5:
        verdict = "From five on this says something about you."
    elif held < expected - 1.5 * math.sqrt(n * SHARE * (1 - SHARE)):
        verdict = "You are surer than you should be: make your intervals wider."
    elif held == n and n >= 10:
        verdict = "You are less sure than you could be: make your intervals narrower."
    else:
        verdict = "That is about right."
    return (
        f"So far {held} of your {n} intervals held what came out; at 80% it should be about {expected:.0f}. {verdict}"
    )


def span(low: float, high: float, unit: str) -> str:
    """`3 to 7 %`."""
    return f"{low:g} to {high:g} {unit}".strip()
