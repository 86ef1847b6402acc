"""The declarations: whole, sound, and the page of threats made from them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from autograder.attacks import declared, threats
from autograder.attacks.notebooks import TOOLS, fill
from autograder.course import load
from autograder.errors import DeclarationError

# what a teacher's machine has to fear; a pair that is missing has no sense, such as a gradebook reached by taking time
PAIRS = {
    "points": {"cells", "files", "metadata", "outputs", "wire", "resources"},
    "references": {"cells"},
    "seeds": {"cells", "files"},
    "submissions": {"cells", "files"},
    "gradebook": {"cells", "files", "metadata", "outputs"},
    "host": {"cells", "metadata", "wire", "resources", "timing"},
    "network": {"cells", "files", "metadata", "wire"},
    "browser": {"cells", "files", "metadata", "outputs"},
    "next": {"cells", "files", "resources", "timing"},
}
ATTACKS = declared.attacks()


def test_every_sensible_pair_has_an_attack() -> None:
    found = {(attack.asset, attack.way) for attack in ATTACKS}
    wanted = {(asset, way) for asset, ways in PAIRS.items() for way in ways}
    assert len(ATTACKS) >= 60
    assert set(PAIRS) == set(declared.ASSETS)
    assert not wanted - found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_a_declaration_is_whole(attack: declared.Attack) -> None:
    assert attack.tries[0].isupper() and attack.tries.endswith(".") and len(attack.tries) < 170
    assert attack.stopped_by
    texts = [attack.answer, *attack.then.values()]
    magics = attack.id in ("shell-lines", "endless-spaces")
    for text in texts:
        if not magics:
            ast.parse(TOOLS + fill(text, {"KEY": "1", "PORT": "1", "TABLE": "[]"}))
    re.compile(attack.shows)
    assert {attack.exercise, *attack.then} <= load("autograder.attacks.toy").keys()
    assert "127.0.0.1" not in attack.answer.replace("127.0.0.1:@PORT@", "").replace('"127.0.0.1", @PORT@', "").replace(
        '("127.0.0.1", 0)', ""
    ), "an attack knows no port but the listener's"


def test_the_page_of_threats_is_fresh() -> None:
    assert threats.PAGE.read_text(encoding="utf-8") == threats.page(), "python -m autograder.attacks.threats"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('asset = "points"\n[[attack]]\nid = "a"\n', "'stopped_by' is missing"),
        (
            'asset = "gold"\n[[attack]]\nid = "a"\nway = "cells"\ntries = "x"\nstopped_by = ["wire"]\n',
            "no asset 'gold'",
        ),
        ('asset = "points"\n[[attack]]\nid = "a"\nway = "sea"\ntries = "x"\nstopped_by = ["wire"]\n', "no way 'sea'"),
        (
            'asset = "points"\n[[attack]]\nid = "a"\nway = "cells"\ntries = "x"\nstopped_by = ["luck"]\n',
            "defence 'luck'",
        ),
        ('asset = "points"\n[[attack]]\nid = "a"\nways = "cells"\n', "no field 'ways'"),
    ],
)
def test_a_declaration_that_is_not_gets_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(DeclarationError, match=says):
        declared.family(tmp_path / "a.toml")
