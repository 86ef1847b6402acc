"""Sentences of several lengths in one tensor, time first, and the loss over what is not padding."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def pad_batch(sentences: list[list[int]], bos: int, eos: int, ignore: int = -1) -> tuple[Tensor, Tensor]:
    """What the network reads at each step and what it is to predict there: a sentence a column.

    A sentence w_1 .. w_n has n + 1 steps: it reads `<s>` w_1 .. w_n and predicts w_1 .. w_n `</s>`. Where a sentence
    is over and a longer one is not, the network reads `</s>`, a word like any other, and the target is `ignore`.

    sentences: at least one, perhaps empty ones; bos, eos: the numbers of `<s>` and `</s>`; ignore: of padding.
    Returns inputs and targets, both (T, B) int64, where T is the longest sentence's steps and B the sentences.
    """
    steps = max(map(len, sentences)) + 1
    inputs = torch.full((steps, len(sentences)), eos)
    targets = torch.full((steps, len(sentences)), ignore)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])
        targets[: len(sentence) + 1, i] = torch.tensor([*sentence, eos])
    return inputs, targets


def sequence_loss(scores: Tensor, targets: Tensor, ignore: int = -1) -> Tensor:
    """The mean surprise over all steps of all sequences, in nats; padding is neither in the sum nor in its count.

        L = -1/N sum over t, b of log p_tb(w_tb),    p_tb = softmax(scores_tb)

    scores: (T, B, V); targets: (T, B) int64; ignore: the target of a step that does not count.
    Returns a tensor of no axes: 0, with a gradient of 0, where no step counts, as at the end of a long batch.
    Source: Mikolov et al. 2010, section 2 (the loss of every word, not of the last alone).
    """
    flat = scores.flatten(0, 1), targets.flatten()  # (T B, V), (T B,)
    total = nn.functional.cross_entropy(*flat, ignore_index=ignore, reduction="sum")
    return total / (targets != ignore).sum().clamp_min(1)
