# %% [markdown]
# # 02 · What kind of word comes next? Hidden Markov models
#
# *Four to five hours, best in three sittings: the second begins at "Words nobody has seen", the third at "Learning without tags". You
# need logarithms of probabilities (chapter 00), smoothing and EM (chapter 01).*
#
# An n-gram model remembers words. This chapter adds what no text shows: behind each word stands a **hidden state**, and the
# states follow one another like words did in chapter 01. A state may be *noun*, *verb*, *vowel* or nothing that has a name.
#
# Three questions can be asked of such a model, and each has an algorithm that takes a sum or a maximum over billions of paths in a blink. You
# will write all three, tag the Brown corpus with what was one of the best taggers of the year 2000, and let a model discover the vowels of
# English without being told that there are letters of two kinds.

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"]
import math
from collections.abc import Iterable
from itertools import chain, pairwise

import torch
from torch import Generator, Tensor  # names that the signatures use

from ngram2bert.tagging import border_trigrams, lexicon, observe, pair_obs, suffix_counts, trigram_probs

# %% tags=["experiment"]
from ngram2bert import hmm, ngrams, plots
from ngram2bert.corpora import brown
from ngram2bert.tables import lookup

# %% [markdown]
# ## 1 · Where we stand
#
# The n-gram failed for one reason above all: each word was a number, and no two numbers were alike. So it had to see every phrase with every
# word. But anybody who has read *in the kitchen* expects *in the bedroom*: a preposition, an article, a noun. What if we count **kinds** of
# words instead?
#
# Brown's words were tagged by hand, each with one of 472 tags; here they are folded into 12 (*noun*, *verb*, *adjective*, ...). The text is
# split by document, so that no sample is both trained on and tested on.

# %% tags=["experiment"]
parts = [*brown().split_documents()]  # train, validation, test
texts = [part.sentences for part in parts]
names = sorted({tag for tags in parts[0].universal_tags for tag in tags})
tags, _, test_tags = ([[names.index(tag) for tag in path] for path in part.universal_tags] for part in parts)
words, (train, validation, test) = ngrams.encode_splits(texts, min_count=1)
print(
    f"{sum(map(len, train)):,} words to learn from, of {len(words) - 3:,} kinds; {len(names)} tags: {' '.join(names)}"
)


def seen(learned, asked, n):
    """Share of the runs of n numbers in one text that another text holds."""
    grams, counts = ngrams.count_ngrams([[w + 2 for w in s] for s in learned], n, 0, 1)
    runs, times = ngrams.count_ngrams([[w + 2 for w in s] for s in asked], n, 0, 1)
    return 100 * float(times[lookup(grams, counts, runs) > 0].sum() / times.sum())


# %% tags=["experiment"]
orders = (1, 2, 3, 4, 6)
of_words, of_tags = ([seen(*pair, n) for n in orders] for pair in ((train, test), (tags, test_tags)))
figure, axes = plots.figure(height=2.8)
axes.plot(orders, of_tags, **plots.line(0), label="runs of tags")
axes.plot(orders, of_words, **plots.line(1), label="runs of words")
axes.set_ylim(0, 105)
plots.label(axes, "n, length of the run", "seen in training (%)", "Sentences are new, their grammar is not")
axes.legend()
plots.show(
    figure,
    f"Of the test text's runs of 4, {of_words[3]:.0f}% of those of words but {of_tags[3]:.1f}% of those of tags were seen in training.",
)

# %% [markdown]
# Six tags in a row are familiar nine times in ten; four words in a row one time in eight. (Chapter 01 had one time in five:
# there all rare words were one word, `UNK_`.) Tags are what can be counted. There is one difficulty:
# nobody writes them down. *Fish* is a noun or a verb, and the page does not say which. The tag is *hidden*; all we see is the word.

# %% [markdown]
# ## 2 · The idea, by hand
#
# A model with two states says sentences of three words. It starts in a state, says a word there, moves on, says a word, and at some time stops.
#
# | | starts | then noun | then verb | stops | says *they* | *can* | *fish* |
# |---|---|---|---|---|---|---|---|
# | noun | 0.8 | 0.2 | 0.6 | 0.2 | 0.5 | 0.1 | 0.4 |
# | verb | 0.2 | 0.5 | 0.1 | 0.4 | 0 | 0.6 | 0.4 |
#
# It says *they can fish*. Which way did it go? There are $2^3 = 8$ paths; *they* is never a verb, so four remain.
#
# | path | start, moves, stop | words | together |
# |---|---|---|---|
# | noun verb noun | 0.8 · 0.6 · 0.5 · 0.2 | 0.5 · 0.6 · 0.4 | **0.00576** |
# | noun verb verb | 0.8 · 0.6 · 0.1 · 0.4 | 0.5 · 0.6 · 0.4 | 0.00230 |
# | noun noun verb | 0.8 · 0.2 · 0.6 · 0.4 | 0.5 · 0.1 · 0.4 | 0.00077 |
# | noun noun noun | 0.8 · 0.2 · 0.2 · 0.2 | 0.5 · 0.1 · 0.4 | 0.00013 |
#
# The **sum**, 0.00896, is the probability of the sentence. The **largest**, *noun verb noun*, is the best guess at what was meant: they
# put fish into cans. And of all the probability 90% goes through *verb* at the second word. Sum, largest, share: each is the
# heart of one of the three problems below. With 12 tags and 20 words there are $12^{20}$ paths, so listing them is no way to any of them.

