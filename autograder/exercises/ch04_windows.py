"""Chapter 04: from a sentence to pairs."""

import torch

from autograder.exercises.ch04_common import exercise, ids
from ngram2bert.vectors.windows import skipgram_pairs as _skipgram_pairs

skipgram_pairs = exercise(
    "skipgram_pairs", of=_skipgram_pairs, points=3, minutes=14, level=2,
    parts={"windows": 1, "dropped words": 1, "borders and nothing": 1},
    # the order of the pairs is the learner's own: they are sorted here
    probe="""
    def probe(target, sentence, keep, reach):
        before = list(sentence), keep.clone(), reach.clone()
        centres, outputs = target(sentence, keep, reach)
        pairs = centres, outputs
        if all(isinstance(part, torch.Tensor) and part.dim() == 1 for part in pairs) and len(centres) == len(outputs):
            pairs = torch.stack(pairs, 1)
            pairs = pairs[np.lexsort((pairs[:, 1].numpy(), pairs[:, 0].numpy()))]
        same = sentence == before[0] and torch.equal(keep, before[1]) and torch.equal(reach, before[2])
        return {"pairs, sorted": pairs, "arguments unchanged": same}
    """,
    hints=["The sentence is 7 3 9 4 and 3 is dropped. Which words are the neighbours of 9 now?",
           "Make the list of the places that are kept. Walk over it: the window of a centre is a stretch of *that* "
           "list, but its reach still has the number of the place in the sentence. Take care that no slice starts "
           "below 0.",
           "`kept = [i for i in range(len(sentence)) if keep[i]]`; for `place, i in enumerate(kept)` the others are "
           "`kept[max(0, place - r) : place] + kept[place + 1 : place + 1 + r]` with `r = int(reach[i])`."])


def _case(sentence, dropped, reach):
    keep = torch.ones(len(sentence), dtype=torch.bool)
    keep[list(dropped)] = False
    return dict(sentence=list(sentence), keep=keep, reach=ids(list(reach)))


@skipgram_pairs.cases
def _(r):
    yield "windows", _case([7, 3, 9], (), (1, 1, 1))
    yield "windows", _case([7, 3, 9, 4], (), (3, 1, 2, 1))
    yield "windows", _case([5, 8, 2, 6, 9, 1, 4], (), (1, 2, 3, 1, 2, 2, 1))
    yield "windows", _case([5, 8, 5, 5, 9], (), (2, 1, 1, 2, 1))
    yield "dropped words", _case([7, 3, 9, 4], (1,), (1, 2, 1, 2))
    yield "dropped words", _case([6, 2, 8, 1, 5, 9, 3], (1, 2, 4), (2, 4, 3, 1, 5, 2, 1))
    yield "dropped words", _case([6, 2, 6, 1, 5, 2, 3, 0], (0, 3, 7), (3, 1, 2, 2, 1, 3, 1, 1))
    yield "borders and nothing", _case([], (), ())
    yield "borders and nothing", _case([4], (), (2,))
    yield "borders and nothing", _case([4, 7], (0, 1), (2, 1))
    yield "borders and nothing", _case([4, 7, 5], (0, 2), (2, 1, 3))
    yield "borders and nothing", _case([4, 7, 5], (), (9, 8, 7))
    for part, low in (("windows", 6), ("dropped words", 9), ("borders and nothing", 2)):
        n = low + r.below(5)
        dropped = [i for i in range(n) if r.below(3) == 0] if part == "dropped words" else ()
        reach = 1 + r.integers(n, high=3 if part != "borders and nothing" else 9)
        yield part, _case(r.integers(n, high=12).tolist(), dropped, reach.tolist())


START = "def skipgram_pairs(sentence, keep, reach):\n"
END = """
    centres, outputs = torch.tensor(pairs, dtype=torch.int64).reshape(-1, 2).T
    return centres, outputs
"""
skipgram_pairs.wrong("dropped after the windows were laid", START + """
    pairs = []
    for i in range(len(sentence)):
        for j in range(max(0, i - int(reach[i])), min(len(sentence), i + int(reach[i]) + 1)):
            if i != j and keep[i] and keep[j]:
                pairs.append((sentence[i], sentence[j]))
""" + END,
    "You lay the windows over the whole sentence and drop words from them afterwards. Drop first: the words that are "
    "left move together, and the window reaches further in the text.")
