"""Chapter 04: word vectors, by predicting and by counting. One idea a file.

What learners write:

    subsampling     keep_probability
    windows         skipgram_pairs
    noise           noise_distribution, draw_noise
    skipgram        skipgram_loss, skipgram_step
    cbow            cbow_loss
    cooccurrence    cooccurrence
    ppmi            ppmi
    svd             svd_vectors
    glove           glove_loss
    analogies       analogy
    similarity      rank_correlation, pair_similarity

Beside it: `train_vectors`, all four methods made for speed, with their `Settings`; `WordVectors`, a finished table and
what one asks of it. In files of their own: `reviews`, the training text, and `bag`, a language model of a bag of words.
"""

from .analogies import analogy
from .cbow import cbow_loss
from .cooccurrence import cooccurrence
from .glove import glove_loss
from .noise import draw_noise, noise_distribution
from .ppmi import ppmi
from .settings import METHODS, Settings
from .similarity import pair_similarity, rank_correlation
from .skipgram import skipgram_loss, skipgram_step
from .subsampling import keep_probability
from .svd import svd_vectors
from .train import train_vectors
from .windows import skipgram_pairs
from .word_vectors import WordVectors

__all__ = [
    "METHODS",
    "Settings",
    "WordVectors",
    "analogy",
    "cbow_loss",
    "cooccurrence",
    "draw_noise",
    "glove_loss",
    "keep_probability",
    "noise_distribution",
    "pair_similarity",
    "ppmi",
    "rank_correlation",
    "skipgram_loss",
    "skipgram_pairs",
    "skipgram_step",
    "svd_vectors",
    "train_vectors",
]
