"""Chapter 06: a language model as a module, input and output tied."""

import torch

from autograder.exercises.ch06_common import exercise, numbers
from ngram2bert.lstm.tied import TiedLSTM as _TiedLSTM

TiedLSTM = exercise(
    "TiedLSTM", of=_TiedLSTM, points=3, minutes=13, level=2,
    parts={"scores": 1, "state and layers": 1, "start": 1},
    # weights in; scores, state and gradients out; without weights: how the learner's own start
    probe="""
    def probe(target, init, weights, batches, state=None):
        module = target(**init).double()
        own = {name: value.detach().clone() for name, value in module.state_dict().items()}
        if weights is None:
            table, bias = own.get("embedding.weight"), own.get("bias")
            facts = {
                "names and shapes": {name: list(value.shape) for name, value in own.items()},
                "trained": sorted(name for name, value in module.named_parameters() if value.requires_grad),
                "bias": bias,
            }
            if table is None:
                return facts
            return {
                **facts,
                "embedding.weight lies between -0.1 and 0.1": bool(table.abs().max() <= 0.1),
                "it comes near to both ends": bool(table.max() > 0.08) and bool(table.min() < -0.08),
                "about half of it lies between -0.05 and 0.05": 0.3 < float((table.abs() < 0.05).double().mean()) < 0.7,
                "no two words have the same vector": len(table.unique(dim=0)) == len(table),
            }
        shapes = {name: list(value.shape) for name, value in own.items()}
        wanted = {name: list(value.shape) for name, value in weights.items()}
        if shapes != wanted:
            raise ValueError(f"parameters and shapes are {shapes}, but the task names {wanted}")
        module.load_state_dict(weights)
        scores, total = [], 0.0
        if state is not None:
            state = tuple(part.clone().requires_grad_() for part in state)
        start = state
        for inputs in batches:
            out, state = module(inputs) if state is None else module(inputs, state)
            upstream = torch.cos(torch.arange(out.numel(), dtype=out.dtype) * 1.7 + 0.3).reshape(out.shape)
            total = total + (out * upstream).sum()
            scores.append(out)
        after = [part.detach() for part in state]
        total.backward()
        return {
            "scores": scores, "state": after,
            "gradients": {name: p.grad for name, p in module.named_parameters()},
            "gradients of the state": None if start is None else [part.grad for part in start],
        }
    """,
    hints=["The table turns a word number into m numbers. What does the *same* table do with m numbers, if you "
           "multiply by "
           "its transpose?",
           "Three parts in `__init__`: `nn.Embedding`, `nn.LSTM`, and `nn.Parameter` for the bias. In `forward`: "
           "look up, "
           "run the LSTM with the state, multiply by the table, add the bias.",
           "`hs, state = self.lstm(self.embedding(inputs), state)`, then "
           "`hs @ self.embedding.weight.T + self.bias, state`."])


