"""Chapter 05: first weights that keep a gradient's length."""

import torch

from autograder.exercises.ch05_common import exercise, numbers
from ngram2bert.rnn.orthogonal import orthogonal as _orthogonal

orthogonal = exercise(
    "orthogonal", of=_orthogonal, points=2, minutes=8, level=2, parts={"two units": 1, "more units": 1},
    forbids=["orthogonal_"], tolerance=1e-6,
    hints=["A library's QR gives some Q R = A. Could you turn a column of Q round, and what would have to change in R?",
           "Call `torch.linalg.qr`. Where R's diagonal is negative, turn that *column* of Q round.",
           "`Q * R.diagonal().sign()`: a row of signs is laid over all rows of Q, so that each column gets its own."])


@orthogonal.cases
def _(r):
    def sound(size):
        """Gaussian, but far from singular: where a column nearly depends on others, rounding decides."""
        while True:
            A = r.normal(size, size)
            if torch.linalg.cond(A) < 50:
                return dict(A=A)

    yield "two units", dict(A=torch.tensor([[-3.0, 1.0], [4.0, 2.0]], dtype=torch.float64))
    yield "two units", dict(A=torch.tensor([[3.0, 5.0], [4.0, -2.0]], dtype=torch.float64))
    yield "two units", dict(A=torch.tensor([[0.5, 1.5], [1.2, -0.7]], dtype=torch.float64))
    yield "two units", dict(A=torch.tensor([[-2.0]], dtype=torch.float64))
    yield "more units", dict(A=numbers(None, 3, 3, start=1) + torch.diag(torch.tensor([1.0, -2.0, 1.5]).double()))
    yield "more units", dict(A=-numbers(None, 4, 4, start=9) + 2 * torch.eye(4, dtype=torch.float64))
    yield "more units", dict(A=(numbers(None, 3, 3, start=5) - 1.5 * torch.eye(3, dtype=torch.float64)).T)
    yield "more units", dict(A=numbers(None, 3, 3, start=20).float() + 2 * torch.eye(3))
    yield "two units", sound(2)
    yield "two units", sound(2)
    yield "more units", sound(3)
    yield "more units", sound(4 + r.below(5))


SIGNS = "Q * R.diagonal().sign()"
orthogonal.mistake(
    "signs left as they come", SIGNS, "Q",
    "Your Q is orthogonal, but its signs are those that the library chose. Then Q is not uniform over all orthogonal "
    "matrices: turn the columns round where R's diagonal is negative.")
orthogonal.mistake(
    "rows turned round", SIGNS, "R.diagonal().sign()[:, None] * Q",
    "You turn the *rows* of Q round. R's k-th row meets Q's k-th column: it is the columns that must be turned.")
orthogonal.mistake(
    "signs of Q's own diagonal", SIGNS, "Q * Q.diagonal().sign()",
    "You look at Q's diagonal. It is R's that must be positive.")
orthogonal.mistake(
    "diagonal negative", SIGNS, "Q * -R.diagonal().sign()",
    "Your R would have a negative diagonal. It is to be positive.")
orthogonal.mistake(
    "R returned", SIGNS, "R * R.diagonal().sign()[:, None]",
    "You return R. The orthogonal factor is Q.")
orthogonal.mistake(
    "transposed", SIGNS, "(Q * R.diagonal().sign()).T",
    "You return the transpose. It is orthogonal too, but A = Q R asks for Q itself.")
orthogonal.mistake(
    "QR of the transpose", {"torch.linalg.qr(A)": "torch.linalg.qr(A.T)", SIGNS: "(Q * R.diagonal().sign()).T"}, "",
    "You decompose the transpose of A, so your rows come out of A's rows. A's columns are made orthogonal, one after "
    "the other.")
orthogonal.mistake(
    "only the determinant mended", SIGNS, "Q * torch.linalg.det(Q).sign()",
    "You turn the whole of Q round at once. Each column has a sign of its own.")
orthogonal.mistake(
    "absolute values", SIGNS, "Q.abs()",
    "You take the absolute values of Q. Its columns are then no longer at right angles.")
orthogonal.wrong("polar factor", """
def orthogonal(A):
    U, _, V = torch.linalg.svd(A)
    return U @ V
""", "You take U V^T of the singular value decomposition. It is orthogonal, even uniform for a Gaussian A, but it is "
     "another matrix than the Q of A = Q R, which the task asks for.")
