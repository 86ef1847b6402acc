"""Chapter 05: sentences of several lengths as one batch, time first."""

from autograder.exercises.ch05_common import exercise
from ngram2bert.rnn.batches import pad_batch as _pad_batch

pad_batch = exercise(
    "pad_batch", of=_pad_batch, points=2, minutes=8, level=2, parts={"one length": 1, "several lengths": 1},
    hints=["Write down, for the sentence 5 7, what the network reads at each step and what it should say there. How "
           "many steps are that?",
           "Begin with two tensors (T, B), one full of `eos` and one full of `ignore`, where T is one more than the "
           "longest sentence. Then fill in a column a sentence.",
           "`inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])`, and the targets of the same rows are "
           "`[*sentence, eos]`."])


@pad_batch.cases
def _(r):
    def case(sentences, **more):
        return dict(sentences=sentences, **({"bos": 0, "eos": 1} | more))

    yield "one length", case([[5, 7]])
    yield "one length", case([[5, 7, 6], [4, 4, 9]])
    yield "one length", case([[3], [8], [5], [2]], bos=9, eos=7)
    yield "one length", case([[]])
    yield "several lengths", case([[5, 7], [6]])
    yield "several lengths", case([[6], [5, 7, 8], []], bos=1, eos=0)
    yield "several lengths", case([[2, 3], [1, 0, 1, 2], [4, 1]], ignore=-100)  # `</s>` may stand in the text
    yield "several lengths", case([[6, 5], [7, 8, 9, 5, 5], [3]], bos=12, eos=11, ignore=12)

    def draw(lengths):
        return case([r.integers(n, high=20).tolist() for n in lengths], bos=20 + r.below(5), eos=25 + r.below(5),
                    ignore=-1 - r.below(5))

    yield "one length", draw([1 + r.below(6)] * (2 + r.below(3)))
    yield "several lengths", draw(r.shuffled([0, 2, 3 + r.below(4), 8]))
    yield "several lengths", draw([r.below(7) for _ in range(2 + r.below(5))] + [7])


pad_batch.mistake(
    "batch first", "return inputs, targets", "return inputs.T, targets.T",
    "Your tensors are (B, T), a sentence a row. In this chapter time is the first axis: a sentence a column.")
pad_batch.mistake(
    "batch first, by `reshape`", "return inputs, targets",
    "return inputs.T.reshape(steps, -1), targets.T.reshape(steps, -1)",
    "You made rows of the sentences and then changed the shape with `reshape` or `view`. That mixes the sentences; "
    "a transpose moves each number to its place.")
pad_batch.mistake(
    "`<s>` forgotten", {"[bos, *sentence]": "[*sentence, eos]"}, "",
    "Your inputs begin with the first word. To predict that word the network must have read something: `<s>`.")
pad_batch.wrong("no `</s>` to predict", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(1, max(map(len, sentences)))
    inputs = torch.full((steps, len(sentences)), eos)
    targets = torch.full((steps, len(sentences)), ignore)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence), i] = torch.tensor([bos, *sentence[:-1]])[: len(sentence)]
        targets[: len(sentence), i] = torch.tensor(sentence, dtype=torch.int64)
    return inputs, targets
""", "The end of a sentence is not among your targets. It is predicted like a word: a sentence of n words has n + 1 "
     "steps.")
pad_batch.wrong("a step too many", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 2
    inputs = torch.full((steps, len(sentences)), eos)
    targets = torch.full((steps, len(sentences)), ignore)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 2, i] = torch.tensor([bos, *sentence, eos])
        targets[: len(sentence) + 1, i] = torch.tensor([*sentence, eos])
    return inputs, targets
""", "Your batch has a step too many: you let the network read `</s>` as well and then ask nothing. `</s>` is a "
     "target; nothing is read after it.")
pad_batch.mistake(
    "targets not shifted", "torch.tensor([*sentence, eos])", "torch.tensor([bos, *sentence])",
    "Your target at each step is the word that is read there. A network learns to copy it at once, and its loss says "
    "nothing: the target is the *next* word.")
pad_batch.mistake(
    "the word before as target", {"targets[: len(sentence) + 1, i] = torch.tensor([*sentence, eos])":
                                  "targets[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])",
                                  "inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])":
                                  "inputs[: len(sentence) + 1, i] = torch.tensor([*sentence, eos])"}, "",
    "You predict the word *before* the one that is read. It is the other way round.")
