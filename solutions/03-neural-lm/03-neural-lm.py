# %% [markdown]
# # 03 · Words as vectors: the neural language model
#
# *Four hours, best in three sittings: the second begins at "The way back", the third at "How long a step?". You need softmax, gradients and a
# little autograd from chapter 00, perplexity, EM and Kneser–Ney from chapter 01.*
#
# In 2003 Yoshua Bengio, Réjean Ducharme, Pascal Vincent and Christian Jauvin published a language model that did not count. It gave each
# word a place in a space, learned the places and the probabilities together, and beat the best n-grams on Brown. Every model in the rest of this
# course does the same thing with more layers.
#
# You will write all of it: the network, its gradient *by hand* (once in a lifetime one should), the optimiser. Then you let it race against
# your own Kneser–Ney, second by second.

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"]
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Generator, Tensor, nn

# %% tags=["experiment"]
from ngram2bert import neural, ngrams, plots
from ngram2bert.agreement import agreement, windowed
from ngram2bert.neural.brown import brown_text
from ngram2bert.tables import lookup

# %% [markdown]
# ## 1 · Where we stand
#
# The n-gram remembers words but does not know that two of them are alike. The HMM knows classes of words but forgets the words. Look at what the n-gram
# has to work with: for each token of the test text, how many words of context had it ever seen before?

# %% tags=["experiment"]
words, text, validation, test = brown_text()  # chapter 01's texts and vocabulary
BOS, EOS, UNK = ngrams.BOS, ngrams.EOS, ngrams.UNK
longest = torch.zeros(sum(map(len, test)) + len(test))
for n in (2, 3, 4, 5):  # contexts of n-1 words, each followed by any word
    seen, counts = ngrams.count_ngrams(text, n, BOS, EOS)
    known = torch.unique(seen[:, :-1], dim=0)
    asked = neural.contexts(test, n, BOS, EOS)[0]
    longest[lookup(known, torch.ones(len(known)), asked) > 0] = n - 1
shares = [100 * float((longest == k).double().mean()) for k in range(5)]
figure, axes = plots.figure(height=2.7)
axes.bar_label(axes.bar(range(5), shares, color=plots.COLOURS[1]), fmt="%.0f%%")
axes.set_ylim(0, max(shares) * 1.2)
plots.label(axes, "longest context that was ever seen (words)", "test tokens (%)", "What a five-gram really looks at")
plots.show(
    figure, f"Share of test tokens by longest known context, 0 to 4 words: {', '.join(f'{s:.0f}%' for s in shares)}."
)

# %% [markdown]
# A five-gram looks four words back in name only. For most tokens it can use two words at best, because *these* three were never seen together. The
# words further back are thrown away, though they were there to be read.
#
# Bengio's example says what is missing. Having read *The cat is walking in the bedroom*, a model should find *A dog was running in a room* more likely: *cat*
# is like *dog*, *the* like *a*, *bedroom* like *room*. One sentence would then teach about all its neighbours, and there are exponentially many of them.

# %% [markdown]
# ## 2 · The idea, by hand
#
# Give each word a number: *cat* 1.0, *dog* 0.8, *red* −1.0. A hidden unit looks at it, $a = \tanh(1.5\,x)$. Each word that may come next has a score:
# *sat* $= a$, *car* $= -0.5\,a$. Softmax makes probabilities of the scores.
#
# | after | its number x | a | score of *sat* | of *car* | p(*sat*) | p(*car*) |
# |---|---|---|---|---|---|---|
# | cat | 1.0 | 0.905 | 0.905 | −0.453 | 0.795 | 0.205 |
# | dog | 0.8 | 0.834 | 0.834 | −0.417 | 0.777 | 0.223 |
# | red | −1.0 | −0.905 | −0.905 | 0.453 | 0.205 | 0.795 |
#
# Now the text says *cat sat*. Every number that took part moves a little so that *sat* would have been likelier: the scores, the hidden unit, and the place of *cat*. Watch
# *dog*, about which the text said nothing.

# %% tags=["experiment"]
place = torch.tensor([1.0, 0.8, -1.0], requires_grad=True)  # cat, dog, red
U = torch.tensor([1.0, -0.5], requires_grad=True)  # sat, car


