"""Chapter 02: a hidden Markov model from tagged text."""

from autograder.exercises.ch02_common import exercise
from ngram2bert.hmm.supervised import supervised_estimates as _supervised_estimates

supervised_estimates = exercise(
    "supervised_estimates", of=_supervised_estimates, points=4, minutes=18, level=1,
    parts={"one sentence": 1, "several sentences": 1, "never seen": 1, "random": 1},
    hints=["What can happen after a tag? The next tag, or the end of the sentence. So by how much must you divide the "
           "number of times that tag j came after tag k?",
           "Make four tables of counts, over the whole text: first tags, pairs of neighbours *within* a sentence, last "
           "tags, pairs (tag, word). Then divide: the first by its sum, the other three by how often the tag occurs.",
           "`torch.bincount(torch.tensor(numbers), minlength=size)` counts numbers; a pair (k, j) is the number "
           "`k * states + j`, and `reshape` makes the table again. `emit.sum(1)` is how often each tag occurs; "
           "`.clamp(min=1)` makes 0 / 0 a 0. Sentences may be empty: `if path`."])


@supervised_estimates.cases
def _(r):
    yield "one sentence", dict(words=[[0, 2, 1]], tags=[[1, 0, 1]], states=2, vocab=3)
    yield "one sentence", dict(words=[[3, 0, 0, 1, 2]], tags=[[0, 1, 1, 0, 2]], states=3, vocab=4)
    yield "several sentences", dict(words=[[0, 1], [2, 1, 1]], tags=[[0, 1], [0, 0, 1]], states=2, vocab=3)
    yield "several sentences", dict(words=[[1], [0, 2, 1, 0], [2]], tags=[[1], [0, 1, 1, 0], [0]], states=2, vocab=3)
    yield "several sentences", dict(words=[[0, 1, 1], [1, 0], [0]], tags=[[1, 2, 2], [0, 1], [2]], states=3, vocab=2)
    yield "never seen", dict(words=[[4, 1], [1]], tags=[[2, 0], [2]], states=4, vocab=6)
    yield "never seen", dict(words=[[], [0, 1], []], tags=[[], [1, 0], []], states=2, vocab=2)
    yield "never seen", dict(words=[], tags=[], states=2, vocab=3)
    for part in ("random", "several sentences"):
        states, vocab = 2 + r.below(3), 2 + r.below(5)
        lengths = [1 + r.below(6) for _ in range(5)]
        yield part, dict(words=[r.integers(n, high=vocab).tolist() for n in lengths],
                         tags=[r.integers(n, high=states).tolist() for n in lengths], states=states, vocab=vocab)
    for part, lengths in (("one sentence", [2 + r.below(6)]), ("never seen", r.shuffled([0, 1, 1 + r.below(4)]))):
        states, vocab, unseen = 2 + r.below(3), 2 + r.below(5), (part == "never seen") * (1 + r.below(2))
        yield part, dict(words=[r.integers(n, high=vocab).tolist() for n in lengths],
                         tags=[r.integers(n, high=states).tolist() for n in lengths],
                         states=states + unseen, vocab=vocab + unseen)


mistake = supervised_estimates.mistake
mistake(
    "A transposed", "k * states + j for", "j * states + k for",
    "Your `trans` is transposed: the row is the tag that one comes *from*, the column the tag that one goes to.")
mistake(
    "the end left out of the row's sum", "trans / often[:, None]", "trans / trans.sum(1, keepdim=True).clamp(min=1)",
    "You divide a row of `trans` by its own sum. After a tag the sentence may also end: the row and its `stop` sum to "
    "one together, so divide both by how often the tag occurs.")
mistake(
    "stop divided by the sentences", "stop / often", "stop / stop.sum().clamp(min=1)",
    "Your `stop` is the distribution of last tags. It must be the probability that the sentence ends *after this tag*: "
    "divide by how often the tag occurs.")
mistake(
    "no end at all", {"trans / often[:, None], stop / often": "trans / trans.sum(1, keepdim=True).clamp(min=1), "
                      "torch.zeros(states).double()"}, "",
    "You leave the end out. Count the last tags too: with probability c(k </s>) / c(k) the sentence ends after tag k.")
mistake(
    "start from all tags", "path[0] for path in tags if path", "k for path in tags for k in path",
    "Your `start` counts every tag of the text. Only the first tag of each sentence comes after `<s>`.")
mistake(
    "the tag given the word", "emit / often[:, None]", "emit / emit.sum(0, keepdim=True).clamp(min=1)",
    "You divide `emit` by how often each word occurs: that is p(tag | word). The model speaks from the tag: p(word | "
    "tag), rows that sum to one.")
mistake(
    "emit shared by all", "emit / often[:, None]", "emit / emit.sum().clamp(min=1)",
    "You divide `emit` by the number of tokens, and get how often tag and word occur *together*. Divide each row by "
    "its own sum.")
mistake(
    "trans shared by all", "trans / often[:, None]", "trans / often.sum().clamp(min=1)",
    "You divide `trans` by one number for the whole table. Each row belongs to one tag: divide it by how often that "
    "tag occurs.")
mistake(
    "pairs across sentences", "for path in tags for k, j in pairwise(path)",
    "for k, j in pairwise([tag for path in tags for tag in path])",
    "You count the last tag of a sentence and the first of the next as neighbours. Sentences are independent: pairs "
    "stand within one.")
