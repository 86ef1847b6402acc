"""Chapter 06's claims: the readings that are compared are what they say, the sentences follow the figures."""

import math

import pytest
import torch
from torch.testing import assert_close

from ngram2bert.claims import (
    adding,
    long_adding,
    long_recurrent_race,
    long_stateful,
    record,
    recurrent_race,
    stateful,
)
from ngram2bert.claims.recurrent_runs import Scored, carried, reset
from ngram2bert.claims.two_by_two import READINGS, TRAININGS, Cell, TwoByTwo
from ngram2bert.lstm import position_losses
from ngram2bert.recurrent import new_net
from ngram2bert.recurrent.adding import CHANCE, NEAR, Learned, adding_problem, learn_adding
from ngram2bert.training import Point

V = 30


@pytest.fixture(scope="module")
def net():
    made = new_net("lstm", torch.arange(V, 0, -1), 6, seed=1)
    with torch.no_grad():
        made.embedding.weight.mul_(15)
    return made


@pytest.fixture(scope="module")
def scored():
    return Scored.of(torch.randint(V, (400,), generator=torch.Generator().manual_seed(1)), 5, 24, warm=7)


def test_columns_are_spread_over_the_text(scored):
    assert scored.tokens == 120 and scored.inputs.shape == (31, 5) and scored.places.shape == (24, 5)
    text = torch.randint(V, (400,), generator=torch.Generator().manual_seed(1))
    assert torch.equal(text[scored.places], scored.targets[7:])
    assert torch.equal(text[scored.places - 1], scored.inputs[7:])
    assert int(scored.places.max()) == 399 and int(scored.places.min()) == 8
    with pytest.raises(ValueError, match=r"has no 64 \+ 500 in a row"):
        Scored.of(text, 5, 500)


@pytest.mark.parametrize("steps", [4, 8, 24])
def test_both_readings_are_those_of_the_learners_position_losses(net, scored, steps):
    chunks = [
        (scored.inputs[7 + i : 7 + i + steps], scored.targets[7 + i : 7 + i + steps]) for i in range(0, 24, steps)
    ]
    found = reset(net, scored, steps).view(-1, steps, 5).mean((0, 2))
    assert_close(found, position_losses(net, chunks, carried=False))
    whole, _ = net(scored.inputs)
    loss = torch.nn.functional.cross_entropy(whole.mT, scored.targets, reduction="none")[7:]
    assert_close(carried(net, scored), loss.detach())
    look = stateful.look(net, scored, steps, seed=1, seconds=2.0)
    assert look.nats["reset"] == pytest.approx(found.tolist(), abs=1e-4)
    assert look.memory["reset"][0] == 0.0 and min(look.memory["carried"]) > 0.05
    assert look.memory["reset"][1] == pytest.approx(float(_sizes(net, scored, steps)), abs=1e-3)
    with pytest.raises(ValueError, match="7 must divide 24"):
        reset(net, scored, 7)


def _sizes(net, scored, steps):
    """Root mean square of c after each chunk's first word, read from zero."""
    words = scored.inputs[7:][::steps].flatten()
    _, (_, c) = net.hidden(words[None])
    return c[0].norm(dim=1).mean().detach() / math.sqrt(6)


def made_up(swap=False):
    """Two chunk lengths, two seeds; with `swap` the second seed contradicts the claim at T = 4."""
    level = {("stateful", "carried"): 1.0, ("stateless", "carried"): 1.1, ("stateless", "reset"): 1.2}
    cells = {}
    for steps in (4, 8):
        for training in TRAININGS:
            for seed in (1, 2):
                nats = {r: [level.get((training, r), 1.5)] * steps for r in READINGS}
                nats["reset"] = [nats["carried"][0] + 0.8, *nats["reset"][1:]]
                if swap and seed == 2 and steps == 4 and training == "stateful":
                    nats["reset"] = [0.5] * 4
                memory = {"carried": [0.6] * steps, "reset": [t / steps for t in range(steps)]}
                cells.setdefault((steps, training), []).append(Cell(seed, 10.0 + seed, nats, memory))
    return TwoByTwo(cells, 1000)


def test_the_verdict_follows_the_figures():
    found = made_up()
    assert found.holds(4) and found.holds(8) and found.lengths == [4, 8]
    assert next(row[:2] for row in found.order(8)) == ("stateful", "carried")
    assert found.perplexities(8, "stateful", "carried") == pytest.approx([math.e] * 2)
    swapped = made_up(swap=True)
    assert not swapped.holds(4) and swapped.holds(8)
    settings = {"settings": vars(stateful.BASE), "seeds": [1, 2]}
    assert long_stateful.report({"found": found.data(), **settings}).startswith("HOLDS: ")
    assert long_stateful.report({"found": swapped.data(), **settings}).startswith("HOLDS for T = 8 only")
    assert TwoByTwo.from_data(found.data()) == found
    assert found.recovered(8, "stateless") is None and found.recovered(8, "stateless", share=0.2) == 1
    assert "T = 8" in found.plot().alt and "0.60 and 0.60" in found.plot_memory(8).alt


