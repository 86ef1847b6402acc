# %% [markdown]
# # 05 · A network that remembers: the RNN
#
# *Three to four hours, best in two sittings: the second begins at "Four repairs". You need the backward pass of chapter 03, not chapter 04,
# and a little linear algebra: matrix products, eigenvalues, singular values.*
#
# The n-gram looks back two or three words, Bengio's network four. The HMM of chapter 02 had no window, but its state was one of a hundred at most. This chapter builds a network without a window: it reads one
# word after the other and keeps *a state*, a hundred numbers or so in which everything it wants to remember must fit. In principle it can look back to the first word of the book.
#
# In practice it does not, and the reason is a product of matrices. You will derive the gradient by hand, see it die, and try four repairs. Each works for what it was made for, none for everything, and that is why chapter 06 exists.

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"]
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Generator, Tensor, nn

# %% tags=["experiment"]
from ngram2bert import neural, plots, recurrent, rnn
from ngram2bert.agreement import agreement, windowed
from ngram2bert.neural.brown import brown_text

# %% [markdown]
# ## 1 · Where we stand
#
# Take test sentences, replace the word that stands k words back by another one, and ask a model what comes next. How far do its probabilities move? The measure is the total variation of chapter 00: 0 where nothing changes, 1 where everything does.
# Chapter 03's network is asked, and the model that you are going to build.

# %% tags=["experiment"]
words, text, validation, test = brown_text()  # chapter 01's texts and vocabulary
EOS = 1
network, reader = neural.neural_lm(), recurrent.rnn_lm()  # chapter 03's, and this chapter's
pick = torch.Generator().manual_seed(5)
begun = torch.tensor([s[:16] for s in test if len(s) >= 16][:200])  # (200, 16), the first 16 words


def moved(model, look, k):
    """Mean total variation of the next word's probabilities when the word k back is another one."""
    other = begun.clone()
    other[:, -k] = begun[torch.randperm(len(begun), generator=pick), -k]
    return float((model.next_probs(begun[:, -look:]) - model.next_probs(other[:, -look:])).abs().sum(dim=1).mean() / 2)


back = range(1, 16)
windows, states = ([moved(*model, k) for k in back] for model in ((network, 4), (reader, 16)))
figure, axes = plots.figure(height=2.8)
axes.semilogy(back, [max(x, 1e-5) for x in windows], **plots.line(0), label="network with a window of 4")
axes.semilogy(back, states, **plots.line(1), label="recurrent network")
axes.legend()
plots.label(axes, "word replaced, counted back", "change of p (total variation)", "How far back does a model look?")
plots.show(
    figure,
    f"The network reacts to the last 4 words and not at all beyond; the RNN from {states[0]:.2f} for the last word down to {states[-1]:.5f} for the 15th.",
)

# %% [markdown]
# Within four words the two react alike. Then the network falls off an edge (0, drawn at $10^{-5}$): what stands five words back could be anything. The recurrent one has no edge. But mind the logarithmic scale: the fifteenth word back moves it sixty times less than the last.
# Partly that is as it should be: near words matter more. Partly it is what the network *could not learn*.

# %% [markdown]
# ## 2 · The idea, by hand
#
# One hidden unit. At each step it looks at the input and at **its own last value**:
#
# $$h_t = \tanh(x_t + w\, h_{t-1}), \qquad h_0 = 0 .$$
#
# The input says 1 at the first step and nothing afterwards: 1, 0, 0, 0. What does the unit still know at step 4? And how much would $h_4$ change if $h_1$ had been a
# little different? By the chain rule that is a product, one factor a step: $\frac{dh_4}{dh_1} = \prod_{t=2}^{4} w\,(1 - h_t^2)$.

# %% tags=["experiment"]
print("   w      h1     h2     h3     h4    dh4/dh1")
for w in (0.5, 1.0, 2.0):
    h, kept, slope = 0.0, [], 1.0
    for t, x in enumerate((1, 0, 0, 0), start=1):
        h = math.tanh(x + w * h)
        kept.append(h)
        slope *= w * (1 - h * h) if t > 1 else 1.0
    print(f"{w:4.1f}  " + " ".join(f"{value:6.3f}" for value in kept) + f"  {slope:8.3f}")

# %% [markdown]
# With $w = 0.5$ both are dying: the memory, and the slope. With $w = 2$ the unit *remembers* the 1 very well: it stays at 0.96 for ever. But the slope is the smallest of all: the unit is pressed against the ceiling of tanh, where hardly anything
# moves it. **It can hold a memory, and it cannot learn what to hold.** Those are two different things.

# %% [markdown]
# ## 3 · The equations
#
# A sequence of $T$ vectors $x_1 \dots x_T$; a state of $h$ units.
#
# $$a_t = W_x x_t + W_h h_{t-1} + b, \qquad h_t = \tanh(a_t), \qquad y_t = U h_t + d .$$
#
# | symbol | shape | what it is |
# |---|---|---|
# | $x_t$ | (m,) | the input of step t: for a language model the vector of word t |
# | $a_t$ | (h,) | the sum before tanh; chapter 03's $a$ stood behind it |
# | $h_t$ | (h,) | the state after step t; $h_0$ is zero or what the last text left; $h$ alone is the number of units |
# | $W_x, W_h, b$ | (h, m), (h, h), (h,) | **the same at every step** |
# | $U, d$ | (V, h), (V,) | a score for every word that may come next; chapter 03 called this bias $b$ |
#
# Two comparisons with chapter 03. There, the word three back had weights of its own; here every word passes through the same $W_x$, and what is learned about *not* in one place holds in all. And there the number of weights grew with the window; here a text of any length needs no weight more.
#
# In code a batch holds $B$ sequences side by side and time comes first: `xs` is (T, B, m), so `xs[t]` is one step of all sequences. Each sequence is a row there, as in chapter 03: $W_x x$ becomes `x @ W_x.T`.

