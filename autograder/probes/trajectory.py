"""Train a small float64 network by the learner's function; return weights, buffers, modes and what it returned.

layers    [[name in torch.nn, *arguments], ...], stacked in order
weights   {name: tensor} for the stack
batches   [[inputs, targets], ...]: tensors
settings  further keyword arguments of the learner's function
"""

from __future__ import annotations

TYPE_CHECKING = False  # at run time torch, np and math are given
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import torch


def probe(
    target: Callable[..., Any],
    layers: list[list[Any]],
    weights: dict[str, torch.Tensor],
    batches: list[list[torch.Tensor]],
    settings: dict[str, Any],
    train: bool = True,
) -> dict[str, Any]:
    stack = torch.nn.Sequential(*[getattr(torch.nn, name)(*arguments) for name, *arguments in layers]).double()
    stack.load_state_dict(weights)
    stack.train(train)
    torch.manual_seed(0)
    returned = target(stack, [(x, y) for x, y in batches], **settings)
    return {
        "returned": returned,
        "state": {name: value.detach() for name, value in stack.state_dict().items()},
        "training": [module.training for module in stack.modules()],
        "gradients kept": [parameter.requires_grad for parameter in stack.parameters()],
    }
