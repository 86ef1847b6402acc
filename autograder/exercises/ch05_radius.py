"""Chapter 05: the number that decides about the long run."""

import math

import torch

from autograder.exercises.ch05_common import exercise, numbers
from ngram2bert.rnn.jacobian import spectral_radius as _spectral_radius

spectral_radius = exercise(
    "spectral_radius", of=_spectral_radius, points=2, minutes=5, level=1, parts={"real": 1, "complex": 1},
    tolerance=1e-6,
    hints=["By what factor does W^k grow from one k to the next, when k is large? What of a matrix that only turns?",
           "Take all eigenvalues, which may be complex, the absolute value of each, and of these the largest.",
           "`torch.linalg.eigvals(W)` gives complex numbers; `.abs()` their distances from 0; then `.max()`."])


@spectral_radius.cases
def _(r):
    def matrix(*rows):
        return dict(W=torch.tensor(rows, dtype=torch.float64))

    def turning(angle, size):
        c, s = size * math.cos(angle), size * math.sin(angle)
        return torch.tensor([[c, -s], [s, c]], dtype=torch.float64)

    def of_eigenvalues(r, *blocks):
        """A matrix that is not normal, with given blocks on the diagonal of another basis."""
        A = torch.block_diag(*[torch.as_tensor(block, dtype=torch.float64).reshape(-1, 1) if isinstance(block, float)
                               else block for block in blocks])
        basis = torch.eye(len(A), dtype=torch.float64) + 0.4 * numbers(r, len(A), len(A), start=7).triu(1)
        return dict(W=basis @ A @ torch.linalg.inv(basis))

    yield "real", matrix([0.5, 2.0], [0.0, 0.4])  # stretches by 2.1 at once, and shrinks in the long run
    yield "real", matrix([-0.9, 0.3], [0.0, 0.5])
    yield "real", matrix([2.0, 1.0], [1.0, 3.0])
    yield "real", matrix([-0.7])
    yield "real", of_eigenvalues(None, -1.3, 0.9, 0.2)
    yield "real", matrix([0.0, 0.0], [0.0, 0.0])
    yield "complex", matrix([0.0, -0.9], [0.9, 0.0])
    yield "complex", matrix([0.6, -1.2], [0.5, 0.3])
    yield "complex", of_eigenvalues(None, turning(1.2, 1.1), 0.8)
    yield "complex", of_eigenvalues(None, turning(2.5, 0.9), -0.5, 0.3)
    yield "complex", dict(W=numbers(None, 4, 4, scale=0.5))
    single = numbers(None, 3, 3, start=9, scale=0.7)
    yield "complex", dict(W=single.float())
    yield "real", of_eigenvalues(r, r.between(-2, -1.2), r.between(0.1, 1.1), r.between(-0.8, -0.1))
    yield "complex", of_eigenvalues(r, turning(r.between(0.5, 2.6), r.between(1, 1.5)),
                                    r.between(0.2, 0.9))
    size = 3 + r.below(5)
    yield "complex", dict(W=numbers(r, size, size, scale=size**-0.5))


ALL = "torch.linalg.eigvals(W).abs().max()"
spectral_radius.mistake(
    "largest singular value", ALL, "torch.linalg.matrix_norm(W, ord=2)",
    "You return the largest singular value, how much one step can stretch a vector. The radius says how powers of W "
    "grow in the long run: it is the largest *eigenvalue*, and for most matrices a smaller number.")
spectral_radius.mistake(
    "largest real part", ALL, "torch.linalg.eigvals(W).real.max()",
    "You take the largest real part. An eigenvalue of -1.3 or 1.3i makes the powers grow as well: take absolute "
    "values.")
spectral_radius.mistake(
    "absolute real part", ALL, "torch.linalg.eigvals(W).real.abs().max()",
    "You drop the imaginary parts before you take absolute values. A matrix that turns has complex eigenvalues: their "
    "size is their distance from 0, in both directions.")
spectral_radius.mistake(
    "eigenvalues of a symmetric matrix", ALL, "torch.linalg.eigvalsh(W).abs().max()",
    "`eigvalsh` is for symmetric matrices and looks at one triangle only. W is any matrix: `eigvals`.")
spectral_radius.mistake(
    "made symmetric", ALL, "torch.linalg.eigvalsh((W + W.T) / 2).abs().max()",
    "You make W symmetric first. That throws away the part of it that turns, and the eigenvalues are others.")
