"""How surprised a model is by a text.

It judges any model that is a function from n-grams to probabilities; it does not know how they were made.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from .counts import count_ngrams


def perplexity(
    prob: Callable[[Tensor], Tensor], sentences: list[list[int]], n: int, bos: int, eos: int, unk: int | None = None
) -> tuple[float, float]:
    """Perplexity and bits a token of a text under an n-gram model.

        bits = -1/N sum over all tokens t of log2 p(w_t | w_{t-n+1} .. w_{t-1}),    perplexity = 2^bits

    The N tokens are all the words of all the sentences, and one `</s>` for each sentence. The sum is over the whole
    text: a long sentence weighs more than a short one. Equal n-grams cost the same, so each is scored once and
    weighted by its count.

    prob: takes n-grams (Q, n) and returns p of the last word of each given the others (Q,). sentences: lists of word
    numbers without borders, at least one. n: the model's order. bos, eos: the numbers of `<s>` and `</s>`.
    unk: None to score an unknown word as the word it is; or its number, to leave unknown words out of the sum *and*
    out of N (they stay in the contexts of others).
    Returns (perplexity, bits); both are infinite if one token has probability 0.
    Source: Jelinek et al. 1977; Jurafsky & Martin, 3rd edition, chapter 3.
    """
    grams, counts = count_ngrams(sentences, n, bos, eos)  # (U, n), (U,)
    if unk is not None:
        scored = grams[:, -1] != unk
        grams, counts = grams[scored], counts[scored]
    bits = -float((counts * prob(grams).log2()).sum() / counts.sum())
    return 2**bits, bits
