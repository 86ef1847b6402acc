"""A trained network as a language model: what it is asked one word at a time, it says for a whole text alike."""

import math

import pytest
import torch
from torch.testing import assert_close

from ngram2bert.lstm import contiguous_batches, position_losses
from ngram2bert.recurrent import RecurrentLM, from_recurrent, new_net, stream
from ngram2bert.twenty import Place

V = 12
TEXT = [[3, 4, 5], [], [6, 3], [11, 4, 7, 5], [3]]
WORDS = ["<s>", "</s>", "UNK_", *"abcdefghi"]


@pytest.fixture(params=["rnn", "gru", "lstm"])
def model(request):
    net = new_net(request.param, torch.arange(V, 0, -1), 5, layers=2, seed=1)
    with torch.no_grad():
        net.embedding.weight.mul_(20)  # opinions strong enough to tell readings apart
    return RecurrentLM({name: w.detach() for name, w in net.named_parameters()})


def one_by_one(model, sentences):
    """-log2 p of each token, asked word by word."""
    bits = []
    for sentence in sentences:
        for t, word in enumerate([*sentence, 1]):
            bits.append(-math.log2(float(model.after(sentence[:t])[word])))
    return bits


def test_a_text_is_its_words_one_by_one(model):
    assert model.token_bits(TEXT).tolist() == pytest.approx(one_by_one(model, TEXT), abs=1e-4)
    assert model.bits(TEXT) == pytest.approx(sum(one_by_one(model, TEXT)) / 15, abs=1e-4)
    assert model.perplexity(TEXT) == pytest.approx(2 ** model.bits(TEXT))
    assert_close(model.next_probs(torch.tensor([[3, 4], [5, 6]])).sum(1), torch.ones(2, dtype=torch.float64))


def test_carried_is_the_whole_text_in_one_go(model):
    text = [w for s in TEXT for w in [*s, 1]]
    bits = [-math.log2(float(model.after(text[:t])[word])) for t, word in enumerate(text)]
    assert model.token_bits(TEXT, carried=True).tolist() == pytest.approx(bits, abs=1e-4)
    first = len(TEXT[0]) + 1
    assert model.token_bits(TEXT)[:first].tolist() == pytest.approx(bits[:first], abs=1e-4)
    assert max(abs(model.token_bits(TEXT)[first:] - torch.tensor(bits[first:]))) > 0.01


def test_the_learners_position_losses_read_the_network_too(model):
    losses = position_losses(model.net, contiguous_batches(stream(TEXT), 1, 5), carried=True)
    assert float(losses.mean()) == pytest.approx(model.bits(TEXT, carried=True) * math.log(2), abs=1e-4)


def test_the_first_input_is_what_training_began_with(model):
    by_sentences = RecurrentLM(model.params, start=0)
    assert not torch.allclose(by_sentences.after([3]), model.after([3]))
    scores, _ = model.net(torch.tensor([[0], [3]]))
    assert_close(by_sentences.after([3]), scores[-1, 0].detach().double().softmax(0), atol=1e-5, rtol=1e-4)


def test_samples_follow_the_probabilities(model):
    drawn = model.sample(4000, 3, torch.Generator().manual_seed(1))
    assert drawn.shape == (4000, 3) and int(drawn.min()) >= 1
    first = model.after([])
    first[0] = 0.0
    shares = torch.bincount(drawn[:, 0], minlength=V) / 4000
    assert_close(shares.double(), first / first.sum(), atol=0.04, rtol=0)
    ended = drawn[:, 0] == 1
    assert bool((drawn[ended] == 1).all()) and bool(ended.any())
    word = int(first.argmax()) if int(first.argmax()) != 1 else int(first.argsort()[-2])
    rows = drawn[drawn[:, 0] == word]
    second = model.after([word])
    second[0] = 0.0
    shares = torch.bincount(rows[:, 1], minlength=V) / len(rows)
    assert_close(shares.double(), second / second.sum(), atol=4 / len(rows) ** 0.5, rtol=0)
    assert torch.equal(drawn, model.sample(4000, 3, torch.Generator().manual_seed(1)))


def test_at_a_place_it_reads_the_sentence_or_the_text_before_it_too(model):
    place = Place(1, 0, 2, "news", "ca01", (("a", "b"), ("zzz",)), ("c", "d"), "e", ())
    words, by_sentence = from_recurrent(model, WORDS)(place)
    _, carried = from_recurrent(model, WORDS, carried=True)(place)
    assert words is WORDS
    assert_close(by_sentence, model.after([5, 6]))
    assert_close(carried, model.after([3, 4, 1, 2, 1, 5, 6]))
    first = Place(2, 0, 0, "news", "ca01", (), (), "a", ("b",))
    assert_close(from_recurrent(model, WORDS, carried=True)(first)[1], model.after([]))


def test_neighbours_and_errors(model):
    (best, cosine), *_ = model.neighbours(4, 3)
    assert best != 4 and -1 <= cosine <= 1
    assert model.size == sum(value.numel() for value in model.params.values())
    with pytest.raises(ValueError, match="no token to score"):
        model.bits([])
