"""Chapter 04 against torch's autograd and decomposition, SciPy, and loops that follow the definitions."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from torch import nn
from torch.testing import assert_close

from ngram2bert import vectors

SMALL = settings(max_examples=25, deadline=None, derandomize=True)
TEXTS = st.lists(st.lists(st.integers(0, 5), max_size=9), max_size=4)


def drawn(seed, v=9, m=4, b=6, k=3, scale=1.0):
    """Two float64 tables and a batch with repeated words."""
    g = torch.Generator().manual_seed(seed)
    C, O = (scale * torch.randn(v, m, generator=g, dtype=torch.float64) for _ in range(2))
    centres, outputs = (torch.randint(0, v, (b,), generator=g) for _ in range(2))
    return C, O, centres, outputs, torch.randint(0, v, (b, k), generator=g)


@SMALL
@given(st.integers(0, 999), st.sampled_from([0.1, 1.0, 30.0]), st.sampled_from([torch.float64, torch.float32]))
def test_skipgram_loss_is_torchs_binary_cross_entropy(seed, scale, dtype):
    C, O, centres, outputs, noise = drawn(seed, scale=scale)
    C, O = C.to(dtype), O.to(dtype)
    words = torch.cat([outputs[:, None], noise], 1)
    scores = torch.einsum("bm,bkm->bk", C[centres], O[words])
    labels = torch.zeros_like(scores).index_fill(1, torch.tensor([0]), 1.0)
    wanted = nn.functional.binary_cross_entropy_with_logits(scores, labels, reduction="sum")
    assert_close(vectors.skipgram_loss(C, O, centres, outputs, noise), wanted)


@SMALL
@given(st.integers(0, 999), st.integers(1, 5), st.sampled_from([0.3, 1.0, 8.0]), st.floats(0.01, 2.0))
def test_skipgram_step_is_a_step_of_torchs_sgd(seed, k, scale, rate):
    C, O, centres, outputs, noise = drawn(seed, b=1, k=k, scale=scale)
    leaves = [nn.Parameter(C.clone()), nn.Parameter(O.clone())]
    loss = vectors.skipgram_loss(*leaves, centres, outputs, noise)
    loss.backward()
    torch.optim.SGD(leaves, lr=rate).step()
    returned = vectors.skipgram_step(C, O, int(centres), int(outputs), noise[0], rate)
    assert returned == pytest.approx(loss.item(), rel=1e-12)
    assert_close(C, leaves[0].data, rtol=1e-12, atol=1e-13)
    assert_close(O, leaves[1].data, rtol=1e-12, atol=1e-13)


def test_a_repeated_noise_word_moves_twice():
    C, O, _, _, _ = drawn(3)
    once, twice = O.clone(), O.clone()
    vectors.skipgram_step(C.clone(), once, 0, 1, torch.tensor([4]), 0.1)
    vectors.skipgram_step(C.clone(), twice, 0, 1, torch.tensor([4, 4]), 0.1)
    assert_close(twice[4] - O[4], 2 * (once[4] - O[4]))


@SMALL
@given(st.integers(0, 999), st.integers(1, 5))
def test_cbow_loss_is_torchs_embedding_bag(seed, width):
    C, O, _, targets, noise = drawn(seed)
    g = torch.Generator().manual_seed(seed + 1)
    windows = torch.randint(-1, len(C), (len(targets), width), generator=g)
    windows[:, int(torch.randint(0, width, (), generator=g))] = 3  # at least one word a row
    padded = torch.cat([C, torch.full_like(C[:1], math.nan)])
    bags = torch.where(windows < 0, len(C), windows)
    h = nn.functional.embedding_bag(bags, padded, mode="mean", padding_idx=len(C))
    scores = h @ O.T
    wanted = -nn.functional.logsigmoid(scores.gather(1, targets[:, None])).sum()
    wanted = wanted - nn.functional.logsigmoid(-scores.gather(1, noise)).sum()
    assert_close(vectors.cbow_loss(C, O, windows, targets, noise), wanted)


@pytest.mark.parametrize("name", ["skipgram", "cbow", "glove"])
def test_losses_have_the_gradients_of_finite_differences(name):
    C, O, centres, outputs, noise = drawn(5, v=5, m=3, b=4)
    b, d = C[:, 0].clone(), O[:, 1].clone()
    X = (3 * torch.randn(5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)).clamp(min=0)
    windows = torch.tensor([[0, 2, -1], [-1, -1, 3], [1, 4, 0], [4, 4, -1]])
    losses = {
        "skipgram": lambda C, O, b, d: vectors.skipgram_loss(C, O, centres, outputs, noise),
        "cbow": lambda C, O, b, d: vectors.cbow_loss(C, O, windows, outputs, noise),
        "glove": lambda C, O, b, d: vectors.glove_loss(C, O, b, d, X, x_max=2.0),
    }
    assert torch.autograd.gradcheck(losses[name], [t.clone().requires_grad_() for t in (C, O, b, d)])


@SMALL
@given(st.lists(st.integers(0, 5), max_size=9), st.integers(0, 999))
def test_skipgram_pairs_are_those_of_the_definition(sentence, seed):
    g = torch.Generator().manual_seed(seed)
    keep = torch.rand(len(sentence), generator=g) < 0.7
    reach = torch.randint(1, 5, (len(sentence),), generator=g)
    short = [(word, int(r)) for word, stays, r in zip(sentence, keep, reach, strict=True) if stays]
    wanted = [
        (v, w) for (i, (v, r)), (j, (w, _)) in itertools.product(enumerate(short), repeat=2) if 0 < abs(i - j) <= r
    ]
    centres, outputs = vectors.skipgram_pairs(sentence, keep, reach)
    assert centres.dtype == outputs.dtype == torch.int64
    assert list(zip(centres.tolist(), outputs.tolist(), strict=True)) == wanted  # and in this order


@SMALL
@given(TEXTS, st.integers(1, 6))
def test_cooccurrence_is_that_of_two_loops(sentences, window):
    wanted = torch.zeros(6, 6, dtype=torch.float64)
    for sentence in sentences:
        for (i, v), (j, w) in itertools.permutations(enumerate(sentence), 2):
            if abs(i - j) <= window:
                wanted[v, w] += 1 / abs(i - j)
    assert_close(vectors.cooccurrence(sentences, window, 6), wanted)


def test_a_drawn_reach_gives_the_weights_of_a_window_on_average():
    """Uniform on 1 .. w, distance d is reached w - d + 1 times in w: word2vec's weights, which are not 1/d."""
    sentence, window = list(range(9)), 4
    keep = torch.ones(9, dtype=torch.bool)
    times = Counter()
    for r in range(1, window + 1):
        centres, outputs = vectors.skipgram_pairs(sentence, keep, torch.full((9,), r))
        times.update((outputs[centres == 4] - 4).abs().tolist())
    assert {d: n / 2 / window for d, n in times.items()} == {d: (window - d + 1) / window for d in range(1, window + 1)}


