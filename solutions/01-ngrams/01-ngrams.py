# %% [markdown]
# # 01 · Counting words: n-grams
#
# *Four to five hours, best in two sittings: the second begins at "Ask everybody". You need Python and, from chapter 00, logarithms of
# probabilities.*
#
# A language model answers one question: **which word comes next, and how sure are you?** Everything in this course, up to GPT and
# BERT, is a better answer to it. This chapter gives the oldest one: look up what came next the last time.
#
# It is not here for its age. The model that you will have built at the end of this chapter learns in less than a second, knows
# exactly why it says what it says, and was what speech recognisers and translators ran on until the middle of the 2010s. Every later
# language model has to beat it on the same text, and you will see that this is harder than it looks.

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"]
import math
from collections import Counter
from collections.abc import Callable

import torch
from torch import Generator, Tensor  # names that the signatures use

from ngram2bert.tables import by_context, drop_padding, lookup, unique_rows

# %% tags=["experiment"]
from ngram2bert import ngrams, plots
from ngram2bert.corpora import brown

# %% [markdown]
# ## 1 · Where we stand
#
# Chapter 00 ended with a bag of words. It could not tell *the script is good and the acting is not bad* from *the script is bad and
# the acting is not good*: the order was thrown away before the model saw anything. So order is what we need next.
#
# In 1948 Claude Shannon showed by hand how far a little order goes. He opened a book at random and noted a word; opened it elsewhere,
# read on until he met that word again, and noted the one *after* it; and went on from there. The next cell does the same with
# 800,000 words of American prose of 1961, the Brown corpus. It remembers the last 0, 1, 2 or 3 words, and nothing else.

# %% tags=["experiment"]
texts = [part.sentences for part in brown().split()]  # news and learned prose to train on, then fiction to be tested on
words, (train, validation, test) = ngrams.encode_splits(texts, min_count=4)
BOS, EOS, UNK = 0, 1, 2  # the numbers of <s>, </s> and UNK_
print(
    f"{sum(map(len, train)):,} words to learn from; {len(words) - 3:,} different ones are known, {words[-1]!r} is the last"
)


def write(model, seed, draws=3, length=18):
    """Sentences drawn from a model, as text."""
    drawn = model.sample(draws, length, torch.Generator().manual_seed(seed))
    return [" ".join(words[w] for w in row if w != EOS) for row in drawn.tolist()]


for n in (1, 2, 3, 4):
    print(f"\nremembering {n - 1} words")
    print(*write(ngrams.estimate(train, n, len(words), "mle"), seed=1961), sep="\n")

# %% [markdown]
# With no memory it is word salad. With one word, each pair of neighbours makes sense. With two or three it begins to read like a
# newspaper, and at first sight the last one is the best model by far. (`UNK_` stands for every word that the training text holds fewer than
# four times; section 4 says why.)
#
# It is not. Look at what happens to it on text that it has *not* read. The picture shows, for runs of n words, how many of those that
# occur in the test text were ever seen in training.

# %% tags=["experiment"]
shares = []
for n in range(1, 6):
    grams, counts = ngrams.count_ngrams(train, n, BOS, EOS)
    asked, times = ngrams.count_ngrams(test, n, BOS, EOS)
    shares.append(100 * float(times[lookup(grams, counts, asked) > 0].sum() / times.sum()))

figure, axes = plots.figure(height=2.8)
bars = axes.bar(range(1, 6), shares, color=plots.COLOURS[1])
axes.bar_label(bars, fmt="%.0f%%")
axes.set_ylim(0, 110)
plots.label(axes, "n, words in a run", "seen in training (%)", "How many runs of the test text have been seen before?")
plots.show(
    figure,
    f"Share of the test's runs of n words seen in training, n = 1 to 5: {', '.join(f'{s:.0f}%' for s in shares)}.",
)

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
# `(contexts, sums)`, and `lookup(grams, values, query)`, which finds each row of `query` and gives its value, or 0. Both work for n = 1 too,
# where there is one context, the empty one.

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
    ppl = [
        mine.perplexity(lambda q, g=grams, c=counts: mine.mle(g, c, q), text, n, BOS, EOS)[0] for text in (train, test)
    ]
    print(f"{n:2}{ppl[0]:16.1f}{ppl[1]:12.1f}")
