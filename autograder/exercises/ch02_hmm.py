"""Chapter 02: hidden Markov models. Its graded exercises, in the order of the chapter."""

from autograder.exercises import (
    ch02_accuracy,
    ch02_backward,
    ch02_e_step,
    ch02_forward,
    ch02_interpolation,
    ch02_m_step,
    ch02_pairs,
    ch02_path,
    ch02_posteriors,
    ch02_random_start,
    ch02_suffixes,
    ch02_supervised,
    ch02_viterbi,
)

supervised_estimates = ch02_supervised.supervised_estimates
path_log_prob = ch02_path.path_log_prob
forward = ch02_forward.forward
backward = ch02_backward.backward
posteriors = ch02_posteriors.posteriors
viterbi = ch02_viterbi.viterbi
tagging_accuracy = ch02_accuracy.tagging_accuracy
suffix_scores = ch02_suffixes.suffix_scores
deleted_interpolation = ch02_interpolation.deleted_interpolation
pair_states = ch02_pairs.pair_states
e_step = ch02_e_step.e_step
m_step = ch02_m_step.m_step
random_start = ch02_random_start.random_start
