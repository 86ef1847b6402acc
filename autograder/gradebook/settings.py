"""Where the gradebook is and how it is opened: the course's nbgrader_config.py, and `--db`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy.exc
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.build.release import CONFIG, read_config
from autograder.errors import UserError

PENALTY = "autograder.gradebook.late.CourseLatePenalty"
WAIT = 30  # seconds for another program that holds an SQLite gradebook


def settings(root: Path) -> Config:
    """nbgrader's settings for a course folder; the course's own penalty for lateness unless they name another."""
    config = read_config(root) if (root / CONFIG).is_file() else Config()
    config.CourseDirectory.root = str(root)
    config.CourseLatePenalty.root = str(root)
    if "plugin_class" not in config.AssignLatePenalties:
        config.AssignLatePenalties.plugin_class = PENALTY
    return config


def url(config: Config, db: str | None = None) -> str:
    """The gradebook's address: `db`, else what nbgrader_config.py says, else gradebook.db in the course folder."""
    address = db or str(CourseDirectory(config=config).db_url)
    try:
        parsed = make_url(address)
    except sqlalchemy.exc.ArgumentError as error:
        raise UserError(
            f"'{address}' is no address of a gradebook; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    if parsed.get_backend_name() == "sqlite" and "timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"timeout": str(WAIT)})
    if parsed.drivername == "postgresql" and not find_spec("psycopg") and find_spec("psycopg2"):
        parsed = parsed.set(drivername="postgresql+psycopg2")  # the older driver does as well
    return parsed.render_as_string(hide_password=False)


def shown(address: str) -> str:
    """An address as it may be printed: without password and options."""
    return make_url(address).set(query={}).render_as_string(hide_password=True)


@contextlib.contextmanager
def opened(address: str, course_id: str) -> Iterator[Gradebook]:
    """nbgrader's gradebook, its tables made where they are missing. Raises UserError where it cannot be reached."""
    _find_alembic()
    with clear_errors(address):
        gradebook = Gradebook(address, course_id)
    try:
        yield gradebook
    finally:
        gradebook.close()


@contextlib.contextmanager
def clear_errors(address: str) -> Iterator[None]:
    """What a database says, as one line."""
    try:
        yield
    except (ModuleNotFoundError, sqlalchemy.exc.NoSuchModuleError) as error:
        raise UserError(
            f"the gradebook {shown(address)} needs a driver that is not installed ({error}); "
            "for PostgreSQL: pip install 'psycopg[binary]'"
        ) from error
    except InvalidEntry as error:
        raise UserError(
            f"another program writes in the gradebook {shown(address)} at this moment; run this again when it is done"
        ) from error
    except sqlalchemy.exc.DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        if "locked" in said:
            said += "; another program writes in it: try again when it is done"
        elif "no such column" in said or "no such table" in said:
            said += "; an older nbgrader made it: back it up, then run `nbgrader db upgrade`"
        raise UserError(f"the gradebook {shown(address)} cannot be used: {said}") from error


def _find_alembic() -> None:
    """nbgrader runs `alembic` to make a gradebook and looks on PATH only: it is beside this Python."""
    folder = os.path.dirname(sys.executable)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
