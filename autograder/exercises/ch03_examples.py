"""Chapter 03: text to examples, and examples to batches."""

import torch

from autograder.exercises.ch03_common import exercise
from ngram2bert.neural.examples import contexts as _contexts
from ngram2bert.neural.examples import epoch as _epoch

contexts = exercise(
    "contexts", of=_contexts, points=2, minutes=10, level=1,
    parts={"sentences": 1, "corner cases": 1},
    hints=["A sentence of m words gives m+1 examples. Which context has the first of them, and which target the last?",
           "Pad each sentence by itself, `[bos] * (n - 1)` in front and `[eos]` behind, and slide over it: for each "
           "place t from n-1 on the target is the word at t and the context what stands before it.",
           "The context of place t is `padded[t - n + 1 : t]`: the end of a slice is left out, so the target is not in "
           "it. `.reshape(-1, n - 1)` gives the empty text its shape too."])


@contexts.cases
def _(r):
    yield "sentences", dict(sentences=[[3, 4, 5]], n=3, bos=0, eos=1)
    yield "sentences", dict(sentences=[[3, 4, 5, 6], [7, 8]], n=2, bos=0, eos=1)
    yield "sentences", dict(sentences=[[3, 4], [5], [6, 7, 8]], n=4, bos=0, eos=1)
    yield "corner cases", dict(sentences=[[3, 4, 3]], n=3, bos=9, eos=8)
    yield "corner cases", dict(sentences=[[3], [], [4, 4]], n=3, bos=0, eos=1)
    yield "corner cases", dict(sentences=[[]], n=5, bos=0, eos=1)
    yield "corner cases", dict(sentences=[], n=3, bos=0, eos=1)
    for part, n in (("sentences", 2 + r.below(4)), ("corner cases", 5)):
        text = [r.integers(r.below(7), low=2, high=20).tolist() for _ in range(4)]
        yield part, dict(sentences=text, n=n, bos=r.choice([0, 30]), eos=r.choice([1, 31]))


contexts.mistake(
    "target inside the context", "padded[t - n + 1 : t]", "padded[t - n + 2 : t + 1]",
    "The last word of your context is the target itself. A network finds that out at once: its loss falls to almost 0, "
    "and it has learned to copy. The context ends *before* t.")
contexts.mistake(
    "context one word too far back", "padded[t - n + 1 : t]", "([bos] + padded)[t - n + 1 : t]",
    "Your context ends a word before its time: the word right before the target is missing from it.")
contexts.mistake(
    "newest word first", "padded[t - n + 1 : t]", "padded[t - n + 1 : t][::-1]",
    "Your contexts run backwards. The oldest word comes first.")
contexts.mistake(
    "n `<s>`", "[bos] * (n - 1)", "[bos] * n",
    "You put n `<s>` before a sentence, so `<s>` is predicted once. n-1 give the first word its context.")
contexts.mistake(
    "no `</s>`", "+ [eos]", "",
    "The end of a sentence is not among your targets. It is predicted like a word: without it no sentence ever ends.")
contexts.wrong("no padding at the start", """
def contexts(sentences, n, bos, eos):
    rows, targets = [], []
    for sentence in sentences:
        padded = sentence + [eos]
        for t in range(n - 1, len(padded)):
            rows.append(padded[t - n + 1 : t])
            targets.append(padded[t])
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n - 1), torch.tensor(targets, dtype=torch.int64)
""", "You begin where n-1 words are there already. The first n-1 words of every sentence are then never predicted, and "
     "short sentences are lost: put n-1 `<s>` in front.")
contexts.wrong("contexts reach into the sentence before", """
def contexts(sentences, n, bos, eos):
    text = [bos] * (n - 1) + [word for sentence in sentences for word in sentence + [eos]]
    rows = [text[t - n + 1 : t] for t in range(n - 1, len(text))]
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n - 1), torch.tensor(text[n - 1 :], dtype=torch.int64)
""", "You run the sentences together: the contexts of a sentence's first words are the last words of the one before. "
     "Each sentence starts with n-1 `<s>` of its own.")