def sat():
    """p(sat) after each of the three words."""
    return torch.softmax(torch.tanh(1.5 * place)[:, None] * U, dim=1)[:, 0]


before = sat().detach()
(-sat()[0].log()).backward()  # the surprise at *cat sat*
with torch.no_grad():
    place -= 0.5 * place.grad
    U -= 0.5 * U.grad
for word, p, q in zip(("cat", "dog", "red"), before.tolist(), sat().tolist(), strict=True):
    print(f"p(sat | {word}) {p:.3f} -> {q:.3f}")

# %% [markdown]
# *dog* gained nearly as much as *cat*, without having been seen, because it stands near by. And *red*, on the other side, lost. No n-gram
# can do this, whatever its smoothing: there the counts of *cat sat* say nothing about *dog*. That is the whole idea; the rest is doing it with 64 numbers
# a word, 128 hidden units and 14,115 words that may come next, and fast.

# %% [markdown]
# ## 3 · The equations
#
# $V$ words, a context of $n-1$ of them, $m$ numbers a word, $h$ hidden units. (The letters are the paper's. In chapter 01 $h$ was the context and $m$ the length of a sentence;
# in chapter 00 $y$ was the right class and $W$ all the weights.)
#
# $$x = \big(C(w_{t-n+1}), \dots, C(w_{t-1})\big), \quad a = \tanh(d + H x), \quad y = b + U a \;(+\; W x), \quad
# p(w_t = k \mid \text{context}) = \frac{e^{y_k}}{\sum_j e^{y_j}}$$
#
# | symbol | shape | what it is |
# |---|---|---|
# | $C$ | (V, m) | the table of word vectors; $C(w)$ is its row $w$ |
# | $x$ | ((n-1)m,) | the vectors of the context, side by side, oldest first |
# | $H, d$ | (h, (n-1)m), (h,) | the hidden layer |
# | $U, b$ | (V, h), (V,) | a score for every next word |
# | $W$ | (V, (n-1)m) | direct connections from the vectors to the scores; Bengio tried it with and without them |
#
# The loss is the surprise of chapter 01, in nats: $L = -\frac{1}{N} \sum_t \log p(w_t \mid \text{context}_t)$, and $e^L$ is the perplexity. To learn is to follow the gradient
# of $L$ downhill, and the gradient is the chain rule, layer by layer.

# %% [markdown]
# ## 4 · Build it
#
# ### Scores to probabilities, without accidents

# %% [markdown]
# The softmax is the one place where numbers can overflow: $e^{1000}$ is infinite, and $\log$ of a probability that was rounded to 0 is $-\infty$. Both go away with the
# observation behind chapter 00's `log_sum_exp`: a number added to *all* scores changes nothing. So subtract the largest first, and stay in logarithms:
#
# $$\log p_k = s_k - \log \sum_j e^{s_j} .$$
#
# Each slice along `dim` has its own largest score. A score of $-\infty$ (a word that is forbidden) gets $-\infty$ and must not make NaN. torch's own
# `log_softmax`, `softmax` and `logsumexp` are closed here, for once.
#
# ```
# log_softmax([[0.0, math.log(3)]], dim=1)   ->  [[-1.3863, -0.2877]]     # log 1/4, log 3/4
# ```

# %% exercise="log_softmax"

# %% [markdown]
# The loss of a batch is the mean of $-\log p$ of the words that came. Some targets do not count: padding, for instance. Those equal to `ignore` leave the sum
# **and** the number by which you divide, as `unk` did in chapter 01's `perplexity`.
#
# ```
# cross_entropy([[0, log 3], [0, 0], [5, 5]], targets=[1, 0, -1])   ->  (0.2877 + 0.6931) / 2 = 0.4904
# ```

# %% exercise="cross_entropy"

