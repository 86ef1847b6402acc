# %% [markdown]
# # 06 · A cell that adds: LSTM and GRU
#
# *Four hours, best in three sittings: the second begins at "Sentences of different lengths", the third at "Text that goes on". You need the
# recurrent network, its gradient and its training in chunks from chapter 05.*
#
# In 1991 Sepp Hochreiter found in his diploma thesis why recurrent networks forget. In 1997 he and Jürgen Schmidhuber published the cure, a cell into which
# things are *added*, with gates that say when. For twenty years it was how machines read: handwriting, speech, and from 2016 what Google
# translated.
#
# You will build the cell, its younger sister the GRU, and what one needs to train them on a text that does not end. Then you ask a question that most tutorials
# pass over: what should the network remember from one batch to the next?

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% tags=["given"]
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Generator, Tensor, nn

# %% tags=["experiment"]
from statistics import mean

from ngram2bert import neural, ngrams, plots, recurrent, rnn
from ngram2bert.agreement import agreement, windowed
from ngram2bert.corpora import brown
from ngram2bert.neural.brown import brown_text

# %% [markdown]
# ## 1 · Where we stand
#
# Chapter 05 ended with a matrix that must do two jobs: *keep* what is known and *work in* what is new. Watch it at both. Here is the state without its tanh, $h_t = \lambda Q h_{t-1} + W_x x_t$, with the word vectors and the $W_x$ of the shipped RNN. $Q$ is orthogonal, so with $\lambda = 1$ nothing
# is ever lost: the best that chapter 05 had. Forty words of Brown are read. How long is the part that the word $k$ back has left in the state, compared with the whole state?

# %% tags=["experiment"]
words, text, validation, test = brown_text()
BOS, EOS, UNK = ngrams.BOS, ngrams.EOS, ngrams.UNK
plain = recurrent.rnn_lm()  # chapter 05's network
rows = torch.tensor([s[:40] for s in validation if len(s) >= 40][:200]).T  # (40, 200)
brought = plain.vectors[rows] @ plain.layers[0]["W_x"].T  # (40, 200, h), what each word brings
Q = rnn.orthogonal(torch.randn(128, 128, generator=Generator().manual_seed(6)))

# %% tags=["experiment"]
figure, axes = plots.figure(height=2.8)
for number, shrink in enumerate((1.0, 0.9, 0.7)):
    left_by = []  # what each word so far has left in the state, (200, h) each
    for x in brought:
        left_by = [shrink * part @ Q.T for part in left_by] + [x]
    parts = torch.stack(left_by)  # (40, 200, h); their sum is the state
    share = 100 * (parts.norm(dim=2) / parts.sum(0).norm(dim=1)).mean(1).flip(0)
    axes.plot(range(40), share, **plots.line(number), label=f"{shrink:g}: {share[0]:.0f}% to {share[39]:.2g}%")
axes.legend(title="what a step keeps")
plots.label(axes, "k, words back", "length of its part (% of the state)", "Who is heard in the state?")
plots.show(figure, "Keep everything, and forty words have the same sixth each; keep less, and only the last are left.")

# %% [markdown]
# Keep everything, and all forty words are equally loud: one that matters is a voice in a crowd, and with every word the crowd grows. Keep 0.9 at each step, and the word twenty back is a twentieth; keep 0.7, and it is nothing, whatever it was. The matrix has **one rule for all words**. What is wanted is a state that keeps *this* word and lets the next
# twenty pass.

# %% [markdown]
# ## 2 · The idea, by hand
#
# *The boys in the room …*: was or were? Let one number remember whether the subject is one or many: +1 for a plural noun, −1 for a singular one. A plain unit multiplies what it has by its weight, 0.9
# say, and adds what comes in. A **cell** has two gates, numbers between 0 and 1: the *forget gate* $f$ says how much of the old is kept, the *input gate* $i$ how much of the new is let in.

# %% tags=["experiment"]
came = {"The": 0, "boys": 1, "in": 0, "the": 0, "room": -1}  # +1 plural noun, -1 singular noun
h = c = 0.0
print("word    comes in   plain unit h     i   f   cell c")
for word, x in came.items():
    i, f = (1, 0) if word == "boys" else (0, 1)  # opened and closed by hand
    h = 0.9 * h + x
    c = f * c + i * x
    print(f"{word:6}{x:10}{h:15.3f}{i:6}{f:4}{c:9.0f}")

# %% [markdown]
# The plain unit has lost a quarter of *boys* by the time *room* comes, and *room* then wipes out the rest: it says *was*. The cell was open for one word and shut for the others. It holds exactly what it took.
#
# Nobody shuts a gate by hand, of course. It is a sigmoid of the word and of what the network said last, and it learns when to open. A sigmoid never reaches 1; but it need not. Compare a *weight* of 0.9,
# a *gate* of 0.99, and a gate of 0.99 that shuts at word 60:

# %% tags=["experiment"]
gate = torch.full((100,), 0.99)
gate[59] = 0.02
left_over = {"weight 0.9": 0.9 * torch.ones(100), "gate 0.99": 0.99 * torch.ones(100), "gate, 0.02 at word 60": gate}
figure, axes = plots.figure(height=2.8)
for number, (name, factors) in enumerate(left_over.items()):
    axes.semilogy(
        range(1, 101),
        kept := factors.cumprod(0),
        **plots.line(number) | {"marker": ""},
        label=f"{name}: {kept[99]:.2g}",
    )
axes.legend(title="left after 100 words")
plots.label(axes, "words later", "what is left of 1")
plots.show(
    figure,
    "With a weight of 0.9 a hundred words leave 3e-5 of 1, with a gate of 0.99 0.37; a gate can also drop it at once.",
)

# %% [markdown]
# A weight of 0.99 would keep as much, always and of everything. The point of a gate is the third line: **it keeps until it is told to forget**. And since what is kept is multiplied by $f$ alone,
# so is the gradient on its way back. If $f$ is 1, then $c_t = c_{t-1} + \dots$, and the gradient passes untouched: Hochreiter and Schmidhuber call it the *constant error carousel*. You will meet the same sum as the *residual connection* of chapter 09.

