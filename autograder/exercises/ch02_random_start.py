"""Chapter 02: where EM begins."""

from autograder.exercises.ch02_common import exercise
from ngram2bert.hmm.random import random_start as _random_start

# A random start is right whatever its numbers are; what is judged are facts about them.
FACTS = """
def probe(target, states, vocab, seed):
    def facts(start, trans, stop, emit):
        moves = torch.cat([trans, stop[:, None]], 1)
        parts = start, trans, stop, emit
        apart = [bool((rows[i] - rows[j]).abs().max() > 1e-6) for rows in (moves, emit)
                 for i in range(states) for j in range(i)]
        return {
            "shapes": [list(part.shape) for part in parts],
            "float64": [part.dtype == torch.float64 for part in parts],
            "every entry is above 0": [bool((part > 0).all()) for part in parts],
            "sum of start": start.sum().double(),
            "sums of the rows of trans, each with its stop": moves.sum(1).double(),
            "sums of the rows of emit": emit.sum(1).double(),
            "each two states differ in trans and stop, and in emit": apart,
        }
    def draw(number):
        return target(states, vocab, torch.Generator().manual_seed(number))
    torch.manual_seed(seed + 1)
    before = torch.get_rng_state()
    one = draw(seed)
    untouched = bool(torch.equal(before, torch.get_rng_state()))
    torch.manual_seed(seed + 2)
    again, other = draw(seed), draw(seed + 7)
    found = facts(*one)
    found["the same from the same generator"] = all(bool(torch.equal(a, b)) for a, b in zip(one, again))
    found["other moves and words from another seed"] = [not bool(torch.equal(one[i], other[i])) for i in (1, 3)]
    found["chance comes from the generator alone"] = untouched
    generator = torch.Generator().manual_seed(seed)
    first, second = target(states, vocab, generator), target(states, vocab, generator)
    found["other moves and words from the next call"] = [not bool(torch.equal(first[i], second[i])) for i in (1, 3)]
    return found
"""

random_start = exercise(
    "random_start", of=_random_start, points=3, minutes=8, level=2, probe=FACTS,
    parts={"distributions": 1, "states apart": 1, "chance": 1},
    hints=["Imagine two states that are exactly alike. Which of them will the E-step believe to have said a word?",
           "Draw positive weights and divide each distribution by its sum. A state has two distributions: its words; "
           "and its ways on, which are K states *and* the end. Use the generator that you are given.",
           "`torch.rand(states, states + 1, generator=generator, dtype=torch.float64) + 0.1`, divided by its row sums: "
           "the last column is `stop`, the others are `trans`."])


@random_start.cases
def _(r):
    yield "distributions", dict(states=2, vocab=3, seed=5)
    yield "distributions", dict(states=4, vocab=7, seed=12)
    yield "states apart", dict(states=3, vocab=3, seed=1)
    yield "states apart", dict(states=5, vocab=2, seed=30)
    yield "chance", dict(states=2, vocab=27, seed=8)
    for part in ("distributions", "states apart", "chance"):
        yield part, dict(states=2 + r.below(5), vocab=2 + r.below(9), seed=r.below(1000))


mistake = random_start.mistake
DRAWN = "weights = torch.empty(shape, dtype=torch.float64).exponential_(generator=generator)"
mistake(
    "all states alike", DRAWN, "weights = torch.ones(shape, dtype=torch.float64)",
    "Your states are all alike. Then every state has the same posterior at every word, gets the same counts, and is "
    "the same again after the step: EM never moves. Chance must tell them apart.")
mistake(
    "one random row for all states", DRAWN,
    "weights = torch.empty(shape[-1:], dtype=torch.float64).exponential_(generator=generator).expand(shape).clone()",
    "You draw one row and give it to every state. States that are alike stay alike: draw a row for each.")
random_start.wrong("only the moves are random", """
def random_start(states, vocab, generator):
    moves = torch.rand(states, states + 1, generator=generator, dtype=torch.float64) + 0.1
    start = torch.rand(states, generator=generator, dtype=torch.float64) + 0.1
    moves = moves / moves.sum(1, keepdim=True)
    return start / start.sum(), moves[:, :-1], moves[:, -1], torch.full((states, vocab), 1 / vocab).double()
""", "Your states all say the same words. Then the words tell nothing about the state, and EM cannot pull them apart: "
     "`emit` must be random too.")
mistake(
    "not divided", "return weights / weights.sum(-1, keepdim=True)", "return weights",
    "You return the weights. Divide each distribution by its sum.")
