"""The cache: what is written is read, damage is noticed, a full disk costs time and nothing else."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ngram2bert.corpora import cache
from ngram2bert.corpora.cache import cache_file, cached, pack, unpack, write_file

COLUMNS = {"words": ["a", "", "é"], "none": [], "one": [""], "ids": array("I", [3, 1 << 31]), "keys": array("Q", [])}


@pytest.fixture
def build():
    """A function that gives COLUMNS and counts its calls."""

    def _build() -> dict[str, object]:
        _build.calls += 1
        return dict(COLUMNS)

    _build.calls = 0
    return _build


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")))))
def test_strings_come_back(columns: dict[str, list[str]]) -> None:
    assert unpack(pack(columns)) == columns


def test_arrays_come_back() -> None:
    again = unpack(pack(COLUMNS))
    assert again == COLUMNS
    assert [again[name].typecode for name in ("ids", "keys")] == ["I", "Q"]


def test_a_separator_in_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="column 'words' holds a NUL"):
        pack({"words": ["a\0b"]})


def test_built_once(empty_house: Path, build, capsys) -> None:
    for _ in range(3):
        assert cached("toy", 1, build) == COLUMNS
    assert build.calls == 1
    assert cached("toy", 2, build) == COLUMNS  # a new version is a new file
    assert build.calls == 2
    assert [path.name for path in sorted((empty_house / "cache").iterdir())] == ["toy-1.columns", "toy-2.columns"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("where", [0, 64, 65, 80, -1])
def test_a_changed_byte_is_noticed(empty_house: Path, build, capsys, where: int) -> None:
    cached("toy", 1, build)
    path = cache_file("toy", 1)
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[where] ^= 1
    path.write_bytes(bytes(damaged))
    assert cache.cache_state("toy", 1) == (False, 0)
    assert cached("toy", 1, build) == COLUMNS
    assert build.calls == 2
    assert path.read_bytes() == whole
    assert capsys.readouterr().err.count("\n") == 1
    assert cache.cache_state("toy", 1) == (True, len(whole))


@pytest.mark.parametrize("content", [b"", b"x", b"\n" * 70, b"0" * 64 + b"\n"])
def test_a_short_or_empty_file_is_noticed(empty_house: Path, build, content: bytes, capsys) -> None:
    write_file(cache_file("toy", 1), content)
    assert cached("toy", 1, build) == COLUMNS
    assert "its checksum does not fit its content" in capsys.readouterr().err


def test_a_file_of_another_machine_is_built_again(empty_house: Path, build, monkeypatch, capsys) -> None:
    other = "big" if sys.byteorder == "little" else "little"
    with monkeypatch.context() as patch:
        patch.setattr(cache.sys, "byteorder", other)
        cached("toy", 1, build)
    assert cached("toy", 1, build) == COLUMNS
    assert build.calls == 2
    assert "another byte order" in capsys.readouterr().err


def test_a_full_disk_costs_one_line(empty_house: Path, build, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    cached("toy", 1, build)
    old = cache_file("toy", 1).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(cache.os, "fsync", full)
        assert cached("toy", 2, build) == COLUMNS
        with pytest.raises(OSError, match="No space left"):
            write_file(cache_file("toy", 1), b"new")
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "No space left on device" in error
    assert "NGRAM2BERT_CACHE" in error
    assert cache_file("toy", 1).read_bytes() == old
    assert [path.name for path in cache.cache_folder().iterdir()] == ["toy-1.columns"]  # no half file stays


def test_a_cache_folder_that_cannot_be_made(empty_house: Path, build, capsys) -> None:
    (empty_house / "cache").write_text("in the way")
    assert cached("toy", 1, build) == COLUMNS
    assert "cannot be" in capsys.readouterr().err


def test_a_failed_build_leaves_nothing(empty_house: Path) -> None:
    def fails() -> dict[str, object]:
        raise KeyError("a bug in the reader")

    with pytest.raises(KeyError, match="a bug in the reader"):
        cached("toy", 1, fails)
    assert not cache_file("toy", 1).exists()


def test_import_is_light() -> None:
    heavy = ["nltk", "pandas", "numpy", "torch", "tqdm", "platformdirs", "IPython"]
    program = f"import json, sys, ngram2bert.corpora; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
