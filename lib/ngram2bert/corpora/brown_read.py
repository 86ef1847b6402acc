"""Reading Brown: once with NLTK's reader, after that from columns of numbers in the cache."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from pathlib import Path

from .brown_corpus import Brown, Document, Words
from .brown_fetch import fetch_brown, find_brown
from .cache import Columns, cache_folder, cached, progress

NAME, VERSION = "brown", 1


def brown() -> Brown:
    """The Brown corpus (Francis & Kucera 1979): 57,340 tagged sentences, 1,161,192 tokens, 500 documents, 15 genres.

    Read once with NLTK's reader (seconds), then from the cache (a fraction of a second); the same object within a
    process. Raises CorpusError when the files are neither in NLTK's data folder nor to be fetched.
    """
    return _brown(cache_folder())


@lru_cache(maxsize=1)
def _brown(folder: Path) -> Brown:
    columns = cached(NAME, VERSION, read_with_nltk)
    # words and tags are numbered by their first occurrence; sentences and documents are given by their lengths
    borders = [0, *accumulate(columns["sentence_tokens"])]
    starts = [0, *accumulate(columns["document_sentences"])]
    rows = zip(columns["document_ids"], columns["document_genres"], pairwise(starts), strict=True)
    return Brown(
        name="Brown",
        sentences=tuple(_cut(columns["words"], columns["token_words"], borders)),
        tags=tuple(_cut(columns["tags"], columns["token_tags"], borders)),
        documents=tuple(Document(id, genre, start, stop) for id, genre, (start, stop) in rows),
    )


def _cut(types: Sequence[str], tokens: Sequence[int], borders: Sequence[int]) -> Iterator[Words]:
    """The strings behind `tokens`, cut into sentences."""
    flat = tuple(map(types.__getitem__, tokens))
    return (flat[start:stop] for start, stop in pairwise(borders))


def read_with_nltk() -> Columns:
    """Brown by NLTK's own reader, as columns for the cache. The files are checked, and fetched if they are missing."""
    import nltk.data
    from nltk.corpus.reader import CategorizedTaggedCorpusReader

    folder = find_brown() or fetch_brown()
    root = str(folder.parent.parent)
    if root not in nltk.data.path:  # NLTK reads from the folders of its own list only
        nltk.data.path.append(root)
    reader = CategorizedTaggedCorpusReader(str(folder), r"c[a-r]\d\d", cat_file="cats.txt", encoding="ascii")
    words: dict[str, int] = {}
    tags: dict[str, int] = {}
    columns = {name: array("I") for name in ("token_words", "token_tags", "sentence_tokens", "document_sentences")}
    ids = reader.fileids()
    with progress(len(ids), "reading Brown", "document") as bar:
        for id in ids:
            sentences = [list(sentence) for sentence in reader.tagged_sents(id)]
            columns["document_sentences"].append(len(sentences))
            columns["sentence_tokens"].extend(map(len, sentences))
            for word, tag in chain.from_iterable(sentences):
                columns["token_words"].append(words.setdefault(word, len(words)))
                columns["token_tags"].append(tags.setdefault(tag, len(tags)))
            bar.update()
    genres = [reader.categories(id)[0] for id in ids]
    return {"words": list(words), "tags": list(tags), **columns, "document_ids": list(ids), "document_genres": genres}