# %% [markdown]
# ## 4 · Build it
#
# ### Forwards

# %% [markdown]
# One step, for B sequences at once. `params` has `"W_x"`, `"W_h"` and `"b"`.
#
# ```
# W_x = [[1.0]], W_h = [[0.5]], b = [0.0]
# rnn_step(params, x=[[1.0], [0.0]], h=[[0.0], [1.0]])   ->  [[0.7616], [0.4621]]     # tanh 1, tanh 0.5
# ```

# %% exercise="rnn_step"

# %% [markdown]
# Now a sequence: begin with `h0`, (B, h), and keep every state. The result is (T, B, h); `h0` is not among it. Keep the graph: autograd must be able to go back through all steps. The loop over time cannot be avoided; chapter 09 will make much of that.
#
# ```
# unroll(params, xs=[[[1.0]], [[0.0]], [[0.0]]], h0=[[0.0]])   ->  [[[0.7616]], [[0.3634]], [[0.1797]]]     # w = 0.5, as by hand
# ```

# %% exercise="unroll"

# %% [markdown]
# `nn.RNN` does the same with copied weights. It has *two* biases, which always occur as a sum; ours is one.

# %% tags=["experiment"]
mine = use("unroll")
fused = nn.RNN(64, 64)
params = {"W_x": fused.weight_ih_l0, "W_h": fused.weight_hh_l0, "b": fused.bias_ih_l0 + fused.bias_hh_l0}
xs = torch.randn(35, 20, 64, generator=torch.Generator().manual_seed(1))
with torch.no_grad():
    hs, (theirs, _) = mine.unroll(params, xs, torch.zeros(20, 64)), fused(xs)
print(f"{tuple(xs.shape)} -> {tuple(hs.shape)}, largest difference from nn.RNN {float((hs - theirs).abs().max()):.1e}")

# %% [markdown]
# Sentences have different lengths, and a batch is a rectangle. Make one **column** a sentence. The network reads `<s>` and then the words, and at each step it is to predict the next one, `</s>` at the end: so a sentence of n words has
# n + 1 steps. Where a short sentence is over, it reads `</s>` and its target is `ignore`.
#
# ```
# pad_batch([[5, 6], [7]], bos=0, eos=1, ignore=-1)
#    inputs [[0, 0], [5, 7], [6, 1]]     targets [[5, 7], [6, 1], [1, -1]]
# ```

# %% exercise="pad_batch"

# %% [markdown]
# A language model says something at *every* step, so there are T times B losses, and the loss is their mean. As in chapter 03, targets equal to `ignore` leave the sum and the number. It is `cross_entropy` with one dimension more; torch's may be used. Where no step counts, the
# loss is 0 with a gradient of 0, not NaN.
#
# ```
# scores (2, 1, 2) = [[[0, log 3]], [[0, 0]]], targets = [[1], [0]]   ->  (0.2877 + 0.6931) / 2 = 0.4904
# ```

# %% exercise="sequence_loss"

# %% [markdown]
# ### The way back, through time

# %% [markdown]
# Unrolled over T steps, the net is an ordinary network of T layers that share their weights. So the way back is chapter 03's, from the last step to the first, with one trap: **$h_t$ is used twice**, by the scores of step t and by step t+1. Its gradient is the sum of both.
#
# First one step, $h = \tanh(W_x x + W_h h_{t-1} + b)$: given `d_h`, the gradient of the loss with respect to what came out, return the gradients of `x`, of `h_prev` and of the three weights. `h` is given too; do not compute it again. The gradient of
# a weight is the sum over the B sequences.
#
# ```
# W_x = [[1.0]], W_h = [[0.5]], b = [0.0];  x = [[2.0]], h_prev = [[-1.0]], h = [[0.6]], d_h = [[1.0]]
#    ->  d_x [[0.64]], d_h_prev [[0.32]], {"W_x": [[1.28]], "W_h": [[-0.64]], "b": [0.64]}     # 1 - 0.6² = 0.64
# ```

# %% exercise="rnn_step_backward"

# %% [markdown]
# Then all steps. `d_hs` (T, B, h) is what comes from *outside* into each state: from the scores of that step. Walk backwards, add what flows in from the step after, and add up the gradients of the weights: they were used T times. This is **backpropagation through time** (Rumelhart, Hinton & Williams 1986; Werbos 1990).
#
# ```
# the same weights;  xs = [[[1.0]], [[0.0]]], h0 = [[0.0]], hs = [[[0.6]], [[0.8]]], d_hs = [[[0.0]], [[1.0]]]
#    ->  d_xs [[[0.1152]], [[0.36]]], d_h0 [[0.0576]], {"W_x": [[0.1152]], "W_h": [[0.216]], "b": [0.4752]}
# ```

# %% exercise="bptt"

