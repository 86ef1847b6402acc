"""docs/threats.md, written from the declarations: `python -m autograder.attacks.threats` writes it anew."""

from __future__ import annotations

from pathlib import Path

from autograder.attacks.declared import ASSETS, DEFENCES, WAYS, Attack, attacks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "threats.md"

HEAD = """# What hostile submissions try, and what stops them

This page is made from the declarations in `autograder/attacks/families`; a test holds it fresh. `ngram2bert attack`
grades all of these submissions on your machine, along the path of `ngram2bert grade` and under lower limits, and
says what came of each. For an attack to count as stopped, all of this must hold:

- it earns no point beyond what the honest code beside it earns, and its own right answer keeps its points;
- no word that stands in the secret, the gradebook, another's notebook or the teacher's files appears in its grade;
- no file changes outside its working folder, and nothing is left in that folder or in the machine's common ones;
- the listeners on loopback see nobody, and no process of it is left;
- the checker goes on: a right and a blank submission, graded before and after it, have the same grades, byte by
  byte, and a process of the right one that is alive beside it answers as before;
- it gets a score and a reason.

The hostile files do no harm outside the test: they are bounded in time, number and size, know no address but
loopback and no folder but their own, and what uses up memory or disk runs inside limits that are lower than a
class's.

Where a machine lacks a layer of the sandbox, an attack that only this layer stops is reported as *not stopped: no
Landlock here*, and the command ends with exit status 1. `ngram2bert doctor` says how to get the layer.
"""

NOT_DEFENDED = """## What is not defended

- **Knowing the reference.** The solutions are public. Who hands in the course's own code in their own name gets
  full points, and who disguises it does too. The similarity report and a talk find that, no sandbox does.
- **A forbidden function by another road.** `forbids` refuses functions by name, in the process of the code it
  holds. It stops the tempted. Who computes a softmax as the gradient of a cross entropy, takes it from attention
  with an identity for values, or takes the guard itself apart in memory, gets past it. It is a rule of the task,
  not of the sandbox.
- **What is visible.** The hand-made cases are the same for everybody and stand on the cards. A part of an exercise
  that has no drawn case could be answered from a table; `verify` refuses it, and grading does not.
- **Questions of the secret seed.** Code sees the questions that it answers. Feedback shows none of them, but a
  learner whose code measures them can make its run time, or which hand-made case it fails next, tell a few bits.
  The answers are not sent, so what is learned is a question whose answer the public reference gives anyway.
- **Tests as answers.** A task that asks for a test shows the test right and wrong implementations. They come from
  the public declarations, so a test can recognise their text.
- **Time shared.** Submissions share a processor. One can make its neighbours slower, and measure them, by using
  caches and memory bandwidth. Time limits are wide, so that a slow neighbour costs no points.
- **Errors in the kernel, the processor, Python, PyTorch, NumPy or msgpack.** The system calls that a submission may
  make are a short list, but the list is not empty; a memory error in a library runs inside the sandbox, one in the
  kernel ends it.
- **The checker's parsers.** Notebook JSON, Python source and answers are parsed in the checker. Their size, depth
  and time are bounded and they are tested with hostile input, but they are code that hostile input reaches.
- **Other systems.** On Windows and macOS there is a process of its own and there are time limits, nothing else; the
  grader says *not sandboxed* there, and refuses a class without `--unsandboxed`.
- **The date of what was handed in.** nbgrader's exchange writes `timestamp.txt` itself. Where folders are collected in
  another way, a learner can hand in one of their own, and date the notebook's file as they like: take the date from
  the system that received it.
- **Other users of the teacher's machine.** The seed and the journal are closed to them. The gradebook, the autograded
  notebooks and the feedback have the rights that nbgrader gives them: close the course folder (`chmod 700`).
- **Notebooks opened by hand.** Whoever opens a submission in JupyterLab and trusts it runs it, outside of all this.
"""


def page() -> str:
    """The whole page."""
    found = attacks()
    parts = [HEAD, "## Who is after what, by which way\n", _matrix(found), "## The defences\n", _defences()]
    parts += ["## The attacks\n", *(_family(asset, found) for asset in ASSETS), NOT_DEFENDED]
    return "\n".join(parts)


def _matrix(found: list[Attack]) -> str:
    lines = [_row(["after", *WAYS]), _row(["---"] * (len(WAYS) + 1))]
    for asset, what in ASSETS.items():
        counts = [sum(a.asset == asset and a.way == way for a in found) for way in WAYS]
        lines.append(_row([f"**{asset}**: {what}", *(str(count or "") for count in counts)]))
    ways = "; ".join(f"*{way}*: {what}" for way, what in WAYS.items())
    return "\n".join([f"{len(found)} attacks. {ways}.\n", *lines, ""])


def _defences() -> str:
    return "\n".join([*(f"- **{name}**: {what}" for name, what in DEFENCES.items()), ""])


def _family(asset: str, found: list[Attack]) -> str:
    lines = [
        f"### {asset.capitalize()}\n",
        _row(["attack", "way", "what it tries", "each of these stops it"]),
        _row(["---"] * 4),
    ]
    for attack in found:
        if attack.asset == asset:
            lines.append(_row([f"`{attack.id}`", attack.way, attack.tries, ", ".join(attack.stopped_by)]))
    return "\n".join([*lines, ""])


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}: {len(attacks())} attacks")
