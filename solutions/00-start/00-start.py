# %% [markdown]
# # 00 · Start here
#
# *Three quarters of an hour; an hour if everything is new. You need Python, and to know what a derivative is.*
#
# Run each cell with Shift+Enter. The first one connects this notebook to its exercises.

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"] id="given-imports"
import math
from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from ngram2bert.corpora.splits import digest

# %% tags=["experiment"]
from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np

from ngram2bert import plots
from ngram2bert.corpora import brown, movie_reviews
from ngram2bert.start.bags import bags, common_words
from ngram2bert.start.drawings import leanings, squares, with_spread
from ngram2bert.start.quick import quick
from ngram2bert.start.reader import review_reader

# %% [markdown]
# ## 1 · Where we stand
#
# Here are 4,000 film reviews from IMDb. Half of the reviewers liked the film. For any word we can ask: of the reviews that hold
# it, what share is positive?
#
# **Guess before you run the cell.** Which of these says most clearly that somebody liked a film, and which that they did not?
#
# > good · better · great · bad · also · both · today · minutes · ? · !

# %% tags=["experiment"]
reviews = movie_reviews().select("imdb").split()
pool = reviews.train.draw(4000, seed=0)
texts, liked = pool.tokens(), torch.tensor(pool.labels)  # liked: 1 or 0

guess = ["good", "better", "great", "bad", "also", "both", "today", "minutes", "?", "!"]
held = bags(texts, guess) > 0  # (4000, 10) which review holds which word
mine = use("share_positive")
shares = mine.share_positive(held[liked == 1].sum(0), held[liked == 0].sum(0))
leanings(guess, shares, "share of positive reviews", "Good says nothing")

# %% [markdown]
# *Good* says nothing: about as many of those who disliked the film used it. *Better* is bad news. So is a question mark.
# *Today* and *also* are praise. You guessed otherwise because you know what these words mean. The counts know nothing, and they
# are right.
#
# Keep *good* in mind. Its meaning has not gone; at the end of this chapter we find it again, and that is where chapter 01
# begins. Until then we build a reader that judges reviews, and with it the tools that every later chapter needs.

# %% [markdown]
# ## 2 · The idea, by hand
#
# The dot for *great* was made of two counts: 632 positive reviews hold the word and 336 negative ones, so its share is
# $\frac{632}{632 + 336} = 0.65$. But take *rapturously*: one reviewer used it, and liked the film. Its share is $\frac{1}{1} =
# 1.00$. Is that the best word of all? Nobody believes one review as much as a thousand.
#
# In 1814 Laplace gave a simple answer: pretend that you had seen one case of each kind before you began.
#
# $$\text{share} = \frac{n_+ + 1}{n_+ + n_- + 2}$$
#
# *Great* stays at $\frac{633}{970} = 0.65$. The rare word gets $\frac{2}{3} = 0.67$, and a word that nobody used $\frac12$: no
# idea.

# %% [markdown]
# **This exercise is solved here in the open, so that you see how exercises work.**
#
# `positive` and `negative` are tensors of V counts, one for each word. Tensors add and divide entry by entry, so no loop is
# needed.
#
# 1. In the cell below, type these three lines in place of the one that begins with `raise`, and run the cell. Nothing appears;
#    that is right.
#
# ```python
#     together = positive + negative
#     share = (positive + 1) / (together + 2)
#     return share
# ```
#
# 2. Run the cell with `check` under it. The card turns green.
# 3. Now break it: change `+ 2` to `+ 1`, run both cells again, and read the card. It shows the smallest call that fails, what
#    was expected and what came, and what you probably did. Its button gives a hint; each exercise has three.
# 4. Put the 2 back. Then run the cell with the picture again: now it is drawn by *your* function.

# %% exercise="share_positive"

# %% [markdown]
# The number under a card is your points. Grading runs the same checks on other numbers, so what is green here stays green
# there, unless the card warns you. `reset("share_positive")` brings the empty exercise back, `solution("share_positive")` shows one way to write it once
# you have read the hints, and `progress()` says where you stand. You may add cells of your own anywhere.
#
# **You may skip any exercise.** A cell that needs one takes your function if its check passes, the course's own if not, and
# says which, as the next cell does. Put words of your own into it.

