"""ARPA files: the text format in which n-gram models travel. KenLM, SRILM and IRSTLM read and write it.

Only a `BackoffModel` estimated with bos="raw" can travel: readers begin every sentence with one `<s>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from .backoff import BackoffModel
from .trie import Trie
from .vocabulary import BOS

NEVER = -99.0  # the format's log10 of 0


def _log10(p: Tensor) -> list[float]:
    logs: list[float] = torch.where(p > 0, p.log10(), NEVER).tolist()
    return logs


def write_arpa(model: BackoffModel, words: list[str], path: str | Path) -> None:
    """Writes the model as an ARPA file.

    words: the word of each number, as from `encode_splits`. A share of the unigrams that no word of the list has
    becomes `<unk>`, as in lmplz. Raises ValueError where the format cannot hold the model.
    """
    if not isinstance(model, BackoffModel):
        raise ValueError(f"a {type(model).__name__} has no ARPA form: estimate a back-off or Kneser-Ney model")
    if len(words) != model.vocab_size:
        raise ValueError(
            f"{len(words)} words for a model of {model.vocab_size}: give the word list of its training text"
        )
    if model.order > 1 and int(model.trie.extend(2, torch.tensor([BOS]), torch.tensor([BOS]))) >= 0:
        raise ValueError('this model knows "<s> <s>", ARPA readers begin with one <s>: estimate it with bos="raw"')
    unknown = 1 - float(model.probs[0].sum())
    extra = int(unknown > 1e-12 and "<unk>" not in words)
    with open(path, "w", encoding="utf-8") as file:
        sizes = [len(p) + (extra if k == 1 else 0) for k, p in enumerate(model.probs, start=1)]
        file.write("\\data\\\n" + "".join(f"ngram {k}={size}\n" for k, size in enumerate(sizes, start=1)))
        for k, p in enumerate(model.probs, start=1):
            file.write(f"\n\\{k}-grams:\n")
            if k == 1 and extra:
                file.write(f"{_log10(torch.tensor([unknown]))[0]:.9g}\t<unk>\n")
            grams = (" ".join(words[i] for i in row) for row in model.trie.grams(k).tolist())
            if k < model.order:
                lines = zip(_log10(p), grams, _log10(model.weights[k - 1]), strict=True)
                file.writelines(f"{a:.9g}\t{gram}\t{b:.9g}\n" for a, gram, b in lines)
            else:
                file.writelines(f"{a:.9g}\t{gram}\n" for a, gram in zip(_log10(p), grams, strict=True))
        file.write("\n\\end\\\n")


def _sections(path: str | Path) -> Iterator[tuple[int, list[list[str]]]]:
    """The sections of the file: the order and its lines, each split at tabs."""
    with open(path, encoding="utf-8") as file:
        order = 0
        lines: list[list[str]] = []
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("\\"):
                if order:
                    yield order, lines
                order, lines = (int(line[1:-7]) if line.endswith("-grams:") else 0), []
            elif line and order:
                lines.append(line.split("\t"))
        if order:
            raise ValueError(f"{path} stops before \\end\\: it is not whole, write it again")


def read_arpa(path: str | Path) -> tuple[BackoffModel, list[str]]:
    """Reads an ARPA file, ours or another program's.

    Returns the model and its words, `<s>` and `</s>` at 0 and 1 and the others, `<unk>` among them, as they stand in
    the file. Raises ValueError for a file that is cut short or holds an n-gram without its first n-1 words.
    """
    words = ["<s>", "</s>"]
    keys: list[Tensor] = []
    probs: list[Tensor] = []
    weights: list[Tensor] = []
    number: dict[str, int] = {}
    for k, lines in _sections(path):
        if k == 1:
            words += [line[1] for line in lines if line[1] not in words[:2]]
            number = {word: i for i, word in enumerate(words)}
            if not len(lines) == len(words) == len(number):
                raise ValueError(f"{path} has no <s>, no </s> or a word twice among its unigrams: repair the file")
        try:
            rows = torch.tensor([[number[word] for word in line[1].split(" ")] for line in lines]).view(-1, k)  # (U, k)
        except KeyError as error:
            raise ValueError(
                f"{path} has {error} in its {k}-grams and not among its unigrams: repair the file"
            ) from None
        node = rows[:, 0]
        for j in range(2, k):
            node = Trie(keys, len(words)).extend(j, node, rows[:, j - 1])
        if k > 1 and bool((node < 0).any()):
            line = lines[int((node < 0).nonzero()[0])]
            raise ValueError(
                f"{path} holds {line[1]!r} without its first {k - 1} words: give a model that was not pruned"
            )
        key, place = (node if k == 1 else node * len(words) + rows[:, -1]).sort()
        keys.append(key)
        probs.append(10 ** torch.tensor([float(line[0]) for line in lines], dtype=torch.float64)[place])
        weight = [float(line[2]) if len(line) > 2 else 0.0 for line in lines]
        weights.append(10 ** torch.tensor(weight, dtype=torch.float64)[place])
    if not keys:
        raise ValueError(f"{path} has no \\1-grams: section: it is not an ARPA file")
    probs[0][BOS] = 0.0  # lmplz writes 1 for <s>, which nothing predicts
    return BackoffModel(Trie(keys, len(words)), probs, weights[:-1]), words
