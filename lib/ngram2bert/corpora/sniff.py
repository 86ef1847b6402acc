"""What kind of file is this? A guess from its lines that is right or refuses: a wrong guess would be silent."""

from __future__ import annotations

from pathlib import Path

from .errors import CorpusError

KINDS = ("plain", "lines", "tagged", "labelled", "parallel")
Line = tuple[int, str]  # its number, from 1, and its text


def sniff(path: Path, lines: list[Line]) -> str:
    """The kind of a file of the learner's.

    No tab anywhere: "tagged" if every token is word/tag, else "plain" ("lines" is never guessed).
    One tab in every line that is not blank: "tagged" if no field holds a space and there is a blank line, or all tags
    are few; "labelled" if the left fields are single words and repeat, "parallel" if left and right are sentences.
    Anything between raises CorpusError and names the line that decides and the kinds to choose from.
    """
    full = [(number, line) for number, line in lines if line.strip()]
    tabs = [(number, line.count("\t")) for number, line in full]
    if not any(count for _, count in tabs):
        tokens = [token for _, line in full for token in line.split()]
        return "tagged" if all(_is_pair(token) for token in tokens) else "plain"
    odd = next((number for number, count in tabs if count != 1), None)
    if odd is not None:
        raise CorpusError(
            f"{path}, line {odd}: {dict(tabs)[odd]} tabs, where other lines have one. Mend the line, "
            "or say what the file is, as in text_file(path, kind='plain')."
        )
    rows = [line.split("\t") for _, line in full]
    left, right = ([row[side].strip() for row in rows] for side in (0, 1))
    spaced_left, spaced_right = (any(" " in field for field in side) for side in (left, right))
    blank_between = any(not line.strip() for _, line in lines[full[0][0] - 1 : full[-1][0]])
    if not spaced_left and not spaced_right:
        if blank_between or len(set(right)) <= len(right) // 2:
            return "tagged"
    elif not spaced_left and len(set(left)) <= max(2, len(left) // 2):
        return "labelled"
    elif spaced_left and spaced_right:
        return "parallel"
    raise CorpusError(
        f"{path}, line {full[0][0]}: two fields, but it is not clear what they are. "
        "Say it: text_file(path, kind=...) with 'tagged', 'labelled' or 'parallel'."
    )


def _is_pair(token: str) -> bool:
    """Is this word/tag? A tag starts with a capital, a mark or a lower-case tag name, never with a digit."""
    word, slash, tag = token.rpartition("/")
    return bool(word and slash and tag) and not tag[0].isdigit()
