"""Scores for other programs: what Canvas and Moodle ask for, no formula in any cell, one line for what cannot be."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from pathlib import Path

import pytest

from autograder import cli
from autograder.course import Course
from autograder.teaching import table

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz (7),Six kinds (77),Final Score
    Points Possible,,,,,5,20,(read only)
,,,,,,Manual Posting,
"Lovelace, Ada",101,u1,adal,One,5,,
"Müller, B",9102,u2,bob,One,5,1,
"Cem, X",9103,u3,cem,One,5,1,
"Student, Test",9999,,,One,,,
"""
MOODLE = (
    "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
    'Participant 1,Ada L,,ADA@example.org,Submitted,,10.00,Yes,"Friday, 20 November 2026, 1:00 PM",-,\r\n'
    "Participant 2,+Bob,bob,,Submitted,1.00,5.00,Yes,-,-,old\r\n"
    "Participant 3,Nobody,n1,,No submission,,10.00,Yes,-,-,\r\n"
)


def rows(path: Path) -> list[list[str]]:
    """The cells of a CSV file, by the standard library's reader."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_csv_has_everybody_with_manual_grades_and_penalties(graded: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "1", "--csv", "all.csv"]) == 0
    said = capsys.readouterr().err
    assert "3 of 4 learners have a score" in said and "wait to be graded by hand: =cem" in said
    data = (graded.root / "all.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbflearner,")  # spreadsheets read UTF-8 by the mark
    got = {
        row[0]: dict(zip(rows(graded.root / "all.csv")[0], row, strict=True)) for row in rows(graded.root / "all.csv")
    }
    assert [got[name]["score"] for name in ("ada", "bob", "'=cem", "dia")] == ["9", "4", "0", ""]
    assert [got["bob"][name] for name in ("raw_score", "late_penalty", "max_score")] == ["6", "2", "10"]
    assert got["'=cem"]["last_name"] == "'=HYPERLINK(1)" and got["'=cem"]["to_be_graded"] == "1"
    assert got["bob"]["feedback"] == "sum: 2 of 6; essay: a < b, & well\nargued; late: 2 off"  # and no "No response."


def test_canvas_without_a_roster(graded: Course) -> None:
    assert cli.main(["export", "1", "--canvas", "c.csv", "--assignment", "Six kinds (77)"]) == 0
    assert rows(graded.root / "c.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Six kinds (77)"],
        ["    Points Possible", "", "", "", "", "10"],
        ["'=HYPERLINK(1), Cem", "", "", "'=cem", "", "0"],
        ["Lovelace, Ada", "101", "", "ada", "", "9"],
        ['Müller, "B", Bob', "102", "", "bob", "", "4"],
    ]


def test_canvas_with_its_roster_writes_only_rows_with_a_score(
    graded: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Canvas takes a grade away where a cell is empty: the rows of the others must not be there at all."""
    (graded.root / "roster.csv").write_text(CANVAS, encoding="utf-8")
    assert cli.main(["export", "1", "--canvas", "c.csv", "--roster", "roster.csv"]) == 0
    assert rows(graded.root / "c.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Six kinds (77)"],
        ["    Points Possible", "", "", "", "", "20"],
        ["", "", "", "", "", "Manual Posting"],
        ["Lovelace, Ada", "101", "u1", "adal", "One", "9"],
        ["Müller, B", "9102", "u2", "bob", "One", "4"],
    ]
    said = capsys.readouterr().err
    assert "not exported: =cem" in said and "without a submission: Cem, X, Student, Test" in said
    assert "Canvas has 20 points" in said
    assert cli.main(["export", "1", "--canvas", "c.csv", "--roster", "roster.csv", "--scale"]) == 0
    assert [row[-1] for row in rows(graded.root / "c.csv")[3:]] == ["18", "8"]


def test_canvas_that_writes_semicolons_gets_them_back(graded: Course) -> None:
    text = CANVAS.replace(",", ";").replace("Lovelace; Ada", "Lovelace, Ada")
    (graded.root / "roster.csv").write_text(text, encoding="utf-8")
    assert cli.main(["export", "1", "--canvas", "c.csv", "--roster", "roster.csv"]) == 0
    assert (graded.root / "c.csv").read_text(encoding="utf-8").splitlines()[3] == "Lovelace, Ada;101;u1;adal;One;9"


