"""Our pages inside nbgrader's own commands: `nbgrader generate_feedback`, and the pages that the formgrader shows.

nbgrader_config.py names what is here. nbgrader's feedback is then the page of `ngram2bert feedback`; what the
formgrader shows of a submission is cleaned whoever wrote it.
"""

from __future__ import annotations

import contextlib
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Unicode

from autograder import course
from autograder.card_html import sheet as card_sheet
from autograder.gradebook.settings import opened
from autograder.pages import harmless
from autograder.pages.writing import Pages

MARK = 'class="n2b '
# nbgrader's page counts a rem as ten pixels, and shows a prompt beside the score, which the card shows better.
FITTING = (
    "<style>.n2b.n2b { max-width: 800px; } .output_area:has(.n2b-score) { display: none; } "
    ".rendered_html td, .rendered_html th { padding: 2px 10px 2px 0; } "
    ".n2b.n2b .n2b-sides { grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); }</style>"
)
PRINTED = ("student", "first_name", "last_name", "notebook_path")  # of the resources; the template escapes none of them


class Feedback(Exporter):
    """The feedback page of one submission, for `c.GenerateFeedback.exporter_class`."""

    output_mimetype = "text/html"
    file_extension = Unicode(".html").tag(config=True)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The page and nbconvert's resources; nbgrader says in them whose notebook it is."""
        nb, found = super().from_notebook_node(nb, resources, **more)
        who = found["nbgrader"]
        assert self.parent is not None  # nbgrader's converter
        read = course.read(Path.cwd())  # nbgrader works in the folder of the course
        with opened(who["db_url"], self.parent.coursedir.course_id) as gradebook:
            return Pages(read, read.chapter(who["assignment"]), gradebook).page(who["student"], nb), found


class Harmless(Preprocessor):
    """Cleans a notebook before the formgrader's template shows it, for `c.HTMLExporter.preprocessors`.

    Markdown keeps its text: the filter `markdown2html` of nbgrader_config.py renders that harmlessly.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook made anew; its cards bring their style sheet. Names are escaped: a folder may have any."""
        made = harmless.notebook(nb, nb, graded=True)
        for cell in made["cells"]:
            if cell["cell_type"] == "code" and harmless.is_check(cell["metadata"]):
                for output in cell["outputs"]:
                    html = output.get("data", {}).get("text/html", "")
                    if MARK in html:
                        output["data"]["text/html"] = card_sheet() + FITTING + html
        resources |= {name: escape(str(resources[name])) for name in PRINTED if resources.get(name)}
        return nbformat.from_dict(made), resources


def only_pages(*, assignment: str, student: str, notebooks: list[str]) -> None:
    """After nbgrader's feedback, for `c.GenerateFeedback.post_convert_hook`: take away all but the pages.

    nbgrader copies every file of a submission beside its feedback; one of them may be a page with a script.
    """
    del student  # may be a pattern for all of them
    for path in map(Path, notebooks):
        place = Path("feedback", path.parent.parent.name, assignment)
        for other in place.rglob("*") if place.is_dir() else ():
            if other not in (place / f"{path.stem}.html", place / "timestamp.txt") and not other.is_dir():
                with contextlib.suppress(OSError):
                    other.unlink()
