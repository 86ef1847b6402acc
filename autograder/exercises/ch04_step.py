"""Chapter 04: one step of the skip-gram by hand."""

from autograder.exercises.ch04_common import exercise, ids, tables
from ngram2bert.vectors.skipgram import skipgram_step as _skipgram_step

skipgram_step = exercise(
    "skipgram_step", of=_skipgram_step, points=3, minutes=15, level=3, builds_on=["skipgram_loss"],
    parts={"one noise word": 1, "several noise words": 1, "a word that comes twice": 1},
    forbids=["backward", "requires_grad_"],
    probe="""
    def probe(target, C, O, centre, output, noise, rate):
        before = noise.clone()
        loss = target(C, O, centre, output, noise, rate)
        return {"loss": loss, "C": C, "O": O, "noise unchanged": torch.equal(noise, before)}
    """,
    hints=["The loss is that of k + 1 small logistic regressions. By how much does it change when the score of the "
           "output rises a little? And that of a noise word?",
           "Take the loss and every gradient first, from the old tables; then change C and O. The centre's gradient is "
           "a sum over all k + 1 words. `O[words] -= ...` loses a word that stands there twice; `O.index_add_` does "
           "not.",
           "With `words = torch.cat([torch.tensor([output]), noise])`, `v = C[centre].clone()` and `error = "
           "torch.sigmoid(O[words] @ v)`, `error[0] -= 1`: `C[centre] -= rate * (error @ O[words])`, then "
           "`O.index_add_(0, words, -rate * error[:, None] * v)`."])


@skipgram_step.cases
def _(r):
    yield "one noise word", dict(**tables(None, 3, 2), centre=0, output=1, noise=ids([2]), rate=0.5)
    yield "one noise word", dict(**tables(None, 4, 3, 6), centre=2, output=2, noise=ids([0]), rate=0.1)
    yield "one noise word", dict(**tables(None, 3, 1, 12), centre=1, output=0, noise=ids([1]), rate=2.0)
    yield "several noise words", dict(**tables(None, 5, 2, 3), centre=4, output=0, noise=ids([2, 1]), rate=0.25)
    yield "several noise words", dict(**tables(None, 6, 3, 1), centre=0, output=5, noise=ids([3, 0, 4, 1]), rate=0.7)
    yield "a word that comes twice", dict(**tables(None, 4, 2, 5), centre=1, output=3, noise=ids([2, 2]), rate=0.4)
    yield "a word that comes twice", dict(**tables(None, 4, 3, 8), centre=3, output=0, noise=ids([1, 2, 1, 1]),
                                          rate=0.3)
    yield "a word that comes twice", dict(**tables(None, 4, 2, 2), centre=2, output=1, noise=ids([3, 1]), rate=0.6)
    # scores about 11 to 24, and about 7 on the side of the labels
    yield "several noise words", dict(**tables(None, 4, 3, 9, scale=3.0), centre=0, output=2, noise=ids([3, 1]),
                                      rate=0.2)
    yield "several noise words", dict(**tables(None, 4, 3, 164, scale=2.0), centre=2, output=1, noise=ids([2, 3]),
                                      rate=0.4)
    v, m = 5 + r.below(4), 2 + r.below(3)
    words = r.shuffled(range(v))
    for part, noise in (("one noise word", words[1:2]), ("several noise words", words[1:4]),
                        ("a word that comes twice", [words[1], words[2], words[1]])):
        yield part, dict(**tables(r, v, m), centre=r.below(v), output=words[0], noise=ids(noise),
                         rate=r.between(0.05, 1.5))


MOVE_C = "    C[centre] -= rate * (error @ O[words])\n"
MOVE_O = "    O.index_add_(0, words, -rate * error[:, None] * v)"
skipgram_step.mistake(
    "O moves along the new C", "error[:, None] * v)", "error[:, None] * C[centre])",
    "You change C first, and O then moves along the *new* vector. Both gradients belong to the old tables: keep a copy "
    "of C[centre].")
skipgram_step.mistake(
    "C moves along the new O", {MOVE_C: "", MOVE_O: MOVE_O + "\n" + MOVE_C[:-1]}, "",
    "You change O first, and C then moves along the *new* output vectors. Both gradients belong to the old tables: "
    "compute the two before you change either.")
