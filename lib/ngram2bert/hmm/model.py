"""An HMM for use: fitted by EM on a corpus, asked like the n-gram models.

    model = HMM.random(states=50, vocab=len(words), seed=1)
    model.fit(train, steps=30)
    model.perplexity(test)

Sentences are lists of word numbers without borders. Emissions are kept as (R, K, V), R models side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from .em import Parameters
from .packing import Pack, packs
from .random import random_start
from .scaled import expected_counts, filtered

Text = Sequence[Sequence[int]]


@dataclass
class HMM:
    """R hidden Markov models with K states over V words: start (R, K), trans (R, K, K), stop (R, K), emit (R, K, V).

    A row of `trans` and its `stop` sum to one; with `stop` all ones the model has no end, and no `</s>` is scored.
    """

    start: Tensor
    trans: Tensor
    stop: Tensor
    emit: Tensor

    @classmethod
    def of(cls, start: Tensor, trans: Tensor, stop: Tensor, emit: Tensor) -> HMM:
        """One model, of parameters (K,), (K, K), (K,), (K, V)."""
        return cls(start[None], trans[None], stop[None], emit[None])

    @classmethod
    def random(cls, states: int, vocab: int, seed: int, restarts: int = 1) -> HMM:
        """R random starts, by the seeds seed, seed + 1, ..."""
        drawn = [random_start(states, vocab, torch.Generator().manual_seed(seed + r)) for r in range(restarts)]
        return cls(*(torch.stack(part) for part in zip(*drawn, strict=True)))

    @property
    def parameters(self) -> Parameters:
        """start, trans, stop, emit."""
        return self.start, self.trans, self.stop, self.emit

    @property
    def restarts(self) -> int:
        """R."""
        return self.start.shape[0]

    def pick(self, r: int) -> HMM:
        """The model number r alone."""
        return HMM(*(part[r : r + 1] for part in self.parameters))

    def fit(
        self,
        sentences: Text,
        steps: int,
        *,
        pseudo: float = 0.0,
        end: bool = True,
        say: Callable[[int, Tensor], None] | None = None,
    ) -> Tensor:
        """EM, in place. Returns the bits a token *before* each step, (steps, R), `</s>` counted where there is an end.

        steps: how many; pseudo: so many words more are counted in each state, in the shares of the whole text (keeps
        a state from giving probability 0 to a word); end: learn `stop`, or leave it at one; say: told each step and
        its bits.
        """
        held = list(packs(sentences))
        tokens = sum(len(pack.words) + end * len(pack.order) for pack in held)
        shares = torch.bincount(torch.cat([pack.words for pack in held]), minlength=self.emit.shape[2]).double()
        history = []
        if not end:
            self.stop = torch.ones_like(self.stop)
        for step in range(steps):
            totals, log_likelihood = self._counted(held)
            history.append(-log_likelihood / tokens / math.log(2))
            self._divide(totals, pseudo * shares / shares.sum(), end)
            if say is not None:
                say(step, history[-1])
        return torch.stack(history) if history else torch.empty(0, self.restarts, dtype=torch.float64)

    def _counted(self, held: list[Pack]) -> tuple[list[Tensor], Tensor]:
        totals = [torch.zeros_like(part) for part in self.parameters]
        log_likelihood = torch.zeros(self.restarts, dtype=torch.float64)
        for pack in held:
            counts, gained = expected_counts(self.parameters, pack)
            log_likelihood += gained
            for total, part in zip(totals, counts, strict=True):
                total += part
        return totals, log_likelihood

    def _divide(self, totals: list[Tensor], pseudo: Tensor, end: bool) -> None:
        start, trans, stop, emit = totals
        emit = emit + pseudo  # (R, K, V)
        leaving = trans.sum(2) + stop * end  # (R, K)
        self.start = start / start.sum(1, keepdim=True)
        self.trans = (trans / leaving[..., None]).nan_to_num(0.0)
        self.stop = (stop / leaving).nan_to_num(0.0) if end else self.stop
        self.emit = (emit / emit.sum(2, keepdim=True)).nan_to_num(0.0)

    def expected_emissions(self, sentences: Text) -> Tensor:
        """How often each state is expected to have said each word of a text: (K, V). One model."""
        totals, _ = self._one()._counted(list(packs(sentences)))
        return totals[3][0]

    def log_likelihood(self, sentences: Text) -> Tensor:
        """log p of each sentence, in the order of the text: (R, S)."""
        found = torch.empty(self.restarts, len(sentences), dtype=torch.float64)
        for pack in packs(sentences):
            found[:, pack.order] = filtered(self.parameters, pack).log_likelihood(pack)
        return found

    def sentence_bits(self, sentences: Text) -> Tensor:
        """-log2 p of each sentence: (S,). One model."""
        return -self._one().log_likelihood(sentences)[0] / math.log(2)

    def bits(self, sentences: Text) -> float:
        """Bits a token, `</s>` counted, as in chapter 01. One model."""
        return float(self.sentence_bits(sentences).sum()) / sum(len(sentence) + 1 for sentence in sentences)

    def perplexity(self, sentences: Text) -> float:
        """2 to the power of `bits`."""
        return float(2 ** self.bits(sentences))

    def next_probs(self, prefixes: Text, eos: int) -> Tensor:
        """The probability of every word after each beginning of a sentence: (B, V), `eos` the number of `</s>`.

        prefixes: lists of words, perhaps empty. One model.
        """
        start, trans, stop, emit = (part[0] for part in self._one().parameters)
        states = start.repeat(len(prefixes), 1)  # (B, K) of the word to come
        ends = torch.zeros(len(prefixes), dtype=torch.float64)  # (B,)
        filled = [i for i, prefix in enumerate(prefixes) if prefix]
        if filled:
            for pack in packs([prefixes[i] for i in filled]):
                rows = torch.tensor(filled)[pack.order]
                last = filtered(self.parameters, pack).alpha[0, pack.lasts]  # (B, K)
                states[rows], ends[rows] = last @ trans, last @ stop
        probs = states @ emit  # (B, V)
        probs[:, eos] += ends
        return probs

    def sample(self, draws: int, length: int, generator: Generator, eos: int) -> Tensor:
        """Sentences of at most `length` words: (draws, length) int64, filled up with `eos`. One model."""
        start, trans, stop, emit = (part[0] for part in self._one().parameters)
        leaving = torch.cat([trans, stop[:, None]], dim=1)  # (K, K+1)
        text = torch.full((draws, length), eos)
        state = torch.multinomial(start.expand(draws, -1), 1, generator=generator)[:, 0]  # (B,) K is the end
        for t in range(length):
            going = state < len(trans)
            if not going.any():
                break
            text[going, t] = torch.multinomial(emit[state[going]], 1, generator=generator)[:, 0]
            state[going] = torch.multinomial(leaving[state[going]], 1, generator=generator)[:, 0]
        return text

    def _one(self) -> HMM:
        if self.restarts != 1:
            raise ValueError(f"these are {self.restarts} models side by side: pick(r) one of them")
        return self