skipgram_pairs.wrong("dropped words are still outputs", START + """
    pairs = []
    for i in range(len(sentence)):
        for j in range(max(0, i - int(reach[i])), min(len(sentence), i + int(reach[i]) + 1)):
            if i != j and keep[i]:
                pairs.append((sentence[i], sentence[j]))
""" + END,
    "You drop words as centres only. A word that is not kept is no output either: it vanishes from the sentence.")
skipgram_pairs.wrong("dropped words are still centres", START + """
    pairs = []
    for i in range(len(sentence)):
        before = [j for j in range(i) if keep[j]][-int(reach[i]):]
        after = [j for j in range(i + 1, len(sentence)) if keep[j]][:int(reach[i])]
        pairs += [(sentence[i], sentence[j]) for j in before + after]
""" + END,
    "You drop words as outputs only. A word that is not kept is no centre either.")
skipgram_pairs.mistake(
    "nothing dropped", " if keep[i]]", "]",
    "You never look at `keep`: the dropped words are all there.")
skipgram_pairs.mistake(
    "keep read the other way", " if keep[i]]", " if not keep[i]]",
    "You take the words that are to be dropped. `keep` is True for those that stay.")
skipgram_pairs.mistake(
    "reach counted in the shortened sentence", {"place - int(reach[i])": "place - int(reach[place])",
                                               "place + 1 + int(reach[i])": "place + 1 + int(reach[place])"}, "",
    "You read `reach` at the place in the shortened sentence. reach[i] belongs to word i of the original one, so after "
    "the first dropped word all yours are moved.")
skipgram_pairs.mistake(
    "centre and output exchanged", "(sentence[i], sentence[j])", "(sentence[j], sentence[i])",
    "Another word decides how far your window reaches: you exchanged the two words of a pair, or read `reach` at the "
    "output. The centre comes first, and the reach is its own.")
skipgram_pairs.mistake(
    "the centre is its own neighbour", "kept[place + 1 : place + 1", "kept[place : place + 1",
    "Your window holds the centre itself, so each word is paired with its own place. Leave that place out.")
skipgram_pairs.mistake(
    "equal words left out", "            pairs.append((sentence[i], sentence[j]))",
    "            if sentence[i] != sentence[j]:\n                pairs.append((sentence[i], sentence[j]))",
    "You leave out every neighbour that is the same *word*. Only the centre's own *place* is left out: *very very* is "
    "a pair.")
skipgram_pairs.mistake(
    "right neighbours only", "kept[first:place] + kept", "kept",
    "You pair a word with those after it only. The window has two sides.")
skipgram_pairs.mistake(
    "left neighbours only", " + kept[place + 1 : place + 1 + int(reach[i])]", "",
    "You pair a word with those before it only. The window has two sides.")
skipgram_pairs.mistake(
    "one short on the right", "place + 1 + int(reach[i])]", "place + int(reach[i])]",
    "On the right your window ends one word too soon: the end of a slice is not in it.")
skipgram_pairs.mistake(
    "one too far on the right", "place + 1 + int(reach[i])]", "place + 2 + int(reach[i])]",
    "On the right your window goes one word too far.")
skipgram_pairs.mistake(
    "one short on the left", "place - int(reach[i])", "place - int(reach[i]) + 1",
    "On the left your window begins one word too late.")
skipgram_pairs.mistake(
    "slices that start below 0", "max(0, place - int(reach[i]))", "place - int(reach[i])",
    "Near the start of the sentence your slice begins below 0, and Python counts that from the end: neighbours are "
    "lost. Begin at 0 at the least.")
skipgram_pairs.wrong("round the border", START + """
    kept = [i for i in range(len(sentence)) if keep[i]]
    pairs = []
    for place, i in enumerate(kept):
        for d in range(1, int(reach[i]) + 1):
            for other in (place - d, place + d):
                if other % len(kept) != place:
                    pairs.append((sentence[i], sentence[kept[other % len(kept)]]))
""" + END,
    "Your window runs round the border: the first word gets the last ones as neighbours. At a border it is cut off.")
skipgram_pairs.wrong("negative places", START + """
    kept = [i for i in range(len(sentence)) if keep[i]]
    pairs = []
    for place, i in enumerate(kept):
        for d in range(1, int(reach[i]) + 1):
            for other in (place - d, place + d):
                if -len(kept) <= other < len(kept):
                    pairs.append((sentence[i], sentence[kept[other]]))
""" + END,
    "You look up places below 0, which Python counts from the end: the first word gets the last ones as neighbours. "
    "Test for both borders.")
