"""Chapter 01: n-grams. Its graded exercises, in the order of the chapter."""

from autograder.exercises import (
    ch01_add_k,
    ch01_continuation,
    ch01_counting,
    ch01_discounting,
    ch01_em,
    ch01_kneser_ney,
    ch01_modified,
    ch01_perplexity,
    ch01_sampling,
    ch01_three_discounts,
    ch01_vocabulary,
)

count_ngrams = ch01_counting.count_ngrams
mle = ch01_counting.mle
perplexity = ch01_perplexity.perplexity
encode_splits = ch01_vocabulary.encode_splits
add_k = ch01_add_k.add_k
em_weights = ch01_em.em_weights
absolute_discounting = ch01_discounting.absolute_discounting
continuation_counts = ch01_continuation.continuation_counts
kneser_ney = ch01_kneser_ney.kneser_ney
three_discounts = ch01_three_discounts.three_discounts
modified_kneser_ney = ch01_modified.modified_kneser_ney
sample_sentences = ch01_sampling.sample_sentences
