"""Chapter 02: hidden Markov models. One idea a file, in the order of the chapter.

The functions that learners write, one sentence at a time, in log space:

    supervised    supervised_estimates
    path          path_log_prob
    forward       forward
    backward      backward
    posteriors    posteriors
    viterbi       viterbi
    accuracy      tagging_accuracy
    suffixes      suffix_scores
    trigrams      deleted_interpolation, pair_states
    em            e_step, m_step (and baum_welch, which repeats them)
    random        random_start

What they are given: `ngram2bert.tagging`. The same for use, many sentences at once and scaled: `HMM`, learned from
words alone, `viterbi_paths`, and `TnT`, the tagger of Brants 2000.
"""

from ..tagging import border_trigrams, lexicon, observe, pair_obs, suffix_counts, trigram_probs
from .accuracy import tagging_accuracy
from .backward import backward
from .em import baum_welch, e_step, m_step
from .fast_viterbi import viterbi_paths
from .forward import forward
from .model import HMM
from .path import path_log_prob
from .posteriors import posteriors
from .random import random_start
from .suffixes import suffix_scores
from .supervised import supervised_estimates
from .tnt import TnT
from .trigrams import deleted_interpolation, pair_states
from .viterbi import viterbi

__all__ = [
    "HMM",
    "TnT",
    "backward",
    "baum_welch",
    "border_trigrams",
    "deleted_interpolation",
    "e_step",
    "forward",
    "lexicon",
    "m_step",
    "observe",
    "pair_obs",
    "pair_states",
    "path_log_prob",
    "posteriors",
    "random_start",
    "suffix_counts",
    "suffix_scores",
    "supervised_estimates",
    "tagging_accuracy",
    "trigram_probs",
    "viterbi",
    "viterbi_paths",
]
