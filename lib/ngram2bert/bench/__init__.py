"""Our models beside their peers, in one run on one machine: seconds, and the ratio, which travels better.

A bench is a module with `rows(...)`, which returns a list of `Row`. BENCHES names those that `ngram2bert bench` runs.
"""

from .clock import Row, Seconds, missing, timed

BENCHES = {
    "ngrams": "ngram2bert.bench.ngrams_bench",
    "hmm": "ngram2bert.bench.hmm_bench",
    "vectors": "ngram2bert.bench.vectors_bench",
}

__all__ = ["BENCHES", "Row", "Seconds", "missing", "timed"]
