"""Text in: one function a corpus.

    from ngram2bert.corpora import brown, movie_reviews, cmudict, text_file

    train, validation, test = brown().split()

A corpus is fetched when it is first asked for, checked by SHA-256 and cached in the user's cache folder; after that no
network is needed. `python -m ngram2bert.corpora` fetches and checks all of them, and with `--check` only reports.
WordSim-353, SimLex-999 and the analogies (`wordsim353`, `simlex999`, `analogies`) are small and read where gensim has
them.
Every failure is a `CorpusError`: one line that says what was tried and what to do.
"""

from .brown_corpus import Brown, Document
from .brown_read import brown
from .brown_tags import UNIVERSAL_TAGS, universal_tag
from .errors import CorpusError
from .own_text import LabelledText, OwnText, ParallelText, PlainText, TaggedText, text_file
from .pronunciations import CMUDict, cmudict
from .reviews import MovieReviews, movie_reviews
from .similarity import analogies, simlex999, wordsim353
from .splits import Split
from .state import Status, status
from .tokens import tokenize

__all__ = [
    "UNIVERSAL_TAGS",
    "Brown",
    "CMUDict",
    "CorpusError",
    "Document",
    "LabelledText",
    "MovieReviews",
    "OwnText",
    "ParallelText",
    "PlainText",
    "Split",
    "Status",
    "TaggedText",
    "analogies",
    "brown",
    "cmudict",
    "movie_reviews",
    "simlex999",
    "status",
    "text_file",
    "tokenize",
    "universal_tag",
    "wordsim353",
]
