"""`ngram2bert verify`: the proof of the checks."""

from __future__ import annotations

import argparse
import json
import sys

import torch

from autograder import course
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
        "--exercises", metavar="MODULE", help="a module of your own declarations, in place of the course's"
    )
    parser.add_argument("--seeds", type=int, help="how many seeds (200; 20 for training)")
    parser.add_argument("--json", metavar="FILE", help="write the proofs to FILE as well; - for standard output")


def run(args: argparse.Namespace) -> int:
    """Exit status 1 where a check is not proven."""
    torch.set_num_threads(1)
    if args.exercises:
        exercises = list(course.load(args.exercises).values())
    else:
        read = course.read()
        chapters = [read.chapter(args.chapter)] if args.chapter else read.chapters
        exercises = [exercise for chapter in chapters for exercise in chapter.exercises.values()]
    exercises = [exercise for exercise in exercises if not args.exercise or exercise.name in args.exercise]
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
            }
            for p in proofs
        ]
        if args.json == "-":
            print(json.dumps(data, indent=1))
        else:
            with open(args.json, "w", encoding="utf-8") as file:
                json.dump(data, file, indent=1)
    return int(any(proof.problems for proof in proofs))


def _explain(proofs: list[Proof]) -> None:
    for proof in proofs:
        for problem in proof.problems:
            print(f"{proof.exercise.name}: {problem}")
        for group in proof.ambiguous:
            print(f"{proof.exercise.name}: no case tells these apart: {', '.join(group)}")
    caught, mistakes = sum(p.caught for p in proofs), sum(p.mistakes for p in proofs)
    killed, all_mutants = sum(p.killed for p in proofs), sum(p.mutants for p in proofs)
    excused = sum(p.excused for p in proofs)
    print(
        f"{len(proofs)} exercises: {caught} of {mistakes} mistakes caught, {sum(p.accepted for p in proofs)} of "
        f"{sum(p.right_ways for p in proofs)} right ways accepted, "
        f"{killed} of {all_mutants} mutants killed, {excused} excused"
    )
