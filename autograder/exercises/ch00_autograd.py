"""Chapter 00: gradients by themselves."""

from autograder.exercises.ch00_common import exercise
from ngram2bert.start.autograd import Value as _Value

value = exercise(
    "Value", of=_Value, points=4, minutes=7, level=3, given=["__init__", "__add__", "log"],
    parts={"sums and products": 1, "exp": 1, "used twice": 1, "backward twice": 1},
    # a formula in the names of numbers; `c := a * b` keeps what lies between
    probe="""
    def probe(target, numbers, formula, times):
        values = {name: target(number) for name, number in numbers.items()}
        output = eval(formula, {}, values)
        for _ in range(times):
            output.backward()
        return {"output": output.data, "gradients": {name: value.grad for name, value in values.items()}}
    """,
    hints=["If a depends on nothing but b and c, what must be known about a before it can tell b and c anything? So "
           "in which order do you go through the Values?",
           "Collect the Values with an inner function that visits a Value's parents first and then appends the "
           "Value: every Value stands after its parents. Go through that list backwards, and for each parent add "
           "slope times `grad`.",
           "Set every `grad` in `order` to 0.0 and `self.grad` to 1.0. Then `for value in reversed(order): for "
           "parent, slope in value.parents: parent.grad += slope * value.grad`. The `+=` matters."])


@value.cases
def _(r):
    yield "sums and products", dict(numbers={"a": 2.0, "b": -3.0}, formula="a + b", times=1)
    yield "sums and products", dict(numbers={"a": 2.0, "b": -3.0}, formula="a * b", times=1)
    four = {"a": 2.0, "b": -3.0, "c": 0.5, "d": 7.0}
    yield "sums and products", dict(numbers=four, formula="(e := a * b + c) * c", times=1)
    yield "exp", dict(numbers={"a": 0.5}, formula="a.exp()", times=1)
    yield "exp", dict(numbers={"a": 0.5, "b": 1.5}, formula="(c := a * b).exp() * b", times=1)
    yield "used twice", dict(numbers={"a": 3.0}, formula="a * a", times=1)
    yield "used twice", dict(numbers={"a": 3.0}, formula="a + a", times=1)
    two = {"a": 0.5, "b": 1.25}
    yield "used twice", dict(numbers=two, formula="(c := a * b) + (d := c * c) * (d + c) * a", times=1)
    yield "used twice", dict(numbers=two, formula="(d := (c := a + b) * c) * a + (c + d).log() * c", times=1)
    yield "used twice", dict(numbers={"a": 0.75, "b": 0.75, "c": 0.75}, formula="(a * b + c) * b", times=1)
    yield "backward twice", dict(numbers={"a": 2.0, "b": 0.25}, formula="(c := a * b).exp() + a", times=2)
    yield "backward twice", dict(numbers={"a": 2.0, "b": 0.25}, formula="(c := a * b) * c + b", times=3)
    numbers = {name: r.between(0.3, 1.7) for name in "abc"}
    formula = r.choice(["a * b + b * c", "(a + b) * (b + c)", "c * (a * b + c)"])
    yield "sums and products", dict(numbers=numbers, formula=formula, times=1)
    yield "exp", dict(numbers=numbers, formula=r.choice(["(a * b).exp() + c", "a * (b + c.exp()).exp()"]), times=1)
    for label, times in (("used twice", 1), ("backward twice", 2)):
        formula = r.choice(["(d := a * b + c) * (e := d.exp()) + (d + e).log()",
                            "((d := a + b) * (e := d * c) + d * e).log() + e * a"])
        yield label, dict(numbers=numbers, formula=formula, times=times)


_HEAD = """
class Value:
    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = data, parents, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def log(self):
        return Value(math.log(self.data), [(self, 1 / self.data)])

    def __mul__(self, other):
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    def exp(self):
        y = math.exp(self.data)
        return Value(y, [(self, y)])

    def backward(self):
"""
value.mistake(
    "gradients overwritten", "parent.grad += slope", "parent.grad = slope",
    "You overwrite a parent's `grad`. A Value that was used twice has two ways to the output, and its gradient is "
    "the sum over both: use `+=`.")
