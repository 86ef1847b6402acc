"""The same network, with tags for words: what tag has the word in the middle of a window?

    tagger = WindowTagger.trained(sentences, tags, seed=1)
    tagger.tag([["The", "cat", "grumbled"]])

Bengio's network predicts a word from the vectors of those before it. Collobert and Weston (2008) ask it for the tag of
the word in the middle, from the vectors of the words on *both* sides: it decides each tag by itself, and what it
knows that an HMM does not are the words to the right and that words are alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..training import Plan, fit
from .examples import epoch

Sentences = Sequence[Sequence[str]]
OUTSIDE, UNKNOWN = 0, 1  # numbers of what lies outside the sentence, and of what was not seen in training
ROWS = 4096


def looks(word: str) -> tuple[str, ...]:
    """What can be seen of any word, known or not: its last one, two and three letters, and its shape."""
    shape = "".join(
        mark
        for mark, holds in (
            ("A", word[:1].isupper()),
            ("AA", word.isupper()),
            ("0", any(map(str.isdigit, word))),
            ("-", "-" in word),
        )
        if holds
    )
    small = word.lower()
    return small[-1:], small[-2:], small[-3:], shape


class WindowTagger(nn.Module):
    """scores = U tanh(d + H x) + b, x the vectors of 2 width + 1 words and, with `spelling`, of each one's looks.

    words, spellings: what has a vector, by number; tags: the names of the tags; m, s: numbers a word and a look; h:
    hidden units; drop: share of x and of the hidden layer that is left out in training.
    """

    def __init__(
        self,
        words: dict[str, int],
        spellings: list[dict[str, int]],
        tags: list[str],
        width: int = 2,
        m: int = 50,
        s: int = 10,
        h: int = 150,
        drop: float = 0.25,
    ) -> None:
        super().__init__()
        self.words, self.spellings, self.tags, self.width = words, spellings, tags, width
        self.vectors = nn.Embedding(len(words) + 2, m)
        self.look_vectors = nn.ModuleList(nn.Embedding(len(table) + 2, s) for table in spellings)
        window = (2 * width + 1) * (m + s * len(spellings))
        self.hidden = nn.Sequential(nn.Dropout(drop), nn.Linear(window, h), nn.Tanh(), nn.Dropout(drop))
        self.out = nn.Linear(h, len(tags))

    @classmethod
    def trained(
        cls, sentences: Sentences, tags: Sentences, seed: int, epochs: float = 2.0, spelling: bool = True, rare: int = 1
    ) -> WindowTagger:
        """Learns from a tagged text. A word is `UNKNOWN` where it occurs `rare` times or fewer, so that the network
        has seen what unknown words are like. seed: of the weights, the batches and dropout."""
        counts = Counter(chain.from_iterable(sentences))
        words = {word: i for i, word in enumerate((w for w, c in counts.items() if c > rare), start=2)}
        kinds = [Counter[str]() for _ in range(4 if spelling else 0)]
        for word in counts:
            for table, look in zip(kinds, looks(word), strict=False):
                table[look] += 1
        spellings = [{look: i for i, look in enumerate((x for x, c in t.items() if c > rare), start=2)} for t in kinds]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = cls(words, spellings, sorted(set(chain.from_iterable(tags))))
            model.learn(sentences, tags, epochs, seed)
        return model.eval()

    def numbers(self, sentences: Sentences) -> Tensor:
        """What the network sees of each token and its window: (N, 2 width + 1, 1 + looks) int64."""
        columns = 1 + len(self.spellings)
        known = {}
        for word in set(chain.from_iterable(sentences)):
            seen = zip(self.spellings, looks(word), strict=False)
            known[word] = [self.words.get(word, UNKNOWN), *(table.get(look, UNKNOWN) for table, look in seen)]
        edge = [[OUTSIDE] * columns] * self.width
        rows: list[list[int]] = []
        places: list[int] = []
        for sentence in sentences:
            start = len(rows) + self.width
            places += range(start, start + len(sentence))
            rows += [*edge, *(known[word] for word in sentence), *edge]
        table = torch.tensor(rows, dtype=torch.int64).reshape(-1, columns)  # (T, 1 + looks)
        around = torch.arange(-self.width, self.width + 1)
        return table[torch.tensor(places, dtype=torch.int64)[:, None] + around]  # (N, 2 width + 1, 1 + looks)

    def forward(self, seen: Tensor) -> Tensor:
        """(B, 2 width + 1, 1 + looks) to the score of every tag (B, K)."""
        parts = [self.vectors(seen[..., 0])]  # (B, 2 width + 1, m)
        parts += [table(seen[..., i]) for i, table in enumerate(self.look_vectors, start=1)]
        scores: Tensor = self.out(self.hidden(torch.cat(parts, dim=-1).flatten(1)))
        return scores

    def learn(self, sentences: Sentences, tags: Sentences, epochs: float, seed: int, batch: int = 512) -> None:
        """Trains in place; the weights are the average that `training.fit` returns."""
        seen = self.numbers(sentences)
        number = {tag: i for i, tag in enumerate(self.tags)}
        gold = torch.tensor([number[tag] for tag in chain.from_iterable(tags)])

        def reading(count: int) -> Iterator[tuple[Tensor, ...]]:
            return epoch(seen, gold, batch, torch.Generator().manual_seed(1000 * seed + count))

        def gradients(params: dict[str, Tensor], rows: tuple[Tensor, ...]) -> tuple[float, dict[str, Tensor]]:
            leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
            loss = nn.functional.cross_entropy(functional_call(self, leaves, (rows[0],)), rows[1])
            return loss.item(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))

        self.train()
        plan = Plan(epochs, rate=0.005, half=500.0, cool=0.5)
        start = {name: value.detach() for name, value in self.named_parameters()}
        done = fit(start, gradients, reading, -(-len(gold) // batch), plan)
        self.load_state_dict(done.params)

    @torch.no_grad()
    def tag(self, sentences: Sentences) -> list[list[str]]:
        """The most probable tag of each word, one list a sentence."""
        best = [self(rows).argmax(1) for rows in self.numbers(sentences).split(ROWS)]
        names = iter([self.tags[i] for part in best for i in part.tolist()])
        return [[next(names) for _ in sentence] for sentence in sentences]