skipgram_step.wrong("one word after another", """
def skipgram_step(C, O, centre, output, noise, rate):
    loss = skipgram_loss(C, O, torch.tensor([centre]), torch.tensor([output]), noise[None])
    for j, label in [(output, 1.0)] + [(w, 0.0) for w in noise.tolist()]:
        v = C[centre].clone()
        error = torch.sigmoid(O[j] @ v) - label
        C[centre] -= rate * error * O[j]
        O[j] -= rate * error * v
    return loss.item()
""", "You make a step for the output and then one for each noise word, each from the tables that the last one left. "
     "It is *one* step: collect the gradient over all words, then move.")
skipgram_step.mistake(
    "a repeated word counts once", MOVE_O, "    O[words] -= rate * error[:, None] * v",
    "`O[words] -= ...` writes a word that stands there twice only once. Its gradients add up: `O.index_add_(0, words, "
    "...)`.")
skipgram_step.mistake(
    "uphill", {"C[centre] -= rate": "C[centre] += rate", "words, -rate": "words, rate"}, "",
    "You add the gradients, so the loss rises. Subtract them.")
skipgram_step.mistake(
    "C uphill", "C[centre] -= rate", "C[centre] += rate",
    "You subtract O's gradient and add C's. Subtract both.")
skipgram_step.mistake(
    "O uphill", "words, -rate", "words, rate",
    "You subtract C's gradient and add O's. Subtract both.")
skipgram_step.mistake(
    "labels exchanged", "    error[0] -= 1\n", "    error[1:] -= 1\n",
    "You pull the noise near and push the output away. The label of the output is 1, that of the noise 0.")
skipgram_step.mistake(
    "no label", "    error[0] -= 1\n", "",
    "You never subtract the label, so the output is pushed away like noise. Its error is sigmoid - 1.")
skipgram_step.mistake(
    "all labels 1", "    error[0] -= 1\n", "    error -= 1\n",
    "You subtract 1 from every error, so the noise is pulled near as well. Only the output has the label 1.")
skipgram_step.mistake(
    "slope of the sigmoid once more", "    error[0] -= 1\n",
    "    error[0] -= 1\n    error = error * torch.sigmoid(O[words] @ v) * (1 - torch.sigmoid(O[words] @ v))\n",
    "You multiply by the sigmoid's slope. That belongs to a squared error; with the logarithm it cancels, and "
    "sigmoid - label is left.")
skipgram_step.mistake(
    "the sigmoid forgotten", "torch.sigmoid(O[words] @ v)", "(O[words] @ v)",
    "Your error is score - label. It is *sigmoid* of the score minus the label.")
skipgram_step.mistake(
    "noise vectors do not move", MOVE_O, "    O[output] -= rate * error[0] * v",
    "You move the output's row of O alone. The noise words' rows are pushed away from the centre.")
skipgram_step.mistake(
    "the output vector does not move", MOVE_O, "    O.index_add_(0, noise, -rate * error[1:, None] * v)",
    "You move the noise words' rows of O alone. The output's row is pulled to the centre.")
skipgram_step.mistake(
    "O does not move", MOVE_O, "",
    "You change C only. The output's and the noise words' rows of O have gradients as well.")
skipgram_step.mistake(
    "C does not move", MOVE_C, "",
    "You change O only. The centre's row of C has a gradient as well: the sum over all words.")
skipgram_step.mistake(
    "the centre hears of the output only", "(error @ O[words])", "error[0] * O[output]",
    "You move the centre towards the output, but not away from the noise. Its gradient is a sum over all k + 1 words.")
skipgram_step.mistake(
    "the centre hears of the noise only", "(error @ O[words])", "(error[1:] @ O[noise])",
    "You move the centre away from the noise, but not towards the output. Its gradient is a sum over all k + 1 words.")
skipgram_step.mistake(
    "mean over the words", "    error[0] -= 1\n", "    error[0] -= 1\n    error = error / len(words)\n",
    "You divide by the number of words. The loss is a sum, and so is its gradient.")
skipgram_step.mistake(
    "mean over the noise", "    error[0] -= 1\n", "    error[0] -= 1\n    error[1:] /= len(noise)\n",
    "You divide the noise's errors by k. The loss sums over the noise words, and so does its gradient.")
skipgram_step.mistake(
    "`rate` left out for C", "rate * (error @ O[words])", "(error @ O[words])",
    "You move C by the whole gradient. Multiply by `rate`.")
skipgram_step.mistake(
    "`rate` left out for O", "-rate * error[:, None] * v", "-error[:, None] * v",
    "You move O by the whole gradient. Multiply by `rate`.")
skipgram_step.mistake(
    "`rate` twice", "    error[0] -= 1\n", "    error[0] -= 1\n    error = rate * error\n",
    "You multiply by `rate` twice: once in the error and once in the step.")
