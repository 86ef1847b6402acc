"""The long form of `pascanu`: ten matrices a radius, and three sizes."""

from __future__ import annotations

from typing import Any

from .norms import Norms
from .pascanu import RADII, STEPS, UNITS, run, wrong
from .single import one_thread
from .spread import mean_and_sd, plus_minus

NAME = "05-gradient-norms"
TITLE = "Pascanu et al. 2013: the norm of the gradient by distance"
SEEDS, SIZES = tuple(range(1, 11)), (16, 128)


@one_thread
def measure() -> dict[str, Any]:
    """The curves at 64 units, and the fitted factors at other sizes."""
    sizes = {}
    for h in SIZES:
        norms = run(RADII, h, STEPS, SEEDS[:3])
        sizes[str(h)] = {
            "slope": norms.slope(),
            "first": mean_and_sd([curve.stretch / curve.radius for curve in norms.curves])[0],
            "tanh": [norms.factors(radius, "tanh")[0] for radius in RADII],
            "inside": sum(curve.inside for curve in norms.curves),
            "curves": len(norms.curves),
        }
    return {"norms": run(RADII, UNITS, STEPS, SEEDS).data(), "sizes": sizes, "wrong": wrong(), "seeds": list(SEEDS)}


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdict, the table by radius, other sizes, the matrices that mislead."""
    norms = Norms.from_data(data["norms"])
    inside = sum(curve.inside for curve in norms.curves)
    good = abs(norms.slope() - 1) < 0.02 and inside == len(norms.curves)
    last = len(norms.curves[0].linear) - 1
    lines = [
        f"{'HOLDS' if good else 'DOES NOT HOLD'}: for a linear network the norm of the gradient follows the spectral "
        f"radius, with tanh it lies between bounds. {norms.sentence()}",
        "",
        f"| spectral radius | largest singular value | factor a step, linear | factor a step, tanh | norm after {last} "
        "steps, linear | tanh |",
        "|---|---|---|---|---|---|",
    ]
    for radius in norms.radii:
        mine = norms.of(radius)
        stretch = plus_minus(*mean_and_sd([curve.stretch for curve in mine]), 2)
        ends = [f"{mean_and_sd([getattr(c, kind)[last] for c in mine])[0]:.2g}" for kind in ("linear", "tanh")]
        factors = [plus_minus(*norms.factors(radius, kind), 3) for kind in ("linear", "tanh")]
        lines.append(f"| {radius:g} | {stretch} | " + " | ".join([*factors, *ends]) + " |")
    lines += [
        "",
        f"{UNITS} units; W_h of independent normal numbers, multiplied so that its radius is as given; ± over "
        f"{len(SEEDS)} matrices. Factors are fitted to the second half of the distances. Inputs are normal noise of "
        "deviation 0.5 in every unit: they drive tanh out of its straight middle, so that its gradient shrinks faster "
        "than the radius says. The bounds are products of the smallest and of the largest singular values of the "
        "factors diag(1 - h_t²) W_h: true, and wide.",
        "",
        "## Other sizes",
        "",
        "| units | slope, linear | largest singular value / radius | factor a step, tanh, at radius "
        + ", ".join(f"{radius:g}" for radius in RADII)
        + " | curves between bounds |",
        "|---|---|---|---|---|",
    ]
    for h, found in data["sizes"].items():
        tanh = ", ".join(f"{factor:.2f}" for factor in found["tanh"])
        within = f"{found['inside']} of {found['curves']}"
        lines.append(f"| {h} | {found['slope']:.3f} | {found['first']:.2f} | {tanh} | {within} |")
    return "\n".join(
        [
            *lines,
            "",
            "## Not the largest singular value",
            "",
            "It bounds every single step, and says little about many: in the first matrix every eigenvalue is 0.5 and "
            "one unit feeds another eight times as strongly.",
            "",
            "```",
            data["wrong"],
            "```",
        ]
    )
