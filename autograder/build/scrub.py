"""Make outputs fit to keep: no paths of this machine, no addresses, a picture in place of a live widget."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict, v4

from autograder.build.expand import LANGUAGE, OURS
from autograder.errors import UserError

VIEW = "application/vnd.jupyter.widget-view+json"
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
KERNEL_FILE = re.compile(r"[^\s\"'<>]{0,300}[/\\]ipykernel_\d+[/\\]\d+\.py")
PICTURE = re.compile(r"(data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+)")  # holds no path, and takes minutes to search for one
FOLDER = re.compile(r"[/\\]\.build-\w+")  # where the kernel ran: execute.py
LARGEST = 2_000_000  # characters of outputs a notebook

States = Mapping[str, Mapping[str, Any]]


def scrub(notebook: NotebookNode, states: States, root: Path) -> list[str]:
    """Clean the outputs in place. Returns a line for each cell that wrote to stderr, which is not kept."""
    remarks = []
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = from_dict(LANGUAGE)  # the kernel put its version there
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        kept = []
        for output in _without_widgets(cell.outputs, states):
            if output.output_type == "stream" and output.name == "stderr":
                last = (output.text.strip().splitlines() or [""])[-1]
                remarks.append(
                    f"{notebook.metadata[OURS]['chapter']}, cell {cell.id} wrote to stderr: {_clean(last, root)[:160]}"
                )
            else:
                kept.append(_cleaned(output, root))
        cell.outputs = kept
    _small_enough(notebook)
    return remarks


def _cleaned(output: NotebookNode, root: Path) -> NotebookNode:
    data = output.get("data", {})
    if "image/png" in data and data.get("text/html", "").startswith("<img "):
        del data["text/html"]  # the same picture again; its words stay, as text and as the image's `alt`
    if output.output_type == "stream":
        output.text = _clean(output.text, root)
    for kind, value in output.get("data", {}).items():
        if isinstance(value, str) and (kind.startswith("text/") or kind == "image/svg+xml"):
            output.data[kind] = _clean(value, root)
    return output


def _clean(text: str, root: Path) -> str:
    parts = PICTURE.split(text)  # every second one is a picture
    return "".join(part if i % 2 else _clean_text(part, root) for i, part in enumerate(parts))


def _clean_text(text: str, root: Path) -> str:
    text = FOLDER.sub("", KERNEL_FILE.sub("<cell>", text))
    places = {
        str(root.resolve()): ".",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
        tempfile.gettempdir(): "<tmp>",
        str(Path.home()): "~",
    }
    for place in sorted(places, key=len, reverse=True):
        if len(place) > 1:
            text = re.sub(rf"(?<![\w.-]){re.escape(place)}(?![\w.-])", places[place], text)
    return ADDRESS.sub("at 0x...", text)


def _without_widgets(outputs: list[NotebookNode], states: States) -> Iterator[NotebookNode]:
    for output in outputs:
        view = output.get("data", {}).get(VIEW)
        if view is None:
            yield output
        else:
            yield from _static(view["model_id"], states)


def _static(model: str, states: States) -> Iterator[NotebookNode]:
    """What a widget showed when the cell had run, without its controls: their values as a line of text."""
    family = list(_family(model, states, set()))
    if any("Progress" in state.get("_model_name", "") for state in family):
        return
    controls = [
        f"{state['description'].rstrip(' :=')} = {value}"
        for state in family
        if state.get("description") and (value := _value(state)) is not None
    ]
    if controls:
        text = f"A widget, here with {', '.join(controls)}; run this cell to move it."
        yield v4.new_output("display_data", data={"text/markdown": f"*{text}*", "text/plain": text})
    for state in family:
        match state.get("_model_name"):
            case "OutputModel":
                yield from _without_widgets([from_dict(output) for output in state.get("outputs", [])], states)
            case "ImageModel" if state.get("buffers"):
                kind = f"image/{state.get('format', 'png')}"
                yield v4.new_output("display_data", data={kind: state["buffers"][0]["data"], "text/plain": "a picture"})
            case "HTMLModel" | "HTMLMathModel" if state.get("value"):
                plain = re.sub(r"<[^>]+>", "", state["value"]).strip()
                yield v4.new_output("display_data", data={"text/html": state["value"], "text/plain": plain})


def _family(model: str, states: States, seen: set[str]) -> Iterator[Mapping[str, Any]]:
    if model in seen or model not in states:
        return
    seen.add(model)
    yield states[model]
    for child in states[model].get("children", ()):
        yield from _family(str(child).removeprefix("IPY_MODEL_"), states, seen)


def _value(state: Mapping[str, Any]) -> Any:
    labels, index = state.get("_options_labels"), state.get("index")
    if labels and isinstance(index, int):
        return labels[index]
    value = state.get("value")
    return (
        value
        if isinstance(value, (int, float, str)) and value != "" and "Button" not in state.get("_model_name", "")
        else None
    )


def _small_enough(notebook: NotebookNode) -> None:
    sizes = {
        cell.id: sum(len(str(output)) for output in cell.outputs) for cell in notebook.cells if cell.cell_type == "code"
    }
    if sum(sizes.values()) > LARGEST:
        worst = max(sizes, key=lambda name: sizes[name])
        raise UserError(
            f"{notebook.metadata[OURS]['chapter']}: its outputs take {sum(sizes.values()) / 1e6:.1f} MB, at most "
            f"{LARGEST / 1e6:g} may be; the largest is cell {worst}, {sizes[worst] / 1e6:.1f} MB: "
            "make its figures smaller, or its text shorter"
        )
