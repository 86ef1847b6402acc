"""Hints, one at a time: as a button where buttons work, and by name anywhere."""

from __future__ import annotations

from typing import Any

from autograder import here
from autograder.card_html import frame
from autograder.errors import UserError
from autograder.exercise import Exercise
from autograder.markdown import to_html, to_line
from autograder.progress import Record

_offered: dict[str, Any] = {}  # exercise -> the box of its last button


def box(exercise: Exercise, number: int) -> str:
    """A hint as HTML, numbered from 1."""
    return (
        f'<div class="n2b-label" style="margin-top:0">Hint {number} of {len(exercise.hints)}</div>'
        f'<div class="n2b-lead" style="margin-top:.1rem">{to_html(exercise.hints[number - 1])}</div>'
    )


def next_hint(exercise: Exercise, record: Record) -> None:
    """Show the next unread hint, or all again once all are read."""
    if not exercise.hints:
        raise UserError(f"{exercise.name} has no hints")
    read, many = record.hints_read(exercise.name), len(exercise.hints)
    numbers = [read + 1] if read < many else list(range(1, many + 1))
    record.read_hint(exercise.name, numbers[-1])
    if numbers[-1] < many:
        then = f'More: `hint("{exercise.name}")`'
    else:
        then = f'That was the last hint; `solution("{exercise.name}")` shows one way to write it.'
    text = "\n\n".join([f"Hint {n} of {many}: {exercise.hints[n - 1]}" for n in numbers] + [then])
    here.show(frame("".join(box(exercise, n) for n in numbers) + f'<p class="n2b-quiet">{to_line(then)}</p>'), text)


def offer(exercise: Exercise, record: Record) -> None:
    """A button for the next hint under the card; nothing where buttons do not work or all hints are read."""
    if exercise.name in _offered:  # its card was replaced: without this the views of a notebook pile up
        _offered.pop(exercise.name).close()
    if not exercise.hints or record.hints_read(exercise.name) >= len(exercise.hints) or not here.widgets():
        return
    import ipywidgets
    from IPython.display import publish_display_data

    button, shown = ipywidgets.Button(layout={"width": "auto"}), ipywidgets.HTMLMath()
    whole = ipywidgets.VBox([shown, button]).add_class("n2b-buttons")

    def label() -> None:
        read, many = record.hints_read(exercise.name), len(exercise.hints)
        button.description = f"Hint {read + 1} of {many}"
        if read >= many:
            whole.children = (shown,)

    def press(_button: Any) -> None:
        number = min(record.hints_read(exercise.name) + 1, len(exercise.hints))
        record.read_hint(exercise.name, number)
        said = f'All hints are read: `solution("{exercise.name}")` shows one way to write it.'
        last = f'<p class="n2b-quiet">{to_line(said)}</p>'
        body = shown.value.removesuffix("</div>").removeprefix(_start()) + box(exercise, number)
        shown.value = _start() + body + (last if number == len(exercise.hints) else "") + "</div>"
        label()

    label()
    button.on_click(press)
    _offered[exercise.name] = whole
    data = whole._repr_mimebundle_()
    publish_display_data({**data, "text/plain": f'the next hint: hint("{exercise.name}")'})


def _start() -> str:
    return frame("").removesuffix("</div>")
