"""The hostile submissions against the grader of this machine, and the grader with a layer left out against them."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path

import pytest

from autograder import cli, sandbox
from autograder.attacks import office, runner
from autograder.attacks.declared import Attack, attacks
from autograder.attacks.ground import Ground

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="attacks the sandbox of Linux")

# one a pair of asset and way, the quick ones: the whole is part of `make full`
SHARE = (
    *("patched-torch", "equal-tensor", "torch-beside", "links-to-a-neighbour", "score-in-the-output", "lying-shapes"),
    *("huge-integers", "read-the-reference", "forbidden-function", "read-the-secret", "spoil-a-neighbour", "tcp"),
    *("write-the-gradebook", "write-outside", "raw-system-calls", "script-in-an-output", "terminal-codes"),
    *("leave-in-the-folder",),
)
# an ordinary user's processes cannot do these, sandboxed or not
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
AS_ROOT = () if ROOT else ("become-root-again", "mount-and-cover", "real-time-priority", "raise-its-limits")
ALL = attacks()
BY_ID = {attack.id: attack for attack in ALL}


def offered(attack: Attack) -> bool:
    """Whether this machine has what stops the attack."""
    return not set(attack.stopped_by) <= set(sandbox.NAMES) or bool(set(attack.stopped_by) & sandbox.offered())


@cache
def share() -> dict[str, runner.Result]:
    return {result.attack.id: result for result in runner.run([BY_ID[name] for name in SHARE])}


@pytest.mark.parametrize("name", SHARE)
def test_a_share_of_the_attacks(name: str) -> None:
    if not offered(BY_ID[name]):
        assert share()[name].outcome == runner.NOT_STOPPED
        pytest.skip(f"not stopped: no {' or '.join(BY_ID[name].stopped_by)} here")
    assert share()[name].outcome == runner.STOPPED, share()[name]


@pytest.mark.full
def test_all_attacks() -> None:
    results = runner.run(ALL)
    assert {r.attack.id: r.why for r in results if r.outcome != runner.STOPPED and offered(r.attack)} == {}


@pytest.mark.full
def test_what_only_layers_stop_succeeds_without_them() -> None:
    """Else an attack proves nothing: it might fail by a slip of its own."""
    chosen = [attack for attack in ALL if set(attack.stopped_by) <= set(sandbox.NAMES)]
    results = runner.run(chosen, without=sandbox.NAMES)
    assert {
        r.attack.id: r.said for r in results if r.outcome != runner.NOT_STOPPED and r.attack.id not in AS_ROOT
    } == {}


@pytest.mark.full
@pytest.mark.parametrize("layer", [name for name in sandbox.NAMES if name != "small folder"])
def test_each_layer_stops_by_itself_what_it_is_said_to_stop(layer: str) -> None:
    """But for the limits, which no layer does without; and the small folder, which namespaces make."""
    if layer not in sandbox.offered():
        pytest.skip(f"no {layer} here")
    chosen = [a for a in ALL if layer in a.stopped_by and set(a.stopped_by) <= set(sandbox.NAMES)]
    results = runner.run(chosen, without=set(sandbox.NAMES) - {layer, "limits"})
    assert {r.attack.id: r.why for r in results if r.outcome != runner.STOPPED} == {}


@cache
def defenceless() -> dict[str, runner.Result]:
    """What only layers of the sandbox stop, with all of these left out: the proof that the suite can fail."""
    chosen = [BY_ID[name] for name in ("read-the-reference", "write-outside", "tcp", "run-a-program", "many-files")]
    return {result.attack.id: result for result in runner.run(chosen, without=sandbox.NAMES)}


@pytest.mark.parametrize(
    ("name", "gained"),
    [
        ("read-the-reference", "5 points"),
        ("write-outside", "mark changed"),
        ("tcp", "it reached TCP"),
        ("run-a-program", "ran a program"),
        ("many-files", "wrote 24 MB"),
    ],
)
def test_without_the_layers_an_attack_succeeds_and_the_suite_says_so(name: str, gained: str) -> None:
    result = defenceless()[name]
    assert result.outcome == runner.NOT_STOPPED
    assert gained in " ".join(result.why), result
    assert result.why[-1] == f"no {' or '.join(result.attack.stopped_by)} here"


def test_a_page_that_is_alive_is_found() -> None:
    page = (
        "<p onclick=x><script>1</script><a href='javascript:x'>a</a><img src='http://127.0.0.1/x'>"
        "<iframe></iframe><meta http-equiv='refresh' content='0'><a href='https://example.org'>b</a>"
    )
    assert office.live(page) == [
        "p onclick=x",
        "<script>",
        "a href=javascript:x",
        "img src=http://127.0.0.1/x",
        "<iframe>",
        "a refresh",
    ]


def test_the_ground_is_gone_afterwards_and_was_as_told() -> None:
    with Ground() as ground:
        assert (ground.root / "submitted" / "ada").is_dir()
        texts = ground.texts()
        assert Path(texts["REFERENCE"]).is_file() and Path(texts["LIBRARY"]).is_file()
        assert Path(texts["NEIGHBOUR"]).is_file()
        base = ground.base
    assert not base.exists()


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    written = tmp_path / "attacks.json"
    assert cli.main(["attack", "--only", "deleted-check", "--only", "nan", "--json", str(written)]) == 0
    shown = capsys.readouterr().out
    assert "2 of 2 attacks stopped" in shown and "deleted-check" in shown
    assert [entry["outcome"] for entry in json.loads(written.read_text())["attacks"]] == ["stopped", "stopped"]
    assert cli.main(["attack", "--list", "--only", "network"]) == 0
    assert "Opens a TCP connection." in capsys.readouterr().out
    assert cli.main(["attack", "--only", "moon"]) == 2
    assert "no attack, asset or way is called 'moon'" in capsys.readouterr().err