# %% tags=["experiment"]
mine = use("share_positive")
my_words = ["funny", "sequel", "acting", "beautiful", "supposed", "i", "he", "she"]
held = bags(texts, my_words) > 0
shares = mine.share_positive(held[liked == 1].sum(0), held[liked == 0].sum(0))
for word, share, count in zip(my_words, shares.tolist(), held.sum(0).tolist(), strict=True):
    print(f"{word:12} {share:.2f}   in {count} reviews")

# %% [markdown]
# ## 3 · The equations
#
# A **bag of words** says how often a text holds each of V words, and forgets where. A batch of B texts is a table, and the
# whole model of this chapter is one line:
#
# $$s_b = W x_b + c, \qquad p_{bk} = \frac{e^{s_{bk}}}{\sum_j e^{s_{bj}}}, \qquad \text{loss} = -\frac1B \sum_b \log p_{b y_b}$$
#
# | symbol | shape | what it is | here |
# |---|---|---|---|
# | $x$ | (B, V) | the bags, one text a row | reviews and words |
# | $y$ | (B,) | the right class of each text | 0 disliked, 1 liked |
# | $W$, $c$ | (K, V), (K,) | what is learned: a weight for each class and word, a bias for each class | K = 2 |
# | $s$, $p$ | (B, K) | scores, any numbers; probabilities, each row sums to one | |
#
# Logarithms are natural in this course, so a loss is measured in *nats*; one bit is $\log 2 = 0.693$ nats. The shape is written
# beside every line of code that changes it.

# %% [markdown]
# ## 4 · Build it
#
# ### Shapes
#
# When two tensors of different shapes meet, their axes are lined up **from the right**; an axis of length 1, or a missing one,
# is stretched. That is *broadcasting*. It replaces loops, and it is where most silent errors come from:

# %% tags=["experiment"]
prices = torch.tensor([10.0, 20.0, 30.0, 40.0])  # (4,)
rates = torch.tensor([[1.0], [1.1], [1.2]])  # (3, 1)
print((prices * rates).shape, "every price at every rate: meant so")

got, wanted = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([[1.0], [2.0], [3.0]])  # (3,) and (3, 1)
print((got - wanted).abs().mean(), "the same numbers, and an error that is not 0: (3,) - (3, 1) is (3, 3)")

# %% [markdown]
# Two rows that each sum to one, say the shares of the words in two texts, differ by the mass that would have to move to turn
# one into the other: half the sum of $|p_v - q_v|$. For $(0.5, 0.3, 0.2)$ and $(0.1, 0.3, 0.6)$ that is $\frac12 (0.4 + 0 +
# 0.4) = 0.4$.
#
# Write it for **every row of `p` against every row of `q`**, without a loop: with `p` (2, V) and `q` (3, V) the result is (2,
# 3). `p[:, None, :]` gives `p` a new axis of length 1 in the middle.

# %% exercise="total_variation"

# %% [markdown]
# The Brown corpus holds 500 pieces of American prose of 1961, in 15 genres. Take the 30 commonest tokens, *the*, commas, *of*,
# *was*, *he* and so on, none of which has anything to say about love or law, and compare each genre with each.

# %% tags=["experiment"]
mine = use("total_variation")
corpus = brown()
prose = [[word.lower() for word in corpus.select(genres=[genre]).tokens] for genre in corpus.genres]
frequent = [word for word, _ in Counter(word for genre in prose for word in genre).most_common(30)]
counts = bags(prose, frequent).double()  # (15, 30)
p = counts / counts.sum(1, keepdim=True)  # (15, 30) each row sums to one
distance = mine.total_variation(p, p)  # (15, 15)
squares(
    corpus.genres,
    distance,
    "share of tokens that would have to change",
    "Thirty small words know what fiction is",
    "Two dark squares, where genres are near each other: from news to learned prose, and from fiction to humor. Between "
    "them it is bright, that is far; brightest where government and learned prose meet fiction.",
)