unknown = sum(w == UNK for sentence in test for w in sentence) / sum(map(len, test))
print(f"{unknown:.1%} of the test's words are UNK_, scored as a word")

# %% [markdown]
# ### Who decides which words exist?

# %% [markdown]
# So far the words were numbered for you. That step hides the easiest way to cheat in this field: a vocabulary that was made with the
# test text in hand already knows which words will come. So the rule is: **the training text alone decides**. A word that it holds
# `min_count` times or more is known; every other word, in *any* of the texts, becomes `UNK_`, which is then a word like the others.
#
# ```
# encode_splits([[["a", "b", "a"], ["b", "c"]], [["b", "d"]]], min_count=2)
#    words  ["<s>", "</s>", "UNK_", "a", "b"]
#    ids    [[[3, 4, 3], [4, 2]], [[4, 2]]]
# ```
#
# A text may hold the string `UNK_` itself; it is that same word. Frequent words get small numbers; words of equal frequency stand in alphabetical order, so that two people get the same numbers.

# %% exercise="encode_splits"

# %% [markdown]
# The price of the rule is in the table below. With `min_count=1` no word of the training text is `UNK_`, so it gets probability 0, and the
# test text is impossible. Otherwise: the fewer words a model knows, the more of the text is `UNK_`, and the *lower* its perplexity.
# Perplexities of models with different vocabularies cannot be compared. You will be asked why.

# %% tags=["experiment"]
mine = use("encode_splits", "count_ngrams", "mle", "perplexity")
print("min_count   words known   UNK_ in test   unigram perplexity")
for min_count in (1, 4, 20, 200):
    known, (text, _, held_out) = mine.encode_splits(texts, min_count)
    grams, counts = mine.count_ngrams(text, 1, BOS, EOS)
    ppl, _ = mine.perplexity(lambda q, g=grams, c=counts: mine.mle(g, c, q), held_out, 1, BOS, EOS)
    unknown = sum(w == UNK for s in held_out for w in s) / sum(map(len, held_out))
    print(f"{min_count:9}{len(known) - 3:14,}{unknown:15.1%}{ppl:21.1f}")

# %% [markdown]
# ### Add a little to everything

# %% [markdown]
# The oldest cure for zeros is Laplace's: pretend that you saw everything once more, or $k$ times more.
#
# $$p(w \mid h) = \frac{c(h\,w) + k}{c(h) + k\,V}$$
#
# The denominator grows by $kV$, because all $V$ words that can come next got $k$ each. `size` is $V$: all words but `<s>`. After an
# unseen context every word has $1/V$. With the counts by hand, $V = 7$ and $k = 1$, *ran* after *dog* is $(0+1)/(1+7)$.

# %% exercise="add_k"

# %% tags=["experiment"]
mine = use("count_ngrams", "add_k", "perplexity")
size = len(words) - 1
ks = [1.0, 0.1, 0.01, 0.001, 0.0001]
figure, axes = plots.figure()
for n in (1, 2, 3):
    grams, counts = mine.count_ngrams(train, n, BOS, EOS)
    curve = [
        mine.perplexity(lambda q, k=k, g=grams, c=counts: mine.add_k(g, c, q, k, size), validation, n, BOS, EOS)[0]
        for k in ks
    ]
    axes.loglog(ks, curve, **plots.line(n - 1), label=f"n = {n}, best {min(curve):.0f}")
plots.label(axes, "k, added to every count", "perplexity, validation text", "Adding k: a longer context makes it worse")
axes.legend()
plots.show(
    figure,
    "Perplexity against k for n = 1, 2, 3. Bigrams are best, near k = 0.01; trigrams are worse than unigrams for every k.",
)

# %% [markdown]
# A trigram that adds $k$ is *worse than counting single words*. The reason is in the formula. After *of the* the model gives the same
# $k$ to *Aristotle* and to *is*: everything it has not seen is equally likely. But we do know more: we know how likely each word is
# after *the*, and how likely it is at all. The remaining ideas of this chapter are ways to ask the shorter contexts.