contexts.wrong("windows across borders kept", """
def contexts(sentences, n, bos, eos):
    text = [word for sentence in sentences for word in [bos] * (n - 1) + sentence + [eos]]
    rows = [text[t - n + 1 : t] for t in range(n - 1, len(text))]
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n - 1), torch.tensor(text[n - 1 :], dtype=torch.int64)
""", "You slide over the whole text at once, and keep the windows that end in the `<s>` of the next sentence. `<s>` is "
     "no target.")
contexts.mistake(
    "padded behind", "[bos] * (n - 1) + sentence + [eos]", "sentence + [eos] + [bos] * (n - 1)",
    "Your `<s>` stand behind the sentence. They belong in front: there the words are missing.")
contexts.mistake(
    "`<s>` is 0 and `</s>` is 1", "[bos] * (n - 1) + sentence + [eos]", "[0] * (n - 1) + sentence + [1]",
    "You write 0 and 1 for `<s>` and `</s>`. Use the arguments.")
contexts.mistake(
    "empty sentences left out", "    for sentence in sentences:\n", "    for sentence in filter(None, sentences):\n",
    "You leave out empty sentences. Each is one example: n-1 `<s>`, then `</s>`.")
contexts.mistake(
    "shape of the empty text", ".reshape(-1, n - 1)", "",
    "Without a sentence your contexts have the shape (0,). It is (0, n-1), as for every other text.")
contexts.mistake(
    "floats", "torch.tensor(rows, dtype=torch.int64)", "torch.tensor(rows, dtype=torch.float32)",
    "Your contexts are floats. They are word numbers, and an index must be an integer.")
contexts.mistake(
    "one sentence only", "            targets.append(padded[t])\n",
    "            targets.append(padded[t])\n        break\n",
    "Your loop ends after the first sentence. Look at the indentation.")
contexts.wrong("contexts of n words", """
def contexts(sentences, n, bos, eos):
    rows, targets = [], []
    for sentence in sentences:
        padded = [bos] * n + sentence + [eos]
        for t in range(n, len(padded)):
            rows.append(padded[t - n : t])
            targets.append(padded[t])
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n), torch.tensor(targets, dtype=torch.int64)
""", "Your contexts have n words. An n-gram is the context *and* the word: n-1 of context.")
contexts.mistake(
    "padded with `</s>`", "[bos] * (n - 1)", "[eos] * (n - 1)",
    "You pad with `</s>`. Before a sentence stands `<s>`; `</s>` is what comes after it.")
contexts.wrong("`</s>` n-1 times", """
def contexts(sentences, n, bos, eos):
    rows, targets = [], []
    for sentence in sentences:
        padded = [bos] * (n - 1) + sentence + [eos] * (n - 1)
        for t in range(n - 1, len(padded)):
            rows.append(padded[t - n + 1 : t])
            targets.append(padded[t])
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n - 1), torch.tensor(targets, dtype=torch.int64)
""", "You put n-1 `</s>` behind a sentence, as many as there are `<s>` before it. A sentence ends once: each `</s>` "
     "too many is one more target, and an easy one, so the perplexity falls for nothing.")
contexts.wrong("short contexts filled up on the right", """
def contexts(sentences, n, bos, eos):
    rows, targets = [], []
    for sentence in sentences:
        padded = [bos] + sentence + [eos]
        for t in range(1, len(padded)):
            context = padded[max(0, t - n + 1) : t]
            rows.append(context + [bos] * (n - 1 - len(context)))
            targets.append(padded[t])
    return torch.tensor(rows, dtype=torch.int64).reshape(-1, n - 1), torch.tensor(targets, dtype=torch.int64)
""", "You fill short contexts up on the *right*. The word right before the target then stands in another place at the "
     "start of a sentence than elsewhere, and each place has weights of its own: fill up on the left.")