# %% [markdown]
# Nobody told it what fiction is. The dark block from *fiction* to *romance* found itself by *he*, *was*, *had* and quotation
# marks, and *humor* stands between the two worlds.

# %% [markdown]
# ### Logarithms
#
# From word counts one can also ask how probable a whole review is: multiply the probabilities of its words, once under the
# counts of positive reviews and once under those of negative ones. The next cell tries it on one review of the validation set.

# %% tags=["experiment"]
words = common_words(texts, 1000)  # the thousand words that most reviews hold
x, y = bags(texts, words), liked  # (4000, 1000), (4000,)
used = torch.stack([x[y == k].sum(0) for k in (0, 1)]).double() + 1  # (2, 1000) one more of each: Laplace again
p_word = used / used.sum(1, keepdim=True)  # (2, 1000) p(word | class)

review = reviews.validation.texts[5]
bag = bags(reviews.validation.tokens()[5:6], words).double()  # (1, 1000)
print(review[:150], "...")
print("p(review | disliked), p(review | liked):", (p_word**bag).prod(1).tolist())

# %% [markdown]
# Both are 0. Really they are $10^{-819}$ and $10^{-834}$, and the smallest number that a computer holds in 64 bits is near
# $10^{-324}$. So we work with logarithms, where products become sums and nothing gets too small. One thing becomes harder:
# adding *probabilities*. From $a = \log p$ and $b = \log q$ we want $\log(e^a + e^b)$, but $e^a$ is 0 in the computer. The way
# out is to take the largest out first:
#
# $$\log \sum_i e^{x_i} = m + \log \sum_i e^{x_i - m}, \qquad m = \max_i x_i$$
#
# By hand: $\log(e^{-1000} + e^{-1001}) = -1000 + \log(1 + e^{-1}) = -1000 + 0.313 = -999.687$.
#
# Write it along any axis `dim`, which is gone in the result. $-\infty$ is the logarithm of probability 0: where a whole row is
# $-\infty$, so is the answer, not NaN. (`torch.logsumexp` and NumPy's `logaddexp` do this; it is what you are asked to write.)

# %% exercise="log_sum_exp"

# %% tags=["experiment"]
mine = use("log_sum_exp")
joint = bag @ p_word.log().T + math.log(0.5)  # (1, 2) log p(class and review)
whole = mine.log_sum_exp(joint, 1)  # (1,) log p(review)
print("log p(class and review):", joint.tolist(), "  log p(review):", whole.item())
print(f"p(liked | review) = {(joint[0, 1] - whole[0]).exp():.2g}")

held_out, answers = bags(reviews.validation.tokens(), words), torch.tensor(reviews.validation.labels)
right = (held_out.double() @ p_word.log().T).argmax(1) == answers  # (2525,)
print(f"right for {right.double().mean():.1%} of {len(right):,} reviews that it has never seen")

# %% [markdown]
# That is *naive Bayes*, and it is right four times out of five with nothing but counting. It is also sure of itself beyond all
# reason, because it takes each word as a new, independent witness. A model whose weights are *learned together* need not.
# It begins with scores instead of log probabilities.

# %% [markdown]
# ### Softmax

# %% [markdown]
# `softmax` turns any scores into probabilities: $p_k = e^{s_k} / \sum_j e^{s_j}$. Scores $(0, \log 3)$ give $(\frac14,
# \frac34)$; so do $(7, 7 + \log 3)$. Write it along any axis `dim`, so that no score is too large or too small for it. Your
# `log_sum_exp` does the hard part: a division is a difference of logarithms.

# %% exercise="softmax"

# %% tags=["experiment"]
mine = use("softmax")
three = held_out[[0, 5, 9]].double() @ p_word.log().T  # (3, 2)
print("along axis 1, the classes, each review gets its own verdict:\n", mine.softmax(three, 1))
print("along axis 0, the reviews compete with each other:\n", mine.softmax(three, 0))

