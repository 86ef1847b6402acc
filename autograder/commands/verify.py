"""`ngram2bert verify`: the proof of the checks."""

from __future__ import annotations

import argparse
import json
import sys

import torch

from autograder import course, own
from autograder.errors import UserError
from autograder.exercise import Exercise
from autograder.terminal import print_table
from autograder.verify import Proof, row, verify

HELP = "prove the checks: every mistake caught, every right way accepted, every mutant killed"
EXAMPLE = "ngram2bert verify 01"
HEAD = ["exercise", "mistakes", "right ways", "mutants", "excused", "told apart", "time", "verdict"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("chapter", nargs="?", help="a chapter's name or number; all chapters without it")
    parser.add_argument(
        "--exercise", action="append", default=[], metavar="ID", help="only this exercise; may be repeated"
    )
    parser.add_argument(
        "--exercises", metavar="PATH", help="your own declarations, a file, folder or module, in place of the course's"
    )
    parser.add_argument("--seeds", type=int, help="how many seeds (200; 20 for training)")
    parser.add_argument("--json", metavar="FILE", help="write the proofs to FILE as well; - for standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status 1 where a check is not proven."""
    torch.set_num_threads(1)
    if args.exercises:
        exercises = list(course.load(own.where(args.exercises)).values())
    else:
        read = course.read()
        chapters = [read.chapter(args.chapter)] if args.chapter else read.chapters
        exercises = [exercise for chapter in chapters for exercise in chapter.exercises.values()]
    if unknown := set(args.exercise) - {exercise.name for exercise in exercises}:
        known = ", ".join(exercise.name for exercise in exercises)
        raise UserError(f"there is no exercise '{min(unknown)}' there; there are {known}")
    exercises = [exercise for exercise in exercises if not args.exercise or exercise.name in args.exercise]
    if args.exercises or not args.exercise:
        _clashes(exercises)
    proofs: list[Proof] = []
    for number, exercise in enumerate(exercises, start=1):
        print(f"\r{number}/{len(exercises)} {exercise.name:<30}", end="", file=sys.stderr, flush=True)
        proofs.append(verify(exercise, args.seeds))
    print("\r" + " " * 50 + "\r", end="", file=sys.stderr)
    if args.json != "-":
        print_table(HEAD, [row(proof) for proof in proofs])
        _explain(proofs)
    if args.json:
        data = [
            {
                "exercise": p.exercise.name,
                "seeds": p.seeds,
                "mistakes": p.mistakes,
                "caught": p.caught,
                "right_ways": p.right_ways,
                "accepted": p.accepted,
                "mutants": p.mutants,
                "killed": p.killed,
                "excused": p.excused,
                "seconds": round(p.seconds, 2),
                "problems": p.problems,
                "ambiguous": p.ambiguous,
                "power": p.power,
            }
            for p in proofs
        ]
        if args.json == "-":
            print(json.dumps(data, indent=1))
        else:
            with open(args.json, "w", encoding="utf-8") as file:
                json.dump(data, file, indent=1)
    return int(any(proof.problems for proof in proofs))


def _advice(problem: str) -> str:
    """What to do, where the problem itself does not say it."""
    if problem.startswith("mutant survives"):
        return "; add a case that tells it from the solution, or excuse it with `equivalent` and a reason"
    if problem.endswith("passes the hand-made cases"):
        return "; add one that it gets wrong"
    if problem.startswith("power: "):
        return "; draw more rows in a hand-made case"
    if problem.startswith("right way") and "is rejected" in problem:
        return "; is it right on this case, or is the check too narrow?"
    return ""


def _clashes(exercises: list[Exercise]) -> None:
    """Warn of ids that two chapters have: `check("id")` in a notebook may then find the other exercise."""
    for chapter in course.read().chapters:
        same = [e.name for e in exercises if chapter.exercises.get(e.name, e) is not e]
        if same:
            said = f"{', '.join(same)}: {chapter.name} has others of these ids; in one course give yours others"
            print(said, file=sys.stderr)


def _explain(proofs: list[Proof]) -> None:
    for proof in proofs:
        for problem in proof.problems:
            print(f"{proof.exercise.name}: {problem}{_advice(problem)}")
        for group in proof.ambiguous:
            print(f"{proof.exercise.name}: no case tells these apart: {', '.join(group)}")
        if proof.power:
            least = min(proof.power, key=lambda name: proof.power[name])
            print(
                f"{proof.exercise.name}: power at least {proof.power[least]:.0%}, that of '{least}': so many of other "
                "generator seeds make a hand-made case reject it"
            )
    caught, mistakes = sum(p.caught for p in proofs), sum(p.mistakes for p in proofs)
    killed, all_mutants = sum(p.killed for p in proofs), sum(p.mutants for p in proofs)
    excused = sum(p.excused for p in proofs)
    print(
        f"{len(proofs)} exercises: {caught} of {mistakes} mistakes caught, {sum(p.accepted for p in proofs)} of "
        f"{sum(p.right_ways for p in proofs)} right ways accepted, "
        f"{killed} of {all_mutants} mutants killed, {excused} excused"
    )
