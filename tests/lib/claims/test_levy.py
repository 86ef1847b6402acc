"""Counting against predicting: the arithmetic of the record on small data, and what the committed record must hold."""

from __future__ import annotations

import json
import math

import pytest
import torch

from ngram2bert.claims import levy, long_levy, record, vector_probes, vector_runs
from ngram2bert.claims.levy_findings import find, findings
from ngram2bert.claims.levy_rows import cell, interval, mean_ranks
from ngram2bert.claims.vector_runs import Run, Scored
from ngram2bert.vectors import Settings, WordVectors, rank_correlation, train_vectors
from ngram2bert.vectors.reviews import numbered

PEOPLE = tuple(float(i % 10) for i in range(60))


def scored(noise, seed=0):
    """Cosines that follow the people's opinion, with so much noise."""
    generator = torch.Generator().manual_seed(seed)
    cosines = torch.tensor(PEOPLE) / 10 + noise * torch.randn(60, generator=generator)
    rho = rank_correlation(cosines.double(), torch.tensor(PEOPLE, dtype=torch.float64))
    return Scored(float(rho), tuple(range(60)), PEOPLE, tuple(cosines.tolist()))


def run(noise, seed=0):
    both = {name: scored(noise, seed) for name in vector_runs.SETS}
    return Run(2.0, both, {name: scored(noise / 2, seed) for name in vector_runs.SETS})


def test_pairs_without_vectors_are_left_out():
    vectors = WordVectors(["a", "b", "c"], torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]]))
    found = vector_runs.score(vectors, [("a", "b", 9.0), ("a", "gone", 8.0), ("b", "c", 7.0), ("a", "c", 1.0)])
    assert found.which == (0, 2, 3) and found.people == (9.0, 7.0, 1.0)
    assert found.cosines == (0.70711, 0.70711, 0.0)
    assert found.rho == pytest.approx(0.8660, abs=1e-4)
    nothing = vector_runs.score(vectors, [("x", "y", 1.0)])
    assert nothing.which == () and math.isnan(nothing.rho)


def test_mean_ranks_and_the_interval():
    assert mean_ranks([1, 2, 2, 4]).tolist() == [-1.5, 0.0, 0.0, 1.5]
    good = [[scored(0.1, 1), scored(0.1, 2)]]
    low, high = interval(good)
    assert low < sum(s.rho for s in good[0]) / 2 < high < 1
    better = interval([[scored(0.1, 1)], [scored(1.0, 2)]])
    assert better[0] > 0  # the difference is clear
    even = interval([[scored(1.0, 1)], [scored(1.0, 2)]])
    assert even[0] < 0 < even[1]
    assert interval(good) == interval(good)
    short = Scored(0.1, (1, 2), (1.0, 2.0), (0.3, 0.4))
    with pytest.raises(ValueError, match="cover different pairs"):
        interval([[short], [scored(1.0)]])


def test_a_run_is_kept_and_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("NGRAM2BERT_CACHE", str(tmp_path))
    spoken = [["tiger", "cat", "love", "sex", "old", "new", "smart", "intelligent", "hard", "difficult"]] * 30
    monkeypatch.setattr(vector_runs, "text", lambda size: numbered(spoken, 1))
    trained = []
    real = vector_runs.train_vectors
    monkeypatch.setattr(vector_runs, "train_vectors", lambda *a, **k: trained.append(1) or real(*a, **k))
    settings = Settings(m=3, epochs=1)
    first, second = (vector_runs.run("skipgram", 10, settings, 1) for _ in range(2))
    assert first == second and len(trained) == 1
    assert [len(s.which) for s in first.scored.values()] == [3, 3]
    vector_runs.run("skipgram", 10, Settings(m=3, epochs=2), 1)
    assert len(trained) == 2  # other settings, another run
    vector_runs.run("skipgram", 10, settings, 1, keep=False)
    assert len(trained) == 3


