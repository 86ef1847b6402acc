"""The tagger for use: Brants's TnT. Trigrams of tags, known words by count, unknown words by ending, capitals, a beam.

    tagger = TnT.train(sentences, tags)
    tagger.tag([["The", "cat", "grumbled"]])

It knows of each word the tags that it had, so that a word has two candidates on average and not 472. How the best path
is found among them is in `trellis`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import torch
from torch import Tensor

from .endings import Endings
from .tag_tables import TagTables
from .trellis import Candidates, best_paths

Sentences = Sequence[Sequence[str]]
BEAM = 1000.0  # what is a thousand times less probable than the best is given up: Brants 2000, section 2.5


def capitalised(word: str) -> bool:
    """Does it begin with a capital letter?"""
    return word[:1].isupper()


@dataclass
class TnT:
    """A trained tagger. A state is a tag and, with `capitals`, whether its word is capitalised.

    names: the tags; states: (tag, capitalised) of each state; tables: how states follow one another; known: of each
    word its states and log p(word | state); endings: for words of small (0) and capital (1) letters; prior: (K,) the
    tags' shares of the text; suffixes, cased: whether endings are asked, and apart for capitals.
    """

    names: list[str]
    states: list[tuple[int, bool]]
    tables: TagTables
    known: dict[str, tuple[list[int], list[float]]]
    endings: tuple[Endings, Endings]
    prior: Tensor
    suffixes: bool
    cased: bool
    beam: float = BEAM
    numbers: dict[tuple[int, bool], int] = field(default_factory=dict)

    @classmethod
    def train(
        cls,
        sentences: Sentences,
        tags: Sentences,
        *,
        order: int = 3,
        suffixes: bool = True,
        capitals: bool = True,
        cased: bool = True,
    ) -> TnT:
        """Counts a tagged text.

        sentences, tags: in the same shape; order: 3 for trigrams of tags, 2 for bigrams, 1 for none; suffixes: guess
        unknown words by their endings, or by the tags' shares alone; capitals: whether tags of capitalised words are
        states of their own; cased: whether the endings of capitalised words are counted apart.
        """
        if order not in (1, 2, 3):
            raise ValueError(f"order is {order}: give 1, 2 or 3")
        names = sorted(set(chain.from_iterable(tags)))
        number = {name: i for i, name in enumerate(names)}
        lexicon = Counter(zip(chain.from_iterable(sentences), chain.from_iterable(tags), strict=True))
        states = sorted({(number[tag], capitals and capitalised(word)) for word, tag in lexicon})
        numbers = {state: i for i, state in enumerate(states)}
        paths = [
            [numbers[number[tag], capitals and capitalised(word)] for word, tag in zip(sentence, path, strict=True)]
            for sentence, path in zip(sentences, tags, strict=True)
            if len(sentence)
        ]
        often = torch.bincount(torch.tensor(list(chain.from_iterable(paths))), minlength=len(states)).double()
        known: dict[str, tuple[list[int], list[float]]] = {}
        log_often = often.log().tolist()
        times = torch.tensor(list(lexicon.values())).log().tolist()
        for ((word, tag), _), log_count in zip(lexicon.items(), times, strict=True):
            state = numbers[number[tag], capitals and capitalised(word)]
            entry = known.setdefault(word, ([], []))
            entry[0].append(state)
            entry[1].append(log_count - log_often[state])
        of_tag = torch.zeros(len(names), dtype=torch.float64)
        of_tag.index_add_(0, torch.tensor([tag for tag, _ in states]), often)
        prior = of_tag / of_tag.sum()
        endings = [Endings.count(*_table(lexicon, number, cased, flag), prior) for flag in (False, True)]
        tables = TagTables.count(paths, len(states), order)
        return cls(names, states, tables, known, (endings[0], endings[1]), prior, suffixes, cased, BEAM, numbers)

    @property
    def capitals(self) -> bool:
        """Are capitals part of the state?"""
        return any(flag for _, flag in self.states)

    @property
    def weights(self) -> Tensor:
        """The weights of the unigram, bigram and trigram estimates, by deleted interpolation: (3,)."""
        return self.tables.weights

    def guess(self, word: str, most: int = 5) -> list[tuple[str, float]]:
        """The likeliest tags of a word by its ending alone, with p(tag | ending), as if it were unknown."""
        flag = self.cased and capitalised(word)
        probs, tags = self.endings[flag].posteriors([word])[0].sort(descending=True)
        return [(self.names[tag], p) for tag, p in zip(tags[:most].tolist(), probs[:most].tolist(), strict=True)]

    def tag(self, sentences: Sentences) -> list[list[str]]:
        """The most probable tags of each sentence, in the shape of `sentences`."""
        types = {word: i for i, word in enumerate(dict.fromkeys(chain.from_iterable(sentences)))}
        ids = [[types[word] for word in sentence] for sentence in sentences]
        paths = best_paths(self.tables, self._candidates(list(types)), ids, self.beam)
        return [[self.names[self.states[state][0]] for state in path] for path in paths]

    def _candidates(self, words: Sequence[str]) -> Candidates:
        """The states that each word may have, and log p(word | state) up to a factor of the word."""
        entries = [self.known.get(word, ([], [])) for word in words]
        unknown = [i for i, (states, _) in enumerate(entries) if not states]
        for flag in (False, True):
            chosen = [i for i in unknown if capitalised(words[i]) == flag]
            for i, entry in zip(chosen, self._guess([words[i] for i in chosen], flag), strict=True):
                entries[i] = entry
        return Candidates.of(entries)

    def _guess(self, words: Sequence[str], flag: bool) -> list[tuple[list[int], list[float]]]:
        """Unknown words: the tags that are worth trying by p(tag | ending), scored by p(tag | ending) / p(tag)."""
        endings = self.endings[self.cased and flag]
        probs = endings.posteriors(words) if self.suffixes else self.prior.repeat(len(words), 1)  # (W, K)
        own = self.capitals and flag
        state = torch.tensor([self.numbers.get((tag, own), -1) for tag in range(len(self.names))])  # (K,)
        probs = probs * (state >= 0)
        reach = self.beam**2 if self.suffixes else self.beam  # the context may raise a tag that the ending has rare
        within = probs * reach >= probs.amax(1, keepdim=True)
        scores = (probs / self.prior).log()
        found = []
        for row in range(len(words)):
            tags = within[row].nonzero()[:, 0]
            found.append((state[tags].tolist(), scores[row, tags].tolist()))
        return found


def _table(
    lexicon: Counter[tuple[str, str]], number: dict[str, int], cased: bool, flag: bool
) -> tuple[list[str], list[int], list[int]]:
    """The entries of words that are capitalised (flag) or not; without `cased`, all of them."""
    rows = [(w, number[t], c) for (w, t), c in lexicon.items() if not cased or capitalised(w) == flag]
    return [w for w, _, _ in rows], [t for _, t, _ in rows], [c for _, _, c in rows]
