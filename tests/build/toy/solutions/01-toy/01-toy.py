# %% [markdown]
# # A toy chapter
#
# What does a token cost?

# %% tags=["setup"]
from toy_inline import *  # once more does no harm

# %% tags=["given"]
import math
from collections.abc import Sequence

# %% [markdown]
# The cost of a token is the negative logarithm of its probability.
# Write the mean over `probs`.

# %% exercise="cost"

# %% [markdown]
# Use it at once.

# %%
print(f"{mean_cost([0.5, 0.25]):.2f} bits")

# %% [markdown]
# Count words, and their share of all of them.

# %% exercise="tally"

# %% id="picture"
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(2, 1))
axes.bar(["a", "b"], [Tally("aab").share(w) for w in "ab"])
axes.set_ylabel("share of the words")
plt.show()

# %%
import os
import sys
import warnings

print(sys.executable, os.getcwd(), os.environ["NGRAM2BERT_BUILD"], os.environ["OMP_NUM_THREADS"])
print(object())
warnings.warn("look here", stacklevel=1)

# %%
import ipywidgets


def draw(base):
    plt.figure(figsize=(1, 1))
    plt.plot([1, base])
    plt.show()
    print(f"base {base}")


_ = ipywidgets.interact(draw, base=ipywidgets.IntSlider(2, 1, 9))

# %% [markdown]
# ## Think
#
# Why does a mean hide a single word of probability 0?

# %% [markdown] reflection="mean-hides" points=2
# It does not: the mean is infinite as soon as one cost is.
#
# **Rubric.** 1 point for "infinite", 1 point for saying why.