@SMALL
@given(st.integers(0, 999), st.floats(0.3, 6.0), st.floats(0.0, 1.0))
def test_ppmi_is_the_formula_entry_by_entry(seed, shift, smoothing):
    g = np.random.default_rng(seed)
    counts = g.integers(0, 4, (5, 5)) * g.integers(0, 9, (5, 5))
    counts[g.integers(5)] = 0
    counts[0, 0] += 1
    got = vectors.ppmi(torch.tensor(counts), shift, smoothing)
    total, powers = counts.sum(), [float(c) ** smoothing for c in counts.sum(0)]
    for i, j in itertools.product(range(5), repeat=2):
        wanted = 0.0
        if counts[i, j]:
            p, p_w, q = counts[i, j] / total, counts[i].sum() / total, powers[j] / sum(powers)
            wanted = max(0.0, math.log(p / (p_w * q)) - math.log(shift))
        assert got[i, j].item() == pytest.approx(wanted, abs=1e-12)


def test_ppmi_of_independent_words_is_zero():
    shares = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    assert_close(vectors.ppmi(torch.outer(shares, shares), smoothing=1.0), torch.zeros(3, 3, dtype=torch.float64))


@SMALL
@given(st.integers(0, 999), st.integers(1, 6), st.sampled_from([0.0, 0.5, 1.0]))
def test_svd_vectors_are_the_best_directions(seed, m, power):
    M = torch.randn(6, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    W = vectors.svd_vectors(M, m, power)
    squares, directions = torch.linalg.eigh(M @ M.T)  # another way to U and S, smallest first
    gap = (squares[1:] - squares[:-1]).min()
    assume(gap > 1e-3 and squares[0] > 1e-3)
    top = directions[:, -m:]
    assert_close(W @ W.T, top * squares[-m:] ** power @ top.T, rtol=1e-7, atol=1e-9)
    assert_close(W.T @ W, torch.diag(squares.flip(0)[:m] ** power), rtol=1e-7, atol=1e-9)  # the largest first


def test_svd_vectors_of_power_one_keep_the_dot_products_of_the_best_approximation():
    M = torch.randn(7, 7, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    W = vectors.svd_vectors(M, 3, power=1.0)
    U, S, Vh = torch.linalg.svd(M)
    best = U[:, :3] * S[:3] @ Vh[:3]
    assert_close(W @ W.T, best @ best.T)
    assert (M - best).norm().item() == pytest.approx(S[3:].norm().item())  # Eckart & Young


@SMALL
@given(st.integers(0, 999), st.floats(0.5, 50.0), st.floats(0.1, 2.0))
def test_glove_loss_is_that_of_two_loops(seed, x_max, alpha):
    C, O, _, _, _ = drawn(seed, v=5)
    g = torch.Generator().manual_seed(seed)
    b, d = torch.randn(2, 5, generator=g, dtype=torch.float64)
    X = (20 * torch.randn(5, 5, generator=g, dtype=torch.float64)).clamp(min=0)
    wanted = 0.0
    for i, j in itertools.product(range(5), repeat=2):
        if (x := X[i, j].item()) > 0:
            weight = (x / x_max) ** alpha if x < x_max else 1.0
            wanted += weight * (float(C[i] @ O[j] + b[i] + d[j]) - math.log(x)) ** 2
    assert vectors.glove_loss(C, O, b, d, X, x_max, alpha).item() == pytest.approx(wanted, rel=1e-12)


def test_glove_loss_is_zero_where_the_scores_are_the_logarithms():
    X = torch.tensor([[1.0, 4.0], [0.0, 9.0]], dtype=torch.float64)
    b = X.new_tensor([0.25, -1.0])
    O = torch.eye(2, dtype=torch.float64)
    C = X.clamp(min=1e-9).log() - b[:, None]
    assert_close(vectors.glove_loss(C, O, b, torch.zeros_like(b), X), X.new_zeros(()))


VALUES = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))


