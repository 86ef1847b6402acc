"""nbgrader grades one notebook at a time: the process that is slow to start stays for the next, and not for ever."""

from __future__ import annotations

import time

import pytest

from autograder import sandbox
from autograder.course import Course
from autograder.errors import UserError
from autograder.gradebook.keeper import Keeper
from autograder.gradebook.preprocessor import Grade
from tests.gradebook.conftest import hand_in


def test_one_zygote_for_many_that_ends_when_nobody_comes(kinds: Course) -> None:
    keeper, chapter = Keeper(idle=1), kinds.chapters[0]
    ada, bob = hand_in(kinds.root, "ada"), hand_in(kinds.root, "bob")
    assert keeper.grade(kinds, chapter, ada).points == 9
    first = keeper._kept
    assert keeper.grade(kinds, chapter, bob).points == 9
    assert first is not None and keeper._kept is first
    until = time.monotonic() + 20
    while first[2]._zygote is not None and time.monotonic() < until:
        time.sleep(0.05)
    assert keeper._kept is None and first[2]._zygote is None


def test_refuses_where_there_is_no_sandbox(kinds: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "strength", lambda *_: "partly sandboxed")
    ada = hand_in(kinds.root, "ada")
    with pytest.raises(UserError, match=r"c\.Grade\.unsandboxed = True"):
        Keeper().grade(kinds, kinds.chapters[0], ada)
    assert Grade().unsandboxed is False
