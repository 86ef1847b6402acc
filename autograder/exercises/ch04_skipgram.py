"""Chapter 04: the loss of the skip-gram with negative sampling."""

import torch

from autograder.exercises.ch04_common import exercise, ids, loss_probe, tables
from ngram2bert.vectors.skipgram import skipgram_loss as _skipgram_loss

skipgram_loss = exercise(
    "skipgram_loss", of=_skipgram_loss, points=3, minutes=12, level=2, probe=loss_probe("C", "O"),
    parts={"one pair": 1, "batches": 1, "large scores": 1},
    hints=["Each score is the dot product of a row of C with a row of O. Which rows for the pair that came, which for "
           "its noise? And which of the two scores is to be large?",
           "`C[centres]` is (B, m), `O[outputs]` is (B, m) and `O[noise]` is (B, k, m): multiply and sum over m. "
           "`nn.functional.logsigmoid` does not underflow. The sign of the noise's scores is turned round inside.",
           "`far = (C[centres][:, None] * O[noise]).sum(2)`, likewise `near` from `O[outputs]`, and the loss is "
           "`-nn.functional.logsigmoid(near).sum() - nn.functional.logsigmoid(-far).sum()`."])


@skipgram_loss.cases
def _(r):
    yield "one pair", dict(**tables(None, 3, 2), centres=ids([0]), outputs=ids([1]), noise=ids([[2]]))
    yield "one pair", dict(**tables(None, 4, 2, 9), centres=ids([3]), outputs=ids([0]), noise=ids([[2, 1, 2]]))
    yield "one pair", dict(**tables(None, 4, 3, 5), centres=ids([2]), outputs=ids([2]), noise=ids([[1, 3]]))
    yield "batches", dict(**tables(None, 5, 2, 2), centres=ids([0, 3]), outputs=ids([1, 4]), noise=ids([2, 0], [1, 3]))
    yield "batches", dict(**tables(None, 6, 3, 7), centres=ids([5, 0, 5, 1]), outputs=ids([1, 1, 2, 5]),
                          noise=ids([[3], [4], [3], [0]]))
    yield "batches", dict(**tables(None, 5, 1, 4), centres=ids([4, 2, 1]), outputs=ids([0, 4, 2]),
                          noise=ids([1, 1, 2], [3, 0, 1], [4, 3, 4]))
    yield "batches", dict(**tables(None, 3, 2, 3), centres=ids([]), outputs=ids([]), noise=ids([]).reshape(0, 2))
    yield "batches", dict(**tables(None, 5, 2, 6), centres=ids([2, 4]), outputs=ids([3, 1]), noise=ids([3, 2], [1, 1]))
    far = dict(C=torch.tensor([[30.0, 0.0], [0.0, -28.0], [3.0, 2.0]], dtype=torch.float64),
               O=torch.tensor([[1.0, 30.0], [-30.0, 1.0], [29.0, -1.0]], dtype=torch.float64))
    yield "large scores", dict(**far, centres=ids([0, 1]), outputs=ids([1, 0]), noise=ids([2, 0], [2, 0]))
    yield "large scores", dict(**tables(None, 4, 3, 8, scale=4.0), centres=ids([0, 2]), outputs=ids([1, 3]),
                               noise=ids([3, 2], [0, 0]))
    v, m, b = 4 + r.below(4), 2 + r.below(3), 2 + r.below(4)

    def drawn(count, k, scale):
        return dict(**tables(r, v, m, scale=scale), centres=r.integers(count, high=v),
                    outputs=r.integers(count, high=v), noise=r.integers(count, k, high=v))

    yield "one pair", drawn(1, 1 + r.below(3), 1.0)
    yield "batches", drawn(b, 2 + r.below(3), 1.0)
    large = drawn(3, 2, 25.0)
    large["noise"][0, 0] = large["outputs"][0]  # one of the two costs much: a loss of 1e-100 has no digits to compare
    yield "large scores", large


NEAR = "nn.functional.logsigmoid(near)"
FAR = "nn.functional.logsigmoid(-far)"
LOSS = f"-{NEAR}.sum() - {FAR}.sum()"
skipgram_loss.mistake(
    "one table for both roles", {"(v * O[outputs])": "(v * C[outputs])", "* O[noise])": "* C[noise])"}, "",
    "You look all words up in C. A word has two vectors: the words near a centre, and the noise, are rows of O.")
skipgram_loss.mistake(
    "noise from the wrong table", "* O[noise])", "* C[noise])",
    "You look the noise up in C. It stands where an output stands: take its rows of O.")
skipgram_loss.mistake(
    "output from the wrong table", "(v * O[outputs])", "(v * C[outputs])",
    "You look the output up in C. Its vector is a row of O.")
