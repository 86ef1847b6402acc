"""The long form of `truncation` and `cliff`: three seeds; how often descent falls off the cliff, by rate and limit."""

from __future__ import annotations

from typing import Any

import torch

from . import cliff
from .elman import NAMES
from .single import one_thread
from .spread import plus_minus
from .truncation import COUNT, CUTS, LENGTH, Truncation, run

NAME = "05-truncation"
TITLE = "Truncated gradients, and gradients at a cliff"
SEEDS, TRAINED = (1, 2, 3), (0, 600)
RATES, LIMITS = (0.02, 0.05, 0.1, 0.2), (None, 10.0, 1.0, 0.3)
W, B = torch.meshgrid(torch.linspace(4.7, 5.3, 13), torch.linspace(-3.0, -2.4, 13), indexing="ij")
STARTS = (W.flatten(), B.flatten())  # around the edge
UPDATES, FAR, SLOW = 100, 0.05, (0.02, 1.0)  # SLOW: rate and limit that need more updates


@one_thread
def measure() -> dict[str, Any]:
    """The bias by chunk length; the shares of paths that end beyond a loss of 0.05."""
    lost = {}
    for rate in RATES:
        for limit in LIMITS:
            lost[f"{rate:g}, {limit}"] = int((cliff.ends(*STARTS, rate, limit, UPDATES) > FAR).sum())
    slow = int((cliff.ends(*STARTS, *SLOW, 3 * UPDATES) > FAR).sum())
    truncation = run(seeds=SEEDS, trained=TRAINED)
    data = {"truncation": truncation.data(), "lost": lost, "slow": slow, "edge": cliff.run().sentence()}
    return {**data, "seeds": list(SEEDS)}


def report(data: dict[str, Any]) -> str:
    """Markdown: the bias, then the cliff."""
    found = Truncation.from_data(data["truncation"])
    heads = [f"{NAMES[start]}, {f'{steps} steps' if steps else 'untrained'}" for start, steps in found.networks]
    lines = [
        found.sentence(),
        "",
        "| steps a chunk | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
    ]
    for cut in CUTS:
        cells = [
            f"{plus_minus(*found.at(*network, cut), 3)} ({found.at(*network, cut, 'cosine')[0]:.3f})"
            for network in found.networks
        ]
        lines.append(f"| {cut} | " + " | ".join(cells) + " |")
    lines += [
        "",
        f"The length of what is missing from the gradient of W_x, W_h and b, relative to the whole gradient over "
        f"{LENGTH} letters; in brackets the cosine between both. {COUNT} windows of Brown's letters, mean ± standard "
        f"deviation over seeds {', '.join(map(str, SEEDS))}. The same letters with and without borders: the difference "
        "is bias, and more text does not mend it. The longer a network's memory, the more is missing; all of it would "
        "be missing for a dependence longer than a chunk.",
        "",
        "## At the cliff",
        "",
        data["edge"],
        "",
        f"Gradient descent from {len(STARTS[0])} places around the edge, {UPDATES} updates; how many end with a "
        f"loss above {FAR} (the least of the last ten):",
        "",
        "| rate | " + " | ".join("not clipped" if limit is None else f"limit {limit:g}" for limit in LIMITS) + " |",
        "|---|" + "---|" * len(LIMITS),
    ]
    for rate in RATES:
        lines.append(f"| {rate:g} | " + " | ".join(str(data["lost"][f"{rate:g}, {limit}"]) for limit in LIMITS) + " |")
    lines += [
        "",
        f"At rate {SLOW[0]:g}, limit {SLOW[1]:g}, they are slow: after {3 * UPDATES} updates {data['slow']} are left.",
        "",
        "One unit, h_t = w sigmoid(h_{t-1}) + b, 50 steps from 0.5; w from 4.7 to 5.3, b from -3.0 to -2.4. After "
        "figure 6 of Pascanu et al. 2013.",
    ]
    return "\n".join(lines)
