"""What a learner's cell showed, with nothing in it that a browser would run: text, and pictures that are pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

TEXT = 20_000  # characters of one output
PICTURE = 4_000_000  # characters of one picture, in base64
ALL = 12_000_000  # characters of a notebook's outputs
MANY = 50  # outputs of one cell
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
CUT = "\n... left out here ..."


class Outputs:
    """Copies outputs of one notebook as long as there is room. HTML, SVG, scripts and widgets stay behind."""

    def __init__(self) -> None:
        self.room = ALL

    def of(self, cell: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The outputs of a code cell as they may be shown."""
        outputs = cell.get("outputs")
        kept: list[dict[str, Any]] = []
        for output in outputs[:MANY] if isinstance(outputs, list) else ():
            if isinstance(output, dict) and (safe := self._safe(output)):
                size = sum(len(text) for text in _texts(safe))
                if size > self.room:
                    return [*kept, _stream("stdout", CUT.strip() + "\n")]
                self.room -= size
                kept.append(safe)
        return kept

    def _safe(self, output: Mapping[str, Any]) -> dict[str, Any] | None:
        kind = output.get("output_type")
        if kind == "stream":
            return _stream("stderr" if output.get("name") == "stderr" else "stdout", text(output.get("text")))
        if kind == "error":
            trace = output.get("traceback")
            lines = [line for line in trace if isinstance(line, str)] if isinstance(trace, list) else []
            name, value = text(output.get("ename")), text(output.get("evalue"))
            return {"output_type": "error", "ename": name, "evalue": value, "traceback": [_cut("\n".join(lines))]}
        data = output.get("data")
        if kind in ("display_data", "execute_result") and isinstance(data, dict):
            shown: dict[str, Any] = pictures(data)
            if "text/plain" in data:
                shown["text/plain"] = text(data["text/plain"])
            return {"output_type": "display_data", "data": shown, "metadata": {}} if shown else None
        return None


def pictures(data: Mapping[str, Any]) -> dict[str, str]:
    """{type: base64} of what is a PNG or a JPEG by its first bytes, and base64 throughout."""
    found = {}
    for kind, begins in PICTURES.items():
        encoded = joined(data.get(kind))
        encoded = "".join(encoded.split()) if len(encoded) <= PICTURE else ""
        try:
            if encoded and base64.b64decode(encoded, validate=True).startswith(begins):
                found[kind] = encoded
        except (binascii.Error, ValueError):
            continue
    return found


def text(value: Any) -> str:
    """A text of an output, cut where it is very long."""
    return _cut(joined(value))


def joined(value: Any) -> str:
    """A text of JSON's notebook, which may come as a list of lines; "" where it is none."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _cut(value: str) -> str:
    return value if len(value) <= TEXT else value[:TEXT] + CUT


def _stream(name: str, said: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": said}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