skipgram_pairs.wrong("only whole windows", START + """
    kept = [i for i in range(len(sentence)) if keep[i]]
    pairs = []
    for place, i in enumerate(kept):
        r = int(reach[i])
        if r <= place < len(kept) - r:
            for j in kept[place - r : place] + kept[place + 1 : place + 1 + r]:
                pairs.append((sentence[i], sentence[j]))
""" + END,
    "You pass over centres whose window does not fit into the sentence. At a border the window is cut off, and the "
    "rest of it counts.")
skipgram_pairs.mistake(
    "one reach for all", {"place - int(reach[i])": "place - int(reach.max())",
                          "place + 1 + int(reach[i])": "place + 1 + int(reach.max())"}, "",
    "You use the largest reach for every centre. Each has its own: that is how near words come to count more.")
skipgram_pairs.mistake(
    "places for words", "(sentence[i], sentence[j])", "(i, j)",
    "You return places in the sentence. The pairs are of word numbers: `sentence[i]`.")
skipgram_pairs.mistake(
    "each pair once", "torch.tensor(pairs,", "torch.tensor(sorted(set(pairs)),",
    "You keep each different pair once. How often two words meet is all that there is to learn from: keep every pair.")
skipgram_pairs.mistake(
    "float when there is nothing", "torch.tensor(pairs, dtype=torch.int64).reshape(-1, 2).T",
    "torch.tensor([p[0] for p in pairs]), torch.tensor([p[1] for p in pairs])",
    "From an empty list torch makes a tensor of floats, and no table can be indexed with it. Say "
    "`dtype=torch.int64`.")
skipgram_pairs.mistake(
    "one pair for two neighbours", "for j in kept[first:place] + kept", "for j in kept[first:place][::-1][:1] + kept",
    "On the left you take the nearest word only. All that are within the reach belong to the window.")
skipgram_pairs.mistake(
    "the words at the rim alone", "kept[first:place] + kept[place + 1 : place + 1 + int(reach[i])]",
    "(kept[first:place][:1] + kept[place + 1 : place + 1 + int(reach[i])][-1:])",
    "You take only the two words at the rim of the window. All between them count as well.")
skipgram_pairs.mistake(
    "the place looked up by its word", {"place - int(reach[i])": "place - int(reach[sentence.index(sentence[i])])",
                                        "place + 1 + int(reach[i])":
                                        "place + 1 + int(reach[sentence.index(sentence[i])])"}, "",
    "You find the reach by `sentence.index(word)`. That is the *first* place of a word that comes twice: walk over "
    "places, not over words.")
skipgram_pairs.wrong("both must reach", START + """
    kept = [i for i in range(len(sentence)) if keep[i]]
    pairs = [(sentence[i], sentence[j]) for a, i in enumerate(kept) for b, j in enumerate(kept)
             if a != b and abs(a - b) <= min(int(reach[i]), int(reach[j]))]
""" + END,
    "You ask that each of the two reaches the other. The window is the centre's alone: only its reach counts.")
skipgram_pairs.also("every two places, and a test", START + """
    kept = [i for i in range(len(sentence)) if bool(keep[i])]
    pairs = [(sentence[i], sentence[j]) for a, i in enumerate(kept) for b, j in enumerate(kept)
             if 0 < abs(a - b) <= reach[i]]
""" + END)
skipgram_pairs.also("a table of distances", START + """
    words = torch.tensor(sentence, dtype=torch.int64)[keep]
    place = torch.arange(len(words))
    distance = (place[:, None] - place).abs()
    centre, output = ((distance > 0) & (distance <= reach[keep][:, None])).nonzero(as_tuple=True)
    return words[centre], words[output]
""")
skipgram_pairs.also("one distance after the other", START + """
    words, r = torch.tensor(sentence, dtype=torch.int64)[keep], reach[keep]
    centres, outputs = [words[:0]], [words[:0]]
    for d in range(1, len(words)):
        left, right = words[:-d], words[d:]
        centres += [left[r[:-d] >= d], right[r[d:] >= d]]
        outputs += [right[r[:-d] >= d], left[r[d:] >= d]]
    return torch.cat(centres), torch.cat(outputs)
""")
