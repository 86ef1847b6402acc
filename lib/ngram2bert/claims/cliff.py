"""A cliff in the loss of one recurrent unit, and gradient descent at its edge, clipped and not.

    edge = run()                  # half a second
    print(edge.table())
    edge.plot()

One unit without inputs, h_t = w sigmoid(h_{t-1}) + b, 50 steps from h_0 = 0.5, and the loss (sigmoid(h_50) - 0.7)^2.
Along one line in the plane of w and b the unit changes from one resting point to another, and there, after 50 steps,
the loss has a wall. After Pascanu, Mikolov & Bengio 2013, figure 6 and algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .. import plots
from ..rnn import clip_by_norm

STEPS, FIRST, TARGET = 50, 0.5, 0.7
WALL = 0.2  # a loss above it: on the far side


@dataclass(frozen=True)
class Path:
    """Of gradient descent: at each update w, b, the loss there and the norm of its gradient before clipping."""

    limit: float | None
    places: list[tuple[float, float]]
    losses: list[float]
    norms: list[float]


@dataclass(frozen=True)
class Cliff:
    """Two paths from one place."""

    plain: Path
    clipped: Path
    rate: float

    def table(self) -> str:
        """Where both are, now and then."""
        lines = ["update    without clipping: w      b     loss    norm     clipped: w      b     loss    norm"]
        one, other = self.plain, self.clipped
        for i in (0, 1, 2, 3, 5, 10, 20, 40, 80, len(one.losses) - 1):
            row = "".join(
                f"{path.places[i][0]:{wide}.2f}{path.places[i][1]:7.2f}{path.losses[i]:9.4f}{path.norms[i]:8.2g}"
                for path, wide in ((one, 21), (other, 16))
            )
            lines.append(f"{i:6}{row}")
        return "\n".join([*lines, f"Rate {self.rate:g}; clipped at norm {other.limit:g}."])

    def sentence(self) -> str:
        """What happened, in words."""
        worst = max(range(len(self.plain.norms)), key=self.plain.norms.__getitem__)
        w, b = self.plain.places[worst + 1] if worst + 1 < len(self.plain.places) else self.plain.places[-1]
        bounced = sum(loss > WALL for loss in self.clipped.losses)
        return (
            f"Without clipping, update {worst} meets a gradient of norm {self.plain.norms[worst]:.0f} and is thrown to "
            f"w = {w:.1f}, b = {b:.1f}, where the loss is {self.plain.losses[-1]:.3f} and the gradient "
            f"{self.plain.norms[-1]:.0e}: it never comes back. Clipped, it looks over the edge {bounced} times in "
            f"{len(self.clipped.losses)} updates, comes back each time and ends at {self.clipped.losses[-1]:.4f}."
        )

    def plot(self) -> plots.Picture:
        """The surface, the clipped path and the throw; and both losses."""
        figure, (surface, curve) = plots.figure(columns=2, width=8.8, height=3.5)
        w, b = torch.meshgrid(torch.linspace(4.0, 6.0, 161), torch.linspace(-3.2, -1.6, 129), indexing="ij")
        shades = surface.pcolormesh(w, b, loss_of(w.double(), b.double()), shading="gouraud", cmap=plots.SHADES)
        figure.colorbar(shades, ax=surface, label="loss")
        for path, colour, style in ((self.clipped, "white", "-"), (self.plain, plots.COLOURS[2], "--")):
            xs, ys = zip(*path.places, strict=True)
            surface.plot(xs, ys, color=colour, linestyle=style, marker=".", markersize=3, linewidth=1)
        surface.set_xlim(4.0, 6.0)
        surface.set_ylim(-3.2, -1.6)
        surface.grid(visible=False)
        plots.label(surface, "w", "b", "white: clipped; orange: not")
        for number, (path, name) in enumerate(((self.plain, "not clipped"), (self.clipped, "clipped"))):
            curve.plot(path.losses, **plots.line(number) | {"marker": ""}, label=name)
        curve.set_yscale("log")
        curve.legend()
        plots.label(curve, "update", "loss")
        alt = "Left: the loss over w and b has a wall; both paths start at its foot. Right: both losses."
        return plots.picture(figure, f"{alt} {self.sentence()}")


def loss_of(w: Tensor, b: Tensor) -> Tensor:
    """The loss at each w and b, of any one shape."""
    h = torch.full_like(w, FIRST)
    for _ in range(STEPS):
        h = w * torch.sigmoid(h) + b
    return (torch.sigmoid(h) - TARGET) ** 2


def run(w: float = 5.0, b: float = -2.6, rate: float = 0.1, limit: float = 1.0, updates: int = 120) -> Cliff:
    """Gradient descent from one place, without clipping and with."""
    return Cliff(descend(w, b, rate, None, updates), descend(w, b, rate, limit, updates), rate)


def descend(w: float, b: float, rate: float, limit: float | None, updates: int) -> Path:
    """One path."""
    params = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in (("w", w), ("b", b))
    }
    places, losses, norms = [], [], []
    for _ in range(updates):
        loss = loss_of(params["w"], params["b"])
        grads = dict(zip(params, torch.autograd.grad(loss, list(params.values())), strict=True))
        places.append((params["w"].item(), params["b"].item()))
        losses.append(loss.item())
        norms.append(clip_by_norm(grads, float("inf") if limit is None else limit))
        with torch.no_grad():
            for name, value in params.items():
                value -= rate * grads[name]
    return Path(limit, places, losses, norms)


def ends(w: Tensor, b: Tensor, rate: float, limit: float | None, updates: int, last: int = 10) -> Tensor:
    """Many paths at once, from w (N,) and b (N,): the least loss of the last updates of each, (N,)."""
    place, seen = torch.stack([w, b]).double(), []  # (2, N)
    for _ in range(updates):
        place.requires_grad_()
        loss = loss_of(*place)  # (N,)
        (d_place,) = torch.autograd.grad(loss.sum(), place)
        norm = d_place.norm(dim=0)  # (N,)
        if limit is not None:
            d_place = d_place * torch.where(norm > limit, limit / norm, 1.0)
        place = (place - rate * d_place).detach()
        seen.append(loss.detach())
    return torch.stack(seen[-last:]).amin(0)
