"""Chapter 01: which words a model knows."""

from autograder.exercises.ch01_common import exercise
from ngram2bert.ngrams.vocabulary import encode_splits as _encode_splits

encode_splits = exercise(
    "encode_splits", of=_encode_splits, points=3, minutes=12, level=1,
    parts={"training text": 1, "held-out text": 1, "corner cases": 1},
    hints=["Which of the splits may decide what the vocabulary is? And what becomes of a training word that is too "
           "rare for it?",
           "Count the words of `splits[0]` with a `Counter`, keep those with `min_count` or more, sort them, and put "
           "the three special words in front. A dictionary from word to number then writes all the splits.",
           "`sorted(known, key=lambda word: (-counts[word], word))` puts frequent words first and equally frequent "
           "ones in alphabetical order; `number.get(word, number[\"UNK_\"])` is the number of any word."])


@encode_splits.cases
def _(r):
    yield "training text", dict(splits=[[["b", "a", "b"], ["b", "c", "a"]]], min_count=2)
    yield "training text", dict(splits=[[["d", "c", "b"], ["c", "d", "a"], ["a", "b", "b"]]], min_count=2)
    yield "training text", dict(splits=[[["a", "a", "a"], ["b"], ["b", "c"], ["b", "c"]]], min_count=3)
    yield "training text", dict(splits=[[["b", "a"], ["c", "b"]]], min_count=1)
    yield "held-out text", dict(splits=[[["a", "b", "a"], ["b", "c"]], [["b", "d"], ["a"]]], min_count=2)
    yield "held-out text", dict(splits=[[["a", "b", "a"], ["c"]], [["c", "b"], ["b"]], [["c", "a"]]], min_count=2)
    yield "corner cases", dict(splits=[[["the", "The", "the"], ["The", "the", "dog"]], [["Dog", "The"]]], min_count=2)
    yield "corner cases", dict(splits=[[["UNK_", "a", "a"], ["UNK_", "b", "UNK_"]], [["UNK_", "b"]]], min_count=2)
    yield "corner cases", dict(splits=[[["a"], [], ["a", "b"]], [], [[]]], min_count=2)
    yield "corner cases", dict(splits=[[["a", "b"]], [["b", "b"]]], min_count=5)
    letters = "abcdefgh"
    for part in ("training text", "held-out text", "corner cases"):
        splits = []
        for size in (9, 3, 1 + r.below(3)):
            splits.append([[r.choice(letters) for _ in range(r.below(6))] for _ in range(size)])
        yield part, dict(splits=splits, min_count=1 + r.below(5))


encode_splits.mistake(
    "counts over all splits",
    "for sentence in splits[0] for word", "for split in splits for sentence in split for word",
    "You count the words of every split. A vocabulary that has seen the test makes the test easier: count `splits[0]` "
    "alone.")
encode_splits.mistake(
    "> for >=", "count >= min_count", "count > min_count",
    "A word that occurs exactly `min_count` times is known: `>=`, not `>`.")
encode_splits.mistake(
    "`min_count` ignored", "count >= min_count and ", "",
    "Every training word is in your vocabulary, so `UNK_` never occurs in training and no model can learn how likely "
    "it is. Words rarer than `min_count` become `UNK_`, in training too.")
encode_splits.mistake(
    "unknown words dropped", "number[\"UNK_\"]) for word in sentence]", "2) for word in sentence if word in number]",
    "You drop unknown words, so sentences become shorter and words become neighbours that never were. Write `UNK_` in "
    "their place.")
encode_splits.mistake(
    "unknown words are number 0", "number[\"UNK_\"])", "0)",
    "Unknown words get 0, the number of `<s>`. Theirs is the number of `UNK_`.")
encode_splits.mistake(
    "sentences counted, not words", "for word in sentence)", "for word in set(sentence))",
    "You count in how many sentences a word occurs. `min_count` is about how often: a word that a sentence holds three "
    "times counts three times.")
encode_splits.mistake(
    "no rule for ties", "key=lambda word: (-counts[word], word)", "key=lambda word: -counts[word]",
    "Equally frequent words stand in the order in which they were first seen. Put them in alphabetical order, so that "
    "the same words always get the same numbers.")
encode_splits.mistake(
    "ties from z to a",
    "key=lambda word: (-counts[word], word))", "key=lambda word: (counts[word], word), reverse=True)",
    "`reverse=True` turns round the ties as well: equally frequent words stand from z to a. Sort by minus the count, "
    "then by the word.")
encode_splits.mistake(
    "rarest first", "(-counts[word], word)", "(counts[word], word)",
    "Your words go from the rarest to the most frequent. The most frequent comes first.")
encode_splits.mistake(
    "alphabetical order", "sorted(known, key=lambda word: (-counts[word], word))", "sorted(known)",
    "Your words are in alphabetical order. The alphabet only decides between equally frequent words.")
encode_splits.mistake(
    "special words last", "specials + sorted(known, key=lambda word: (-counts[word], word))",
    "sorted(known, key=lambda word: (-counts[word], word)) + specials",
    "`<s>`, `</s>` and `UNK_` stand at the end of your list. Their numbers are 0, 1 and 2 in every vocabulary.")
