"""Chapter 06: what is carried from one batch to the next."""

import torch

from autograder.exercises.ch06_common import exercise, numbers
from ngram2bert.lstm.state import carry as _carry

carry = exercise(
    "carry", of=_carry, points=2, minutes=8, level=2,
    parts={"new documents": 1, "history and layers": 1},
    # the state comes out of a calculation, as it does in training; does a gradient find a way back into it?
    probe="""
    def probe(target, h, c, new):
        source = {"h": h.clone().requires_grad_(), "c": c.clone().requires_grad_()}
        given = (source["h"] * 1.0, source["c"] * 1.0)
        result = target(given, new)
        reached = []
        for part in result if isinstance(result, (list, tuple)) else [result]:
            if isinstance(part, torch.Tensor) and part.requires_grad:
                back = torch.autograd.grad(part.sum(), list(source.values()), allow_unused=True, retain_graph=True)
                reached.append(any(grad is not None for grad in back))
            else:
                reached.append(False)
        return {
            "state": result,
            "a gradient goes back into the batch before": reached,
            "the given state": [part.detach() for part in given],
            "the given state has its history": [part.requires_grad for part in given],
            "new": new,
        }
    """,
    hints=["Three things are wanted: no history, zeros where a document begins, and the given state as it was. Which "
           "operation does each?",
           "`detach` gives a tensor without history, but with the *same* memory: what is then written into it is "
           "written "
           "into the given state. Make a new tensor.",
           "`h.detach().masked_fill(new[:, None], 0)`, and the same for c. `new[:, None]` is (B, 1), so it fits (B, h) "
           "and (layers, B, h)."])


@carry.cases
def _(r):
    def state(r, *shape, start=0.0):
        return dict(h=0.7 * numbers(r, *shape, start=start), c=1.6 * numbers(r, *shape, start=start + 31))

    def starts(*values):
        return dict(new=torch.tensor(values, dtype=torch.bool))

    yield "new documents", state(None, 3, 1) | starts(0, 1, 0)
    yield "new documents", state(None, 4, 2, start=5) | starts(1, 0, 0, 1)
    yield "new documents", state(None, 1, 3, start=7) | starts(1)
    yield "new documents", state(None, 2, 2, start=12) | starts(1, 0)
    yield "new documents", state(None, 3, 3, start=40) | starts(0, 0, 1)
    yield "history and layers", state(None, 2, 2, start=9) | starts(0, 0)
    yield "history and layers", state(None, 2, 2, start=2) | starts(1, 1)
    yield "history and layers", state(None, 1, 3, 2) | starts(0, 1, 0)
    yield "history and layers", state(None, 2, 2, 3, start=3) | starts(1, 0)
    yield "history and layers", state(None, 3, 4, 2, start=6) | starts(0, 1, 1, 0)
    size = 2 + r.below(5)
    yield "new documents", state(r, size, 1 + r.below(4)) | dict(new=r.uniform(size) < 0.5)
    new = r.uniform(size) < 0.4
    new[0], new[1] = True, False
    yield "history and layers", state(r, 2 + r.below(2), size, 1 + r.below(4)) | dict(new=new)


BOTH = "return h.detach().masked_fill(new[:, None], 0), c.detach().masked_fill(new[:, None], 0)"


def carried(h, c):
    """The solution with another h and c in the result."""
    return {BOTH: f"return {h}, {c}"}


ZERO_H, ZERO_C = "h.detach().masked_fill(new[:, None], 0)", "c.detach().masked_fill(new[:, None], 0)"
carry.mistake(
    "not detached", carried("h.masked_fill(new[:, None], 0)", "c.masked_fill(new[:, None], 0)"), "",
    "You keep the history. The next `backward` would go through all batches since the start of the text, or fail: "
    "detach.")
carry.mistake(
    "only h detached", carried(ZERO_H, "c.masked_fill(new[:, None], 0)"), "",
    "You detach h, but not c, and the gradient goes back along the cell. Detach both.")
carry.mistake(
    "only c detached", carried("h.masked_fill(new[:, None], 0)", ZERO_C), "",
    "You detach c, but not h. Detach both.")
carry.mistake(
    "no reset", carried("h.detach()", "c.detach()"), "",
    "You carry the state into new documents: their first words are then predicted from the end of another one. Zero "
    "where "
    "`new` is true.")
carry.mistake(
    "only h reset", carried(ZERO_H, "c.detach()"), "",
    "You set h to zero, but the memory of the other document is in c. Reset both.")
carry.mistake(
    "only c reset", carried("h.detach()", ZERO_C), "",
    "You set c to zero and leave h, which shows what the old document left. Reset both.")
carry.mistake(
    "reset the wrong way round", carried("h.detach().masked_fill(~new[:, None], 0)", "c.detach().masked_fill(~new[:, "
                                         "None], 0)"), "",
    "You forget where the document goes on, and remember where a new one begins. Zero where `new` is *true*.")