# %% [markdown]
# ## 3 · The equations
#
# $$\begin{aligned} (a_i, a_f, a_g, a_o) &= W_x x_t + W_h h_{t-1} + b \\
# i = \sigma(a_i), \quad f &= \sigma(a_f), \quad g = \tanh(a_g), \quad o = \sigma(a_o) \\
# c_t &= f \odot c_{t-1} + i \odot g \\
# h_t &= o \odot \tanh(c_t) \end{aligned}$$
#
# | symbol | shape | what it is |
# |---|---|---|
# | $x_t$ | (m,) | the vector of word $t$ |
# | $c_t$ | (h,) | the cell: what is remembered, seen by nobody outside |
# | $h_t$ | (h,) | what is let out: to the scores, and to the gates of the next step |
# | $i, f, o$ | (h,) | input, forget and output gate, between 0 and 1 |
# | $g$ | (h,) | the candidate: what would be written, between −1 and 1 |
# | $W_x, W_h, b$ | (4h, m), (4h, h), (4h,) | four blocks of weights, in the order $i, f, g, o$ |
#
# $\sigma(a) = 1 / (1 + e^{-a})$ is the sigmoid and $\odot$ multiplies number by number. Only $g$ is a tanh: it is the content, and content has a sign; the other three are taps. The forget gate is not in the paper of 1997, where $f = 1$;
# Gers, Schmidhuber and Cummins added it in 2000, for texts that do not end.
#
# Along the cell, $\partial c_t / \partial c_{t-1}$ is $f_t$ and nothing else, if the gates are taken as given. (They depend on $h_{t-1}$ too: that is a second way back, through $W_h$, as faint as ever.)

# %% [markdown]
# ## 4 · Build it
#
# Time comes first, as in chapter 05: a batch of sequences is (T, B, m). The state is a pair, $h$ and $c$, each (B, h).
#
# ### The cell

# %% [markdown]
# One step, as above. `params` holds `"W_x"` (4h, m), `"W_h"` (4h, h) and `"b"` (4h,), in blocks $i, f, g, o$. One product for all four, then cut.
#
# ```
# W_x = [[0], [0], [1], [0]], W_h = 0, b = [0, log 3, 0, 0]:  gates i 0.5, f 0.75, o 0.5, whatever comes in
# lstm_step(params, x=[[1.0]], h=[[0.0]], c=[[2.0]])
#    ->  c 0.75 * 2 + 0.5 * tanh(1) = [[1.8808]],  h 0.5 * tanh(1.8808) = [[0.4773]]
# ```

# %% exercise="lstm_step"

# %% [markdown]
# And a whole sequence: one step after the other, from the state that is given. Return every $h_t$, and the state after the last step, so that somebody can go on from there.
#
# ```
# lstm(the same params, xs=[1.0, 0.0], h0=0, c0=0)   ->  hs [0.1817, 0.1390],  state (0.1390, 0.2856)      # T = 2, B = h = 1
# ```

# %% exercise="lstm"

# %% [markdown]
# Use it at once. The course ships an LSTM that has read Brown: `m = h = 128`, one layer, trained by torch. torch keeps *two* biases, which are only ever added; otherwise its weights fit yours. Here *your* `lstm` reads the sentences
# of chapters 01, 03 and 05.

# %% tags=["experiment"]
mine = use("lstm")
trained = recurrent.lstm_lm()
p = trained.params
C, bias = p["embedding.weight"], p["bias"]  # (V, m), (V,): one table reads the words and scores them
weights = {
    "W_x": p["cell.weight_ih_l0"],
    "W_h": p["cell.weight_hh_l0"],
    "b": p["cell.bias_ih_l0"] + p["cell.bias_hh_l0"],
}
zero = torch.zeros(1, C.shape[1])


# %% tags=["experiment"]
def next_word(before):
    """Probabilities of the next word, (V,), by your own LSTM; the text begins behind the end of another sentence."""
    hs, _ = mine.lstm(weights, C[torch.tensor([EOS, *before])][:, None], zero, zero)
    return torch.softmax(C @ hs[-1, 0] + bias, 0)


window = neural.neural_lm()
ask = {"network": windowed(window.next_probs, window.order), "RNN": lambda w: plain.next_probs(torch.tensor([w]))[0]}
print(agreement(words, **ask, LSTM=next_word))

# %% [markdown]
# *The boys* alone is easy. In the other three lines both networks go with the noun that stands *nearest*, just as chapter 03's network with its window did: *room*, *boys*, *system*. Their subject has not left the field of view, but to be able to see is not to look. A network learns what its text pays for, and in 800,000 words the nearest noun
# is a cheap and good guess. What it does use its memory for, we shall measure.

# %% [markdown]
# ### How long does a cell hold?

# %% [markdown]
# The gradient along the cell is a product of forget gates: $\partial c_T / \partial c_{T-k} = f_T\, f_{T-1} \cdots f_{T-k+1}$, each unit by itself. Given are the gates $f_1 \dots f_T$ of one sequence, (T, h). Row $k$ of the answer belongs to
# the cell $k$ steps before the last; row 0 is 1, for the last cell itself. The last row belongs to $c_1$, so $f_1$ is in none.
#
# ```
# cell_gradients([[0.5], [0.9], [0.8]])   ->  [[1], [0.8], [0.72]]
# ```

# %% exercise="cell_gradients"

# %% tags=["experiment"]
mine = use("lstm", "cell_gradients")
xs, none = C[rows[:, :60]], torch.zeros(60, C.shape[1])  # (40, 60, m)
hs, _ = mine.lstm(weights, xs, none, none)
shown = torch.cat([none[None], hs[:-1]])  # h_{t-1}
a = xs @ weights["W_x"].T + shown @ weights["W_h"].T + weights["b"]
f = torch.sigmoid(a.chunk(4, dim=2)[1])  # (40, 60, h)
kept = torch.stack([mine.cell_gradients(f[:, j]) for j in range(60)]).log().mean(0)[:26].exp()  # (26, h)
half_lives = math.log(0.5) / f.log().mean((0, 1))  # (h,)
told = ", ".join(f"{int((half_lives > n).sum())} units over {n} words" for n in (2, 5, 10, 20))
print(
    f"half of what a cell holds is left for {told}, of {len(half_lives)}; for the slowest {float(half_lives.max()):.0f}"
)

# %% [markdown]
# Does the model make use of it? Chapter 05 swapped the word $k$ back for another and looked how far the prediction moves. Here are both networks, and beside it the RNN's norm of the gradient.


# %% tags=["experiment"]
def heard(model, farthest=25):
    """How far the next word's distribution moves when the word k back is another: total variation, in per cent."""
    start = torch.full_like(rows[:1], model.start)
    told, moved = model.read(torch.cat([start, rows]))[0].softmax(1), []
    for k in range(1, farthest + 1):
        changed = rows.clone()
        changed[-k] = rows[-k].roll(1)  # the word that another sentence has there
        answer = model.read(torch.cat([start, changed]))[0].softmax(1)
        moved.append(100 * float((answer - told).abs().sum(1).mean() / 2))
    return moved


W_h, states = plain.layers[0]["W_h"], plain.net.hidden(rows)[0]  # (h, h), (40, 200, h)
norms = torch.stack([rnn.jacobian_norms(W_h, states[:, j]) for j in range(20)])[:, :26].double()  # (20, 26)

