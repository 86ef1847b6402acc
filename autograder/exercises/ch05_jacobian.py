"""Chapter 05: how far a gradient reaches."""

import torch

from autograder.exercises.ch05_common import AUTOGRAD, exercise, numbers
from ngram2bert.rnn.jacobian import jacobian_norms as _jacobian_norms

jacobian_norms = exercise(
    "jacobian_norms", of=_jacobian_norms, points=3, minutes=12, level=3, parts={"tanh": 2, "linear": 1},
    forbids=AUTOGRAD, tolerance=1e-6,
    hints=["h_T depends on h_{T-1}, which depends on h_{T-2}. What does the chain rule make of three steps, and in "
           "which order do the matrices stand?",
           "Start with the identity (k = 0) and go through the states from the last to the first. At each, note the "
           "norm, then multiply from the *right* by that step's Jacobian: row i of W_h times 1 - h_i^2.",
           "`J = J @ ((1 - h**2)[:, None] * W_h)`, or `J @ W_h` without tanh; the norm is "
           "`torch.linalg.matrix_norm(J, ord=2)`: without `ord=2` it would be Frobenius's."])


@jacobian_norms.cases
def _(r):
    def case(r, t, h, scale=0.8, start=0.0, **more):
        return dict(W_h=numbers(r, h, h, start=start, scale=scale),
                    hs=torch.tanh(numbers(r, t, h, start=start + 30)), **more)

    yield "tanh", dict(W_h=torch.tensor([[2.0]], dtype=torch.float64),
                       hs=torch.tensor([[0.6], [0.8], [0.1]], dtype=torch.float64))
    yield "tanh", case(None, 3, 2)
    yield "tanh", case(None, 4, 3, start=6)
    yield "tanh", case(None, 3, 3, scale=2.0, start=11)
    yield "tanh", case(None, 1, 2, start=3)
    yield "tanh", case(None, 6, 4, scale=0.5, start=19, linear=False)
    yield "linear", dict(W_h=torch.tensor([[0.5, 2.0], [0.0, 0.5]], dtype=torch.float64),
                         hs=0.1 * numbers(None, 4, 2), linear=True)
    yield "linear", case(None, 5, 3, start=14, linear=True)
    yield "linear", case(None, 3, 2, scale=1.5, start=8, linear=True)
    yield "linear", case(None, 1, 3, linear=True)
    for scale in (0.4, 1.2):
        yield "tanh", case(r, 2 + r.below(6), 2 + r.below(4), scale=scale)
        yield "linear", case(r, 2 + r.below(6), 2 + r.below(4), scale=scale, linear=True)


NORM, STEP = "torch.linalg.matrix_norm(J, ord=2)", "J @ ((1 - h**2)[:, None] * W_h)"
jacobian_norms.mistake(
    "Frobenius norm", NORM, "torch.linalg.matrix_norm(J)",
    "Your norm is Frobenius's, the default: the root of the sum of all squares. Already the identity has norm root(h) "
    "then. Ask for `ord=2`, the largest singular value.")
jacobian_norms.mistake(
    "spectral radius of the product", NORM, "torch.linalg.eigvals(J).abs().max()",
    "You take the largest eigenvalue. It says how a power grows in the long run; how much *this* product can stretch a "
    "vector is its largest singular value.")
jacobian_norms.mistake(
    "smallest singular value", NORM, "torch.linalg.matrix_norm(J, ord=-2)",
    "You take the smallest singular value. The bound on what arrives is the largest one.")
jacobian_norms.mistake(
    "largest entry", NORM, "J.abs().max()",
    "You take the largest entry. The norm asked for is the largest singular value, `ord=2`.")
jacobian_norms.mistake(
    "row sums", NORM, "torch.linalg.matrix_norm(J, ord=math.inf)",
    "Your norm is the largest row sum. The largest singular value is asked for, `ord=2`.")
jacobian_norms.mistake(
    "nuclear norm", NORM, "torch.linalg.matrix_norm(J, ord=\"nuc\")",
    "You add up all singular values. The largest one is asked for.")
jacobian_norms.mistake(
    "order of the product", STEP, "((1 - h**2)[:, None] * W_h) @ J",
    "You multiply from the left, so your product runs J_{T-1} J_T. The chain rule has the last step on the left: "
    "dh_T/dh_{T-2} = J_T J_{T-1}.")
jacobian_norms.mistake(
    "slope on the wrong side", STEP, "J @ (W_h * (1 - h**2))",
    "You multiply the *columns* of W_h by the slopes. Unit i's own tanh scales all that comes into it, row i: "
    "`(1 - h**2)[:, None] * W_h`.")
