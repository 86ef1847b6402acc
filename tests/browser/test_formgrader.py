"""A teacher's evening in a real browser: a class in the formgrader, an answer marked by hand, feedback opened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from autograder.pages.book import Sheet, sheet
from tests.browser.conftest import SHOTS
from tests.browser.formgrader import Formgrader, serve
from tests.browser.lab import ROOT
from tests.pages import small_class
from tests.pages.inspection import inspect
from tests.pages.small_class import CHAPTER, MISTAKE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
QUESTION = "continuations"


@dataclass
class Room:
    """The course's folder, after grading."""

    root: Path

    def command(self, *words: str) -> str:
        """Run a command in the folder, as a teacher does; what it printed."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        variables = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "lib"), str(ROOT)]), "PATH": path}
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=self.root, env=variables, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def sheet(self, learner: str) -> Sheet:
        """What the gradebook says of a learner."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            return sheet(gradebook, learner, CHAPTER)

    def row(self, learner: str) -> str:
        """The id of a learner's submitted notebook in the gradebook, which is in the formgrader's addresses."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            return str(gradebook.find_submission_notebook(CHAPTER, CHAPTER, learner).id)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """The small class, released and graded by our own commands."""
    made = Room(tmp_path_factory.mktemp("room") / "course")
    made.root.mkdir()
    small_class.lay_out(made.root)
    small_class.everybody(made.root)
    made.command("autograder.cli", "release", CHAPTER)
    made.command("autograder.cli", "grade", CHAPTER, "--unsandboxed")
    return made


@pytest.fixture(scope="module")
def server(room: Room, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Jupyter server in that folder."""
    with serve(room.root, tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def formgrader(chromium, server: str) -> Iterator[Formgrader]:
    """The formgrader in a fresh page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    yield Formgrader(context.new_page(), server, SHOTS)
    context.close()


def alive(formgrader: Formgrader) -> list[str]:
    """What of a learner's is alive in the page that is open, and whether anything of it has run."""
    page = formgrader.page
    ran = [f"window.hit is {page.evaluate('window.hit')}"] if page.evaluate("window.hit !== undefined") else []
    asked = [address for address in formgrader.outside if "evil" in address]
    shown = page.locator(".output_area, .rendered_html, .input_area, .breadcrumb [data-link]").evaluate_all(
        "nodes => nodes.map(node => node.innerHTML).join('')"
    )
    return [*ran, *asked, *inspect(shown).found]


def test_the_table_shows_scores_and_what_waits(formgrader: Formgrader) -> None:
    rows = formgrader.submissions(CHAPTER)
    found = [" ".join(row.inner_text().split()) for row in rows.all()]
    for learner, score in (("ada", "41 / 47"), ("ben", "37 / 47"), ("mal", "41 / 47")):
        assert [line for line in found if f" {learner} " in line and f"needs manual grading {score}" in line], found
    assert [line for line in found if " cyd " in line and "graded 0 / 47" in line], found
    formgrader.screenshot("formgrader-submissions")
    assert formgrader.page.evaluate("window.hit") is None


def test_the_page_of_a_hostile_submission_is_dead(formgrader: Formgrader, room: Room) -> None:
    formgrader.submission(CHAPTER, room.row("mal"))
    expect(formgrader.page.locator(".n2b-right")).to_have_count(12)
    formgrader.page.wait_for_timeout(500)  # what would run later
    assert alive(formgrader) == []
    formgrader.page.locator(f"#{QUESTION}").scroll_into_view_if_needed()
    formgrader.screenshot("formgrader-hostile")


def test_an_answer_is_marked_and_the_feedback_made_in_the_page(formgrader: Formgrader, room: Room) -> None:
    waiting = room.sheet("ben")
    assert waiting.waiting == 2 and waiting.penalty == pytest.approx(0.2 * 37)
    page = formgrader.page
    formgrader.submission(CHAPTER, room.row("ben"))
    card = page.locator(".n2b-wrong")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("0 of 4 points")
    card.scroll_into_view_if_needed()
    formgrader.screenshot("formgrader-card")
    formgrader.mark(QUESTION, "2", "Right as far as it goes. **Why** does the highest order keep its counts?")
    formgrader.screenshot("formgrader-marked")
    assert room.sheet("ben").scores[QUESTION].points == 2

    rows = formgrader.submissions(CHAPTER)
    ben = rows.filter(has=page.get_by_text("ben", exact=True))
    ben.locator(".glyphicon-comment").click()
    expect(page.locator("#success-modal, #error-modal")).to_be_visible(timeout=60_000)
    formgrader.screenshot("formgrader-feedback-made")
    expect(page.locator("#success-modal")).to_be_visible()
    feedback(formgrader, room, "ben")
    expect(page.locator(f"#{MISTAKE} .n2b-wrong")).to_contain_text("Francisco")  # the diagnosis of this mistake
    expect(page.locator(f"#{QUESTION} .comment")).to_contain_text("as far as it goes. Why does")
    expect(page.locator(".late").first).to_contain_text("1 day 1 hour late")
    expect(page.locator("table.scores tr.minus")).to_contain_text("−")
    expect(page.locator(".total")).to_contain_text("of 47 points")
    formgrader.screenshot("feedback")
    page.locator(f"#{MISTAKE}").screenshot(path=SHOTS / "feedback-card.png")
    page.locator(f"#{QUESTION}").screenshot(path=SHOTS / "feedback-comment.png")


def test_feedback_of_a_hostile_submission_is_dead(formgrader: Formgrader, room: Room) -> None:
    said = room.command("autograder.cli", "feedback", CHAPTER)
    assert "pages in feedback/" in said
    feedback(formgrader, room, "mal")
    expect(formgrader.page.locator(".n2b-right")).to_have_count(12)
    formgrader.screenshot("feedback-hostile")
    files = [path.name for path in (room.root / "feedback").rglob("*") if path.is_file() and path.suffix != ".txt"]
    assert set(files) == {f"{CHAPTER}.html"}


def test_nbgraders_own_autograde_shows_the_same(formgrader: Formgrader, room: Room) -> None:
    before = room.sheet("ben")
    assert before.scores[QUESTION].points == 2  # marked in the page above
    words = ("autograde", CHAPTER, "--student", "ben", "--force", "--Grade.unsandboxed=True")
    room.command("nbgrader", *words)
    assert room.sheet("ben") == replace(before, penalty=pytest.approx(0.2 * 39))  # of what was given by hand, too
    formgrader.submission(CHAPTER, room.row("ben"))
    expect(formgrader.page.locator(".n2b-wrong")).to_contain_text("Francisco")
    expect(formgrader.page.locator(".n2b-right")).to_have_count(11)
    expect(formgrader.page.locator(f"#{QUESTION}")).to_have_value("2")
    assert alive(formgrader) == []
    room.command("nbgrader", "generate_feedback", CHAPTER, "--student", "ben", "--force")
    feedback(formgrader, room, "ben")
    expect(formgrader.page.locator(f"#{QUESTION} .comment")).to_contain_text("as far as it goes")


def feedback(formgrader: Formgrader, room: Room, learner: str) -> None:
    """Open a learner's feedback from its file; nothing of it runs, fetches, or is hidden from learners."""
    path = room.root / "feedback" / learner / CHAPTER / f"{CHAPTER}.html"
    refused: list[str] = []
    formgrader.page.on("console", lambda message: refused.append(message.text))
    formgrader.page.goto(path.as_uri())
    formgrader.page.wait_for_timeout(300)
    assert formgrader.page.evaluate("window.hit") is None
    assert not refused, "the policy had something to refuse"
    found = inspect(path.read_text(encoding="utf-8"))
    assert found.found == [] and found.sheets == 1
    assert "default-src 'none'" in found.policy and "script" not in found.policy
    text = formgrader.page.locator("body").inner_text()
    assert "Rubric" not in text and "BEGIN SOLUTION" not in text