# %% tags=["experiment"]
figure, (left, right) = plots.figure(columns=2, width=8.4, height=3.0)
left.semilogy(range(26), norms.log().mean(0).exp(), **plots.line(0), label="RNN, its norm")
right.semilogy(range(1, 26), plain_heard := heard(plain), **plots.line(0), label="RNN")
for number, (share, name) in enumerate({0.9: "one unit in ten is above", 1.0: "the slowest unit"}.items()):
    left.semilogy(range(26), kept.quantile(share, dim=1), **plots.line(number + 1), label=f"LSTM, {name}")
right.semilogy(range(1, 26), lstm_heard := heard(trained), **plots.line(2), label="LSTM")
plots.label(left, "k, words back", "gradient to that state or cell", "The way back")
plots.label(right, "k, words back", "the prediction moves by (%)", "A word is swapped")
left.set_ylim(bottom=1e-6)
left.legend()
right.legend()
said = f"slowest unit keeps {float(kept[25].max()):.2f} over 25 words. A word 20 back moves the LSTM by {lstm_heard[19]:.1f}%"
plots.show(figure, f"Gates beside the RNN's norm; the {said}, the RNN by {plain_heard[19]:.1f}%.")

# %% [markdown]
# So an LSTM is no tape recorder. Most of its units forget half of what they hold within two words; a few hold on for twenty words and more. For the slowest the way back is open: over 25 words it keeps most, where the best direction of the RNN keeps a tenth. The picture on the right shows that this is used: ten words back and more, the
# LSTM hears more than the RNN does. (Faintly, still.)
#
# Where does training begin? A fresh network has biases near 0 and so $f \approx 0.5$: it forgets half at every word, and $0.5^{20}$ is a millionth. The remedy costs one line: **start the forget gate's bias at 1 or more**. (Gers and colleagues did so in 2000; Jozefowicz, Zaremba and Sutskever
# tried ten thousand architectures in 2015, and this one line closed the gap between the LSTM and the GRU.) Here is all of the gradient, through gates and all, in untrained networks.

# %% tags=["experiment"]
mine = use("lstm")
made = Generator().manual_seed(6)


def drawn(m, h, blocks=4, forget=0.0):
    """New weights of a cell, drawn as torch draws them; the bias of the second block, the forget gate's, is set."""
    shapes = {"W_x": (blocks * h, m), "W_h": (blocks * h, h), "b": (blocks * h,)}
    new = {k: (2 * torch.rand(s, generator=made) - 1) / math.sqrt(h) for k, s in shapes.items()}
    new["b"][h : 2 * h] = forget
    return {name: value.requires_grad_() for name, value in new.items()}


# %% tags=["experiment"]
figure, axes = plots.figure(height=2.8)
for number, forget in enumerate((0.0, 1.0, 3.0)):
    fresh = C[rows].clone().requires_grad_()  # (40, 200, m)
    none = torch.zeros(200, 64)
    hs, _ = mine.lstm(drawn(128, 64, forget=forget), fresh, none, none)
    (slope,) = torch.autograd.grad(hs[-1].sum(), fresh)
    far = slope.norm(dim=2).mean(1).flip(0)
    axes.semilogy(
        far / far[0], **plots.line(number), label=f"forget bias {forget:g}: {float(far[25] / far[0]):.0e} at 25"
    )
axes.legend()
plots.label(axes, "k, words back", "gradient, relative to k = 0", "Before training: how far a new LSTM is taught")
plots.show(
    figure,
    "The gradient of an untrained LSTM by distance: it falls fast with forget bias 0, slower with 1, hardly with 3.",
)

# %% [markdown]
# ### Two gates instead of three

# %% [markdown]
# Kyunghyun Cho and colleagues (2014) asked what can be left out. Their **gated recurrent unit** has no separate cell and no output gate, and one gate does the work of two: what is not kept is written.
#
# $$r = \sigma(r_x + r_h), \quad z = \sigma(z_x + z_h), \quad n = \tanh(n_x + r \odot n_h), \quad h_t = (1 - z) \odot n + z \odot h_{t-1}$$
#
# where $(r_x, z_x, n_x) = W_x x_t + b_x$ and $(r_h, z_h, n_h) = W_h h_{t-1} + b_h$ are blocks of $h$ numbers. $z$ **keeps**. This is torch's form: the reset gate $r$ acts after the product, and so $n_h$ has a bias of its own inside. The table of conventions below has the others.
#
# ```
# W_x = [[0], [0], [1]], W_h = [[0], [0], [2]], b_x = [0, log 3, 0], b_h = [0, 0, 1]:  r = 0.5, z = 0.75
# gru_step(params, x=[[0.0]], h=[[0.5]])   ->  n = tanh(0 + 0.5 * (2 * 0.5 + 1)) = 0.7616,  h = 0.25 * 0.7616 + 0.75 * 0.5 = [[0.5654]]
# ```

# %% exercise="gru_step"

# %% tags=["experiment"]
mine = use("gru_step")
cell = {name: value.detach() for name, value in drawn(128, 64, blocks=3).items()}
b = cell.pop("b")
first = torch.randn(200, 64, generator=made).tanh()  # two different pasts, then the same 25 words
print("bias of z   distance of two pasts after 1, 5, 10, 25 words, of 1")
for bias_z in (0.0, 1.0, 3.0):
    b[64:128] = bias_z
    h, other, apart = first, first.roll(1, 0), []
    for x in C[rows[:25]]:  # (200, m)
        h, other = (mine.gru_step(cell | {"b_x": b, "b_h": 0 * b}, x, past) for past in (h, other))
        apart.append(float((h - other).norm(dim=1).mean() / (first - first.roll(1, 0)).norm(dim=1).mean()))
    print(f"{bias_z:9.0f}   " + "".join(f"{apart[k - 1]:10.1e}" for k in (1, 5, 10, 25)))

# %% [markdown]
# The same lesson as for the forget gate. Starting at $z = 0.5$, two different pasts have become the same state after 25 words, and nothing can be learned from their difference; with a bias of 3 a third of it is left.
#
# ### Sentences of different lengths

# %% [markdown]
# Batches of sentences are padded at the end. What has the network read when it has read the sentence? Not `hs[-1]`: for all but the longest sentences that is the state after a row of padding. Pick for each sequence the state after *its* last word. `hs` is (T, B, h), `lengths`
# (B,), each from 1 to T.
#
# ```
# columns of hs: 1, 2, 3 and 4, 5, padding;  lengths = [3, 2]      ->  [[3], [5]]
# ```

# %% exercise="last_states"

# %% [markdown]
# What is it good for? The last state is a *vector of the sentence*, made by a network that only ever learned to predict. Whom does it find near by?

