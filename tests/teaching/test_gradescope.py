"""The zip for Gradescope, run as its harness runs it: from the zip alone, in a folder laid out like /autograder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from io import BytesIO
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from autograder import cli, course
from autograder.course import Course
from autograder.errors import UserError
from autograder.teaching import gradescope, gradescope_run
from autograder.teaching.pins import pins
from tests.grading.conftest import hand_in
from tests.kinds import declarations
from tests.teaching.harness import conforms, from_the_zip_alone, run

WRONG = {"cross_entropy": declarations.cross_entropy.mistakes[0].source}
STUB = {"log_softmax": "def log_softmax(scores, dim):\n    raise NotImplementedError\n"}
# reads a reference, then writes its own results; what it learns it would tell in its error
THIEF = """def sample(*args, **more):
    import glob, json
    found = ""
    for place in {places!r}:
        try:
            found += open(place).read()
        except OSError as error:
            found += type(error).__name__
    try:
        open({results!r}, "w").write(json.dumps({{"score": 1000}}))
    except OSError:
        found += " not written"
    raise ValueError("STOLEN " + found[:40])
"""


@pytest.fixture
def laid_out(kinds: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gradescope's layout with the zip of the small course unpacked in it; nothing handed in yet."""
    assert cli.main(["gradescope", "1", "-o", "grader.zip"]) == 0
    root = tmp_path_factory.mktemp("harness") / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "grader.zip", str(root / "source")], check=True)
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    return root


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Gradescope's containers are Linux")
def test_as_the_harness_runs_it(laid_out: Path, kinds: Course) -> None:
    library = laid_out / "source" / "tests" / "kinds"
    places = [str(library / "drawing.py"), str(laid_out / "source" / "gradescope.json")]
    thief = THIEF.format(places=places, results=str(laid_out / "results" / "results.json"))
    handed = hand_in(kinds.root, "ada", WRONG | STUB | {"sample": thief})
    shutil.copy(handed, laid_out / "submission")
    (laid_out / "submission" / "torch.py").write_text("raise SystemExit('a module beside the notebook was imported')")
    results, said, modules = run(laid_out)
    conforms(results)
    assert "tests" in results, said
    by_name = {test["name"]: test for test in results["tests"]}
    assert results["visibility"] == "visible" and "partly" not in said and "sandboxed" in said
    earned = sum(test["score"] for test in results["tests"])
    assert sum(test["max_score"] for test in results["tests"]) == 22 and earned == 13, said
    entropy = next(test for test in results["tests"] if test["name"].startswith("cross_entropy") and test["output"])
    assert "You add the rows up; the loss is their mean." in entropy["output"] and "wrong" in entropy["tags"]
    assert {test["number"] for test in results["tests"]} >= {"1.1", "2.1", "6.1"} and len(by_name) == 10
    everything = json.dumps(results) + said
    assert "STOLEN" in everything and "not written" in everything and "visibility\\\\" not in everything
    assert "from autograder" not in everything and "def law" not in everything  # the text of the declarations
    from_the_zip_alone(modules, laid_out)


def test_what_is_in_the_zip(kinds: Course) -> None:
    (kinds.root / ".grading-secret").write_text("sesame")
    names = zipfile.ZipFile(BytesIO(gradescope.bundle(kinds, kinds.chapters[0], visibility="hidden"))).namelist()
    assert {"setup.sh", "run_autograder", "requirements.txt", "course/course.toml"} <= set(names)
    assert (
        "tests/kinds/drawing.py" in names and "tests/__init__.py" in names and "tests/grading/conftest.py" not in names
    )
    real = course.read(Path(__file__).parents[2])
    data = gradescope.bundle(real, real.chapter("1"), visibility="hidden", index="https://example.org/cpu")
    assert data == gradescope.bundle(real, real.chapter("1"), visibility="hidden", index="https://example.org/cpu")
    archive = zipfile.ZipFile(BytesIO(data))
    names = archive.namelist()
    assert "autograder/exercises/ch01_common.py" in names and "autograder/sandbox/landlock.py" in names
    assert not [
        name for name in names if "ch00" in name or "secret" in name or "/gradebook/" in name or ".ipynb_" in name
    ]
    assert not [name for name in names if name.startswith(("solutions", "submitted", "course/notebooks/00"))]
    modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o100755 and modes["requirements.txt"] == 0o100644
    for script in ("setup.sh", "run_autograder"):
        subprocess.run(["bash", "-n"], input=archive.read(script), check=True)
    assert "PIP_EXTRA_INDEX_URL='https://example.org/cpu'" in archive.read("setup.sh").decode()
    requirements = archive.read("requirements.txt").decode().splitlines()
    assert "torch==2.13.0" in requirements and all("==" in line and "+" not in line for line in requirements)


