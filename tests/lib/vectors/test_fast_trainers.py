"""The fast trainers against the functions of the chapter: the same pairs, the same gradients, the same tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from ngram2bert import vectors
from ngram2bert.vectors import Settings, blocks, counting, fast_cbow, fast_glove, fast_skipgram

V, M = 30, 6


def some_text(sentences=80, seed=0):
    chance = np.random.default_rng(seed)
    text = [chance.integers(0, V, chance.integers(1, 15)).tolist() for _ in range(sentences)]
    return text, torch.bincount(torch.tensor([word for sentence in text for word in sentence]), minlength=V)


def tables(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(V, M, generator=generator, dtype=torch.float64) for _ in range(2)]


def all_steps(text, window, keep=None, drawn=False, seed=1):
    keep = np.ones(V) if keep is None else keep
    return list(blocks.steps(blocks.flatten(text), keep, window, np.random.default_rng(seed), drawn))


def double(step):
    return replace(step, pairs=step.pairs.double())


@pytest.mark.parametrize("window", [1, 3, 5])
def test_every_pair_of_a_reading_is_there_once(window):
    text, _ = some_text()
    found = []
    for step in all_steps(text, window):
        b, r, c = step.pairs.nonzero().T
        found += list(zip(step.centres[b, r].tolist(), step.around[b, c].tolist(), strict=True))
    wanted = []
    for sentence in text:
        reach = torch.full((len(sentence),), window)
        centres, outputs = vectors.skipgram_pairs(sentence, torch.ones(len(sentence), dtype=torch.bool), reach)
        wanted += list(zip(centres.tolist(), outputs.tolist(), strict=True))
    assert sorted(found) == sorted(wanted)


def test_drawn_windows_weigh_neighbours_as_the_settings_say():
    text = [list(range(20))] * 4000
    near = torch.zeros(6)
    for step in all_steps(text, 5, drawn=True):
        b, r, c = step.pairs.nonzero().T
        apart = (step.centres[b, r] - step.around[b, c]).abs()
        near += torch.bincount(apart, minlength=6)[:6]
    inner = torch.tensor([2.0 * 4000 * (20 - d) for d in range(6)])  # pairs that a full window would have
    wanted = torch.tensor([0.0] + [Settings(window=5).weight(d) for d in range(1, 6)])
    assert_close(near[1:] / inner[1:], wanted[1:], atol=0.01, rtol=0)


def test_words_are_dropped_before_the_windows():
    text = [[0, 1] * 500]
    keep = np.ones(V)
    keep[1] = 0.0
    steps = all_steps(text, 1, keep)
    pairs = sum(int(step.pairs.sum()) for step in steps)
    assert pairs == 2 * 499  # the 500 zeros now stand side by side
    assert {int(w) for s in steps for w in s.around[s.pairs.any(1)]} == {0}


@pytest.mark.parametrize("window", [2, 5])
def test_skipgram_has_the_gradient_of_its_loss(window):
    text, _ = some_text(30)
    C, O = (table.requires_grad_() for table in tables())
    step = double(all_steps(text, window)[0])
    noise = torch.randint(0, V, (len(step.centres), 4), generator=torch.Generator().manual_seed(3))
    b, r, c = step.pairs.nonzero().T
    loss = vectors.skipgram_loss(C, O, step.centres[b, r], step.around[b, c], noise[b])
    d_C, d_O = torch.autograd.grad(loss, (C, O))
    with torch.no_grad():
        d_rows, ids, d_outputs, _ = fast_skipgram.gradients(C, O, step, noise, 4)
        found = [torch.zeros(V, M, dtype=torch.float64) for _ in range(2)]
        found[0].index_add_(0, step.centres.flatten(), d_rows.reshape(-1, M))
        found[1].index_add_(0, ids.flatten(), d_outputs.reshape(-1, M))
        before = C.clone(), O.clone()
        fast_skipgram.update(C, O, step, noise, 4, 0.1)
    assert_close(found[0], d_C)
    assert_close(found[1], d_O)
    assert_close(C.detach(), before[0] - 0.1 * d_C)
    assert_close(O.detach(), before[1] - 0.1 * d_O)


def test_shared_noise_weighs_as_k_words_a_pair():
    """Each of many shared words counts k / many: the gradient is the mean over the words, times k."""
    text, _ = some_text(30)
    C, O = tables()
    step = double(all_steps(text, 3)[0])
    noise = torch.randint(0, V, (len(step.centres), 8), generator=torch.Generator().manual_seed(3))
    whole = fast_skipgram.gradients(C, O, step, noise, 3)[0]
    nothing = fast_skipgram.gradients(C, O, step, noise, 0)[0]
    one_by_one = [fast_skipgram.gradients(C, O, step, noise[:, i : i + 1], 1)[0] - nothing for i in range(8)]
    assert_close(whole, nothing + 3 / 8 * sum(one_by_one))


@pytest.mark.parametrize("spread", [False, True])
def test_cbow_has_the_gradient_of_its_loss(spread):
    text, _ = some_text(30)
    C, O = (table.requires_grad_() for table in tables())
    step = double(all_steps(text, 3)[0])
    noise = torch.randint(0, V, (len(step.centres), 4), generator=torch.Generator().manual_seed(3))
    rows = [(b, r) for b in range(len(step.centres)) for r in range(blocks.ROWS) if step.pairs[b, r].any()]
    windows = torch.full((len(rows), 6), -1)
    for i, (b, r) in enumerate(rows):
        near = step.around[b][step.pairs[b, r] > 0]
        windows[i, : len(near)] = near
    targets = torch.stack([step.centres[b, r] for b, r in rows])
    loss = vectors.cbow_loss(C, O, windows, targets, torch.stack([noise[b] for b, _ in rows]))
    d_C, d_O = torch.autograd.grad(loss, (C, O))
    with torch.no_grad():
        d_columns, ids, d_outputs = fast_cbow.gradients(C, O, step, noise, 4, spread)
        found = [torch.zeros(V, M, dtype=torch.float64) for _ in range(2)]
        found[0].index_add_(0, step.around.flatten(), d_columns.reshape(-1, M))
        found[1].index_add_(0, ids.flatten(), d_outputs.reshape(-1, M))
    assert_close(found[1], d_O)
    if spread:
        assert found[0].norm() > 1.5 * d_C.norm()  # every word of a window gets the whole of it
    else:
        assert_close(found[0], d_C)


def test_glove_has_the_gradient_of_its_loss():
    text, counts = some_text()
    settings = Settings(m=M, sample=0.0, context="harmonic", window=4, x_max=5.0)
    table = counting.count(text, counts, settings, 1)
    weights = [*tables(), *(torch.linspace(-1, 1, V, dtype=torch.float64) * s for s in (1, 2))]
    leaves = [w.clone().requires_grad_() for w in weights]
    loss = vectors.glove_loss(*leaves, table.matrix().to_dense().double(), 5.0, settings.alpha)
    wanted = torch.autograd.grad(loss, leaves)
    total, found = 0.0, [torch.zeros_like(w) for w in weights]
    for batch in fast_glove.deal(table, settings, np.random.default_rng(0)):
        batch = replace(batch, log_x=batch.log_x.double(), weight=batch.weight.double())
        part, gradients = fast_glove.gradients(weights, batch)
        total += float(part)
        found = [a + b for a, b in zip(found, gradients, strict=True)]
    assert total == pytest.approx(loss.item(), rel=1e-5)  # the counts are float32
    for mine, theirs in zip(found, wanted, strict=True):
        assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("window", [1, 2, 5])
def test_counts_are_those_of_the_full_table(window):
    text, counts = some_text()
    settings = Settings(sample=0.0, context="harmonic", window=window)
    found = counting.count(text, counts, settings, 1).matrix().to_dense()
    assert_close(found.double(), vectors.cooccurrence(text, window, V), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("shift", "smoothing"), [(1.0, 0.75), (5.0, 1.0), (2.0, 0.5)])
def test_ppmi_and_svd_are_those_of_the_full_table(shift, smoothing):
    text, counts = some_text()
    settings = Settings(m=M, sample=0.0, context="harmonic", window=4, shift=shift, smoothing=smoothing, eigen=0.5)
    full = vectors.ppmi(vectors.cooccurrence(text, 4, V), shift, smoothing)
    sparse = counting.sparse_ppmi(counting.count(text, counts, settings, 1), shift, smoothing)
    assert_close(sparse.matrix().to_dense().double(), full, rtol=1e-5, atol=1e-5)
    trained = vectors.train_vectors(text, counts, "ppmi-svd", settings)
    wanted = vectors.svd_vectors(full, M).float()
    assert_close(trained.table @ trained.table.T, wanted @ wanted.T, rtol=1e-3, atol=1e-4)
    sizes = torch.linalg.svdvals(full)
    best = float((sizes[M:] ** 2).sum().sqrt())  # Eckart and Young: no table of this rank comes nearer
    assert float(torch.linalg.matrix_norm(trained.table @ trained.outputs.T - full)) == pytest.approx(best, rel=1e-3)


def test_counting_a_text_of_one_word_sentences_gives_nothing():
    table = counting.count([[1], [2], [3]], torch.ones(V), Settings(sample=0.0), 1)
    assert len(table.x) == 0
    assert len(counting.sparse_ppmi(table).x) == 0
