"""The learner's own file: every kind, sniffed and said; encodings; errors that name the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ngram2bert.corpora import CorpusError, LabelledText, ParallelText, PlainText, TaggedText, text_file

PLAIN = 'Mind the gap. "Who goes there?" he asked.\nNobody\nanswered.\n\nThe second paragraph\n'
COLUMNS = "The\tDET\ndog\tNOUN\nbarks\tVERB\n\nIt\tPRON\nsleeps\tVERB\n"
SLASHES = "The/DET dog/NOUN barks/VERB\nIt/PRON costs/VERB 1/2/NUM\n"
LABELLED = "good\ta fine film\nbad\tno film at all\ngood\tsee it twice\nbad\tnever again\n"
PARALLEL = "the dog barks\tle chien aboie\nit sleeps now\til dort maintenant\n"


@pytest.fixture
def write(tmp_path: Path):
    def _write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "mine.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("kind", [None, "plain"])
def test_plain(write, kind: str | None, ends: str) -> None:
    text = text_file(write(PLAIN.replace("\n", ends)), kind)
    assert type(text) is PlainText
    assert [" ".join(sentence) for sentence in text.sentences] == [
        "Mind the gap .",
        '" Who goes there ? " he asked .',
        "Nobody answered .",
        "The second paragraph",
    ]
    assert text.tokens[:3] == ("Mind", "the", "gap")


def test_lines(write) -> None:
    text = text_file(write("Mr. Smith , it is\nI 'm here\n\n"), kind="lines")
    assert isinstance(text, PlainText)
    assert text.sentences == (("Mr.", "Smith", ",", "it", "is"), ("I", "'m", "here"))


@pytest.mark.parametrize("kind", [None, "tagged"])
@pytest.mark.parametrize("content", [COLUMNS, "\n\n" + COLUMNS + "\n\n", COLUMNS.replace("\n", "\r\n")])
def test_tagged_columns(write, kind: str | None, content: str) -> None:
    text = text_file(write(content), kind)
    assert isinstance(text, TaggedText)
    assert text.sentences == (("The", "dog", "barks"), ("It", "sleeps"))
    assert text.tags == (("DET", "NOUN", "VERB"), ("PRON", "VERB"))


@pytest.mark.parametrize("kind", [None, "tagged"])
def test_tagged_slashes(write, kind: str | None) -> None:
    text = text_file(write(SLASHES), kind)
    assert isinstance(text, TaggedText)
    assert text.sentences[1] == ("It", "costs", "1/2")
    assert text.tags[1] == ("PRON", "VERB", "NUM")


@pytest.mark.parametrize("kind", [None, "labelled"])
def test_labelled(write, kind: str | None) -> None:
    text = text_file(write(LABELLED), kind)
    assert isinstance(text, LabelledText)
    assert text.labels == ("good", "bad", "good", "bad")
    assert text.texts[1] == "no film at all"


@pytest.mark.parametrize("kind", [None, "parallel"])
def test_parallel(write, kind: str | None) -> None:
    text = text_file(write(PARALLEL), kind)
    assert isinstance(text, ParallelText)
    assert text.sources == ("the dog barks", "it sleeps now")
    assert text.targets == ("le chien aboie", "il dort maintenant")


def test_one_file_may_be_read_in_two_ways(write) -> None:
    path = write("dog\tchien\ncat\tchat\nbird\toiseau\n")
    with pytest.raises(CorpusError, match=r"not clear what they are.*'tagged', 'labelled' or 'parallel'"):
        text_file(path)
    assert isinstance(text_file(path, "parallel"), ParallelText)
    assert isinstance(text_file(path, "tagged"), TaggedText)


def test_fractions_and_addresses_do_not_make_a_text_tagged(write) -> None:
    assert type(text_file(write("either/or and/or 1/2\nand more of it.\n"))) is PlainText
    assert type(text_file(write("1/2 3/4\n"))) is PlainText


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_by_their_mark(write, encoding: str) -> None:
    text = text_file(write("Déjà vu à Łódź.", encoding))
    assert isinstance(text, PlainText)
    assert text.sentences == (("Déjà", "vu", "à", "Łódź", "."),)


def test_another_encoding_is_said(write) -> None:
    path = write("fine line\nna\u00efve \u201cquote\u201d\n", "cp1252")
    with pytest.raises(CorpusError) as error:
        text_file(path)
    assert f"{path}, line 2: byte 0xef is not utf-8." in str(error.value)
    assert "encoding='cp1252'" in str(error.value)
    text = text_file(path, encoding="cp1252")
    assert isinstance(text, PlainText)
    assert text.tokens[2] == "na\u00efve"
    with pytest.raises(CorpusError, match="encoding='utf8000' is not known"):
        text_file(path, encoding="utf8000")


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        ("", None, ": the file is empty"),
        (" \n\n", None, ": the file is empty"),
        (b"abc\ndef\0\n", None, ", line 2: a NUL character"),
        (LABELLED + "good\tone\ttoo many\n", None, ", line 5: 2 tabs, where other lines have one"),
        (LABELLED + "good\tone\ttoo many\n", "labelled", ", line 5: 2 tabs in 'good\\tone"),
        (PARALLEL + "\nno translation\n", "parallel", ", line 4: no tab in 'no translation'; wanted sentence TAB"),
        (COLUMNS + "dog\t\n", "tagged", ", line 7: an empty field in 'dog\\t'; wanted word TAB tag"),
        (SLASHES + "and dog/NN\n", "tagged", ", line 3: 'and' has no tag; wanted word/tag"),
        (SLASHES + "/NN\n", "tagged", ", line 3: '/NN' has no tag"),
        (PLAIN, "poem", ": kind='poem' is not known; wanted one of 'plain', 'lines'"),
    ],
)
def test_errors_name_the_file_and_the_line(write, content: str | bytes, kind: str | None, says: str) -> None:
    path = write(content)
    with pytest.raises(CorpusError) as error:
        text_file(path, kind)
    assert str(error.value).startswith(f"{path}{says}")
    assert "\n" not in str(error.value)


def test_wrong_paths(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone\.txt: the file cannot be read \(No such file"):
        text_file(tmp_path / "gone.txt")
    with pytest.raises(CorpusError, match="It is a folder; name a file in it"):
        text_file(str(tmp_path))