supervised_estimates.wrong("sentences averaged", """
def supervised_estimates(words, tags, states, vocab):
    found = []
    for text, path in zip(words, tags):
        if not path:
            continue
        start, stop = torch.zeros(states).double(), torch.zeros(states).double()
        trans, emit = torch.zeros(states, states).double(), torch.zeros(states, vocab).double()
        start[path[0]] += 1
        stop[path[-1]] += 1
        for k, j in pairwise(path):
            trans[k, j] += 1
        for k, w in zip(path, text):
            emit[k, w] += 1
        often = emit.sum(1).clamp(min=1)
        found.append((start, trans / often[:, None], stop / often, emit / often[:, None]))
    if not found:
        return (torch.zeros(states).double(), torch.zeros(states, states).double(), torch.zeros(states).double(),
                torch.zeros(states, vocab).double())
    return tuple(torch.stack(part).mean(0) for part in zip(*found))
""", "You estimate a model from each sentence and average the models. A tag that occurs once in one sentence then "
     "weighs as much as one that fills another: add the *counts* of all sentences, then divide once.")
mistake(
    "zero divided by zero", {".clamp(min=1)  # (K,)": "  # (K,)", "start.sum().clamp(min=1)": "start.sum()"}, "",
    "A tag that never occurs gives 0 / 0, and NaN goes through every sum that it enters. Such rows are 0 here.")
mistake(
    "unseen tags uniform", "emit / often[:, None]", "torch.where(emit.sum(1, keepdim=True) > 0, "
    "emit / often[:, None], 1 / vocab)",
    "You give a tag that never occurs the same probability for every word. The task asks for zeros there: it is never "
    "reached anyway.")
mistake(
    "one added to everything", "emit = count(tag * vocab", "emit = 1 + count(tag * vocab",
    "You add one to every count of a word. That is Laplace's smoothing of chapter 01; here the counts are taken as "
    "they are.")
mistake(
    "counts returned", "return start / start.sum().clamp(min=1), trans / often[:, None], stop / often, emit / "
    "often[:, None]", "return start, trans, stop, emit",
    "These are the counts. Probabilities are asked: divide.")
mistake(
    "empty sentences forgotten", {"path[0] for path in tags if path": "path[0] for path in tags",
                                  "path[-1] for path in tags if path": "path[-1] for path in tags"}, "",
    "A sentence may be empty, and then it has no first tag: `path[0]` raises IndexError. Leave such sentences out.")
mistake(
    "single precision", "minlength=size).double()", "minlength=size).float()",
    "Your tables are single precision. The task asks for float64.")
mistake(
    "tables too small", "minlength=size).double()",
    "minlength=min(size, 1)).double()",
    "Without `minlength` the table ends at the largest number that occurs, and does not fit its shape where the last "
    "tag or word is missing.")
mistake(
    "words and tags swapped", "tag * vocab + word", "word * states + tag",
    "Your numbers for (tag, word) count words first: `reshape(states, vocab)` then puts them into wrong cells. The row "
    "is the tag: `k * vocab + w`.")
mistake(
    "first and last swapped", {"start = count(numbers(path[0]": "stop = count(numbers(path[0]",
                               "stop = count(numbers(path[-1]": "start = count(numbers(path[-1]"}, "",
    "Your `start` counts last tags and your `stop` first ones.")
mistake(
    "divided by the moves alone",
    "trans / often[:, None], stop / often,", "trans / trans.sum(1, keepdim=True).clamp(min=1), "
    "stop / trans.sum(1).clamp(min=1),",
    "You divide `trans` and `stop` by how often a tag is followed by another. It is left by the end as well: divide by "
    "how often the tag *occurs*.")
mistake(
    "start shared with empty sentences", "start / start.sum().clamp(min=1)", "start / max(1, len(tags))",
    "You divide the starts by all sentences. An empty one does not start: divide by the sum of the starts.")
mistake(
    "start divided by how often the tag occurs", "start / start.sum().clamp(min=1)", "start / often",
    "You divide `start` by how often each tag occurs: that is the chance that a tag, once there, stands first. It is "
    "the first tag that is drawn: divide by the sum of the starts, and `start` sums to one.")
supervised_estimates.also("loops", """
def supervised_estimates(words, tags, states, vocab):
    start, stop = [0.0] * states, [0.0] * states
    trans = [[0.0] * states for _ in range(states)]
    emit = [[0.0] * vocab for _ in range(states)]
    for sentence, path in zip(words, tags):
        before = None
        for word, tag in zip(sentence, path):
            if before is None:
                start[tag] += 1
            else:
                trans[before][tag] += 1
            emit[tag][word] += 1
            before = tag
        if before is not None:
            stop[before] += 1
    sentences = sum(start) or 1.0
    often = [sum(row) or 1.0 for row in emit]
    double = dict(dtype=torch.float64)
    return (torch.tensor([x / sentences for x in start], **double),
            torch.tensor([[x / n for x in row] for row, n in zip(trans, often)], **double),
            torch.tensor([x / n for x, n in zip(stop, often)], **double),
            torch.tensor([[x / n for x in row] for row, n in zip(emit, often)], **double))
""")
supervised_estimates.also("one table with a border", """
def supervised_estimates(words, tags, states, vocab):
    moves = torch.zeros(states + 1, states + 1, dtype=torch.float64)
    emit = torch.zeros(states, vocab, dtype=torch.float64)
    for sentence, path in zip(words, tags):
        if len(path) > 0:
            k = torch.tensor([states, *path, states])
            moves.index_put_((k[:-1], k[1:]), torch.ones(len(k) - 1, dtype=torch.float64), accumulate=True)
            emit.index_put_((k[1:-1], torch.tensor(sentence)), torch.ones(len(path)).double(), accumulate=True)
    moves = (moves / moves.sum(1, keepdim=True)).nan_to_num()
    emit = (emit / emit.sum(1, keepdim=True)).nan_to_num()
    return moves[states, :states], moves[:states, :states], moves[:states, states], emit
""")