# %% [markdown]
# ## 3 · The equations
#
# The words are $w_1 \dots w_T$ ($T$ is chapter 01's $m$), the hidden states $s_1 \dots s_T$, each one of $K$ (in chapter 00 $s$ was a score). A **hidden Markov model** (HMM)
# assumes two things: a state depends on the state before it alone, and a word on its own state alone.
#
# $$p(w, s) = \text{start}(s_1) \prod_{t=2}^{T} \text{trans}(s_{t-1}, s_t) \prod_{t=1}^{T} \text{emit}(s_t, w_t) \; \text{stop}(s_T)$$
#
# What is given stands first: $\text{trans}(i, j) = p(j \mid i)$ and $\text{emit}(k, w) = p(w \mid k)$; the docstrings write $\text{trans}_{ij}$
# for short. Four tables, then: $\text{start}$ sums to one; each row of $\text{trans}$ *together with its* $\text{stop}$ sums to one, since
# after each word the model goes on or stops; each row of $\text{emit}$ sums to one. Rabiner (1989) poses the three problems:
#
# 1. How probable is the sentence? $\;p(w) = \sum_s p(w, s)$
# 2. Which path is the best? $\;\arg\max_s p(w, s)$
# 3. Which tables make a text most probable, if nobody tags it? (The shares will answer it.)
#
# A sentence of 50 words has a probability near $10^{-150}$, and a text underflows any float. So everything here is in **log space**:
# products are sums, and sums are `logsumexp`, as in chapter 00. An impossible move has the logarithm $-\infty$, and that must not become NaN.

# %% [markdown]
# ## 4 · Build it
#
# Sentences are lists of word numbers, as in chapter 01, and their tags lists of tag numbers of the same lengths. A model is four float64 tensors:
# `start` $(K)$, `trans` $(K, K)$, `stop` $(K)$ and `emit` $(K, V)$. Word 1 of the equations is row 0 in Python.

# %% [markdown]
# ### When the tags are given: count and divide

# %% [markdown]
# With tagged text there is nothing hidden, and the tables are relative frequencies, as in chapter 01. $c(k)$ is how often state $k$ occurs:
#
# $$\text{trans}(k, j) = \frac{c(k\,j)}{c(k)}, \quad \text{stop}(k) = \frac{c(k\,\text{</s>})}{c(k)}, \quad
# \text{emit}(k, w) = \frac{c(k, w)}{c(k)}, \quad \text{start}(k) = \frac{c(\text{<s>}\,k)}{\sum_j c(\text{<s>}\,j)}.$$
#
# No state follows across the end of a sentence. A sentence may be empty; it has no first tag, so it counts nowhere, not among the starts either. A
# state that never occurs has rows of zeros. With *they can fish* as 0 1 2, noun 0 and verb 1:
#
# ```
# supervised_estimates([[0, 1, 2], [0, 2]], [[0, 1, 0], [0, 1]], states=2, vocab=3)
#    start [1, 0]    trans [[0, 2/3], [1/2, 0]]    stop [1/3, 1/2]    emit [[2/3, 0, 1/3], [0, 1/2, 1/2]]
# ```

# %% exercise="supervised_estimates"

# %% tags=["experiment"]
mine = use("supervised_estimates")
start, trans, stop, emit = mine.supervised_estimates(train, tags, len(names), len(words))
for k in ("NOUN", "VERB", "ADJ", "PRT"):
    print(f"{k:5}", *[words[w] for w in emit[names.index(k)].topk(9).indices.tolist()])
figure, axes = plots.figure(width=6.2, height=4.2)
table = torch.cat([trans, stop[:, None]], dim=1)  # (12, 13)
image = axes.imshow(table)
axes.set_xticks(range(13), [*names, "</s>"], rotation=60)
axes.set_yticks(range(12), names)
axes.grid(False)
plots.label(axes, "the next tag", "a tag", "What follows what")
figure.colorbar(image, label="probability")
plots.show(
    figure,
    "A heat map of transitions between 12 tags: after a determiner mostly a noun, after a particle mostly a verb, after a full stop mostly the end.",
)

# %% [markdown]
# After a determiner or an adjective comes mostly a noun, after a pronoun or a particle mostly a verb. (*Af* is Brown's mark for a formula that
# was left out, and a noun to its taggers. *To*, *up* and *out* are its particles, PRT; prepositions are ADP.)

# %% [markdown]
# ### The probability of one path

# %% [markdown]
# The smallest piece first. `log_obs` holds $\log \text{emit}(k, w_t)$ in row $t$ and column $k$: it is made once a sentence by the given
# `observe(emit, words)`, and then the algorithms need no words any more. All tables come as logarithms. For *noun verb noun* above the answer
# is $\log 0.00576 = -5.1568$. A path may hold one word only; then there is no move.

# %% exercise="path_log_prob"

