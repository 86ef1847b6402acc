# %% [markdown]
# # 01 · Counting words: n-grams
#
# *About two hours. You need Python and, from chapter 00, logarithms of probabilities.*
#
# A language model answers one question: **which word comes next, and how sure are you?** Everything in this course, up to GPT and
# BERT, is a better answer to it. This chapter gives the oldest one: look up what came next the last time.
#
# It is not here for its age. The model that you will have built at the end of this chapter learns in less than a second, knows
# exactly why it says what it says, and was what speech recognisers and translators ran on until about 2013. Every later chapter has
# to beat it on the same text, and you will see that this is harder than it looks.

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"]
import math

import torch
from torch import Tensor

from ngram2bert.tables import by_context, drop_padding, lookup, unique_rows

# %% tags=["experiment"]
from matplotlib import pyplot as plt

from ngram2bert import ngrams
from ngram2bert.corpora import brown

# %% [markdown]
# ## 1 · Where we stand
#
# Chapter 00 ended with a bag of words: it knew *which* words a text holds, and not in which order. For it, *dog bites man* and *man
# bites dog* are the same news. So order is what we need next.
#
# In 1948 Claude Shannon showed by hand how far a little order goes. He opened a book at random and noted a word; opened it elsewhere,
# read on until he met that word again, and noted the one *after* it; and went on from there. The next cell does the same with
# 800,000 words of American prose of 1961, the Brown corpus. It remembers the last 0, 1, 2 or 3 words, and nothing else.

# %% tags=["experiment"]
texts = [part.sentences for part in brown().split()]  # news and learned prose to train on, then fiction to be tested on
words, (train, validation, test) = ngrams.encode_splits(texts, min_count=4)
BOS, EOS, UNK = 0, 1, 2  # the numbers of <s>, </s> and UNK_
print(f"{sum(map(len, train)):,} words to learn from; {len(words) - 1:,} different ones are known, {words[-1]!r} is the last")


def write(model, seed, draws=3, length=18):
    """Sentences drawn from a model, as text."""
    drawn = model.sample(draws, length, torch.Generator().manual_seed(seed))
    return [" ".join(words[w] for w in row if w != EOS) for row in drawn.tolist()]


for n in (1, 2, 3, 4):
    print(f"\nremembering {n - 1} words")
    print(*write(ngrams.estimate(train, n, len(words), "mle"), seed=1961), sep="\n")

# %% [markdown]
# With no memory it is word salad. With one word, each pair of neighbours makes sense. With two or three it begins to read like a
# newspaper, and at first sight the last one is the best model by far.
#
# It is not. Look at what happens to it on text that it has *not* read. The picture shows, for runs of n words, how many of those that
# occur in the test text were ever seen in training.

# %% tags=["experiment"]
shares = []
for n in range(1, 6):
    grams, counts = ngrams.count_ngrams(train, n, BOS, EOS)
    asked, times = ngrams.count_ngrams(test, n, BOS, EOS)
    shares.append(100 * float(times[lookup(grams, counts, asked) > 0].sum() / times.sum()))

fig, ax = plt.subplots(figsize=(5.5, 2.8))
ax.bar(range(1, 6), shares, color="0.45")
for n, share in enumerate(shares, start=1):
    ax.annotate(f"{share:.0f}%", (n, share), ha="center", va="bottom")
ax.set(xlabel="n, words in a run", ylabel="seen in training (%)", ylim=(0, 112), title="How many runs of the test text have been seen before?")
plt.show()

# %% [markdown]
# Of the runs of four words, about one in five was ever seen. For the other four the model that reads so well has no idea what comes
# next. It did not learn to write: it learned by heart.
#
# That is the whole difficulty of this chapter, and of this course: **most of what people say has never been said before.** The
# answer of this chapter has four steps: count; divide; measure how bad it is; then learn from short memories what long ones cannot
# know.

# %% [markdown]
# ## 2 · The idea, by hand
#
# Take a text of three sentences:
#
# > the cat sat · the cat ran · the dog sat
#
# Put a mark `<s>` before each sentence and `</s>` after it, and count pairs of neighbours:
#
# | after ↓ comes → | the | cat | dog | sat | ran | `</s>` | together |
# |---|---|---|---|---|---|---|---|
# | `<s>` | 3 | | | | | | 3 |
# | the | | 2 | 1 | | | | 3 |
# | cat | | | | 1 | 1 | | 2 |
# | dog | | | | 1 | | | 1 |
# | sat | | | | | | 2 | 2 |
# | ran | | | | | | 1 | 1 |
#
# Each row, divided by its sum, says what comes next. So the probability of *the cat sat* is
#
# $$p(\text{the} \mid \text{<s>})\; p(\text{cat} \mid \text{the})\; p(\text{sat} \mid \text{cat})\; p(\text{</s>} \mid \text{sat})
# = \tfrac33 \cdot \tfrac23 \cdot \tfrac12 \cdot \tfrac22 = \tfrac13 .$$
#
# Two things to notice. The end mark is predicted like a word: without it, sentences of one word would sum to one, those of two words
# would too, and all together to infinity. And *the dog ran* has probability $1 \cdot \frac13 \cdot 0 \cdot 1 = 0$: never seen, so
# impossible. A model that calls a perfectly good sentence impossible will not do.