carry.mistake(
    "everything reset when one is new", carried("h.detach() * float(not new.any())", "c.detach() * float(not "
                                                "new.any())"), "",
    "You reset the whole batch as soon as one column begins a new document. The others go on: reset only the columns "
    "of "
    "`new`.")
carry.mistake(
    "reset only when all are new", carried("h.detach() * float(not new.all())", "c.detach() * float(not "
                                                                                "new.all())"), "",
    "You reset only when *all* columns begin anew, which hardly ever happens. Each column has its own documents.")
carry.mistake(
    "always zeros", carried("torch.zeros_like(h)", "torch.zeros_like(c)"), "",
    "You always return zeros: then nothing is carried, and the training is stateless.")
carry.mistake(
    "detached in place", {BOTH: BOTH.replace(".detach()", ".detach_()")}, "",
    "`detach_`, with the underscore, cuts the tensors that were given off from their history, for whoever still needs "
    "it. `detach` returns new ones.")
carry.wrong("written into the given state", """
def carry(state, new):
    h, c = state
    h, c = h.detach(), c.detach()
    h[..., new, :] = 0
    c[..., new, :] = 0
    return h, c
""", "Your answer is right, but `detach` shares memory, so your zeros stand in the given state as well. `backward` may "
     "still need it. Make a new tensor: `clone`, `torch.where`, or `masked_fill` without the underscore.")
carry.wrong("first axis reset", """
def carry(state, new):
    h, c = (s.detach().clone() for s in state)
    if len(h) == len(new):
        h[new] = 0
        c[new] = 0
    else:
        h[:, new] = 0
        c[:, new] = 0
    return h, c
""", "You take the first axis for the batch wherever its length fits. With as many layers as columns it is the layers: "
     "the batch is the last axis but one.")
carry.wrong("layers forgotten", """
def carry(state, new):
    h, c = (s.detach().clone() for s in state)
    h[new] = 0
    c[new] = 0
    return h, c
""", "`h[new]` indexes the first axis. With layers the state is (layers, B, h): use `new[:, None]`, which fits from "
     "the "
     "right, or `h[..., new, :]`.")
carry.mistake(
    "units reset", {BOTH: "wide = new.repeat(h.shape[-1])[: h.shape[-1]]\n    return h.detach().masked_fill(wide, 0), "
                    "c.detach().masked_fill(wide, 0)"}, "",
    "Your mask runs along the units. It belongs to the columns of the batch: `new[:, None]`.")
carry.mistake(
    "h and c exchanged", carried(ZERO_C, ZERO_H), "",
    "You return c first. The order is h, c.")
carry.mistake(
    "h twice", carried(ZERO_H, ZERO_H), "",
    "You return h for c as well.")
carry.mistake(
    "only h returned", {BOTH: f"return {ZERO_H}"}, "",
    "You return h alone. The state of an LSTM is the pair (h, c).")
carry.mistake(
    "ones for zeros", carried("h.detach().masked_fill(new[:, None], 1)", "c.detach().masked_fill(new[:, None], 1)"), "",
    "You set the state to 1. A new document starts from zeros.")
carry.wrong("nothing returned", """
def carry(state, new):
    h, c = state
    h.data[..., new, :] = 0
    c.data[..., new, :] = 0
""", "You change the given state and return nothing. Return a new pair, and leave the given one as it is.")
carry.mistake(
    "decays where new", carried("torch.where(new[:, None], 0.5 * h.detach(), h.detach())",
                                "torch.where(new[:, None], 0.5 * c.detach(), c.detach())"), "",
    "You only weaken the state of the other document. Nothing of it belongs into a new one: zero.")
carry.wrong("detached only where something begins", """
def carry(state, new):
    if not new.any():
        return state
    return tuple(s.detach().masked_fill(new[:, None], 0) for s in state)
""", "You return the state with its history where no document begins. Detach it between *all* batches.")
carry.wrong("the first column's word for all", """
def carry(state, new):
    return tuple(torch.zeros_like(s) if new[0] else s.detach() for s in state)
""", "You look at `new[0]` alone. Each column has a document of its own.")
carry.also("product with a mask", """
def carry(state, new):
    keep = (~new).unsqueeze(-1)
    return tuple((part * keep).detach() for part in state)
""")
carry.also("where, without gradients", """
def carry(state, new):
    with torch.no_grad():
        return [torch.where(new.unsqueeze(1), torch.zeros((), dtype=s.dtype), s) for s in state]
""")
carry.also("a copy that is written into", """
def carry(state, new):
    h, c = state[0].detach().clone(), state[1].clone().detach()
    for column in new.nonzero().flatten().tolist():
        h[..., column, :] = 0
        c[..., column, :] = 0
    return h, c
""")
carry.also("columns kept", """
def carry(state, new):
    fresh = []
    for part in state:
        zeros = torch.zeros_like(part)
        zeros[..., ~new, :] = part.data[..., ~new, :]
        fresh.append(zeros)
    return tuple(fresh)
""")
