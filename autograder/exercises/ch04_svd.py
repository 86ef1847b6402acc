"""Chapter 04: short vectors by the singular value decomposition."""

import torch

from autograder.draw import ramp
from autograder.exercises.ch04_common import exercise
from ngram2bert.vectors.svd import svd_vectors as _svd_vectors

svd_vectors = exercise(
    "svd_vectors", of=_svd_vectors, points=2, minutes=9, level=2,
    parts={"root of the singular values": 1, "other powers": 1},
    tolerance=1e-6,  # by way of M M^T the small singular values lose half of their digits
    # a singular vector is one up to its sign: each column is turned so that the sum of its cubes is positive
    probe="""
    def probe(target, M, m, **more):
        before = M.clone()
        W = target(M, m, **more)
        if isinstance(W, torch.Tensor) and W.dim() == 2 and W.is_floating_point():
            W = W * torch.where((W**3).sum(0) < 0, -1.0, 1.0)
        return {"vectors, signs mended": W, "M unchanged": torch.equal(M, before)}
    """,
    hints=["`torch.linalg.svd(M)` gives three things. Which of them has a row for each *word*, and are its directions "
           "rows or columns?",
           "U is (V, V) and its columns are the directions, the most important first. Keep m columns, and stretch each "
           "by its singular value to the power.",
           "`U, S, _ = torch.linalg.svd(M)`; `U[:, :m] * S[:m] ** power` multiplies column by column."])


def _matrix(r, v, values):
    """A table with these singular values; hand-made where r is None."""
    a, b = (ramp(v, v, start=5.0), ramp(v, v, start=47.0)) if r is None else (r.normal(v, v), r.normal(v, v))
    left, right = torch.linalg.qr(a)[0], torch.linalg.qr(b)[0]
    return left * torch.tensor(values, dtype=torch.float64) @ right.T


@svd_vectors.cases
def _(r):
    yield "root of the singular values", dict(M=torch.tensor([[4.0, 0.0], [0.0, 9.0]], dtype=torch.float64), m=1)
    yield "root of the singular values", dict(M=torch.tensor([[0.0, 4.0], [1.0, 0.0]], dtype=torch.float64), m=2)
    yield "root of the singular values", dict(M=_matrix(None, 4, [5.0, 2.5, 1.2, 0.3]), m=2)
    symmetric = ramp(4, 4, start=21.0)
    yield "root of the singular values", dict(M=symmetric + symmetric.T, m=3)
    yield "other powers", dict(M=_matrix(None, 3, [6.0, 2.0, 0.7]), m=2, power=1.0)
    yield "other powers", dict(M=_matrix(None, 5, [6.0, 3.0, 2.0, 0.9, 0.4]), m=3, power=0.0)
    yield "other powers", dict(M=_matrix(None, 4, [7.0, 3.1, 1.4, 0.6]), m=4, power=0.25)
    v = 4 + r.below(3)
    values = [8.0, 4.4, 2.3, 1.1, 0.5, 0.2][:v]
    yield "root of the singular values", dict(M=_matrix(r, v, values), m=1 + r.below(v))
    yield "other powers", dict(M=_matrix(r, v, values), m=2 + r.below(v - 2), power=r.between(0.6, 1.2))


SVD = "U, S, _ = torch.linalg.svd(M)"
LAST = "U[:, :m] * S[:m] ** power"
svd_vectors.mistake(
    "contexts for words", SVD, "_, S, Vh = torch.linalg.svd(M)\n    U = Vh.T",
    "You take V, whose rows are the contexts' vectors. The words are the rows of M, so theirs are in U.")
svd_vectors.mistake(
    "V^T for U", SVD, "_, S, U = torch.linalg.svd(M)",
    "You take the third thing that `svd` gives: that is V^T, and its rows are directions of the contexts. The words "
    "are in U.")
svd_vectors.mistake(
    "rows of U", "U[:, :m]", "U.T[:, :m]",
    "You take rows of U for its directions. The directions are the columns; row w holds word w's place along each.")
svd_vectors.mistake(
    "the smallest directions", LAST, "U[:, -m:] * S[-m:] ** power",
    "You keep the last m directions. torch gives the largest singular value first: keep the first m.")
svd_vectors.mistake(
    "all directions", LAST, "U * S ** power",
    "You keep all V directions. m of them were asked for.")