# %% tags=["experiment"]
mine = use("unroll", "bptt")
draw = torch.Generator().manual_seed(2)
small = {
    name: torch.randn(*shape, generator=draw, dtype=torch.float64)
    for name, shape in (("W_x", (3, 2)), ("W_h", (3, 3)), ("b", (3,)))
}
xs, h0 = torch.randn(6, 4, 2, generator=draw, dtype=torch.float64), torch.zeros(4, 3, dtype=torch.float64)
ask = torch.randn(6, 4, 3, generator=draw, dtype=torch.float64)  # the loss is the sum of ask * hs
hs = mine.unroll(small, xs, h0)
_, _, grads = mine.bptt(small, xs, h0, hs, ask)
for name, value in small.items():
    slope = neural.numerical_gradient(lambda w, n=name: (ask * mine.unroll({**small, n: w}, xs, h0)).sum(), value)
    print(f"{name:4} {tuple(value.shape)!s:7} largest difference {float((slope - grads[name]).abs().max()):.1e}")

# %% [markdown]
# That is chapter 03's test, and six steps of a tanh network pass it. From here on autograd does this work, in the same order.
#
# ### Why the gradient dies

# %% [markdown]
# Follow the gradient from the last state back to one that lies k steps earlier. Each step multiplies it by the same matrix and by the slopes of tanh:
#
# $$\frac{\partial h_T}{\partial h_{T-k}} = \prod_{t=T-k+1}^{T} \operatorname{diag}(1 - h_t^2)\, W_h \qquad\text{(the latest factor on the left)} .$$
#
# Write a function that gives the **norm** of that product for k = 0 to T-1, for one sequence of states `hs` (T, h). The norm is the largest singular value, `torch.linalg.matrix_norm(M, 2)`: by how much the best-placed error can grow. For k = 0 the
# product is empty: 1. With `linear=True` there is no tanh, and only $W_h$ counts.
#
# ```
# jacobian_norms(W_h=[[0.5]], hs=[[0.6], [0.8], [0.0]])   ->  [1, 0.5, 0.09]     # 0.5 (1 - 0), then times 0.5 (1 - 0.64)
# ```

# %% exercise="jacobian_norms"

# %% tags=["experiment"]
mine = use("unroll", "jacobian_norms")
core = reader.layers[0]  # W_x, W_h, b of the trained network
sentence = next(s for s in test if len(s) >= 40)[:40]
xs = reader.vectors[torch.tensor([0, *sentence])][:, None]  # (41, 1, m), from <s> on
hs = mine.unroll(core, xs, torch.zeros(1, len(core["b"])))[:, 0]
norms = mine.jacobian_norms(core["W_h"], hs)
figure, axes = plots.figure(height=2.7)
axes.semilogy(norms, **plots.line(1))
plots.label(axes, "words back, k", "norm of dh_T / dh_{T-k}", "The gradient in a trained language model")
plots.show(
    figure,
    f"From 1 the norm falls to {float(norms[10]):.1e} ten words back and {float(norms[-1]):.1e} at {len(norms) - 1}.",
)

# %% [markdown]
# In this sentence, a steep one, a sixth of it is left ten words back and two thousandths forty words back. From that the network must learn whatever it is to learn about a word that stood far back. How fast it falls depends on the matrix.
#
# %% [markdown]
# Along an eigenvector of $W_h$ with eigenvalue $\lambda$, k steps multiply by $\lambda^k$. In the long run the largest wins, so the number to look at is the
# **spectral radius** $\rho = \max_i |\lambda_i|$. Eigenvalues may be complex: then the gradient also turns, and it is their modulus that counts. It is *not* the largest singular value: that says how much *one* step can stretch, and is never smaller.
#
# ```
# spectral_radius([[0.0, 4.0], [0.25, 0.0]])   ->  1.0     # eigenvalues 1 and -1; the largest singular value is 4
# ```

# %% exercise="spectral_radius"

# %% tags=["experiment"]
mine = use("spectral_radius")
W_h = core["W_h"]
print(
    f"trained RNN: spectral radius {mine.spectral_radius(W_h):.2f}, largest singular value {float(torch.linalg.matrix_norm(W_h, 2)):.2f}"
)
print(f"mean slope of its units on that sentence: {float((1 - hs.square()).mean()):.2f}")

# %% [markdown]
# The radius is above 1, and the gradient vanishes all the same: each step back also multiplies by the slopes of tanh, and already $1.31 \cdot 0.73$ is below 1. (A rough account: it gives 0.96 a step, and the curve has 0.86.)
#
# Now the law in its pure form, without tanh. The prediction first.

# %% tags=["experiment"]
predict(
    "linear-100", "A linear network, spectral radius 0.9. What is the norm 100 steps back, as a power of ten?", unit=""
)

# %% tags=["experiment"]
mine = use("jacobian_norms", "spectral_radius")
draw, steps = torch.Generator().manual_seed(3), 101
figure, axes = plots.figure(height=2.9)
for number, radius in enumerate((0.8, 0.9, 1.0, 1.1)):
    A = torch.randn(64, 64, generator=draw, dtype=torch.float64)
    norms = mine.jacobian_norms(A * radius / mine.spectral_radius(A), torch.zeros(steps, 64).double(), linear=True)
    if radius == 0.9:
        power = math.log10(float(norms[-1]))
    axes.semilogy(norms, **{**plots.line(number), "marker": ""}, label=f"spectral radius {radius}")
    axes.semilogy([0, steps - 1], [1, radius ** (steps - 1)], color=plots.FAINT, zorder=1)