@TiedLSTM.cases
def _(r):
    def case(r, v, m, layers, sizes, start=0.0):
        shapes = {"bias": (v,), "embedding.weight": (v, m)}
        for k in range(layers):
            shapes |= {f"lstm.weight_ih_l{k}": (4 * m, m), f"lstm.weight_hh_l{k}": (4 * m, m),
                       f"lstm.bias_ih_l{k}": (4 * m,), f"lstm.bias_hh_l{k}": (4 * m,)}
        weights = {name: 0.8 * numbers(r, *shape, start=start + 11.0 * i) for i, (name, shape) in
                   enumerate(shapes.items())}
        batches = [(torch.arange(steps * batch) ** 2 * 3 + k).remainder(v).reshape(steps, batch) if r is None else
                   r.integers(steps, batch, high=v) for k, (steps, batch) in enumerate(sizes)]
        return dict(init=dict(vocab_size=v, m=m, layers=layers), weights=weights, batches=batches)

    def state(r, layers, batch, m, start=0.0):
        return dict(state=[0.6 * numbers(r, layers, batch, m, start=start), 1.4 * numbers(r, layers, batch, m,
                                                                                         start=start + 40)])

    yield "scores", case(None, 3, 1, 1, [(2, 1)])
    yield "scores", case(None, 5, 2, 1, [(3, 2)], start=4)
    yield "scores", case(None, 4, 3, 1, [(2, 2)], start=9)
    yield "state and layers", case(None, 4, 2, 2, [(2, 2), (3, 2)], start=6)
    yield "state and layers", case(None, 5, 2, 1, [(3, 2)], start=31) | state(None, 1, 2, 2)
    yield "state and layers", case(None, 3, 3, 3, [(1, 3), (2, 3)], start=2) | state(None, 3, 3, 3, start=5)
    yield "start", dict(init=dict(vocab_size=60, m=6, layers=1), weights=None, batches=[])
    yield "start", dict(init=dict(vocab_size=50, m=9, layers=2), weights=None, batches=[])
    v, m, batch = 3 + r.below(5), 1 + r.below(4), 1 + r.below(3)
    yield "scores", case(r, v, m, 1, [(2 + r.below(3), batch)])
    yield "state and layers", case(r, v, m, 2, [(2, batch), (1 + r.below(3), batch)]) | state(r, 2, batch, m)
    yield "start", dict(init=dict(vocab_size=60 + r.below(40), m=5 + r.below(5), layers=1 + r.below(3)), weights=None,
                        batches=[])


INIT = "nn.init.uniform_(self.embedding.weight, -0.1, 0.1)"
LAYERS = "self.lstm = nn.LSTM(m, m, layers)"
RUN = "hs, state = self.lstm(self.embedding(inputs), state)"
SCORE = "return hs @ self.embedding.weight.T + self.bias, state"
BIAS = "self.bias = nn.Parameter(torch.zeros(vocab_size))"
TiedLSTM.mistake(
    "an output layer of its own", {BIAS: "self.output = nn.Linear(m, vocab_size)", SCORE:
                                   "return self.output(hs), state"}, "",
    "You score with a second table, `output`. Tied means the embedding's table is used again, and only a bias is "
    "added; the "
    "task names the parameters.")
TiedLSTM.mistake(
    "tied through a Linear", {BIAS: "self.output = nn.Linear(m, vocab_size)\n        self.output.weight = "
                              "self.embedding.weight", SCORE: "return self.output(hs), state"}, "",
    "Sharing the weight of an `nn.Linear` is right in itself, but your parameters are then called `output.weight` and "
    "`output.bias`. The task names them: use `embedding.weight` and a parameter `bias`.")
TiedLSTM.mistake(
    "no bias", {BIAS: "", SCORE: "return hs @ self.embedding.weight.T, state"}, "",
    "There is no bias. One number a word lets frequent words have high scores in any context.")
TiedLSTM.mistake(
    "bias there, but not added", SCORE, "return hs @ self.embedding.weight.T, state",
    "You made a bias and do not add it.")
TiedLSTM.mistake(
    "bias not trained", BIAS, "self.register_buffer(\"bias\", torch.zeros(vocab_size))",
    "Your bias is no parameter, so no optimiser ever sees it: `nn.Parameter`.")
TiedLSTM.mistake(
    "bias starts at random", "torch.zeros(vocab_size)", "torch.randn(vocab_size)",
    "Your bias starts at random. It starts at 0.")
TiedLSTM.mistake(
    "table starts as torch has it", f"        {INIT}\n", "",
    "You leave nn.Embedding's start, normal with deviation 1. The same numbers score the words here, so the first "
    "losses are "
    "far above log V: between -0.1 and 0.1.")
TiedLSTM.mistake(
    "table starts normal", INIT, "nn.init.normal_(self.embedding.weight, std=0.1)",
    "Your table starts normal. The task says evenly between -0.1 and 0.1.")
TiedLSTM.mistake(
    "table starts between 0 and 0.1", INIT, "nn.init.uniform_(self.embedding.weight, 0, 0.1)",
    "Your table starts with positive numbers only. It is -0.1 to 0.1.")