jacobian_norms.mistake(
    "W_h transposed", STEP, "J @ ((1 - h**2)[:, None] * W_h.T)",
    "You use the transpose of W_h. a = W_h h, so da/dh is W_h itself.")
jacobian_norms.mistake(
    "slope forgotten", STEP, "J @ W_h",
    "You leave out the slopes of tanh. Without them this is the linear network.")
jacobian_norms.mistake(
    "`linear` ignored", "J @ W_h if linear else ", "",
    "You take the slopes of tanh in a linear network too. With `linear=True` every Jacobian is W_h.")
jacobian_norms.mistake(
    "`linear` the other way round", "if linear", "if not linear",
    "You leave out the slopes where there is tanh and take them where there is none.")
jacobian_norms.mistake(
    "tanh taken once more", "(1 - h**2)", "(1 - torch.tanh(h) ** 2)",
    "You take tanh of h once more. h is what tanh put out: the slope is 1 - h^2.")
jacobian_norms.mistake(
    "slope of the sigmoid", "(1 - h**2)", "(h * (1 - h))",
    "h (1 - h) is the slope of the sigmoid. That of tanh is 1 - h^2.")
jacobian_norms.mistake(
    "from the first state", "hs.flip(0)", "hs",
    "You go through the states from the first one. The gradient comes from the last: begin there.")
jacobian_norms.mistake(
    "slopes of the states before", "for h in hs.flip(0):", "for h in [*hs.flip(0)[1:], hs[0]]:",
    "Your slopes are one step off. J_t = dh_t/dh_{t-1} holds the slope at h_t, so the first to come is the one at the "
    "last state.")
jacobian_norms.wrong("begins with one step", """
def jacobian_norms(W_h, hs, linear=False):
    J, norms = torch.eye(len(W_h), dtype=W_h.dtype), []
    for h in hs.flip(0):
        J = J @ W_h if linear else J @ ((1 - h**2)[:, None] * W_h)
        norms.append(torch.linalg.matrix_norm(J, ord=2))
    return torch.stack(norms)
""", "Your first entry is one step back. Entry k is k steps back, and k = 0 is the identity: h_T from itself, norm 1.")
jacobian_norms.mistake(
    "the result from the far end", "torch.stack(norms)", "torch.stack(norms).flip(0)",
    "Your norms stand in the order of time. Entry k is k steps *back*: the first is 1.")
jacobian_norms.wrong("product of the norms", """
def jacobian_norms(W_h, hs, linear=False):
    norms = [torch.ones((), dtype=W_h.dtype)]
    for h in hs.flip(0)[:-1]:
        J = W_h if linear else (1 - h**2)[:, None] * W_h
        norms.append(norms[-1] * torch.linalg.matrix_norm(J, ord=2))
    return torch.stack(norms)
""", "You multiply the norms of the steps. That is an upper bound: directions that one step stretches the next may "
     "shrink. Multiply the matrices and take the norm of the product.")
jacobian_norms.wrong("each step by itself", """
def jacobian_norms(W_h, hs, linear=False):
    norms = [torch.ones((), dtype=W_h.dtype)]
    for h in hs.flip(0)[:-1]:
        norms.append(torch.linalg.matrix_norm(W_h if linear else (1 - h**2)[:, None] * W_h, ord=2))
    return torch.stack(norms)
""", "Your entries are single steps. Entry k is the product of the last k of them.")
jacobian_norms.wrong("entries raised to the power", """
def jacobian_norms(W_h, hs, linear=False):
    if linear:
        powers = [torch.eye(len(W_h), dtype=W_h.dtype), *(W_h**k for k in range(1, len(hs)))]
        return torch.stack([torch.linalg.matrix_norm(J, ord=2) for J in powers])
    J, norms = torch.eye(len(W_h), dtype=W_h.dtype), []
    for h in hs.flip(0):
        norms.append(torch.linalg.matrix_norm(J, ord=2))
        J = J @ ((1 - h**2)[:, None] * W_h)
    return torch.stack(norms)
""", "`W_h**k` raises each number to the power. The matrix is multiplied by itself: `@`, or "
     "`torch.linalg.matrix_power`.")
jacobian_norms.mistake(
    "multiplied number by number", STEP, "J * ((1 - h**2)[:, None] * W_h)",
    "You multiply number by number, `*`. Jacobians of steps one after the other are multiplied as matrices, `@`.")
jacobian_norms.mistake(
    "h squared forgotten", "(1 - h**2)", "(1 - h)",
    "Your slope is 1 - h. That of tanh is 1 - h^2.")
jacobian_norms.mistake(
    "slope after the product", STEP, "(1 - h**2)[:, None] * (J @ W_h)",
    "You scale the rows of the whole product. The slopes of a step stand right before its own W_h, between the "
    "matrices: J @ (diag(1 - h^2) W_h).")
