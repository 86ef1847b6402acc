"""An ARPA file that we wrote, scored by KenLM's own module."""

import math

import pytest
import torch

from ngram2bert.ngrams import estimate, write_arpa

kenlm = pytest.importorskip(
    "kenlm", reason="the optional extra kenlm is not installed: it compiles, `pip install kenlm`"
)


@pytest.mark.parametrize(("method", "order"), [("modified_kneser_ney", 3), ("katz", 3), ("modified_kneser_ney", 5)])
def test_kenlm_scores_brown_as_we_do(tmp_path, brown_ids, method, order):
    words, (train, _, test) = brown_ids
    train, test = train[:2000], test[:400]
    model = estimate(train, order, len(words), method, size=len(words))
    write_arpa(model, words, tmp_path / "model.arpa")
    theirs = kenlm.Model(str(tmp_path / "model.arpa"))
    assert theirs.order == order
    for sentence in test:
        want = [score for score, _, _ in theirs.full_scores(" ".join(words[i] for i in sentence))]
        got = -model.token_bits([sentence]) * math.log10(2)
        torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64), rtol=1e-5, atol=1e-6)


def test_the_word_that_nobody_knows(tmp_path):
    words = ["<s>", "</s>", "UNK_", "a"]
    model = estimate([[3, 3], [3]], 2, 4, size=4)
    write_arpa(model, words, tmp_path / "model.arpa")
    log10, length, unknown = next(iter(kenlm.Model(str(tmp_path / "model.arpa")).full_scores("zyzzyva")))
    assert unknown
    assert length == 1
    weight = model.weights[0][0]  # after <s>
    assert 10**log10 == pytest.approx(float(weight * (1 - model.probs[0].sum())), rel=1e-5)