TiedLSTM.mistake(
    "table starts too small", INIT, "nn.init.uniform_(self.embedding.weight, -0.01, 0.01)",
    "Your table starts between -0.01 and 0.01. It is -0.1 to 0.1.")
TiedLSTM.mistake(
    "table starts at 0", INIT, "nn.init.zeros_(self.embedding.weight)",
    "Your table starts at 0. All words are then alike, and stay so for long: start at random.")
TiedLSTM.mistake(
    "batch first", LAYERS, "self.lstm = nn.LSTM(m, m, layers, batch_first=True)",
    "You told `nn.LSTM` that the batch comes first. Inputs are (T, B): it would read across the sequences.")
TiedLSTM.mistake(
    "one layer", LAYERS, "self.lstm = nn.LSTM(m, m)",
    "You leave out `layers`, so there is always one.")
TiedLSTM.mistake(
    "both directions", LAYERS, "self.lstm = nn.LSTM(m, m, layers, bidirectional=True)",
    "You read in both directions. A language model that sees the words to come has nothing to predict.")
TiedLSTM.mistake(
    "no biases in the LSTM", LAYERS, "self.lstm = nn.LSTM(m, m, layers, bias=False)",
    "Your `nn.LSTM` has no biases. Leave torch's settings.")
TiedLSTM.mistake(
    "a plain RNN", LAYERS, "self.lstm = nn.GRU(m, m, layers)",
    "You made a GRU and called it `lstm`: its matrices have three blocks instead of four.")
TiedLSTM.mistake(
    "state ignored", RUN, "hs, state = self.lstm(self.embedding(inputs))",
    "You do not hand `state` on, so every call starts from zeros.")
TiedLSTM.mistake(
    "state of the call before returned", RUN, "hs, _ = self.lstm(self.embedding(inputs), state)\n        state = "
    "state if state is not None else (hs[-1:], hs[-1:])",
    "You return the state that came in. The one after the last step is asked for.")
TiedLSTM.mistake(
    "state not returned", SCORE, "return hs @ self.embedding.weight.T + self.bias",
    "You return the scores alone. The state is asked for as well, to go on from.")
TiedLSTM.mistake(
    "state first", SCORE, "return state, hs @ self.embedding.weight.T + self.bias",
    "You return the state first. The order is scores, state.")
TiedLSTM.mistake(
    "state kept in the module", {BIAS: f"{BIAS}\n        self.state = None", RUN:
                                 "state = self.state if state is None else state\n        hs, state = "
                                 "self.lstm(self.embedding(inputs), None if state is None else (state[0] * 0, "
                                 "state[1]))"},
    "", "You change h before you hand the state to the LSTM. Hand it on as it is.")
TiedLSTM.mistake(
    "the cell dropped", SCORE, "return hs @ self.embedding.weight.T + self.bias, (state[0], "
                               "torch.zeros_like(state[1]))",
    "You return zeros for the cell. h alone is not the memory.")
TiedLSTM.mistake(
    "state detached", SCORE, "return hs @ self.embedding.weight.T + self.bias, tuple(part.detach() for part in state)",
    "Your model detaches the state. That is the training loop's decision: some callers need the gradient through it.")
TiedLSTM.mistake(
    "probabilities", SCORE, "return (hs @ self.embedding.weight.T + self.bias).softmax(2), state",
    "You return probabilities. `cross_entropy` takes scores, and would take the softmax once more.")
TiedLSTM.mistake(
    "log probabilities", SCORE, "return (hs @ self.embedding.weight.T + self.bias).log_softmax(2), state",
    "You return log probabilities. The task asks for the scores as they are.")
TiedLSTM.mistake(
    "scores of the inputs", SCORE, "return self.embedding(inputs) @ self.embedding.weight.T + self.bias, state",
    "You score with the vectors of the inputs, and what the LSTM showed is thrown away.")
TiedLSTM.mistake(
    "a shortcut past the LSTM", SCORE, "return (hs + self.embedding(inputs)) @ self.embedding.weight.T + self.bias, "
                                       "state",
    "You add the input's vector to what the LSTM shows. With a tied table that votes for the same word again.")