jacobian_norms.mistake(
    "the whole norm squared", NORM, f"{NORM} ** 2",
    "You return the square of the norm, an eigenvalue of J^T J. Take its root.")
jacobian_norms.mistake(
    "logarithms", "torch.stack(norms)", "torch.stack(norms).log()",
    "You return logarithms. The norms themselves are asked for; the plot will have a logarithmic axis.")
jacobian_norms.mistake(
    "the norm to the power k", "J @ W_h if linear", "J * torch.linalg.matrix_norm(W_h, ord=2) if linear",
    "In the linear case you take the norm of W_h to the power k. That is an upper bound; the norm of W_h^k is smaller, "
    "for what one step stretches the next may shrink.")
jacobian_norms.mistake(
    "the radius to the power k", "J @ W_h if linear", "J * torch.linalg.eigvals(W_h).abs().max() if linear",
    "In the linear case you take the spectral radius to the power k. The norm of W_h^k grows like that in the long "
    "run, but it is not equal to it: compute the product.")
jacobian_norms.mistake(
    "identity in float32", "torch.eye(len(W_h), dtype=W_h.dtype)", "torch.eye(len(W_h))",
    "Your identity has torch's default type, float32, and cannot be multiplied by W_h: give it `dtype=W_h.dtype`.")
jacobian_norms.wrong("with respect to a", """
def jacobian_norms(W_h, hs, linear=False):
    J, norms = torch.eye(len(W_h), dtype=W_h.dtype), []
    for h in hs.flip(0):
        D = torch.eye(len(W_h), dtype=W_h.dtype) if linear else torch.diag(1 - h**2)
        norms.append(torch.linalg.matrix_norm(J @ D, ord=2))
        J = J @ D @ W_h
    return torch.stack(norms)
""", "Your products end with a slope: that is the gradient with respect to a_{T-k}, before tanh. The state h_{T-k} "
     "comes after it, so entry 0 is 1.")
jacobian_norms.wrong("one vector sent back", """
def jacobian_norms(W_h, hs, linear=False):
    v, norms = torch.ones(len(W_h), dtype=W_h.dtype) / len(W_h) ** 0.5, []
    for h in hs.flip(0):
        norms.append(v.norm())
        v = (v if linear else v * (1 - h**2)) @ W_h
    return torch.stack(norms)
""", "You send one vector back and watch its length. Another vector would grow or shrink otherwise; the norm of the "
     "matrix is the most that any can grow.")
jacobian_norms.also("singular values of the transposed product", """
def jacobian_norms(W_h, hs, linear=False):
    back, norms = torch.eye(W_h.shape[0], dtype=W_h.dtype), [1.0]
    for t in range(len(hs) - 1, 0, -1):
        slope = torch.ones_like(hs[t]) if linear else 1 - hs[t].square()
        back = W_h.T @ torch.diag(slope) @ back
        norms.append(torch.linalg.svdvals(back)[0].item())
    return torch.tensor(norms, dtype=W_h.dtype)
""")
jacobian_norms.also("all products, one norm", """
def jacobian_norms(W_h, hs, linear=False):
    steps = W_h.expand(len(hs), *W_h.shape) if linear else (1 - hs**2)[:, :, None] * W_h
    products = [torch.eye(len(W_h), dtype=W_h.dtype)]
    for J in reversed(steps[1:].unbind()):
        products.append(products[-1] @ J)
    return torch.linalg.norm(torch.stack(products), ord=2, dim=(1, 2))
""")
jacobian_norms.also("a root of an eigenvalue", """
def jacobian_norms(W_h, hs, linear=False):
    norms = []
    for k in range(len(hs)):
        J = torch.eye(len(W_h), dtype=W_h.dtype)
        for h in hs[len(hs) - k :]:
            J = W_h @ J if linear else torch.diag(1 - h**2) @ W_h @ J
        norms.append(torch.linalg.eigvalsh(J @ J.T).max().clamp_min(0).sqrt())
    return torch.stack(norms)
""")
jacobian_norms.also("powers, and products of diagonal matrices", """
def jacobian_norms(W_h, hs, linear=False):
    if linear:
        return torch.stack([torch.linalg.norm(torch.linalg.matrix_power(W_h, k), 2) for k in range(len(hs))])
    steps, one = torch.diag_embed(1 - hs**2) @ W_h, torch.eye(len(W_h), dtype=W_h.dtype)
    products = [torch.linalg.multi_dot([*steps[len(hs) - k :].flip(0), one, one]) for k in range(len(hs))]
    return torch.tensor([float(torch.linalg.svdvals(J).max()) for J in products], dtype=W_h.dtype)
""")
