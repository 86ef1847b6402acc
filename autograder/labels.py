"""The learner's own labels of the twenty errors: chosen beside the text, kept for every later chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder import here
from autograder.progress import Record
from ngram2bert.twenty import REASONS, Answer, reasons, show

NOT_YET = "choose a reason"


def kept(record: Record) -> dict[int, str]:
    """{number of the place: reason}, as far as the learner has chosen."""
    return {int(place): reason for place, reason in record.labels().items() if reason in REASONS}


def ask(record: Record, runs: Mapping[str, Sequence[Answer]] | Sequence[Answer]) -> None:
    """Show the reasons, the places with what the models said, and a menu a place."""
    labels = kept(record)
    for sheet in (reasons(), show(runs, labels)):
        here.show(sheet.html, sheet.text)
    if here.widgets():
        first = next(iter(runs.values())) if isinstance(runs, Mapping) else runs
        _menus(record, first, labels)


def _menus(record: Record, answers: Sequence[Answer], labels: Mapping[int, str]) -> None:
    import ipywidgets
    from IPython.display import publish_display_data

    def menu(place: Any) -> Any:
        options = [NOT_YET, *REASONS]
        made = ipywidgets.Dropdown(
            options=options,
            value=labels.get(place.number, NOT_YET),
            description=f"{place.number} {place.word}",
            layout={"width": "19em"},
            style={"description_width": "9em"},
        )
        made.observe(lambda change: record.label(str(place.number), change["new"]), names="value")
        return made

    whole = ipywidgets.HBox([menu(answer.place) for answer in answers], layout={"flex_flow": "row wrap"})
    text = "label_place(number, reason) keeps a reason where menus do not work"
    publish_display_data({**whole.add_class("n2b-buttons")._repr_mimebundle_(), "text/plain": text})