pad_batch.mistake(
    "padding is a target", "torch.full((steps, len(sentences)), ignore)", "torch.full((steps, len(sentences)), eos)",
    "The targets of your padding are `</s>`. The loss would count them, and there are many and they are easy: they "
    "must be `ignore`.")
pad_batch.mistake(
    "`ignore` in the inputs", "torch.full((steps, len(sentences)), eos)",
    "torch.full((steps, len(sentences)), ignore)",
    "You pad the inputs with `ignore`. It is no word: looked up in a table of vectors it is an error, or silently the "
    "last word. The task pads them with `</s>`.")
pad_batch.mistake(
    "inputs padded with `<s>`", "torch.full((steps, len(sentences)), eos)", "torch.full((steps, len(sentences)), bos)",
    "You pad the inputs with `<s>`. The task says `</s>`.")
pad_batch.mistake(
    "padded with 0", {"torch.full((steps, len(sentences)), eos)": "torch.full((steps, len(sentences)), 0)",
                      "torch.full((steps, len(sentences)), ignore)": "torch.full((steps, len(sentences)), 0)"}, "",
    "You pad with 0. That is a word; the inputs are padded with `eos` and the targets with `ignore`.")
pad_batch.mistake(
    "`ignore` is -1", "len(sentences)), ignore)", "len(sentences)), -1)",
    "You write -1 for padding. Use the argument `ignore`.")
pad_batch.mistake(
    "`<s>` is 0 and `</s>` is 1", {"[bos, *sentence]": "[0, *sentence]", "[*sentence, eos]": "[*sentence, 1]"}, "",
    "You write 0 and 1 for `<s>` and `</s>`. Use the arguments.")
pad_batch.wrong("padded in front", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 1
    inputs = torch.full((steps, len(sentences)), eos)
    targets = torch.full((steps, len(sentences)), ignore)
    for i, sentence in enumerate(sentences):
        inputs[steps - len(sentence) - 1 :, i] = torch.tensor([bos, *sentence])
        targets[steps - len(sentence) - 1 :, i] = torch.tensor([*sentence, eos])
    return inputs, targets
""", "You pad in front. A recurrent network would then read padding first, and start its sentence in another state "
     "than the one it was given: pad behind.")
pad_batch.wrong("`</s>` in the last row", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 1
    inputs = torch.full((steps, len(sentences)), eos)
    targets = torch.full((steps, len(sentences)), ignore)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])
        targets[: len(sentence), i] = torch.tensor(sentence, dtype=torch.int64)
    targets[-1] = eos
    return inputs, targets
""", "Your `</s>` stand in the last row of the batch. A short sentence ends earlier: right after its own last word.")
pad_batch.wrong("padding found by its value", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 1
    inputs = torch.full((steps, len(sentences)), eos)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])
    targets = torch.cat([inputs[1:], torch.full((1, len(sentences)), eos)])
    targets[inputs == eos] = ignore
    return inputs, targets
""", "You look for padding by its value, `inputs == eos`. The same number may stand in the text: what is padding is "
     "decided by the length of the sentence.")
pad_batch.wrong("the end of each sentence masked", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 1
    inputs = torch.full((steps, len(sentences)), eos)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])
    targets = torch.cat([inputs[1:], torch.full((1, len(sentences)), eos)])
    targets[targets == eos] = ignore
    return inputs, targets
""", "You replace every `</s>` among the targets by `ignore`, the true end of each sentence too. The first one after a "
     "sentence is predicted; only what follows it is padding.")
pad_batch.wrong("cut to the shortest sentence", """
def pad_batch(sentences, bos, eos, ignore=-1):
    inputs = zip(*[[bos, *sentence] for sentence in sentences])
    targets = zip(*[[*sentence, eos] for sentence in sentences])
    return torch.tensor(list(inputs)), torch.tensor(list(targets))
""", "You cut all sentences to the shortest (`zip` stops there). The batch is as long as the *longest*, and the others "
     "are padded.")
pad_batch.wrong("the longest sentence cut", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(1, max(map(len, sentences)))
    inputs = torch.full((steps, len(sentences)), eos)
    targets = torch.full((steps, len(sentences)), ignore)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence][:steps])
        targets[: len(sentence) + 1, i] = torch.tensor([*sentence, eos][:steps])
    return inputs, targets
