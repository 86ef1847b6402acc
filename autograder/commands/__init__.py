"""The commands of `ngram2bert`, a module each; `autograder.cli` says what a module must have."""