# %% [markdown]
# Both tables are full of probabilities, and both would train, with a loss that falls. Only one of them is the model you meant.
# A metric does not catch this; a check does, which is why this course has so many.

# %% [markdown]
# ### Train, validation, test

# %% [markdown]
# A model is judged on text that it has not seen. So the data are split once: **train** to learn from, **validation** to choose
# settings by, **test** to be looked at once, at the end. And what belongs together must stay together, or the answers leak from
# one part into another.
#
# The safest rule looks at the *name* of a text alone, say the document it comes from. `digest(name)`, which is given, scatters
# names evenly over the whole numbers below $2^{64}$, the same on every machine. Let `u = digest(name) / 2**64`. The name belongs to
# **test** where `u < test`, to **validation** where `test <= u < test + validation`, and else to **train**. Return one word for
# each name, in order.
#
# `split_by_hash(["ca01", "cr05", "ca01"], validation=0.1, test=0.1)` has three words in it, and the first and third are equal.

# %% exercise="split_by_hash"

# %% [markdown]
# What does a leak cost? Split Brown twice, by sentence and by document, and count the words of the test part that training has
# never seen. That share will matter in chapter 01.

# %% tags=["experiment"]
mine = use("split_by_hash")
lines = [[word.lower() for word in sentence] for sentence in corpus.sentences]
by_document = [document.id for document in corpus.documents for _ in range(document.start, document.stop)]
by_sentence = [f"sentence {i}" for i in range(len(lines))]
for name, keys in (("sentence", by_sentence), ("document", by_document)):
    part = mine.split_by_hash(keys, validation=0.1, test=0.2)
    known = {word for line, where in zip(lines, part, strict=True) if where == "train" for word in line}
    asked = [word for line, where in zip(lines, part, strict=True) if where == "test" for word in line]
    print(f"split by {name}: {sum(word not in known for word in asked) / len(asked):.2%} of the test words are unknown")

# %% [markdown]
# One unknown word in three vanishes when sentences of one document stand on both sides: its names and its topic have been seen.
# Nothing looks wrong. The results are only better than they will ever be in use.

# %% [markdown]
# ### Logistic regression

# %% [markdown]
# One layer and a softmax. The gradient of its loss is short, and every network of this course ends in it. For one text:
#
# $$\frac{\partial\, \text{loss}}{\partial s_k} = p_k - [k = y]$$
#
# *What the model said, minus what was right*: $[k = y]$ is 1 for the right class, else 0. Then $\partial\,\text{loss} / \partial W_{kv}$ is that error times $x_v$, and for
# $c_k$ the error itself. By hand: all weights 0, one text $x = (2, 1)$ of class 1. Then $p = (\frac12, \frac12)$, loss $= \log
# 2 = 0.693$, error $= (\frac12, -\frac12)$, and the gradient of $W$ has the rows $(1, \frac12)$ and $(-1, -\frac12)$.
#
# Return the loss, the gradient of `weight` and that of `bias`, for a batch whose loss is the **mean** over its B texts. Use the
# first formula for $-\log p_y$ that you would trust with scores of 1,000 and more: $\log \sum_j e^{s_j} - s_y$. No `backward`
# here; that comes next.

# %% exercise="loss_and_gradients"

# %% [markdown]
# Learning is now four lines: start at zero, and step against the gradient. Here it learns from 200 reviews, of which it is told
# only which words they hold (1) and which not (0).

# %% tags=["experiment"]
gradients = quick(use("loss_and_gradients").loss_and_gradients)


def fit(x, y, rate, steps=200, watch=lambda weight, bias: None):
    """Gradient descent from zero on all texts at once."""
    weight, bias = torch.zeros(2, x.shape[1]), torch.zeros(2)
    for _ in range(steps):
        _, weight_gradient, bias_gradient = gradients(weight, bias, x, y)
        weight, bias = weight - rate * weight_gradient, bias - rate * bias_gradient
        watch(weight, bias)
    return weight, bias