# %% [markdown]
# And now the nicest formula in this course, which you met in chapter 00 for two classes. The gradient of that loss with respect to the scores is what the model said minus what was true:
#
# $$\frac{\partial L}{\partial s_{tk}} = \frac{p_t(k) - [k = w_t]}{N} .$$
#
# ($[k = w_t]$ is 1 where $k$ is the word that came, else 0; $N$ counts the targets that are scored.) The right word is pushed up, all others down, each by its own probability. Each row sums to zero. Rows that are ignored are zero.
#
# ```
# cross_entropy_grad([[0, log 3], [0, 0], [5, 5]], targets=[1, 0, -1])
#    ->  [[0.25, 0.75 - 1], [0.5 - 1, 0.5], [0, 0]] / 2
# ```

# %% exercise="cross_entropy_grad"

# %% [markdown]
# ### Text to questions

# %% [markdown]
# Each token of the text is one question: these $n-1$ words, what next? Borders are as in chapter 01: $n-1$ marks `<s>` before a sentence, one `</s>` behind it, and no context
# reaches back into the sentence before. An empty sentence is one question.
#
# ```
# contexts([[5, 6], [7]], n=3, bos=0, eos=1)
#    contexts [[0, 0], [0, 5], [5, 6], [0, 0], [0, 7]]     targets [5, 6, 1, 7, 1]
# ```

# %% exercise="contexts"

# %% [markdown]
# One step uses a batch of questions, not all 835,000. One reading of the text, an **epoch**, gives each question exactly once, in random order; the last batch may be smaller.
# All chance comes from `generator`. Why random? Questions of one document are alike, and a batch of them would pull the network towards that document.

# %% exercise="epoch"

# %% [markdown]
# ### Forwards

# %% [markdown]
# The four equations of section 3. `contexts` is (B, n-1). Return the scores, and also $x$ and $a$: the way back needs them. Direct connections are there
# if `params` has a `"W"`.
#
# ```
# C = [[1], [2], [3]], H = [[0.1, 0.1]], d = [0], U = [[1], [0], [-1]], b = [0, 0, 0]
# forward_pass(params, [[0, 2]])   ->  y [[0.380, 0, -0.380]], x [[1, 3]], a [[0.380]]     # tanh 0.4 = 0.380
# ```

# %% exercise="forward_pass"

# %% tags=["experiment"]
mine = use("contexts", "forward_pass", "cross_entropy")
params = neural.new_params(len(words), seed=1)
rows, targets = mine.contexts(test[:200], 5, BOS, EOS)
y, x, a = mine.forward_pass(params, rows)
print(f"{tuple(rows.shape)} -> x {tuple(x.shape)} -> a {tuple(a.shape)} -> y {tuple(y.shape)}")
print(f"{sum(p.numel() for p in params.values()):,} numbers to learn")
print(f"loss before training {float(mine.cross_entropy(y, targets)):.3f} nats; log V = {math.log(len(words)):.3f}")

# %% [markdown]
# ($V$ is 14,116 here: `<s>` has a row in each table too, though it never comes next.)
#
# Remember this check, it has saved many a week: **an untrained network should be about as undecided as can be**, so its loss is $\log V$. A first loss of 30 is a bug.
#
# ### The way back

# %% [markdown]
# How do you know that a gradient is right? Ask the function itself. Move one number up a little and down a little; the slope is the difference
# over the distance:
#
# $$\frac{\partial f}{\partial w_i} \approx \frac{f(w + \epsilon e_i) - f(w - \epsilon e_i)}{2 \epsilon} .$$
#
# Both sides: the error then falls with $\epsilon^2$. It costs two calls for *each* number, so it is a test and not a way to train. `f` returns one number; leave `w` as it was.
#
# ```
# numerical_gradient(square, [3.0], step=0.5)   ->  [(12.25 - 6.25) / 1] = [6.0]
# ```

# %% exercise="numerical_gradient"

