"""The learner's copy, made by nbgrader's own converter in a course folder that is thrown away.

In place the converter would delete the released folder first, and fail once there are submissions.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import UserError

CONFIG = "nbgrader_config.py"


def released(notebook: NotebookNode, name: str, root: Path) -> str:
    """The text of the learner's copy of an expanded notebook; `root` holds nbgrader_config.py."""
    with tempfile.TemporaryDirectory() as folder:
        config = read_config(root)
        config.CourseDirectory.root = folder
        config.CourseDirectory.assignment_id = name
        config.GenerateAssignment.no_database = True  # with the next line what `--no-db` does
        config.SaveCells.enabled = False
        course = CourseDirectory(config=config)
        source = Path(folder, course.source_directory, name, f"{name}.ipynb")
        source.parent.mkdir(parents=True)
        source.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        log = Log()
        try:
            GenerateAssignment(coursedir=course, config=config, log=log.logger).start()
        except NbGraderException as error:
            raise UserError(f"{name}: nbgrader cannot make the learner's copy: {log.last or error}") from error
        return Path(folder, course.release_directory, name, f"{name}.ipynb").read_text(encoding="utf-8")


def read_config(root: Path) -> Config:
    """The course's nbgrader_config.py: the same stubs whether this build or nbgrader's own button makes the copy."""
    if not (root / CONFIG).is_file():
        raise UserError(
            f"{root / CONFIG} does not exist; it names the folders and the stubs: copy it from the course's repository"
        )
    return PyFileConfigLoader(CONFIG, path=str(root)).load_config()


class Log(logging.Handler):
    """Keeps the last line of nbgrader's last traceback: its exception says only that there was an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""
        self.logger = logging.Logger("nbgrader", logging.ERROR)
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line of an error that tells most."""
        text = record.getMessage().strip()
        if text.startswith("Traceback"):
            self.last = text.splitlines()[-1]