# %% [markdown]
# ### Ask everybody, and weigh the answers

# %% [markdown]
# Jelinek and Mercer (1980) mix all orders. With $p_0 = 1/V$ and $p_k$ the relative frequency after $k-1$ words,
#
# $$p(w \mid h) = \sum_{k=0}^{n} \lambda_k\, p_k(w \mid h), \qquad \lambda_k \ge 0, \quad \sum_k \lambda_k = 1 .$$
#
# Which weights? Those that make text likely that was **not** counted: on the training text itself the highest order would win
# everything. There is no formula for the best weights, but there is a way to improve any: ask for each token which model was probably
# the one that spoke, $r_{tk}$, and give each model the share of tokens that it spoke for. That is expectation-maximisation (EM):
#
# $$r_{tk} = \frac{\lambda_k\, p_{tk}}{\sum_j \lambda_j\, p_{tj}}, \qquad
# \lambda_k \leftarrow \frac{\sum_t c_t\, r_{tk}}{\sum_t c_t} .$$
#
# `probs` holds $p_{tk}$, one row a held-out n-gram, one column a model, and `counts` how often that n-gram occurs. Start from equal
# weights. `bits[i]` is the mixture's $-\frac{1}{N}\sum_t c_t \log_2 \sum_k \lambda_k p_{tk}$ *before* update i. It can never rise.
#
# ```
# em_weights(probs=[[0.5, 0.1], [0.1, 0.4]], counts=[3, 1], steps=1)   ->  weights [0.675, 0.325]
# ```

# %% exercise="em_weights"

# %% tags=["experiment"]
mine = use("count_ngrams", "em_weights")
tables = [mine.count_ngrams(train, k, BOS, EOS) for k in (1, 2, 3)]
figure, panels = plots.figure(columns=2, width=8.4, height=2.8)
for axes, text, name in zip(panels, (validation, train), ("validation", "training"), strict=True):
    asked, times = mine.count_ngrams(text, 3, BOS, EOS)
    weights, bits = mine.em_weights(ngrams.order_probs(tables, asked, size), times, steps=25)
    axes.bar(["uniform", "unigram", "bigram", "trigram"], weights, color=plots.COLOURS[1])
    axes.set_ylim(0, 1.05)
    plots.label(axes, "model", "weight", f"EM on the {name} text: perplexity {2 ** float(bits[-1]):.1f}")
plots.show(
    figure, "Weights found by EM. On validation text the bigram has about half; on training text the trigram has all."
)

# %% [markdown]
# On held-out text the bigram speaks for half of the tokens and the trigram for one in seven. On the training text the trigram takes
# everything: it has seen it all, and EM cannot know that this will not happen again.

# %% [markdown]
# ### Take from the rich: absolute discounting
#
# One weight for all contexts is crude: after *United* the bigram knows nearly everything, after *the* it knows little. What would
# a better rule look like? Look at the data: of the bigrams that occur exactly $r$ times in one half of Brown, how often do they occur
# in the other half?

# %% tags=["experiment"]
halves = train[0::2], train[1::2]
(grams, counts), (others, times) = (ngrams.count_ngrams(half, 2, BOS, EOS) for half in halves)
again = lookup(others, times, grams)
print(" r   mean count in the other half   difference")
for r in range(1, 10):
    mean = float(again[counts == r].mean())
    print(f"{r:2}{mean:20.2f}{r - mean:24.2f}")

# %% [markdown]
# Church and Gale (1991) found the same in 22 million words: the other half has *about a constant amount less*, here about one, however large
# r is; only the singletons lose less. So take a constant $D$ from every count, and give what you took to the shorter context:
#
# $$p(w \mid h) = \frac{\max(c(h\,w) - D,\, 0)}{c(h)} + g(h)\; p_{\text{lower}}(w), \qquad
# g(h) = \frac{1}{c(h)} \sum_v \min(D,\, c(h\,v)) .$$
#
# $g(h)$ is exactly what was taken after $h$, so all sums to one. It is large where many different words followed, each once. `lower`
# holds $p_{\text{lower}}$ of the last word of each query; after an unseen context the answer is `lower` alone. `discount` is one number
# or one for each n-gram; `torch.as_tensor(discount)` makes both alike. On the counts by hand with $D = 0.5$: *ran* after *cat* is $0.5/2 + 1/2 \cdot p_{\text{lower}}(\text{ran})$.

