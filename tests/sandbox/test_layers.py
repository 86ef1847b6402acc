"""Each layer holds where all are on; and switched off alone it holds no longer, so that the test would notice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import sandbox
from autograder.pool import Zygote
from tests.sandbox.evidence import LIMITS, SIGNS, holding

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not sandbox.offered(), reason="the layers are Linux's")


@pytest.fixture(scope="module")
def whole() -> Iterator[Zygote]:
    """With all that this machine offers."""
    with Zygote(limits=LIMITS, training=False) as zygote:
        yield zygote


def test_what_is_offered_holds(whole: Zygote) -> None:
    assert whole.layers == sandbox.offered()
    assert holding(whole) == whole.layers


@pytest.mark.parametrize("name", SIGNS)
def test_a_layer_switched_off_alone_is_missed(name: str) -> None:
    if name not in sandbox.offered():
        pytest.skip(f"this machine has no {name}")
    gone = {name, "small folder"} if name == "namespaces" else {name}  # a folder of its own needs mounts of its own
    with Zygote(limits=LIMITS, training=False, without=gone) as zygote:
        assert name not in zygote.layers
        assert holding(zygote, (name,)) == set()


SCRIPT = """
import json, sys
sys.path[:0] = [REPOSITORY, REPOSITORY + "/lib"]
from tests.sandbox import people
for change in CHANGES:
    getattr(people, change)()
from autograder import sandbox
from autograder.pool import Zygote
from tests.sandbox.evidence import LIMITS, holding
answer = {"strength": sandbox.strength(), "offered": sorted(sandbox.offered())}
with Zygote(limits=LIMITS, training=False) as zygote:
    answer |= {"layers": sorted(zygote.layers), "holding": sorted(holding(zygote))}
print(json.dumps(answer))
"""
EVERYWHERE = {"limits", "privileges", "seccomp"}
ISOLATED = {"namespaces", "small folder", "bubblewrap"}
PEOPLE = {
    "an ordinary user": (["somebody"], {"Landlock", *ISOLATED}, "sandboxed"),
    "root in a container": (["container"], {"Landlock"}, "sandboxed"),
    "an ordinary user in a container": (["somebody", "container"], {"Landlock"}, "sandboxed"),
    "root on an old kernel": (["old_kernel"], ISOLATED, "sandboxed"),
    "an ordinary user on an old kernel": (["somebody", "old_kernel"], ISOLATED, "sandboxed"),
    "a container on an old kernel": (["container", "old_kernel"], set[str](), "partly sandboxed"),
}
QUICK = ("an ordinary user", "root in a container")


@pytest.mark.parametrize(
    "who", [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in PEOPLE]
)
def test_layers_for_other_people_and_places(who: str) -> None:
    changes, more, strength = PEOPLE[who]
    script = SCRIPT.replace("REPOSITORY", repr(str(REPOSITORY))).replace("CHANGES", repr(changes))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd="/", timeout=200)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    wanted = (EVERYWHERE | more) & (sandbox.offered() | {"limits"})
    assert set(answer["layers"]) == set(answer["holding"]) == set(answer["offered"]) == wanted
    assert answer["strength"] == strength
