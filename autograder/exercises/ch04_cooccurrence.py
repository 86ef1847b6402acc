"""Chapter 04: the table of which words stood near which."""

from autograder.exercises.ch04_common import exercise
from ngram2bert.vectors.cooccurrence import cooccurrence as _cooccurrence

cooccurrence = exercise(
    "cooccurrence", of=_cooccurrence, points=2, minutes=10, level=1,
    parts={"one sentence": 1, "several sentences": 1},
    hints=["In *a b*, how often did b stand near a, and how often a near b?",
           "Go through the places of a sentence and, for each, through the distances 1 to `window` as far as there is "
           "a word. Add 1 / distance in both directions: at [w, v] and at [v, w].",
           "For `i`, and `d` in `range(1, min(window, i) + 1)`: `X[sentence[i], sentence[i - d]] += 1 / d`, and the "
           "same with the two exchanged. `torch.zeros(V, V, dtype=torch.float64)` to begin with."])


@cooccurrence.cases
def _(r):
    yield "one sentence", dict(sentences=[[0, 1, 2]], window=1, vocab_size=3)
    yield "one sentence", dict(sentences=[[2, 0, 3, 1]], window=3, vocab_size=5)
    yield "one sentence", dict(sentences=[[0, 1, 0, 0, 2, 0, 1]], window=2, vocab_size=3)
    yield "one sentence", dict(sentences=[[1, 2, 0]], window=7, vocab_size=3)
    yield "several sentences", dict(sentences=[[0, 1], [2, 0, 1], [], [1]], window=2, vocab_size=3)
    yield "several sentences", dict(sentences=[[3, 3], [3, 1, 3, 0, 2], [0, 1, 2, 3]], window=4, vocab_size=4)
    yield "several sentences", dict(sentences=[[], [0]], window=3, vocab_size=2)
    yield "several sentences", dict(sentences=[], window=2, vocab_size=2)
    v, window = 3 + r.below(4), 1 + r.below(4)
    yield "one sentence", dict(sentences=[r.integers(6 + r.below(5), high=v).tolist()], window=window, vocab_size=v)
    yield "several sentences", dict(sentences=[r.integers(r.below(6), high=v).tolist() for _ in range(4)]
                                    + [r.integers(5, high=v).tolist()], window=2 + r.below(3), vocab_size=v)


ADD = "X.index_put_((words[:-d], words[d:]), torch.tensor(1 / d, dtype=X.dtype), accumulate=True)"
cooccurrence.mistake(
    "one side only", "return X + X.T", "return X",
    "You count the word before for the word after it, but not the other way round. A window has two sides: X is "
    "symmetric.")
cooccurrence.mistake(
    "half of each side", "return X + X.T", "return (X + X.T) / 2",
    "You take the mean of the two directions. They are added: each word has the other one beside it.")
cooccurrence.mistake(
    "distances not weighed", "1 / d", "1.0",
    "You count 1 at every distance. A word at distance d counts 1 / d.")
cooccurrence.mistake(
    "word2vec's weights", "1 / d", "(window - d + 1) / window",
    "You weigh distance d by (window - d + 1) / window. That is how word2vec's drawn windows weigh on average; here it "
    "is 1 / d.")
cooccurrence.mistake(
    "weight by the square of the distance", "1 / d", "1 / d**2",
    "You divide by the square of the distance. It is 1 / d.")
cooccurrence.mistake(
    "farther counts more", "1 / d", "float(d)",
    "You multiply by the distance, so far words count most. Divide by it.")
cooccurrence.mistake(
    "neighbours at distance 0", "1 / d", "1 / (d + 1)",
    "You count distances from 0, so neighbours get 1/2. Words side by side are at distance 1.")
cooccurrence.mistake(
    "one short", "range(1, window + 1)", "range(1, window)",
    "Your window ends one word too soon: distance `window` belongs to it, and `range` leaves its end out.")
cooccurrence.mistake(
    "one too far", "range(1, window + 1)", "range(1, window + 2)",
    "Your window goes one word too far: the largest distance is `window`.")
cooccurrence.mistake(
    "window for both sides together", "range(1, window + 1)", "range(1, window // 2 + 1)",
    "You share the window between the two sides. It reaches `window` words to *each* side.")
cooccurrence.mistake(
    "over the end of the sentence", "for sentence in sentences:", "for sentence in [sum(sentences, [])]:",
    "You join the sentences, so the last word of one is near the first of the next. No window crosses that border.")
cooccurrence.mistake(
    "only the last sentence", "        words = torch.tensor(sentence, dtype=torch.int64)",
    "        X.zero_()\n        words = torch.tensor(sentence, dtype=torch.int64)",
    "You start a new table for each sentence, so only the last one is counted.")
cooccurrence.mistake(
    "pairs that come again are lost", "accumulate=True", "accumulate=False",
    "Where a pair comes again you overwrite its count. Each time adds: with an index that holds a place twice, plain "
    "assignment keeps one.")
