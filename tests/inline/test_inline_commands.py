"""hint, solution, reset, progress, use; ids; the record; the build."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.errors import UserError
from autograder.progress import Record

RIGHT = """
def count_words(words, start):
    counts = {start: 1}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
"""
LEANS = """
def frequencies(words, start):
    counts = count_words(words, start)
    return {w: c / sum(counts.values()) for w, c in counts.items()}
"""


def test_an_unknown_id_is_one_line_with_the_nearest(notebook):
    with pytest.raises(UserError) as error:
        notebook.run('check("countwords")')
    assert error.value._render_traceback_() == ['There is no exercise "countwords"; did you mean "count_words"?']
    with pytest.raises(UserError, match="is a text in quotes"):
        notebook.run("check(3)")


def test_hints_come_one_at_a_time_and_open_the_solution(notebook):
    for number, words in enumerate(("one by one", "is 0 for a new word", "Do not forget"), 1):
        notebook.run('solution("count_words")')
        assert notebook.text.startswith(f"{4 - number} hint")
        assert "def count_words" not in notebook.text
        notebook.run('hint("count_words")')
        assert notebook.text.startswith(f"Hint {number} of 3: ")
        assert words in notebook.text
    assert "<strong>one by one</strong>" in notebook.shown[1]["text/html"]
    notebook.run('hint("count_words")')
    assert notebook.text.count("of 3: ") == 3
    notebook.run('solution("count_words")')
    assert notebook.text.startswith("def count_words(words, start):")


def test_the_solution_of_a_right_answer(notebook):
    notebook.run(RIGHT)
    notebook.run('solution("count_words")')
    assert notebook.text.startswith("def count_words(words, start):")


def test_read_hints_stay_on_the_card(notebook):
    notebook.run('hint("count_words")')
    text = notebook.check("count_words", RIGHT.replace("+ 1", "+ 2"))
    assert "Hint 1: Walk through the words" in text
    assert "Hint 2 of 3: run hint" in text


def test_progress_is_a_table(notebook):
    notebook.check("count_words", RIGHT)
    notebook.check("frequencies", LEANS.replace("/ sum(counts.values())", "/ 1.0"))
    notebook.run("progress()")
    lines = notebook.text.splitlines()
    assert lines[0].startswith("01 counting words")
    assert "4 of 6" in lines[0]
    assert "####################  4 of 4  right" in lines[1]
    assert "....................  0 of 2  tried" in lines[2]
    assert notebook.html.count('<th scope="row">') == 3


def test_a_stub_is_no_try(notebook):
    notebook.check("count_words", "def count_words(words, start):\n    raise NotImplementedError")
    assert Record().results() == {}


def test_the_record_outlives_the_kernel(notebook):
    notebook.run('hint("count_words")')
    notebook.check("count_words", RIGHT)
    notebook.check("count_words", RIGHT.replace("+ 1", "+ 2"))
    again = Record()
    assert again.hints_read("count_words") == 1
    result = again.results()["count_words"]
    assert (result.points, result.possible, result.tries, result.passed) == (1.0, 4.0, 2, True)


def test_an_unwritable_record_is_one_note_and_no_crash(notebook, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NGRAM2BERT_DATA", str(tmp_path / "file"))
    text = notebook.check("count_words", RIGHT)
    assert text.startswith("count_words: right")
    assert "Note: Your progress cannot be kept in" in text
    assert "NGRAM2BERT_DATA" in text
    notebook.run('hint("count_words")')
    notebook.run('hint("count_words")')
    assert notebook.text.startswith("Hint 2 of 3"), "within the kernel it is remembered"


def test_a_damaged_record_is_no_crash(notebook, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "progress.sqlite").write_bytes(b"no database" * 1000)
    assert notebook.check("count_words", RIGHT).startswith("count_words: right")


def test_many_kernels_write_at_once(tmp_path):
    code = (
        "from autograder.progress import Record\nr = Record()\nfor _ in range(40): r.save('a', 1, 2)\nprint(r.problem)"
    )
    env = os.environ | {"NGRAM2BERT_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}

    def one(_):
        return subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        ).stdout.strip()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(one, range(3))) == [""] * 3
    os.environ["NGRAM2BERT_DATA"], before = str(tmp_path), os.environ.get("NGRAM2BERT_DATA")
    try:
        assert Record().results()["a"].tries == 120
    finally:
        os.environ.pop("NGRAM2BERT_DATA") if before is None else os.environ.update(NGRAM2BERT_DATA=before)


def test_a_build_writes_nothing(notebook, tmp_path, monkeypatch):
    from autograder import inline

    monkeypatch.setenv("NGRAM2BERT_BUILD", "1")
    inline._record.cache_clear()
    notebook.check("count_words", RIGHT)
    notebook.run('hint("count_words")')
    assert not (tmp_path / "data").exists()
    assert len(notebook.shown) == 2


def test_use_takes_the_learners_function_where_it_passes(notebook, capsys):
    notebook.run(RIGHT)
    notebook.run(LEANS.replace("/ sum", "* sum"))
    notebook.run('mine = use("count_words", "frequencies")')
    assert (
        capsys.readouterr().out == "Using your count_words and the reference's frequencies (yours does not pass yet).\n"
    )
    assert notebook.run("mine.count_words is count_words")
    assert notebook.run("mine.frequencies(['a'], '^')") == {"^": 0.5, "a": 0.5}


def test_use_of_what_passes_only_by_substitution(notebook, capsys):
    notebook.run(RIGHT.replace("+ 1", "+ 2"))
    notebook.run(LEANS)
    assert notebook.run('use("frequencies").frequencies is frequencies') is False
    assert "the reference's frequencies" in capsys.readouterr().out


def test_points_of_the_course_file_count(notebook, course):
    path = course / "course.toml"
    path.write_text(path.read_text() + "points = { count_words = 8 }\n")
    from autograder import course as courses

    courses.forget()
    assert notebook.check("count_words", RIGHT.replace("+ 1", "+ 2")).startswith(
        "count_words: partly right, 2 of 8 points"
    )
    assert notebook.run("score") == 2.0


def test_the_set_up_cell_imports_nothing_heavy():
    code = (
        "import sys\nfrom autograder.inline import *\n"
        "assert 'torch' not in sys.modules and 'matplotlib' not in sys.modules\n"
        "assert check.__module__ == 'autograder.inline'\nfrom autograder.inline import *"
    )
    subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=True)
