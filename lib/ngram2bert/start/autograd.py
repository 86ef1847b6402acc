"""Automatic differentiation in one class: what torch does for tensors, here for single numbers."""

import math
from collections.abc import Sequence


class Value:
    """A number that remembers what it was made of, so that it can say how it depends on it.

    data     the number
    parents  (parent, slope) pairs: the Values it was made of, and d self / d parent of each
    grad     d output / d self, once `output.backward()` has run

    Source: Wengert 1964; Rumelhart, Hinton & Williams 1986.
    """

    def __init__(self, data: float, parents: Sequence[tuple["Value", float]] = ()) -> None:
        self.data = data
        self.parents = parents
        self.grad = 0.0

    def __add__(self, other: "Value") -> "Value":
        """self + other. Each slope is 1."""
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def log(self) -> "Value":
        """The natural logarithm of self. The slope is 1 / self."""
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def __mul__(self, other: "Value") -> "Value":
        """self * other, with the slope of each factor."""
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def exp(self) -> "Value":
        """e to the power of self, with its slope."""
        y = math.exp(self.data)
        return Value(y, [(self, y)])

    def backward(self) -> None:
        """Set `grad` of every Value that self was made of to d self / d value, and that of self to 1.

        Each starts from 0, whatever an earlier `backward` has left. A Value that was used twice gets the sum of both
        ways. So its own grad must be complete before it is handed on: first every Value after all its parents, then
        backwards through that order.
        """
        order: list[Value] = []  # every Value after its parents
        seen: set[Value] = set()

        def visit(value: "Value") -> None:
            if value not in seen:
                seen.add(value)
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