# %% exercise="absolute_discounting"

# %% [markdown]
# ### Where has this word been? Kneser and Ney

# %% [markdown]
# Take *New York*. *York* occurs 265 times in this text, so after a context never seen a unigram model gives it a good chance. But *York*
# comes after *New* and after almost nothing else. If we ask the unigram at all, the bigram did not know what comes next; and then *York* is
# the last thing to bet on.
#
# So the lower order must answer another question: not *how often* does a word occur, but **after how many different words**. Reinhard
# Kneser and Hermann Ney (1995) put it in one line:
#
# $$a(w_2 \dots w_n) = \big|\{\, w_1 : c(w_1 w_2 \dots w_n) > 0 \,\}\big| .$$
#
# One corner: nothing but `<s>` can stand before a `<s>`, so *shortened* n-grams that begin with `<s>` keep their counts. That is KenLM's rule; NLTK
# counts there too, and `bos=-1` asks for that.
#
# ```
# continuation_counts(grams=[[0, 0, 3], [0, 3, 4], [5, 3, 4]], counts=[7, 2, 9], bos=0)   ->  [[0, 3], [3, 4]], [7, 2]
# ```

# %% exercise="continuation_counts"

# %% tags=["experiment"]
mine = use("count_ngrams", "continuation_counts")
unigrams, often = mine.count_ngrams(train, 1, BOS, EOS)
places, kinds = mine.continuation_counts(*mine.count_ngrams(train, 2, BOS, EOS), BOS)
kinds = lookup(places, kinds, unigrams)
print("word           occurs   after so many different words")
for word in ("York", "cent", "Francisco", "however", "sales", "quickly"):
    i = words.index(word)
    row = int((unigrams[:, 0] == i).nonzero()[0])
    print(f"{word:12}{int(often[row]):9}{int(kinds[row]):12}")

# %% [markdown]
# **Kneser–Ney** is absolute discounting whose lower orders are made of these counts, all the way down to the uniform distribution:
#
# $$p_k(w \mid h) = \frac{\max(a_k(h\,w) - D_k, 0)}{a_k(h)} + g_k(h)\, p_{k-1}(w \mid h'), \qquad p_0 = \frac1V ,$$
#
# where $h'$ is $h$ without its first word. Only the highest order uses real counts: $a_n = c$. It is a recursion that ends at n = 1, where the
# lower model is $1/V$, and you have both parts. `discounts` is $[D_1, \dots, D_n]$. `drop_padding(grams, counts, bos)` is given: it leaves out rows that begin with two `<s>`,
# which say no more than those with one. Use it on the table that you discount, *after* you have made the continuation counts from it.

# %% exercise="kneser_ney"

# %% [markdown]
# ### How much to take: count the counts

# %% [markdown]
# Look at the table of halves again: what is lost from a count of 1 is less than from a count of 2 or 3. Chen and Goodman (1999) use
# three discounts, and read them off the *counts of counts*: $n_j$ is the number of n-grams that were counted exactly $j$ times.
#
# $$Y = \frac{n_1}{n_1 + 2 n_2}, \qquad D_j = j - (j+1)\, Y\, \frac{n_{j+1}}{n_j}, \quad j = 1, 2, 3 .$$
#
# $D_1$ is for n-grams counted once, $D_2$ twice, $D_3$ three times *or more*. With very little text $n_1$, $n_2$ or $n_3$ is 0 and the formula divides
# by nothing, or a $D_j$ comes out below 0. Then use all three of `fallback`.

# %% exercise="three_discounts"

# %% [markdown]
# **Modified Kneser–Ney** puts the pieces together: at each order take the discounts of *its own* counts, the padding dropped,
# and then do as before.
# `absolute_discounting` accepts a discount for each n-gram, so this is Kneser–Ney with one more line.

# %% exercise="modified_kneser_ney"