value.mistake(
    "output's own gradient not set", "        self.grad = 1.0\n", "",
    "Nothing ever starts: all gradients stay 0. The output depends on itself with slope 1: once all others are 0, "
    "set `self.grad = 1.0` "
    "first.")
value.mistake(
    "not reversed", "reversed(order)", "order",
    "You go from the leaves to the output. The gradient flows the other way: start at the output.")
value.wrong(
    "in the order in which they are found", _HEAD + """
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                order.append(value)
                for parent, _ in value.parents:
                    visit(parent)

        visit(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in order:
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
""", "You hand a gradient on before it is complete: a Value passes its `grad` to its parents while another of its "
     "users has not reported yet. Append a Value *after* its parents, and go through the list backwards.")
value.wrong(
    "level by level", _HEAD + """
        self.grad, level, seen = 1.0, [self], {self}
        while level:
            below = []
            for value in level:
                for parent, slope in value.parents:
                    if parent not in seen:
                        parent.grad = 0.0
                        seen.add(parent)
                        below.append(parent)
                    parent.grad += slope * value.grad
            level = below
""", "You go level by level, as in a tree. Where a long and a short way lead to the same Value, it passes its `grad` "
     "on after the short one, before the long one has arrived. Put the Values in an order in which each stands after "
     "all its parents.")
value.wrong(
    "handed on at every visit", _HEAD + """
        def visit(value):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
                visit(parent)

        self.grad = 1.0
        visit(self)
""", "You hand on the whole `grad` of a Value each time you come by, also the part that you have handed on before. "
     "Go through "
     "each Value once, when its `grad` is complete: first every Value after all its parents, then backwards. And set "
     "all "
     "to 0 before you begin.")
value.wrong(
    "handed on at every visit, from 0", _HEAD + """
        def clear(value):
            value.grad = 0.0
            for parent, _ in value.parents:
                clear(parent)

        def visit(value):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
                visit(parent)

        clear(self)
        self.grad = 1.0
        visit(self)
""", "You hand on the whole `grad` of a Value each time you come by, also the part that you have handed on before. Go "
     "through each Value once, when its `grad` is complete: first every Value after all its parents, then backwards.")
value.wrong(
    "set to 0 on the way", _HEAD + """
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, _ in value.parents:
                parent.grad = 0.0
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
""", "You set a parent's `grad` to 0 each time you reach it, and so lose what another user has already told it. Set "
     "all to 0 "
     "*before* the first step.")
value.mistake(
    "gradients of the last run kept", "            value.grad = 0.0\n", "            pass\n",
    "A second `backward` adds to what the first has left. Set the `grad` of every Value in `order` to 0 before you "
    "begin.")
value.mistake(
    "own gradient of the last run kept", {"            value.grad = 0.0\n": "            pass\n",
                                          "self.grad = 1.0": "self.grad += 1.0"}, "",
    "A second `backward` adds to what the first has left, also to the output's own `grad`. Set the `grad` of every "
    "Value in "
    "`order` to 0, and then that of the output to 1.")
value.mistake(
    "slope alone", "parent.grad += slope * value.grad", "parent.grad += slope",
    "You add the slope alone, or the slope times the gradient of the *output*, which is 1. The chain rule multiplies "
    "by the gradient of the Value whose parents you are looking at.")
value.mistake(
    "slopes of a product swapped", "[(self, other.data), (other, self.data)]", "[(self, self.data), (other, "
                                                                               "other.data)]",
    "The slopes of the product are swapped: if `a` grows by 1, `a * b` grows by `b`.")
