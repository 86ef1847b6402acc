"""The one look: readable in grey, labelled, with words; the same bytes every time."""

from __future__ import annotations

import base64
import subprocess
import sys
from itertools import pairwise

import pytest
from matplotlib.colors import to_rgb

from ngram2bert import plots


def drawn(**labels: str):
    figure, axes = plots.figure()
    axes.plot([1, 2, 3], [3, 1, 2], **plots.line(0))
    plots.label(axes, labels.get("x", "words"), labels.get("y", "bits"), "A title")
    return figure


def lightness(colour: str) -> float:
    """CIE L* of a colour: what is left of it in grey."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_series_differ_in_grey():
    found = sorted(lightness(colour) for colour in plots.COLOURS)
    assert min(b - a for a, b in pairwise(found)) > 15
    assert len({str(plots.line(i)["linestyle"]) for i in range(4)}) == 4
    assert len({str(plots.line(i)["marker"]) for i in range(4)}) == 4


def test_a_fifth_series_is_refused():
    with pytest.raises(ValueError, match="small multiples"):
        plots.line(4)


def test_axes_must_be_labelled_and_words_said():
    with pytest.raises(ValueError, match="no label on x or y"):
        plots.picture(drawn(y=""), "falls, then rises")
    with pytest.raises(ValueError, match="alt is empty"):
        plots.picture(drawn(), " ")


def test_the_same_bytes_every_time():
    assert plots.picture(drawn(), "a").png == plots.picture(drawn(), "a").png


def test_the_alternative_text_reaches_the_page_escaped():
    data, metadata = plots.picture(drawn(), 'falls "fast"\n & <b>')._repr_mimebundle_()
    assert data["text/plain"] == 'falls "fast" & <b>'
    assert 'alt="falls &quot;fast&quot; &amp; &lt;b&gt;"' in data["text/html"]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"]


def test_figures_leave_no_trace():
    code = (
        "import matplotlib; before = matplotlib.rcParams.copy()\nfrom ngram2bert import plots\nimport sys\n"
        "f, a = plots.figure(columns=2); [plots.label(x, 'x', 'y') for x in a]; plots.picture(f, 'two')\n"
        "assert 'matplotlib.pyplot' not in sys.modules and matplotlib.rcParams.copy() == before\n"
        "plots.use(); assert matplotlib.rcParams['axes.grid']"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path), "HOME": "/tmp"})