def test_the_recorded_two_by_two():
    found = stateful.committed()
    assert found.lengths == [8, 32, 128]
    assert all(len(cells) == 3 for cells in found.cells.values())
    for steps in found.lengths:
        for training in TRAININGS:
            carried_, reset_ = (found.perplexities(steps, training, r) for r in READINGS)
            assert all(a < b for a, b in zip(carried_, reset_, strict=True))  # a state that is carried pays
    cost = [
        math.log(sum(found.perplexities(t, "stateful", "reset")) / sum(found.perplexities(t, "stateful", "carried")))
        for t in found.lengths
    ]
    assert cost == sorted(cost, reverse=True)  # the shorter the chunk, the dearer a zero state
    page = long_stateful.report(record.committed("06-stateful")["data"])
    assert page.startswith("HOLDS: ") and page.count("| T = ") == 3
    cured = [sum(found.perplexities(32, training, "reset")) for training in ("stateful", "restart 0.1", "stateless")]
    assert cured == sorted(cured, reverse=True) and "% of the way" in page


def curve(values, seconds):
    return [
        Point(s, 100 * (i + 1), i + 1, {"carried": v, "reset": v + 5})
        for i, (v, s) in enumerate(zip(values, seconds, strict=True))
    ]


def test_the_race_says_who_overtakes_whom_on_which_clock():
    curves = {
        "rnn": {1: curve([200, 150, 140], [1, 2, 3]), 2: curve([200, 150, 140], [1, 2, 3])},
        "lstm": {1: curve([210, 140, 90], [2, 4, 6]), 2: curve([210, 140, 90], [2, 4, 6])},
    }
    race = recurrent_race.RecurrentRace(100.0, 0.4, curves, 200, 1000)
    assert race.crossing("rnn") == ([math.inf] * 2, [math.inf] * 2)
    seconds, tokens = race.crossing("lstm")
    assert all(4 < s < 6 for s in seconds) and all(200 < t < 300 for t in tokens)
    assert race.ahead("lstm", "rnn") == ["1.00 ± 0.00 readings", "6 ± 0 s"]
    assert race.end("lstm", "reset") == [95, 95]
    text = race.sentence()
    assert "plain RNN does not draw level" in text and "LSTM is below the plain RNN from 1.00 ± 0.00 readings" in text
    assert recurrent_race.RecurrentRace.from_data(race.data()) == race
    assert race.plot().alt.endswith(text)


def test_the_recorded_race():
    race = recurrent_race.committed()
    assert set(race.curves) == {"rnn", "gru", "lstm"} and all(len(c) == 3 for c in race.curves.values())
    for kind in race.curves:
        assert all(map(math.isfinite, race.crossing(kind)[0]))  # all of them overtake the n-gram
    assert max(race.end("lstm")) < min(race.end("rnn"))
    page = long_recurrent_race.report(record.committed("06-race")["data"])
    assert page.startswith("The n-gram: ") and race.table() in page


@pytest.mark.parametrize("lag", [1, 5, 20])
def test_the_adding_problem_is_what_it_says(lag):
    inputs, targets = adding_problem(lag, 200, torch.Generator().manual_seed(1))
    values, marks = inputs.unbind(2)
    assert inputs.shape == (2 * lag, 200, 2)
    assert bool((marks[:lag].sum(0) == 1).all()) and bool((marks[lag:].sum(0) == 1).all())
    assert_close((values * marks).sum(0), targets)
    assert float(((targets - 1) ** 2).mean()) == pytest.approx(CHANCE, rel=0.3)
    assert len(set(marks[:lag].argmax(0).tolist())) == lag


def test_a_lag_of_three_is_learned_and_a_run_can_be_told():
    with pytest.raises(ValueError, match="a lag of 0"):
        adding_problem(0, 3, torch.Generator())
    done = learn_adding("lstm", 3, seed=1, sequences=9600, h=16)
    assert done.right[-1] > 0.4 and done.error[-1] < CHANCE / 10 and NEAR == 0.08
    assert done.sequences == (3200, 6400, 9600)
    again = learn_adding("lstm", 3, seed=1, sequences=3200, h=16)
    assert again.error == done.error[:1]


def test_solved_is_twice_in_a_row():
    def run(*right):
        n = range(1, len(right) + 1)
        return Learned("lstm", 1, tuple(map(float, n)), tuple(n), tuple(0.1 for _ in n), right)

    assert run(0.1, 1.0, 0.2, 0.99, 1.0).solved == 4.0
    assert run(0.1, 0.2).solved == math.inf and run(0.2, 1.0).solved == 2.0
    found = adding.Adding(50, {"lstm": [run(0.1, 1.0)], "rnn": [run(0.1, 0.1)]})
    assert "LSTM solves it after 2 s" in found.sentence() and "plain RNN does not within 2 s" in found.sentence()
    assert adding.Adding.from_data(found.data()) == found
    assert found.plot().alt.endswith(found.sentence())


def test_the_recorded_adding_problem():
    found = adding.committed()
    assert found.lag == 100 and all(len(runs) == 3 for runs in found.runs.values())
    assert all(map(math.isfinite, found.seconds("lstm"))) and not any(map(math.isfinite, found.seconds("rnn")))
    page = long_adding.report(record.committed("06-adding")["data"])
    assert page.startswith("HOLDS: ") and found.table() in page