# %% [markdown]
# ### Problem 1: the sum over all paths

# %% [markdown]
# Fill a table column by column, the *trellis*. $\alpha_t(j)$ is the probability of the first $t$ words **and** of standing in state $j$ at word $t$.
# All paths to a cell come through the column before it, so that column is all one needs:
#
# $$\alpha_1(j) = \text{start}(j)\,\text{emit}(j, w_1), \qquad
# \alpha_t(j) = \Big[\sum_i \alpha_{t-1}(i)\,\text{trans}(i, j)\Big]\,\text{emit}(j, w_t), \qquad
# p(w) = \sum_i \alpha_T(i)\,\text{stop}(i).$$
#
# $K^2 T$ steps in place of $K^T$. By hand: $\alpha_1 = (0.4,\ 0)$, $\alpha_2 = (0.008,\ 0.144)$, $\alpha_3 = (0.02944,\ 0.00768)$, and
# $0.02944 \cdot 0.2 + 0.00768 \cdot 0.4 = 0.00896$, the sum of the eight paths.

# %% exercise="forward"

# %% tags=["experiment"]
mine = use("path_log_prob", "forward")
fish = ["they", "can", "fish"]
hand = [torch.tensor(t).double().log() for t in ([0.8, 0.2], [[0.2, 0.6], [0.5, 0.1]], [0.2, 0.4])]
obs = observe(torch.tensor([[0.5, 0.1, 0.4], [0.0, 0.6, 0.4]]).double(), [0, 1, 2])  # (3, 2)
log_alpha, log_likelihood = mine.forward(*hand, obs)
paths = torch.cartesian_prod(*[torch.arange(2)] * 3)  # (8, 3)
listed = torch.stack([mine.path_log_prob(path, *hand, obs) for path in paths]).exp()
print(f"forward {float(log_likelihood.exp()):.5f}   eight paths, added up {float(listed.sum()):.5f}")

# %% [markdown]
# ### From the other end

# %% [markdown]
# $\alpha$ knows what came before. Its mirror image knows what is still to come: $\beta_t(i)$ is the probability of the words *after*
# $t$, for one who stands in state $i$ at word $t$. Word $t$ itself is not in it: that is $\alpha$'s.
#
# $$\beta_T(i) = \text{stop}(i), \qquad \beta_t(i) = \sum_j \text{trans}(i, j)\,\text{emit}(j, w_{t+1})\,\beta_{t+1}(j).$$
#
# By hand: $\beta_3 = (0.2,\ 0.4)$ and $\beta_2 = (0.2 \cdot 0.4 \cdot 0.2 + 0.6 \cdot 0.4 \cdot 0.4,\ \dots) = (0.112,\ 0.056)$.

# %% exercise="backward"

# %% [markdown]
# Multiply both and you have everything: $\alpha_t(i)\,\beta_t(i)$ is the probability of all words and of state $i$ at word $t$. Divided by
# $p(w)$ it is the share of all probability that goes through that cell, the **posterior**
#
# $$\gamma_t(i) = p(s_t = i \mid w) = \frac{\alpha_t(i)\,\beta_t(i)}{\sum_j \alpha_t(j)\,\beta_t(j)} .$$
#
# At *can* above, $\gamma_2 = (0.1,\ 0.9)$.

# %% exercise="posteriors"

# %% tags=["experiment"]
mine = use("supervised_estimates", "forward", "backward", "posteriors")
logs = [table.log() for table in mine.supervised_estimates(train, tags, len(names), len(words))[:3]]
sentence = ["The", "old", "man", "the", "boats", "and", "fish", "."]
obs = observe(emit, [words.index(w) for w in sentence])
gamma = mine.posteriors(mine.forward(*logs, obs)[0], mine.backward(*logs[1:], obs))
shown = [k for k in range(len(names)) if gamma[:, k].max() > 0.02]
figure, axes = plots.figure(width=6.6, height=2.6)
image = axes.imshow(gamma[:, shown].T, aspect="auto", vmin=0, vmax=1)
axes.set_xticks(range(len(sentence)), sentence)
axes.set_yticks(range(len(shown)), [names[k] for k in shown])
axes.grid(False)
plots.label(axes, "word", "tag", "How sure is the model of each tag?")
figure.colorbar(image, label="posterior")
said = ", ".join(f"{w} {names[int(g.argmax())]} {float(g.max()):.0%}" for w, g in zip(sentence, gamma, strict=True))
plots.show(figure, f"Posteriors of the tags of a sentence: {said}.")

# %% [markdown]
# People stumble over this sentence as well: they read *the old man* and need a second look to find that *man* is the verb. The model has no
# doubt anywhere, and is wrong twice: it knows pairs of tags and single words only, and calls *old* an adjective and *man* a noun.

# %% [markdown]
# ### Problem 2: the best path

# %% [markdown]
# Put a maximum where the sum was, and remember where it came from:
#
# $$\delta_t(j) = \max_i \big[\delta_{t-1}(i)\,\text{trans}(i, j)\big]\,\text{emit}(j, w_t), \qquad
# \text{back}_t(j) = \text{the } i \text{ of that maximum} .$$
#
# The best end is the largest $\delta_T(i)\,\text{stop}(i)$; from there the back-pointers lead home. That is Viterbi's algorithm (1967), made
# for radio links and at work in mobile phones to this day.