contexts.also("unfold", """
def contexts(sentences, n, bos, eos):
    windows = [torch.tensor([bos] * (n - 1) + s + [eos]).unfold(0, n, 1) for s in sentences]
    all_of_them = torch.cat(windows) if windows else torch.empty(0, n, dtype=torch.int64)
    return all_of_them[:, :-1], all_of_them[:, -1]
""")
contexts.also("a context that moves along", """
def contexts(sentences, n, bos, eos):
    rows, targets = torch.empty(0, n - 1, dtype=torch.int64), []
    for sentence in sentences:
        context = [bos] * (n - 1)
        for word in [*sentence, eos]:
            rows = torch.cat([rows, torch.tensor([context])])
            targets.append(word)
            context = context[1:] + [word]
    return rows, torch.tensor(targets, dtype=torch.int64)
""")
contexts.also("columns by shifting", """
def contexts(sentences, n, bos, eos):
    text = torch.tensor([w for s in sentences for w in [bos] * (n - 1) + s + [eos]], dtype=torch.int64)
    is_word = torch.tensor([j >= n - 1 for s in sentences for j in range(len(s) + n)], dtype=torch.bool)
    columns = [text.roll(k)[is_word] for k in range(n - 1, 0, -1)]
    return torch.stack(columns, 1), text[is_word]
""")

epoch = exercise(
    "epoch", of=_epoch, points=2, minutes=8, level=1, parts={"batches": 1, "order": 1},
    # what must hold whatever the order is; chance decides the order alone
    probe="""
    def probe(target, contexts, targets, size, seed):
        def read(s):
            return [(x, y) for x, y in target(contexts, targets, size, torch.Generator().manual_seed(s))]

        def flat(batches):
            return [(*row, word) for x, y in batches for row, word in zip(x.tolist(), y.tolist())]

        first, again, other = read(seed), read(seed), read(seed + 1)
        told = {
            "examples in each batch": [len(y) for _, y in first],
            "shapes of the contexts": [list(x.shape) for x, _ in first],
            "all examples, sorted": sorted(flat(first)),
            "the same seed gives the same order": flat(first) == flat(again),
        }
        if len(targets) > 20:
            text = [(*row, word) for row, word in zip(contexts.tolist(), targets.tolist())]
            place = {example: i for i, example in enumerate(text)}
            places = [[place.get(example, -1) for example in flat([batch])] for batch in first]
            told["another seed gives another order"] = flat(first) != flat(other)
            told["the order is that of the text"] = flat(first) == text
            told["a batch is a piece of the text"] = any(max(p) - min(p) < len(p) for p in places if len(p) > 3)
        told["arguments"] = [contexts, targets]
        return told
    """,
    hints=["How do you make sure that every example comes exactly once, and that a target stays with its context?",
           "Draw one random order of all N examples, cut it into pieces of `size`, and index both tensors with each "
           "piece.",
           "`torch.randperm(len(targets), generator=generator).split(size)` gives the row numbers of each batch; "
           "the last piece is smaller by itself."])


@epoch.cases
def _(r):
    def examples(count, width=2, start=0):
        rows = torch.arange(start, start + count * width).reshape(count, width)
        return dict(contexts=rows, targets=rows[:, 0] + 1000)

    yield "batches", dict(**examples(5), size=2, seed=1)
    yield "batches", dict(**examples(6, 3), size=3, seed=2)
    yield "batches", dict(**examples(2, 1), size=5, seed=3)
    yield "batches", dict(**examples(3), size=1, seed=4)
    yield "order", dict(**examples(60), size=8, seed=5)
    yield "order", dict(**examples(64, 3), size=32, seed=6)
    n = 21 + r.below(40)
    yield "batches", dict(**examples(n, 1 + r.below(4), 5), size=4 + r.below(9), seed=r.below(10**6))
    yield "order", dict(**examples(n + 30, 2), size=8 + r.below(9), seed=r.below(10**6))


epoch.mistake(
    "not shuffled", "torch.randperm(len(targets), generator=generator)", "torch.arange(len(targets))",
    "Your batches come in the order of the text. Neighbours in a text are alike, so each step would pull the network "
    "towards one document: draw a random order.")
epoch.mistake(
    "drawn with replacement", "torch.randperm(len(targets), generator=generator)",
    "torch.randint(len(targets), (len(targets),), generator=generator)",
    "You draw each example independently: some come twice and about a third does not come at all. One reading has "
    "every example once: a permutation.")
epoch.mistake(
    "`generator` ignored", "torch.randperm(len(targets), generator=generator)", "torch.randperm(len(targets))",
    "You draw from torch's global state, so the same seed gives another order each time. Pass `generator` on.")
