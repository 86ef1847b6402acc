# Everything happens in bootstrap.py, which Windows runs by itself: python bootstrap.py lab
#
#   make lab                       set up, copy the chapters to work/, open JupyterLab on the first
#   make lab CHAPTER=01-ngrams     another chapter
#   make lab ARGS=--no-browser     print the address instead
#   make demo                      an example class, graded
#   make test ARGS="-k corpora"    options go through to pytest

# The first Python that is new enough; bootstrap.py says what to do when there is none.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
BOOTSTRAP = NGRAM2BERT_MAKE=1 $(PYTHON) bootstrap.py

.PHONY: lab demo test full notebooks claims bench lint lock clean

lab:
	@$(BOOTSTRAP) lab $(CHAPTER) $(ARGS)

demo test full notebooks claims bench lint lock clean:
	@$(BOOTSTRAP) $@ $(ARGS)
