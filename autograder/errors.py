"""Errors that are the user's to mend: one line that says what was got, what was wanted and what to do."""


class UserError(Exception):
    """Shown as one line, without a traceback; the command ends with exit status 2."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in a notebook: the line alone."""
        return [str(self)]


class DeclarationError(UserError):
    """An exercise is declared in a way that cannot be graded: a patch that does not match, a part without cases."""