cooccurrence.mistake(
    "+= with a repeated index", ADD, "X[words[:-d], words[d:]] += 1 / d",
    "`X[i, j] += ...` with tensors i and j adds only once where a pair stands there twice. Use `index_put_` with "
    "`accumulate=True`, or a loop.")
cooccurrence.mistake(
    "a word near itself left out", "return X + X.T", "return (X + X.T).fill_diagonal_(0)",
    "You leave out a word that is near another place of the same word. Those are two places like any two.")
cooccurrence.mistake(
    "a word near itself counted once", "return X + X.T", "return X + X.T - torch.diag(X.diag())",
    "On the diagonal you count once. Each of the two places has the other beside it, so a word near itself counts "
    "twice.")
cooccurrence.mistake(
    "each place near itself", "range(1, window + 1)", "range(0, window + 1)",
    "You begin at distance 0, which is the place itself, and divide by 0. Begin at 1.")
cooccurrence.wrong("places below 0", """
def cooccurrence(sentences, window, vocab_size):
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        for i, word in enumerate(sentence):
            for d in range(1, window + 1):
                if i - d >= -len(sentence) and d < len(sentence):
                    X[word, sentence[i - d]] += 1 / d
                    X[sentence[i - d], word] += 1 / d
    return X
""", "Near the start you look up places below 0, which Python counts from the end. The window is cut off at the "
     "border.")
cooccurrence.wrong("both sides, from both ends", """
def cooccurrence(sentences, window, vocab_size):
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        for i, v in enumerate(sentence):
            for j, w in enumerate(sentence):
                if 0 < abs(i - j) <= window:
                    X[v, w] += 1 / abs(i - j)
                    X[w, v] += 1 / abs(i - j)
    return X
""", "You count each two places from both ends, and both directions each time: all is double. Either look to both "
     "sides or add in both directions.")
cooccurrence.mistake(
    "present or not", "return X + X.T", "return (X + X.T > 0).double()",
    "You return 1 where a pair came at all. How often and how near is what counts.")
cooccurrence.mistake(
    "float32", "vocab_size, dtype=torch.float64)", "vocab_size)",
    "Your table is float32. In a long text small weights are then added to large sums and lost: "
    "`dtype=torch.float64`.")
cooccurrence.mistake(
    "whole numbers", "return X + X.T", "return (X + X.T).floor()",
    "You round down to whole numbers, and with them go all weights below 1.")
cooccurrence.mistake(
    "shares for counts", "return X + X.T", "return (X + X.T) / (X + X.T).sum().clamp(min=1)",
    "You divide by the sum. Counts were asked for; shares come later.")
cooccurrence.wrong("only places with a whole window behind them", """
def cooccurrence(sentences, window, vocab_size):
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        for i in range(len(sentence) - window):
            for d in range(1, window + 1):
                X[sentence[i], sentence[i + d]] += 1 / d
                X[sentence[i + d], sentence[i]] += 1 / d
    return X
""", "You stop `window` places before the end, so the last words of a sentence lose pairs. Go on as far as there is a "
     "word: at the border the window is cut off.")
cooccurrence.wrong("once a sentence", """
def cooccurrence(sentences, window, vocab_size):
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        near = {}
        for i, v in enumerate(sentence):
            for j, w in enumerate(sentence):
                if 0 < abs(i - j) <= window:
                    near[v, w] = max(near.get((v, w), 0.0), 1 / abs(i - j))
        for (v, w), weight in near.items():
            X[v, w] += weight
    return X
""", "You count two words at most once a sentence. Every two *places* count.")
cooccurrence.mistake(
    "float32 on the way", "torch.tensor(1 / d, dtype=X.dtype)", "torch.tensor(1 / d).double()",
    "Your weights were rounded to float32 on the way, as torch does when it divides whole numbers. Compute them in "
    "float64 as well.")
cooccurrence.also("place by place", """
def cooccurrence(sentences, window, vocab_size):
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        for i, word in enumerate(sentence):
            for j in range(max(0, i - window), min(len(sentence), i + window + 1)):
                if j != i:
                    X[word, sentence[j]] += 1 / abs(i - j)
    return X
""")
cooccurrence.also("a dictionary of pairs", """
def cooccurrence(sentences, window, vocab_size):
    table = {}
    for sentence in sentences:
        for d in range(1, window + 1):
            for v, w in zip(sentence, sentence[d:]):
                table[v, w] = table.get((v, w), 0.0) + 1 / d
                table[w, v] = table.get((w, v), 0.0) + 1 / d
    X = torch.zeros((vocab_size, vocab_size), dtype=torch.float64)
    for (v, w), weight in table.items():
        X[v, w] = weight
    return X
""")
cooccurrence.also("a band of weights between words", """
def cooccurrence(sentences, window, vocab_size):
    X = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for sentence in sentences:
        places = torch.arange(len(sentence))
        one_hot = (torch.tensor(sentence, dtype=torch.int64)[:, None] == torch.arange(vocab_size)).double()
        distance = (places[:, None] - places).abs().double()
        weight = torch.where((distance > 0) & (distance <= window), 1 / distance, 0.0)
        X += one_hot.T @ weight @ one_hot
    return X
""")
