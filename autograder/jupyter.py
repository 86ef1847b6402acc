"""JupyterLab for a learner: started on a notebook, quiet, its address on one line.

It reads the settings in `jupyter_config` on top of the user's own: no news from outside, no question on Ctrl-C, and
nbgrader's buttons hidden, which are for teachers (a teacher starts `jupyter lab` and has them).
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from autograder.errors import UserError

SETTINGS = Path(__file__).parent / "jupyter_config"
SECONDS = 120  # a cold start on a slow disk takes 20


def serve(root: Path, notebook: Path, *, browser: bool, port: int | None, ip: str | None) -> int:
    """Serve the files under `root`, open `notebook`, print the address, and wait until JupyterLab ends.

    Returns JupyterLab's exit status. Raises UserError when it does not come up.
    """
    quiet_kernels()
    token = secrets.token_hex(16)
    page = f"/lab/tree/{quote(notebook.relative_to(root).as_posix())}"
    server = subprocess.Popen(command(root, page, browser=browser, port=port, ip=ip), env=variables(token))
    try:
        address = wait_for(server, token)
        print(f"JupyterLab is at {address}{page.lstrip('/')}?{urlencode({'token': token})}")
        print("Stop it with Ctrl-C here; what you write in work/ stays.", flush=True)
        return server.wait()
    except KeyboardInterrupt:
        return stop(server)


def command(root: Path, page: str, *, browser: bool, port: int | None, ip: str | None) -> list[str]:
    """The command line of JupyterLab."""
    words = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}"]
    if not browser:
        words.append("--no-browser")
    if port is not None:
        words.append(f"--ServerApp.port={port}")
    if ip is not None:
        words.append(f"--ServerApp.ip={ip}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # in a container the only user is root
    return words


def variables(token: str) -> dict[str, str]:
    """The environment of JupyterLab: our settings first, and the kernel of this Python before any of the user's."""
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return os.environ | {
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(SETTINGS), *([others] if others else [])]),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_TOKEN": token,
    }


def quiet_kernels() -> None:
    """Stop kernels from warning the terminal, at every start, about connections that never leave this machine."""
    settings = Path(sys.prefix, "etc", "ipython", "ipython_kernel_config.json")
    if sys.prefix == sys.base_prefix or settings.exists():
        return
    with contextlib.suppress(OSError):  # a warning more is no reason to stop
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(json.dumps({"IPKernelApp": {"log_level": 40}}), encoding="utf-8")


def wait_for(server: subprocess.Popen[bytes], token: str) -> str:
    """The address at which the server with our token answers, ending in a slash. Raises UserError."""
    from jupyter_core.paths import jupyter_runtime_dir

    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise UserError(
                f"JupyterLab ended at once (exit status {server.returncode}); `ngram2bert doctor` says more"
            )
        for path in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # another server's file, half-written or just removed
                continue
            if found.get("token") == token:
                return str(found["url"])
        time.sleep(0.1)
    server.terminate()
    raise UserError(f"JupyterLab did not answer within {SECONDS} s; `ngram2bert doctor` says more")


def stop(server: subprocess.Popen[bytes]) -> int:
    """End JupyterLab and its kernels after a Ctrl-C, which a terminal sends to it as well and `kill` does not."""
    try:
        if os.name != "nt":  # there it would end at once and leave its kernels running
            server.terminate()
        server.wait(timeout=20)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        server.kill()
    return 0
