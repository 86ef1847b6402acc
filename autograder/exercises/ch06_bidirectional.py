"""Chapter 06: two LSTMs, one from each end."""

import torch

from autograder.exercises.ch06_common import exercise, lstm_weights, numbers
from ngram2bert.lstm.bidirectional import bidirectional as _bidirectional

bidirectional = exercise(
    "bidirectional", of=_bidirectional, points=3, minutes=15, level=3,
    builds_on=["lstm", "last_states", "reverse_padded"],
    parts={"one length": 1, "padding": 2}, forbids=["lstm", "lstm_cell"],
    hints=["What must the backward LSTM read first, the padding or the last real word? And where does its state stand "
           "that has read everything?",
           "Run `lstm` on xs and on `reverse_padded(xs, lengths)`. What comes out of the second is in its own order: "
           "take "
           "its last states there, and turn it back before you join it to the first.",
           "`back, _ = lstm(backward_params, reverse_padded(xs, lengths), zeros, zeros)`; `last` joins "
           "`last_states(ahead, lengths)` and `last_states(back, lengths)`; `outputs` joins `ahead` and "
           "`reverse_padded(back, lengths)`, then zeros where `torch.arange(len(xs))[:, None] >= lengths`."])


@bidirectional.cases
def _(r):
    def case(r, steps, m, h, lengths, start=0.0):
        lengths = torch.as_tensor(lengths)
        return dict(forward_params=lstm_weights(r, m, h, start), backward_params=lstm_weights(r, m, h, start + 100),
                    xs=numbers(r, steps, len(lengths), m, start=start + 60), lengths=lengths)

    yield "one length", case(None, 2, 1, 1, [2])
    yield "one length", case(None, 3, 2, 2, [3, 3], start=4)
    yield "one length", case(None, 1, 3, 2, [1, 1], start=9)
    yield "padding", case(None, 3, 1, 1, [1, 3])
    yield "padding", case(None, 4, 2, 3, [2, 4, 3], start=21)
    yield "padding", case(None, 4, 2, 2, [3, 1], start=12)  # the table is longer than the longest
    yield "one length", case(r, 3, 1 + r.below(3), 1 + r.below(3), [3] * (1 + r.below(3)))
    lengths = r.integers(2 + r.below(3), low=1, high=5)
    lengths[0] = 2
    yield "padding", case(r, 4, 1 + r.below(3), 1 + r.below(3), lengths)


BACK = "back, _ = lstm(backward_params, reverse_padded(xs, lengths), zeros, zeros)"
LAST = "last = torch.cat([last_states(ahead, lengths), last_states(back, lengths)], dim=1)"
OUTPUTS = "outputs = torch.cat([ahead, reverse_padded(back, lengths)], dim=2)"
RETURN = "return outputs.masked_fill(padding[:, :, None], 0), last"
bidirectional.mistake(
    "the backward direction's last from the last step", {LAST: "", OUTPUTS: f"{OUTPUTS}\n    last = "
                                                                            f"last_states(outputs, "
                                                         "lengths)"}, "",
    "Your backward half is that of the last real step, where the backward LSTM has read one word only. It has read "
    "all of "
    "them at step 0, which is the last step of its *own* run.")
bidirectional.mistake(
    "both from step 0", {LAST: "", OUTPUTS: f"{OUTPUTS}\n    last = outputs[0]"}, "",
    "You take both halves from step 0. That is right for the backward LSTM; the forward one has read one word there.")
bidirectional.mistake(
    "last row for both", {LAST: "", OUTPUTS: f"{OUTPUTS}\n    last = outputs[-1]"}, "",
    "You take `outputs[-1]`: padding for a short sequence, and for the backward LSTM the step where it has only begun.")
bidirectional.mistake(
    "forward's last row", "[last_states(ahead, lengths), last", "[ahead[-1], last",
    "You take the forward LSTM's last row, where it has read the padding too. Its last real step is length - 1.")
bidirectional.mistake(
    "backward's last row", "last_states(back, lengths)], dim=1", "back[-1]], dim=1",
    "You take the last row of the backward run, where it has read the padding behind the sequence. It has read the "
    "whole "
    "sequence after `length` steps.")