@cache
def few(n, seed):
    """n labelled reviews: their bags and labels."""
    drawn = reviews.train.draw(n, seed)
    return bags(drawn.tokens(), words), torch.tensor(drawn.labels)


# %% tags=["experiment"]
few_x, few_y = few(200, seed=0)
seen, unseen = (few_x > 0).float(), (held_out > 0).float()  # (200, 1000), (2525, 1000)
curve = []


def watch(weight, bias):
    """Note both losses."""
    batches = ((seen, few_y), (unseen, answers))
    curve.append([gradients(weight, bias, *batch)[0] for batch in batches])


weight, bias = fit(seen, few_y, rate=0.1, steps=800, watch=watch)

drawn, axes = plots.figure()
for number, label in enumerate(("the 200 training reviews", "2,525 validation reviews")):
    axes.plot([pair[number] for pair in curve], color=plots.COLOURS[number], ls=plots.DASHES[number], label=label)
axes.axhline(math.log(2), color=plots.FAINT)
axes.legend(frameon=False)
plots.label(axes, "step", "loss, nats a review", "It learns, then it learns by heart")
plots.show(
    drawn,
    "The training loss falls towards 0 for 800 steps. The validation loss falls for about 100 steps, to 0.55, and then "
    "rises again, to 0.65. Tossing a coin costs 0.69.",
)

# %% [markdown]
# The lower curve is what the model sees, the upper one the truth. Where the upper one turns is the time to stop. That is what a
# validation set is for.

# %% [markdown]
# ### Gradients by themselves

# %% [markdown]
# You were given the gradient. For a network of ten layers nobody derives it: the machine keeps a record of what was made from
# what, and goes back through it. Here is that machine, for single numbers. Each `Value` remembers its `parents`, with the
# *slope* towards each: how much it grows when the parent grows by 1. `__add__` and `log` are done; **write `__mul__`, `exp` and
# `backward`**.
#
# By hand, with $a = 2$, $b = -3$ and `c = a * b; d = c + a`: `d.grad` is 1. `c.grad` is 1, the slope of `d` towards `c`. `a`
# has two ways to `d`: straight, with slope 1, and through `c`, with $b \cdot 1 = -3$. So `a.grad` is $1 - 3 = -2$, and `b.grad`
# is $a \cdot 1 = 2$.
#
# The one difficulty is the order: `c` must have *all* of its gradient before it hands any of it on. Calling `backward` again
# gives the same again.

# %% exercise="Value"

# %% [markdown]
# Does it agree with your gradient of the last exercise? Take one review of real length, and build its loss out of Values.

# %% tags=["experiment"]
mine = use("Value", "loss_and_gradients")
present = few_x[0].nonzero()[:, 0].tolist()  # the words of one review
w = [[mine.Value(float(weight[k, v])) for v in present] for k in (0, 1)]
c = [mine.Value(float(bias[k])) for k in (0, 1)]
scores = [sum(w[k], start=c[k]) for k in (0, 1)]  # each word counts once
loss = (scores[0].exp() + scores[1].exp()).log() + mine.Value(-1.0) * scores[few_y[0]]
loss.backward()

_, by_hand, _ = mine.loss_and_gradients(weight.double(), bias.double(), (few_x[:1] > 0).double(), few_y[:1])
gap = max(abs(w[k][i].grad - by_hand[k, v].item()) for k in (0, 1) for i, v in enumerate(present))
print(f"{len(present)} words, loss {loss.data:.4f}; the largest difference of two gradients is {gap:.1g}")

# %% [markdown]
# That is all that `loss.backward()` in torch does, with tensors for numbers. From chapter 03 on you will use torch's; chapter
# 03 also has you write the hard slopes once more, so that you know what you are trusting.

# %% [markdown]
# ### Is it better, or was it lucky?