orthogonal.wrong("left singular vectors", """
def orthogonal(A):
    return torch.linalg.svd(A)[0]
""", "You return the left singular vectors. They are orthogonal, with arbitrary signs, and not the Q of A = Q R.")
orthogonal.wrong("columns of length 1", """
def orthogonal(A):
    return A / A.norm(dim=0)
""", "Your columns have length 1, but they are not at right angles: Q^T Q is not I.")
orthogonal.wrong("scaled to radius 1", """
def orthogonal(A):
    return A / torch.linalg.eigvals(A).abs().max()
""", "You scale A to spectral radius 1. It then still stretches some directions and shrinks others: an orthogonal "
     "matrix does neither.")
orthogonal.wrong("scaled to norm 1", """
def orthogonal(A):
    return A / torch.linalg.matrix_norm(A, ord=2)
""", "You scale A to norm 1. One direction keeps its length then, the others shrink: an orthogonal matrix keeps all.")
orthogonal.wrong("Gram-Schmidt on the rows", """
def orthogonal(A):
    rows = []
    for a in A:
        for q in rows:
            a = a - (a @ q) * q
        rows.append(a / a.norm())
    return torch.stack(rows)[:, torch.arange(len(A) - 1, -1, -1)]
""", "You orthogonalise rows, and return them in another order. A = Q R works on the columns of A, from the first on.")
orthogonal.wrong("Gram-Schmidt against the column before", """
def orthogonal(A):
    columns = []
    for a in A.T:
        for q in columns[-1:]:
            a = a - (a @ q) * q
        columns.append(a / a.norm())
    return torch.stack(columns, dim=1)
""", "You make each column orthogonal to the one before it alone. It must be orthogonal to *all* before it.")
orthogonal.wrong("Gram-Schmidt without lengths", """
def orthogonal(A):
    columns = []
    for a in A.T:
        for q in columns:
            a = a - (a @ q) / (q @ q) * q
        columns.append(a)
    return torch.stack(columns, dim=1)
""", "Your columns are at right angles, but not of length 1, as if you had multiplied by R's diagonal and not by its "
     "sign: Q^T Q is diagonal, not I.")
orthogonal.wrong("Gram-Schmidt from the last column", """
def orthogonal(A):
    columns = []
    for a in A.T.flip(0):
        for q in columns:
            a = a - (a @ q) * q
        columns.append(a / a.norm())
    return torch.stack(columns[::-1], dim=1)
""", "You begin with the last column. Then A = Q L with L lower triangular: begin with the first.")
orthogonal.wrong("exponential of a skew matrix", """
def orthogonal(A):
    return torch.linalg.matrix_exp(A - A.T)
""", "The exponential of a skew matrix is orthogonal, but it is not the Q of A = Q R, and its law is another one.")
orthogonal.mistake(
    "signs of the whole of R", SIGNS, "Q * R.sign()",
    "You multiply by the signs of all of R, and below its diagonal they are 0. Only the diagonal decides, one sign a "
    "column.")
orthogonal.mistake(
    "signs of R's first row", SIGNS, "Q * R[0].sign()",
    "You take the signs of R's first row. It is R's diagonal that must be positive.")
orthogonal.equivalent(
    "Q * R.diagonal().sign() -> Q / R.diagonal().sign()", because="a sign is its own inverse")
orthogonal.also("signs in a diagonal matrix", """
def orthogonal(A):
    Q, R = torch.linalg.qr(A, mode="complete")
    return Q @ torch.diag(torch.where(torch.diag(R) < 0, -1.0, 1.0).to(A.dtype))
""")
orthogonal.also("Gram-Schmidt", """
def orthogonal(A):
    Q = torch.zeros_like(A)
    for j in range(A.shape[1]):
        v = A[:, j]
        for _ in range(2):  # twice is enough
            v = v - Q @ (Q.T @ v)
        Q[:, j] = v / v.norm()
    return Q
""")
orthogonal.also("Cholesky", """
def orthogonal(A):
    L = torch.linalg.cholesky((A.T @ A).double())
    return torch.linalg.solve_triangular(L, A.T.double(), upper=False).T.to(A.dtype)
""")
orthogonal.also("Householder's reflections", """
def orthogonal(A):
    R, Q = A.clone(), torch.eye(len(A), dtype=A.dtype)
    for j in range(len(A)):
        v = R[:, j].clone()
        v[:j] = 0
        v[j] += v.norm() if v[j] > 0 else -v.norm()
        v = v / v.norm()
        R = R - 2 * torch.outer(v, v @ R)
        Q = Q - 2 * torch.outer(Q @ v, v)
    return Q * torch.where(R.diagonal() < 0, -1, 1)
""")