@SMALL
@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=25))
def test_rank_correlation_is_scipys(pairs):
    x, y = (torch.tensor(column, dtype=torch.float64) for column in zip(*pairs, strict=True))
    assume(len(x.unique()) > 1 and len(y.unique()) > 1)
    assert vectors.rank_correlation(x, y) == pytest.approx(stats.spearmanr(x.numpy(), y.numpy()).statistic, abs=1e-12)


@pytest.mark.parametrize(("x", "y"), [([2, 2, 2], [1, 2, 3]), ([1, 2, 3], [5, 5, 5]), ([1], [2]), ([], [])])
def test_rank_correlation_of_what_has_no_order_is_nan(x, y):
    assert math.isnan(vectors.rank_correlation(torch.tensor(x), torch.tensor(y)))


@SMALL
@given(st.integers(0, 999))
def test_analogy_is_the_best_of_three_cosines(seed):
    g = torch.Generator().manual_seed(seed)
    table = torch.randn(9, 3, generator=g, dtype=torch.float64) * (0.05 + 5 * torch.rand(9, 1, generator=g))
    a, b, c = torch.randperm(9, generator=g)[:3].tolist()

    def cos(v, w):
        return nn.functional.cosine_similarity(table[v], table[w], dim=0).item()

    others = [w for w in range(9) if w not in (a, b, c)]
    assert vectors.analogy(table, a, b, c) == max(others, key=lambda w: cos(w, b) - cos(w, a) + cos(w, c))


def test_pair_similarity_is_scipys_on_the_known_pairs():
    g = torch.Generator().manual_seed(4)
    table = torch.randn(8, 3, generator=g, dtype=torch.float64)
    index = {f"w{i}": i for i in range(8)}
    pairs = [(f"w{i}", f"w{j}", float((7 * i + j * j) % 10)) for i in range(9) for j in range(i)]
    known = [pair for pair in pairs if "w8" not in pair]
    cosines = [nn.functional.cosine_similarity(table[index[v]], table[index[w]], dim=0).item() for v, w, _ in known]
    rho, used = vectors.pair_similarity(table, index, pairs)
    assert used == len(known) == len(pairs) - 8
    assert rho == pytest.approx(stats.spearmanr(cosines, [score for _, _, score in known]).statistic)
    longer = vectors.pair_similarity(table * torch.arange(1.0, 9)[:, None], index, pairs)  # lengths do not matter
    assert longer == pytest.approx((rho, used))