# %% [markdown]
# ## 3 · The equations
#
# A sentence is $w_1 \dots w_m$, and $w_{m+1}$ is `</s>`. The chain rule of probability is exact:
#
# $$p(w_1 \dots w_{m+1}) = \prod_{t=1}^{m+1} p(w_t \mid w_1 \dots w_{t-1}) .$$
#
# An **n-gram model** looks back over n-1 words only (Markov 1913 did so with the letters of Pushkin's *Onegin*):
#
# $$p(w_t \mid w_1 \dots w_{t-1}) \approx p(w_t \mid h), \qquad h = w_{t-n+1} \dots w_{t-1} .$$
#
# $c(h\,w)$ is how often word $w$ followed the context $h$ in the training text, and $V$ how many words can come next. Models are
# compared by how much the *test* text, of $N$ tokens, surprises them:
#
# $$\text{bits} = -\frac1N \sum_{t=1}^{N} \log_2 p(w_t \mid h_t), \qquad \text{perplexity} = 2^{\text{bits}} .$$
#
# Perplexity reads like this: the model is as undecided as if it had to choose among so many equally likely words at each step. Guessing
# blindly among 14,115 words has perplexity 14,115, or 13.8 bits.

# %% [markdown]
# ## 4 · Build it
#
# Sentences are lists of word numbers: 0 is `<s>`, 1 is `</s>`, 2 is `UNK_`, and the words follow, the most frequent first. A table of
# n-grams is two arrays: `grams`, one row for each different n-gram, sorted; and `counts`, how often each occurred. Brown's 577,000
# different trigrams fit into one array of 14 MB, and one call answers 100,000 questions.

# %% [markdown]
# Write a function that counts every n-gram that *ends in a word or in `</s>`*.
#
# Each sentence gets n-1 marks `<s>` in front, so that its first word has a full context too, and one `</s>` behind. No n-gram
# reaches from one sentence into the next. On the text by hand, with *the cat dog sat ran* as 3 4 5 6 7:
#
# ```
# count_ngrams([[3, 4, 6], [3, 4, 7], [3, 5, 6]], n=2, bos=0, eos=1)
#    grams  [[0, 3], [3, 4], [3, 5], [4, 6], [4, 7], [5, 6], [6, 1], [7, 1]]
#    counts [  3,      2,      1,      1,      1,      1,      2,      1   ]
# ```
#
# `unique_rows(rows)` is given: it returns the different rows in order, a number for each row, and how often each occurs, like
# `torch.unique(dim=0)` but ten times faster.

# %% exercise="count_ngrams"

# %% [markdown]
# Try it at once on Brown. George Zipf saw in 1935 that a few words do most of the work: the word of rank $r$ occurs about $1/r$ times
# as often as the first. Move the sliders: what happens to the right end of the curve as n grows, and does more text help?

# %% tags=["experiment"]
from ngram2bert.widgets import ngram_explorer

mine = use("count_ngrams")
ngram_explorer(mine.count_ngrams, train, test)

# %% [markdown]
# The straight line is *Zipf's law*. Its tail is what matters here: nine of ten trigrams were seen once. A model of long contexts
# is a model of rare events.

# %% [markdown]
# **Maximum likelihood** believes the counts and nothing else:
#
# $$p(w \mid h) = \frac{c(h\,w)}{c(h)}, \qquad c(h) = \sum_v c(h\,v) .$$
#
# It is called so because no other probabilities make the *training* text more likely. After a context that was never seen there is
# nothing to divide: answer 0. On the counts above:
#
# ```
# mle(grams, counts, query=[[3, 4], [4, 6], [5, 7], [9, 3]])      ->  [0.6667, 0.5, 0.0, 0.0]
# ```
#
# Given are `by_context(grams, values)`, which adds up the values of all rows with the same first n-1 words and returns
# `(contexts, sums)`, and `lookup(grams, values, query)`, which finds each row of `query` and gives its value, or 0.

# %% exercise="mle"

# %% tags=["experiment"]
mine = use("count_ngrams", "mle")
grams, counts = mine.count_ngrams(train, 2, BOS, EOS)
follows = grams[grams[:, 0] == words.index("United")]
p = mine.mle(grams, counts, follows)
for row, q in sorted(zip(follows.tolist(), p.tolist(), strict=True), key=lambda pair: -pair[1])[:5]:
    print(f"p({words[row[1]]} | United) = {q:.3f}")

# %% [markdown]
# Now the measure. Add up $\log_2 p$ over **all** tokens of the text, `</s>` included, and divide once by their number. Not sentence by
# sentence: the mean of the sentences' perplexities is another number, and a worse one, since a single odd sentence of two words can
# rule it.
#
# `prob` is the model: a function from n-grams, one a row, to the probability of the last word of each. Unknown words are the delicate
# point. `UNK_` is a word like the others, and with `unk=None` it is scored like the others. Given a number, the tokens that *are*
# that word leave the sum **and** $N$; in the contexts of other words they stay. On the bigram model above:
#
# ```
# perplexity(prob, [[3, 4, 6]], n=2, bos=0, eos=1)      ->  (1.3161, 0.3962)      # 4 tokens, probability 1/3:  -log2(1/3) / 4
# ```

# %% exercise="perplexity"

# %% [markdown]
# Here is the sum of this section in one table. What the model has read surprises it less and less as n grows. What it has not read
# breaks it.

# %% tags=["experiment"]
mine = use("count_ngrams", "mle", "perplexity")
print(" n   training text   test text")
for n in (1, 2, 3):
    grams, counts = mine.count_ngrams(train, n, BOS, EOS)
    ppl = [mine.perplexity(lambda q, g=grams, c=counts: mine.mle(g, c, q), text, n, BOS, EOS)[0] for text in (train, test)]
    print(f"{n:2}{ppl[0]:16.1f}{ppl[1]:12.1f}")
unknown = sum(w == UNK for sentence in test for w in sentence) / sum(map(len, test))
print(f"{unknown:.1%} of the test's words are UNK_, scored as a word")