# %% tags=["experiment"]
mine = use("last_states", "lstm")
some = [s for s in validation[:4000] if 5 <= len(s) <= 15]
lengths = torch.tensor([len(s) for s in some])
padded = torch.nn.utils.rnn.pad_sequence([torch.tensor(s) for s in some], padding_value=EOS)  # (15, B)
none = torch.zeros(len(some), C.shape[1])
hs, _ = mine.lstm(weights, C[padded], none, none)
ends = mine.last_states(hs, lengths)  # (B, h)
unit = nn.functional.normalize(ends, dim=1)
for i in (300, 777):
    print(*[" ".join(words[w] for w in some[j]) for j in (unit @ unit[i]).topk(4).indices.tolist()], sep="\n   ")
alike = nn.functional.cosine_similarity(ends, hs[-1])
for behind in (0, 1, 3, 5, 10):
    print(f"{behind:2} words of padding: cosine with hs[-1] {float(alike[15 - lengths == behind].mean()):.2f}")

# %% [markdown]
# A manual finds manuals, and speech finds speech. And see what padding does. After a single word of it `hs[-1]` has little to do with the state that you meant, and no error message tells you so.

# %% [markdown]
# A second network may read the sentence from its end. Its input is each sequence **reversed within its own length**; the padding stays behind, where it was. A plain `xs.flip(0)` would feed it the padding first.
#
# ```
# columns 1, 2, 3 and 4, 5, 0;  lengths = [3, 2]      ->  columns 3, 2, 1 and 5, 4, 0
# ```

# %% exercise="reverse_padded"

# %% [markdown]
# **Both directions.** Run one LSTM forwards and another on the reversed sequences, turn the second one's answers round again, and set the two side by side: $2h$ numbers for each word, which know what comes before *and* after. At padding they are 0. And `last`, the
# vector of the sentence, is what each of them held when it had read everything: the forward one after word `length`, the backward one after the *first*. The states start at zero.
#
# The backward state at the last word, which `outputs[-1]` would give, has read one word of the sentence. An easy mistake, and all shapes are right.

# %% exercise="bidirectional"

# %% [markdown]
# A language model may not look ahead, but a tagger may. Twelve tags, 4,000 sentences, two readings: here is an LSTM of 64 units that reads forwards against two of 32, one in each direction. Both have the same width, and the second has fewer weights.

# %% tags=["experiment"]
tags_of = brown().split().train.universal_tags
names = sorted({tag for tags in tags_of for tag in tags})
pairs = [(s, [names.index(t) for t in tags]) for s, tags in zip(text, tags_of, strict=True) if 0 < len(s) <= 20]


def batch(some):
    """(T, B, m) vectors, (B,) lengths and (T, B) tags, -1 at padding."""
    ids, tags = ([torch.tensor(row) for row in side] for side in zip(*some, strict=True))
    pad = torch.nn.utils.rnn.pad_sequence
    return C[pad(ids, padding_value=EOS)], torch.tensor([len(s) for s in ids]), pad(tags, padding_value=-1)


# %% tags=["experiment"]
mine = use("lstm", "bidirectional")