bidirectional.mistake(
    "padding read first", BACK, "back, _ = lstm(backward_params, xs.flip(0), zeros, zeros)",
    "You turn the padded table round by `flip`, so the backward LSTM reads padding before it reads a word. "
    "`reverse_padded` turns each sequence within its length.")
bidirectional.mistake(
    "flip there and back", {BACK: "back, _ = lstm(backward_params, xs.flip(0), zeros, zeros)", LAST:
                            "last = torch.cat([last_states(ahead, lengths), back[-1]], dim=1)", OUTPUTS:
                            "outputs = torch.cat([ahead, back.flip(0)], dim=2)"}, "",
    "You read the padded table from its end, padding first: then the padding changes every state. Reverse each "
    "sequence "
    "within its length.")
bidirectional.mistake(
    "not turned back", OUTPUTS, "outputs = torch.cat([ahead, back], dim=2)",
    "You join the backward states in their own order, so step 0 has what belongs to the last word. Turn them back "
    "first.")
bidirectional.mistake(
    "turned back by flip", OUTPUTS, "outputs = torch.cat([ahead, back.flip(0)], dim=2)",
    "You turn the backward states back by `flip`, which mixes padding into short sequences. `reverse_padded` undoes "
    "itself.")
bidirectional.mistake(
    "not reversed at all", {BACK: "back, _ = lstm(backward_params, xs, zeros, zeros)", OUTPUTS:
                            "outputs = torch.cat([ahead, back], dim=2)"}, "",
    "Both LSTMs read forwards. The second one must read the sequences reversed.")
bidirectional.mistake(
    "padding not zero", RETURN, "return outputs, last",
    "You leave what the LSTMs showed in the padding. It means nothing: the task wants zeros there.")
bidirectional.mistake(
    "half of the padding zero", OUTPUTS,
    "keep = (torch.arange(len(xs))[:, None] < lengths)[:, :, None]\n    outputs = torch.cat([ahead * keep, "
    "reverse_padded(back, lengths)], dim=2)\n    return outputs, last",
    "You set the forward half of the padding to zero and leave the backward half.")
bidirectional.mistake(
    "last real step set to 0", "[:, None] >= lengths", "[:, None] >= lengths - 1",
    "You set the last real step to zero as well. Padding begins at step `length`.")
bidirectional.mistake(
    "one step of padding left", "[:, None] >= lengths", "[:, None] > lengths",
    "You leave one step of padding. Counted from 0, step `length` is padding already.")
bidirectional.mistake(
    "halves exchanged", {LAST: "last = torch.cat([last_states(back, lengths), last_states(ahead, lengths)], dim=1)",
                         OUTPUTS: "outputs = torch.cat([reverse_padded(back, lengths), ahead], dim=2)"}, "",
    "You put the backward half first. The order is forward, backward.")
bidirectional.mistake(
    "halves of `last` exchanged", LAST,
    "last = torch.cat([last_states(back, lengths), last_states(ahead, lengths)], dim=1)",
    "In `last` you put the backward half first. The order is forward, backward, as in the outputs.")
bidirectional.mistake(
    "sum of the directions", {LAST: "last = last_states(ahead, lengths) + last_states(back, lengths)", OUTPUTS:
                              "outputs = ahead + reverse_padded(back, lengths)"}, "",
    "You add the two directions. Put them side by side, (T, B, 2h): a layer above decides how to weigh them.")
bidirectional.mistake(
    "one set of weights", BACK, "back, _ = lstm(forward_params, reverse_padded(xs, lengths), zeros, zeros)",
    "You run both directions with the forward weights. The backward LSTM has its own.")
bidirectional.mistake(
    "weights exchanged", {"lstm(forward_params, xs": "lstm(backward_params, xs", "lstm(backward_params, reverse_padded":
                          "lstm(forward_params, reverse_padded"}, "",
    "You run the forward direction with the backward weights and the other way round.")
bidirectional.mistake(
    "backward starts where forward ended", {"ahead, _ = lstm": "ahead, (h, c) = lstm", "reverse_padded(xs, lengths), "
                                            "zeros, zeros)": "reverse_padded(xs, lengths), h, c)"}, "",
    "You start the backward LSTM from the forward one's final state. Each starts from zeros.")
