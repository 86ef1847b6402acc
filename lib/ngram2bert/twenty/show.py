"""The twenty errors on the page: the text with the word marked, and what each model made of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from .places import REASONS, Labels, Place, check_labels
from .rerun import Answer

WIDTH = 110  # of the text version, in characters
EARLIER = 160  # characters of the text before the sentence
STYLE = (
    "<style>.n2b-twenty{max-width:60rem;padding-left:2em}.n2b-twenty li{margin:0 0 .8em}"
    ".n2b-twenty .earlier,.n2b-twenty .said{opacity:.75}.n2b-twenty mark{font-weight:bold;padding:0 .15em}</style>"
)


@dataclass(frozen=True)
class Sheet:
    """What `show` returns: HTML where there is a page, text elsewhere."""

    html: str
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def show(runs: Mapping[str, Sequence[Answer]] | Sequence[Answer], labels: Labels | None = None) -> Sheet:
    """The places that were asked, with what one model or several said.

    runs: what `rerun` returned, or several of them by the models' names, over the same places; labels: shown beside
    the places, the learner's own.
    """
    named = runs if isinstance(runs, Mapping) else {"": runs}
    labels = labels or {}
    check_labels(labels)
    rows = list(zip(*named.values(), strict=True))
    items, lines = [], []
    for row in rows:
        place = row[0].place
        reason = labels.get(place.number, "")
        said = [f"{name + ': ' if name else ''}{_said(answer)}" for name, answer in zip(named, row, strict=True)]
        items.append(_item(place, said, reason))
        lines.append(_lines(place, said, reason))
    return Sheet(f'{STYLE}<ol class="n2b-twenty">{"".join(items)}</ol>', "\n\n".join(lines))


def reasons() -> Sheet:
    """The reasons to choose from, a line each."""
    rows = "".join(f"<dt><b>{name}</b></dt><dd>{escape(meaning)}</dd>" for name, meaning in REASONS.items())
    text = "\n".join(f"{name:10} {meaning}" for name, meaning in REASONS.items())
    return Sheet(f"<dl>{rows}</dl>", text)


def joined(words: Iterable[str]) -> str:
    """Words as text, Brown's quotation marks as one prints them."""
    return " ".join(words).replace("`` ", "“").replace("``", "“").replace(" ''", "”").replace("''", "”")


def _said(answer: Answer) -> str:
    """One model's answer in a line."""
    guesses = ", ".join(f"{word} {p:.3f}" for word, p in answer.guesses)
    if answer.rank is None:
        return f"does not know the word; guesses {guesses}"
    return f"p = {answer.p:.2g}, rank {answer.rank:,}; guesses {guesses}"


def _earlier(place: Place) -> str:
    """The end of the text before the sentence."""
    text = joined(word for sentence in place.earlier[-4:] for word in sentence)
    if len(text) <= EARLIER:
        return text
    return "… " + text[-EARLIER:].split(" ", 1)[-1]


def _item(place: Place, said: Sequence[str], reason: str) -> str:
    before, after = escape(joined(place.before)), escape(joined(place.after))
    label = f" <b>[{escape(reason)}]</b>" if reason else ""
    answers = "".join(f'<div class="said">{escape(line)}</div>' for line in said)
    return (
        f'<li value="{place.number}"><span class="earlier">{escape(_earlier(place))}</span> {before} '
        f"<mark>{escape(place.word)}</mark> {after} <small>({escape(place.genre)})</small>{label}{answers}</li>"
    )


def _lines(place: Place, said: Sequence[str], reason: str) -> str:
    text = f"({_earlier(place)}) {joined(place.before)} >>{place.word}<< {joined(place.after)}"
    head = f"{place.number:2}. {place.genre}{', ' + reason if reason else ''}"
    return "\n".join(
        [
            head,
            *textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    "),
            *(f"    {s}" for s in said),
        ]
    )