def tagger(both):
    """Train for two readings of 4,000 sentences; the share of right tags in 1,000 others."""
    cells = [drawn(128, 32, forget=1.0) for _ in range(2)] if both else [drawn(128, 64, forget=1.0)]
    U = torch.zeros(len(names), 64, requires_grad=True)

    def scores(xs, lengths):
        none = torch.zeros(xs.shape[1], 64)
        return (mine.bidirectional(*cells, xs, lengths) if both else mine.lstm(*cells, xs, none, none))[0] @ U.T

    optimizer = torch.optim.Adam([U, *(w for cell in cells for w in cell.values())], lr=0.01)
    for k in [*range(0, 4000, 50)] * 2:
        xs, lengths, tags = batch(pairs[k : k + 50])
        loss = nn.functional.cross_entropy(scores(xs, lengths).flatten(0, 1), tags.flatten(), ignore_index=-1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    xs, lengths, tags = batch(pairs[-1000:])
    return float((scores(xs, lengths).argmax(2) == tags)[tags >= 0].double().mean())


for both in (False, True):
    print(f"{'both directions' if both else 'forwards':16} {100 * tagger(both):.1f}% of the tags are right")

# %% [markdown]
# What comes after a word tells more about its tag than twice the width does. Chapter 12 builds its language model in this way, with one network for each direction.

# %% [markdown]
# ### Text that goes on

# %% [markdown]
# So far every sentence of this chapter began with a state of zeros. But a text is not a bag of sentences: who *she* is was said on the page before. Chapter 05's `train_truncated` read the text in one go and let the state pass from chunk to chunk. That is called **stateful**, and it needs batches of a special kind, which were given to you there.
#
# Cut the text into $B$ pieces of equal length, one for each *column*, and read them side by side, $T$ words at a time. Column $b$ of a batch must go on where column $b$ of the batch before it stopped. The target of each word is the next one, also at the border of two batches.
# Of $N$ words the first $(N-1) // B \cdot B$ are read; the last batch may be shorter.
#
# ```
# contiguous_batches(0 1 2 .. 10, B=2, T=3)
#    inputs [[0, 5], [1, 6], [2, 7]]     targets [[1, 6], [2, 7], [3, 8]]
#    inputs [[3, 8], [4, 9]]             targets [[4, 9], [5, 10]]
# ```

# %% exercise="contiguous_batches"

# %% tags=["experiment"]
mine = use("contiguous_batches")
common, (short, _, held_out) = ngrams.encode_splits([part.sentences for part in brown().split()], min_count=40)
stream = recurrent.stream(short)  # one row of numbers, </s> between sentences
B, T = 32, 20
batches = list(mine.contiguous_batches(stream, B, T))
print(f"{len(stream):,} words, {len(common):,} different ones -> {len(batches)} batches of {B} columns and {T} steps")
for k in (0, 1):
    print(f"batch {k}, column 5:", *[common[w] for w in batches[k][0][:, 5].tolist()])

# %% [markdown]
# **What may pass?** Two things happen to a state between two batches. It is *detached*, as in chapter 05: the numbers pass, their history does not, or the gradient of the thousandth batch would run back to the first. Both parts of it: if only $h$ is detached, the graph hangs on by $c$. And where a new document begins, that column
# starts from zero: an article on baseball should not go on where one on taxes ended. `new` is (B,), true in those columns. $h$ and $c$ are (B, h) or, with layers, (layers, B, h). The state that was given stays as it is.
#
# ```
# carry((h=[[1], [2]], c=[[3], [4]]), new=[False, True])      ->  h [[1], [0]], c [[3], [0]]
# ```

# %% exercise="carry"

# %% [markdown]
# **The model.** A table, an LSTM, and scores. Both ends of it are tables of words: $C$ turns a word into a vector, $U$ of chapter 03 gave each word's vector a score. Press and Wolf, and Inan and colleagues (both 2017), use one for both: $y = C h + d$, with the bias $d$ of chapter 05. That saves nearly half of all numbers, and
# every word is learned twice. The price: the LSTM must be as wide as the word vectors.
#
# Your class has three parts of these names: `embedding`, an `nn.Embedding` of $V$ words and $m$ numbers, drawn evenly from −0.1 to 0.1; `lstm`, an `nn.LSTM` of $m$ in, $m$ units and so many layers; `bias`, (V,), zeros. Called with words (T, B) and a state, or `None` for zeros, it returns the scores (T, B, V) and the state after the last step.

# %% exercise="TiedLSTM"

# %% tags=["experiment"]
mine = use("TiedLSTM")
filled = mine.TiedLSTM(len(words), 128, 1)
filled.load_state_dict({name.replace("cell", "lstm"): value for name, value in p.items()})  # the shipped weights fit
size, table = sum(w.numel() for w in filled.parameters()), C.numel()
print(f"{size:,} numbers, {table / size:.0%} of them in the table; with a second one for the scores {size + table:,}")

# %% [markdown]
# **Dropout** for recurrent networks. Chapter 03 left out each number with probability `rate` and divided the rest by `1 - rate`. In a recurrent network a *new* mask at each step is noise that adds up along the sequence. Gal and Ghahramani (2016) draw one mask for each sequence (each column $b$ has its own) and keep it for all steps: the network learns to do
# without certain units, not to live with flicker. `x` is (T, B, h); in evaluation it comes back unchanged. All chance comes from `generator`.

# %% exercise="variational_dropout"

# %% tags=["experiment"]
mine = use("variational_dropout")
x = C[rows[:20, :1], :40]  # (20, 1, 40): twenty words of one sentence, forty numbers each
flicker = nn.functional.dropout(x, 0.3)
constant = mine.variational_dropout(x, 0.3, True, Generator().manual_seed(2))
figure, panels = plots.figure(columns=2, width=8.4, height=2.9)
for axes, out, title in zip(panels, (flicker, constant), ("a new mask each step", "one mask a sequence"), strict=True):
    axes.imshow((out != 0)[:, 0].numpy(), aspect="auto", cmap="Greys_r", vmin=-1)
    axes.grid(False)
    axes.set_yticks([0, 5, 10, 15])
    plots.label(axes, "number of the vector", "word, from 0", title)
plots.show(
    figure, "What dropout leaves: scattered dots with a new mask at each step, whole columns with one mask a sequence."
)

# %% [markdown]
# **Train.** `batches` are triples: inputs and targets (T, B), and `new` (B,), the columns in which a document begins with this batch. The state that the last batch left goes through your `carry` and into the model; the first batch has none: call the model with `None`. Then the loss, the way back, the
# gradient clipped to the norm `limit`, a step of Adam. Targets equal to `ignore` do not count. The model is in training mode from the first step on, and is left so. Return the list of losses, as plain numbers.

# %% exercise="train_stateful"

# %% [markdown]
# Now everything together: your model, your batches, your training, one reading of Brown with the small vocabulary of chapter 03's experiment. Documents are numbered and cut in the same way as the words, so a column starts anew at the first batch that begins in another document.

# %% tags=["experiment"]
mine = use("contiguous_batches", "TiedLSTM", "train_stateful")
of = [i for i, d in enumerate(brown().split().train.documents) for s in short[d.start : d.stop] for _ in (*s, EOS)]
begins = torch.stack([d[0] for d, _ in mine.contiguous_batches(torch.tensor([0, *of]), B, T)])  # (batches, B)
new = torch.cat([torch.ones(1, B, dtype=torch.bool), begins[1:] != begins[:-1]])
torch.manual_seed(1)
model = mine.TiedLSTM(len(common), 96, 1)
marked = [(*pair, columns) for pair, columns in zip(batches, new, strict=True)]
losses = mine.train_stateful(model, marked, rate=0.006, limit=1.0)
losses += mine.train_stateful(model, marked[-150:], rate=0.0008, limit=1.0)  # the end once more, in small steps
print(
    f"first loss {losses[0]:.3f}, log V {math.log(len(common)):.3f}; the last 100 {sum(losses[-100:]) / 100:.3f} nats"
)

# %% [markdown]
# One question remains, and it is the subject of this chapter's claim. You have trained with the state carried over. How do you *measure*: with the state of the words before, or from zero in every batch?
#
# `position_losses` gives the mean loss for each step of the batch, (T,): the first word of all batches and columns, the second, and so on. Evaluation mode, no gradients; afterwards the model is in the mode it was in. `carried=False` starts every batch from zero. A shorter last batch counts for the positions that it has.

# %% exercise="position_losses"

# %% tags=["experiment"]
mine = use("contiguous_batches", "position_losses")
asked = list(mine.contiguous_batches(recurrent.stream(held_out[:6000]), 16, 32))
figure, axes = plots.figure(height=2.9)
for number, carried in enumerate((True, False)):
    curve = mine.position_losses(model, asked, carried)
    ppl = math.exp(float(curve.mean()))
    axes.plot(
        range(32), curve.exp(), **plots.line(number), label=f"{'carried' if carried else 'zero'}: {ppl:.1f} in all"
    )
axes.legend(title="the state at position 0")
plots.label(axes, "position in the batch (words)", "perplexity", "Where does a zero state hurt?")
plots.show(
    figure,
    "Perplexity by position in a batch of 32 steps: from a zero state the first words are far worse, and later the curves meet.",
)
print(f"Kneser–Ney, n = 4: {ngrams.estimate(short, 4, len(common)).perplexity(held_out[:6000]):.1f}")

# %% [markdown]
# One reading of the text, and the LSTM is below Kneser–Ney. But look at the left end of the curve. From a state of zeros the first word of a batch is by far the worst, and the next few suffer; after fifteen words it hardly matters any more where the state began. This network has met zeros only where documents begin. What if it had been
# trained with zeros in every batch? That is the claim of section 6.

# %% [markdown]
# ## 5 · See it work
#
# What do the units of the shipped LSTM do? Here is one unit along a text: its three gates, and below them the cell and what is let out of it. The numbers come from *your* `lstm_step`, which is asked a few questions at each word to bring the gates to light. The slider goes from the slowest unit to the quickest. Type a text of your own: look for units that
# count the words of a sentence, wait for a full stop, or open at a name.

# %% tags=["experiment"]
from ngram2bert.widgets import gate_explorer

mine = use("lstm_step")
texts = """The man who saw the boys in the room was not sure that they were there . He went out .
The results of the last test of the new system are not known .
`` I do not know '' , she said , `` what they want '' .""".splitlines()
gate_explorer(mine.lstm_step, [weights], C, words, texts)

# %% tags=["experiment"]
for row in trained.sample(4, 22, Generator().manual_seed(6)).tolist():
    print("-", *[words[w] for w in row if w != EOS])

# %% [markdown]
# ### What is the memory worth?
#
# `rnn_lm` was trained sentence by sentence, `lstm_lm` on the text as one stream. Both can be read in both ways.

# %% tags=["experiment"]
for name, each in (("RNN", plain), ("LSTM", trained)):
    alone, through = (each.perplexity(test[:300], carried=way) for way in (False, True))
    print(f"{name:5} from zero in each sentence {alone:6.1f}     carried through the text {through:6.1f}")

# %% [markdown]
# Sentence by sentence the two are close: most sentences are over before a long memory pays. Carried, the LSTM gains a great deal. What it carries across a full stop is hardly grammar; it is the matter at hand: who is spoken of, in what tone, about what. The RNN gets *worse*: it never met a state at the beginning of a sentence. A network can only use what it was trained with.

# %% [markdown]
# ### Conventions
#
# Weights of one library, read with the rules of another, give numbers of the right shape and no error. Most of these lines are run below.
#
# | | papers | torch | Keras | here |
# |---|---|---|---|---|
# | blocks of an LSTM | | i, f, g, o | i, f, c, o: the same | i, f, g, o (ONNX has i, o, f, c) |
# | biases of an LSTM | one | two, which are added | one | one |
# | forget gate at the start | none (1997), open (2000) | biases around 0 | bias 1 | up to you |
# | reset gate of a GRU | before the product (Cho 2014) | after it | after; before with `reset_after=False` | after |
# | gate $z$ of a GRU | keeps (Cho); writes (Chung 2014) | keeps | keeps | keeps |
# | batches | | (T, B), or `batch_first` | (B, T) | (T, B) |
# | last state, both directions | after the whole sequence | `h_n` yes; `output[-1]` no | yes | `last` |
# | dropout | one mask a sequence (Gal 2016) | between layers, a new mask each step | one mask a sequence | one mask a sequence |

# %% tags=["experiment"]
mine = use("lstm", "contiguous_batches")
inputs, targets = next(iter(mine.contiguous_batches(recurrent.stream(test[:120]), 20, 1000)))  # (L, 20), all at once


def perplexity(changed, inputs=inputs, targets=targets):
    """Of the shipped LSTM with other weights, or fed otherwise."""
    none = torch.zeros(inputs.shape[1], C.shape[1])
    scores = mine.lstm(changed, C[inputs], none, none)[0] @ C.T + bias  # (T, B, V)
    return float(nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten()).exp())


