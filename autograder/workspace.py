"""The folder work/, where a learner writes: chapters are copied there, and what is there is never overwritten."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.errors import UserError

NOT_COPIED = (".ipynb_checkpoints", "__pycache__")


def choose(root: Path, wanted: str | None) -> str:
    """The folder name of a chapter: by name, by number, or the one that course.toml `opens`.

    Reads course.toml by itself: `autograder.course` imports torch, and opening a notebook must not wait for that.
    """
    course, chapters = _course(root)
    if wanted is None:
        wanted = str(course.get("opens") or next(iter(chapters), ""))
    for name in chapters:
        number = name.split("-")[0]
        if wanted in (name, number, number.lstrip("0") or "0"):
            return name
    raise UserError(f"there is no chapter '{wanted}'; course.toml has {', '.join(chapters) or 'none'}")


def _course(root: Path) -> tuple[dict[str, Any], list[str]]:
    """course.toml, and the names of its chapters."""
    course = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
    return course, [str(chapter["name"]) for chapter in course.get("chapter", [])]


def bring_others(root: Path, chapter: str) -> None:
    """Copy every other chapter that is built, leaving alone what is there."""
    for other in _course(root)[1]:
        if other != chapter and any((root / "notebooks" / other).glob("*.ipynb")):
            bring(root, other)


def bring(root: Path, chapter: str) -> tuple[Path, int, int]:
    """Copy notebooks/CHAPTER to work/CHAPTER, file by file, leaving alone what is there.

    Returns the folder, how many files were copied and how many stayed the learner's own. Raises UserError.
    """
    source, target = root / "notebooks" / chapter, root / "work" / chapter
    if not any(source.glob("*.ipynb")):
        raise UserError(f"notebooks/{chapter} holds no notebook; build it with `make notebooks`")
    copied = kept = 0
    for path in files(source):
        if copy_new(path, target / path.relative_to(source)):
            copied += 1
        else:
            kept += 1
    return target, copied, kept


def files(folder: Path) -> Iterator[Path]:
    """Every file that belongs to a chapter, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part in NOT_COPIED for part in path.relative_to(folder).parts):
            yield path


def copy_new(source: Path, target: Path) -> bool:
    """Copy a file to a place where nothing is; False where something is. A copy that fails half-way leaves nothing."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as old, target.open("xb") as new:  # "x" refuses an existing file, with no gap to race in
            try:
                shutil.copyfileobj(old, new)
                new.flush()
            except OSError:
                target.unlink()
                raise
    except FileExistsError:
        return False
    except OSError as error:
        raise UserError(f"{source.name} cannot be copied to {target.parent}: {error.strerror}") from error
    return True
