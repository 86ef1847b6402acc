"""The chapter's own reference cannot be imported, and is nowhere in a child's memory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import autograder
from autograder.firewall import FAMILY, is_installed
from autograder.pool import Zygote
from tests.process.conftest import CALL

REPOSITORY = Path(autograder.__path__[0]).parent
IMPORTS = {
    "the reference": "import ngram2bert.ngrams",
    "its function": "from ngram2bert.ngrams import counts",
    "by name": "__import__('ngram2bert.' + 'ngrams')",
    "importlib": "import importlib\nimportlib.import_module('ngram2bert.ngrams.mle')",
    "engine": "import autograder.exercise",
    "declarations": "from autograder.exercises import ch01_ngrams",
    "the wire": "import autograder.wire",
    "solutions": "import solutions",
}


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS.keys())
def test_imports_of_the_course_are_refused(chapter: Zygote, source: str) -> None:
    with chapter.child([("cell", source)]) as child:
        error = child.cell_errors["cell"]
    assert error.error == "ModuleNotFoundError"
    assert "closed while your code is graded" in error.message


def test_what_was_preloaded_works_and_what_is_installed_can_be_imported(chapter: Zygote) -> None:
    source = (
        "import ngram2bert.corpora.splits as splits, colorsys, msgpack.fallback, matplotlib.pyplot as plt\n"
        "import matplotlib\n"
        "def f():\n    plt.plot([1, 2])\n    return splits.__name__, matplotlib.get_backend().lower()"
    )
    with chapter.child([("cell", source)]) as child:
        assert not child.cell_errors
        assert child.run("f", CALL, [{}], seconds=30)[0].value["value"] == ("ngram2bert.corpora.splits", "agg")
    assert "ngram2bert.corpora.splits" in chapter.loaded
    assert not [name for name in chapter.loaded if "ngrams" in name]


def test_no_reference_and_no_engine_in_the_modules(chapter: Zygote) -> None:
    source = (
        "import sys, linecache, gc, types\n"
        "def f():\n"
        "    gc.unfreeze()\n"  # else the collector shows nothing from before the fork
        "    modules = [o for o in gc.get_objects() if isinstance(o, types.ModuleType)]\n"
        "    functions = [o for o in gc.get_objects() if isinstance(o, types.FunctionType)]\n"
        "    names = {*sys.modules, *linecache.cache}\n"
        "    names |= {m.__name__ for m in modules} | {str(f.__module__) for f in functions}\n"
        "    assert 'autograder.wire' in names\n"  # the walk does see what is there
        "    return sorted(n for n in names if 'ngrams' in n or 'exercise' in n or 'autograder.compare' in n)"
    )
    with chapter.child(
        [
            ("cell", source),
            ("modules", "import sys\ndef g():\n    return [n for n in sys.modules if n.startswith('autograder')]"),
        ]
    ) as child:
        outcome = child.run("f", CALL, [{}], seconds=30)[0]
        assert outcome.value, outcome
        assert outcome.value["value"] == []
        assert child.run("g", CALL, [{}])[0].value["value"] == []


def test_the_repository_is_not_on_the_path(chapter: Zygote) -> None:
    with chapter.child([("cell", "import sys\ndef f():\n    return sys.path")]) as child:
        path = child.run("f", CALL, [{}])[0].value["value"]
    assert path
    assert str(REPOSITORY) not in path
    assert str(REPOSITORY / "lib") not in path
    assert all(is_installed(entry) for entry in path)


def test_installed_places() -> None:
    assert is_installed(str(Path(sys.prefix) / "lib" / "python3.11" / "site-packages"))
    assert is_installed("/usr/lib/python3/dist-packages")
    assert is_installed(str(Path(sys.base_prefix) / "lib" / "python311.zip"))
    assert not is_installed(str(REPOSITORY))
    assert not is_installed("")
    assert {"ngram2bert", "autograder", "solutions"} <= FAMILY


def test_the_checkers_own_imports_stay_open() -> None:
    assert not any(type(finder).__name__ == "Firewall" for finder in sys.meta_path)
