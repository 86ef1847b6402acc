"""A teacher's own declarations: a Python file, or a folder of them, named by a path instead of a module's name.

The folder goes to the end of sys.path, so the files may import one another by their plain names; a file that has the
name of another module is refused, for Python would load that one in its place.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import UserError

if TYPE_CHECKING:
    from autograder.course import Chapter, Course


def is_path(where: str) -> bool:
    """True for `mine/week_2.py` and `mine/`, False for a module's name such as `mine.week_2`."""
    return where.endswith(".py") or "/" in where or "\\" in where


def resolved(where: str, folder: Path) -> str:
    """A path made whole, relative to a folder; the name of a module as it is."""
    return str((folder / where).resolve()) if is_path(where) else where


def files(where: str) -> list[Path]:
    """The file, or the files of a folder by name; those that begin with `_` are left to be imported by the others."""
    path = Path(where)
    if path.is_dir():
        return sorted(file for file in path.glob("*.py") if not file.name.startswith("_"))
    return [path]


def folder(where: str) -> Path:
    """The folder that holds the declarations of a loaded module or of a path."""
    if is_path(where):
        return Path(where) if Path(where).is_dir() else Path(where).parent
    return Path(str(sys.modules[where].__file__)).parent


def load(where: str) -> dict[str, Any]:
    """What the files define, as `file.name` and in order. Raises UserError, one line."""
    if not Path(where).exists():
        raise UserError(f"there is no {where}; the path of your exercises is a Python file or a folder of them")
    found = files(where)
    if not found:
        raise UserError(f"the folder {where} holds no Python file; declarations stand in *.py")
    siblings = {path.stem: path for path in sorted(folder(where).glob("*.py"))}
    if str(folder(where)) not in sys.path:
        sys.path.append(str(folder(where)))
    space: dict[str, Any] = {}
    for path in found:
        for name in (path.stem, *_imported(path)):
            if name in siblings:
                _refuse_another(name, siblings[name])
        space |= {f"{path.stem}.{name}": value for name, value in vars(_import(path)).items()}
    return space


def _imported(path: Path) -> Iterable[str]:
    """The first names of what a file imports. Raises UserError with the line where it is no Python."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except SyntaxError as error:
        raise UserError(f"{path}, line {error.lineno}: {error.msg}") from error
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _refuse_another(name: str, path: Path) -> None:
    try:
        spec = importlib.util.find_spec(name)
    except ValueError:  # a module that was made by hand
        spec = None
    if spec is None or spec.origin is None or Path(spec.origin).resolve() != path.resolve():
        raise UserError(f"{path} cannot be loaded: there is another module called '{name}'; give the file another name")


def _import(path: Path) -> Any:
    try:
        return importlib.import_module(path.stem)
    except UserError:
        raise
    except Exception as error:
        sys.modules.pop(path.stem, None)
        lines = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
        where = f", line {lines[-1].lineno}" if lines else ""
        said = " ".join(str(error).split())[:200]
        raise UserError(f"{path}{where}: {type(error).__name__}: {said}") from error


def add_argument(parser: argparse.ArgumentParser) -> None:
    """The option `--exercises`."""
    parser.add_argument(
        "--exercises", metavar="PATH", help="a file or folder of your own declarations, in place of the chapter's"
    )


def where(given: str) -> str:
    """What `--exercises` was given: a path made whole where there is one, else the name of a module."""
    return str(Path(given).resolve()) if is_path(given) or Path(given).exists() else given


def chapter(chosen: Chapter, given: str | None) -> Chapter:
    """The chapter with the exercises of `--exercises` in place of its own; points of course.toml where ids agree."""
    if not given:
        return chosen
    replaced = replace(chosen, module=where(given), only=(), points={})
    kept = {name: points for name, points in chosen.points.items() if name in replaced.exercises}
    return replace(replaced, points=kept)


def course(read: Course, given: str | None, name: str = "") -> Course:
    """The course with one chapter, `name` or a new one, that has the exercises of `--exercises`."""
    from autograder.course import Chapter

    if not given:
        return read
    known = [one for one in read.chapters if one.name == name]
    chosen = known[0] if known else Chapter(Path(given).stem, Path(given).stem, "")
    return replace(read, chapters=(chapter(chosen, given),))
