"""Chapter 05's graded functions where no library does the same: batches of sentences, norms that are not finite,
truncated training."""

import math

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from ngram2bert import rnn


class Recurrent(nn.Module):
    """Word vectors, nn.RNN, scores; notes the state that each reading starts from."""

    def __init__(self, vocab_size=6, m=3, h=4, seed=1):
        super().__init__()
        torch.manual_seed(seed)
        self.table, self.cell = nn.Embedding(vocab_size, m), nn.RNN(m, h)
        self.out = nn.Linear(h, vocab_size)
        self.double()
        self.starts = []

    def forward(self, inputs, state=None):
        self.starts.append(state)
        hs, state = self.cell(self.table(inputs), state)
        return self.out(hs), state


def text(steps, batch=2, seed=3, vocab_size=6):
    return torch.randint(0, vocab_size, (steps + 1, batch), generator=torch.Generator().manual_seed(seed))


def chunks(words, steps):
    return [(words[t : t + steps], words[t + 1 : t + steps + 1]) for t in range(0, len(words) - 1, steps)]


def test_a_batch_of_sentences():
    inputs, targets = rnn.pad_batch([[5, 7], [6]], 0, 1)
    assert inputs.tolist() == [[0, 0], [5, 6], [7, 1]]
    assert targets.tolist() == [[5, 6], [7, 1], [1, -1]]
    inputs, targets = rnn.pad_batch([[]], 3, 4, ignore=-100)
    assert inputs.tolist() == [[3]] and targets.tolist() == [[4]]
    assert inputs.dtype == targets.dtype == torch.int64


def test_padding_changes_nothing():
    """The loss of a padded batch is that of its sentences, each by itself, weighted by their steps."""
    sentences = [[2, 3, 4, 5], [3], [], [5, 5]]
    params = {
        name: torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(i))
        for i, (name, shape) in enumerate({"W_x": (4, 6), "W_h": (4, 4), "b": (4,)}.items())
    }

    def loss(batch):
        inputs, targets = rnn.pad_batch(batch, 0, 1)
        xs = nn.functional.one_hot(inputs, 6).double()
        hs = rnn.unroll(params, xs, torch.zeros(len(batch), 4, dtype=torch.float64))
        return rnn.sequence_loss(hs @ params["W_x"], targets)

    steps = [len(sentence) + 1 for sentence in sentences]
    alone = sum(n * loss([sentence]) for n, sentence in zip(steps, sentences, strict=True))
    assert_close(loss(sentences), alone / sum(steps))


def test_no_step_and_nothing_that_counts():
    params = {"W_x": torch.zeros(3, 2), "W_h": torch.zeros(3, 3), "b": torch.zeros(3)}
    assert rnn.unroll(params, torch.zeros(0, 4, 2), torch.ones(4, 3)).shape == (0, 4, 3)
    scores = torch.randn(2, 2, 3, requires_grad=True)
    loss = rnn.sequence_loss(scores, torch.full((2, 2), -1))
    loss.backward()
    assert loss == 0 and scores.grad is not None and not scores.grad.any()


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_norms_that_are_not_finite_are_told_and_left(bad):
    grads = {"W": torch.tensor([1.0, bad]), "b": torch.tensor([5.0])}
    norm = rnn.clip_by_norm(grads, 1.0)
    assert not math.isfinite(norm)
    assert torch.equal(grads["b"], torch.tensor([5.0])) and grads["W"][0] == 1
    assert rnn.clip_by_norm({}, 1.0) == 0 and rnn.clip_by_norm({"W": torch.zeros(2)}, 0.0) == 0


def test_orthogonal_weights_are_drawn_uniformly():
    """Haar's measure gives each entry mean 0 and variance 1/h; signs as LAPACK leaves them give the diagonal a mean."""
    generator = torch.Generator().manual_seed(5)
    A = torch.randn(4000, 3, 3, dtype=torch.float64, generator=generator)
    Q = torch.stack([rnn.orthogonal(a) for a in A[:1500]])
    assert Q.mean(0).abs().max() < 5 / math.sqrt(3 * 1500)
    assert_close(Q.square().mean(0), torch.full((3, 3), 1 / 3, dtype=torch.float64), rtol=0, atol=0.05)
    assert torch.linalg.qr(A).Q.mean(0).abs().max() > 0.1


def test_one_chunk_of_the_whole_text_is_full_backpropagation():
    model, other = Recurrent(), Recurrent()
    words = text(6)
    losses = rnn.train_truncated(model, chunks(words, 6), rate=0.3, limit=math.inf)
    loss = nn.functional.cross_entropy(other(words[:-1])[0].flatten(0, 1), words[1:].flatten())
    loss.backward()
    assert losses == [pytest.approx(loss.item())]
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert_close(mine.detach(), theirs.detach() - 0.3 * theirs.grad)


def test_the_state_goes_on_and_its_gradient_does_not():
    model = Recurrent()
    rnn.train_truncated(model, chunks(text(6), 2), rate=0.0, limit=1.0)
    assert model.starts[0] is None and len(model.starts) == 3
    assert all(state is not None and not state.requires_grad for state in model.starts[1:])
    _, whole = model(text(6)[:4])  # at rate 0 three chunks read what one long text is read as
    assert_close(model.starts[2], whole.detach())


def test_no_step_is_longer_than_rate_times_limit():
    model = Recurrent()
    before = [p.detach().clone() for p in model.parameters()]
    rnn.train_truncated(model, chunks(text(3), 3), rate=0.5, limit=0.01)
    moved = math.sqrt(
        sum(float((p.detach() - q).square().sum()) for p, q in zip(model.parameters(), before, strict=True))
    )
    assert moved == pytest.approx(0.5 * 0.01)


def test_it_learns_to_count_to_three():
    words = (torch.arange(601) % 3)[:, None].repeat(1, 2)
    model = Recurrent(vocab_size=3)
    model.eval()
    losses = rnn.train_truncated(model, chunks(words, 5), rate=0.5, limit=1.0)
    assert model.training and len(losses) == 120
    assert losses[0] > 0.9 and losses[-1] < 0.1
