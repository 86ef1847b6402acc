"""Chapter 05's claims: their networks are those of the chapter, their arithmetic holds on small data."""

import json
import math
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from ngram2bert.claims import (
    cliff,
    letters,
    long_layer_norm,
    long_pascanu,
    long_recall,
    long_truncation,
    pascanu,
    recall,
    record,
    scale,
    spans,
    truncation,
)
from ngram2bert.claims.elman import STARTS, Elman
from ngram2bert.claims.kept import kept, run_path
from ngram2bert.claims.norms import Norms, growth
from ngram2bert.claims.rates import Rates, Trial
from ngram2bert.claims.recall_race import Mark, Recall, Run, order_free
from ngram2bert.claims.truncation import Truncation
from ngram2bert.rnn import jacobian_norms, layer_norm_step, unroll


def inputs(steps=7, batch=3, m=5, seed=0):
    return torch.randn(steps, batch, m, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("start", ["default", "orthogonal"])
def test_the_networks_are_the_learners(start):
    model, xs = Elman(5, 6, 4, start, seed=3), inputs()
    model.b.data += torch.arange(6) / 10
    params = {"W_x": model.W_x, "W_h": model.W_h, "b": model.b}
    hs = unroll(params, xs, torch.zeros(3, 6))
    assert_close(model.states(xs), hs)
    assert_close(model(xs), hs @ model.U.T + model.c)
    assert_close(torch.cat([model.states(xs[:4]), model.states(xs[4:], hs[3].detach())]), hs)  # goes on from a state


@pytest.mark.parametrize("start", ["layer norm", "orthogonal, layer norm"])
def test_the_normalised_networks_are_the_learners(start):
    model, xs = Elman(5, 6, 4, start, seed=3), inputs()
    model.gain.data += torch.arange(6) / 10
    params, h, hs = {"W_x": model.W_x, "W_h": model.W_h, "gain": model.gain, "b": model.b}, torch.zeros(3, 6), []
    for x in xs:
        h = layer_norm_step(params, x, h)
        hs.append(h)
    assert_close(model.states(xs), torch.stack(hs))


def test_the_starts():
    radius = [torch.linalg.eigvals(Elman(3, 64, 2, "default", seed).W_h.detach()).abs().max() for seed in range(5)]
    assert 0.5 < torch.stack(radius).mean() < 0.65  # 1/sqrt(3), as the docstring says
    Q = Elman(3, 8, 2, "orthogonal", scale=2.0).W_h.detach()
    assert_close(Q.T @ Q, 4 * torch.eye(8))
    identity = Elman(3, 8, 2, "identity")
    h = torch.rand(4, 8)
    assert_close(identity.states(torch.zeros(1, 4, 3), h)[0], h)
    assert (identity.states(torch.zeros(1, 4, 3), -h) == 0).all()
    with pytest.raises(ValueError, match="'zero'; give one of 'default'"):
        Elman(3, 8, 2, "zero")


@pytest.mark.parametrize("start", STARTS)
def test_jacobians_of_every_start(start):
    model, xs = Elman(5, 6, 4, start, seed=2), inputs()[:, 0]
    hs, Js = model.jacobians(xs)
    assert_close(hs, model.states(xs[:, None])[:, 0].detach())
    if start == "default":
        product, norms = torch.eye(6), []
        for J in Js.flip(0):
            norms.append(torch.linalg.matrix_norm(product, ord=2))
            product = product @ J
        assert_close(torch.stack(norms), jacobian_norms(model.W_h.detach(), hs))
    elif start == "identity":
        assert_close(Js, torch.diag_embed((hs > 0).float()))  # ReLU lets through or does not
    else:
        small, u = 1e-3, torch.randn(6, generator=torch.Generator().manual_seed(1))
        a = xs[3] @ model.W_x.T
        moved = model.step(a[None], (hs[2] + small * u)[None]) - model.step(a[None], (hs[2] - small * u)[None])
        assert_close((moved[0] / (2 * small)).detach(), Js[3] @ u, rtol=2e-2, atol=2e-3)


def test_gradient_norms_follow_the_radius_and_tanh_its_bounds():
    norms = pascanu.run((0.7, 1.0, 1.2), h=8, steps=50, seeds=(1, 2))
    assert abs(norms.slope() - 1) < 0.03 and all(curve.inside for curve in norms.curves)
    assert norms.factors(0.7, "tanh")[0] < 0.7
    for curve in norms.curves:
        assert curve.linear[0] == curve.tanh[0] == curve.low[0] == curve.high[0] == 1
        assert curve.linear[1] == pytest.approx(curve.stretch) and curve.stretch > curve.radius
    assert "6 of 6 curves lie between" in norms.sentence() and len(norms.table().splitlines()) == 6
    again = Norms.from_data(json.loads(json.dumps(norms.data())))
    assert again.slope() == pytest.approx(norms.slope(), abs=1e-5) and again.sentence() == norms.sentence()
    assert norms.plot().png.startswith(b"\x89PNG")
    assert growth([3.0 * 0.9**k for k in range(30)]) == pytest.approx(0.9)


def test_matrices_whose_singular_values_mislead():
    one, turning = pascanu.wrong().splitlines()[1:]
    assert one.split()[3:5] == ["0.50", "8.03"] and turning.split()[3:5] == ["0.90", "0.90"]
    assert float(one.split()[-1]) < 1e-8 and float(turning.split()[-1]) == pytest.approx(0.9**40, rel=0.05)


def test_spans_count_directions():
    found = spans.run(blanks=12, starts=("default", "identity"), seeds=(1,))
    (norm, _), (directions, _) = found.at("identity")
    assert norm == pytest.approx(1) and 16 < directions < 50  # half of the units stand at 0 under ReLU: about 32
    assert found.at("default")[0][0] < 0.1 and found.spans[0].directions[0] == 64
    assert spans.Spans.from_data(json.loads(json.dumps(found.data()))) == found
    assert "default: " in found.sentence() and found.plot().alt.startswith("Against distance")
    assert len(found.table().splitlines()) == 5


def test_the_recall_task():
    ids, answers = recall.draw(4, 6, 2, torch.Generator().manual_seed(0))
    assert ids.shape == (10, 4) and (ids[:2] == answers).all()
    assert (ids[2:8] == 8).all() and (ids[8:] == 9).all() and answers.max() < 8
    assert order_free(2) == 9 / 16 and order_free(3) == 29 / 64 and order_free(1) == 1


def test_recall_is_learned_and_repeats():
    run = recall.train("orthogonal", 3, 1, seed=1, steps=200, rate=0.01)
    again = recall.train("orthogonal", 3, 1, seed=1, steps=25, rate=0.01)
    assert run.marks[-1].accuracy >= 0.99 and run.marks[-1].step < 200 and run.marks[0].accuracy < 0.4
    assert [m.loss for m in run.marks[:2]] == [m.loss for m in again.marks]


def made(start, losses, seconds=1.0, seed=1):
    marks = [Mark(25 * i, i * seconds, loss, 1 - loss / 2.5) for i, loss in enumerate(losses)]
    return Run(start, 50, 2, seed, 0.001, marks)


def test_a_race_of_recall_tells_its_crossing():
    slow = made("orthogonal", [2.0, 1.5, 1.0, 0.5, 0.0])
    fast = made("default", [2.0, 0.9, 0.9, 0.9, 0.9])
    race = Recall([slow, fast])
    assert race.crossing("default", "orthogonal") == pytest.approx(2.2, abs=0.02)
    assert math.isinf(race.crossing("orthogonal", "default"))
    below = Recall([slow, made("default", [1.9, 0.1, 0.0, -0.1, -0.2])])
    assert below.crossing("orthogonal", "default") < 0.02
    assert race.final("orthogonal")[0] == 1.0 and slow.reached().step == 100 and fast.reached() is None
    assert "orthogonal 1.00" in race.sentence() and "–" in race.table() and race.plot().png.startswith(b"\x89PNG")
    assert Recall.from_data(json.loads(json.dumps(race.data()))) == race
    with pytest.raises(ValueError, match=r"2 tasks in one picture"):
        Recall([slow, Run("default", 10, 1, 1, 0.001, slow.marks)]).plot()


def test_a_finished_run_is_not_done_again(tmp_path, monkeypatch):
    monkeypatch.setenv("NGRAM2BERT_CACHE", str(tmp_path / "corpora"))
    path = run_path("05-recall", "orthogonal, layer norm", 1, 3)
    assert path.parent == tmp_path / "runs" / "05-recall" and " " not in path.name
    first = recall.train("default", 3, 1, 1, 5, path=path)
    monkeypatch.setattr(recall, "Elman", None)  # would fail if it were trained again
    assert recall.train("default", 3, 1, 1, 5, path=path) == first
    assert kept(tmp_path / "new", lambda: {"a": 1}) == {"a": 1} == kept(tmp_path / "new", lambda: {"a": 2})


def trials():
    losses = {("default", 1.0): [2.8, 2.5, 9.0], ("layer norm", 1.0): [2.6, 2.5, 2.7]}
    losses |= {("default", 10.0): [2.9, 3.0, 9.0], ("layer norm", 10.0): [2.7, 2.6, 2.9]}
    made = [
        Trial(*key, rate, 1, loss) for key, row in losses.items() for rate, loss in zip((1, 4, 16), row, strict=True)
    ]
    return Rates(made, 2.75, 0.5)


def test_the_largest_stable_rate():
    rates = trials()
    assert rates.largest("default", 1.0) == [4] and rates.largest("layer norm", 1.0) == [16]
    assert rates.largest("default", 10.0) == [0.0] and rates.best("layer norm", 10.0)[0] == 4
    assert "none (weights x 10)" in rates.sentence() and "none" in rates.table()
    assert Rates.from_data(json.loads(json.dumps(rates.data()))) == rates
    assert rates.plot().png.startswith(b"\x89PNG")
    told = long_layer_norm.markdown(rates)
    assert told[2].startswith("| 1 | 4 | 16 | 2.50 at 4 | 2.50 at 4 |")


def test_layer_norm_does_not_mind_the_scale():
    rows = [line.split() for line in scale.invariance((1, 10)).splitlines()[2:]]
    assert rows[0][1:3] == ["0.000", "0"] and float(rows[1][1]) > 1 > 0.01 > float(rows[1][2])
    assert float(rows[1][5]) == pytest.approx(float(rows[0][5]), rel=0.05)  # gradient times scale
    trial = scale.train("default", 1.0, 1e4, 1, 12, None)
    assert trial.loss == scale.LOST  # blown up, and ended
    assert scale.train("layer norm", 1.0, 1.0, 1, 12, 0.5).loss < 3.2


def test_letters_and_windows():
    text = letters.letters(50)
    xs, ys = letters.windows(text, 4, 6, torch.Generator().manual_seed(0))
    assert xs.shape == (6, 4, 27) and (xs[1:].argmax(-1) == ys[:-1]).all()
    assert 2.5 < letters.entropy(text) < math.log(27)


def test_the_cliff():
    edge = cliff.run()
    assert max(edge.plain.norms) > 100 and edge.plain.losses[-1] > 0.08 and edge.clipped.losses[-1] < 0.01
    steps = torch.tensor(edge.clipped.places, dtype=torch.float64).diff(dim=0).norm(dim=1)
    assert steps.max() <= edge.rate * edge.clipped.limit + 1e-9
    assert "it never comes back" in edge.sentence() and len(edge.table().splitlines()) == 12
    w, b = torch.tensor([5.0, 5.2], dtype=torch.float64), torch.tensor([-2.6, -2.8], dtype=torch.float64)
    many = cliff.ends(w, b, 0.1, 0.2, 6, last=1).tolist()
    alone = [cliff.descend(x, y, 0.1, 0.2, 6).losses[-1] for x, y in zip(w.tolist(), b.tolist(), strict=True)]
    assert many == pytest.approx(alone, rel=1e-6)


def test_truncation_is_bias_only():
    model = Elman(letters.SYMBOLS, 8, letters.SYMBOLS, "orthogonal", 1)
    xs, ys = letters.windows(letters.letters(50), 5, 12, torch.Generator().manual_seed(1))
    whole = truncation.gradient(model, xs, ys, 12)
    loss = torch.nn.functional.cross_entropy(model(xs).flatten(0, 1), ys.flatten())
    loss.backward()
    wanted = torch.cat([p.grad.flatten() for p in (model.W_x, model.W_h, model.b)])
    assert_close(whole, wanted)
    missing = [(truncation.gradient(model, xs, ys, n) - whole).norm() for n in (1, 5, 11)]
    assert missing[0] > missing[1] > missing[2] > 0  # chunks of 5 leave a shorter last one


def test_truncation_tells(monkeypatch):
    monkeypatch.setattr(truncation, "COUNT", 4)
    found = truncation.run(("default",), trained=(0, 2))
    assert found.networks == [("default", 0), ("default", 2)] and 0.3 < found.at("default", 0, 1)[0] < 1
    assert Truncation.from_data(json.loads(json.dumps(found.data()))) == found
    assert "default, untrained: 0." in found.sentence() and len(found.table().splitlines()) == 9
    assert found.plot().png.startswith(b"\x89PNG")


@pytest.mark.parametrize("claim", [long_pascanu, long_recall, long_layer_norm, long_truncation])
def test_the_page_is_that_of_the_record(claim):
    """What is committed in docs/results is what `report` makes of the recorded data."""
    found = record.committed(claim.NAME)
    page = Path(__file__).parents[3] / "docs" / "results" / f"{claim.NAME}.md"
    assert page.read_text(encoding="utf-8") == record.markdown(claim, found)