# %% exercise="viterbi"

# %% [markdown]
# Here is the table itself, with *your* functions in every cell. Fill it cell by cell: what does a cell need to know? Then switch from the sum
# to the maximum. In which cells do the two differ, and why not in all?

# %% tags=["experiment"]
from ngram2bert.widgets import trellis_explorer

mine = use("forward", "viterbi")
obs = observe(torch.tensor([[0.5, 0.1, 0.4], [0.0, 0.6, 0.4]]).double(), [0, 1, 2])
trellis_explorer(fish, ["noun", "verb"], *hand, obs, mine.forward, mine.viterbi)

# %% [markdown]
# **Two ways to decode.** Taking the largest posterior of each word on its own is *not* Viterbi. If the model is true, it gets more single
# tags right on average, but what it strings together may be an unlikely path, even an impossible one. On sentences without unknown words:

# %% tags=["experiment"]
mine = use("forward", "backward", "posteriors", "viterbi", "path_log_prob")
known = [i for i, s in enumerate(test) if len(s) <= 40 and ngrams.UNK not in s]
differ, right, less = 0, [0, 0], []
for i in known:
    obs, gold = observe(emit, test[i]), torch.tensor(test_tags[i])
    by_word = mine.posteriors(mine.forward(*logs, obs)[0], mine.backward(*logs[1:], obs)).argmax(1)
    by_path, best = mine.viterbi(*logs, obs)
    if not torch.equal(by_word, by_path):
        differ += 1
        right = [n + int((path == gold).sum()) for n, path in zip(right, (by_word, by_path), strict=True)]
        less.append(float((mine.path_log_prob(by_word, *logs, obs) - best).exp()))
print(
    f"{differ} of {len(known)} sentences are tagged differently; on these, {right[0]} tags are right word by word, {right[1]} by path"
)
print(f"as a path, the tags chosen word by word are {sum(less) / differ:.0%} as probable as Viterbi's")

# %% [markdown]
# So the choice is open for one sentence in sixty only. There the posteriors have a few tags more; their paths are a good deal less probable.

# %% [markdown]
# ### How good is it? Count tokens

# %% [markdown]
# Accuracy is the share of *tokens* with the right tag: not the mean over sentences, where a two-word sentence would weigh as much as one of
# fifty. And it is reported three times: for all tokens, for words that the training text held, and for those it did not, where a tagger
# has to think. Where there are no such tokens the answer is NaN, not 0 or 1.
#
# ```
# tagging_accuracy([[0, 1], [2]], [[0, 2], [2]], [[True, False], [True]])   ->  (0.6667, 1.0, 0.0)
# ```

# %% exercise="tagging_accuracy"

# %% tags=["experiment"]
mine = use("tagging_accuracy")
guess = hmm.viterbi_paths(start, trans, stop, emit, test)  # like yours, for many sentences at once
is_known = [[w != ngrams.UNK for w in s] for s in test]
accuracy = mine.tagging_accuracy(test_tags, guess, is_known)
print("all {:.1%}   known {:.1%}   unknown {:.1%}".format(*accuracy))
lost = [not all(k) for k in is_known]
fine = [row for row in zip(test_tags, guess, is_known, strict=True) if all(row[2])]
print(
    f"{sum(lost) / len(lost):.0%} of the sentences hold an unknown word; without them: {mine.tagging_accuracy(*zip(*fine, strict=True))[0]:.1%}"
)

# %% [markdown]
# That is a disaster with a single cause. An unknown word has probability 0 in *every* state. So has then every path; all are equally bad, and
# from that word on the sentence gets whatever tag has number 0, the full stop's. One word in twenty-six ruins half of the sentences.

# %% [markdown]
# ### Words nobody has seen

# %% [markdown]
# Look at an unknown word: *grumbled*, *Jacksonville*, *unhappily*. You know what kind it is by its **ending**. Thorsten Brants's tagger
# TnT (2000) does so, too: among rare words (what is unknown is rare), count the tags of each ending of up to ten letters. Long endings say
# more but are seen less, so mix: begin with the tags' shares of the text, $p_0 = \text{prior}$, and let each longer ending have its say,
#
# $$p_i(k) = \frac{\text{share}_i(k) + \theta\, p_{i-1}(k)}{1 + \theta} .$$
#
# $\text{share}_i(k)$ is the share of tag $k$ in the counts of the last $i$ letters; $\theta$ is the standard deviation of the $K$ numbers in
# `prior`, with $K-1$ below. Stop at `longest` letters, when the whole word is used up, or before the first ending that was never counted. An
# HMM needs $p(\text{ending} \mid k)$, which by Bayes' rule is $p(k \mid \text{ending}) / p(k)$ times a number that is the same for all tags:
# return that quotient, and 0 where the prior is 0. (The docstring writes $t$ for a tag, as Brants does.)
#
# ```
# suffix_scores("fed", {"d": [1, 3], "ed": [0, 2]}, prior=[0.5, 0.5], longest=10)   ->  [0.0, 2.0]      # theta is 0 here
# ```

