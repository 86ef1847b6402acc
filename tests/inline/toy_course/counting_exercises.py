"""The declarations of the toy course: two exercises, the second builds on the first."""

import counting_solutions

from autograder.exercise import exercise

HINTS = (
    "Walk through the words **one by one**.",
    "`counts.get(word, 0)` is 0 for a new word.",
    "Do not forget `start`.",
)

count_words = exercise(
    "count_words",
    of=counting_solutions.count_words,
    points=4,
    minutes=5,
    level=1,
    hints=HINTS,
    parts={"few words": 1, "no words": 1, "random": 2},
    seconds=0.5,
)


@count_words.cases
def _(r):
    yield "few words", {"words": ["b", "a", "b"], "start": "<s>"}
    yield "no words", {"words": [], "start": "<s>"}
    for length in (5, 40):
        yield "random", {"words": [r.choice("abcdef") for _ in range(length)], "start": "^"}
    yield "few words", {"words": r.shuffled("abbcdd"), "start": "<s>"}
    yield "no words", {"words": [], "start": f"<{r.below(1000)}>"}


count_words.mistake(
    "start left out",
    "{start: 1}",
    "{}",
    "The mark `start` is missing. It *begins* every text, so it counts once: $c = 1$.",
)
count_words.mistake("each word once", "counts.get(word, 0) + 1", "1", "You note that a word occurs, not how often.")
count_words.mistake(
    "input emptied", "    return counts", "    words.clear()\n    return counts", "You empty the caller's list."
)
count_words.mistake("start hard-coded", "{start: 1}", '{"<s>": 1}', "Use `start`: it is an argument.")
count_words.also(
    "Counter",
    "def count_words(words, start):\n    from collections import Counter\n    return Counter([start, *words])",
)

frequencies = exercise(
    "frequencies",
    of=counting_solutions.frequencies,
    points=2,
    minutes=5,
    level=1,
    builds_on=["count_words"],
    hints=HINTS,
)


@frequencies.cases
def _(r):
    yield "shares", {"words": ["b", "a", "b"], "start": "<s>"}
    yield "shares", {"words": [r.choice("abc") for _ in range(9)], "start": "^"}


frequencies.mistake("not divided", "count / total", "float(count)", "These are counts; divide by their sum.")