axes.legend()
plots.label(
    axes, "steps back, k", "norm of the product", "Linear networks: the norm, and in grey the power of the radius"
)
plots.show(
    figure,
    f"Four lines run parallel to radius^k, each a little above it. At radius 0.9 the norm after 100 steps is 10^{power:.1f}.",
)
reveal("linear-100", power)

# %% [markdown]
# The lines run parallel to $\rho^k$: the *slope* is the spectral radius. At first the largest singular value rules, and a look at one or two steps would have told the wrong story.
#
# For tanh the picture has a lid: every factor $\operatorname{diag}(1 - h^2)$ has numbers between 0 and 1. So (Pascanu, Mikolov & Bengio 2013, whose $\gamma$, the largest slope, is 1 here):
#
# - if the largest singular value of $W_h$ is below 1, the gradient **must** vanish: each step shrinks it;
# - so for it to explode, the largest singular value must be above 1. That is *necessary*, not sufficient: the slopes may still kill it.
#
# Often this is told of the spectral radius. That is wrong: both eigenvalues of $W_h = \begin{pmatrix} 2 & -4 \\ 1 & -2 \end{pmatrix}$ are 0, but where the slopes are 1 and 0, only its first row is left, and that has radius 2.
#
# Play with it (`orthogonal` is the next exercise). Can an orthogonal matrix with radius 1 vanish? When? At what radius does a tanh network with small inputs stop vanishing, and why do large inputs bring it back?

# %% tags=["experiment"]
from ngram2bert.widgets import gradient_explorer

mine = use("unroll", "jacobian_norms", "spectral_radius", "orthogonal")
gradient_explorer(mine.unroll, mine.jacobian_norms, mine.spectral_radius, mine.orthogonal)

# %% [markdown]
# ### Four repairs

# %% [markdown]
# **Orthogonal weights.** If $W_h$ keeps the length of every vector, a linear network neither shrinks nor stretches anything, for ever. Such matrices are the orthogonal ones, $Q^\top Q = I$; all their eigenvalues have modulus 1, all their singular values are 1 (Saxe, McClelland & Ganguli 2014).
#
# To draw one fairly, take the QR decomposition of a matrix `A` of Gaussian numbers (given to you), $A = QR$ with $R$ upper triangular. That fixes $Q$ only up to the sign of each column. Choose the signs so that **$R$ has a positive
# diagonal**; then the factorisation is unique, and $Q$ is distributed evenly over all orthogonal matrices.
#
# ```
# orthogonal([[0.0, -2.0], [3.0, 0.0]])   ->  [[0, -1], [1, 0]]     # R = [[3, 0], [0, 2]]
# ```

# %% exercise="orthogonal"

# %% [markdown]
# **Clipping.** An explosion is rare and fatal: one batch with a gradient of norm 10,000 throws the weights far away. The cure is crude and works (Mikolov 2012; Pascanu et al. 2013): if the norm of the gradient is
# larger than a limit, scale it down to the limit. *All* weights together have *one* norm, so that the direction stays; cutting each number by itself would turn the gradient.
#
# In place, on a dictionary of gradients: change the tensors, not the dictionary. Return the norm before clipping. What is not above the limit stays as it is; so does a gradient of infinite or NaN norm, which no factor mends.
#
# ```
# grads = {"W": [[3.0]], "b": [4.0]}:  clip_by_norm(grads, limit=1.0)   ->  5.0, and grads is {"W": [[0.6]], "b": [0.8]}
# ```

# %% exercise="clip_by_norm"

# %% tags=["experiment"]
from ngram2bert.claims import cliff

fall = cliff.run()
print(fall.sentence())
fall.plot()

# %% [markdown]
# One unit with two numbers to learn, after Pascanu, Mikolov and Bengio: fifty steps, and the last state is to be 0.7. On one side of the wall the state ends low, on the other high, and at the wall a hair decides. There the gradient is
# true and useless: it says "very steep" and is followed over the edge. Clipped, it says which way, and no longer how far.

# %% [markdown]
# **Layer normalisation** (Ba, Kiros & Hinton 2016). Subtract the mean *over the h units* of one step of one sequence, divide by the standard deviation over the same units, and let the network choose scale and shift again, one `gain` and one `bias` a unit:
#
# $$\operatorname{LN}(a) = g \odot \frac{a - \mu}{\sqrt{\sigma^2 + \epsilon}} + b, \qquad \mu = \frac1h \sum_i a_i, \quad \sigma^2 = \frac1h \sum_i (a_i - \mu)^2 .$$
#
# Not over the batch, and not over time: a sequence alone, one step long, has all that is needed. $\sigma^2$ divides by h, not h-1, and $\epsilon$ stands under the root. Mean and deviation depend on `x`, so autograd must go back through them too: no `detach`.
#
# ```
# layer_norm([[1.0, 3.0]], gain=[1.0, 2.0], bias=[0.0, 0.5], eps=0.0)   ->  [[-1.0, 2.5]]
# ```

# %% exercise="layer_norm"