# %% tags=["experiment"]
mine = use("numerical_gradient", "cross_entropy", "cross_entropy_grad")
scores = torch.randn(4, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
said = torch.tensor([2, 0, -1, 5])
exact = mine.cross_entropy_grad(scores, said)


def error(step):
    """Largest difference between p - 1 and the slope by differences."""
    slope = mine.numerical_gradient(lambda s: mine.cross_entropy(s, said), scores, step)
    return float((slope - exact).abs().max())


print(f"largest difference from p - 1: {error(1e-5):.1e}")
steps = [10.0**-k for k in range(1, 12)]
errors = [error(step) for step in steps]
figure, axes = plots.figure(height=2.7)
axes.loglog(steps, errors, **plots.line(0))
axes.invert_xaxis()
plots.label(axes, "step", "largest error of the slope", "Smaller is better, until rounding wins")
plots.show(
    figure,
    f"The error of the numerical slope falls with the square of the step to {min(errors):.0e} and rises again for steps below 1e-5.",
)

# %% [markdown]
# Now by hand, one layer at a time. The rule for every layer is the same: *given the gradient with respect to what came out, find it with
# respect to what went in and with respect to the weights.* And a gradient always has the **shape** of the thing it belongs to; that alone finds most of the transposes. We write `d_y` for $\partial L / \partial y$, and so on.
#
# A step of $10^{-5}$ is best here. Above it the formula is coarse; below it the two values of $f$ are so close that their difference has few digits left.

# %% [markdown]
# **The output layer**, $y = b + U a + W x$. `d_y` is (B, V) and comes from `cross_entropy_grad`, so its $1/N$ is in it already: only sums from here on. Return
# the gradients of `b`, `U` and, if there is one, `W` in a dictionary; then `d_a`; then `d_x`, what flows back through $W$ (zeros without it).
#
# ```
# x = [[5]], a = [[2, 3]], d_y = [[0.5, -0.5]], U = [[1, 0], [0, 4]], no W
#    ->  b [0.5, -0.5], U [[1, 1.5], [-1, -1.5]];  d_a [[0.5, -2]];  d_x [[0]]
# ```

# %% exercise="backward_output"

# %% [markdown]
# **The hidden layer**, $a = \tanh(z)$ with $z = d + Hx$. The slope of tanh is $1 - \tanh^2(z) = 1 - a^2$: of the *output*, which is why we kept $a$. Return the gradients of `d` and `H`,
# and what flows back to $x$ through $H$.
#
# ```
# x = [[1, -1]], a = [[0.5]], d_a = [[2]], H = [[3, 4]]
#    ->  d [1.5], H [[1.5, -1.5]];  d_x [[4.5, 6]]     # 2 (1 - 0.25) = 1.5
# ```

# %% exercise="backward_hidden"

# %% [markdown]
# **The table.** $x$ is made of rows of $C$. A word that stood in seven places of the batch gets the sum of seven gradients; a word that did not occur gets zeros.
# `index_add` adds; an assignment `d_C[contexts] = ...` would keep only the last of the seven.
#
# ```
# backward_embedding([[3, 1], [1, 1]], [[10, 1], [2, 3]], vocab_size=4)   ->  [[0], [6], [0], [10]]     # m = 1
# ```

# %% exercise="backward_embedding"

# %% [markdown]
# **All of it**: forwards, then the three layers in reverse order. $x$ was used twice, by $H$ and by $W$: its two gradients add up.

# %% exercise="gradients"

# %% tags=["experiment"]
mine = use("forward_pass", "cross_entropy", "gradients", "numerical_gradient")
small = neural.new_params(7, n=3, m=2, h=3, direct=True, seed=2, dtype=torch.float64)
rows, targets = torch.tensor([[0, 0], [0, 4], [4, 4], [4, 6]]), torch.tensor([4, 4, 6, 1])
loss, grads = mine.gradients(small, rows, targets)
for name, value in small.items():
    slope = mine.numerical_gradient(
        lambda w, n=name: mine.cross_entropy(mine.forward_pass({**small, n: w}, rows)[0], targets), value
    )
    print(f"{name}  {tuple(value.shape)!s:8} largest difference {float((slope - grads[name]).abs().max()):.1e}")

# %% [markdown]
# Ten to the minus eleven: your gradient of six tables is right to the last digit that can be tested. This is what frameworks do for you from now on.
#
# ### How long a step?

# %% [markdown]
# The gradient says which way is down, not how far to go, and one step length does not fit all: the vector of *the* is in every batch, that of *aardvark* in one of a thousand. **Adam**
# (Kingma & Ba 2015) keeps for each number the running mean of its gradients and of their squares, and divides one by the root of the other:
#
# $$m \leftarrow \beta_1 m + (1-\beta_1) g, \quad v \leftarrow \beta_2 v + (1-\beta_2) g^2, \quad
# w \leftarrow w - \text{rate} \cdot \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \epsilon} .$$
#
# Here $w$ is any number of any table, $g$ its gradient, and $m$ and $v$ are Adam's own names (this $m$ is not the length of a vector).
#
# $m$ and $v$ start at 0 and are too small at first; dividing by $1-\beta^t$ mends just that, with $t = 1$ at the first step. Everything happens in place; `state` is `{"t": 0, "m": {}, "v": {}}` before
# the first step. $\epsilon$ is added *after* the root.
#
# ```
# w = 1, rate = 0.1, gradients 0.3 and then -0.3   ->  w = 0.9, then 0.9053
# # the first step is as long as the rate, whatever the gradient; the second gradient mostly cancels the first in m
# ```

# %% exercise="adam_step"

# %% [markdown]
# Everything is there. Train it, with your code alone, on Brown with a small vocabulary: the 2,069 words that occur 40 times or more (so this is *not* chapter 01's
# perplexity). A copy of the table of vectors is kept now and then.

# %% tags=["experiment"]
from ngram2bert.corpora import brown
from ngram2bert.widgets import Snapshot, neighbour_explorer

mine = use("contexts", "epoch", "gradients", "adam_step")
common, (short, _, held_out) = ngrams.encode_splits([part.sentences for part in brown().split()], min_count=40)
rows, targets = mine.contexts(short, 4, BOS, EOS)
params = neural.new_params(len(common), n=4, m=32, h=64, seed=1)
state, losses, snapshots = {"t": 0, "m": {}, "v": {}}, [], [Snapshot(0, math.log(len(common)), params["C"].clone())]
for batch in mine.epoch(rows, targets, 256, torch.Generator().manual_seed(1)):
    loss, grads = mine.gradients(params, *batch)
    mine.adam_step(params, grads, state, rate=0.003)
    losses.append(float(loss))
    if len(losses) in (40, 100, 300, 700, 1200, 2000, 3000):
        snapshots.append(Snapshot(256 * len(losses), sum(losses[-40:]) / 40, params["C"].clone()))
    if len(losses) == 3000:
        break

# %% tags=["experiment"]
network, kneser_ney = neural.NeuralLM(params), ngrams.estimate(short, 4, len(common))
print(
    f"3,000 steps: perplexity of the network {network.perplexity(held_out[:2000]):.1f}, of Kneser–Ney, n = 4, {kneser_ney.perplexity(held_out[:2000]):.1f}"
)

# %% [markdown]
# ## 5 · See it work
#
# Move the slider from the random start to the end. Near is measured by the **cosine**, the dot product of two vectors divided by both lengths: 1 where they point the same way.
# Which kinds of words find one another first? Try a number, a modal verb, a pronoun, then a noun.

# %% tags=["experiment"]
neighbour_explorer(snapshots, common, ["three", "could", "he", "of", "city", "good", "year", "York", "was"])

# %% [markdown]
# Nobody told it that *three* is like *four*. They are followed by the same words, so it was cheapest to put them in one place. Grammar comes first and meaning
# late: *good* lands near other adjectives, not near *excellent*. Chapter 04 looks at that.
#
# ### From here on: autograd

# %% [markdown]
# torch builds the way back itself, from the operations of the way forward. A training step is then four lines, and every one of them is forgotten by somebody each day: clear the old gradients, compute the loss,
# go back, step. Write the loop for any `nn.Module` that maps inputs to scores. Use *your* `cross_entropy` and `torch.optim.Adam`.

# %% exercise="train"

# %% [markdown]
# ### Two models in one

# %% [markdown]
# The network and the n-gram are wrong in different places. So let both answer: $w\,p + (1-w)\,q$, with the weight found by EM on held-out text, as in chapter 01 (where the weights were called $\lambda_k$; $w$ is one number here, no word). `log_p` and `log_q` are what
# each model gave to the words that came; either may be $-\infty$. Start at $w = \frac12$; after `steps` updates return $w$ and the log probabilities of the mixture, computed without leaving logarithms.
#
# ```
# mix(log [0.5, 0.1], log [0.1, 0.1], steps=1)   ->  w = (0.8333 + 0.5) / 2 = 0.6667,  mixture log [0.3667, 0.1]
# ```

# %% exercise="mix"

# %% tags=["experiment"]
predict(
    "mixture-gain", "By how many per cent does mixing in this small network lower Kneser–Ney's perplexity?", unit="%"
)

# %% tags=["experiment"]
mine = use("mix")
tune, ask = held_out[:2000], held_out[2000:4000]
log_p, log_q = ([-math.log(2) * m.token_bits(text) for text in (tune, ask)] for m in (network, kneser_ney))
w, _ = mine.mix(log_p[0], log_q[0])
mixed = torch.logaddexp(math.log(w) + log_p[1], math.log(1 - w) + log_q[1])
ppl = {
    name: float((-lp.mean()).exp())
    for name, lp in (("network", log_p[1]), ("Kneser–Ney", log_q[1]), ("mixture", mixed))
}
print(f"weight of the network {w:.2f};", ", ".join(f"{name} {value:.1f}" for name, value in ppl.items()))
reveal("mixture-gain", 100 * (1 - ppl["mixture"] / ppl["Kneser–Ney"]), unit="%")

# %% tags=["experiment"]
apart = ((log_p[1] - log_q[1]) / math.log(2)).sort().values  # bits by which the network is better, a token
figure, axes = plots.figure(height=2.8)
axes.plot([100 * i / len(apart) for i in range(len(apart))], apart, color=plots.COLOURS[0])
axes.axhline(0, color=plots.FAINT)
axes.set_ylim(-6, 6)
plots.label(axes, "tokens, in order (%)", "bits in favour of the network", "They are wrong in different places")
ahead = float((apart > 0).double().mean())
plots.show(
    figure,
    f"Difference in bits, token by token: the network is better at {ahead:.0%} of the tokens, by up to 6 bits and more; worse by as much at others.",
)

# %% [markdown]
# ### Conventions
#
# | | Bengio et al. 2003 | here |
# |---|---|---|
# | words | those seen more than 3 times; the rest is one symbol | the same, `UNK_`; `</s>` is predicted |
# | text | the first 800,000 words, the next 200,000, the rest | the same, cut at sentences |
# | direct connections $W$ | with and without | with and without; the long runs without |
# | first loss | | $\log V$, by small $U$ |
# | optimiser | stochastic gradient, one example at a time, weight decay, early stopping | Adam, batches of 256, dropout 0.2 |
# | mixture weight | 0.5, or learned | EM on validation text |
#
# (*Dropout* leaves out each number of $x$ and $a$ with probability 0.2, drawn anew at every step, and divides the others by 0.8; in training alone. No unit can then rely on another one.)
#
# ## 6 · The claim
#
# ### Bengio et al. 2003: the network beats the n-gram, and both together beat either
#
# The order of their table is *mixture below network below best n-gram*. Run for twenty seconds with the full vocabulary of chapter 01, then look at what the long runs recorded.
#
# Before you do: after how many seconds, on one core, will the network alone be as good as the best n-gram, which needs half a second?

# %% tags=["experiment"]
predict("crossing", "After how many CPU seconds does the network alone draw level with Kneser–Ney (n = 5)?", unit="s")

# %% tags=["experiment"]
from ngram2bert.claims import bengio

sprint = bengio.run(epochs=0.1)
print(sprint.table())
print(sprint.sentence())

# %% tags=["experiment"]
marathon = bengio.committed()
seconds, _ = marathon.crossing()
reveal("crossing", sum(seconds) / len(seconds), unit="s")
print(marathon.sentence())
marathon.plot()

# %% tags=["experiment"]
print(bengio.committed_table())

# %% [markdown]
# It comes out as the paper says, mixture below network below best n-gram, and the HMM last; but only for those who wait. For the first two minutes the order is *mixture, n-gram,
# network*: the n-gram has read 835,000 words in half a second, and the network needs more than half a reading to draw level. From the second second on the mixture is ahead of both,
# by a hair at first: a network that is itself hopeless already knows something the counts do not. After about three readings nothing is gained any more, and the validation text
# gets a little worse: it begins to learn the training text by heart.
#
# One row of the table does *not* agree. The paper's own mixture, half network and half interpolated trigram, helps after one reading (131.0 to 133.1) and does harm after five
# (123.2 to 121.8): a partner that is far weaker must not have half the say. With Kneser–Ney and a weight by EM both together do beat either.
#
# The race is run on every tenth sentence of the test text, the table on all of it; hence 146.0 there and 146.7 here for the same n-gram. Perplexities of two texts cannot be compared.
#
# Compare only the order with the paper: its vocabulary and its test words are not ours. And note what three seeds are worth: the spread of the network is a few tenths, so differences of
# ten are real. Only one seed read the text five times. `docs/results/03-bengio.md` has all of it, with what dropout did (harm, in a single reading).
#
# ### A tagger without tables
#
# The same network with tags in place of next words: two words on either side in, each with its spelling (last letters, capitals, digits), one tag out, each tag by itself. Against it the tagger of chapter 02, which has counts, endings
# and a path of tags. This was run beforehand, three seeds each.

# %% tags=["experiment"]
from ngram2bert.claims import window_tagger

taggers = window_tagger.committed()
print(taggers.table(beside=window_tagger.HMM))

# %% [markdown]
# The HMM stays ahead on all words, by half a point, and the network is far ahead on words that it has never seen: where spelling and neighbours must decide together, vectors
# share what they know. Without spellings it has only the neighbours to go by there, and is right
# at two words in five. Regimes again, not winners.

# %% [markdown]
# ## 7 · What breaks
#
# **A window is a window.** The network reads four words and not one more; the fifth could be on the moon. And each *place* in the window has weights of its own: what it
# learns about *not* one word back it must learn again for *not* two words back. Here is the test of chapter 01.

# %% tags=["experiment"]
model = neural.neural_lm()  # five readings of Brown, shipped with the course
fivegram = ngrams.estimate(text, 5, len(words))
windows = {"fivegram": fivegram, "network": model}
print(agreement(words, **{name: windowed(each.next_probs, 5) for name, each in windows.items()}))

# %% [markdown]
# *The boys* alone is easy: the noun stands right before the verb. In the second line *boys* is the oldest word that the network still sees, and *room* is nearer: it says *was*.
# In the last two lines the subject has left the window. There the network can only agree with what stands in it, and is wrong.
#
# Now the twenty errors of chapter 01, with the same reasons to choose from.

# %% tags=["experiment"]
from ngram2bert.twenty import from_ngrams, rerun, summary

trigram = ngrams.estimate(text, 3, len(words))
runs = {
    "trigram": rerun(from_ngrams(trigram.next_probs, words, 3)),
    "network": rerun(from_ngrams(model.next_probs, words, model.order)),
}
label_errors(runs)

# %% tags=["experiment"]
print(summary(runs))

# %% [markdown]
# On the whole test text the network is far ahead (perplexity 122 against 148 for Kneser–Ney's trigram), and at these twenty places it is behind. That is no contradiction: the mean difference, 0.6 bits, has a
# standard error of 0.5, and single places go up to 5 bits. Twenty places show *what* goes wrong; how often it does is for the perplexity to say.
#
# **It is slow where it need not be.** $U$ holds two thirds of all the numbers and takes part in 98 of 100 multiplications: 14,115 scores for one right word. Chapter 04 asks what is left of the idea if one only wants
# the vectors and drops the softmax. Chapter 05 gets rid of the window.

# %% [markdown]
# ### Two questions to think about
#
# **1. The first number.** Three friends train this network with $V = 14{,}115$. Their loss at the very first step is 9.55, 31.7 and 4.2 nats.
#
# (a) Which of them has a bug for certain, and which may? (b) For each suspicious number name a mistake in *this* chapter's code that would produce it, and a test that would tell. (c) The first one's
# loss falls to 6.3 in a hundred steps and then stays there. What has the network learned so far, and what would you look at next?

# %% [markdown] reflection="first-loss" points=3
# (a) log 14,115 = 9.55: undecided, as it should be; of the way back that says nothing, so even the first may have a bug. 31.7 is worse than knowing nothing: the untrained network is *sure* of wrong words, so its
# scores are far too large. 4.2 is better than any untrained network can be: a bug for certain.
#
# (b) 31.7: the weights drawn too large. With deviation 1 for $H$ and $U$ in place of ours the first loss is 34 (for $U$ alone it is 10.1: the hidden units are small). Or the loss is not divided by the right number. Test: print
# the deviation of the scores; it should be well below 1.
# 4.2: the mean is wrong: a logarithm to base 10 (9.55 / 2.303 = 4.15!), or a sum over the scored targets that is divided by all of them, when more than half are padding. A target that leaks into the
# context is *not* the cause: an untrained network cannot use it yet. Test: scores that are all equal must give exactly log V, however many targets are ignored.
#
# (c) 6.3 nats (perplexity about 545) is near the entropy of single words, 6.5 nats in our training text: it has learned b, how often words occur, and little or nothing about contexts. Look whether gradients reach C and H at all (print their norms), whether the
# hidden units are saturated (|a| near 1), whether contexts and targets are aligned after shuffling.
#
# **Rubric.** 1 point: (a) compares with log V, and says that 4.2 and 31.7 are both impossible for a healthy start. 1 point: (b) a fitting cause *and* test for both. 1 point: (c) recognises the unigram level (half a point for "it is stuck" with a
# sensible next look).

# %% [markdown]
# **2. Why does a worse model help a better one?** In section 4 the mixture was better than both.
#
# (a) Show with numbers of your own for three tokens how a mixture can have lower perplexity than either model. (b) EM gave a weight. What would it give on the *training* text, and why is that wrong? (c) Your company
# can afford either a mixture of a network and an n-gram, or one network of twice the size. What would you measure to decide?

# %% [markdown] reflection="mixture" points=3
# (a) For example p = (0.9, 0.01, 0.5) and q = (0.01, 0.9, 0.5): each alone has mean surprise (0.105 + 4.605 + 0.693) / 3 = 1.80 nats, perplexity 6.1; half and half it is 0.455, 0.455, 0.5: mean 0.76, perplexity 2.1. Surprise punishes a
# near-zero without limit and rewards certainty only up to 0; so where the models fail on *different* tokens the mixture never fails badly. Where one is better on every token, the best weight is 1.
#
# (b) The n-gram has counted the training text: it knows every continuation by heart and takes nearly all the weight, as in chapter 01. On new text it does not have that advantage. Weights must come from text neither has learned from.
#
# (c) Perplexity of both on the same held-out text, vocabulary and tokens; cost per token and memory at use; the trend with more text, since the network may gain from it and the mixture's
# advantage shrinks as the network gets better (as in the long run of section 6).
#
# **Rubric.** 1 point: (a) numbers that work out, with different failures. 1 point: (b) memory of the training text. 1 point: (c) same events for both and a cost besides perplexity.

# %% [markdown]
# ## 8 · Go further
#
# - **Open exercise.** Direct connections: train with `direct=True` for a tenth of a reading. Faster at first? Better at the end? Compare with section 4.2 of the paper.
# - **Open exercise.** Tie the tables: let $U$ be $C$ itself with $h = m = 64$. Two thirds of the numbers are gone. What does it cost? Chapter 06 returns to this.
# - **Open exercise.** Scale: $m = 16, 32, 64, 128$ for the same seconds, not the same readings. Which is best after 20 s, and after 200?
# - Bengio et al. 2003, *A Neural Probabilistic Language Model*: section 1 for the argument, table 1 for the figures, section 5 for how much of the next fifteen years they saw coming.
# - Kingma & Ba 2015, *Adam*: algorithm 1, and section 3 on why the bias must be mended.
# - Rumelhart, Hinton & Williams 1986, *Learning representations by back-propagating errors*: four pages on what you did by hand.
# - **Next.** Keep the vectors, drop the language model: chapter 04.