# %% tags=["experiment"]
mine = use("count_ngrams", "add_k", "kneser_ney", "modified_kneser_ney", "perplexity")
models = {
    "add-0.01": lambda q, g, c: mine.add_k(g, c, q, 0.01, size),
    "Kneser–Ney, D = 0.75": lambda q, g, c: mine.kneser_ney(g, c, [0.75] * q.shape[1], q, BOS, size),
    "modified Kneser–Ney": lambda q, g, c: mine.modified_kneser_ney(g, c, q, BOS, size),
}
print(f"{'test perplexity':22}" + "".join(f"   n = {n}" for n in (1, 2, 3, 4)))
for name, prob in models.items():
    row = []
    for n in (1, 2, 3, 4):
        table = mine.count_ngrams(train, n, BOS, EOS)
        row.append(mine.perplexity(lambda q, t=table, p=prob: p(q, *t), test, n, BOS, EOS)[0])
    print(f"{name:22}" + "".join(f"{ppl:8.1f}" for ppl in row))

# %% [markdown]
# From infinite to about 148. And see the last row: with modified Kneser–Ney longer contexts help at last; with one
# fixed discount they still do harm.

# %% [markdown]
# ### Let it write

# %% [markdown]
# Draw a word from $p(\cdot \mid h)$, move the window on by one word, draw again, until `</s>`. Do it for many sentences at once: a row a
# sentence. `next_probs` takes contexts (B, n-1) and returns the probabilities of all words after each, (B, V). After `</s>` a row is
# filled with `</s>`; never ask the model what comes after it, raw counts have no answer. All chance comes from `generator`, so that a run can be repeated. `torch.multinomial` draws from rows of
# probabilities.

# %% exercise="sample_sentences"

# %% tags=["experiment"]
mine = use("sample_sentences")
model = ngrams.estimate(train, 3, len(words))
drawn = mine.sample_sentences(model.next_probs, 5, 20, 3, BOS, EOS, torch.Generator().manual_seed(7))
print(*[" ".join(words[w] for w in row if w != EOS) for row in drawn.tolist()], sep="\n")

# %% [markdown]
# ## 5 · See it work
#
# The widget below estimates Kneser–Ney with *your* function on 50,000 words each time you let go of a slider, and measures it on text
# that it has not read. Find the best discount for n = 2, then for n = 3. What happens at $D = 0$, and at $D = 1$?

# %% tags=["experiment"]
from ngram2bert.widgets import discount_explorer

mine = use("count_ngrams", "kneser_ney", "perplexity")
discount_explorer(mine.count_ngrams, mine.kneser_ney, mine.perplexity, train, validation, len(words))

# %% [markdown]
# ### Conventions: four people, four numbers
#
# Everybody computes "Kneser–Ney perplexity", and no two toolkits print the same number. None is wrong. This is where they differ, and
# the cell below shows what the differences are worth on Brown (all but the extra `</s>`, which changes what is counted as a token).
#
# | | Chen & Goodman 1999 | KenLM (`lmplz`) | NLTK | here |
# |---|---|---|---|---|
# | borders | n-1 `<s>`, one `</s>` | one `<s>`, one `</s>` | n-1 `<s>`, n-1 `</s>` | n-1 `<s>`, one `</s>` |
# | counts of n-grams that start with `<s>`, lower orders | as continuations | raw | as continuations | raw (`bos=0`), or -1 for the other |
# | discounts | three an order, estimated | three an order, estimated | one, 0.1 unless given | both |
# | below the unigram | uniform | uniform, `<unk>` included | nothing | uniform |
# | unknown words | a word like others | a word like others, or left out | a word like others | a word like others; `unk=` leaves out |

# %% tags=["experiment"]
mine = use("count_ngrams", "kneser_ney", "modified_kneser_ney", "perplexity")
trigrams = mine.count_ngrams(train, 3, BOS, EOS)


def trigram_perplexity(bos=BOS, size=size, unk=None):
    return mine.perplexity(lambda q: mine.modified_kneser_ney(*trigrams, q, bos, size), test, 3, BOS, EOS, unk)[0]