skipgram_step.mistake(
    "one table for both roles", {"torch.sigmoid(O[words] @ v)": "torch.sigmoid(C[words] @ v)",
                   "(error @ O[words])": "(error @ C[words])", "O.index_add_": "C.index_add_"}, "",
    "You look the output and the noise up in C. Their vectors are rows of O.")
skipgram_step.mistake(
    "tables exchanged", {"v = C[centre]": "v = O[centre]", "torch.sigmoid(O[words] @ v)": "torch.sigmoid(C[words] @ v)",
                         "C[centre] -= rate * (error @ O[words])": "O[centre] -= rate * (error @ C[words])",
                         "O.index_add_": "C.index_add_"}, "",
    "You exchange the tables: the centre is a row of C, outputs and noise are rows of O.")
skipgram_step.mistake(
    "centre and output exchanged", {"torch.tensor([output])": "torch.tensor([centre])",
                                    "torch.tensor([centre]), words": "torch.tensor([output]), words",
                                    "C[centre].clone()": "C[output].clone()", "C[centre] -=": "C[output] -="}, "",
    "You exchange centre and output. The centre's row of C moves, and the output's row of O.")
skipgram_step.mistake(
    "loss after the step", {"    loss = skipgram_loss(C, O, torch.tensor([centre]), words[:1], noise[None])\n": "",
                            "return loss.item()":
                            "return skipgram_loss(C, O, torch.tensor([centre]), words[:1], noise[None]).item()"}, "",
    "You compute the loss after the step. The one before it was asked for.")
skipgram_step.mistake(
    "loss of the pair alone", "noise[None])", "noise[None, :0])",
    "Your loss leaves the noise out. It is that of the pair and its k noise words.")
skipgram_step.mistake(
    "nothing returned", "    return loss.item()", "    loss.item()",
    "Your function returns nothing. Return the loss before the step, as a number.")
skipgram_step.mistake(
    "tables rebound", {"C[centre] -= rate * (error @ O[words])":
                       "C = C.index_add(0, torch.tensor([centre]), -rate * (error @ O[words])[None])",
                       "O.index_add_(0,": "O = O.index_add(0,"}, "",
    "You make new tables, and the caller's never change. Change them in place: `C[centre] -= ...`, "
    "`O.index_add_(...)`.")
skipgram_step.mistake(
    "every row of C moves", "C[centre] -=", "C -=",
    "You subtract the gradient from every row of C. Only the centre's row has one.")
skipgram_step.mistake(
    "noise words taken once each", "words = torch.cat([torch.tensor([output]), noise])",
    "words = torch.cat([torch.tensor([output]), noise.unique()])",
    "You take each noise word once. One that was drawn twice moves twice as far, and so does the centre away from it.")
skipgram_step.mistake(
    "sure pairs passed over", "    error[0] -= 1\n", "    error[0] -= 1\n    error = error * (error.abs() > 0.0025)\n",
    "You pass over words of which the model is sure already. Their error is small, but it is not 0.")
skipgram_step.mistake(
    "scores beyond 6 held for certain", "    error[0] -= 1\n",
    "    error = error.where(error > 0.0025, 0.0).where(error < 0.9975, 1.0)\n    error[0] -= 1\n",
    "You take a sigmoid beyond a score of 6 for 0 or 1, as the old program's table does. Use its value.")
skipgram_step.also("a loop that collects", """
def skipgram_step(C, O, centre, output, noise, rate):
    v, d_v = C[centre].clone(), torch.zeros_like(C[centre])
    moves, loss = [], 0.0
    for j, label in [(output, 1.0)] + [(int(w), 0.0) for w in noise]:
        s = torch.dot(v, O[j])
        error = torch.sigmoid(s) - label
        loss += float(nn.functional.softplus(s) - label * s)
        d_v += error * O[j]
        moves.append((j, error * v))
    C[centre] -= rate * d_v
    for j, d in moves:
        O[j] -= rate * d
    return loss
""")
skipgram_step.also("whole gradient tables", """
def skipgram_step(C, O, centre, output, noise, rate):
    loss = float(skipgram_loss(C, O, torch.tensor([centre]), torch.tensor([output]), noise.reshape(1, -1)))
    times = torch.bincount(noise, minlength=len(O)).to(O.dtype)
    scores = O @ C[centre]
    error = times * torch.sigmoid(scores)
    error[output] -= torch.sigmoid(-scores[output])
    d_O = torch.outer(error, C[centre])
    d_C = torch.zeros_like(C)
    d_C[centre] = error @ O
    C.sub_(rate * d_C)
    O.sub_(rate * d_O)
    return loss
""")
