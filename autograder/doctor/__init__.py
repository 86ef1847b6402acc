"""What works on this machine and how to mend the rest.

A check is a function without arguments that returns findings; it is listed in CHECKS and in no other place. One that
raises is itself a finding: the doctor must work where nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable

from autograder.doctor import autograding, corpora, machine, notebooks, packages, sandbox
from autograder.doctor.finding import Finding

__all__ = ["CHECKS", "Finding", "can_work", "examine"]

CHECKS: tuple[Callable[[], list[Finding]], ...] = (
    machine.python,
    packages.against_lock,
    machine.disk,
    corpora.corpora,
    notebooks.chapters,
    notebooks.jupyterlab,
    notebooks.kernel,
    notebooks.widgets,
    notebooks.nbgrader,
    autograding.autograding,
    sandbox.grader,
    sandbox.layers,
    machine.gpu,
    machine.browser,
)


def examine() -> list[Finding]:
    """All findings, in the order of CHECKS."""
    findings: list[Finding] = []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            findings += check()
        except Exception as error:
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            findings.append(
                Finding(name, "fail", f"the check itself failed: {said}", "run `make clean`, then `make lab`")
            )
    return findings


def can_work(findings: list[Finding]) -> bool:
    """Whether a learner can work: nothing that they need has failed."""
    return all(finding.status != "fail" for finding in findings)
