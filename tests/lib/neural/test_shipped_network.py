"""The shipped checkpoint: it is small, its log says how it came about, and it is as good as the log says."""

import pytest

from ngram2bert import neural, pretrained
from ngram2bert.claims.bengio import EVERY
from ngram2bert.neural.brown import brown_text


def test_it_is_small_and_says_where_it_comes_from():
    params, log = pretrained.load("nlm-brown")
    file = pretrained.FOLDER / "nlm-brown.safetensors"
    assert file.stat().st_size < 10_000_000 and sum(value.numel() for value in params.values()) < 4_500_000
    assert log["command"] == "python -m ngram2bert.pretrained nlm-brown" and log["seed"] == 1 and log["epochs"] == 5.0
    assert [point["epochs"] for point in log["curve"]][-1] == 5.0
    assert len(log["training_loss_between_points"]) == len(log["curve"])
    with pytest.raises(FileNotFoundError, match=r"python -m ngram2bert\.pretrained nothing"):
        pretrained.load("nothing")


def test_it_is_as_good_as_its_log_says():
    """Half precision costs nothing that is to be seen. On every hundredth sentence of the test text."""
    words, _, _, test = brown_text()
    model = neural.neural_lm()
    assert model.vocab_size == len(words) and model.order == 5
    _, log = pretrained.load("nlm-brown")
    told = log["curve"][-1]["measured"]["test"]
    assert model.perplexity(test[:: 10 * EVERY]) == pytest.approx(told, rel=0.1)


def test_it_knows_that_some_words_are_alike():
    words, *_ = brown_text()
    near = {words[i] for i, _ in neural.neural_lm().neighbours(words.index("three"), 10)}
    assert len(near & {"two", "four", "five", "six", "seven", "eight", "nine", "ten", "several"}) >= 3