def test_moodle_worksheet_keeps_every_other_cell(graded: Course, capsys: pytest.CaptureFixture[str]) -> None:
    (graded.root / "sheet.csv").write_text(MOODLE, encoding="utf-8", newline="")
    assert cli.main(["export", "1", "--moodle", "m.csv", "--roster", "sheet.csv", "--scale"]) == 0
    header, ada, bob, nobody = rows(graded.root / "m.csv")
    assert header == MOODLE.lstrip("\ufeff").splitlines()[0].split(",")  # Moodle's own words, and no mark before them
    assert ada == [
        *("Participant 1", "Ada L", "", "ADA@example.org", "Submitted", "9", "10.00", "Yes"),
        *("Friday, 20 November 2026, 1:00 PM", "-", "essay: 3 of 4"),
    ]
    assert bob[1] == "'+Bob" and bob[5] == "2"
    assert bob[10] == "sum: 2 of 6<br>essay: a &lt; b, &amp; well argued<br>late: 2 off"
    assert nobody == MOODLE.splitlines()[3].split(",")
    assert "without a submission: Nobody" in capsys.readouterr().err


def test_moodle_in_another_language_and_without_a_worksheet(graded: Course) -> None:
    sheet = MOODLE.replace(",Grade,", ",Bewertung,").replace("Feedback comments", "Kommentar")
    (graded.root / "sheet.csv").write_text(sheet, encoding="utf-8", newline="")
    words = ["export", "1", "--moodle", "m.csv", "--roster", "sheet.csv"]
    assert cli.main([*words, "--grade-column", "Bewertung", "--feedback-column", "Kommentar"]) == 0
    assert rows(graded.root / "m.csv")[1][5] == "9"
    assert cli.main(["export", "1", "--moodle", "m.csv", "--missing-zero"]) == 0
    header, *people = rows(graded.root / "m.csv")
    assert header == ["ID number", "Email address", "First name", "Last name", "Six kinds", "Feedback: Six kinds"]
    assert [(row[0], row[4]) for row in people] == [("'=cem", "0"), ("ada", "9"), ("bob", "4"), ("dia", "0")]


@pytest.mark.parametrize("cell", ["=1+1", "+1 2", "-x", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"])
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert table.guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-", "-1.5", "+3", "12,5", "90%", "ada", "", "a=b", "Participant 1"])
def test_numbers_and_words_stay(cell: str) -> None:
    assert table.guarded(cell) == cell


def test_nothing_is_written_into_the_gradebook(graded: Course) -> None:
    before = (graded.root / "gradebook.db").read_bytes()
    assert cli.main(["export", "1", "--csv", "-"]) == 0
    assert (graded.root / "gradebook.db").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["9", "--csv", "x.csv"], "no chapter '9'"),
        (["1", "--csv", "x.csv", "--db", "nothing.db"], "there is no gradebook"),
        (["1", "--csv", "x.csv", "--db", "course.toml"], "cannot be read: file is not a database"),
        (["1", "--csv", "x.csv", "--db", "sqlite:///nothing.db"], "there is no gradebook"),
        (["1", "--csv", "nowhere/x.csv"], "there is no folder nowhere"),
        (["1", "--csv", "."], "it is a folder"),
        (["1", "--csv", "x.csv", "--roster", "course.toml"], "--csv needs none"),
        (["1", "--canvas", "x.csv", "--roster", "none.csv"], "there is no file none.csv"),
        (["1", "--canvas", "x.csv", "--roster", "course.toml"], "has no columns Student, ID and Section"),
        (["1", "--canvas", "x.csv", "--roster", "other.csv"], "no columns called '01-kinds' or 'Six kinds'"),
        (["1", "--moodle", "x.csv", "--roster", "other.csv"], "has no column 'Grade'"),
        (["1", "--moodle", "x.csv", "--roster", "latin.csv"], "is not UTF-8"),
    ],
)
def test_what_cannot_be_costs_one_line(
    graded: Course, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    (graded.root / "other.csv").write_text(CANVAS.replace("Six kinds", "Other"), encoding="utf-8")
    (graded.root / "latin.csv").write_bytes("Identifier,Grade\nM\xfcller,1\n".encode("latin-1"))
    assert cli.main(["export", *words]) == 2
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1


def test_without_a_gradebook_or_the_chapter_in_it(
    kinds: Course, gradebook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export", "1", "--csv", "-"]) == 2
    assert "`ngram2bert grade` makes it" in capsys.readouterr().err
    shutil.copy(gradebook, kinds.root / "gradebook.db")
    with sqlite3.connect(kinds.root / "gradebook.db") as database:
        database.execute("update assignment set name = '00-other'")
    assert cli.main(["export", "1", "--csv", "-"]) == 2
    assert "has no 01-kinds, only 00-other" in capsys.readouterr().err