# %% [markdown]
# In a recurrent network it goes where the two sums meet, before tanh. `params` has `"gain"` beside the three others, and `"b"` is the shift of the normalisation:
#
# $$h_t = \tanh\big(\operatorname{LN}(W_x x_t + W_h h_{t-1};\; g, b)\big) .$$
#
# ```
# W_x = [[1.0], [3.0]], W_h = [[0.0, 1.0], [1.0, 0.0]], gain = [1.0, 0.5], b = [0.0, 0.2];  x = [[1.0]], h = [[0.5, -0.5]]
#    ->  [[-0.7616, 0.6044]]     # the sum is [0.5, 3.5], normalised [-1, 1]: tanh -1, tanh 0.7
# ```

# %% exercise="layer_norm_step"

# %% tags=["experiment"]
mine = use("rnn_step", "layer_norm_step")
draw = torch.Generator().manual_seed(7)
W_x, W_h = torch.randn(64, 64, generator=draw) / 8, torch.randn(64, 64, generator=draw) / 8
xs = torch.randn(50, 1, 64, generator=draw)
print("weights times   |h| plain   with layer norm")
for scale in (0.1, 1.0, 10.0):
    params = {"W_x": scale * W_x, "W_h": scale * W_h, "b": torch.zeros(64), "gain": torch.ones(64)}
    plain = normed = torch.zeros(1, 64)
    for x in xs:
        plain, normed = mine.rnn_step(params, x, plain), mine.layer_norm_step(params, x, normed)
    print(f"{scale:13.1f}{float(plain.square().mean().sqrt()):12.2f}{float(normed.square().mean().sqrt()):18.2f}")

# %% [markdown]
# All weights times a hundred: to the plain network the difference between a whisper and a shout, to the normalised one none at all. Whether that helps it to *remember*, section 6 asks.

# %% [markdown]
# **Truncation** is for the machine. To learn from a text of 800,000 words by BPTT one would keep 800,000 states, and make one step. So the text is cut into *chunks* of T words, the gradient flows to the beginning of the chunk and no further, but **the
# state goes on**: the next chunk starts where the last one ended. The value is carried, the gradient is cut: `state.detach()`.
#
# `chunks` gives pairs of `inputs` and `targets`, (T, B) each, in the order of the text: row 0 of a chunk follows the last row of the chunk before. `model(inputs, state)` returns `scores` (T, B, V) and the new state; the first `state` is `None`. Take one step of
# `torch.optim.SGD` a chunk, with your `clip_by_norm` on the parameters' `grad` between `backward` and `step`; return the losses.

# %% exercise="train_truncated"

# %% [markdown]
# What does the cut cost? A network was trained on the letters of Brown; then its gradient over a chunk was compared with the one that flows all the way.

# %% tags=["experiment"]
from ngram2bert.claims import truncation

truncation.committed().plot()

# %% [markdown]
# Whoever detaches at every letter loses two thirds of the trained network's gradient; with chunks of 16 it is a tenth. In the network with orthogonal weights, before training, half is lost at 16: there the gradient reaches further back. After training the two look alike.

# %% [markdown]
# Everything is there for a language model. The module below is your `unroll` in torch's fused form between a table of vectors and a table of scores. As in chapter 03 we take the 2,069 words that occur 40 times or more.
# `contiguous_batches` lays the text out in B columns and cuts them into chunks; you will write it in chapter 06.

# %% tags=["experiment"]
from ngram2bert import ngrams
from ngram2bert.corpora import brown
from ngram2bert.lstm import contiguous_batches


class SmallRNN(nn.Module):
    def __init__(self, V, m, h):
        super().__init__()
        self.vectors, self.rnn, self.scores = nn.Embedding(V, m), nn.RNN(m, h), nn.Linear(h, V)

    def forward(self, inputs, state=None):  # (T, B)
        hs, state = self.rnn(self.vectors(inputs), state)
        return self.scores(hs), state  # (T, B, V)


common, (short, _, held_out) = ngrams.encode_splits([part.sentences for part in brown().split()], min_count=40)
stream = torch.tensor([w for s in short for w in [*s, EOS]])