svd_vectors.mistake(
    "the first rows", LAST, "U[:m] * S ** power",
    "You keep the first m words, with all their directions. Keep the first m *columns*.")
svd_vectors.mistake(
    "`power` ignored", "S[:m] ** power", "S[:m]",
    "You stretch by the singular values themselves. Raise them to `power`.")
svd_vectors.mistake(
    "always the root", "S[:m] ** power", "S[:m].sqrt()",
    "You take the root whatever `power` is.")
svd_vectors.mistake(
    "directions alone", LAST, "U[:, :m]",
    "You leave the singular values out, which is power 0. Stretch each direction by its own, to the power.")
svd_vectors.mistake(
    "the power of the product", LAST, "(U[:, :m] * S[:m]).abs() ** power",
    "You raise the finished vectors to the power, so their signs are lost. Only the singular values are raised.")
svd_vectors.mistake(
    "product for power", "S[:m] ** power", "S[:m] * power",
    "You multiply the singular values by the power. Raise them to it.")
svd_vectors.mistake(
    "divided by the singular values", "** power", "** -power",
    "You divide by the singular values, so the least important direction is the longest. Multiply.")
svd_vectors.mistake(
    "twice the power", "** power", "** (2 * power)",
    "Your singular values are squared: those of M M^T are the squares of M's.")
svd_vectors.mistake(
    "half the power", "** power", "** (power / 2)",
    "You take one root too many: `power` is applied to the singular values of M, as they are.")
svd_vectors.mistake(
    "eigenvectors of M", SVD, "S, U = torch.linalg.eigh(M)\n    S, U = S.flip(0).abs(), U.flip(1)",
    "You take the eigenvectors of M. `eigh` reads one half of M and believes it symmetric, and eigenvalues may be "
    "negative: take the singular value decomposition.")
svd_vectors.mistake(
    "smallest first", SVD, "S, U = torch.linalg.eigh(M @ M.T)\n    S = S.clamp(min=0).sqrt()",
    "You take eigenvectors, which come with the *smallest* first. Turn the order round before you keep m.")
svd_vectors.mistake(
    "largest last", f"return {LAST}", f"return ({LAST}).flip(1)",
    "You have the right directions in the wrong order: the largest singular value comes first.")
svd_vectors.mistake(
    "the mean taken away", SVD, "U, S, _ = torch.linalg.svd(M - M.mean(0))",
    "You subtract the mean of each column, as principal component analysis does. Decompose M as it is: its zeros mean "
    "something.")
svd_vectors.mistake(
    "vectors of length 1", f"return {LAST}",
    f"W = {LAST}\n    return W / W.norm(dim=1, keepdim=True)",
    "You give each word the length 1. That may help later; here the vectors are asked for as they are.")
svd_vectors.mistake(
    "the best approximation of M", LAST, "U[:, :m] * S[:m] ** power @ _[:m]",
    "You multiply back by V^T, and have M again, of rank m and V numbers wide. The word vectors are the left part "
    "alone.")
svd_vectors.mistake(
    "projected once more", LAST, "M @ (U[:, :m] * S[:m] ** power)",
    "You multiply M by your vectors. U S is the projection of M's rows already.")
svd_vectors.mistake(
    "words and contexts added", f"return {LAST}", "return (U[:, :m] + _[:m].T) * S[:m] ** power",
    "You add the contexts' vectors to the words'. That is a setting of its own, tried later: here it is U alone.")
svd_vectors.mistake(
    "singular values divided by the largest", "S[:m] ** power", "(S[:m] / S[0]) ** power",
    "You divide by the largest singular value. Cosines do not change, but lengths do: leave them.")
svd_vectors.also("eigenvectors of M M^T", """
def svd_vectors(M, m, power=0.5):
    squares, U = torch.linalg.eigh(M @ M.T)
    order = squares.argsort(descending=True)[:m]
    return U[:, order] * squares[order].clamp(min=0).sqrt() ** power
""")
svd_vectors.also("projection on the contexts' directions", """
def svd_vectors(M, m, power=0.5):
    _, S, Vh = torch.linalg.svd(M, full_matrices=False)
    return M @ Vh[:m].T * S[:m] ** (power - 1)
""")
svd_vectors.also("a diagonal matrix", """
def svd_vectors(M, m, power=0.5):
    U, S, V = torch.svd(M)
    return U[:, :m] @ torch.diag(S[:m].pow(power))
""")
