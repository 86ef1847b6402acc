"""A trained recurrent network as a language model: the same questions as `neural.NeuralLM` answers, and one more.

What an n-gram reads is fixed; what this model reads is decided by where its state begins: with each sentence, from
zero, or with the text (`carried=True`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..neural.model import nearest
from ..ngrams.vocabulary import BOS, EOS, UNK
from ..rnn.batches import pad_batch
from ..twenty.places import Place
from ..twenty.rerun import Predict
from .batches import Text, groups, stream
from .net import State, net_of

ROWS = 1024  # words scored at a time: a table of 1,024 x 14,116 scores is 58 MB


class RecurrentLM:
    """A `TiedNet` with its parameters. Word numbers as in `encode_splits`: 0 `<s>`, 1 `</s>`.

    start: the input before a sentence's first word: `<s>` for a model that was trained by sentences, `</s>`, the last
    one's end, for one that was trained on a stream. `<s>` never comes next; its probability, driven to 0 by training,
    stays where it is.
    """

    def __init__(self, params: Mapping[str, Tensor], start: int = EOS) -> None:
        self.net = net_of({name: value.detach().float() for name, value in params.items()}).eval()
        self.net.requires_grad_(False)
        self.start = start

    @property
    def kind(self) -> str:
        """rnn, gru or lstm."""
        return self.net.kind

    @property
    def params(self) -> dict[str, Tensor]:
        """By name, as in `TiedNet`."""
        return {name: weight.detach() for name, weight in self.net.named_parameters()}

    @property
    def vectors(self) -> Tensor:
        """The word table (V, m)."""
        return self.net.embedding.weight.detach()

    @property
    def layers(self) -> list[dict[str, Tensor]]:
        """The weights of each layer as the functions of chapters 05 and 06 take them: W_x, W_h and b; of a GRU b_x and
        b_h."""
        found = []
        for k in range(self.net.cell.num_layers):
            w_x, w_h, b_x, b_h = (p.detach() for p in self.net.cell.all_weights[k])
            biases = {"b_x": b_x, "b_h": b_h} if self.kind == "gru" else {"b": b_x + b_h}
            found.append({"W_x": w_x, "W_h": w_h, **biases})
        return found

    @property
    def vocab_size(self) -> int:
        """V, with `<s>`."""
        return len(self.net.bias)

    @property
    def size(self) -> int:
        """How many numbers it has learned."""
        return sum(weight.numel() for weight in self.net.parameters())

    def read(self, words: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Reads words (T, B): the scores of what comes next (B, V), and the state. T is at least 1."""
        hs, state = self.net.hidden(words, state)
        return self.net.scores(hs[-1]), state

    def next_probs(self, before: Tensor) -> Tensor:
        """The probability of every word after each beginning of a sentence: (B, L) to (B, V) float64, L from 0."""
        first = torch.full((len(before), 1), self.start)
        scores, _ = self.read(torch.cat([first, before], 1).T)
        return torch.log_softmax(scores, 1).double().exp()

    def after(self, before: Sequence[int]) -> Tensor:
        """The probability of every word after one beginning of a sentence, perhaps empty: (V,) float64."""
        return self.next_probs(torch.tensor([list(before)], dtype=torch.int64))[0]

    def token_log_probs(self, sentences: Text, carried: bool = False) -> Tensor:
        """log p of every token in the order of the text, `</s>` included: (N,) float64, nats.

        carried: False reads each sentence from a zero state; True hands the state on, from the first sentence to the
        last.
        """
        if carried:
            text = stream(sentences)
            return self._scored(self.net.hidden(text[:-1, None])[0][:, 0], text[1:])
        begins = [0]
        for sentence in sentences:
            begins.append(begins[-1] + len(sentence) + 1)
        found = torch.empty(begins[-1], dtype=torch.float64)
        for numbers in groups(sentences, 4 * ROWS):
            inputs, targets = pad_batch([sentences[i] for i in numbers], self.start, EOS)
            hs, _ = self.net.hidden(inputs)  # (T, B, m)
            counted = targets.T >= 0  # (B, T): sentence by sentence
            places = [torch.arange(begins[i], begins[i + 1]) for i in numbers]
            found[torch.cat(places)] = self._scored(hs.transpose(0, 1)[counted], targets.T[counted])
        return found

    def _scored(self, hs: Tensor, targets: Tensor) -> Tensor:
        """log p of targets (N,) after states (N, m)."""
        parts = [torch.empty(0)]
        for rows, words in zip(hs.split(ROWS), targets.split(ROWS), strict=True):
            y = self.net.scores(rows)  # (N, V)
            parts.append(y.gather(1, words[:, None])[:, 0] - y.logsumexp(1))
        return torch.cat(parts).double()

    def token_bits(self, sentences: Text, carried: bool = False) -> Tensor:
        """-log2 p of every token in the order of the text, `</s>` included: (N,) float64."""
        return -self.token_log_probs(sentences, carried) / math.log(2)

    def bits(self, sentences: Text, carried: bool = False) -> float:
        """Cross-entropy: the mean of `token_bits`. Raises ValueError for a text without a token."""
        bits = self.token_bits(sentences, carried)
        if not len(bits):
            raise ValueError("no token to score: give at least one sentence")
        return float(bits.mean())

    def perplexity(self, sentences: Text, carried: bool = False) -> float:
        """2 to the power of `bits`."""
        return float(2 ** self.bits(sentences, carried))

    def sample(self, draws: int, length: int, generator: torch.Generator) -> Tensor:
        """Draws sentences of at most `length` words: (draws, length) int64, filled up with `</s>`."""
        drawn = torch.full((draws, length), EOS)
        word, state = torch.full((draws,), self.start), None
        ended = torch.zeros(draws, dtype=torch.bool)
        for t in range(length):
            scores, state = self.read(word[None], state)
            scores[:, BOS] = -torch.inf
            word = torch.multinomial(scores.softmax(1), 1, generator=generator)[:, 0]  # (draws,)
            word = word.masked_fill(ended, EOS)
            drawn[:, t] = word
            ended |= word == EOS
        return drawn

    def neighbours(self, word: int, count: int = 8) -> list[tuple[int, float]]:
        """The words whose vectors point most nearly the same way: (word, cosine), best first, itself left out."""
        return nearest(self.vectors, word, count)


def from_recurrent(model: RecurrentLM, words: Sequence[str], carried: bool = False) -> Predict:
    """A `predict` for the twenty errors.

    words: the vocabulary, `<s>`, `</s>` and `UNK_` first. carried: the model reads the earlier sentences of the sample
    too, and its state goes on from them.
    """
    number = {word: i for i, word in enumerate(words)}

    def predict(place: Place) -> tuple[Sequence[str], Tensor]:
        sentences = [*(place.earlier if carried else ()), place.before]
        known = [[number.get(word, UNK) for word in sentence] for sentence in sentences]
        text = [word for sentence in known[:-1] for word in (*sentence, EOS)]
        return words, model.after([*text, *known[-1]])

    return predict


def lstm_lm() -> RecurrentLM:
    """The shipped LSTM, trained on Brown as one stream. Its words are those of `neural.brown.brown_text`."""
    from ..pretrained import load

    return RecurrentLM(load("lstm-brown")[0])


def rnn_lm() -> RecurrentLM:
    """The shipped plain RNN, trained on Brown by sentences. Its words are those of `neural.brown.brown_text`."""
    from ..pretrained import load

    return RecurrentLM(load("rnn-brown")[0], start=BOS)
