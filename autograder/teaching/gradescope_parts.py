"""Which files of the engine, the library and a chapter's declarations grading needs on another machine."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import autograder
import ngram2bert
from autograder import own
from autograder.course import Chapter

ENGINE = Path(str(autograder.__file__)).parent
LIBRARY = Path(str(ngram2bert.__file__)).parent
# folders that only other uses need; `exercises` is chosen module by module
NOT_OF_ENGINE = {"attacks", "build", "commands", "doctor", "exercises", "gradebook", "jupyter_config", "pages"}
NOT_OF_LIBRARY = {"bench", "claims", "pretrained", "widgets"}
SUFFIXES = {".py", ".css", ".tsv", ".txt", ".json", ".toml"}


def engine() -> Iterator[tuple[str, Path]]:
    """(name in the zip, file) of the package autograder."""
    return _files(ENGINE, ("autograder",), NOT_OF_ENGINE)


def library() -> Iterator[tuple[str, Path]]:
    """(name in the zip, file) of the package ngram2bert, whose functions are the references."""
    return _files(LIBRARY, ("lib", "ngram2bert"), NOT_OF_LIBRARY)


def _files(folder: Path, place: tuple[str, ...], left_out: set[str]) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix in SUFFIXES and parts[0] not in left_out and "__pycache__" not in parts:
            yield "/".join((*place, *parts)), path


def declarations(chapter: Chapter) -> Iterator[tuple[str, Path]]:
    """(name in the zip, file) of the chapter's module and what it imports of its own package, wherever that is."""
    chapter.exercises  # noqa: B018  imports them
    if own.is_path(chapter.module):
        yield from ((f"course/exercises/{path.name}", path) for path in sorted(own.folder(chapter.module).glob("*.py")))
        return
    top = "autograder.exercises" if chapter.module.startswith("autograder.") else chapter.module.split(".")[0]
    found: set[str] = set()
    queue = [chapter.module]
    while queue:
        name = queue.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        if name in found or file is None or not f"{name}.".startswith(f"{top}."):
            continue
        found.add(name)
        path = Path(file)
        yield name.replace(".", "/") + ("/__init__.py" if path.name == "__init__.py" else ".py"), path
        queue += [
            name.rpartition(".")[0],
            *_imports(path, name if path.name == "__init__.py" else name.rpartition(".")[0]),
        ]


def _imports(path: Path, package: str) -> Iterator[str]:
    """The dotted names that a module imports; those that are no modules are harmless."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
