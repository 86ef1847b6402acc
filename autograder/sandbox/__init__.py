"""The sandbox on Linux: what holds a submission back, layer by layer."""

from autograder.sandbox.layers import LAYERS, NAMES, Layer, description, offered, strength

__all__ = ["LAYERS", "NAMES", "Layer", "description", "offered", "strength"]