bidirectional.mistake(
    "backward reads the forward states", BACK,
    "wide = torch.cat([ahead] * xs.shape[2], 2)[:, :, : xs.shape[2]]\n    back, _ = lstm(backward_params, "
    "reverse_padded(wide, lengths), zeros, zeros)",
    "Your backward LSTM reads what the forward one showed. Both read xs; it is not a second layer.")
bidirectional.mistake(
    "starts from ones", "xs.new_zeros(", "xs.new_ones(",
    "You start from ones. The state before the first step is zero.")
bidirectional.mistake(
    "joined along the batch", OUTPUTS, "outputs = torch.cat([ahead, reverse_padded(back, lengths)], dim=1)\n    "
                                       "lengths = "
    "lengths.repeat(2)",
    "You join the directions along the batch. They stand side by side in the last axis, (T, B, 2h).")
bidirectional.mistake(
    "cells for states", "ahead, _ = lstm(forward_params, xs, zeros, zeros)",
    "ahead, _ = lstm(forward_params, xs, zeros, zeros)\n    ahead = torch.stack([lstm(forward_params, xs[: t + 1], "
    "zeros, "
    "zeros)[1][1] for t in range(len(xs))])",
    "Your forward half is made of the cells. What an LSTM shows is h.")
bidirectional.mistake(
    "only `last` returned", RETURN, "return last",
    "You return `last` alone. Outputs and last are asked for.")
bidirectional.mistake(
    "last first", RETURN, "return last, outputs.masked_fill(padding[:, :, None], 0)",
    "You return `last` first. The order is outputs, last.")
bidirectional.mistake(
    "final states of the padded runs", {"ahead, _ =": "ahead, (h_ahead, _) =", "back, _ =": "back, (h_back, _) =",
                                        LAST: "last = torch.cat([h_ahead, h_back], dim=1)"}, "",
    "You take the states that `lstm` returns. For short sequences these have read the padding as well: take them at "
    "their "
    "own last step.")
bidirectional.also("sequence by sequence, without padding", """
def bidirectional(forward_params, backward_params, xs, lengths):
    h = forward_params["W_h"].shape[1]
    start = xs.new_zeros(1, h)
    outputs, last = xs.new_zeros(*xs.shape[:2], 2 * h), xs.new_zeros(xs.shape[1], 2 * h)
    for b, n in enumerate(lengths.tolist()):
        text = xs[:n, b : b + 1]
        ahead, (h_ahead, _) = lstm(forward_params, text, start, start)
        back, (h_back, _) = lstm(backward_params, text.flip(0), start, start)
        outputs[:n, b] = torch.cat([ahead, back.flip(0)], 2)[:, 0]
        last[b] = torch.cat([h_ahead, h_back], 1)[0]
    return outputs, last
""")
bidirectional.also("last from the outputs", """
def bidirectional(forward_params, backward_params, xs, lengths):
    size = forward_params["W_h"].size(1)
    h0 = torch.zeros(xs.size(1), size, dtype=xs.dtype)
    real = (torch.arange(xs.size(0)).unsqueeze(1) < lengths).unsqueeze(2)
    halves = [
        lstm(forward_params, xs, h0, h0)[0] * real,
        reverse_padded(lstm(backward_params, reverse_padded(xs, lengths), h0, h0)[0], lengths) * real,
    ]
    outputs = torch.cat(halves, -1)
    return outputs, torch.cat([last_states(outputs, lengths)[:, :size], outputs[0, :, size:]], -1)
""")
bidirectional.also("a state that waits in the padding", """
def bidirectional(forward_params, backward_params, xs, lengths):
    def run(params, order):
        h = c = xs.new_zeros(xs.shape[1], params["W_h"].shape[1])
        shown = xs.new_zeros(len(xs), *h.shape)
        for t in order:
            real = (t < lengths)[:, None]
            hs, (_, new_c) = lstm(params, xs[t : t + 1], h, c)
            h, c = torch.where(real, hs[0], h), torch.where(real, new_c, c)
            shown[t] = h * real
        return shown, h

    one, two = run(forward_params, range(len(xs))), run(backward_params, reversed(range(len(xs))))
    return torch.cat([one[0], two[0]], 2), torch.cat([one[1], two[1]], 1)
""")
