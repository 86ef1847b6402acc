"""N-grams of Brown: estimating a trigram and scoring with it, beside lmplz, the kenlm module and nltk.lm.

nltk.lm only counts when it is fitted, and does its smoothing when it is asked. lmplz reads a text file and writes an
ARPA file; so its row has ours do the same, and a second one shows what estimation alone takes us.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from ..corpora import brown
from ..ngrams import NgramModel, encode_splits, estimate, write_arpa
from ..ngrams.backoff import BackoffModel
from .clock import Row, Seconds, missing, timed

Text = list[list[str]]
ORDER = 3
ASKED = 100  # tokens that nltk.lm scores; it takes about 20 ms for each
NO_LMPLZ = "lmplz is not on PATH (github.com/kpu/kenlm builds it)"
NO_KENLM = "the module kenlm is not installed: pip install kenlm"
NO_NLTK = "nltk is not installed: pip install nltk"


def rows(tokens: int = 800_000, repeats: int = 3, say: Callable[[str], None] = print) -> Iterator[Row]:
    """tokens: of the training text; repeats: of all but nltk's fit, the fastest counts; say: told what is under way."""
    texts = [[list(sentence) for sentence in part.sentences] for part in brown().split()]
    words, (train, _, test) = encode_splits(texts, 4)
    train, test = first(train, tokens), first(test, max(1000, tokens // 5))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield from _rows(words, train, test, repeats, Path(folder), say)
    finally:
        torch.set_num_threads(threads)


def _rows(
    words: list[str],
    train: list[list[int]],
    test: list[list[int]],
    repeats: int,
    folder: Path,
    say: Callable[[str], None],
) -> Iterator[Row]:
    as_words = [[[words[i] for i in sentence] for sentence in text] for text in (train, test)]
    model: dict[str, BackoffModel] = {}

    def ours() -> None:
        fitted = estimate(train, ORDER, len(words))
        assert isinstance(fitted, BackoffModel)
        model["ours"] = fitted

    say("estimating")
    estimating = timed(ours, repeats)
    scoring = score_all(model["ours"], test, repeats)
    yield from beside_lmplz(as_words[0], estimating, repeats, folder, say)
    yield from beside_nltk(as_words, estimating, scoring, say)
    yield from beside_kenlm(as_words[1], model["ours"], words, scoring, repeats, folder, say)


def first(text: list[list[int]], tokens: int) -> list[list[int]]:
    """The first sentences, until they have so many tokens."""
    kept, left = [], tokens
    for sentence in text:
        if left <= 0:
            break
        kept.append(sentence)
        left -= len(sentence)
    return kept


def score_all(model: NgramModel, test: list[list[int]], repeats: int) -> Seconds:
    """Our time a token, `</s>` included, for a whole text in one call."""
    return timed(lambda: model.token_bits(test), repeats).each(sum(map(len, test)) + len(test))


def beside_lmplz(
    train: Text, estimating: Seconds, repeats: int, folder: Path, say: Callable[[str], None]
) -> Iterator[Row]:
    """Estimation alone, and from file to file."""
    text, arpa = folder / "train.txt", folder / "ours.arpa"
    text.write_text("\n".join(" ".join(sentence) for sentence in train) + "\n", encoding="utf-8")

    def file_to_file() -> None:
        lines = text.read_text(encoding="utf-8").splitlines()
        words, (ids,) = encode_splits([[line.split() for line in lines]], 1)
        fitted = estimate(ids, ORDER, len(words))
        assert isinstance(fitted, BackoffModel)
        write_arpa(fitted, words, arpa)

    say("file to file")
    whole = timed(file_to_file, repeats)
    alone, both = "estimating a trigram, from numbers in memory", "the same, from a text file to an ARPA file"
    binary = shutil.which("lmplz")
    if binary is None:
        yield missing(alone, "lmplz", estimating, NO_LMPLZ)
        yield missing(both, "lmplz", whole, NO_LMPLZ)
        return
    command = [binary, "-o", str(ORDER), "-S", "512M", "--discount_fallback", "-T", str(folder)]
    command += ["--text", str(text), "--arpa", str(folder / "lmplz.arpa")]
    say("lmplz")
    theirs = timed(lambda: subprocess.run(command, check=True, capture_output=True), repeats)
    yield Row(alone, "lmplz -S 512M", estimating, theirs, "theirs reads and writes files")
    yield Row(both, "lmplz -S 512M", whole, theirs)


def beside_nltk(texts: list[Text], estimating: Seconds, scoring: Seconds, say: Callable[[str], None]) -> Iterator[Row]:
    """Counting and scoring of nltk.lm's Kneser-Ney."""
    counting, asking = "estimating a trigram, from numbers in memory", "scoring a token"
    if importlib.util.find_spec("nltk") is None:
        yield missing(counting, "nltk.lm", estimating, NO_NLTK)
        yield missing(asking, "nltk.lm", scoring, NO_NLTK)
        return
    from nltk.lm import KneserNeyInterpolated
    from nltk.lm.preprocessing import padded_everygram_pipeline

    train, test = texts
    peer: dict[str, Any] = {}

    def fit() -> None:
        grams, vocabulary = padded_everygram_pipeline(ORDER, train)
        peer["model"] = KneserNeyInterpolated(ORDER, discount=0.75)
        peer["model"].fit(grams, vocabulary)

    say("nltk.lm counts")
    yield Row(counting, "nltk.lm", estimating, timed(fit), "theirs only counts; it smooths when asked")
    stream = [word for sentence in test for word in ["<s>", "<s>", *sentence, "</s>"]]
    asked = [i for i, word in enumerate(stream) if word != "<s>"][:ASKED]

    def ask() -> None:
        for i in asked:
            peer["model"].score(stream[i], stream[i - ORDER + 1 : i])

    say("nltk.lm scores")
    yield Row(asking, "nltk.lm", scoring, timed(ask).each(len(asked)), f"theirs on {len(asked)} tokens")


def beside_kenlm(
    test: Text,
    model: BackoffModel,
    words: list[str],
    scoring: Seconds,
    repeats: int,
    folder: Path,
    say: Callable[[str], None],
) -> Iterator[Row]:
    """Scoring with the kenlm module, on our own ARPA file, one call a sentence."""
    if importlib.util.find_spec("kenlm") is None:
        yield missing("scoring a token", "kenlm", scoring, NO_KENLM)
        return
    import kenlm

    say("kenlm scores")
    write_arpa(model, words, folder / "model.arpa")
    quiet = kenlm.Config()
    quiet.show_progress, quiet.arpa_complain = False, kenlm.ARPALoadComplain.NONE
    peer = kenlm.Model(str(folder / "model.arpa"), quiet)
    sentences = [" ".join(sentence) for sentence in test]
    tokens = sum(map(len, test)) + len(test)
    theirs = timed(lambda: [peer.score(sentence) for sentence in sentences], repeats).each(tokens)
    yield Row("scoring a token", "kenlm", scoring, theirs, "theirs one call a sentence, ours one call")
