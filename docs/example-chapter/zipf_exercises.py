"""An example of a teacher's own exercise: the solution, and all that `ngram2bert verify` asks for."""

from autograder.exercise import exercise


def rank_counts(words):
    """How often each word occurs, most frequent first.

    words: a list of str. Returns a list of (word, count); among equal counts the word that occurs first comes first.
    """
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])


ranks = exercise(
    "rank_counts",
    of=rank_counts,
    points=3,
    minutes=8,
    level=1,
    parts={"different counts": 1, "equal counts": 1, "random": 1},
    hints=[
        "What do you need to know of a word before you can put it in its place?",
        "Count into a dictionary first; then `sorted` with a key puts its items in order.",
        "`sorted(counts.items(), key=lambda pair: -pair[1])` keeps the order of equal counts as it is.",
    ],
)


@ranks.cases
def _(r):
    # by hand, before anything is drawn from r: small enough to be shown on a card
    yield "different counts", {"words": ["b", "a", "b", "c", "a", "b"]}
    yield "equal counts", {"words": ["c", "b", "a", "a"]}
    yield "equal counts", {"words": []}
    # drawn, new for every seed; every part has one, or a table of answers would earn its points
    for many in (6, 40):
        yield "random", {"words": [r.choice("abcdef") for _ in range(many)]}
    letters = r.shuffled("abcdef")
    yield "equal counts", {"words": [letter for letter in letters[:4] for _ in range(2)]}
    words = [letter for count, letter in enumerate(letters[:3], start=1) for _ in range(count)]
    yield "different counts", {"words": r.shuffled(words)}


ranks.mistake("rarest first", "-pair[1]", "pair[1]", "Your list begins with the rarest word: turn the order round.")
ranks.mistake(
    "equal counts by the alphabet",
    "key=lambda pair: -pair[1]",
    "key=lambda pair: (-pair[1], pair[0])",
    "You sort words of equal count by the alphabet; the task keeps them in the order in which they first occur.",
)
ranks.mistake(
    "each word counted once",
    "counts.get(word, 0) + 1",
    "1",
    "Every count is 1: add to what is there already.",
)
ranks.wrong(
    "words without counts",
    """
    def rank_counts(words):
        return sorted(set(words), key=lambda word: (-words.count(word), words.index(word)))
    """,
    "The order is right, but the counts are missing: each item is a pair `(word, count)`.",
)
ranks.also(
    "Counter",
    """
    def rank_counts(words):
        from collections import Counter
        return Counter(words).most_common()
    """,
)
ranks.also(
    "counting again for each word",
    """
    def rank_counts(words):
        found = [(word, words.count(word)) for word in dict.fromkeys(words)]
        found.sort(key=lambda pair: pair[1], reverse=True)
        return found
    """,
)