def blocks(order):
    """The weights with their blocks in another order."""
    return {name: torch.cat([value.chunk(4)[k] for k in order]) for name, value in weights.items()}


opened = weights["b"].clone()
opened[128:256] += 1.0
print(f"as it should be                                 {perplexity(weights):12.1f}")
print(f"written as i, o, f, g and read as i, f, g, o    {perplexity(blocks((0, 3, 1, 2))):12.1f}")
print(f"the second bias forgotten                       {perplexity(weights | {'b': p['cell.bias_ih_l0']}):12.1f}")
print(f"a forget bias of 1 added once more              {perplexity(weights | {'b': opened}):12.1f}")
print(f"(T, B) fed as (B, T)                            {perplexity(weights, inputs.T, targets.T):12.1f}")

# %% tags=["experiment"]
mine = use("gru_step", "bidirectional")
gru, x, h = nn.GRU(128, 64), C[rows[0]], first.detach()  # (200, 128), (200, 64)
W_x, W_h, b_x, b_h = (w.detach() for w in gru.parameters())
ours = mine.gru_step({"W_x": W_x, "W_h": W_h, "b_x": b_x, "b_h": b_h}, x, h)
r, z = torch.sigmoid(x @ W_x[:128].T + b_x[:128] + h @ W_h[:128].T + b_h[:128]).chunk(2, dim=1)
n_x = x @ W_x[128:].T + b_x[128:]
after = torch.tanh(n_x + r * (h @ W_h[128:].T + b_h[128:]))
before = torch.tanh(n_x + (r * h) @ W_h[128:].T + b_h[128:])
for name, other in (
    ("torch", gru(x[None], h[None])[0][0].detach()),
    ("reset gate before the product", (1 - z) * before + z * h),
    ("z writes, 1 - z keeps", z * after + (1 - z) * h),
):
    print(f"GRU, largest difference, {name:32}{float((ours - other).abs().max()):.1e}")

# %% tags=["experiment"]
two = nn.LSTM(128, 64, bidirectional=True)
ways = [{"W_x": w[0], "W_h": w[1], "b": w[2] + w[3]} for w in (list(two.parameters())[:4], list(two.parameters())[4:])]
with torch.no_grad():
    _, last = mine.bidirectional(*ways, C[padded], lengths)
    packed = nn.utils.rnn.pack_padded_sequence(C[padded], lengths, enforce_sorted=False)
    h_n = two(packed)[1][0]  # (2, B, h)
    out, (unpacked, _) = two(C[padded])  # padding is read as if it were text
for name, other in (
    ("h_n, packed", torch.cat(list(h_n), 1)),
    ("h_n, padding read", torch.cat(list(unpacked), 1)),
    ("out[-1]", out[-1]),
):
    print(f"both directions, largest difference of `last` from {name:18} {float((last - other).abs().max()):.1e}")

# %% [markdown]
# Blocks in the wrong order shout. The others whisper: without the second bias the network is a little worse, and who would look for a reason? Batch and time exchanged is the meanest: each word is followed by one of another column, and the perplexity only doubles, like that of a model that is badly trained. The GRU has all the right shapes with either rule for $r$, and other
# numbers. And `h_n` is right only for a *packed* batch; `out[-1]` never is, for two directions, even where no sentence is padded.
#
# ## 6 · The claims
#
# ### Hochreiter & Schmidhuber 1997: the adding problem
#
# A sequence of numbers between 0 and 1, two of which are marked: one in the first half, one in the second. At the end the network is to say the sum of the two. It must wait for the marks, keep a number exactly for half of the sequence or longer, and ignore all the rest. Always to answer 1 has a mean squared error of 1/6;
# an answer that is off by less than 0.08 counts as right. (In the paper both marks lie in the first half; this form, of later papers, is learned faster.) Here is a short run: the number must be kept for 30 steps at the least.

# %% tags=["experiment"]
from ngram2bert.claims import adding

sprint = adding.run(lag=30, seeds=[2], sequences=38_400, kinds=("lstm", "rnn"))
print(sprint.table())
predict("adding", "Kept for 100 steps: after how many CPU seconds does the LSTM get 99 of 100 right?", unit="s")

# %% tags=["experiment"]
long_run = adding.committed()
print(long_run.sentence())
reveal("adding", mean(long_run.seconds("lstm")), unit="s")
long_run.plot()