# %% exercise="suffix_scores"

# %% tags=["experiment"]
mine = use("suffix_scores")
lex = lexicon(texts[0], tags, len(names))
endings = suffix_counts(lex, longest=10, rare=10)
prior = torch.stack(list(lex.values())).sum(0)
prior = prior / prior.sum()
print("word              " + "".join(f"{name:>7}" for name in names[1:-1]))
for word in ("grumbled", "Jacksonville", "unhappily", "blorping", "1837", "snoozable"):
    p = mine.suffix_scores(word, endings, prior, 10) * prior  # p(tag | ending)
    print(f"{word:18}" + "".join(f"{100 * v:6.1f}%" for v in (p / p.sum()).tolist()[1:-1]))

# %% [markdown]
# *Blorping* stays open between noun and verb, as it should: only its neighbours can tell. Now a quarter of the test set once more, with the ending's
# say in place of the zeros. Known words get $c(k, w) / p(k)$: only the ratios within a row matter, because a factor that is the same for all tags
# changes no path.

# %% tags=["experiment"]
predict("unknown-words", "Of the words that were never seen, how many will get the right one of 12 tags?", unit="%")

# %% tags=["experiment"]
mine = use("suffix_scores", "viterbi", "tagging_accuracy")


def log_scores(sentence):
    """(T, K): by count for known words, by ending for the others."""
    rows = [mine.suffix_scores(w, endings, prior, 10) if w not in lex else lex[w] / prior for w in sentence]
    return torch.stack(rows).log()


few = range(0, len(test), 4)  # every fourth sentence: about 30,000 words
by_bigrams = [mine.viterbi(*logs, log_scores(texts[2][i]))[0].tolist() for i in few]
bigram_tagger = mine.tagging_accuracy([test_tags[i] for i in few], by_bigrams, [is_known[i] for i in few])
print("all {:.1%}   known {:.1%}   unknown {:.1%}".format(*bigram_tagger))
reveal("unknown-words", 100 * bigram_tagger[2], unit="%")

# %% [markdown]
# ### Two tags back

# %% [markdown]
# A trigram of words was a little better than a bigram, and held back by all it had never seen. Tags are few, and nearly every run of three is
# seen. So let a tag depend on the two tags before it. No elaborate smoothing is needed; Brants mixes three relative frequencies with three
# weights for the whole text and finds them without held-out text, by **deleted interpolation**: go through the trigrams $a\,b\,c$ of the
# training text, take this *one* occurrence away, and ask which estimate says $c$ best now:
#
# $$\frac{c(c) - 1}{N - 1}, \qquad \frac{c(b\,c) - 1}{c(b) - 1}, \qquad \frac{c(a\,b\,c) - 1}{c(a\,b) - 1} .$$
#
# The winner gets $c(a\,b\,c)$ votes, those who tie share them, and a denominator of 0 makes an estimate 0: seen once, and that was this one.
# The weights are the shares of the votes. Without the $-1$ the trigram would win everything, as in chapter 01 on the training text. `counts`
# has shape (S, S, S): $S$ is the number of tags and one more, the border that stands twice before a sentence and once after it. Every other
# count is a sum over it: $N$ over all, $c(b)$ how often $b$ stood *before* a tag, $c(c)$ how often $c$ was the tag.

# %% exercise="deleted_interpolation"

# %% [markdown]
# Do we need a new Viterbi for trigrams? No: **a state may be a pair of tags**, the one before and the one now. From pair $(a, b)$ one can go
# only to a pair that begins with $b$, and that move has probability $p(c \mid a, b)$. All algorithms above then work as they are, on $S^2$ states.
#
# Tags are 0 to S-2; number S-1 is the border, `<s>` before the sentence and `</s>` after it. A sentence starts in a pair (border, c) with $p(c
# \mid \text{border}, \text{border})$ and stops from $(a, b)$ with $p(\text{border} \mid a, b)$. The pair $(a, b)$ is state $a \cdot S + b$;
# everything else is impossible, as are pairs whose second tag is the border.

# %% exercise="pair_states"

# %% tags=["experiment"]
mine = use("suffix_scores", "deleted_interpolation", "pair_states", "viterbi", "tagging_accuracy")
counts = border_trigrams(tags, len(names))
weights = mine.deleted_interpolation(counts)
pairs = mine.pair_states(trigram_probs(counts, weights))  # 169 states
fewer = few[::5]  # every twentieth sentence
guess = []
for i in fewer:
    path, _ = mine.viterbi(*pairs, pair_obs(log_scores(texts[2][i])))
    guess.append((path % (len(names) + 1)).tolist())
asked = [[column[i] for i in fewer] for column in (test_tags, is_known)]
print("weights of one, two, three tags:", *[f"{w:.3f}" for w in weights.tolist()])
for name, tagged in (("bigrams ", by_bigrams[::5]), ("trigrams", guess)):
    accuracy = mine.tagging_accuracy(asked[0], tagged, asked[1])
    print(name, "of tags:  all {:.1%}   known {:.1%}   unknown {:.1%}".format(*accuracy))

