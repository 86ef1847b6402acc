"""The definitions once more: every path written out, every sum taken by loops. What the algorithms must equal."""

import itertools

import torch

from ngram2bert.hmm import random_start


def generator(seed):
    return torch.Generator().manual_seed(seed)


def random_model(states, vocab, seed, shut=False):
    """Parameters (start, trans, stop, emit); with `shut`, some moves and words are impossible."""
    start, trans, stop, emit = random_start(states, vocab, generator(seed))
    if shut:
        trans, emit = trans.clone(), emit.clone()
        trans[0, 1] = 0
        emit[-1, 0] = 0
        trans, stop = [part / (trans.sum(1) + stop).reshape(-1, *[1] * (part.dim() - 1)) for part in (trans, stop)]
        emit = emit / emit.sum(1, keepdim=True)
    return start, trans, stop, emit


def path_prob(parameters, words, path):
    start, trans, stop, emit = parameters
    p = start[path[0]] * emit[path[0], words[0]]
    for (i, j), word in zip(itertools.pairwise(path), words[1:], strict=True):
        p = p * trans[i, j] * emit[j, word]
    return float(p * stop[path[-1]])


def paths(parameters, words):
    """{path: p(words, path)} for all K**T paths."""
    states = range(len(parameters[0]))
    return {path: path_prob(parameters, words, path) for path in itertools.product(states, repeat=len(words))}


def counts_of(path, words, states, vocab):
    """start, trans, stop, emit as one path counts them."""
    start, stop = torch.zeros(states).double(), torch.zeros(states).double()
    trans, emit = torch.zeros(states, states).double(), torch.zeros(states, vocab).double()
    start[path[0]], stop[path[-1]] = 1, 1
    for i, j in itertools.pairwise(path):
        trans[i, j] += 1
    for k, word in zip(path, words, strict=True):
        emit[k, word] += 1
    return start, trans, stop, emit


def logs(parameters, words):
    """log_start, log_trans, log_stop, log_obs."""
    start, trans, stop, emit = parameters
    return start.log(), trans.log(), stop.log(), emit.log()[:, torch.tensor(words)].T
