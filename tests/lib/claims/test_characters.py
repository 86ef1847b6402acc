"""The race of Kneser-Ney and a GRU: the crossing, the clock, and that the GRU learns."""

import json
import math

import pytest
import torch

from ngram2bert.claims import characters
from ngram2bert.claims.character_gru import Point, Settings, Speller, bits, by_length, epoch, nats, train
from ngram2bert.claims.race import KneserNey, Race

SMALL = Settings(hidden=16, embedding=8, batch=16)


def race(*curves, level=2.5):
    counted = [KneserNey(3, 0.1, 3.0), KneserNey(6, 0.2, level)]
    trained = {seed: [Point(*point) for point in curve] for seed, curve in enumerate(curves, start=1)}
    return Race(counted, trained, 1000, 50, {"hidden": 16})


def test_the_crossing_lies_between_the_points_around_it():
    early = [(1.0, 100, 3.0), (4.0, 400, 2.0), (8.0, 800, 1.9)]  # 2.5 is half way on the logarithmic clock
    late = [(1.0, 100, 3.2), (4.0, 400, 2.6), (16.0, 1600, 2.5)]
    crossing = race(early, late).crossing(6)
    assert crossing.seconds == pytest.approx((2.0, 16.0))
    assert crossing.tokens == pytest.approx((200, 1600))
    assert crossing.reached
    said = race(early, late).sentence()
    assert "overtakes it after 9 ± 10 s" in said
    assert "(1 times the training words" in said


def test_no_crossing_is_said_to_be_none():
    never, just = [(1.0, 100, 3.0), (4.0, 400, 2.6)], [(1.0, 100, 2.4), (4.0, 400, 2.2)]
    crossing = race(never, just).crossing(6)
    assert crossing.seconds == (math.inf, 1.0)
    assert not crossing.reached
    assert "does not overtake it within 4 s (1 of 2 seeds do)" in race(never, just).sentence()
    assert "within 4 s: there it is at 2.600 ± 0.000" in race(never, never).sentence()
    assert race(never, never).crossings().endswith("Kneser–Ney of n = 3 after 1 ± 0 s, n = 6 not.")
    with pytest.raises(KeyError, match="no order 5"):
        race(never).crossing(5)


def test_words_of_one_length_share_a_batch_and_each_comes_once():
    words = [[3], [4, 5], [6], [7, 8], [9, 3], [4, 4, 4]]
    groups = by_length(words)
    assert groups[0].tolist() == [[0, 3, 1], [0, 6, 1]]
    batches = list(epoch(groups, 2, torch.Generator().manual_seed(0)))
    assert all(len(batch) <= 2 for batch in batches)
    assert sorted(row for batch in batches for row in batch.tolist()) == sorted([0, *word, 1] for word in words)


def test_bits_are_the_mean_over_all_symbols():
    model = Speller(6, SMALL)
    groups = by_length([[3], [4, 5], [5]])
    total = sum(nats(model, group, "sum").item() for group in groups)
    assert bits(model, groups) == pytest.approx(total / 7 / math.log(2))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    assert bits(model, groups) == pytest.approx(math.log2(6))


def test_a_gru_learns_and_its_seed_repeats():
    words = [[3, 4, 5, 3, 4, 5], [4, 5, 3], [5, 3, 4, 5]] * 40
    state = torch.random.get_rng_state()
    curve = train(words, words[:3], 6, budget=0.6, seed=1, settings=SMALL)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert [point.seconds for point in curve] == sorted(point.seconds for point in curve)
    assert curve[-1].seconds >= 0.6
    assert curve[-1].tokens > 500
    assert curve[-1].bits < 1.2 < math.log2(6)
    # what is measured depends on the steps made, not on how long they took
    again = train(words, words[:3], 6, budget=1e-9, seed=1, settings=SMALL)
    other = train(words, words[:3], 6, budget=1e-9, seed=2, settings=SMALL)
    assert again == [Point(again[0].seconds, again[0].tokens, again[0].bits)]
    assert other[0].bits != again[0].bits


def test_a_short_race_on_the_real_words():
    found = characters.run(budget=0.3, seeds=(1, 2), orders=(2, 4), asked=200, settings=SMALL)
    assert found.order(4).bits < found.order(2).bits < 4.1
    assert found.tokens == 755_342 + 100_883
    assert set(found.trained) == {1, 2}
    assert "n = 4" in found.table()
    assert found.plot().png.startswith(b"\x89PNG")
    assert "GRU" in found.plot().alt
    copy = Race.from_data(json.loads(json.dumps(found.data(), allow_nan=False)))
    assert copy.table() == found.table()
    with pytest.raises(ValueError, match="budget 0"):
        characters.run(budget=0)
