"""Fixtures for tests in a real browser; chapters use `notebook` and `learners_copy`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from autograder import course
from autograder.build.chapter import plan
from tests.browser import chrome, toy
from tests.browser import lab as lab_server
from tests.browser.notebook_page import Notebook

SHOTS = lab_server.ROOT / "screenshots"
VIEW = {"width": 1280, "height": 1500}


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A browser; the test is skipped where there is none, and fails in CI."""
    found = chrome.path()
    if found is None:
        missing = "no Chromium on PATH; install it (Debian: apt-get install chromium) or name it in CHROMIUM"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with chrome.browser(found) as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab_server.Lab]:
    """A JupyterLab server on an empty folder."""
    with lab_server.serve(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def notebook(chromium, lab: lab_server.Lab) -> Iterator[Notebook]:
    """A fresh page of the browser on the server."""
    context = chromium.new_context(viewport=VIEW, device_scale_factor=1.5)
    opened = Notebook(context.new_page(), lab, SHOTS)
    yield opened
    context.close()
    lab.theme("light")


@pytest.fixture
def toy_copy(lab: lab_server.Lab) -> str:
    """A clean copy of the toy notebook under the server's root; its path there."""
    return str(toy.lay_out(lab.root / "toy").relative_to(lab.root))


@pytest.fixture
def learners_copy(lab: lab_server.Lab) -> Callable[[str], str]:
    """learners_copy("01-ngrams") puts a clean copy under the server's root and returns its path there."""

    def copy(chapter: str) -> str:
        source = lab_server.ROOT / "notebooks" / chapter / f"{chapter}.ipynb"
        place = lab.root / "work" / chapter / source.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.exists():
            shutil.copy(source, place)
        else:  # its author has not built it yet
            known = course.read(lab_server.ROOT)
            place.write_text(plan(known, known.chapter(chapter)).learner, encoding="utf-8")
        return str(place.relative_to(lab.root))

    return copy