def test_nobodys_name_is_in_the_course_that_travels(kinds: Course) -> None:
    toml = (kinds.root / "course.toml").read_text() + '\n[[extension]]\nlearner = "ada"\nnote = "ill"\n'
    (kinds.root / "course.toml").write_text(toml)
    text = gradescope.course_toml(kinds, kinds.chapters[0])
    assert "ada" not in text and "2026" not in text
    (chapter,) = tomllib.loads(text)["chapter"]
    assert (chapter["name"], chapter["title"], chapter["uses"]) == ("01-kinds", "Six kinds", [])
    assert (chapter["exercises"], chapter["points"]) == ("tests.kinds.declarations", {"cross_entropy": 4})


def test_the_seed_follows_the_answers_alone(kinds: Course) -> None:
    chapter = kinds.chapters[0]
    path = hand_in(kinds.root, "ada")
    first = gradescope_run.seed_of(path, chapter)
    data = json.loads(path.read_text())
    data["cells"][1] |= {"outputs": [{"output_type": "stream", "name": "stdout", "text": "7"}], "execution_count": 7}
    data["cells"].append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": "a thought"})
    path.write_text(json.dumps(data))
    assert gradescope_run.seed_of(path, chapter) == first
    assert gradescope_run.seed_of(hand_in(kinds.root, "bob", WRONG), chapter) != first


def test_which_notebook_is_graded(kinds: Course, tmp_path: Path) -> None:
    chapter, folder = kinds.chapters[0], tmp_path / "handed"
    (folder / "deep" / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / "deep" / ".ipynb_checkpoints" / "01-kinds.ipynb").write_text("{}")
    with pytest.raises(UserError, match="no notebook in what was handed in; hand in 01-kinds"):
        gradescope_run.handed_in(folder, chapter)
    (tmp_path / "outside.ipynb").write_text("{}")
    (folder / "link.ipynb").symlink_to(tmp_path / "outside.ipynb")
    with pytest.raises(UserError, match="no notebook"):
        gradescope_run.handed_in(folder, chapter)
    (folder / "deep" / "mine.ipynb").write_text("{}")
    assert gradescope_run.handed_in(folder, chapter).name == "mine.ipynb"
    (folder / "01-kinds.ipynb").write_text("{}")
    assert gradescope_run.handed_in(folder, chapter).name == "01-kinds.ipynb"
    (folder / "deep" / "01-kinds.ipynb").write_text("{}")
    with pytest.raises(UserError, match="2 notebooks"):
        gradescope_run.handed_in(folder, chapter)


@pytest.mark.parametrize(
    ("strength", "raised", "says"),
    [
        ("partly sandboxed", None, "cannot hold a submission back"),
        ("sandboxed", None, "no notebook in what was handed in"),
        ("sandboxed", RuntimeError("secret detail"), "This is no fault of yours"),
    ],
)
def test_there_are_results_whatever_happens(
    laid_out: Path, monkeypatch: pytest.MonkeyPatch, strength: str, raised: Exception | None, says: str
) -> None:
    monkeypatch.setattr(gradescope_run, "strength", lambda: strength)
    monkeypatch.syspath_prepend(os.fspath(Path(__file__).parents[2]))
    if raised:

        def fail(*_: object) -> Path:
            raise raised

        monkeypatch.setattr(gradescope_run, "handed_in", fail)
    assert gradescope_run.main(laid_out) == 0
    results = json.loads((laid_out / "results" / "results.json").read_text())
    conforms(results)
    assert says in results["output"] and results["score"] == 0 and "secret detail" not in json.dumps(results)


def test_what_cannot_be_costs_one_line(kinds: Course, capsys: pytest.CaptureFixture[str]) -> None:
    for words, says in (
        (["9"], "no chapter '9'"),
        (["1", "-o", "nowhere/x.zip"], "there is no folder nowhere"),
        (["1", "--index", "a'b"], "holds a quote"),
    ):
        assert cli.main(["gradescope", *words]) == 2
        error = capsys.readouterr().err
        assert says in error and error.count("\n") == 1
    shutil.rmtree(kinds.root / "notebooks")
    assert cli.main(["gradescope", "1"]) == 2
    assert "`ngram2bert build 01-kinds` makes it" in capsys.readouterr().err


def test_pins_are_what_is_installed_here() -> None:
    for line in pins():
        requirement = Requirement(line)
        assert metadata.version(requirement.name).split("+")[0] in str(requirement.specifier)