def small_record():
    """Counting ahead on little text, skip-gram on much; a shift and eigenvalues do harm, noise helps."""
    levels = {"ppmi-svd": 0.2, "skipgram": 0.5, "cbow": 0.6, "glove": 2.0}
    sizes = {500_000: 480_000, 1_500_000: 1_400_000, 0: 5_800_000}
    seeds = (1, 2, 3)

    def made(method, size, changed, noise):
        return cell(method, size, changed, {s: run(noise + 0.01 * s, 0 if method == "x" else s) for s in seeds})

    curve = [made(m, size, {}, n if size or m != "skipgram" else 0.05) for size in sizes for m, n in levels.items()]
    settings = [
        made(method, size, changed, 0.05 if changed == long_levy.BEST or "noise" in changed else 1.0)
        for method, size, changed in long_levy.CHANGES
    ]
    gaps = [
        {"size": size, "set": name, "gap": 0.1 if size else -0.1, "interval": [0.05, 0.2] if size else [-0.2, -0.05]}
        for name in vector_runs.SETS
        for size in sizes
    ]
    agreement = {
        "seeds": [1, 2], "tokens": 1000, "pairs": 60, "ours": [0.1, 0.2], "gensim": [0.1, 0.3], "between": 0.95,
        "each": 0.9, "own": 0.92, "seconds": [[1.0, 2.0], [3.0, 4.0]],
    }  # fmt: skip
    probe = {
        "analogies": {"family": [3, 10], "capital": [0, 5]},
        "opposites": [["good", "bad", 0.8, "great", 0.7], ["big", "small", 0.1, "large", 0.3]],
        "senses": {"bank": ["robbery", "money"]},
        "association": {"effect": 1.2, "p": 0.01, "words": 16},
    }
    pmi = {"100 numbers, 5 readings": {"pairs": 9, "pearson": 0.8, "spearman": 0.7, "slope": 0.9}}
    return levy.Levy(curve, settings, gaps, sizes, agreement, {"pmi": pmi, "skipgram": probe, "ppmi-svd": probe})


def test_the_record_says_what_its_figures_say():
    made = small_record()
    said = made.sentence()
    assert "480,000 words +0.10 (+0.05 to +0.20): PPMI-SVD" in said
    assert "5,800,000 words -0.10 (-0.20 to -0.05): skip-gram" in said
    spans = made.spans(levy.WORDSIM, 1_500_000)
    level = {m: made.at(m, 1_500_000).mean()[0] for m in levy.NAMES}
    assert spans["algorithm"] == pytest.approx(level["ppmi-svd"] - level["glove"])
    assert spans["settings"] >= made.best("skipgram", 1_500_000, levy.WORDSIM).mean()[0] - level["skipgram"] - 1e-9
    assert "GloVe" in made.table() and "Covered: 480,000 words: 60 and 60 pairs" in made.table()
    assert "spread False" in made.settings_table() and "window 10, sample 0.0001, eigen 0" in made.settings_table()
    assert "Agreement with people" in made.plot().alt
    with pytest.raises(KeyError, match="no glove on 7 words"):
        made.at("glove", 7)


def test_the_findings_are_decided_by_the_figures():
    made = small_record()
    verdicts = {found.paper: found.verdict for found in findings(made)}
    assert verdicts["No method is ahead everywhere."] == "holds"
    assert verdicts["Do not shift the PMI before SVD."] == "holds"
    assert verdicts["With SVD, take the square root of the singular values, not the values themselves."] == "holds"
    assert verdicts["With SVD, take short windows of two words."] == "does not hold"
    assert verdicts["With skip-gram, take many noise words."] == "holds"
    assert verdicts["Try C + O for vectors (skip-gram)."] == "holds"
    with pytest.raises(KeyError, match="no cbow with"):
        find(made, "cbow", 1_500_000, {"shift": 3.0})


def test_plain_data_and_back():
    made = small_record()
    again = levy.Levy.from_data(json.loads(json.dumps(made.data())))
    assert again == made
    page = long_levy.report(made.data())
    for part in (
        "## The curve",
        "## One setting at a time",
        "## Beside gensim",
        "**0.950**",
        "Pearson 0.800",
        "bank: robbery",
    ):
        assert part in page


