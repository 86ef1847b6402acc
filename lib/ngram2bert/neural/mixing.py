"""Two models are better than one, if they are wrong in different places."""

from __future__ import annotations

import torch
from torch import Tensor


def mix(log_p: Tensor, log_q: Tensor, steps: int = 20) -> tuple[float, Tensor]:
    """The weight of the first of two models by EM, and the log probabilities of their mixture. All in log space.

        E: r_t = w p_t / (w p_t + (1 - w) q_t) = sigmoid(log(w / (1 - w)) + log p_t - log q_t)
        M: w   = mean of r_t

    It starts at w = 1/2, Bengio's own weight. To be used on held-out text: on the text that made the models, the one
    that knows it by heart takes all.

    log_p, log_q: (N,) nats, what each model gave to the word that came; either may be minus infinity, not both at once.
    steps: 0 or more. Returns w after so many steps, and log(w p_t + (1 - w) q_t) (N,) with it.
    Source: Dempster, Laird & Rubin 1977; Bengio et al. 2003, section 4.1, mix with equal weights.
    """
    w = torch.tensor(0.5, dtype=log_p.dtype)
    for _ in range(steps):
        w = torch.sigmoid(torch.logit(w) + log_p - log_q).mean()  # (N,) to a number; logit(w) = log(w / (1 - w))
    return w.item(), torch.logaddexp(w.log() + log_p, (1 - w).log() + log_q)