TiedLSTM.mistake(
    "last step only", SCORE, "return hs[-1:] @ self.embedding.weight.T + self.bias, state",
    "You score the last step only. Every step predicts its next word: (T, B, V).")
TiedLSTM.mistake(
    "output side does not learn", SCORE, "return hs @ self.embedding.weight.detach().T + self.bias, state",
    "You detach the table where it scores, so it learns from the input side alone. It gets the gradient of both uses.")
TiedLSTM.mistake(
    "input side does not learn", RUN, "hs, state = self.lstm(self.embedding(inputs).detach(), state)",
    "You detach the vectors that go in, so the table learns from the output side alone.")
TiedLSTM.mistake(
    "word 0 as padding", "nn.Embedding(vocab_size, m)", "nn.Embedding(vocab_size, m, padding_idx=0)",
    "You told `nn.Embedding` that word 0 is padding, so it learns nothing as an input. Here 0 is a word like any "
    "other.")
TiedLSTM.mistake(
    "scaled down", SCORE, "return hs @ self.embedding.weight.T / self.embedding.embedding_dim**0.5 + self.bias, state",
    "You divide the scores by the root of m. The task's scores are hs C^T + bias.")
TiedLSTM.mistake(
    "vectors squashed", RUN, "hs, state = self.lstm(torch.tanh(self.embedding(inputs)), state)",
    "You take tanh of the vectors. They go into the LSTM as they are.")
TiedLSTM.mistake(
    "table the wrong way round", "nn.Embedding(vocab_size, m)", "nn.Embedding(m, vocab_size)",
    "Your table is (m, V). It has a row of m numbers for each word.")
TiedLSTM.mistake(
    "dropout between layers", LAYERS, "self.lstm = nn.LSTM(m, m, layers, dropout=0.5 if layers > 1 else 0.0)",
    "You switched on dropout between the layers. The task leaves torch's settings.")
TiedLSTM.also("look-up by index, scores by linear", """
class TiedLSTM(nn.Module):
    def __init__(self, vocab_size, m, layers):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(vocab_size))
        self.lstm = nn.LSTM(input_size=m, hidden_size=m, num_layers=layers)
        self.embedding = nn.Embedding.from_pretrained(torch.rand(vocab_size, m) * 0.2 - 0.1, freeze=False)

    def forward(self, inputs, state=None):
        hs, state = self.lstm(self.embedding.weight[inputs], state)
        return nn.functional.linear(hs, self.embedding.weight, self.bias), state
""")
TiedLSTM.also("step by step", """
class TiedLSTM(nn.Module):
    def __init__(self, vocab_size, m, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, m)
        self.embedding.weight.data.uniform_(-0.1, 0.1)
        self.lstm = nn.LSTM(m, m, num_layers=layers)
        self.bias = nn.Parameter(torch.empty(vocab_size).fill_(0.0))

    def forward(self, inputs, state=None):
        scores = []
        for words in inputs:
            shown, state = self.lstm(self.embedding(words)[None], state)
            scores.append(torch.einsum("bm,vm->bv", shown[0], self.embedding.weight) + self.bias)
        return torch.stack(scores), state
""")
TiedLSTM.also("zeros made by hand", """
class TiedLSTM(nn.Module):
    def __init__(self, vocab_size, m, layers):
        super().__init__()
        self.layers, self.m = layers, m
        self.lstm = nn.LSTM(m, m, layers)
        self.embedding = nn.Embedding(vocab_size, m)
        with torch.no_grad():
            self.embedding.weight[:] = torch.empty(vocab_size, m).uniform_(-0.1, 0.1)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, inputs, state=None):
        x = self.embedding(inputs)
        if state is None:
            zeros = x.new_zeros(self.layers, inputs.shape[1], self.m)
            state = (zeros, zeros)
        hs, (h, c) = self.lstm(x, tuple(state))
        return torch.matmul(hs, self.embedding.weight.t()).add(self.bias), (h, c)
""")