value.mistake(
    "slopes of a product are 1", "[(self, other.data), (other, self.data)]", "[(self, 1.0), (other, 1.0)]",
    "The slopes of a product are not those of a sum: if `a` grows by 1, `a * b` grows by `b`.")
value.mistake(
    "slope of a product is the product", "[(self, other.data), (other, self.data)]",
    "[(self, self.data * other.data), (other, self.data * other.data)]",
    "You give the product itself as both slopes. That is the rule for `exp`. If `a` grows by 1, `a * b` grows by `b`.")
value.mistake(
    "product with one parent", "[(self, other.data), (other, self.data)]", "[(self, other.data)]",
    "Your product knows only one of its two parents, so nothing ever reaches the other.")
value.mistake(
    "product without parents", "Value(self.data * other.data, [(self, other.data), (other, self.data)])",
    "Value(self.data * other.data)",
    "Your product does not remember its parents, so no gradient gets past it. `__add__` shows how to hand them over.")
value.mistake(
    "slopes that are Values", "[(self, other.data), (other, self.data)]", "[(self, other), (other, self)]",
    "A slope is a plain number: the slope towards `self` is `other.data`, not `other`.")
value.mistake(
    "exp with slope 1", "return Value(y, [(self, y)])", "return Value(y, [(self, 1.0)])",
    "The slope of `exp` is not 1: it is `exp` itself at that place, which you have just computed.")
value.mistake(
    "exp gives a number", "return Value(y, [(self, y)])", "return y",
    "Your `exp` returns a plain number, which remembers nothing. Return a Value with `self` as its parent.")
value.mistake(
    "slope of exp", "return Value(y, [(self, y)])", "return Value(y, [(self, self.data)])",
    "The slope of `exp` is `exp` itself at that place, which you have just computed, not the number that went in.")
value.mistake(
    "slope of exp by the power rule", "return Value(y, [(self, y)])",
    "return Value(y, [(self, self.data * math.exp(self.data - 1))])",
    "You used the rule for x^n. In e^x the *exponent* is the variable: its slope is e^x itself.")
value.mistake(
    "same parent twice lost", "for parent, slope in value.parents:\n                parent.grad",
    "for parent, slope in dict(value.parents).items():\n                parent.grad",
    "In `a * a` both parents are the same Value, and a dictionary or set keeps one of them. Go through the list of "
    "pairs as it is.")
value.wrong(
    "seen by number", _HEAD + """
        order, seen = [], []

        def visit(value):
            if value.data not in seen:
                seen.append(value.data)
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
""", "You tell Values apart by their *number*. Two different Values may hold the same one, and then one of them is "
     "never visited. Remember the Value itself.")
value.also("count the users that have not reported", _HEAD + """
        users, found = {self: 0}, [self]
        for value in found:
            value.grad = 0.0
            for parent, _ in value.parents:
                if parent not in users:
                    users[parent] = 0
                    found.append(parent)
                users[parent] += 1
        self.grad, ready = 1.0, [self]
        while ready:
            value = ready.pop()
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
                users[parent] -= 1
                if users[parent] == 0:
                    ready.append(parent)
""")
value.also("every way to the output", _HEAD + """
        def clear(value):
            value.grad = 0.0
            for parent, _ in value.parents:
                clear(parent)

        def walk(value, gradient):
            value.grad += gradient
            for parent, slope in value.parents:
                walk(parent, slope * gradient)

        clear(self)
        walk(self, 1.0)
""")
value.also("a list instead of a set, and a stack", _HEAD + """
        order, stack = [], [(self, False)]
        while stack:
            value, done = stack.pop()
            if done:
                order.append(value)
            elif not any(value is other for other in order):
                stack.append((value, True))
                stack.extend((parent, False) for parent, _ in value.parents)
        unique = []
        for value in order:
            if value not in unique:
                unique.append(value)
        for value in unique:
            value.grad = float(value is self)
        while unique:
            value = unique.pop()
            for parent, slope in value.parents:
                parent.grad = parent.grad + value.grad * slope
""")
