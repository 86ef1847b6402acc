"""A stub says that it is not written; torch says of a call that it cannot do it. Both raise the same error."""

from __future__ import annotations

import types

import pytest
import torch

from autograder.run import by_a_statement, run_case


def call(target):
    return target()


def kind_of(target) -> str:
    return run_case(call, {"f": target}, "f", {}).kind


def bare():
    raise NotImplementedError


def in_a_block():
    with torch.no_grad():
        raise NotImplementedError("later")


def calls_a_stub():
    return 1 + bare()


@pytest.mark.parametrize("target", [bare, in_a_block, calls_a_stub])
def test_what_is_not_written_is_a_stub(target):
    assert kind_of(target) == "stub"


def test_what_torch_cannot_do_is_an_error():
    outcome = run_case(call, {"f": lambda: torch.tensor([1 + 2j]).max()}, "f", {})
    assert (outcome.kind, outcome.error) == ("error", "NotImplementedError")
    assert "not implemented for" in outcome.message


def test_a_traceback_that_points_nowhere_is_survived():
    def forged():
        try:
            raise NotImplementedError
        except NotImplementedError as error:
            frame = error.__traceback__.tb_frame
            error.__traceback__ = types.TracebackType(None, frame, 10**9, 1)
            caught = error
        return caught

    assert not by_a_statement(forged())