# %% [markdown]
# Model B is right on 73.5% of the test reviews and model A on 72.9%. Would another test set say the same? There is no other,
# but one can be *drawn* from the one there is, item by item, some of them twice and some not at all: the **bootstrap**. It is
# **paired** when both models are judged on the same draw. Then what is hard for both cancels, and far smaller differences can
# be seen.
#
# `right_a` and `right_b` say which of the N items each model got right. For each of `draws` test sets of N items, drawn with
# replacement by `generator`, return the accuracy of **B minus** that of A. With `right_a` = (True, False) and `right_b` =
# (True, True), a draw can only give 0 (the first item twice), ½ or 1.

# %% exercise="paired_bootstrap"

# %% [markdown]
# You will use it in a moment, on the first claim of this course.

# %% [markdown]
# ## 5 · See it work
#
# Your reader, trained on the 4,000 reviews. Write a review, and see which word pushes which way. Then try to deceive it.

# %% tags=["experiment"]
weight, bias = fit((x > 0).float(), y, rate=0.1)
review_reader(
    use("softmax").softmax, weight, bias, words, "The plot is not bad, and today I still think of the perfect ending."
)

# %% [markdown]
# ### Conventions: torch and NumPy are not the same language
#
# They agree so often that the differences hurt. Each line below is run by the next cell.
#
# | | NumPy | torch | here |
# |---|---|---|---|
# | standard deviation divides by | n | n - 1 | n - 1, as torch |
# | numbers are, unless you say otherwise | 64 bits | 32 bits | 32 to train, 64 to check |
# | median of an even number of values | the mean of the middle two | the lower one | not used |
# | `max` along an axis gives | values | values *and* places | `amax`: values |
# | a second `backward` | | adds to `.grad` | `Value`: starts again |
# | an array made a tensor by `from_numpy` | | shares its memory | copied |

# %% tags=["experiment"]
four = np.array([1.0, 2.0, 4.0, 8.0])
print("standard deviation    ", np.std(four), torch.tensor(four).std().item())
print("100 million, and one  ", np.array([1e8]) + 1, torch.tensor([1e8]) + 1)
print("median                ", np.median(four), torch.tensor(four).median().item())
print("max along an axis     ", four.reshape(2, 2).max(axis=1), tuple(torch.tensor(four).reshape(2, 2).max(dim=1)))
leaf = torch.tensor(3.0, requires_grad=True)
for _ in range(2):
    (leaf * leaf).backward()
print("slope of a² at 3 is 6 ", leaf.grad.item(), "after torch's second backward")
shared = torch.from_numpy(four)
four[0] = 99.0
print("an array was changed  ", shared[0].item(), "in the tensor as well")

# %% [markdown]
# ## 6 · The claim
#
# In 2002 Bo Pang, Lillian Lee and Shivakumar Vaithyanathan were among the first to teach machines this task. One of their
# findings was new to those who sorted texts by topic: it is better to note **whether** a word occurs than **how often**.
#
# First say what you expect. A reader that has seen 200 labelled reviews, each as 1,000 zeros and ones, is tested on 2,442
# others, about half of them positive. What share does it judge rightly? Give two numbers that you are 80% sure hold the answer. This
# is not about being right, but about knowing how sure you are: over the course, four in five of your intervals should hold the
# truth.

# %% tags=["experiment"]
predict("bag-200", "What share of unseen reviews does it judge rightly, after 200 labelled ones?", unit="%")

# %% [markdown]
# Everything is equal but the numbers in the bags: the same reviews, 200 steps, the learning rate chosen on the validation set
# each time, and the test set asked about the winner only. Two more views divide each column by its size over the 4,000 reviews
# (which needs no labels), so that a comma, which comes twenty times in a review, weighs no more than *awful*, which comes once.
# You will see why. The second cell trains 320 small models and takes a quarter of a minute.

# %% tags=["experiment"]
labels = (20, 50, 200, 500)
test_x, test_y = bags(reviews.test.tokens(), words), torch.tensor(reviews.test.labels)
size = {"counts": x.square().mean(0).sqrt(), "presence": (x > 0).float().mean(0).sqrt()}  # (1000,) each
views = {
    "counts": lambda t: t,
    "presence": lambda t: (t > 0).float(),
    "counts, scaled": lambda t: t / size["counts"],
    "presence, scaled": lambda t: (t > 0).float() / size["presence"],
}


