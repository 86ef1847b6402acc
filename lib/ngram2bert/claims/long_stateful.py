"""The long form of `stateful`: T = 8, 32, 128, three seeds, and trainings that begin some chunks from zero."""

from __future__ import annotations

from typing import Any

from .recurrent_runs import EPOCHS, SEEDS
from .spread import mean_and_sd, plus_minus
from .stateful import BASE, WORDS, measured
from .two_by_two import FOUR, TwoByTwo

NAME = "06-stateful"
TITLE = "Stateful and stateless, in training and in reading: two by two on Brown"
LENGTHS = (8, 32, 128)
RESTARTS = (0.1,)


def measure() -> dict[str, Any]:
    """All trainings, each read in both ways."""
    found = measured(LENGTHS, SEEDS, RESTARTS)
    return {"found": found.data(), "settings": vars(BASE), "seeds": list(SEEDS)}


def report(data: dict[str, Any]) -> str:
    """Markdown: the verdict, the figures, the reason."""
    found = TwoByTwo.from_data(data["found"])
    held = [steps for steps in found.lengths if found.holds(steps)]
    verdict = (
        "HOLDS"
        if held == found.lengths
        else f"HOLDS for T = {', '.join(map(str, held))} only"
        if held
        else "DOES NOT HOLD"
    )
    set_ = data["settings"]
    return "\n".join(
        [
            f"{verdict}: stateful/carried < stateless/reset < stateful/reset. {found.sentence()}",
            "",
            "Named first is the training, then the reading. " + _cure(found),
            "",
            "## Perplexity",
            "",
            found.markdown(),
            "",
            f"±: standard deviation over {len(data['seeds'])} seeds. {found.tokens:,} words of the test text in 64 "
            "columns, the same for every model; the carried state has read 64 words before the first that counts. "
            "First word: position 0 of the chunks. `restart 0.1`: in training one chunk in ten begins with a zero "
            "state, the others with the one that was carried.",
            "",
            "## The reason",
            "",
            _reason(found),
            "",
            "## By position",
            "",
            *_by_position(found),
            "",
            f"LSTM, m = h = {set_['m']}, tied, dropout {set_['dropout']:g}; {WORDS:,} words a batch for every T (B = "
            f"{WORDS} / T), {EPOCHS:g} readings of the training text, so the same steps and tokens; both trainings of "
            f"a seed read the same batches in the same order and differ in the state alone. Adam at {set_['rate']:g} "
            f"/ sqrt(1 + t/{set_['half']:g}), gradient norm clipped at {set_['limit']:g}. Trained with an estimate of "
            f"the softmax's sum ({set_['head']} commonest words exact, {set_['noise']} drawn); measured with the whole "
            "sum over 14,116 words. The state goes on over the ends of sentences and of documents; it is zero at the "
            "beginning of a reading. One thread. A run that is done is not done again, so the time at the foot of "
            "this page may be less than the sum of the runs.",
        ]
    )


def _cure(found: TwoByTwo) -> str:
    """What a training that begins some chunks from zero does."""
    if (32, "restart 0.1") not in found.cells:
        return ""
    shown = [(t, r) for t in ("stateful", "restart 0.1", "stateless") for r in ("carried", "reset")]
    told = {c: plus_minus(*mean_and_sd(found.perplexities(32, *c))) for c in shown}
    mean = {c: mean_and_sd(found.perplexities(32, *c))[0] for c in shown}
    top, now, low = (mean[training, "reset"] for training in ("stateful", "restart 0.1", "stateless"))
    return (
        "A training that begins one chunk in ten from zero (T = 32) reads carried at "
        f"{told['restart 0.1', 'carried']}, the stateful one at {told['stateful', 'carried']}; from zero at "
        f"{told['restart 0.1', 'reset']}, between the stateful one's {told['stateful', 'reset']} and the stateless "
        f"one's {told['stateless', 'reset']}: {(top - now) / (top - low):.0%} of the way."
    )


def _reason(found: TwoByTwo) -> str:
    """Sizes of the memory, and how long the way back is."""
    lines = []
    for steps in found.lengths:
        sizes = {c: found.memory(steps, *c) for c in FOUR}
        carried, reset = sizes["stateful", "carried"], sizes["stateful", "reset"]
        back = found.recovered(steps, "stateful")
        cost = "stays above 2%" if back is None else f"is under 2% from position {back} on"
        way = f"taken over the rest of the chunk, the cost of that {cost}"
        at = min(8, steps - 1)
        lines.append(
            f"- T = {steps}: trained and read carried, the root mean square of c is {min(carried):.2f} to "
            f"{max(carried):.2f} at every position. Read from zero the same network has {reset[at]:.2f} at position "
            f"{at} and {reset[-1]:.2f} at the last one; {way}. Trained from zero and read carried, c is "
            f"{max(sizes['stateless', 'carried']):.2f} at most, {sizes['stateless', 'reset'][-1]:.2f} is what that "
            "network met at the end of a chunk."
        )
    return "\n".join(lines)


def _by_position(found: TwoByTwo) -> list[str]:
    """A table a chunk length: perplexity at some positions."""
    lines: list[str] = []
    for steps in found.lengths:
        at = [p for p in (0, 1, 2, 3, 5, 7, 15, 31, 63, 127) if p < steps]
        lines += [f"| T = {steps} | " + " | ".join(f"at {p}" for p in at) + " |", "|---" * (len(at) + 1) + "|"]
        for cell in FOUR:
            values = found.positions(steps, *cell)
            lines.append(f"| {cell[0]}, {cell[1]} | " + " | ".join(f"{values[p]:.0f}" for p in at) + " |")
        lines.append("")
    return lines
