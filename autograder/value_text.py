"""Values as a learner would type or print them, with one place marked.

A mark is a pair of private-use characters around a token; `card_html` makes an element of it, `card_text` arrows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.value_path import Path, is_array, one_token

OPEN, CLOSE = "\ue000", "\ue001"
MOST_ITEMS = 14  # of a list or a vector; what is left out is said
MOST_ROWS = 8
MOST_BLOCKS = 4
MOST_LETTERS = 300
ELLIPSIS = "…"


@dataclass
class Writer:
    """Writes values as text. `exact` turns False where something was rounded or left out.

    width   of a line, in characters
    digits  of a floating number
    code    write what can be run (`torch.tensor(..., dtype=...)`) rather than what is printed (`tensor(...)`)
    """

    width: int = 44
    digits: int = 5
    code: bool = False
    exact: bool = True

    def write(self, value: Any, path: Path | None = None) -> str:
        """The value on one or several lines; the place at `path` is marked (None marks nothing)."""
        if is_array(value):
            text = self._array(value, path)
        elif isinstance(value, Mapping):
            items = [f"{self.write(key)}: {self.write(item, _within(path, key))}" for key, item in value.items()]
            text = self._join(items, "{", "}", _position(path, list(value)))
        elif isinstance(value, (list, tuple, set, frozenset)):
            text = self._sequence(value, path)
        else:
            text = self._scalar(value)
        return OPEN + text + CLOSE if path == () and (one_token(value) or "\n" not in text) else text

    def _scalar(self, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, float):
            try:
                text = repr(value)
            except Exception:  # a class may define a broken __repr__
                text = f"<{type(value).__name__}>"
            text = text.replace(OPEN, "").replace(CLOSE, "")
            self.exact &= len(text) <= MOST_LETTERS
            return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS] + ELLIPSIS
        short = f"{value:.{self.digits}g}"
        if not math.isfinite(value):
            return f'float("{value}")' if self.code else short
        self.exact &= float(short) == value
        return short if "." in short or "e" in short else short + ".0"

    def _sequence(self, value: Any, path: Path | None) -> str:
        items = [self.write(item, _within(path, i)) for i, item in enumerate(value)]
        if isinstance(value, (set, frozenset)):
            return self._join(items, "{", "}", None) if items else f"{type(value).__name__}()"
        if isinstance(value, tuple):
            return self._join(items, "(", ",)" if len(items) == 1 else ")", _position(path, range(len(items))))
        return self._join(items, "[", "]", _position(path, range(len(items))))

    def _join(self, items: Sequence[str], left: str, right: str, marked: int | None) -> str:
        items = self._window(items, marked)
        line = left + ", ".join(items) + right
        if "\n" not in line and _length(line) <= self.width:
            return line
        rows, row = [], ""
        for item in items:  # as many on a line as fit; what has lines of its own stands alone
            if row and ("\n" in row + item or _length(row) + _length(item) + 2 > self.width - 2):
                rows.append(row)
                row = item
            else:
                row = f"{row}, {item}" if row else item
        rows.append(row)
        return left + ",\n ".join(row.replace("\n", "\n ") for row in rows) + right

    def _window(self, items: Sequence[str], marked: int | None) -> list[str]:
        if len(items) <= MOST_ITEMS:
            return list(items)
        self.exact = False
        start = _start(len(items), marked, MOST_ITEMS)
        shown = list(items[start : start + MOST_ITEMS])
        before, after = start, len(items) - start - len(shown)
        return [f"{ELLIPSIS} {before} before"] * (before > 0) + shown + [f"{ELLIPSIS} {after} more"] * (after > 0)

    def _array(self, value: Any, path: Path | None) -> str:
        tensor = torch.as_tensor(value).detach()
        index = path[0] if path else None
        place = index if isinstance(index, tuple) else () if index is None else (index,)
        body = self._nested(tensor, place if len(place) == tensor.dim() and place else None)
        is_tensor = isinstance(value, torch.Tensor)
        name = ("torch.tensor" if is_tensor else "np.array") if self.code else ("tensor" if is_tensor else "array")
        dtype = str(tensor.dtype) if is_tensor else repr(str(value.dtype))
        if tensor.numel() == 0:
            zeros = f"{'torch' if is_tensor else 'np'}.zeros({tuple(tensor.shape)}, dtype={dtype})"
            return zeros if self.code else f"{name}([], size={tuple(tensor.shape)})"
        inferred = {torch.int64, torch.bool, torch.float32 if is_tensor else torch.float64}
        tail = f", dtype={dtype}" if self.code and tensor.dtype not in inferred else ""
        return f"{name}({body}{tail})".replace("\n", "\n" + " " * (len(name) + 1))

    def _nested(self, tensor: torch.Tensor, place: tuple[int, ...] | None) -> str:
        if tensor.dim() == 0:
            return self._scalar(_number(tensor))
        if tensor.dim() <= 2:
            return self._matrix(tensor, place)
        start = max(0, min(place[0] - 1, len(tensor) - MOST_BLOCKS)) if place else 0
        blocks = [
            self._nested(tensor[i], place[1:] if place and place[0] == i else None)
            for i in range(start, min(start + MOST_BLOCKS, len(tensor)))
        ]
        if len(blocks) < len(tensor):
            self.exact = False
            blocks = [ELLIPSIS] * (start > 0) + blocks + [ELLIPSIS] * (start + MOST_BLOCKS < len(tensor))
        return "[" + ",\n\n ".join(block.replace("\n", "\n ") for block in blocks) + "]"

    def _matrix(self, tensor: torch.Tensor, place: tuple[int, ...] | None) -> str:
        """One or two axes, columns aligned, a window around the marked place."""
        flat = tensor.dim() == 1
        rows = tensor[None] if flat else tensor
        i, j = (0, place[0]) if flat and place else place or (None, None)
        sample = rows[:MOST_ITEMS, :MOST_ITEMS].flatten().tolist()
        widest = max((len(self._scalar(x)) for x in sample), default=1) + 2
        most = MOST_ITEMS if flat else max(3, min(MOST_ITEMS, self.width // widest))
        top, left = _start(rows.shape[0], i, MOST_ROWS), _start(rows.shape[1], j, most)
        part = rows[top : top + MOST_ROWS, left : left + most]
        texts = [[self._scalar(_number(x)) for x in row] for row in part]
        wide = [max(map(len, column)) for column in zip(*texts, strict=True)] if texts else []
        lines = []
        for r, row in enumerate(texts):
            cells = [x.rjust(wide[c]) if not flat else x for c, x in enumerate(row)]
            if i is not None and r + top == i and j is not None and left <= j < left + len(cells):
                pad = len(cells[j - left]) - len(row[j - left])
                cells[j - left] = " " * pad + OPEN + row[j - left] + CLOSE
            cells = [ELLIPSIS] * (left > 0) + cells + [ELLIPSIS] * (left + most < rows.shape[1])
            lines.append("[" + self._wrapped(cells, flat) + "]")
        if part.shape != rows.shape:
            self.exact = False
        lines = [ELLIPSIS] * (top > 0) + lines + [ELLIPSIS] * (top + MOST_ROWS < rows.shape[0])
        if self.code and not flat:  # what is typed needs no columns
            line = "[" + ", ".join("[" + ", ".join(row) + "]" for row in texts) + "]"
            if part.shape == rows.shape and len(line) <= self.width:
                return line
        return lines[0] if flat else "[" + ",\n ".join(lines) + "]"

    def _wrapped(self, cells: list[str], flat: bool) -> str:
        """The entries of a row; a vector may take several lines, a matrix row never does."""
        if not flat:
            return ", ".join(cells)
        text, length = "", 0
        for cell in cells:
            new_line = text and length + _length(cell) > self.width - 8
            text += (",\n " if new_line else ", " if text else "") + cell
            length = _length(cell) if new_line else length + _length(cell) + 2
        return text


def _within(path: Path | None, step: Any) -> Path | None:
    return path[1:] if path and path[0] == step and type(path[0]) is type(step) else None


def _position(path: Path | None, steps: Sequence[Any]) -> int | None:
    return next((i for i, step in enumerate(steps) if path and step == path[0]), None)


def _start(length: int, marked: int | None, most: int) -> int:
    """Where a window of `most` begins, so that the marked place stands in its middle."""
    return max(0, min((marked or 0) - most // 2, length - most))


def _length(text: str) -> int:
    return len(text) - text.count(OPEN) - text.count(CLOSE)


def _number(entry: torch.Tensor) -> Any:
    """An entry as the shortest Python number that has its dtype's value: 0.1 in single precision is 0.1."""
    return (
        float(str(np.float32(entry.item())))
        if entry.dtype in (torch.float32, torch.float16, torch.bfloat16)
        else entry.item()
    )
