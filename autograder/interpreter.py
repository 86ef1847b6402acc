"""Start a fresh Python for untrusted code: the checker's modules, one thread, few variables, one socket inherited."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1])['path']; from autograder.zygote import main; main()"
KEPT_VARIABLES = (
    *("HOME", "PATH", "NLTK_DATA", "MPLCONFIGDIR", "LD_LIBRARY_PATH", "CONDA_PREFIX"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
    *("SYSTEMROOT", "USERPROFILE", "LOCALAPPDATA", "APPDATA"),  # Windows
)
SET_VARIABLES = {
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "CUDA_VISIBLE_DEVICES": "",
}


def start_python(
    config: dict[str, Any], theirs: socket.socket, before: Sequence[str] = ()
) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """A fresh interpreter that runs zygote.main with one end of a socket pair; and the file that takes its errors.

    before  the program that starts it, with its arguments
    """
    here = str(Path(__file__).resolve().parent.parent)
    path = [os.path.abspath(entry) for entry in sys.path]
    config |= {"path": path if here in path else [here, *path]}
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | SET_VARIABLES
    log = tempfile.TemporaryFile()  # noqa: SIM115  closed by the caller
    windows = os.name == "nt"
    with theirs:
        if not windows:
            config["descriptor"] = theirs.fileno()
        process = subprocess.Popen(
            [*before, sys.executable, "-P", "-s", "-c", BOOT, json.dumps(config)],
            env=environment,
            cwd=config["folder"],
            stdin=subprocess.PIPE if windows else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            pass_fds=() if windows else (theirs.fileno(),),
            start_new_session=True,
        )
        if windows and process.stdin:
            process.stdin.write(theirs.share(process.pid))  # type: ignore[attr-defined]
            process.stdin.close()
    return process, log


def last_line(log: IO[bytes]) -> str:
    """The last line that an interpreter wrote to its errors."""
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"
