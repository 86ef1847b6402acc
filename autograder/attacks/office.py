"""What follows grading: the gradebook is written and the feedback page made, and both are looked at."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from autograder.attacks.ground import Ground
from autograder.batch import Handed
from autograder.gradebook.writer import Writer
from autograder.marks import Grade
from autograder.pages.writing import Pages

LIVE = (
    *(
        "script",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "link",
    ),
    *(
        "base",
        "svg",
        "math",
        "template",
        "noscript",
        "video",
        "audio",
        "source",
        "track",
        "portal",
        "dialog",
        "marquee",
    ),
)
DEAD = re.compile(r"#|mailto:|https?://(?!127\.)|data:image/(png|jpeg);base64,[A-Za-z0-9+/=]*$")


class Live(HTMLParser):
    """Collects what would run, load or take over in a page, by another parser than the one that cleaned it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        if tag in LIVE:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            fetches = name in ("src", "srcset", "href", "action", "data", "poster", "background")
            if name.startswith("on") or (fetches and not DEAD.match(value or "")):
                self.found.append(f"{tag} {name}={(value or '')[:60]}")
            if name == "http-equiv" and (value or "").lower() == "refresh":
                self.found.append("a refresh")

    handle_startendtag = handle_starttag


def live(page: str) -> list[str]:
    """What of a page is alive."""
    parser = Live()
    parser.feed(page)
    parser.close()
    return parser.found


def filed(ground: Ground, learner: str, grade: Grade) -> list[str]:
    """Write the grade into a gradebook and make the feedback; what is wrong with either."""
    path = ground.root / "submitted" / learner / ground.chapter.name / f"{ground.chapter.name}.ipynb"
    with Writer(ground.course, ground.chapter, f"sqlite:///{ground.base / 'book.db'}", yes=True) as writer:
        writer.add(Handed(learner, path), grade)
        writer.flush()
        if writer.refused:
            return [f"the gradebook refused it: {writer.refused[learner]}"]
        row = writer.gradebook.find_submission(ground.chapter.name, learner)
        page = Pages(ground.course, ground.chapter, writer.gradebook).page(learner)
        wrong = [f"the feedback page holds {what}" for what in live(page)]
        if (row.score, row.max_score) != (grade.points, grade.possible):
            wrong.append(f"the gradebook says {row.score:g} of {row.max_score:g} points")
    return wrong