# %% [markdown]
# Both lines are for the same sentences. Two tags back buy almost half a point, all of it on known words. This table is of 6,177 words; section 6
# has the whole test text, and an interval.

# %% [markdown]
# ### Learning without tags

# %% [markdown]
# So far somebody had tagged the text. Problem 3 is the hard one: tables from words alone. The way out is the one of chapter 01's mixture
# weights: expectation-maximisation. With *some* tables, however bad, work out how often each thing **probably** happened; divide these
# expected counts as you divided real ones; repeat. The likelihood can never fall.
#
# The posterior $\gamma_t$ says how often each state probably said each word. For moves we need the posterior of two neighbours,
#
# $$\xi_t(i, j) = p(s_t = i,\, s_{t+1} = j \mid w) = \frac{\alpha_t(i)\,\text{trans}(i, j)\,\text{emit}(j, w_{t+1})\,\beta_{t+1}(j)}{p(w)} .$$
#
# The E-step turns one sentence into four tables of expected counts, shaped like the parameters: $\gamma_1$ for start; the sum of all $\xi_t$
# for trans; $\gamma_T$ for stop; and for emit, in column $w$, the sum of the $\gamma_t$ of the words that *are* $w$. `index_add` adds rows that go to
# one place. Here the tables come as probabilities; take logarithms inside.

# %% exercise="e_step"

# %% [markdown]
# The M-step is one division, for **all sentences together**. Add up the counts first: the mean of what each sentence says by itself is not
# the best model, because a sentence of two words would weigh as much as one of fifty. The rows of trans are divided together with stop.
# Expected counts may be far below 1, so guard against 0/0 only: what was never expected is 0.

# %% exercise="m_step"

# %% [markdown]
# Where to start? If all states are alike, every posterior is equal, every expected count too, and EM stays where it is for ever: a saddle.
# And a zero stays a zero. So chance has to tell the states apart: every entry positive, every row different, all of it from `generator`, so that it
# can be repeated. Which distribution you draw from is yours to choose.

# %% exercise="random_start"

# %% [markdown]
# ## 5 · See it work
#
# In 1980 Cave and Neuwirth gave an HMM of two states a text as a stream of letters. Nobody told it what a vowel is. Here are ten steps of
# *your* EM on a few sentences of Brown, only a to z and the space.

# %% tags=["experiment"]
from ngram2bert.claims import vowels

mine = use("e_step", "m_step", "random_start")
letters = [torch.tensor(s) for s in vowels.spelled(parts[0].sentences[:30])]
model = mine.random_start(2, 27, torch.Generator().manual_seed(4))
total = sum(len(s) + 1 for s in letters)
for step in range(11):
    counted, logs_p = zip(*(mine.e_step(*model, s) for s in letters), strict=True)
    if step % 2 == 0:
        print(f"step {step:2}   {-float(sum(logs_p)) / total / math.log(2):.4f} bits a letter")
    model = mine.m_step(list(counted))

# %% [markdown]
# Ten steps are not enough to see much. The library's version runs a hundred, on more text, from ten random starts side by side.

# %% tags=["experiment"]
predict("starts", "Of ten random starts, how many will find the best model?", unit="starts")

# %% tags=["experiment"]
found = vowels.run()
print(found.table())
print(found.sentence())
reveal("starts", len(found.at_best), unit="starts")

# %% tags=["experiment"]
found.plot()

# %% [markdown]
# Nothing but the order of letters was given, and the best model's states are the vowels (with the space, which behaves like one) and the consonants.
# English alternates, and that is the most a machine with two states can know about it. But look at the starts that ended elsewhere: EM climbs the
# nearest hill. Whoever runs it once does not know which hill that was.
#
# ### Conventions: what is a stop, who is a state
#
# | | Rabiner 1989 | hmmlearn | NLTK | here |
# |---|---|---|---|---|
# | end of a sentence | none: $\text{stop} = 1$ | none | none | learned; `log_stop` of zeros is theirs |
# | rows of trans sum | to 1 | to 1 | to 1 | to 1 together with stop |
# | several sentences | counts pooled | counts pooled, one array and `lengths` | counts pooled | counts pooled |
# | space of numbers | scaled | log by default, scaled on request | log2 | natural log; scaled in the library |
# | unknown words | | | a guess that ignores the word, or smoothing | endings (Brants) |
#
# The cell shows the first row at work: with `log_stop` zero the same sentence is more probable, because the model need not end there.

# %% tags=["experiment"]
mine = use("forward")
obs = observe(torch.tensor([[0.5, 0.1, 0.4], [0.0, 0.6, 0.4]]).double(), [0, 1, 2])
for name, log_stop in (("ends here", hand[2]), ("may go on", torch.zeros(2).double())):
    print(f"{name}: p = {float(mine.forward(hand[0], hand[1], log_stop, obs)[1].exp()):.5f}")

# %% [markdown]
# ## 6 · The claims
#
# ### Brants 2000: trigrams of tags, endings, capitals
#
# Now with all 472 tags, on the whole test text. The library's tagger is the one you built, plus two things of Brants's: capitals are part of
# the state, and paths a thousand times worse than the best are dropped. Here it is with and without endings. The other parts, and NLTK's
# taggers, which need minutes, were run beforehand with `ngram2bert claims 02`.

