"""Names of cells: readable, unique, and the same when a neighbour changes."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from autograder.build.master import MasterCell
from autograder.errors import UserError

MOST_WORDS, LONGEST = 6, 40


def slug(text: str) -> str:
    """The first words of a text as a name: ASCII, lower case, joined by hyphens; '' where it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)[:MOST_WORDS]
    return "-".join(words)[:LONGEST].rstrip("-")


class Names:
    """Gives each cell of a notebook its id, and refuses one that is taken."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}

    def of(self, cell: MasterCell) -> str:
        """The author's id; else the first words, with a hash of the text, which no other cell can move.

        A given cell is found by its id when submissions of an older copy are graded, so its id has no hash.
        """
        if cell.id:
            return self.take(cell.id, cell.where)
        first = next(line for line in cell.source.splitlines() if line.strip())
        name = slug(first) or cell.kind
        if cell.kind == "code" and cell.role != "experiment":
            return self.take("setup" if cell.role == "setup" else f"given-{name}", cell.where)
        name = stem = f"{name}-{hashlib.sha256(cell.source.encode()).hexdigest()[:6]}"
        again = 1
        while name in self._taken:  # the same text a second time
            again += 1
            name = f"{stem}-{again}"
        return self.take(name, cell.where)

    def take(self, name: str, where: str) -> str:
        """Note a name as used. Raises UserError where another cell has it."""
        if name in self._taken:
            raise UserError(
                f'{where}: the id "{name}" is taken by {self._taken[name]}; '
                'give one of them another, with id="..." on its marker'
            )
        self._taken[name] = where
        return name
