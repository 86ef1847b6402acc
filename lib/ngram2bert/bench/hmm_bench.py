"""Hidden Markov models: tagging Brown beside NLTK's taggers; Viterbi and a step of EM beside hmmlearn's.

NLTK's HMM works out a table of all words and all tags when it is first asked; that is not counted. Theirs are asked on
fewer sentences where they are slow: the note says on how many.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import torch

from ..corpora import Brown, brown
from ..hmm import HMM, TnT, viterbi_paths
from ..ngrams import encode_splits
from .clock import Row, missing, timed

NO_NLTK = "nltk is not installed: pip install nltk"
NO_HMMLEARN = "the module hmmlearn is not installed: pip install hmmlearn"
STATES = 20  # of the model that hmmlearn is compared on
ASKED = 30  # sentences that NLTK's HMM tags


def rows(tokens: int = 800_000, repeats: int = 3, say: Callable[[str], None] = print) -> Iterator[Row]:
    """tokens: of the training text; repeats: of all but NLTK's, the fastest counts; say: told what is under way."""
    train, _, test = brown().split_documents()
    train, test = first(train, tokens), first(test, max(1000, tokens // 8))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield from tagging(train, test, repeats, say)
        yield from algorithms(train, repeats, say)
    finally:
        torch.set_num_threads(threads)


def first(part: Brown, tokens: int) -> Brown:
    """The first documents, until they have so many tokens; all where they never have."""
    held = 0
    for i, document in enumerate(part.documents):
        held += sum(map(len, part.sentences[document.start : document.stop]))
        if held >= tokens:
            return part.select(documents=[chosen.id for chosen in part.documents[: i + 1]])
    return part


def tagging(train: Brown, test: Brown, repeats: int, say: Callable[[str], None]) -> Iterator[Row]:
    """Training and tagging with all of Brown's tags."""
    say("our tagger")
    made: dict[str, Any] = {}

    def learn() -> None:
        made["ours"] = TnT.train(train.sentences, train.tags)

    learning, asking = "training a tagger", "tagging a token"
    trained = timed(learn, repeats)
    tagged = timed(lambda: made["ours"].tag(test.sentences), repeats).each(len(test.tokens))
    if importlib.util.find_spec("nltk") is None:
        for peer in ("NLTK's TnT", "NLTK's HMM"):
            yield missing(asking, peer, tagged, NO_NLTK)
        return
    from nltk.tag.hmm import HiddenMarkovModelTagger
    from nltk.tag.tnt import TnT as Theirs

    text = [list(sentence) for sentence in train.tagged_sentences()]

    def learn_theirs() -> None:
        made["tnt"] = Theirs(C=True)
        made["tnt"].train(text)

    say("NLTK's TnT")
    yield Row(learning, "NLTK's TnT", trained, timed(learn_theirs))
    theirs = timed(lambda: made["tnt"].tagdata([list(s) for s in test.sentences])).each(len(test.tokens))
    yield Row(asking, "NLTK's TnT", tagged, theirs, "the same tags")
    say("NLTK's HMM")
    peer = HiddenMarkovModelTagger.train(text)
    chosen = [list(sentence) for sentence in test.sentences[: 2 * ASKED]]
    peer.tag_sents(chosen)  # its tables are made here, for the words of all that is asked
    few = chosen[:ASKED]
    theirs = timed(lambda: peer.tag_sents(few)).each(sum(map(len, few)))
    yield Row(asking, "NLTK's HMM", tagged, theirs, f"theirs knows no trigrams; on {len(few)} sentences")


def algorithms(train: Brown, repeats: int, say: Callable[[str], None]) -> Iterator[Row]:
    """Viterbi and EM on word numbers, STATES states, sentences as they are."""
    _, (text,) = encode_splits([[list(sentence) for sentence in train.sentences]], 4)
    text = text[:4000]
    vocab, tokens = 1 + max(max(s) for s in text), sum(map(len, text))
    model = HMM.random(STATES, vocab, seed=1)
    model.trans = model.trans / model.trans.sum(2, keepdim=True)
    model.stop = torch.ones_like(model.stop)  # hmmlearn has no end
    say("our Viterbi")
    start, trans, stop, emit = (part[0] for part in model.parameters)
    decoded = timed(lambda: viterbi_paths(start, trans, stop, emit, text), repeats).each(tokens)
    say("our EM")
    fitted = timed(lambda: HMM(*model.parameters).fit(text, 1, end=False), repeats).each(tokens)
    decoding, fitting = f"Viterbi, {STATES} states, a token", f"a step of EM, {STATES} states, a token"
    if importlib.util.find_spec("hmmlearn") is None:
        yield missing(decoding, "hmmlearn", decoded, NO_HMMLEARN)
        yield missing(fitting, "hmmlearn", fitted, NO_HMMLEARN)
        return
    from hmmlearn.hmm import CategoricalHMM

    def peer() -> Any:
        theirs = CategoricalHMM(STATES, init_params="", n_iter=1, tol=-float("inf"), implementation="scaling")
        theirs.n_features = vocab
        theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = start.numpy(), trans.numpy(), emit.numpy()
        return theirs

    column = torch.tensor([word for sentence in text for word in sentence])[:, None].numpy()
    lengths = [len(sentence) for sentence in text]
    say("hmmlearn's Viterbi")
    yield Row(decoding, "hmmlearn", decoded, timed(lambda: peer().decode(column, lengths), repeats).each(tokens))
    say("hmmlearn's EM")
    theirs = timed(lambda: peer().fit(column, lengths), repeats).each(tokens)
    yield Row(fitting, "hmmlearn", fitted, theirs, "both scaled, not in log space")
