"""Chapter 04's graded functions: laws that they must obey, worked examples of the chapter, corners."""

import math
from itertools import pairwise

import pytest
import torch
from torch.testing import assert_close

from ngram2bert import vectors


def test_the_worked_examples_of_subsampling_and_noise():
    assert_close(
        vectors.keep_probability(torch.tensor([80, 16, 4, 0]), 0.01),
        torch.tensor([math.sqrt(1 / 80) + 1 / 80, 5 / 16, 3 / 4, 1.0], dtype=torch.float64),
    )
    assert_close(
        vectors.noise_distribution(torch.tensor([16, 81, 0, 1])),
        torch.tensor([8 / 36, 27 / 36, 0, 1 / 36], dtype=torch.float64),
    )


def test_keep_probability_falls_with_the_count_and_reaches_one_at_a_known_share():
    counts = torch.arange(1, 200)
    keep = vectors.keep_probability(counts, 0.002)
    assert (keep[1:] <= keep[:-1]).all() and keep[0] == 1 and keep[-1] < 1
    edge = 0.002 / ((3 - math.sqrt(5)) / 2)  # sqrt(r) + r = 1
    assert ((counts.double() / counts.sum() <= edge) == (keep == 1)).all()


def test_noise_without_the_target_has_the_right_law():
    noise = torch.tensor([0.4, 0.1, 0.3, 0.2], dtype=torch.float64)
    targets = torch.arange(4).repeat(5000)
    drawn = vectors.draw_noise(noise, targets, 4, torch.Generator().manual_seed(0))
    assert drawn.shape == (20000, 4) and not (drawn == targets[:, None]).any()
    for target in range(4):
        seen = torch.bincount(drawn[targets == target].flatten(), minlength=4).double()
        left = noise.clone().index_fill(0, torch.tensor([target]), 0)
        assert (seen / seen.sum() - left / left.sum()).abs().max() < 0.02
    assert noise.sum() == 1  # the caller's is as it was
    again = vectors.draw_noise(noise, targets, 4, torch.Generator().manual_seed(0))
    assert torch.equal(drawn, again)


def test_a_hot_score_costs_no_more_than_itself():
    C, O = torch.tensor([[1e4]]), torch.tensor([[1.0], [-1.0]])
    far, near = torch.tensor([0]), torch.tensor([1])
    assert vectors.skipgram_loss(C, O, far, near, torch.tensor([[0]])).item() == pytest.approx(2e4)
    assert vectors.skipgram_loss(C, O, far, far, torch.tensor([[1]])).item() == 0


def test_steps_bring_the_loss_down_to_where_gradients_vanish():
    g = torch.Generator().manual_seed(1)
    C, O = torch.randn(6, 3, generator=g), torch.randn(6, 3, generator=g)
    losses = [vectors.skipgram_step(C, O, 2, 4, torch.tensor([0, 0, 5]), 0.3) for _ in range(60)]
    assert losses[-1] < 0.1 * losses[0] and all(b < a for a, b in pairwise(losses))


def test_a_window_of_one_word_is_a_skipgram():
    g = torch.Generator().manual_seed(2)
    C, O = torch.randn(6, 3, generator=g), torch.randn(6, 3, generator=g)
    words, targets, noise = torch.tensor([5, 0, 3]), torch.tensor([1, 1, 2]), torch.tensor([[0, 4], [2, 2], [5, 1]])
    one = vectors.cbow_loss(C, O, torch.stack([words, torch.full_like(words, -1)], 1), targets, noise)
    assert_close(one, vectors.skipgram_loss(C, O, words, targets, noise))


def test_the_worked_examples_of_counting():
    X = vectors.cooccurrence([[0, 1, 2], [1, 0, 1]], 2, 3)
    assert_close(X, torch.tensor([[0, 3, 0.5], [3, 1, 1], [0.5, 1, 0]], dtype=torch.float64))
    assert torch.equal(X, X.T)
    plain = vectors.ppmi(torch.tensor([[0, 4, 0], [4, 2, 0], [0, 0, 0]]), smoothing=1.0)
    assert plain[0, 1].item() == pytest.approx(math.log(10 * 4 / (4 * 6)))
    assert plain.isfinite().all() and (plain[2] == 0).all() and (plain[:, 2] == 0).all()


def test_smoothing_lowers_the_rare_contexts_and_the_shift_lowers_all():
    counts = torch.tensor([[30, 2, 1], [4, 25, 1], [2, 6, 3]])
    plain, smooth = vectors.ppmi(counts, smoothing=1.0), vectors.ppmi(counts)
    assert (smooth[:, 2] <= plain[:, 2]).all() and smooth[2, 2] < plain[2, 2]
    shifted = vectors.ppmi(counts, shift=1.5)
    assert_close(shifted, (smooth - math.log(1.5)).clamp(min=0))


def test_the_table_of_negative_sampling_is_shifted_pmi():
    """Levy & Goldberg 2014: where the vectors are long enough for any scores, the best ones are PMI - log k."""
    counts = torch.tensor([[4, 9, 2], [7, 3, 5], [1, 6, 8]]).double()
    k, noise = 2, counts.sum(0) / counts.sum()
    best = (counts / (counts.sum(1, keepdim=True) * noise)).log() - math.log(k)

    def loss(scores):
        log = torch.nn.functional.logsigmoid
        return -(counts * log(scores) + k * counts.sum(1, keepdim=True) * noise * log(-scores)).sum()

    scores = best.clone().requires_grad_()
    loss(scores).backward()
    assert scores.grad.abs().max() < 1e-12
    positive = vectors.ppmi(counts, shift=float(k), smoothing=1.0)
    assert_close(positive, best.clamp(min=0))


def test_a_zero_vector_is_never_the_answer_by_accident():
    table = torch.tensor([[1.0, 2.0], [3.0, 1.0], [2.0, 0.3], [0.0, 0.0], [1.0, -0.9]])
    assert vectors.analogy(table, 0, 1, 2) == 4