print(f"as here                                        {trigram_perplexity():9.4f}")
print(f"sentence starts as continuations (NLTK)        {trigram_perplexity(bos=-1):9.4f}")
print(f"uniform over one word more (KenLM)             {trigram_perplexity(size=len(words)):9.4f}")
print(f"unknown words neither scored nor counted       {trigram_perplexity(unk=UNK):9.4f}")
for d in (0.75, 0.1):  # 0.1 is NLTK's default
    fixed = mine.perplexity(lambda q, d=d: mine.kneser_ney(*trigrams, [d] * 3, q, BOS, size), test, 3, BOS, EOS)[0]
    print(f"one discount of {d:4} for all orders              {fixed:9.4f}")

# %% [markdown]
# The starts of sentences and one word more below the unigram hardly matter. Leaving `UNK_` out matters much, and the perplexity goes *up*: `UNK_`
# stands for thousands of words, so it is one of the easiest to predict. A perplexity without a word on unknown words is half a number. And
# a library's default discount can cost more than the choice of the method.

# %% [markdown]
# ## 6 · The claims
#
# ### Chen & Goodman 1999: which smoothing wins, and does it depend on how much text there is?
#
# They compared a dozen methods on four corpora. Two of their findings: *Kneser–Ney is best everywhere*, and *whether Katz's back-off or
# Jelinek–Mercer's mixture comes next depends on the amount of text*. (Katz 1987 does not mix: he discounts too, but asks the shorter context
# only about words that were never seen after the long one.) Before you run it: by how many per cent is the perplexity of modified
# Kneser–Ney below that of your mixture, Jelinek–Mercer with one weight an order, for trigrams on all 800,000 words? (The table says how far
# the others are *above* modified Kneser–Ney; that is the same distance seen from below, a little larger.)

# %% tags=["experiment"]
predict(
    "kn-gain",
    "By how many per cent is modified Kneser–Ney below Jelinek–Mercer with one weight an order (trigrams, 800,000 words)?",
    unit="%",
)

# %% tags=["experiment"]
from ngram2bert.claims import chen_goodman

ladder = chen_goodman.run(
    train, validation, test, len(words), sizes=(12_500, 50_000, 200_000, 800_000), seeds=(1, 2, 3)
)
print(ladder.table())
reveal("kn-gain", ladder.gain_percent("modified_kneser_ney", "interpolated", 800_000), unit="%")

# %% tags=["experiment"]
ladder.plot()

# %% [markdown]
# The first finding holds at every size: Kneser–Ney is ahead of everything else, and its lead over adding $k$ is enormous. The second one
# holds here only in part. In the paper the mixture has a weight for each group of contexts, chosen by how often they occur (*buckets*; with
# one weight an order, yours, it is their baseline). That mixture is ahead of Katz for bigrams with 12,500 words and behind from 50,000 on, as they say; for
# trigrams it stays ahead at every size that we tried. `docs/results/01-chen-goodman.md` has all figures, with every word known and with
# sentences dealt at random as well, since our test text is of other genres than the training text and theirs was not: the same there.

# %% [markdown]
# ### Letters instead of words: counting against a neural network
#
# Half of this course is about neural networks. Are they better than counting? The honest answer is a curve, not a yes: *better after how
# many seconds?* Here both predict the next letter of an English word, on the 126,000 words of the CMU dictionary. The n-gram is modified
# Kneser–Ney; the network is a GRU, which you will build in chapter 06. Both run on one processor core.

# %% tags=["experiment"]
predict(
    "gru-seconds",
    "After how many seconds of training does the GRU overtake the n-gram of order 4, on one core?",
    unit="s",
)

# %% tags=["experiment"]
from ngram2bert.claims import characters

race = characters.run(budget=8, seeds=(1, 2, 3))
print(race.table())
print(race.sentence())

# %% [markdown]
# That was a sprint, measured on 3,000 of the test words. The same race over a longer distance and on all of them was run beforehand with
# `ngram2bert claims 01` and is kept with the course:

# %% tags=["experiment"]
marathon = characters.committed()
reveal("gru-seconds", sum(marathon.crossing(4).seconds) / len(marathon.trained), unit="s")
print(marathon.sentence(4))
print(marathon.sentence(6))
marathon.plot()

