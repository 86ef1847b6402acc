"""Chapter 04: word vectors. Its graded exercises, in the order of the chapter."""

from autograder.exercises import (
    ch04_analogies,
    ch04_cbow,
    ch04_cooccurrence,
    ch04_draw,
    ch04_glove,
    ch04_noise,
    ch04_ppmi,
    ch04_ranks,
    ch04_similarity,
    ch04_skipgram,
    ch04_step,
    ch04_subsampling,
    ch04_svd,
    ch04_windows,
)

keep_probability = ch04_subsampling.keep_probability
skipgram_pairs = ch04_windows.skipgram_pairs
noise_distribution = ch04_noise.noise_distribution
draw_noise = ch04_draw.draw_noise
skipgram_loss = ch04_skipgram.skipgram_loss
skipgram_step = ch04_step.skipgram_step
cbow_loss = ch04_cbow.cbow_loss
cooccurrence = ch04_cooccurrence.cooccurrence
ppmi = ch04_ppmi.ppmi
svd_vectors = ch04_svd.svd_vectors
glove_loss = ch04_glove.glove_loss
analogy = ch04_analogies.analogy
rank_correlation = ch04_ranks.rank_correlation
pair_similarity = ch04_similarity.pair_similarity
