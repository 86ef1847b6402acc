"""Build the learner's module, load weights, run it forwards and backwards.

init     keyword arguments of the constructor
weights  {name: tensor} to load; without it the learner's own initial weights are used and returned
inputs   the positional arguments of forward, a list
dtype    the name of the floating dtype that the module is put into
train    the mode the module is in
"""

from __future__ import annotations

TYPE_CHECKING = False  # at run time torch, np and math are given
if TYPE_CHECKING:
    from typing import Any

    import torch


def probe(
    target: type[torch.nn.Module],
    init: dict[str, Any],
    inputs: list[Any],
    weights: dict[str, torch.Tensor] | None = None,
    dtype: str = "float64",
    train: bool = False,
) -> dict[str, Any]:
    def leaves(value: Any) -> list[torch.Tensor]:
        if isinstance(value, torch.Tensor):
            return [value]
        if isinstance(value, (list, tuple)):
            return [leaf for item in value for leaf in leaves(item)]
        return []

    module = target(**init).to(getattr(torch, dtype)).train(train)
    own = {name: value.detach().clone() for name, value in module.state_dict().items()}
    if weights is not None:
        shapes = {name: list(value.shape) for name, value in own.items()}
        wanted = {name: list(value.shape) for name, value in weights.items()}
        if shapes != wanted:
            raise ValueError(f"parameters and shapes are {shapes}, but the task names {wanted}")
        module.load_state_dict(weights)
    inputs = [
        x.clone().requires_grad_(True) if isinstance(x, torch.Tensor) and x.is_floating_point() else x for x in inputs
    ]
    output = module(*inputs)
    total: float | torch.Tensor = 0.0
    for k, leaf in enumerate(leaves(output)):
        if leaf.requires_grad:  # an upstream gradient without symmetry, so that no two wrong terms cancel
            upstream = torch.cos(torch.arange(leaf.numel(), dtype=leaf.dtype) * 1.7 + k + 0.3).reshape(leaf.shape)
            total = total + (leaf * upstream).sum()
    if isinstance(total, torch.Tensor):
        total.backward()
    return {
        "output": output,
        "gradients": {name: p.grad for name, p in module.named_parameters()},
        "input gradients": [x.grad if isinstance(x, torch.Tensor) and x.is_floating_point() else None for x in inputs],
        "weights": own if weights is None else None,
    }
