"""Long training: a loop with a schedule, an average of the weights, checkpoints to go on from, and a log on the clock.

It knows no model: `fit` is given parameters, a function for their gradients and batches. What a run leaves behind is
written as safetensors: data only, read without running anything.
"""

from .checkpoint import load_tensors, read_log, save_tensors
from .loop import Plan, Point, Trained, fit

__all__ = ["Plan", "Point", "Trained", "fit", "load_tensors", "read_log", "save_tensors"]