# %% [markdown]
# Regimes, not winners. The n-gram of order 4 is overtaken in seconds. The one of order 6 needs a quarter of a second and one reading of the
# words, and in 300 seconds this network does not reach it: after about eight readings it begins to learn the training words by heart, and its
# curve turns up again. For this network, this text and this clock, counting wins; other networks and more text are what the later chapters are about.

# %% [markdown]
# ## 7 · What breaks
#
# You have the best n-gram there is. Here is what it cannot do, whatever the text and whatever the smoothing.
#
# **It cannot look back.** The verb agrees with its subject, however many words stand between them. Each line gives the model's odds for
# the right form of the verb.

# %% tags=["experiment"]
from ngram2bert.agreement import agreement, windowed

fourgram = ngrams.estimate(train, 4, len(words))
print(agreement(words, fourgram=windowed(fourgram.next_probs, 4)))

# %% [markdown]
# **It cannot see that two words are alike.** Having read *in the room* and *in the kitchen* teaches it nothing about *in the bedroom*: each
# word is a number, and no two numbers are nearer than others. So it needs every phrase with every word, and, as the first picture showed,
# text never gives that. More text helps slowly: look at the slope.

# %% tags=["experiment"]
sizes = [12_500, 25_000, 50_000, 100_000, 200_000, 400_000, 800_000]
curve, taken = [], 0
for size_ in sizes:
    ends = torch.tensor([len(s) for s in train]).cumsum(0)
    part = train[: int((ends < size_).sum()) + 1]
    curve.append(ngrams.estimate(part, 3, len(words)).perplexity(test))
slope = math.log2(curve[-2] / curve[-1])
figure, axes = plots.figure()
axes.loglog(sizes, curve, **plots.line(0))
plots.label(axes, "words of training text", "test perplexity, trigram", "What more text buys")
plots.show(
    figure,
    f"Test perplexity of the trigram falls from {curve[0]:.0f} to {curve[-1]:.0f} as the text grows 64-fold, nearly on a line.",
)
print(f"the last doubling took the perplexity from {curve[-2]:.0f} to {curve[-1]:.0f}: {slope:.2f} bits a word")

# %% [markdown]
# ### Twenty errors
#
# Numbers say how bad a model is, not what is wrong with it. Here are twenty places in the validation text where your trigram was badly
# mistaken. For each, choose the reason that would have helped most. The *same* twenty places will be put to every model of this
# course, and at the end you will see which of your reasons each one removed.

# %% tags=["experiment"]
from ngram2bert.twenty import from_ngrams, rerun

trigram = ngrams.estimate(train, 3, len(words))
label_errors(rerun(from_ngrams(trigram.next_probs, words, 3)))

# %% [markdown]
# ### Two questions to think about
#
# **1. The worse model is the better lower order.** Here are four perplexities on the test text:
#
# | single words are | used alone, D = 0.75 | as the lower order of a bigram, D = 0.75 |
# |---|---|---|
# | raw counts | **454** | 162 |
# | continuation counts (Kneser–Ney) | 708 | **156** |
#
# Alone, Kneser and Ney's unigram is far worse. Under the bigram it is better.
#
# (a) How can a worse model of words make a better lower order? Say when the lower order is asked, and what it should know then.
# (b) Give an example of your own, not a place name, of a word that is frequent but follows few different words, and say what each of the
# two lower orders does with it. (`lookup` on your own counts finds one.)
# (c) Why does the *highest* order keep its raw counts?