# %% tags=["experiment"]
mine = use("train_truncated")
torch.manual_seed(1)
small_rnn = SmallRNN(len(common), m=64, h=128)
half = contiguous_batches(stream[: len(stream) // 2], 32, 20)
losses = mine.train_truncated(small_rnn, half, rate=1.0, limit=1.0)
print(
    f"{len(losses)} steps: loss {losses[0]:.2f} (log V = {math.log(len(common)):.2f}) -> {sum(losses[-50:]) / 50:.2f} nats"
)

# %% [markdown]
# Is it any good? Kneser–Ney gets the same half of the text, and both are asked about 2,000 held-out sentences, each read from its beginning.

# %% tags=["experiment"]
mine = use("pad_batch")
inputs, targets = mine.pad_batch(held_out[:2000], EOS, EOS)  # in the stream `</s>` stood before each sentence
small_rnn.eval()
with torch.no_grad():
    logs = [
        small_rnn(i)[0].log_softmax(2).gather(2, t.clamp_min(0)[..., None])[..., 0]
        for i, t in zip(inputs.split(200, 1), targets.split(200, 1), strict=True)
    ]
bits = -torch.cat(logs, 1).double() / math.log(2)  # (T, 2000)
scored = targets >= 0
counted = torch.full_like(bits, math.nan)
read, taken = [], 0
for s in short:
    taken += len(s) + 1
    read.append(s)
    if taken > len(stream) // 2:
        break
kneser_ney = ngrams.estimate(read, 4, len(common))
counted.T[scored.T] = kneser_ney.token_bits(held_out[:2000])
for name, table in (("RNN", bits), ("Kneser–Ney, n = 4", counted)):
    print(f"{name:18} perplexity {2 ** float(table[scored].mean()):.1f}")

# %% tags=["experiment"]
place = range(1, 21)
figure, axes = plots.figure(height=2.7)
for number, (name, table) in enumerate((("RNN", bits), ("Kneser–Ney, n = 4", counted))):
    axes.plot(place, [float(table[t - 1][scored[t - 1]].mean()) for t in place], **plots.line(number), label=name)
axes.legend()
axes.set_xticks(range(2, 21, 2))
plots.label(axes, "position in the sentence (tokens)", "surprise (bits)", "Surprise along the sentence")
ahead = [float((table[9:20][scored[9:20]]).mean()) for table in (bits, counted)]
plots.show(
    figure,
    f"Surprise by position, RNN and Kneser–Ney. From the tenth token on the RNN needs {ahead[0]:.2f} bits a token, the n-gram {ahead[1]:.2f}.",
)

# %% [markdown]
# Half a reading by plain gradient descent takes a quarter of a minute; counting takes a second, and is ahead at every position. The shipped network has all words of chapter 01, its table of vectors is also its table of scores (chapter 06 returns to that), and it has read Brown four times, in two CPU minutes.

# %% tags=["experiment"]
asked = test[::20]
models = {"Kneser–Ney, n = 5": ngrams.estimate(text, 5, len(words)), "network, window of 4": network, "RNN": reader}
for name, each in models.items():
    print(f"{name:21} test perplexity {each.perplexity(asked):.1f}")

# %% [markdown]
# Here the state is worth something: the RNN reads each sentence from its beginning, and is ahead of the window with a third fewer weights.

# %% [markdown]
# ## 5 · See it work
#
# What does the small one write? Each line starts with an empty state, draws a word, reads it, and goes on.

# %% tags=["experiment"]
generator = torch.Generator().manual_seed(8)
for _ in range(4):
    word, state, line = torch.tensor([[EOS]]), None, []
    while len(line) < 18:
        with torch.no_grad():
            scores, state = small_rnn(word, state)
        p = scores[0].softmax(1)
        p[:, [0, 2]] = 0  # no <s>, no UNK_
        word = torch.multinomial(p, 1, generator=generator)
        if word.item() == EOS:
            break
        line.append(common[word.item()])
    print(" ".join(line))

# %% [markdown]
# Two or three words in a row go together at best. And what does a state keep? The shipped network reads a sentence; each row is one of its units.

# %% tags=["experiment"]
order = hs.std(dim=0).argsort(descending=True)[:24]  # the units that move most
figure, axes = plots.figure(width=8.2, height=3.6)
shown = axes.imshow(hs[1:25, order].T, aspect="auto", vmin=-1, vmax=1, cmap=plots.SHADES)
axes.grid(visible=False)
axes.set_xticks(range(24), [words[w] for w in sentence[:24]], rotation=60, ha="right")
figure.colorbar(shown, label="h")
plots.label(axes, "the word just read", "unit", "The state after each word")
turns = float((hs[2:25, order] * hs[1:24, order] < 0).float().mean())
plots.show(
    figure,
    f"Twenty-four units while a sentence is read: a unit changes its sign at {100 * turns:.0f}% of the words; none keeps it throughout.",
)

# %% [markdown]
# ### Conventions
#
# | | elsewhere | here |
# |---|---|---|
# | axes | Keras, and `batch_first=True`: (B, T, m) | (T, B, m), torch's default |
# | biases | `nn.RNN` and cuDNN: two, `bias_ih` and `bias_hh`, only their sum matters | one |
# | where tanh stands | Pascanu et al. 2013: $x_t = W \sigma(x_{t-1}) + \dots$, the state *before* tanh | $h_t = \tanh(\dots)$, as Elman 1990 |
# | variance in layer norm | `torch.var`: by h-1 | by h, as `nn.LayerNorm` |
# | clipping | `clip_grad_norm_` divides by norm + 1e-6, so it ends a hair below the limit | by the norm |

# %% tags=["experiment"]
mine = use("unroll", "clip_by_norm", "layer_norm", "orthogonal")
draw = torch.Generator().manual_seed(4)
x = torch.randn(3, 8, generator=draw)
print(
    f"layer norm with h-1 in the variance: off by {float((mine.layer_norm(x, torch.ones(8), torch.zeros(8)) - (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True)).abs().max()):.3f}"
)
signs = [float(torch.linalg.qr(torch.randn(8, 8, generator=draw))[0][0, 0] > 0) for _ in range(1000)]
print(f"QR as it comes: the first number of Q is positive in {sum(signs) / 10:.0f}% of 1,000 draws; it should be 50%")
net = nn.Linear(8, 1)
net(x).sum().backward()
grads = {name: p.grad.clone() for name, p in net.named_parameters()}
mine.clip_by_norm(grads, 1.0)
torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
print(f"clipping, ours against torch: {float((grads['weight'] - net.weight.grad).abs().max()):.1e}")

# %% [markdown]
# ## 6 · The claims
#
# ### Pascanu, Mikolov & Bengio 2013: between bounds
#
# "A factor a step between bounds": for the linear network the spectral radius, for tanh something between products of singular values. Five radii, three matrices each.

# %% tags=["experiment"]
from ngram2bert.claims import pascanu

law = pascanu.run()
print(law.table())
law.plot()

# %% tags=["experiment"]
print(law.sentence())
print(pascanu.wrong())

# %% [markdown]
# The bounds of tanh are far apart. Mind the second print: for its first matrix the largest singular value says *explode*, and the linear gradient vanishes.
#
# ### Recall over fifty blanks: what orthogonal weights buy, and what layer norm does
#
# The cleanest test of a memory (after Hochreiter & Schmidhuber 1997 and Arjovsky, Shah & Bengio 2016): two symbols out of eight; then fifty blanks; then "what was the first? and the second?". Who guesses is right once in eight times. Five networks of 64 units, equal but for their first weights and for layer
# norm; the second has ReLU units, $\max(0, a)$ in place of $\tanh a$, and $W_h = I$ (Le, Jaitly & Hinton 2015). The last table is of the gradient *before* any training: its norm, and in how many **directions** it arrives, $(\sum s^2)^2 / \sum s^4$ over the singular values s: 64 where all are equal, 1 where one is alone.

# %% tags=["experiment"]
predict("recall-orthogonal", "Orthogonal weights, 400 updates: which share of the symbols is recalled?", unit="%")
predict("recall-layer-norm", "Ordinary weights and layer norm?", unit="%")

# %% tags=["experiment"]
from ngram2bert.claims import recall, spans

live = recall.run()
print(live.table())
reveal("recall-orthogonal", 100 * live.final("orthogonal")[0], unit="%")
reveal("recall-layer-norm", 100 * live.final("layer norm")[0], unit="%")
live.plot()

# %% tags=["experiment"]
record = recall.everything()
print(record.table())
print(record.sentence())

# %% tags=["experiment"]
before_training = spans.run()
print(before_training.table())
before_training.plot()

# %% [markdown]
# Ordinary weights stay at chance, orthogonal ones recall nearly everything: **orthogonal weights stretch the span**. This section was written to show that layer norm stretches nothing, and it does. One symbol is no trouble to it; two are slow, and depend on the learning rate (`docs/results/05-recall.md`); three it does not manage.
#
# The last table suggests why. Layer norm divides by the size of the sum, so what was shrunk is stretched again: the gradient has norm 100 in place of $10^{-11}$. But through orthogonal weights 33 of 64 directions are left after
# fifty steps; through layer norm one or two. A product of many random matrices has one singular value far above all others, and dividing by a number changes no ratio. One direction may do for one symbol; three in their order need more.
#
# And the identity with ReLU units? It keeps directions too, but it *adds up* what comes in: it knows which symbols there were and not which came first. Without the order 0.56 can be had with two symbols, and about that is what it gets.
#
# ### Ba, Kiros & Hinton 2016: layer norm and the length of a step
#
# Layer norm was made for the *size* of things. How long may a step be before training breaks down?

# %% tags=["experiment"]
from ngram2bert.claims import scale

rates = scale.committed()
print(scale.invariance())
print(rates.table())
rates.plot()

# %% [markdown]
# The first table: with weights ten or a hundred times as large the normalised network does not notice, and its gradient is divided by as much: large weights are turned by small steps. (With very small weights it does notice: there $\epsilon$ counts.) The second: of the weights that are normalised, the step may be four to eight times as long, and with weights ten times too large it
# still learns where the plain network does at no rate. So it tames scale, as claimed.
#
# Two things it does not do here. With *one* rate for all weights nothing is gained: the output layer stands behind the last normalisation and breaks first (`docs/results/05-layer-norm.md`). And no more is learned in these 100 steps, 2.49 nats against 2.43.

# %% [markdown]
# ## 7 · What breaks
#
# First the four sentences of chapter 01. The RNN has no window: the subject is in sight.

# %% tags=["experiment"]
print(agreement(words, network=windowed(network.next_probs, 5), RNN=reader.after))

# %% [markdown]
# The same mistakes. In the second line *boys* is four words back, in the last *results* nine, and the first picture says that such words do move its answer. But it has not learned to *keep* the number of the subject while other nouns go by.
#
# Now the twenty errors.

# %% tags=["experiment"]
from ngram2bert.recurrent import from_recurrent
from ngram2bert.twenty import from_ngrams, rerun, summary

runs = {
    "network": rerun(from_ngrams(network.next_probs, words, network.order)),
    "RNN": rerun(from_recurrent(reader, words)),
}
label_errors(runs)

# %% tags=["experiment"]
print(summary(runs))

# %% [markdown]
# It is ahead of the window at thirteen of the twenty, by nearly a bit in the mean, and most at *you*: *You want to keep this job, don't* … The window saw *this job, don't*; the state has read *You*, eight back. A pretty story. Test it: change that word.
#
# %% tags=["experiment"]
number = {word: i for i, word in enumerate(words)}
for line in ("`` You want to keep this job , don't", "`` They want to keep this job , don't", "this job , don't"):
    seen, you = [number[word] for word in line.split()], number["you"]
    alone = network.next_probs(torch.tensor([seen[-4:]]))[0, you]
    print(f"{line:37} p(you): RNN {float(reader.after(seen)[you]):.4f}, network {float(alone):.4f}")

# %% [markdown]
# *They* for *You* costs it a tenth. Of its lead most is there with the window's own four words, and the rest comes from all the others together. An answer that looks like memory need not be one: change what should have been remembered, and see.
#
# **What would be needed.** Look once more at the product. Every step back multiplies by $\operatorname{diag}(1 - h^2)\, W_h$: by a matrix that must do two jobs, *keep* what is known and *work in* what is new, and by slopes that are never above 1. Orthogonal weights keep,
# and cannot choose what to forget; layer norm keeps the size and loses the directions; clipping does nothing for what is too small. What is missing is a path through time on which a memory is not multiplied by anything unless the network *decides* so. Such a path was built in 1997. It is chapter 06.

# %% [markdown]
# ### Two questions to think about
#
# **1. Remembering and learning.** The by-hand table of section 2: with $w = 2$ the unit still says 0.96 at step 4, and $dh_4/dh_1$ is 0.012.
#
# (a) Explain to somebody who thinks that this is a contradiction why a state can be remembered for ever while its gradient is nearly zero. (b) A friend starts all recurrent weights large, "so that nothing is forgotten". What will her loss do, and which two numbers would you print to show her why? (c) Can a net whose
# gradient vanishes over 50 steps ever learn something that needs 50 steps? How, if at all?

# %% [markdown] reflection="remember-learn" points=3
# (a) The state is near the ceiling of tanh: two different values of $h_1$, both positive, lead to the same 0.96. That one bit, which side of zero it was, is kept for ever; just because small differences of $h_1$ are wiped out on the way, $dh_4/dh_1$ is near zero. The gradient asks about *small* changes; memory in a saturated unit is about large ones. It is a latch.
#
# (b) The units saturate, the slopes $1 - h^2$ are near 0, and the gradient of everything but the last step or two vanishes: the loss falls a little, by what the last words and the output layer give, and stops. Print the mean of $1 - h^2$ over units and steps (near 0), and the norm of the gradient by distance (`jacobian_norms`). The spectral radius alone would mislead: it is large.
#
# (c) The gradient is small, not zero, so with no noise and endless time yes; in practice the signal from 50 steps back is buried under the gradients of the near steps, which is Bengio, Simard and Frasconi's argument of 1994. By luck of the initial weights (an orthogonal matrix), by a task that rewards shorter spans first so that the span grows step by step, or by another architecture.
#
# **Rubric.** 1 point: (a) saturation, small against large differences. 1 point: (b) predicts a stall *and* names slopes or the norm by distance. 1 point: (c) not impossible, but drowned by near terms; one way out.

# %% [markdown]
# **2. What a truncated gradient cannot see.** A text is cut into chunks of 20 words; the state is carried, the gradient is not.
#
# (a) Can such a network use a word that stood 60 words back when it predicts? Can it *learn* to? Say precisely through which numbers. (b) Why not carry the gradient too? Give the cost in memory and in time for a text of 800,000 words. (c) A colleague detaches the state after *every* step "to be safe". What exactly does her network still learn?

# %% [markdown] reflection="truncation" points=3
# (a) Use: yes, the state is a function of all words before. Learn: not directly; no gradient tells $W_x$ or $W_h$ that keeping that word would have paid 60 words later. It may still happen, if keeping pays within 20 words and the same weights go on keeping: what is learned at short distance is applied at long distance, because the weights are the same at every step.
#
# (b) All states, and all that the way back needs, would have to be kept: 800,000 steps times at least h numbers a sequence (128 x 800,000 x 4 bytes is 0.4 GB for one column, without the scores: 14,116 of them a step would be 45 GB), and there would be *one* update a reading instead of tens of thousands. And most of that gradient would have vanished anyway.
#
# (c) Every step becomes a network with one layer and an input $h_{t-1}$ that is taken as given. She learns $U$, $d$, $W_x$, $W_h$ and $b$ so that the *next* word is predicted well from the last word and whatever the state happens to hold. $W_h$ does get a gradient, for reading the old state; nothing ever tells the network to *put* something into the state for later. With random
# recurrent weights that is still better than no state (a fixed random memory is an "echo state network").
#
# **Rubric.** 1 point: (a) distinguishes value from gradient. 1 point: (b) memory proportional to the length, with a number, or one step a reading. 1 point: (c) reading is learned, writing is not.

# %% [markdown]
# ## 8 · Go further
#
# - **Open exercise.** Write the gradient of layer norm by hand. The mean and the variance depend on every unit; chapter 09 needs it. Check it with `numerical_gradient`.
# - **Open exercise.** Put `relu` and $W_h = I$ (Le, Jaitly & Hinton 2015) into `unroll` and draw the gradient by distance. What is its price?
# - **Open exercise.** Train `SmallRNN` with chunks of 5, 20 and 80 words, *the same number of words a step*. Which is best after 20 seconds?
# - Pascanu, Mikolov & Bengio 2013, *On the difficulty of training recurrent neural networks*: section 2 for the bounds, section 3 for clipping.
# - Bengio, Simard & Frasconi 1994, *Learning long-term dependencies with gradient descent is difficult*: why a memory that is robust to noise has a vanishing gradient.
# - Ba, Kiros & Hinton 2016, *Layer normalization*: section 3.1 for the recurrent network, section 5 on what leaves its output unchanged.
# - **Next.** A path that nothing multiplies away: chapter 06.
