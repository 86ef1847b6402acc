"""Chapter 01: n-gram models. One idea a file, in the order of the chapter.

The functions that learners write, each on two arrays `grams` (U, n) and `counts` (U,):

    vocabulary            encode_splits
    counts                count_ngrams
    mle                   mle
    perplexity            perplexity
    add_k                 add_k
    interpolation         order_probs, em_weights
    discounting           absolute_discounting
    continuation          continuation_counts
    kneser_ney            kneser_ney
    modified_kneser_ney   three_discounts, modified_kneser_ney
    sampling              sample_sentences

What they are given: `ngram2bert.tables`. The same models made for speed, estimated once and asked often: `estimate`,
which gives a `BackoffModel` or a `MixtureModel`, and `write_arpa`, `read_arpa`.
"""

from ..tables import by_context, drop_padding, lookup, row_numbers, unique_rows
from .add_k import add_k
from .arpa import read_arpa, write_arpa
from .backoff import BackoffModel
from .continuation import continuation_counts
from .counts import count_ngrams
from .discounting import absolute_discounting
from .estimate import METHODS, estimate
from .interpolation import em_weights, order_probs
from .kneser_ney import kneser_ney
from .mixture import MixtureModel
from .mle import mle
from .model import NgramModel
from .modified_kneser_ney import modified_kneser_ney, three_discounts
from .ngram_counts import NgramCounts
from .perplexity import perplexity
from .sampling import sample_sentences
from .vocabulary import BOS, EOS, UNK, encode_splits

__all__ = [
    "BOS",
    "EOS",
    "METHODS",
    "UNK",
    "BackoffModel",
    "MixtureModel",
    "NgramCounts",
    "NgramModel",
    "absolute_discounting",
    "add_k",
    "by_context",
    "continuation_counts",
    "count_ngrams",
    "drop_padding",
    "em_weights",
    "encode_splits",
    "estimate",
    "kneser_ney",
    "lookup",
    "mle",
    "modified_kneser_ney",
    "order_probs",
    "perplexity",
    "read_arpa",
    "row_numbers",
    "sample_sentences",
    "three_discounts",
    "unique_rows",
    "write_arpa",
]