# %% [markdown] reflection="continuations" points=3
# (a) Used alone, the unigram has to predict *every* word of the text, and for that nothing beats how often the words occur. Under the
# bigram it is heard with weight g(h): loudly where the bigram knows little, hardly at all where it has seen the pair often. So it is asked
# about *new* pairs. How often a word occurs mixes two things: how many pairs it enters and how often each is repeated. The repetitions
# of a known pair are already paid for by the bigram; to count them again below is to count the same evidence twice. After how many
# different words it came is the evidence for one more *new* pair. More formally: these counts make the model's unigram marginals equal the
# observed ones; with raw counts below, words like *York* get too much in all.
#
# (b) In our training text *course* occurs 340 times after 49 different words (*of course*), *spite* 39 times after 2; *quickly*, only 46 times, follows 31.
# Raw counts make *course* seven times as likely as *quickly* after a context never seen; continuation counts make it less than twice
# as likely, and *spite* fifteen times rarer than *quickly*.
#
# (c) There is no longer context that has already used up the repetitions. *in spite of* forty times **is** the evidence that *of* follows *in spite*.
#
# **Rubric.** 1 point: (a) says that the lower order is heard where the higher one is ignorant, that is, for new combinations, and that alone
# it has another task (half a point for "it avoids counting the same thing twice" without saying when it is asked). 1 point: (b) a fitting
# example *and* its consequence. 1 point: (c) repetition is the evidence at the highest order, since no order above has used it. No point for
# "because *York* only follows *New*" alone: that is the text's own example.

# %% [markdown]
# **2. 65 against 148.** A friend reports perplexity 65 on the test text of this chapter, with the same modified Kneser–Ney trigram as
# yours. You have 148. She kept the words that occur 20 times or more (3,986 of them), you those that occur 4 times or more (14,113).
#
# (a) Is her model better? What does each of you get for a word like *perennial*?
# (b) What else would you have to ask before you compare any two perplexities?
# (c) Describe a computation that decides fairly between the two models. You have both models and the text, nothing else.

# %% [markdown] reflection="vocabularies" points=3
# (a) It cannot be said from the two numbers: they measure different tasks. She predicts *that* a rare word comes, I predict *which* one. Of
# the words of the test 17.5% are `UNK_` for her and 9.2% for me; she pays a few bits for each, I pay for the word itself wherever I know
# it. One symbol that stands for tens of thousands of words is one of the easiest to guess. In the limit a vocabulary of `UNK_` and `</s>` alone has
# a perplexity little above 1 and predicts nothing.
#
# (b) Whether unknown words are scored, and counted in N; whether `</s>` is; how the text was cut into tokens and whether upper case was
# kept; which text the vocabulary was made from; whether the test text is the same.
#
# (c) Put the same question to both: let the larger model answer the smaller one's. Where the test word is known to both, take my
# p(w | h); where it is not in her vocabulary, take the *sum* of my p over all words that she lacks, `UNK_` included. Both are then
# distributions over the same events. Measured on 20,000 test tokens: my model falls from 151 to 66.0, and hers has 66.6. All of "65 against
# 148" was the vocabulary. Also right: train both with one vocabulary; or make both spell unknown words out, adding −log2 of a
# character model for each, and compare bits per character of the text.
#
# **Rubric.** 1 point: (a) not comparable, *because* `UNK_` is one easy event that stands for many words ("because the vocabularies differ" alone: half
# a point). 1 point: (b) at least two of: are unknown words scored or in N; is `</s>`; tokens and case; where the vocabulary comes from.
# 1 point: (c) the same events for both. No point in (c) for leaving unknown words out of both sums (the two then leave out *different*
# words), nor for dividing the perplexity by V or log V.

# %% [markdown]
# ## 8 · Go further
#
# - **Open exercise.** The cache: what was said a minute ago is likely to be said again. Mix your trigram with a unigram of the last 200
#   words and tune the weight on the validation text. It is worth far more than going from n = 3 to n = 5.
# - **Open exercise.** Your own text: `text_file("...")` from `ngram2bert.corpora` reads a file of yours. Which n is best for it, and why is it not the
#   same as for Brown?
# - Shannon 1951, *Prediction and Entropy of Printed English*: read section 3 on how people guess letters, and the bounds that follow from it.
# - Kneser & Ney 1995, *Improved Backing-off for M-gram Language Modeling*: four pages; read section 3.
# - Chen & Goodman 1999, *An Empirical Study of Smoothing Techniques for Language Modeling*: section 2 explains every method of this chapter and more.
# - Heafield et al. 2013, *Scalable Modified Kneser-Ney Language Model Estimation*: how to do what you did with 126 billion words.
# - **Next.** Chapter 02 gives the model hidden states: a first try at saying that two words are alike.