# %% [markdown]
# Look at the shape of the curves. For a long time nothing happens: the network answers 1, as one who knows nothing would. Then it finds the cell, and the error falls a hundredfold within seconds. From outside a plateau and a failure look the same, and that is why one should not stop
# a run too early. `docs/results/06-adding.md` has all seeds, and the plain RNN at another rate.
#
# ### Stateful or stateless: two by two
#
# A network can be *trained* with its state carried from batch to batch, or from zero in every batch. And it can be *read* in both ways. Nothing else is changed: the same text, batches, steps. Four numbers, then, for each length $T$ of the batches. (Pictures and tables call a column's $T$ words a *chunk*, as chapter 05 does, and reading from zero *reset*.)

# %% tags=["experiment"]
predict("zero-state", "Trained carried, T = 32: how much higher is the perplexity read from zero?", unit="%")

# %% tags=["experiment"]
from ngram2bert.claims import stateful

four = stateful.committed()
print(four.table())
carried, fresh = (mean(four.perplexities(32, "stateful", way)) for way in ("carried", "reset"))
reveal("zero-state", 100 * (fresh / carried - 1), unit="%")
four.plot()

# %% tags=["experiment"]
four.plot_memory(32)

# %% [markdown]
# Read carried, a network is better at every length, even one that was trained from zero. Read from zero, the stateful network is the worst of the four: it lacks what the words before would tell it, *and* it starts from a state that it never met. The first picture shows where that is paid, in the first words of each batch; so the longer the batch, the smaller the
# difference. The second shows the reason: the memory of a network that was trained stateful has about one size all its life. Zero is not "nothing known" to it, it is a strange place: four words bring most of that size back, thirty-two not all of it. The network trained from zero starts from the same emptiness and loses less at the first words: it has learned what to do there.
#
# Use the state as you trained it. Where both ways will be asked for, begin some batches from zero in training: one in ten, the row *restart 0.1*, costs nothing when it is read carried and mends a part of the rest. The shipped model was trained so. `docs/results/06-stateful.md` has every position and all seeds.
#
# ### Counting, RNN, GRU, LSTM: who is ahead, and when?

# %% tags=["experiment"]
predict("lstm-crossing", "After how many CPU seconds does the LSTM draw level with Kneser–Ney (n = 5)?", unit="s")

# %% tags=["experiment"]
from ngram2bert.claims import recurrent_race

race = recurrent_race.committed()
reveal("lstm-crossing", mean(race.crossing("lstm")[0]), unit="s")
print(race.sentence())
for kind in race.curves:
    print(f"{kind:5} carried {mean(race.end(kind)):.1f}, from zero every 32 words {mean(race.end(kind, 'reset')):.1f}")
race.plot()

# %% [markdown]
# The n-gram is done in under a second, and for some seconds it is ahead of all. Then each network passes it, ten times sooner than chapter 03's did: these do not compute all 14,116 scores at each step of training, but estimate their sum. (Measured on 8,192 words of running text: hence 149.0 here and 146.7 in chapter 03 for the same n-gram.) Gates cost little here: most of the time goes into the word table, so four blocks in place of one are hardly felt. Carried, LSTM and GRU do not differ by more than seeds do; the plain RNN is behind both. And compare the two figures of each line. Begun
# from zero every 32 words, the LSTM is ahead of the RNN by eight points, the GRU by three; carried, by eighteen and seventeen. Half of the lead and more comes with the state from before those 32 words.
#
# ## 7 · What breaks
#
# **One vector must carry everything.** However long the text, what the model knows of it is one state of fixed size. How much is in it? Take the state after each word and train a small softmax to read off *which word stood k back*, for the forty commonest words. What cannot be read off here is lost for the model too, at
# least for a single layer of weights.

# %% tags=["experiment"]
mine = use("lstm_step", "contiguous_batches")
passage, _ = next(iter(mine.contiguous_batches(recurrent.stream(validation[:1500]), 64, 1000)))  # (T, 64)
h = c = torch.zeros(64, C.shape[1])
both = []
for x in C[passage]:
    h, c = mine.lstm_step(weights, x, h, c)
    both.append(torch.cat([h, c], 1))
held = {"RNN, h": plain.net.hidden(passage)[0], "LSTM, h and c": torch.stack(both)}