mistake(
    "divided by one sum", "weights.sum(-1, keepdim=True)", "weights.sum()",
    "You divide by the sum of the whole table. Each row is a distribution of its own.")
mistake(
    "divided along the columns", "weights.sum(-1, keepdim=True)", "weights.sum(0, keepdim=True)",
    "Your columns sum to one. A row is what one state does: rows sum to one.")
mistake(
    "trans without the end", "rows(states), rows(states, states + 1), rows(states, vocab)",
    "rows(states), torch.cat([rows(states, states), rows(states)[:, None]], 1), rows(states, vocab)",
    "Your rows of `trans` sum to one by themselves, and then the sentence may also end: more than one in all. Draw K + "
    "1 weights a state; the last is the end.")
mistake(
    "no end", "return start, leaving[:, :-1], leaving[:, -1], emit",
    "return start, leaving[:, :-1] / leaving[:, :-1].sum(1, keepdim=True), torch.zeros_like(start), emit",
    "Your sentences never end: `stop` is 0, and what is 0 stays 0 in EM. Draw K + 1 weights a state; the last is the "
    "end.")
mistake(
    "an end that costs nothing", "return start, leaving[:, :-1], leaving[:, -1], emit",
    "return start, leaving[:, :-1] / leaving[:, :-1].sum(1, keepdim=True), torch.ones_like(start), emit",
    "Your `stop` is one everywhere, which is a model without an end. Here a row of `trans` and its `stop` sum to one "
    "together.")
mistake(
    "chance from elsewhere", DRAWN, "weights = torch.rand(shape, dtype=torch.float64) + 1e-3",
    "You draw from torch's own generator, so nobody can repeat your start. Pass `generator=generator`.")
mistake(
    "a seed of your own", DRAWN, "generator = torch.Generator().manual_seed(0)\n        weights = torch.rand(shape, "
    "generator=generator, dtype=torch.float64) + 1e-3",
    "You make a generator with a seed of your own: every restart is then the same start. Use the one that you are "
    "given.")
mistake(
    "generator put back", DRAWN, "generator.manual_seed(generator.initial_seed())\n        weights = torch.rand(shape, "
    "generator=generator, dtype=torch.float64) + 1e-3",
    "You set the generator back to its seed. Then a second call gives the same start again. Draw, and leave it there.")
mistake(
    "zeros that stay zero", DRAWN, "weights = torch.nn.functional.one_hot(torch.randint(shape[-1], shape[:-1], "
    "generator=generator), shape[-1]).double()",
    "You give each state one choice and everything else 0. What is 0 has expected count 0 and stays 0: every entry "
    "must be above it.")
mistake(
    "negative weights", DRAWN, "weights = torch.randn(shape, generator=generator, dtype=torch.float64)",
    "Normal numbers may be negative, and a probability may not. Draw positive weights.")
mistake(
    "single precision", DRAWN, "weights = torch.rand(shape, generator=generator) + 1e-3",
    "Your tables are single precision. The task asks for float64: give the dtype.")
mistake(
    "the end drawn apart", "return start, leaving[:, :-1], leaving[:, -1], emit",
    "return start, rows(states, states), torch.rand(states, generator=generator, dtype=torch.float64), emit",
    "You draw `stop` apart from `trans`. The ways on from a state, the end among them, are one distribution.")
mistake(
    "words of a state in columns", "return start, leaving[:, :-1], leaving[:, -1], emit",
    "return start, leaving[:, :-1], leaving[:, -1], rows(vocab, states)",
    "Your `emit` is turned round: states are rows, words are columns.")
random_start.also("a uniform start, uniform weights", """
def random_start(states, vocab, generator):
    def draw(size):
        rows = [torch.rand(size, generator=generator, dtype=torch.float64) + 0.05 for _ in range(states)]
        return torch.stack([row / row.sum() for row in rows])
    moves, emit = draw(states + 1), draw(vocab)
    return torch.full((states,), 1 / states, dtype=torch.float64), moves[:, :states], moves[:, states], emit
""")
random_start.also("softmax of normal numbers", """
def random_start(states, vocab, generator):
    logits = torch.randn(states, states + 1 + vocab, generator=generator, dtype=torch.float64)
    first = torch.randn(states, generator=generator, dtype=torch.float64).softmax(0)
    moves = logits[:, :states + 1].softmax(1)
    return first, moves[:, :-1], moves[:, -1], logits[:, states + 1:].softmax(1)
""")