def verdicts(view):
    """Which test reviews are judged rightly: (seeds, numbers of labels, 2442). The validation set chooses the rate."""
    checked, tested = view(held_out), view(test_x)

    def one(n, seed):
        few_x, few_y = few(n, seed)
        models = [fit(view(few_x), few_y, rate) for rate in (0.003, 0.01, 0.03, 0.1)]
        weight, bias = max(models, key=lambda m: ((checked @ m[0].T + m[1]).argmax(1) == answers).sum())
        return (tested @ weight.T + bias).argmax(1) == test_y

    return torch.stack([torch.stack([one(n, seed) for n in labels]) for seed in range(5)])


# %% tags=["experiment"]
right = {name: verdicts(view) for name, view in views.items()}
accuracy = {name: 100 * verdict.double().mean(2) for name, verdict in right.items()}  # (seeds, labels)

drawn, axes = plots.figure()
for number, (name, runs) in enumerate(accuracy.items()):
    with_spread(axes, labels, runs, number, name)
axes.set_xscale("log")
axes.set_xticks(labels, labels)
axes.minorticks_off()
axes.legend(frameon=False)
plots.label(axes, "labelled reviews", "right on unseen reviews, %", "Whether beats how often, until both are scaled")
plots.show(
    drawn,
    "With 20 to 500 labels, presence is far better than raw counts. Scaled counts and scaled presence lie together, "
    "above presence. Bars reach from the worst to the best of five seeds.",
)

# %% tags=["experiment"]
reveal("bag-200", float(accuracy["presence"][:, 2].mean()), unit="%")
print(f"{'labelled reviews':17}", *(f"{n:<13}" for n in labels))
for name, runs in accuracy.items():
    pairs = zip(runs.mean(0), runs.std(0), strict=True)
    print(f"{name:17}", *(f"{mean:.1f} ± {sd:.1f}   " for mean, sd in pairs))

# %% [markdown]
# The claim holds at every size. But for the reason given? Ask the bootstrap about both pairs, with 200 labels: for each of the
# five seeds, the range that holds 95% of 2,000 drawn test sets.

# %% tags=["experiment"]
mine = use("paired_bootstrap")
drawn, axes = plots.figure(height=2.8)
for number, end in enumerate(("", ", scaled")):
    for seed in range(5):
        a, b = right["counts" + end][seed, 2], right["presence" + end][seed, 2]  # (2442,) 200 labels
        gains = 100 * mine.paired_bootstrap(a, b, 2000, torch.Generator().manual_seed(seed))
        low, high = gains.quantile(torch.tensor([0.025, 0.975], dtype=torch.float64))
        axes.plot([low, high], [5 * number + seed] * 2, **plots.line(number), label=end[2:] or "as they are")
axes.axvline(0, color=plots.INK, linewidth=0.8)
axes.set_yticks(range(10), [*range(5), *range(5)])
axes.legend(handles=axes.lines[:10:5], frameon=False)
plots.label(axes, "gain of presence over counts, points of accuracy", "seed", "Certain, and then gone")
plots.show(
    drawn,
    "As they are, all five ranges lie above 0: the lowest begins at 0.8 points, the highest ends at 8.4. Scaled, all five "
    "hold 0, and four of them lean the other way.",
)

# %% [markdown]
# As they are, hardly a test set that one could draw would favour counts. Scaled, nothing is left of the difference. So what
# helped was not to know *whether* instead of *how often*. A step of gradient descent moves the score through each column by the
# *square* of its size, so with raw counts the commas learn first and *awful* last. Presence makes the columns more alike, and
# scaling does it better. The bootstrap tells you **that** two models differ. **Why** they do you find out by changing one thing
# at a time.
#
# This is how claims are treated throughout the course: predicted, tried with several seeds, reported as they come out, and
# taken apart.

# %% [markdown]
# ## 7 · What breaks

