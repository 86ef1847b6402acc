"""The Brown corpus: 1.16 million words of American prose of 1961 in 15 genres, every word tagged by hand.

Francis & Kucera 1964, revised 1979, "Brown Corpus Manual": 500 samples of about 2,000 words. As NLTK's reader gives it:
57,340 sentences, 1,161,192 tokens (punctuation included), 56,057 different words, 472 different tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from .brown_tags import universal_tag
from .errors import CorpusError
from .splits import PARTS, SHARES, Split, digest

Words = tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One of the 500 samples: NLTK's file id, its genre, and its sentences as the range `start` to `stop`."""

    id: str
    genre: str
    start: int
    stop: int


@dataclass(frozen=True, repr=False, eq=False)
class Brown:
    """Sentences of the Brown corpus with their tags and documents: the whole corpus, or a part of it.

    sentences   one tuple of words a sentence, in the order of the files
    tags        Brown's own tags, in capitals as NLTK gives them, one a word
    documents   which sentences came from which sample, in the same order
    """

    name: str
    sentences: tuple[Words, ...]
    tags: tuple[Words, ...]
    documents: tuple[Document, ...]

    @cached_property
    def tokens(self) -> Words:
        """All words in order, punctuation included."""
        return tuple(chain.from_iterable(self.sentences))

    @cached_property
    def genres(self) -> Words:
        """The genres, in the order of Brown's letters: news (ca..) to humor (cr..)."""
        return tuple(dict.fromkeys(document.genre for document in self.documents))

    @cached_property
    def universal_tags(self) -> tuple[Words, ...]:
        """The 12 universal tags, one a word; see `brown_tags` for how Brown's tags become these."""
        return tuple(tuple(map(universal_tag, tags)) for tags in self.tags)

    def tagged_sentences(self, tagset: str = "brown") -> tuple[tuple[tuple[str, str], ...], ...]:
        """Sentences of (word, tag) pairs, with Brown's own tags or, for `tagset="universal"`, the 12 universal ones."""
        if tagset not in ("brown", "universal"):
            raise CorpusError(f"Brown: the tagset must be 'brown' or 'universal', not {tagset!r}.")
        tags = self.tags if tagset == "brown" else self.universal_tags
        return tuple(tuple(zip(*pair, strict=True)) for pair in zip(self.sentences, tags, strict=True))

    def select(self, *, genres: Sequence[str] | None = None, documents: Sequence[str] | None = None) -> Brown:
        """The documents of these genres, of these ids, or (given both) of these ids in these genres."""
        ids = [document.id for document in self.documents]
        in_genre = self._known("genre", genres, self.genres)
        in_ids = self._known("document", documents, ids)
        chosen = [document for document in self.documents if document.genre in in_genre and document.id in in_ids]
        named = [*(genres or ()), *(documents or ())]
        label = ", ".join(named) if 0 < len(named) <= 3 else f"{len(chosen)} documents"
        return self._part(label, [(document, document.start, document.stop) for document in chosen])

    def _known(self, what: str, wanted: Sequence[str] | None, known: Sequence[str]) -> set[str]:
        """The names wanted (None: all), each of which must be known."""
        if isinstance(wanted, str):
            raise CorpusError(f"{self.name}: a list of {what}s is wanted, not the word {wanted!r}: write [{wanted!r}].")
        unknown = [name for name in wanted or () if name not in known]
        if unknown:
            shown = ", ".join(known[:15]) + (", ..." if len(known) > 15 else "")
            raise CorpusError(f"{self.name}: there is no {what} {unknown[0]!r}; wanted some of {shown}.")
        return set(known if wanted is None else wanted)

    def split(self, train: int = 800_000, validation: int = 200_000) -> Split[Brown]:
        """Bengio's split of Brown (2003, section 4), by running tokens: 800,000, then 200,000, then the rest.

        A sentence goes to train while fewer than `train` tokens have gone before it, to validation until
        `train + validation`, then to test: 35,523 / 11,690 / 10,127 sentences, 800,001 / 200,021 / 161,170 tokens.
        The files are in the order of their genres: train is news to learned prose, test is fiction and humor. That is
        harder than a random split, and nearer to how a language model is used.
        """
        ends = [0, 0, 0]
        before = 0
        for i, sentence in enumerate(self.sentences):
            ends[0 if before < train else 1 if before < train + validation else 2] = i + 1
            before += len(sentence)
        borders = [0, ends[0], max(ends[0], ends[1]), len(self.sentences)]
        return Split(*(self._range(name, borders[i], borders[i + 1]) for i, name in enumerate(PARTS)))

    def split_documents(self) -> Split[Brown]:
        """A split by whole documents, 80 / 10 / 10 percent of each genre, chosen by the hash of the document's id.

        No document is in two parts and every genre is in all three: what a tagger is tested on.
        """
        parts: list[list[Document]] = [[], [], []]
        for genre in self.genres:
            group = sorted((d for d in self.documents if d.genre == genre), key=lambda d: digest(d.id))
            validation, test = (max(1, round(len(group) * share / 100)) for share in SHARES[1:])
            parts[1] += group[:validation]
            parts[2] += group[validation : validation + test]
            parts[0] += group[validation + test :]
        chosen = (self.select(documents=[d.id for d in part]) for part in parts)
        return Split(*(replace(part, name=f"{self.name}, {name}") for part, name in zip(chosen, PARTS, strict=True)))

    def _range(self, label: str, start: int, stop: int) -> Brown:
        """The sentences `start` to `stop`; a document on the border is cut."""
        cut = [(d, max(d.start, start), min(d.stop, stop)) for d in self.documents if d.start < stop and d.stop > start]
        return self._part(label, cut)

    def _part(self, label: str, pieces: Sequence[tuple[Document, int, int]]) -> Brown:
        """These pieces (document, first sentence, end) as a corpus of their own."""
        documents: list[Document] = []
        at = 0
        for document, start, stop in pieces:
            documents.append(Document(document.id, document.genre, at, at := at + stop - start))
        sentences = tuple(chain.from_iterable(self.sentences[start:stop] for _, start, stop in pieces))
        tags = tuple(chain.from_iterable(self.tags[start:stop] for _, start, stop in pieces))
        return Brown(f"{self.name}, {label}", sentences, tags, tuple(documents))

    def __len__(self) -> int:
        return len(self.sentences)

    def __repr__(self) -> str:
        return (
            f"<{self.name}: {len(self.sentences):,} sentences, {len(self.tokens):,} tokens, "
            f"{len(self.documents)} documents, {len(self.genres)} genres>"
        )
