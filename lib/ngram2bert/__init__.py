"""Language models from n-grams to BERT: the reference implementations of the course, one small file an idea.

Importing this package imports nothing heavy; each chapter's module brings what it needs:

    from ngram2bert.corpora import brown
"""

__version__ = "0.1.0"