# %% tags=["experiment"]
mine = use("softmax")
for text in ("the script is good and the acting is not bad", "the script is bad and the acting is not good"):
    scores = (bags([text.split()], words) > 0).float() @ weight.T + bias
    print(f"{mine.softmax(scores, 1)[0, 1]:.6f}  liked:", text)

# %% [markdown]
# Two opposite opinions, one number, to the last digit: the bag is the same. No weight, no amount of data and no better
# optimiser can mend it, since the order was thrown away before the model saw anything. And here is where the meaning of *good*
# has gone, in 19,934 reviews:

# %% tags=["experiment"]
mine = use("share_positive")
before = ["only", "not", "be", "a", "pretty", "really", "very", "so"]
pairs = [[first for first, second in pairwise(text) if second == "good"] for text in reviews.train.tokens()]
held, said = bags(pairs, before) > 0, torch.tensor(reviews.train.labels)  # (19934, 8), (19934,)
shares = mine.share_positive(held[said == 1].sum(0), held[said == 0].sum(0))
leanings([f"{word} good" for word in before], shares, "share of positive reviews", "Good lives in its neighbours")

# %% [markdown]
# *Good* alone says nothing, because *very good* and *only good* cancel. A word means what it means beside others. **Chapter 01
# counts pairs.**

# %% [markdown]
# ### Two questions to think about
#
# **1.** A friend trains on 200 reviews with twenty learning rates, looks at the test accuracy of each, and reports the best,
# 76%. *I never trained on the test set*, he says. What is wrong with his number? What should he have reported, and would it be
# higher or lower?

# %% [markdown] reflection="best-of-twenty" points=2
# Choosing is a kind of learning: of twenty results the best is partly the luckiest on these very reviews, so 76% is too high
# for new ones, although no weight was fitted to them. He should have chosen the rate by accuracy on a validation set and then
# measured that one model on the test set, once. That number is lower on average, and it is the one that new reviews will
# confirm. The more settings are tried and the smaller the test set, the larger the difference.
#
# **Rubric.** 1 point: the maximum over settings fits the test set by selection, so it is too high. 1 point: choose on
# validation, report the chosen model's test result once; on average lower.

# %% [markdown]
# **2.** With raw bags the bootstrap left no doubt that presence beats counts; with scaled bags nothing of it was left. What
# exactly had the first bootstrap shown, and what not? Describe another comparison, from anywhere, in which a difference is
# certain and its usual explanation wrong.

# %% [markdown] reflection="certain-of-what" points=2
# It had shown that *these two trained models* differ by more than the choice of test reviews can explain. It compares models,
# not ideas: the two differed in the information in their bags and in the scale of their columns, at a fixed number of steps,
# and the bootstrap cannot say which of the two did it. It also says nothing of other training sets; for that there were five
# seeds. Other examples: a new architecture that beats an old one, but was trained longer or tuned more; a treatment given to
# the healthier patients; a school whose pupils were selected.
#
# **Rubric.** 1 point: it speaks of these models on this kind of test item, not of the cause (two things changed at once). 1
# point: an example with a certain difference and a named other cause.

# %% [markdown]
# ## 8 · Go further
#
# - **Open exercise.** Give the bag columns for pairs such as *not bad* as well (`pairwise(text)`). How many points do they buy
#   at 200 labels, and how many at 4,000?
# - **Open exercise.** Chain 5,000 additions of Values: a recursive `backward` fails. Why? Write it with a loop. Then let `b = a
#   + a`, `c = b + b` and so on, twenty times: how often would a `backward` that follows every way by itself come to `a`?
# - Pang, Lee & Vaithyanathan 2002, *Thumbs up?*: read section 7, on why sentiment is harder than topic.
# - Efron & Tibshirani 1993, *An Introduction to the Bootstrap*: chapter 6 is enough for this course.
# - Baydin et al. 2018, *Automatic Differentiation in Machine Learning: a Survey*: section 3 shows what your `Value` does and
#   the other way to do it.
# - Jurafsky & Martin, *Speech and Language Processing*, 3rd edition: the chapters on naive Bayes and logistic regression.
# - **Next.** Chapter 01 counts words in their order, and asks which one comes next.
