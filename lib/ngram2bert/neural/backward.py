"""Bengio's network, backwards, by hand: one layer at a time, each by the chain rule and nothing else.

`d_` before a name is the gradient of the loss with respect to it, and has its shape.
"""

from __future__ import annotations

from torch import Tensor

from .cross_entropy import cross_entropy, cross_entropy_grad
from .forward import forward_pass


def backward_output(
    params: dict[str, Tensor], x: Tensor, a: Tensor, d_y: Tensor
) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """Through y = b + U a (+ W x).

    params: as in `forward_pass`; x: (B, (n-1)m); a: (B, h); d_y: (B, V).
    Returns the gradients of `b`, `U` and, if params has it, `W` in a dictionary; d_a (B, h); and d_x (B, (n-1)m), what
    comes back through W alone, zeros without it.
    Source: Bengio et al. 2003, section 3.2.
    """
    grads = {"b": d_y.sum(0), "U": d_y.T @ a}  # (V,), (V, h)
    d_a = d_y @ params["U"]  # (B, h)
    if "W" not in params:
        return grads, d_a, x.new_zeros(x.shape)
    return {**grads, "W": d_y.T @ x}, d_a, d_y @ params["W"]


def backward_hidden(params: dict[str, Tensor], x: Tensor, a: Tensor, d_a: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """Through a = tanh(d + H x), whose slope is 1 - a^2.

    params: as in `forward_pass`; x: (B, (n-1)m); a: (B, h); d_a: (B, h).
    Returns the gradients of `d` and `H` in a dictionary, and d_x (B, (n-1)m), what comes back through H.
    Source: Bengio et al. 2003, section 3.2.
    """
    d_z = d_a * (1 - a**2)  # (B, h) z = d + H x
    return {"d": d_z.sum(0), "H": d_z.T @ x}, d_z @ params["H"]


def backward_embedding(contexts: Tensor, d_x: Tensor, vocab_size: int) -> Tensor:
    """Through the table: each word gets the sum over all the places where it stood.

    contexts: (B, n-1); d_x: (B, (n-1)m), the vectors side by side as in `forward_pass`; vocab_size: V.
    Returns d_C (V, m), zeros for words that did not occur.
    Source: Bengio et al. 2003, section 3.2.
    """
    by_word = d_x.reshape(contexts.numel(), -1)  # (B (n-1), m)
    return d_x.new_zeros(vocab_size, by_word.shape[1]).index_add(0, contexts.flatten(), by_word)


def gradients(params: dict[str, Tensor], contexts: Tensor, targets: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss of a batch and its gradient with respect to every parameter.

    The context's vectors are used twice, by the hidden layer and by the direct connections: their gradients add up.

    params: as in `forward_pass`; contexts: (B, n-1); targets: (B,).
    Returns the mean cross-entropy (no axes, nats), and a dictionary with the names and shapes of params.
    Source: Bengio et al. 2003, section 3.2.
    """
    y, x, a = forward_pass(params, contexts)
    d_y = cross_entropy_grad(y, targets)
    output, d_a, d_x = backward_output(params, x, a, d_y)
    hidden, d_x_hidden = backward_hidden(params, x, a, d_a)
    d_c = backward_embedding(contexts, d_x + d_x_hidden, len(params["C"]))
    return cross_entropy(y, targets), {"C": d_c, **hidden, **output}