# %% tags=["experiment"]
predict("endings", "How many points of accuracy on all words do the endings buy (472 tags)?", unit="points")

# %% tags=["experiment"]
from ngram2bert.claims import taggers

table = taggers.run(parts[0], parts[2], {name: taggers.VARIANTS[name] for name in (taggers.OURS, "without endings")})
print(table.table(beside=taggers.OURS))
reveal("endings", -table.gain("without endings", taggers.OURS)[0], unit="points")

# %% tags=["experiment"]
recorded = taggers.committed()
print(recorded.table(beside=taggers.OURS))
recorded.plot(beside=taggers.OURS)

# %% [markdown]
# Trigrams buy half a point, endings one point (and 26 points on unknown words), capitals half a point. Remembering no tag at all costs nearly
# five: most of tagging is knowing the word, and the rest is knowing its neighbours. NLTK's TnT is the same algorithm and comes out the same to
# the last digit shown: two programs written apart that agree on 120,654 words are good evidence for each other. NLTK's plain HMM, without
# endings, is three points behind. The interval is a paired bootstrap over *documents*, since words of one document are not independent.
#
# ### The HMM as a language model
#
# Forward gives the probability of any sentence, so an HMM *is* a language model. It learns classes of words by itself, and it remembers its
# state over any distance. Does it beat the bigram that merely counts? Both have Bengio's split of chapter 01 and its vocabulary.

# %% tags=["experiment"]
predict(
    "hmm-bigram",
    "By how many per cent is the perplexity of an HMM of 100 states above that of the Kneser–Ney bigram?",
    unit="%",
)

# %% tags=["experiment"]
from ngram2bert.claims import hmm_lm

race = hmm_lm.committed()
print(race.table())
bigram = 2 ** next(model.test for model in race.counted if "bigram" in model.name)
reveal("hmm-bigram", 100 * (race.final(100)[0] / bigram - 1), unit="%")
print(race.sentence())
race.plot()

# %% [markdown]
# It goes most of the way: of the bits that the bigram gains over single words, 100 states gain 86%, without counting a single pair of words.
# But it needs a thousand times as long and still loses. More states come closer and cost more: here nearly in proportion to their
# number, and with many more states in proportion to its square, which is the number of moves. What it loses is
# what only the word itself can say: after *United* comes *States*, and no state that *United* shares with other words can know that.
#
# ## 7 · What breaks
#
# **More likely is not better.** EM makes the text more probable. Nobody said that its states go on meaning *noun* and *verb*. Start from your
# supervised tables, let EM read the same sentences *without* their tags, and watch both numbers (Merialdo measured it in 1994).

# %% tags=["experiment"]
vocabulary, (few_train, _, few_test) = ngrams.encode_splits([texts[0][:10_000], [], texts[2][:2_000]], min_count=2)
model = hmm.HMM.of(*hmm.supervised_estimates(few_train, tags[:10_000], len(names), len(vocabulary)))
gold = test_tags[:2_000]
bits, right = [], []
for _ in range(9):
    guess = hmm.viterbi_paths(*(part[0] for part in model.parameters), few_test)
    right.append(100 * hmm.tagging_accuracy(gold, guess, [[True] * len(s) for s in gold])[0])
    bits += model.fit(few_train, steps=1)[0].tolist()
figure, axes = plots.figure(columns=2, width=8.2, height=2.8)
for ax, curve, name, title in zip(
    axes,
    (bits, right),
    ("bits a word, training text", "tags right, test (%)"),
    ("the text: ever more likely", "the tags: ever worse"),
    strict=True,
):
    ax.plot(range(9), curve, **plots.line(0))
    plots.label(ax, "steps of EM without tags", name, title)
plots.show(
    figure,
    f"In 8 steps of EM the bits a word fall from {bits[0]:.2f} to {bits[-1]:.2f} and the tags that are right from {right[0]:.1f}% to {right[-1]:.1f}%.",
)

# %% [markdown]
# Each step makes the text a little more likely, 0.025 bits a word in all, and the tags worse, by two points in eight steps. The first step does
# the most harm.
#
# **It forgets the words.** All that the model knows of a sentence so far is which of $K$ states it is in: at most $\log_2 K$ bits, 6.6 for a hundred
# states. *New* and *old* may be one state to it; then what comes next can be *York* or *man* in either case. The twenty places of chapter 01 show what
# it gains and what it loses.

# %% tags=["experiment"]
from ngram2bert.twenty import from_ngrams, rerun, summary

bengio = [part.sentences for part in brown().split()]  # chapter 01's texts: the places are in its validation text
types, (text, _, _) = ngrams.encode_splits(bengio, min_count=4)
number = {word: i for i, word in enumerate(types)}
classes = hmm.HMM.random(20, len(types), seed=1)
classes.fit(text, steps=12, pseudo=1.0)


def of_hmm(place):
    """The HMM at a place: all words of the sentence so far."""
    return types, classes.next_probs([[number.get(word, ngrams.UNK) for word in place.before]], ngrams.EOS)[0]


