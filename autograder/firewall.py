"""The reference firewall: keeps a submission from importing the course's own solution of what it is asked to write.

What the zygote preloaded goes on working; of the course's packages nothing else can be imported by name, and the
folders of the repository are no longer on `sys.path`. The chapter's own module is never preloaded, so neither
`sys.modules` nor `inspect` leads to its text. What this does not do: a submission that takes the finder out of
`sys.meta_path` can put the folder back, and one that guesses where the repository lies can ask to `open()` the file.
Landlock and bubblewrap stop that, each by itself (`sandbox.readable` is their list): the file does not open. On a
machine that has neither, the firewall guards against the tempted, not the hostile.
"""

from __future__ import annotations

import importlib
import sys
import sysconfig
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

FAMILY = frozenset({"ngram2bert", "autograder", "solutions", "notebooks", "tests"})
ENGINE = "autograder"


class Firewall(MetaPathFinder):
    """Refuses every module of the course that is not loaded yet."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for the others' modules, so that the next finder is asked; ModuleNotFoundError for ours."""
        if fullname.partition(".")[0] in FAMILY:
            raise ModuleNotFoundError(
                f"{fullname} is closed while your code is graded: use your own functions "
                "and what the chapter's first cell imports",
                name=fullname,
            )
        return None


def raise_firewall() -> None:
    """Close the course's packages for the rest of this process's life."""
    sys.meta_path.insert(0, Firewall())
    for name in [name for name in sys.modules if name.partition(".")[0] == ENGINE]:
        del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if is_installed(entry)]
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()


def is_installed(entry: str) -> bool:
    """True for the standard library's folders and those of installed packages."""
    path = Path(entry)
    if path.name in ("site-packages", "dist-packages"):
        return True
    library = (Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("platstdlib")))
    return any(path == root or root in path.parents for root in library) or (
        path.suffix == ".zip" and path.name.startswith("python")
    )