""", "Your T is the length of the longest sentence. With `<s>` in front, or `</s>` behind, it has one step more, and "
     "the longest sentence of yours never ends.")
pad_batch.mistake(
    "sorted by length", "    for i, sentence in enumerate(sentences):",
    "    for i, sentence in enumerate(sorted(sentences, key=len, reverse=True)):",
    "You sort the sentences by length. Nothing here needs it, and the columns are no longer in the order that was "
    "given.")
pad_batch.mistake(
    "empty sentences left out", "    steps =", "    sentences = [s for s in sentences if s] or [[]]\n    steps =",
    "You leave out empty sentences. Each is one step: `<s>` is read, `</s>` is to come.")
pad_batch.mistake(
    "floats", "return inputs, targets", "return inputs.float(), targets.float()",
    "Your word numbers are floats. An index must be an integer.")
pad_batch.wrong("the caller's sentences changed", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 1
    inputs, targets = [], []
    for sentence in sentences:
        inputs.append([bos] + sentence + [eos] * (steps - len(sentence) - 1))
        sentence.append(eos)
        targets.append(sentence + [ignore] * (steps - len(sentence)))
    return torch.tensor(inputs).T, torch.tensor(targets).T
""", "Your answer is right, but you append `</s>` to the caller's own lists: a second reading would have two of them. "
     "Make new lists.")
pad_batch.mistake(
    "targets and inputs exchanged", "return inputs, targets", "return targets, inputs",
    "You return the targets first. Inputs, then targets.")
pad_batch.mistake(
    "`</s>` read where the sentence is whole", "[*sentence, eos])", "[*sentence, ignore])",
    "Your targets end with `ignore` where `</s>` is to be predicted. A model that is never asked for the end writes "
    "sentences that never stop.")
pad_batch.wrong("targets rolled round", """
def pad_batch(sentences, bos, eos, ignore=-1):
    steps = max(map(len, sentences)) + 1
    inputs = torch.full((steps, len(sentences)), eos)
    for i, sentence in enumerate(sentences):
        inputs[: len(sentence) + 1, i] = torch.tensor([bos, *sentence])
    targets = inputs.roll(-1, 0)
    for i, sentence in enumerate(sentences):
        targets[len(sentence) + 1 :, i] = ignore
    return inputs, targets
""", "You roll the inputs by one step: what falls out at the top, `<s>`, comes in again at the bottom, as the last "
     "target of the longest sentence. Its last target is `</s>`.")
pad_batch.mistake(
    "lists", "return inputs, targets", "return inputs.tolist(), targets.tolist()",
    "You return lists. Tensors of word numbers are asked for: `torch.tensor`.")
pad_batch.mistake(
    "targets of the first pad step only", "    return inputs, targets",
    "    for i, sentence in enumerate(sentences):\n        targets[len(sentence) + 2 :, i] = eos\n"
    "    return inputs, targets",
    "Only the first step after a sentence has the target `ignore` in yours. All steps after it are padding.")
pad_batch.also("rows, then the transpose", """
def pad_batch(sentences, bos, eos, ignore=-1):
    longest = max(len(sentence) for sentence in sentences)
    inputs = [[bos] + s + [eos] * (longest - len(s)) for s in sentences]
    targets = [s + [eos] + [ignore] * (longest - len(s)) for s in sentences]
    return torch.tensor(inputs).T, torch.tensor(targets).T
""")
pad_batch.also("pad_sequence", """
def pad_batch(sentences, bos, eos, ignore=-1):
    pad = nn.utils.rnn.pad_sequence
    inputs = pad([torch.tensor([bos, *s]) for s in sentences], padding_value=eos)
    return inputs, pad([torch.tensor([*s, eos]) for s in sentences], padding_value=ignore)
""")
pad_batch.also("zip_longest", """
from itertools import zip_longest


def pad_batch(sentences, bos, eos, ignore=-1):
    inputs = zip_longest(*([bos, *s] for s in sentences), fillvalue=eos)
    targets = zip_longest(*([*s, eos] for s in sentences), fillvalue=ignore)
    return torch.tensor(list(inputs)), torch.tensor(list(targets))
""")
pad_batch.also("a mask of lengths", """
def pad_batch(sentences, bos, eos, ignore=-1):
    lengths = torch.tensor([len(s) for s in sentences])
    rows = torch.arange(int(lengths.max()) + 1)[:, None]
    words = torch.full((len(rows) + 1, len(sentences)), eos)
    words[0] = bos
    for column, sentence in zip(words.unbind(1), sentences):
        for t, word in enumerate(sentence, start=1):
            column[t] = word
    return words[:-1], torch.where(rows > lengths, ignore, words[1:])
""")