def test_pmi_of_vectors_that_hold_it_exactly():
    """Tables made by SVD from PMI - log k itself are found to hold it; others are not."""
    spoken = [[chr(97 + i), chr(97 + j)] for i in range(12) for j in range(12) for _ in range(1 + (i * 7 + j * 3) % 5)]
    text, settings = numbered(spoken, 1), Settings(sample=0.0, window=1, noise=5)
    counts = torch.zeros(12, 12, dtype=torch.float64)
    for a, b in text.sentences:
        counts[a, b] += 1
        counts[b, a] += 1
    q = text.counts.double() ** 0.75
    wanted = (counts / counts.sum(1, keepdim=True)).log() - (q / q.sum()).log() - math.log(5)
    held = WordVectors(text.words, torch.eye(12), wanted.T.float())
    found = vector_probes.as_pmi(held, text, settings, least=1.0)
    assert found.pairs == 144 and min(found.pearson, found.spearman, found.slope) > 0.999
    other = WordVectors(text.words, torch.randn(12, 4), torch.randn(12, 4))
    assert vector_probes.as_pmi(other, text, settings, least=1.0).pearson < 0.9
    with pytest.raises(ValueError, match="give skip-gram's"):
        vector_probes.as_pmi(WordVectors(text.words, torch.eye(12)), text, settings)


def test_the_probes_on_vectors_made_by_hand():
    words = [
        "king",
        "queen",
        "he",
        "she",
        "office",
        "business",
        "home",
        "family",
        "good",
        "bad",
        "great",
        "man",
        "woman",
    ]
    table = torch.zeros(len(words), 4)
    for word, value in {
        "king": (1, 1, 0, 0), "queen": (1, -1, 0, 0), "he": (0, 1, 0, 0), "she": (0, -1, 0, 0), "man": (0, 1, 0, 0.3),
        "woman": (0, -1, 0, 0.3), "office": (0, 0.5, 0, 1), "business": (0, 0.4, 0, 1), "home": (0, -0.5, 0, 1),
        "family": (0, -0.4, 0, 1), "good": (0, 0, 1, 0), "bad": (0, 0, 1, 0.1), "great": (0, 0, 1, 1),
    }.items():  # fmt: skip
        table[words.index(word)] = torch.tensor(value)
    vectors = WordVectors(words, table)
    assert vector_probes.opposites(vectors) == [("good", "bad", 0.995, "great", 0.707)]
    leaning = vector_probes.association(vectors)
    assert leaning.words == 4 and leaning.effect > 1.5 and leaning.p == pytest.approx(1 / 6, abs=0.02)
    turned = vector_probes.association(vectors, attributes=(vector_probes.WOMEN, vector_probes.MEN))
    assert turned.effect == pytest.approx(-leaning.effect)
    assert vector_probes.analogy_scores(vectors)["family"][1] > 0
    assert vector_probes.senses(vectors, ["good", "gone"], 2) == {"good": ["bad", "great"]}


def test_the_short_form_runs(monkeypatch):
    spoken = [
        ["tiger", "cat", "love", "sex", "old", "new", "smart", "intelligent", "hard", "difficult"][i % 3 :]
        for i in range(90)
    ]
    monkeypatch.setattr(vector_runs, "text", lambda size: numbered(spoken, 1))
    cells = levy.run(words=100, methods=("ppmi-svd", "skipgram"), seeds=(1, 2))
    assert [one.method for one in cells] == ["ppmi-svd", "skipgram"]
    assert all(one.pairs[levy.WORDSIM] == 3 and len(one.rho[levy.SIMLEX]) == 2 for one in cells)


def test_the_committed_record():
    """What the notebook and the page rest on: every cell with three seeds, gensim's version beside it."""
    made = levy.committed()
    assert {(c.method, c.size) for c in made.curve} == {(m, s) for m in levy.NAMES for s in long_levy.SIZES}
    assert {(c.method, c.size, c.told) for c in made.settings} >= {("ppmi-svd", 0, "window 10, sample 0.0001, eigen 0")}
    assert all(len(c.seeds) == 3 for c in (*made.curve, *made.settings))
    assert len(findings(made)) == 11
    for name in vector_runs.SETS:
        assert all(-1 <= rho <= 1 for c in made.curve for rho in c.rho[name])
    found = record.committed(long_levy.NAME)
    assert "gensim" in found["versions"] and made.probes["pmi"]


def test_training_uses_the_settings_of_its_habits():
    """GloVe's habit is not the others': 1/d and no subsampling."""
    assert vector_runs.HABITS["glove"].context == "harmonic" and vector_runs.HABITS["glove"].sample == 0
    text = numbered([["a", "b", "c", "d"]] * 40, 1)
    made = train_vectors(text.sentences, text.counts, "glove", vector_runs.HABITS["glove"], 1, text.words)
    assert len(made.losses) == 10 and made.losses[-1] < made.losses[0]
