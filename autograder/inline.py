"""What a notebook uses: `from autograder.inline import *`. Run it again as you like; heavy imports wait."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from autograder.score import Score, Stopped

if TYPE_CHECKING:
    from autograder.progress import Record

__all__ = ["check", "hint", "label_errors", "label_place", "predict", "progress", "reset", "reveal", "solution", "use"]


@cache
def _record() -> Record:
    from autograder.here import building
    from autograder.progress import Record

    return Record(keep=not building())


def check(exercise: str) -> Score:
    """Judge an exercise as this notebook has it now; show the card; return the points."""
    from autograder import card, card_html, card_text, exam, here, hints
    from autograder.checking import find, judge_here, near_name, notes, then
    from autograder.kernel import KernelSession
    from autograder.markdown import to_line

    examined = exam.chapter_of(exercise)
    if examined is not None and examined.sealed:
        later = exam.LATER.format(exercise)
        here.show(card_html.frame(to_line(later)), later)
        return Score(0.0)
    found, space, record = find(exercise), here.namespace(), _record()
    session = KernelSession(space)
    try:
        report = judge_here(found, space, session)
    except KeyboardInterrupt as interrupt:
        stopped = card.stopped(found.exercise, found.possible, session.running, interrupt)
        here.show(card_html.lay_out(stopped), card_text.lay_out(stopped))
        raise Stopped from None
    said = notes(found, report, session, space, here.executed())
    taken = [other.target for other in found.chapter.exercises.values()]
    lead = near_name(found.exercise, space, taken) if report.status == "missing" else ""
    read = record.hints_read(exercise)
    made = card.build(
        report,
        found.possible,
        notes=said,
        lead=lead,
        hints=found.exercise.hints[:read],
        printed=session.printed.get(exercise),
        then=then(found, record.results()) if report.passed else "",
    )
    if report.status not in ("not yet written", "missing"):  # running a fresh notebook through is no try
        record.save(exercise, made.points, made.possible)
    made = card.with_problem(exam.stripped(made) if examined else made, record.problem)
    here.show(card_html.lay_out(made), card_text.lay_out(made))
    if examined:
        return Score(made.points)
    if not report.passed:
        hints.offer(found.exercise, record)
    score = Score(made.points)
    if report.first_failure is not None and found.exercise.probe != "verdicts":  # there finding the case is the task
        score.case = report.first_failure.case.fresh()
    return score


def hint(exercise: str) -> None:
    """Show the next hint."""
    from autograder import exam, hints
    from autograder.checking import find

    exam.refuse(exercise, "hints")
    hints.next_hint(find(exercise).exercise, _record())


def reset(exercise: str) -> None:
    """Show the stub again: in place of this cell where it holds nothing else, else in a new cell below."""
    from autograder import here
    from autograder.card_html import frame, listing
    from autograder.checking import find
    from autograder.errors import UserError
    from autograder.released import released

    found = find(exercise)
    stub = released(found.course.root, found.chapter).stubs.get(exercise)
    if stub is None:
        raise UserError(
            f"the stub of {exercise} is not known: notebooks/{found.chapter.name} is missing; run `make notebooks`"
        )
    if not here.put_into_cell(stub):
        here.show(frame(listing(stub)), stub)


def solution(exercise: str) -> None:
    """Show one way to write the exercise: once it passes, or once all its hints are read."""
    from autograder import exam, here
    from autograder.card_html import frame, label, listing
    from autograder.checking import find, judge_here
    from autograder.kernel import KernelSession
    from autograder.markdown import to_html

    exam.refuse(exercise, "solutions before it is graded")
    found, record, space = find(exercise), _record(), here.namespace()
    left = len(found.exercise.hints) - record.hints_read(exercise)
    if left > 0 and not judge_here(found, space, KernelSession(space)).passed:
        hints = "1 hint is" if left == 1 else f"{left} hints are"
        said = f'{hints} left: `hint("{exercise}")` shows the next. '
        said += "The solution is shown after the last one, or once your own function passes."
        here.show(frame(to_html(said)), said)
        return
    here.show(frame(label("One way to write it") + listing(found.exercise.source)), found.exercise.source)


def progress(chapter: str | None = None) -> None:
    """Show points and bars: of one chapter, or of all, with the exercises of those begun."""
    from autograder import course, here, progress_table
    from autograder.predictions import calibration

    known = course.read()
    chapters = known.chapters if chapter is None else (known.chapter(chapter),)
    record = _record()
    table = progress_table.rows(chapters, record.results(), whole=chapter is not None)
    said = calibration(record)
    here.show(progress_table.html(table, record.problem, said), progress_table.text(table, record.problem, said))


def predict(
    claim: str, question: str = "", unit: str = "", *, low: float | None = None, high: float | None = None
) -> None:
    """Ask for an 80% interval before a claim is tried; `low` and `high` answer where forms do not work."""
    from autograder import predictions

    predictions.ask(_record(), claim, question, unit, low, high)


def reveal(claim: str, value: float, unit: str = "") -> None:
    """Show what came out beside what was predicted, and the learner's calibration so far."""
    from autograder import predictions

    predictions.show(_record(), claim, value, unit)


def label_errors(runs: Any) -> None:
    """Show the twenty errors with what a model said (or several, by name), and a menu of reasons for each."""
    from autograder import labels

    labels.ask(_record(), runs)


def label_place(number: int, reason: str) -> None:
    """Keep the reason for one of the twenty errors."""
    from autograder.errors import UserError
    from ngram2bert.twenty import check_labels

    try:
        check_labels({number: reason})
    except ValueError as error:
        raise UserError(str(error)) from error
    _record().label(str(number), reason)


def use(*exercises: str) -> SimpleNamespace:
    """The learner's functions where they pass by themselves, the reference's otherwise; says which in one line.

    An attribute has the name that the task gives: `use("count_ngrams").count_ngrams`.
    """
    from autograder import exam, here
    from autograder.checking import find, judge_here
    from autograder.kernel import KernelSession

    space = here.namespace()
    if (functions_only := exam.own(exercises, space)) is not None:
        return functions_only
    own: list[str] = []
    ours: list[str] = []
    functions: dict[str, Any] = {}
    for name in exercises:
        found = find(name)
        target = found.exercise.target
        report = judge_here(found, space, KernelSession(space))
        passes = report.passed and not report.substituted
        (own if passes else ours).append(target)
        functions[target] = space[target] if passes else found.exercise.of
    said = [f"your {', '.join(own)}"] * bool(own)
    said += [f"the reference's {', '.join(ours)} (yours {'does' if len(ours) == 1 else 'do'} not pass yet)"] * bool(
        ours
    )
    print("Using " + " and ".join(said) + ".")
    return SimpleNamespace(**functions)