spectral_radius.mistake(
    "Frobenius norm", ALL, "torch.linalg.matrix_norm(W)",
    "You return the Frobenius norm. The largest absolute eigenvalue is asked for.")
spectral_radius.mistake(
    "largest entry", ALL, "W.abs().max()",
    "You return the largest entry of W. The largest absolute eigenvalue is asked for.")
spectral_radius.mistake(
    "largest row sum", ALL, "W.abs().sum(1).max()",
    "You return the largest row sum, a bound on the eigenvalues. The largest absolute eigenvalue itself is asked for.")
spectral_radius.mistake(
    "the first eigenvalue", ALL, "torch.linalg.eigvals(W).abs()[0]",
    "You take the first eigenvalue. They are in no order: take the largest absolute value.")
spectral_radius.mistake(
    "smallest eigenvalue", ALL, "torch.linalg.eigvals(W).abs().min()",
    "You take the smallest eigenvalue. In the long run the largest decides.")
spectral_radius.mistake(
    "mean of the eigenvalues", ALL, "torch.linalg.eigvals(W).abs().mean()",
    "You average the absolute eigenvalues. In the long run the largest alone decides.")
spectral_radius.mistake(
    "trace", ALL, "W.trace().abs()",
    "You return the trace, the sum of the eigenvalues. The largest absolute one is asked for.")
spectral_radius.mistake(
    "determinant", ALL, "torch.linalg.det(W).abs() ** (1 / len(W))",
    "You take a root of the determinant: the geometric mean of the absolute eigenvalues. The largest one is asked for.")
spectral_radius.mistake(
    "with its sign", ALL, "max(torch.linalg.eigvals(W).tolist(), key=abs)",
    "You return the eigenvalue itself. The radius is its absolute value: how fast the powers grow, whichever way they "
    "turn.")
spectral_radius.mistake(
    "imaginary part only", ALL, "torch.linalg.eigvals(W).imag.abs().max()",
    "You take imaginary parts. The size of a complex number is its distance from 0.")
spectral_radius.mistake(
    "square of the absolute value", ALL, "torch.linalg.eigvals(W).abs().square().max()",
    "You return the square of the radius. The size of a + bi is the *root* of a^2 + b^2.")
spectral_radius.wrong("power iteration", """
def spectral_radius(W):
    v = torch.ones(len(W), dtype=W.dtype)
    for _ in range(100):
        v = W @ v
        v = v / v.norm().clamp_min(1e-30)
    return (W @ v).norm().item()
""", "You multiply by W again and again and watch the length. With a complex pair the vector turns for ever and its "
     "length goes up and down: ask for the eigenvalues.")
spectral_radius.wrong("norm of a power", """
def spectral_radius(W):
    return torch.linalg.matrix_norm(torch.linalg.matrix_power(W, 20), ord=2).item() ** (1 / 20)
""", "The k-th root of the norm of W^k tends to the radius, but slowly, and k = 20 is not enough: ask for the "
     "eigenvalues.")
spectral_radius.mistake(
    "singular value of the product", ALL, "torch.linalg.eigvals(W.T @ W).abs().max()",
    "You take the eigenvalues of W^T W: the squares of W's singular values. The eigenvalues of W itself are asked for.")
spectral_radius.mistake(
    "larger of the two parts", ALL, "torch.view_as_real(torch.linalg.eigvals(W)).abs().max()",
    "You take the larger of real and imaginary part. The size of a + bi is the root of a^2 + b^2: `.abs()` of the "
    "complex number.")
spectral_radius.mistake(
    "eigenvectors", ALL, "torch.linalg.eig(W)[1].abs().max()",
    "You look at the eigenvectors. `torch.linalg.eig` gives the eigenvalues first.")
spectral_radius.also("numpy", """
def spectral_radius(W):
    return float(np.abs(np.linalg.eigvals(W.double().numpy())).max())
""")
spectral_radius.also("a sorted list of eigenvalues", """
def spectral_radius(W):
    values, _ = torch.linalg.eig(W)
    return max(math.hypot(value.real, value.imag) for value in values.tolist())
""")
spectral_radius.also("squared again and again", """
def spectral_radius(W):
    P, log_size = W.double(), 0.0
    for k in range(1, 45):  # W^(2^k) = P exp(2^k log_size)
        size = torch.linalg.matrix_norm(P).item()
        if size == 0:
            return 0.0
        P = (P / size) @ (P / size)
        log_size += math.log(size) / 2 ** (k - 1)
    return math.exp(log_size)
""")