trigram = ngrams.estimate(text, 3, len(types))
runs = {"trigram": rerun(from_ngrams(trigram.next_probs, types, 3)), "HMM": rerun(of_hmm)}
label_errors(runs)

# %% tags=["experiment"]
print(summary(runs))
for k in (3, 11, 14):
    print(f"one of its 20 states says: {' '.join(types[w] for w in classes.emit[0, k].topk(10).indices.tolist())}")

# %% [markdown]
# The places are the trigram's own mistakes, so any other model should look well on them. Even so the HMM is better at ten of the twenty only
# and a little worse in the mean. Its states are kinds of words: those printed are mostly prepositions, determiners, adjectives. It gains most
# on *those* and *a*, where the kind is nearly all there is to know; it loses most on *she*, *he* and *you*, where the very words before
# say more than their kind.

# %% [markdown]
# ### Two questions to think about
#
# **1. Two decoders.** For a sentence the largest posteriors say *DET NOUN VERB*, Viterbi says *DET VERB NOUN*.
#
# (a) Both are right. What does each of them maximise, and which is better if you are paid for each right tag? (b) Construct a model with three
# states and a sentence of two words for which the path of largest posteriors is impossible. Give the numbers. (c) A spelling
# corrector is an HMM whose hidden states are letters. Which decoder would you choose there, and why?

# %% [markdown] reflection="decoders" points=3
# (a) The posterior decoder maximises the expected number of right tags, each by itself; Viterbi maximises the probability that the *whole* path
# is right. Paid by the tag, take the posteriors; paid by the sentence, Viterbi.
#
# (b) For example three states A, B, C, of which all say both words equally well and all stop equally well; start = (0.4, 0.3, 0.3); A always
# goes to A, B and C always go to C. At the first word A has the largest posterior, 0.4; at the second C has it, 0.6. But from A one never gets to C.
#
# (c) Viterbi. One impossible letter sequence makes a word that does not exist; a correction is useful as a whole word or not at all.
#
# **Rubric.** 1 point: (a) both maxima named correctly and matched with the pay. 1 point: (b) an example whose numbers work out (half a point
# where the idea is right and a row does not sum to one). 1 point: (c) the sequence counts as a whole. "Viterbi because it is more accurate"
# earns nothing.

# %% [markdown]
# **2. Likelihood up, accuracy down.** Section 7 showed it on your own model.
#
# (a) How can a model explain the words better and tag them worse? Say what EM maximises, and what it does not see. (b) A friend has 500 tagged
# sentences and a million untagged ones and wants to use both. Give a procedure in which the untagged text cannot do this harm, or in which the
# harm is noticed. (c) What would you look at to find out what EM's states have become?

# %% [markdown] reflection="likelihood" points=3
# (a) EM maximises p(words), the sum over all paths. The tags do not occur in it, so any renaming, splitting or merging of states that predicts
# words better is welcome: for predicting words it pays to give frequent words and frequent neighbourhoods states of their own, and to pour
# rare kinds together. The supervised start is only a hill near by.
#
# (b) Keep some tagged sentences apart, and stop when accuracy on them begins to fall, which is often after one step or none; or mix: add the
# expected counts with a small weight to the real ones, the weight tuned on held-out tags; or keep the tables from tagged text fixed and learn
# only emissions of words that the tagged text does not hold; or use the million sentences for something else, such as classes of words as
# features. All need held-out *tags* for the decision.
#
# (c) Tag some text with the model and cross-tabulate its states with the human tags; print the most probable words of each state, and where the biggest
# cells have moved since the start.
#
# **Rubric.** 1 point: (a) the tags are not in what is maximised (half a point for "overfitting": the *test* text becomes likelier too, 8.29 to
# 8.27 bits a word in these eight steps). 1 point: (b) a procedure with a decision on held-out tags, or a bounded weight. 1 point: (c) compares
# states with tags or reads the words of states.

# %% [markdown]
# ## 8 · Go further
#
# - **Open exercise.** Tag with posteriors in place of Viterbi on the whole test text. How many more tags are right, and how many fewer sentences are wholly right?
# - **Open exercise.** Give the letters three states, then five. What does each become? Which number would you choose, and by which measure?
# - **Open exercise.** Your own language: a tagged text of yours as `word<TAB>tag` lines. Which endings does it use, and is ten letters enough?
# - Rabiner 1989, *A Tutorial on Hidden Markov Models and Selected Applications in Speech Recognition*: sections II and III; the later ones tell how speech
#   was recognised for twenty years.
# - Brants 2000, *TnT: A Statistical Part-of-Speech Tagger*: eight pages, everything in this chapter's tagger, and how much each part is worth on two corpora.
# - Merialdo 1994, *Tagging English Text with a Probabilistic Model*: read the tables: when untagged text helps, and when it does not.
# - Cave & Neuwirth 1980, *Hidden Markov Models for English*: what the states become with 3, 4 and 6 of them.
# - **Next.** A state is one of a hundred. What if the memory of a word were not one of a hundred numbers, but a hundred numbers? Chapter 03.
