"""Which state was it at word t, now that the whole sentence is known?"""

from __future__ import annotations

from torch import Tensor


def posteriors(log_alpha: Tensor, log_beta: Tensor) -> Tensor:
    """The probability of each state at each word, given all the words.

        gamma_t(i) = alpha_t(i) beta_t(i) / sum over j of alpha_t(j) beta_t(j)

    The sum below is the same for every t: it is p(words).

    log_alpha, log_beta: (T, K), of a sentence that the model can say. Returns gamma (T, K), rows that sum to one.
    Source: Rabiner 1989, section III.B.
    """
    return (log_alpha + log_beta).softmax(1)