skipgram_loss.mistake(
    "tables exchanged", {"v = C[centres]": "v = O[centres]", "(v * O[outputs])": "(v * C[outputs])",
                         "* O[noise])": "* C[noise])"}, "",
    "You exchange the tables: the centre is a row of C, outputs and noise are rows of O.")
skipgram_loss.mistake(
    "the minus sign lost", FAR, "nn.functional.logsigmoid(far)",
    "You ask for large scores of the noise as well. Its sign is turned round inside the sigmoid: with yours the best "
    "vectors are all alike.")
skipgram_loss.mistake(
    "minus in front, not inside", LOSS, f"-{NEAR}.sum() + nn.functional.logsigmoid(far).sum()",
    "You put the minus sign of the noise in front of the logarithm. It stands inside the sigmoid: sigmoid(-s) is "
    "1 - sigmoid(s). Yours has no lower bound.")
skipgram_loss.mistake(
    "minus on the wrong scores", {NEAR: "nn.functional.logsigmoid(-near)", FAR: "nn.functional.logsigmoid(far)"}, "",
    "You turn the sign of the pair that came, and not of the noise. The pair's score is to be large.")
skipgram_loss.mistake(
    "mean over the batch", LOSS, f"({LOSS}) / len(centres)",
    "You divide by the number of pairs. The task is the sum: with a mean, each pair of a large batch hardly moves its "
    "vectors at the same rate.")
skipgram_loss.mistake(
    "mean over the noise words", f"{FAR}.sum()", f"{FAR}.mean(1).sum()",
    "You average over the k noise words. They are summed: k is how much the noise weighs.")
skipgram_loss.mistake(
    "mean of everything", f"{NEAR}.sum() - {FAR}.sum()", f"{NEAR}.mean() - {FAR}.mean()",
    "You take the mean of all scores. The loss is a sum over pairs and over noise words.")
skipgram_loss.mistake(
    "log likelihood", LOSS, f"{NEAR}.sum() + {FAR}.sum()",
    "You return the log probability, which grows as the vectors get better. A loss falls: turn its sign.")
skipgram_loss.mistake(
    "logarithm of a sigmoid that is 0", {NEAR: "torch.sigmoid(near).log()", FAR: "torch.sigmoid(-far).log()"}, "",
    "sigmoid(-800) is 0 in the computer, and its logarithm minus infinity. `nn.functional.logsigmoid` takes both steps "
    "at once and stays finite.")
skipgram_loss.mistake(
    "1 - sigmoid", FAR, "(1 - torch.sigmoid(far)).log()",
    "You compute 1 - sigmoid(s). For a score of 40 that is 0 in the computer: use sigmoid(-s), inside "
    "`nn.functional.logsigmoid`.")
skipgram_loss.mistake(
    "a little something in the logarithm", {NEAR: "(torch.sigmoid(near) + 1e-10).log()",
                                            FAR: "(torch.sigmoid(-far) + 1e-10).log()"}, "",
    "You add a small number inside the logarithm. Then no pair can cost more than 23 nats, and the worst ones have no "
    "gradient: `nn.functional.logsigmoid` needs no help.")
skipgram_loss.mistake(
    "scores cut off at 6", "return", "near, far = near.clamp(-6, 6), far.clamp(-6, 6)\n    return",
    "You cut the scores off at 6, as the old program's table does. Beyond that nothing is learned any more: leave them "
    "as they are.")
skipgram_loss.mistake(
    "no noise", f" - {FAR}.sum()", "",
    "Your loss has no noise in it. Then it is least where all vectors are alike and long.")
skipgram_loss.mistake(
    "noise only", f"-{NEAR}.sum() - ", "-",
    "Your loss has the noise only. The pair that came belongs to it, with a score that is to be large.")
skipgram_loss.mistake(
    "one noise word", "far = (v[:, None] * O[noise]).sum(2)", "far = (v[:, None] * O[noise[:, :1]]).sum(2)",
    "You use the first noise word of each row only. All k of them count.")
skipgram_loss.mistake(
    "each row with all noise", "far = (v[:, None] * O[noise]).sum(2)", "far = v @ O[noise.flatten()].T",
    "You score each centre against the noise of all rows. Row b has its own k words.")
skipgram_loss.mistake(
    "the first row's noise for all", "O[noise]", "O[noise[:1]]",
    "You score every centre against the noise of the first row. Row b has its own k words.")
skipgram_loss.mistake(
    "noise against the output", "(v[:, None] * O[noise])", "(O[outputs][:, None] * O[noise])",
    "You compare the noise with the output. Both are compared with the *centre*.")
skipgram_loss.mistake(
    "sigmoid without logarithm", {NEAR: "torch.sigmoid(near)", FAR: "torch.sigmoid(-far)"}, "",
    "You sum probabilities. The loss is the surprise: minus their logarithms.")
skipgram_loss.mistake(
    "bits", LOSS, f"({LOSS}) / math.log(2)",
    "You return bits. The loss is in nats: the natural logarithm.")
