"""Working folders: what a killed process left behind is taken away by the next, what a living one has is not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.folders import OLD_SECONDS, Folders, remove_abandoned

pytest.importorskip("fcntl")

MAKER = "import time; from autograder.folders import Folders; f = Folders(); f.take(); print(f.root, flush=True); " + (
    "time.sleep(60)"
)


def age(folder: Path) -> None:
    """As if nobody had touched it for a while."""
    then = time.time() - 2 * OLD_SECONDS
    os.utime(folder, (then, then))


def test_only_the_folders_of_the_dead_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", MAKER], stdout=subprocess.PIPE, text=True, env=environment) as maker:
        assert maker.stdout is not None
        left = Path(maker.stdout.readline().strip())
        assert left.parent == tmp_path
        age(left)
        remove_abandoned()
        assert [path.name for path in left.iterdir()] == ["1"]  # its maker lives
        maker.kill()
    age(left)
    mine = Folders()
    assert not left.exists() and mine.root.exists()
    age(mine.root)
    remove_abandoned()
    assert mine.root.exists()
    mine.close()
    assert list(tmp_path.iterdir()) == []


def test_a_young_folder_may_be_on_its_way_to_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    young = tmp_path / "ngram2bert-children-young"
    young.mkdir()
    remove_abandoned()
    assert young.exists()


def test_a_folder_that_a_zygote_took_away_is_made_and_held_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = Folders()
    folders.root.rmdir()
    folders.take().rmdir()
    age(folders.root)
    remove_abandoned()
    assert folders.root.exists()
    folders.close()
