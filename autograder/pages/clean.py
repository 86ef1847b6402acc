"""A learner's notebook made harmless for every page that shows it: only what is known to be dead goes in.

What comes out holds no script, no style sheet, no frame, no form, nothing that a browser fetches from elsewhere, and no
more than a page can bear. It is made anew from allowed parts, so what nobody thought of is left out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import nh3

from autograder.pages import words
from autograder.pages.allowed import (
    ATTRIBUTES,
    CARD_ATTRIBUTES,
    LINKS,
    MAX_HTML,
    MAX_IMAGE,
    MAX_OUTPUTS,
    MAX_SIDE,
    MAX_TAGS,
    MAX_TEXT,
    NUMBERS,
    TAGS,
    VANISH,
)

Data = dict[str, Any]
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
ALIGN = re.compile(r"text-align\s*:\s*(left|right|center)\b", re.I)
EMBEDDED = re.compile(r"data:(image/(?:png|jpeg));base64,(.*)", re.DOTALL)
SCHEME = re.compile(r"([a-z]+):", re.I)


def html(source: str) -> str:
    """A learner's HTML without anything live, without classes and ids; '' where there is too much of it."""
    return "" if _too_much(source) else words.formulas(_CLEANER.clean(words.text(source, MAX_HTML)))


def card(source: str) -> str:
    """The HTML of a card as this engine lays it out, without its style sheet: the page around it has that."""
    return "" if _too_much(source) else words.formulas(_CARD_CLEANER.clean(words.text(source, MAX_HTML)))


def markdown(source: object) -> str:
    """A learner's Markdown, still Markdown, without anything live however it is rendered."""
    return words.markdown(words.text(source, MAX_TEXT))


def outputs(found: object, *, html: Callable[[str], str] = html) -> list[Data]:
    """The outputs of one cell, harmless; a line at the end tells how many were left out.

    html  what makes their HTML harmless: `html` or `card`
    """
    listed = found if isinstance(found, list) else []
    kept = [made for one in listed[:MAX_OUTPUTS] if (made := output(one, html)) is not None]
    if len(listed) > MAX_OUTPUTS:
        kept.append(note(f"{len(listed) - MAX_OUTPUTS} more outputs of this cell are left out here"))
    return kept


def output(found: object, html: Callable[[str], str] = html) -> Data | None:
    """One output, or None where nothing of it may be shown."""
    if not isinstance(found, Mapping):
        return None
    kind = found.get("output_type")
    if kind == "stream":
        name = "stderr" if found.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": words.text(found.get("text", ""), MAX_TEXT)}
    if kind == "error":
        traceback = found.get("traceback")
        lines = traceback if isinstance(traceback, list) else []
        ename, evalue = (words.text(found.get(key, ""), 2_000) for key in ("ename", "evalue"))
        tail = words.text("\n".join(map(str, lines[-60:])), MAX_TEXT)
        return {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": tail.split("\n")}
    if kind not in ("display_data", "execute_result", "update_display_data"):
        return None
    data, sizes = bundle(found.get("data"), html), found.get("metadata")
    made: Data = {"output_type": "display_data", "data": data, "metadata": _sizes(sizes, data)}
    if kind == "execute_result":
        made |= {"output_type": kind, "execution_count": count(found.get("execution_count"))}
    return made


def bundle(data: object, html: Callable[[str], str] = html) -> Data:
    """The forms of one output that may be shown: text, pictures, HTML, Markdown."""
    given = data if isinstance(data, Mapping) else {}
    kept: Data = {
        kind: made for kind, form in _FORMS.items() if kind in given and (made := form(given[kind])) is not None
    }
    if "text/html" in given and (made := html(joined(given["text/html"]))):
        kept["text/html"] = made
    if not kept:
        names = ", ".join(sorted(words.text(name, 60) for name in list(given)[:5])) or "nothing"
        kept["text/plain"] = f"[an output that is not shown here: {names}]"
    return kept


def picture(magic: bytes) -> Callable[[object], str | None]:
    """Checks a picture's base64 text; None where it is no such picture, too large or too wide."""

    def checked(value: object) -> str | None:
        encoded = joined(value)
        if len(encoded) > MAX_IMAGE * 4 // 3 + 100_000:
            return None
        try:
            raw = base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
        if not raw.startswith(magic) or len(raw) > MAX_IMAGE:
            return None
        if magic == PNG and max(int.from_bytes(raw[16:20], "big"), int.from_bytes(raw[20:24], "big")) > MAX_SIDE:
            return None  # a few bytes may hold gigabytes of pixels
        return base64.b64encode(raw).decode("ascii")

    return checked


def joined(value: object) -> str:
    """A text that a notebook may hold as a list of its lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def note(said: str) -> Data:
    """An output that says what was left out."""
    return {"output_type": "stream", "name": "stdout", "text": f"[{said}]\n"}


def count(value: object) -> int | None:
    """An execution count."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else None


def _too_much(source: str) -> bool:
    return len(source) > MAX_HTML or source.count("<") > MAX_TAGS


_FORMS: dict[str, Callable[[object], str | None]] = {
    "text/plain": lambda value: words.text(value, MAX_TEXT),
    "image/png": picture(PNG),
    "image/jpeg": picture(JPEG),
    "text/markdown": markdown,
}


def _sizes(metadata: object, data: Iterable[str]) -> Data:
    """Width and height of pictures, where they are numbers that fit a page."""
    given = metadata if isinstance(metadata, Mapping) else {}
    kept: Data = {}
    for kind in data:
        sizes = given.get(kind) if kind.startswith("image/") else None
        if isinstance(sizes, Mapping):
            fit = {side: sizes.get(side) for side in ("width", "height")}
            kept[kind] = {s: int(n) for s, n in fit.items() if isinstance(n, int | float) and 0 < n < 2_000}
    return {kind: sizes for kind, sizes in kept.items() if sizes}


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, or None to drop it."""
    if name == "style":
        found = ALIGN.search(value)
        return f"text-align: {found[1].lower()}" if found else None
    if name == "class":
        ours = [word for word in value.split() if re.fullmatch(r"n2b(-[a-z]+)?", word)]
        return " ".join(ours) or None
    if name in NUMBERS:
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    if name == "href":
        found = SCHEME.match(value)
        return value if found and found[1].lower() in LINKS else None
    if name == "src":
        found = EMBEDDED.fullmatch(value.strip())
        made = picture(PNG if found[1] == "image/png" else JPEG)(found[2]) if found else None
        return f"data:{found[1]};base64,{made}" if found and made else None
    return value


def _cleaner(**more: Any) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=VANISH,
        attribute_filter=_attribute,
        url_schemes={*LINKS, "data"},
        link_rel="noopener noreferrer nofollow",
        **more,
    )


_CLEANER = _cleaner(attributes=ATTRIBUTES)
_CARD_CLEANER = _cleaner(attributes=ATTRIBUTES | {"*": ATTRIBUTES["*"] | CARD_ATTRIBUTES})