skipgram_loss.mistake(
    "cosine for dot product", {"v = C[centres]": "v = nn.functional.normalize(C[centres], dim=1)",
                               "(v * O[outputs])": "(v * nn.functional.normalize(O[outputs], dim=1))",
                               "* O[noise])": "* nn.functional.normalize(O[noise], dim=2))"}, "",
    "You score by the cosine. It lies between -1 and 1, so the model could never be sure: take the dot product as it "
    "is.")
skipgram_loss.wrong("softmax over the noise", """
def skipgram_loss(C, O, centres, outputs, noise):
    words = torch.cat([outputs[:, None], noise], dim=1)
    scores = (C[centres][:, None] * O[words]).sum(2)
    return -torch.log_softmax(scores, dim=1)[:, 0].sum()
""", "You take a softmax over the output and its noise. Here each word is a question of its own, yes or no: a sigmoid "
     "for each.")
skipgram_loss.wrong("softmax over the vocabulary", """
def skipgram_loss(C, O, centres, outputs, noise):
    scores = C[centres] @ O.T
    return -torch.log_softmax(scores, dim=1)[torch.arange(len(outputs)), outputs].sum()
""", "You take the full softmax, the very sum over all words that negative sampling is there to avoid. Score the "
     "output and its k noise words, no others.")
skipgram_loss.mistake(
    "squared error", LOSS, "((1 - torch.sigmoid(near)) ** 2).sum() + (torch.sigmoid(far) ** 2).sum()",
    "You sum squared errors. The surprise, minus log sigmoid, was asked for: it keeps on pulling where the model is "
    "sure and wrong.")
skipgram_loss.mistake(
    "score divided by the length of the vectors", "near = (v * O[outputs]).sum(1)",
    "v = v / v.shape[1] ** 0.5\n    near = (v * O[outputs]).sum(1)",
    "You divide the scores by the root of m, as attention does. Here it is the plain dot product.")
skipgram_loss.mistake(
    "float32", "return", "near, far = near.float(), far.float()\n    return",
    "You turn the scores into float32. Keep the dtype of the tables.")
skipgram_loss.mistake(
    "noise that is the output left out", f"{FAR}.sum()",
    "(nn.functional.logsigmoid(-far) * (noise != outputs[:, None])).sum()",
    "You leave noise words out that are the row's output. Whoever draws the noise sees to that; the loss takes what it "
    "is given.")
skipgram_loss.mistake(
    "one sigmoid for all noise", f"{FAR}.sum()", "nn.functional.logsigmoid(-far.sum(1)).sum()",
    "You add the noise's scores before the sigmoid. Each noise word is a question of its own: a logarithm for each, "
    "then the sum.")
skipgram_loss.mistake(
    "a repeated noise word counts once", f"{FAR}.sum()",
    "(nn.functional.logsigmoid(-far) / (noise[:, :, None] == noise[:, None]).sum(2)).sum()",
    "You count a noise word that was drawn twice in a row once. Each draw counts.")
skipgram_loss.mistake(
    "a plain number", LOSS, f"torch.tensor(({LOSS}).item(), dtype=C.dtype)",
    "Your number is right, but it is no longer tied to the tables: `.item()`, `float()` or `torch.tensor()` cuts it "
    "off, and autograd cannot go back through it. Keep to tensors.")
skipgram_loss.mistake(
    "the noise held fixed", "* O[noise])", "* O[noise].detach())",
    "You detach the noise vectors. They move as well, away from the centre.")
skipgram_loss.also("softplus", """
def skipgram_loss(C, O, centres, outputs, noise):
    near = torch.einsum("bm,bm->b", C[centres], O[outputs])
    far = torch.einsum("bm,bkm->bk", C[centres], O[noise])
    return nn.functional.softplus(-near).sum() + nn.functional.softplus(far).sum()
""")
skipgram_loss.also("binary cross-entropy with labels", """
def skipgram_loss(C, O, centres, outputs, noise):
    words = torch.cat([outputs[:, None], noise], dim=1)
    scores = torch.bmm(O[words], C[centres].unsqueeze(2)).squeeze(2)
    labels = torch.zeros_like(scores)
    labels[:, 0] = 1
    return nn.functional.binary_cross_entropy_with_logits(scores, labels, reduction="sum")
""")
skipgram_loss.also("a loop over pairs, logaddexp", """
def skipgram_loss(C, O, centres, outputs, noise):
    zero = C.new_zeros(())
    total = C.new_zeros(())
    for c, o, words in zip(centres.tolist(), outputs.tolist(), noise.tolist()):
        total = total + torch.logaddexp(zero, -torch.dot(C[c], O[o]))
        for w in words:
            total = total + torch.logaddexp(zero, torch.dot(C[c], O[w]))
    return total
""")
