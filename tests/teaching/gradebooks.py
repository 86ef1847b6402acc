"""A gradebook of nbgrader with a small class: late, half graded by hand, and one who handed nothing in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from nbgrader.api import Gradebook


def make(path: Path, chapter: str = "01-kinds") -> Path:
    """ada 9 of 10; bob 6 with 2 off for lateness and a comment; =cem 0, his essay ungraded; dia nothing."""
    with Gradebook(f"sqlite:///{path}", course_id="kinds") as book:
        book.add_assignment(chapter, course_id="kinds")
        book.add_notebook(chapter, chapter)
        for name, most, kind in (("check-sum", 6, "code"), ("essay", 4, "markdown")):
            book.add_grade_cell(name, chapter, chapter, max_score=most, cell_type=kind)
        for name in ("sum", "essay"):
            book.add_solution_cell(name, chapter, chapter)
        people = (
            ("ada", "Ada", "Lovelace", "ada@example.org", "101"),
            ("bob", "Bob", 'Müller, "B"', "bob@example.org", "102"),
            ("=cem", "Cem", "=HYPERLINK(1)", "", ""),
            ("dia", "", "", "", "104"),
        )
        for learner, first, last, email, lms in people:
            book.add_student(learner, first_name=first, last_name=last, email=email, lms_user_id=lms or None)
            if learner != "dia":
                submission = book.add_submission(chapter, learner, timestamp=datetime(2026, 11, 20, 12, 30))
                fill(book, submission, chapter, learner)
        book.db.commit()
    return path


def fill(book: Gradebook, submission: object, chapter: str, learner: str) -> None:
    """Scores as the autograder and a person would have left them."""
    auto, hand = {"ada": (6, 3), "bob": (2, 4), "=cem": (0, None)}[learner]
    code = book.find_grade("check-sum", chapter, chapter, learner)
    code.auto_score, code.needs_manual_grade = auto, False
    essay = book.find_grade("essay", chapter, chapter, learner)
    essay.manual_score, essay.needs_manual_grade = hand, hand is None
    if learner == "bob":
        book.find_comment("essay", chapter, chapter, learner).manual_comment = "a < b, & well\nargued"
        book.find_comment("sum", chapter, chapter, learner).auto_comment = "No response."
        book.find_submission_notebook(chapter, chapter, learner).late_submission_penalty = 2.0