# %% tags=["experiment"]
def read_off(state, k, common=43):
    """Share of right guesses of the word k back from the state, in columns that the probe has not seen."""
    asked, facts = passage[: len(passage) - k] < common, state[k:]
    fit, tried = ((asked & (torch.arange(64) % 4 != 0)), (asked & (torch.arange(64) % 4 == 0)))
    probe = nn.Linear(state.shape[2], common)
    optimizer = torch.optim.Adam(probe.parameters(), lr=0.05, weight_decay=0.003)
    for _ in range(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(probe(facts[fit]), passage[: len(passage) - k][fit]).backward()
        optimizer.step()
    return 100 * float((probe(facts[tried]).argmax(1) == passage[: len(passage) - k][tried]).double().mean())


# %% tags=["experiment"]
ks = [0, 1, 2, 3, 5, 8, 12]
figure, axes = plots.figure(height=2.9)
for number, (name, state) in enumerate(held.items()):
    axes.plot(ks, found := [read_off(state, k) for k in ks], **plots.line(number), label=name)
    print(f"{name:14}", "  ".join(f"k = {k}: {share:.0f}%" for k, share in zip(ks, found, strict=True)))
guess = 100 * float(torch.bincount(passage[passage < 43]).max() / (passage < 43).sum())
axes.axhline(guess, color=plots.FAINT, label=f"always the commonest: {guess:.0f}%")
axes.legend()
plots.label(axes, "k, words back (0: the word just read)", "read off correctly (%)", "What one vector still knows")
axes.set_xticks(ks)
plots.show(
    figure,
    "Share of words that can be read off the state by their distance: nearly all of the last word, about as good as guessing from eight words back on.",
)

# %% [markdown]
# Eight words back it is guessing, for both. And the *plain* state knows more of the last words than the LSTM's, which has twice the numbers to put them in. The RNN stirs everything together; the gates let in what pays and drop the rest. Perhaps they dropped it wisely. But what is dropped is gone, and a later word that makes it matter cannot bring it back.
#
# A translator needs exactly that: every word of a sentence, once, at a moment that nobody knows beforehand. Chapter 07 squeezes a sentence into one such vector, watches it fail on long ones, and then keeps **all** the states and lets the network look back at those it needs.
#
# **It cannot be hurried.** $h_{100}$ needs $h_{99}$, which needs $h_{98}$. A hundred processors do not help, and one processor that is good at large products is fed small ones. Beside the LSTM stands one product that does as many multiplications a word, 131,072, for all words at once.

# %% tags=["experiment"]
from timeit import repeat

chain, at_once = nn.LSTM(128, 128).requires_grad_(False), torch.randn(128, 1024)
print("words   steps in a row   LSTM, ms   one product, ms")
for T in (16, 128, 1024):
    x = torch.randn(T, 1, 128)
    slow = min(repeat(lambda x=x: chain(x), number=1, repeat=9))
    quick = min(repeat(lambda x=x: x[:, 0] @ at_once, number=1, repeat=9))
    print(f"{T:5}{T:13}{1000 * slow:15.2f}{1000 * quick:15.2f}")

# %% [markdown]
# On one core the chain of small steps costs more than the large product, but not many times more. On a processor that does thousands of multiplications at once the large product gains from all of them and the chain from few: the LSTM's column stays about what it is.
#
# ### Twenty errors
#
# The same twenty places once more. The LSTM is asked twice: from the beginning of the sentence, and with its state carried over all earlier sentences of the same document.

# %% tags=["experiment"]
from ngram2bert.twenty import followed, from_ngrams, rerun, summary

trigram = ngrams.estimate(text, 3, len(words))
runs = {
    "trigram": rerun(from_ngrams(trigram.next_probs, words, 3)),
    "LSTM": rerun(recurrent.from_recurrent(trained, words)),
    "LSTM, carried": rerun(recurrent.from_recurrent(trained, words, carried=True)),
}
label_errors(runs)
print(summary(runs))
followed("06")

# %% [markdown]
# The earlier sentences help most at *she*: who is spoken of was said before. At *horizontal*, *glasses* and *sites* no model so far comes near: they ask for knowledge of the world, or for luck.

# %% [markdown]
# ### Two questions to think about
#
# **1. Two perplexities for one network.** A colleague trains an LSTM with its state carried. She reports two perplexities on the same test text: one with the state carried through all of it, one with a state of zeros before every 32 words. The second is higher by an eighth.
#
# (a) Where in the 32 words does the difference sit, and what are the *two* reasons for it? (b) A third number would tell the two reasons apart. Which? (c) Her service answers questions of about ten words, each on its own. How should she train, and why is neither of the two numbers the one to report?

# %% [markdown] reflection="two-perplexities" points=3
# (a) In the first few words of each batch. First, information: the words before are missing, so nobody could predict as well. Second, habit: the network was never trained from a state of zeros; to it zeros are a strange state, and it reads
# them as if they said something. The second reason can be avoided, the first cannot.
#
# (b) The perplexity of a network that was *trained* from zero in every batch, read from zero. It lacks the same information but has the habit. What remains between it and the carried one is information; what the stateful network loses
# beyond it is habit. In our table, T = 32: carried 93.0, trained from zero and read from zero 100.6, trained carried and read from zero 104.7. So 7.6 points are information and 4.1 are habit. (Also right: train with the state set to zero now and then, and read both ways.)
#
# (c) As it will be used: sequences of their own, each from zero (or from a start mark), of about that length; stateful training would waste its skill on a context that never comes. Report the perplexity on single questions, each from zero, with all its words
# counted. If documents come in one piece, then the state should be carried, in training and in use, with a reset at each border.
#
# **Rubric.** 1 point: (a) the first positions, missing context *and* a state never met in training (half a point for one of the two). 1 point: (b) stateless training read from zero, or occasional resets, with what the difference means. 1 point: (c) train and measure as it is used.

# %% [markdown]
# **2. A unit by hand.** One unit of an LSTM is to know how many words have passed since the last full stop.
#
# (a) Say for ordinary words and for a full stop what $i$, $f$ and $g$ should be, and which entries of $W_x$ and $b$ make them so. (b) $h = o \tanh(c)$. Up to how many words can the rest of the network tell $n$ from $n + 1$ if $g = 1$, and what would you change? (c) A friend says: "an LSTM has no vanishing and no exploding gradients".
# Correct him, twice.

# %% [markdown] reflection="counter" points=3
# (a) Ordinary words: $i \approx 1$, $f \approx 1$, $g$ = a constant step $s$. Full stop: $f \approx 0$ and $i \approx 0$, so the cell is emptied and nothing is written. With the input holding a 1 for "full stop": $b_i = b_f = 5$ (sigmoid 0.993), the entries of $W_x$ from that input to $a_i$ and
# $a_f$ −10 or less (sigmoid of −5 is 0.007), $b_g = \operatorname{artanh}(s)$, all other entries 0; $W_h = 0$: the unit needs no feedback.
#
# (b) tanh(1) = 0.762, tanh(2) = 0.964, tanh(3) = 0.995, tanh(4) = 0.999: after three or four words it is all the same. Take a smaller step, $s = 0.05$ say: tanh is nearly straight up to about 1, so twenty words or so are told apart well. But the smaller the
# step, the finer the differences that the scores must see; and with $f = 0.993$ the count leaks: it settles at about $s / (1 - f)$ (with $i = 0.993$ a shade below), about 150 steps' worth. Also right: several units with different steps.
#
# (c) Vanishing: along the cell the gradient is the product of the forget gates. It vanishes where they are below 1, and it should, since that is what forgetting means; with $f = 0.5$ everywhere the LSTM is worse than a plain RNN with weight 0.9. Exploding: there is still the way through $W_h$ and the gates, a product of matrices as ever, and nothing bounds
# it. That is why `train_stateful` clips.
#
# **Rubric.** 1 point: (a) right gates in both cases and weights that produce them. 1 point: (b) saturation after three or four, and a smaller step (or another output) as the remedy. 1 point: (c) both corrections (half a point each).

# %% [markdown]
# ## 8 · Go further
#
# - **Open exercise.** Peepholes: let the gates see the cell itself, not only $h$ (Gers & Schmidhuber 2000). Three more vectors of weights. Do they help on the adding problem?
# - **Open exercise.** Set the state to zero with probability 0.05 before each batch while you train. What becomes of the four numbers?
# - **Open exercise.** Couple the gates, $i = 1 - f$, as a GRU does. A quarter of the weights is gone. What is lost?
# - Hochreiter & Schmidhuber 1997, *Long Short-Term Memory*: section 3 for the argument, 5.4 for the adding problem. It has no forget gate.
# - Gers, Schmidhuber & Cummins 2000, *Learning to Forget*: why a cell that only adds drowns on a text that does not end.
# - Cho et al. 2014, *Learning Phrase Representations using RNN Encoder–Decoder*: the GRU stands in section 2.3; the rest is chapter 07.
# - Jozefowicz, Zaremba & Sutskever 2015, *An Empirical Exploration of Recurrent Network Architectures*: ten thousand cells, and one bias.
# - Gal & Ghahramani 2016, *A Theoretically Grounded Application of Dropout in Recurrent Neural Networks*: read section 4 and the figure of masks.
# - Zaremba, Sutskever & Vinyals 2014, *Recurrent Neural Network Regularization*: the recipe for stateful training, in two pages.
# - **Next.** One network reads a sentence into one vector, another writes it out in another language; and then we let it look back. Chapter 07.
