# %% [markdown]
# # Zipf's law
#
# A few words are very frequent, most are rare. How rare?

# %% tags=["setup"]
from autograder.inline import *  # run me first

# %% [markdown]
# Rank the words of a text. `rank_counts(["b", "a", "b"])` is `[("b", 2), ("a", 1)]`.

# %% exercise="rank_counts"

# %%
mine = use("rank_counts")
print(mine.rank_counts(list("abracadabra")))

# %% [markdown]
# **Think.** The product of rank and count is nearly constant. What does that say of a word you have never seen?

# %% [markdown] reflection="never-seen" points=2
# There are very many such words, and together they are not rare.
#
# **Rubric.** 1 point for many, 1 point for the share of the text.
