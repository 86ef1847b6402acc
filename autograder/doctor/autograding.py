"""The doctor on `nbgrader autograde`: what would run a learner's code when a teacher presses nbgrader's button here."""

from __future__ import annotations

from typing import Any

from autograder.doctor.finding import Finding

NAME, OURS = "nbgrader autograde", "autograder.gradebook.preprocessor.Grade"
MEND = "take the lines that begin with c.Autograde from the nbgrader_config.py of the course's repository"


def autograding() -> list[Finding]:
    """Warns where nbgrader's own Execute would run submissions: no sandbox, and full marks for an empty output."""
    from autograder import course
    from autograder.build.release import CONFIG, read_config
    from autograder.errors import UserError

    try:
        root = course.find_root()
        list_ = read_config(root).Autograde.get("autograde_preprocessors", None)
    except (UserError, SyntaxError, NameError) as error:
        return [Finding(NAME, "warn", str(error), MEND, "teacher")]
    names = [_name(preprocessor) for preprocessor in list_ or ()]
    stock = not names or any(name.endswith(("preprocessors.Execute", "execute.Execute")) for name in names)
    if stock or OURS not in names:
        what = "nbgrader's Execute would run submissions without a sandbox" if stock else "nothing would grade them"
        detail = f"{what}, and a check that shows nothing has full marks ({CONFIG})"
        return [Finding(NAME, "warn", detail, MEND, "teacher")]
    return [Finding(NAME, "ok", f"grades in the course's own children ({CONFIG})", reader="teacher")]


def _name(preprocessor: Any) -> str:
    if isinstance(preprocessor, str):
        return preprocessor
    return f"{getattr(preprocessor, '__module__', '')}.{getattr(preprocessor, '__name__', '')}"