encode_splits.mistake(
    "special words listed twice", " and word not in specials", "",
    "A text may already hold `UNK_`. You list it a second time among the known words, and one word then has two "
    "numbers.")
encode_splits.wrong("UNK_ placed by its count", """
def encode_splits(splits, min_count):
    counts = Counter(word for sentence in splits[0] for word in sentence)
    text = [[word if counts[word] >= min_count else "UNK_" for word in sentence] for sentence in splits[0]]
    counts = Counter(word for sentence in text for word in sentence)
    words = ["<s>", "</s>"] + sorted(counts, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    return words, [[[number.get(w, number.get("UNK_", 2)) for w in s] for s in split] for split in splits]
""", "You count `UNK_` like a word and sort it in among the others. Its number is 2 in every vocabulary, and it is "
     "there even where training has no rare word.")
encode_splits.mistake(
    "<s> and </s> left out", "[\"<s>\", \"</s>\", \"UNK_\"]", "[\"UNK_\"]",
    "`<s>` and `</s>` are not in your list. They have numbers too, 0 and 1, though no sentence holds them.")
encode_splits.mistake(
    "lower case", "Counter(word for", "Counter(word.lower() for",
    "You turn words into lower case. *The* and *the* are two words of this text.")
encode_splits.mistake(
    "borders added", "[number.get(word, number[\"UNK_\"]) for word in sentence]",
    "[0] + [number.get(word, number[\"UNK_\"]) for word in sentence] + [1]",
    "You add `<s>` and `</s>` to each sentence. How many are needed depends on n: `count_ngrams` adds them.")
encode_splits.mistake(
    "only the training text written", "for split in splits]", "for split in splits[:1]]",
    "Only the training text comes back. Write all the splits in numbers.")
encode_splits.mistake(
    "sentences run together", "[[[number.get(word, number[\"UNK_\"]) for word in sentence] for sentence in split]",
    "[[number.get(word, number[\"UNK_\"]) for sentence in split for word in sentence]",
    "Each of your splits is one long list of numbers. Keep the sentences apart: a split is a list of lists.")
encode_splits.wrong("a vocabulary for each split", """
def encode_splits(splits, min_count):
    vocabularies, ids = [], []
    for split in splits:
        counts = Counter(word for sentence in split for word in sentence)
        known = [word for word in counts if counts[word] >= min_count and word not in ("<s>", "</s>", "UNK_")]
        words = ["<s>", "</s>", "UNK_"] + sorted(known, key=lambda word: (-counts[word], word))
        ids.append([[words.index(word) if word in words else 2 for word in sentence] for sentence in split])
        vocabularies.append(words)
    return vocabularies[0], ids
""", "Each split gets numbers of its own, so that 3 is one word in training and another in the test. Make one "
     "vocabulary, from the training text, and use it for all.")
encode_splits.wrong("text overwritten", """
def encode_splits(splits, min_count):
    counts = Counter(word for sentence in splits[0] for word in sentence)
    known = [word for word in counts if counts[word] >= min_count and word not in ("<s>", "</s>", "UNK_")]
    words = ["<s>", "</s>", "UNK_"] + sorted(known, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    for split in splits:
        for sentence in split:
            for i, word in enumerate(sentence):
                sentence[i] = number.get(word, 2)
    return words, splits
""", "Your answer is right, but you wrote the numbers over the caller's words. Build new lists: the next call needs "
     "the text as it was.")
encode_splits.also("plain loops", """
def encode_splits(splits, min_count):
    counts = {}
    for sentence in splits[0]:
        for word in sentence:
            counts[word] = counts.get(word, 0) + 1
    words = ["<s>", "</s>", "UNK_"]
    for count, word in sorted((-count, word) for word, count in counts.items()):
        if -count >= min_count and word not in words:
            words.append(word)
    ids = []
    for split in splits:
        ids.append([])
        for sentence in split:
            ids[-1].append([words.index(word) if word in words else 2 for word in sentence])
    return words, ids
""")
encode_splits.also("two stable sorts", """
def encode_splits(splits, min_count):
    counts = Counter()
    for sentence in splits[0]:
        counts.update(sentence)
    for special in ("<s>", "</s>", "UNK_"):
        counts.pop(special, None)
    known = [word for word in sorted(counts) if counts[word] >= min_count]
    known.sort(key=counts.get, reverse=True)
    words = ["<s>", "</s>", "UNK_", *known]
    number = dict(zip(words, range(len(words))))
    return words, [[[number.get(w, 2) for w in s] for s in split] for split in splits]
""")
encode_splits.also("most_common of the sorted words", """
def encode_splits(splits, min_count):
    text = sorted(w for s in splits[0] for w in s if w not in {"<s>", "</s>", "UNK_"})
    words = ["<s>", "</s>", "UNK_"] + [w for w, c in Counter(text).most_common() if c >= min_count]
    number = {w: i for i, w in enumerate(words)}
    def encode(split):
        return [list(map(lambda w: number[w] if w in number else number["UNK_"], s)) for s in split]
    return words, [encode(split) for split in splits]
""")
