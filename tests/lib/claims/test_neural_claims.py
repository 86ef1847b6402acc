"""The race on the clock, the table, the mixtures and the window tagger's claim: their arithmetic on small data."""

import json
import math

import pytest
import torch

from ngram2bert.claims import bengio, long_bengio, long_window_tagger, record
from ngram2bert.claims.bengio_table import PAPER, BengioTable, Row
from ngram2bert.claims.mixtures import Mixer
from ngram2bert.claims.neural_race import NeuralRace
from ngram2bert.claims.window_tagger import FULL, HMM, PLAIN, named, run
from ngram2bert.corpora import brown
from ngram2bert.neural.brown import Settings, train_on
from ngram2bert.ngrams import estimate
from ngram2bert.training import Point

TEXT = [[3, 4, 5], [3, 4, 6], [5, 4, 3], [3, 4], [6, 6]] * 12


def point(epochs, test, mixture, seconds=None):
    measured = {"test": test, "mixture": mixture, "weight": 0.4}
    return Point(100 * epochs if seconds is None else seconds, int(1000 * epochs), epochs, measured)


def race():
    one = [point(0.1, 400, 150), point(0.5, 200, 130), point(1.0, 100, 90), point(2.0, 80, 70)]
    two = [point(0.1, 420, 152), point(0.5, 210, 132), point(1.0, 110, 92)]
    return NeuralRace(160.0, 0.5, {1: one, 2: two}, 1000, 77)


def test_the_crossing_lies_between_its_points():
    seconds, tokens = race().crossing()
    assert all(50 < s < 100 for s in seconds) and all(500 < t < 1000 for t in tokens)
    share = (math.log(200) - math.log(160)) / (math.log(200) - math.log(100))
    assert seconds[0] == pytest.approx(50 * 2**share) and tokens[0] == pytest.approx(500 * 2**share)
    assert race().crossing("mixture")[0] == [10.0, 10.0]  # below from the first point on


def test_a_crossing_that_never_comes():
    never = NeuralRace(50.0, 0.5, race().curves, 1000, 77)
    assert all(map(math.isinf, never.crossing()[0]))
    assert "does not draw level within 200 s and 2.0 readings: it ends at 80.0" in never.sentence()
    one = NeuralRace(105.0, 0.5, race().curves, 1000, 77)
    assert "(1 of 2 seeds do)" in one.sentence()


def test_means_are_over_the_seeds_that_went_so_far():
    rows = race().means()
    assert [row["epochs"][0] for row in rows] == [0.1, 0.5, 1.0, 2.0]
    assert [row["seeds"][0] for row in rows] == [2, 2, 2, 1]
    assert rows[0]["test"] == (pytest.approx(410), pytest.approx(math.sqrt(200)))
    assert rows[3]["test"][0] == 80 and math.isnan(rows[3]["test"][1])


def test_a_race_tells_and_comes_back_from_json():
    told = race()
    assert "draws level after" in told.sentence() and "ends at 80.0 (200 s)" in told.sentence()
    assert len(told.table().splitlines()) == 6 and "77 tokens" in told.table()
    assert told.plot().png.startswith(b"\x89PNG")
    again = NeuralRace.from_data(json.loads(json.dumps(told.data())))
    assert again == told


def table():
    names = [f"HMM, {long_bengio.STATES} states", "Kneser–Ney, n = 5", "network, 5 readings"]
    names.append("network and Kneser–Ney n = 5, weight by EM, 5 readings")
    levels = [(300.0, 310.0), (160.0,), (120.0, 122.0), (110.0,)]
    rows = [Row(n, v, tuple(x - 5 for x in v), (1.0,) * len(v)) for n, v in zip(names, levels, strict=True)]
    return BengioTable([*rows, Row("network, again", (1.0,), (1.0,), (1.0,), "network (MLP9)")], 100, 0.092)


def test_the_table_and_its_verdict():
    made = table()
    assert BengioTable.from_data(json.loads(json.dumps(made.data()))).data() == made.data()
    mean, sd = made.below("network, 5 readings", "Kneser–Ney, n = 5")
    assert mean == pytest.approx(100 * (1 - 116 / 155)) and sd == pytest.approx(100 * math.sqrt(2) / 155)
    assert "9.2% of the test's are UNK_" in str(made) and f"| {PAPER['network (MLP9)']} (" in made.markdown()
    assert long_bengio.verdict(made).startswith("HOLDS: mixture < network < best n-gram < HMM")
    turned = BengioTable(
        [Row(r.name, r.test, (500.0,) if "5 readings" in r.name else r.test, r.seconds) for r in made.rows], 1, 0
    )
    assert long_bengio.verdict(turned).startswith("DOES NOT HOLD")
    with pytest.raises(KeyError, match="no row"):
        made.row("nothing")


def test_the_mixer_on_a_small_text():
    best, trigram = (
        estimate(TEXT[:40], 3, 7, method, **more)
        for method, more in (("kneser_ney", {}), ("interpolated", {"held_out": TEXT[40:50]}))
    )
    mixer = Mixer.of(best, trigram, TEXT[40:50], TEXT[50:])
    params = train_on(TEXT[:40], 7, Settings(n=3, m=3, h=4, batch=8, dropout=0.0), 2, seed=1).params
    found = mixer(params)
    assert found["mixture_validation"] <= min(found["validation"], best.perplexity(TEXT[40:50])) + 1e-6
    assert found["half"] < max(found["test"], trigram.perplexity(TEXT[50:])) and 0 < found["weight"] < 1
    alone = Mixer.of(best, trigram, TEXT[:5], TEXT[50:])
    assert math.exp(-float(alone.best[1].mean())) == pytest.approx(best.perplexity(TEXT[50:]))


def test_a_longer_run_begins_where_a_shorter_one_ended(tmp_path, monkeypatch):
    monkeypatch.setenv("NGRAM2BERT_CACHE", str(tmp_path / "corpora"))
    settings = Settings()
    shorter, longer = (bengio.run_path(3, epochs, settings) for epochs in (0.5, 1.0))
    assert shorter != longer and shorter.parent == tmp_path / "runs"
    assert bengio._shorter(3, 1.0, settings) is None
    shorter.parent.mkdir()
    shorter.touch()
    assert bengio._shorter(3, 1.0, settings) == shorter and bengio._shorter(4, 1.0, settings) is None


@pytest.mark.parametrize("claim", [long_bengio, long_window_tagger])
def test_the_page_is_that_of_the_record(claim):
    """What is committed in docs/results is what `report` makes of the recorded data."""
    from pathlib import Path

    found = record.committed(claim.NAME)
    page = Path(__file__).parents[3] / "docs" / "results" / f"{claim.NAME}.md"
    assert page.read_text(encoding="utf-8") == record.markdown(claim, found)


def test_the_window_tagger_is_judged_as_chapter_02s():
    train, _, test = brown().split_documents()
    small, asked = (
        part.select(documents=[d.id for d in part.documents[:count]]) for part, count in ((train, 6), (test, 2))
    )
    table = run(small, asked, seeds=(1,), epochs=1.0)
    assert [row.name for row in table.rows] == [HMM, named(FULL, 1), named(PLAIN, 1)]
    assert table.accuracy(named(FULL, 1))[0] > 50 and table.tokens == len(asked.tokens)
    threads = torch.get_num_threads()
    assert threads == 1  # as the tests set it
    assert long_window_tagger.sentence(table).startswith(
        ("The HMM is ahead", "Network and HMM", "The network is ahead")
    )
