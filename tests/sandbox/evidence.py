"""One sign for each layer, seen from inside a child: it shows whether that layer holds, whatever the others do."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.pool import Limits, Zygote
from autograder.probes import ready_made

LIMITS = Limits(seconds=20.0, cells_seconds=20.0)
CALL = ready_made("call")
REFUSED = "    try:\n        {0}\n    except (OSError, MemoryError):\n        return True\n    return False\n"
SIGNS = {
    "limits": "import mmap\ndef f(x):\n" + REFUSED.format("mmap.mmap(-1, 8 << 30)"),
    # 3: may another process of the user look into this one?
    "privileges": "import ctypes\ndef f(x):\n    return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0",
    "namespaces": "import os\ndef f(x):\n    return os.stat('/proc/self/ns/net').st_ino != x",
    "small folder": "def f(x):\n" + REFUSED.format("[open(str(i), 'x').close() for i in range(1200)]"),
    "bubblewrap": "import os\ndef f(x):\n    return not os.path.exists('/etc/passwd')",
    "Landlock": "def f(x):\n" + REFUSED.format("open('/proc/self/status')"),
    "seccomp": "import os\ndef f(x):\n" + REFUSED.format("os.fork() or os._exit(0)"),
}
NETWORK = os.stat("/proc/self/ns/net").st_ino if Path("/proc/self/ns/net").exists() else 0


def holding(zygote: Zygote, names: tuple[str, ...] = tuple(SIGNS)) -> set[str]:
    """The layers whose sign a child shows."""
    held = set()
    for name in names:
        with zygote.child([("sign", SIGNS[name])]) as child:
            outcome = child.run("f", CALL, [{"x": NETWORK}])[0]
            if "filled its folder" in outcome.message:  # by the zygote's watch, not by the folder itself
                continue
            assert outcome.kind == "value", (name, outcome, child.cell_errors)
            if outcome.value["value"]:
                held.add(name)
    return held
