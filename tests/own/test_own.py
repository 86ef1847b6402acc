"""A teacher's own exercises: built, checked, graded, proven; one line for whatever is wrong with the file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from autograder import cli, own
from autograder import course as courses
from autograder.errors import UserError
from tests.own.conftest import CHAPTER, EXAMPLE, ROOT

RIGHT = "def rank_counts(words):\n    from collections import Counter\n    return Counter(words).most_common()\n"
WRONG = "def rank_counts(words):\n    return sorted({w: words.count(w) for w in words}.items(), key=lambda p: p[1])\n"


def hand_in(course: Path, learner: str, answer: str) -> Path:
    """The learner's notebook with an answer."""
    notebook = json.loads((course / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == "rank_counts":
            cell["source"] = answer
    place = course / "submitted" / learner / CHAPTER
    place.mkdir(parents=True)
    path = place / f"{CHAPTER}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_a_chapter_of_ones_own_is_built_checked_released_and_graded(
    own_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learner = (own_course / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8")
    assert "NotImplementedError" in learner and "counts.get" not in learner and "not rare" not in learner
    hand_in(own_course, "ada", RIGHT)
    hand_in(own_course, "ben", WRONG)
    assert cli.main(["release", "50"]) == 0
    assert "50-zipf: 5 points in 2 cells" in capsys.readouterr().out
    assert cli.main(["grade", "50", "--jobs", "1", "--json", "grades.json"]) == 0
    grades = {g["learner"]: g for g in json.loads(Path("grades.json").read_text(encoding="utf-8"))["grades"]}
    assert (grades["ada"]["points"], grades["ada"]["possible"]) == (3, 3)
    assert grades["ben"]["points"] == 0 and "rarest first" in capsys.readouterr().out
    assert cli.main(["gradescope", "50", "-o", "zipf.zip"]) == 0
    import zipfile

    with zipfile.ZipFile("zipf.zip") as archive:
        assert "course/exercises/zipf_exercises.py" in archive.namelist()
        assert 'exercises = "exercises/zipf_exercises.py"' in archive.read("course/course.toml").decode()


def test_the_option_takes_the_place_of_the_chapters_exercises(
    own_course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(own_course, "ada", RIGHT)
    stricter = own_course / "other" / "zipf_two.py"
    stricter.parent.mkdir()
    text = (EXAMPLE / "zipf_exercises.py").read_text(encoding="utf-8")
    stricter.write_text(text.replace("points=3", "points=30").replace(": 1", ": 10"), encoding="utf-8")
    assert cli.main(["check", str(path), "--exercises", "other"]) == 0
    assert "30 of 30 points" in capsys.readouterr().out
    graded = own.chapter(courses.read().chapter("50"), "other/zipf_two.py")
    assert (graded.name, graded.possible("rank_counts")) == (CHAPTER, 30)


def test_the_example_is_proven(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "--exercises", str(EXAMPLE / "zipf_exercises.py"), "--seeds", "10"]) == 0
    assert "4 of 4 mistakes caught" in capsys.readouterr().out


LACKING = """
from autograder.exercise import exercise

def double(x):
    \"\"\"Twice x.\"\"\"
    return 2 * x

doubled = exercise("double", of=double, points=2, minutes=5, level=1, parts={"small": 1, "large": 1}, hints=["Add."])

@doubled.cases
def _(r):
    yield "small", {"x": 2}
    yield "large", {"x": 100 + r.below(9)}

doubled.mistake("squared", "2 * x", "x * x", "You square it.")
doubled.mistake("unhelpful", "2 * x", "3 * x", "")
doubled.also("added", "def double(x):\\n    return x * x if x < 3 else x + x + 1\\n")

plain = exercise("plain", of=double, points=1, minutes=5, level=1)

broken = exercise("broken", of=double, points=1, minutes=5, level=1)

@broken.cases
def _(r):
    yield "all", {"x": 1 / 0}
"""


def test_verify_says_what_is_missing_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "lacking_one.py").write_text(LACKING, encoding="utf-8")
    assert cli.main(["verify", "--exercises", str(tmp_path / "lacking_one.py"), "--seeds", "2"]) == 1
    said = capsys.readouterr().out
    for line in (
        "double: 2 mistakes: name at least 4 that learners make",
        "double: 1 other right way: give at least 2 of another structure",
        "double: 1 hint: give a nudge, a direction, and one that is nearly there",
        "double: the mistake 'unhelpful' tells the learner nothing",
        "double: mistake 'squared' passes the hand-made cases; add one that it gets wrong",
        "double: right way 'added' is rejected",
        "plain: has no cases",
        "plain: no mistakes: name at least 4",
        "broken: its cases cannot be made: ZeroDivisionError: division by zero (line 25 of the declarations)",
        "3 exercises: ",
    ):
        assert line in said, line


def test_a_surviving_mutant_comes_with_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (EXAMPLE / "zipf_exercises.py").read_text(encoding="utf-8")
    begin, end = text.index("    # drawn, new"), text.index("ranks.mistake(")
    few = text[:begin].replace('yield "different counts", {"words": ["b", "a", "b", "c", "a", "b"]}', "")
    few = few.replace('"equal counts", {"words": ["c", "b", "a", "a"]}', '"random", {"words": ["c", "b"]}')
    (tmp_path / "few_cases.py").write_text(few + "\n\n" + text[end:], encoding="utf-8")
    assert cli.main(["verify", "--exercises", str(tmp_path / "few_cases.py"), "--seeds", "1"]) == 1
    said = capsys.readouterr().out
    assert "mutant survives: " in said and "add a case that tells it from the solution" in said
    assert "no case for the parts ['different counts']" in said


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("none.py", None, "there is no "),
        ("bad_syntax.py", "x = 1\ndef f(:\n", "bad_syntax.py, line 2: "),
        ("raises_late.py", "x = 1\n\ny = x / 0\n", "raises_late.py, line 3: ZeroDivisionError: division by zero"),
        ("wants_more.py", "import no_such_thing\n", "wants_more.py, line 1: ModuleNotFoundError"),
        ("holds_nothing.py", "x = 1\n", "declares no exercise"),
        ("random.py", "x = 1\n", "there is another module called 'random'"),
        ("not_text.py", b"\xff\xfe", "cannot be read"),
        (
            "twice_the_same.py",
            "from autograder.exercise import exercise\ndef f():\n    return 1\n"
            "a = exercise('f', of=f, points=1, minutes=1, level=1)\n"
            "b = exercise('f', of=f, points=1, minutes=1, level=1)\n",
            "declares 'f' twice",
        ),
        (
            "wrong_patch.py",
            "from autograder.exercise import exercise\ndef f():\n    return 1\n"
            "a = exercise('f', of=f, points=1, minutes=1, level=1)\na.mistake('m', 'return 3', '', 'x')\n",
            "the patch of mistake 'm'",
        ),
    ],
)
def test_a_file_that_cannot_be_used_costs_one_line(
    name: str, text: str | bytes | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if isinstance(text, str):
        path.write_text(text, encoding="utf-8")
    elif text is not None:
        path.write_bytes(text)
    assert cli.main(["verify", "--exercises", str(path)]) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1, said


def test_files_of_a_folder_may_import_one_another_but_not_by_a_taken_name(tmp_path: Path) -> None:
    (tmp_path / "a_solutions.py").write_text("def one():\n    return 1\n", encoding="utf-8")
    (tmp_path / "b_exercises.py").write_text(
        "from a_solutions import one\nfrom autograder.exercise import exercise\n"
        "first = exercise('one', of=one, points=1, minutes=1, level=1)\n",
        encoding="utf-8",
    )
    assert list(courses.load(str(tmp_path))) == ["one"]
    assert (own.folder(str(tmp_path)), own.folder(str(tmp_path / "b_exercises.py"))) == (tmp_path, tmp_path)
    (tmp_path / "string.py").write_text("", encoding="utf-8")
    (tmp_path / "c_exercises.py").write_text("import string\n", encoding="utf-8")
    with pytest.raises(UserError, match="another module called 'string'"):
        own.load(str(tmp_path / "c_exercises.py"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no Python file"):
        own.load(str(tmp_path / "empty"))


def test_ids_of_other_chapters_are_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    text = LACKING[: LACKING.index("plain = ")].replace('exercise("double"', 'exercise("perplexity"')
    (tmp_path / "clashing.py").write_text(text, encoding="utf-8")
    cli.main(["verify", "--exercises", str(tmp_path / "clashing.py"), "--seeds", "1"])
    assert "perplexity: 01-ngrams has others of these ids" in capsys.readouterr().err
    assert cli.main(["verify", "00", "--exercise", "nothing"]) == 2
    assert "there is no exercise 'nothing' there; there are " in capsys.readouterr().err


def test_paths_and_names_are_told_apart() -> None:
    assert own.is_path("mine.py") and own.is_path("mine/") and own.is_path("weeks/mine.py")
    assert not own.is_path("autograder.exercises.ch01_ngrams")
    assert own.resolved("mine.py", Path("/course")) == str(Path("/course/mine.py").resolve())
    assert own.resolved("mine.week", Path("/course")) == "mine.week"
    assert "zipf_exercises" not in sys.modules