epoch.mistake(
    "contexts not shuffled", "yield contexts[rows], targets[rows]",
    "yield contexts[rows.sort().values], targets[rows]",
    "A target no longer stands with its own context: you reordered one and not the other. Index both with the same "
    "rows.")
epoch.wrong("shuffled apart", """
def epoch(contexts, targets, size, generator):
    one = torch.randperm(len(targets), generator=generator)
    two = torch.randperm(len(targets), generator=generator)
    for i, j in zip(one.split(size), two.split(size)):
        yield contexts[i], targets[j]
""", "You shuffle contexts and targets apart, each in an order of its own. Then nothing is left to learn: draw one "
     "order and use it for both.")
epoch.wrong("last batch dropped", """
def epoch(contexts, targets, size, generator):
    order = torch.randperm(len(targets), generator=generator)
    for i in range(len(targets) // size):
        rows = order[i * size : (i + 1) * size]
        yield contexts[rows], targets[rows]
""", "You drop what is left over at the end. The last batch may be smaller, but it belongs to the reading.")
epoch.wrong("batches shuffled, not examples", """
def epoch(contexts, targets, size, generator):
    pieces = torch.arange(len(targets)).split(size)
    for i in torch.randperm(len(pieces), generator=generator).tolist():
        yield contexts[pieces[i]], targets[pieces[i]]
""", "You shuffle the batches, but each is still a piece of the text, and its examples overlap in all but a word. "
     "Shuffle the examples.")
epoch.wrong("shuffled within a batch only", """
def epoch(contexts, targets, size, generator):
    for piece in torch.arange(len(targets)).split(size):
        rows = piece[torch.randperm(len(piece), generator=generator)]
        yield contexts[rows], targets[rows]
""", "You shuffle inside each batch, where the order does not matter, and the batches are still pieces of the text.")
epoch.mistake(
    "`size` batches", "order.split(size)", "order.chunk(size)",
    "`chunk(size)` makes `size` batches. `size` is how many examples are in one: `split`.")
epoch.mistake(
    "one batch", "order.split(size)", "[order]",
    "You return the whole reading as one batch.")
epoch.mistake(
    "always the same order", "    order = torch", "    generator = torch.Generator().manual_seed(0)\n    order = torch",
    "You make a generator of your own, with a seed of its own: every reading is in the same order. Use the one that "
    "is given.")
epoch.wrong("a new order for each batch", """
def epoch(contexts, targets, size, generator):
    for start in range(0, len(targets), size):
        rows = torch.randperm(len(targets), generator=generator)[start : start + size]
        yield contexts[rows], targets[rows]
""", "You draw a new order for each batch and cut it at another place, so an example can come twice and another one "
     "never. Draw one order for the whole reading, before the loop.")
epoch.mistake(
    "one example at a time", "order.split(size)", "order",
    "You yield single examples. A batch is `size` of them, in a tensor with one more axis.")
epoch.wrong("targets in the order of the text", """
def epoch(contexts, targets, size, generator):
    order = torch.randperm(len(targets), generator=generator)
    for i in range(0, len(targets), size):
        yield contexts[order[i : i + size]], targets[i : i + size]
""", "Your contexts are shuffled and your targets are not, so no context has its own word. Index both with the same "
     "rows.")
epoch.also("slices of a permutation", """
def epoch(contexts, targets, size, generator):
    order = torch.randperm(len(targets), generator=generator)
    contexts, targets = contexts[order], targets[order]
    return [(contexts[i : i + size], targets[i : i + size]) for i in range(0, len(targets), size)]
""")
epoch.also("random keys, sorted", """
def epoch(contexts, targets, size, generator):
    order = torch.rand(len(targets), generator=generator, dtype=torch.float64).argsort()
    for i in range(math.ceil(len(targets) / size)):
        yield contexts[order[i * size : (i + 1) * size]], targets[order[i * size : (i + 1) * size]]
""")
epoch.also("torch's own loader", """
def epoch(contexts, targets, size, generator):
    data = torch.utils.data.TensorDataset(contexts, targets)
    return torch.utils.data.DataLoader(data, batch_size=size, shuffle=True, generator=generator)
""")
