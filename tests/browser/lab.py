"""A real JupyterLab server on a temporary folder, with nothing of the user's own settings."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.jupyter import command, variables

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "browser-test"
SECONDS = 60.0
TRACKER = {"windowingMode": "none"}  # every cell is in the page, also those out of sight
QUIET = {"fetchNews": "false", "checkForUpdates": False}


@dataclass
class Lab:
    """A running server. `root` is the folder it serves."""

    root: Path
    port: int
    settings: Path

    def url(self, notebook: str, workspace: str) -> str:
        """The address of a notebook, opened in a workspace of its own."""
        return f"http://127.0.0.1:{self.port}/lab/workspaces/{workspace}/tree/{notebook}?reset&token={TOKEN}"

    def shut_down_kernels(self) -> None:
        """End every session of the server."""
        for session in self._ask("GET", "sessions"):
            self._ask("DELETE", f"sessions/{session['id']}")

    def _ask(self, method: str, what: str) -> list[dict[str, object]]:
        address = f"http://127.0.0.1:{self.port}/api/{what}"
        request = urllib.request.Request(address, method=method, headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else []

    def theme(self, name: str) -> None:
        """`light` or `dark`, for pages opened from now on."""
        self.write("apputils-extension", "themes", {"theme": f"JupyterLab {name.capitalize()}"})

    def write(self, extension: str, plugin: str, values: dict[str, object]) -> None:
        """A user's setting of JupyterLab."""
        folder = self.settings / "@jupyterlab" / extension
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))


@contextmanager
def serve(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab on `folder`/root, wait until it answers, stop it and its kernels afterwards."""
    port = free_port()
    lab = Lab(folder / "root", port, folder / "settings")
    lab.root.mkdir(parents=True, exist_ok=True)
    lab.theme("light")
    lab.write("notebook-extension", "tracker", dict(TRACKER))
    lab.write("apputils-extension", "notification", dict(QUIET))
    words = [*command(lab.root, "/lab", browser=False, port=port, ip="127.0.0.1"), "--ServerApp.port_retries=0"]
    with running(words, environment(folder), lab.root, port, folder / "server.log"):
        yield lab


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(words: list[str], env: dict[str, str], cwd: Path, port: int, log: Path) -> Iterator[None]:
    """Start a Jupyter server, wait until it answers on its port, stop it afterwards."""
    with open(log, "wb") as file:
        server = subprocess.Popen(words, env=env, cwd=cwd, stdout=file, stderr=file)
    try:
        wait(server, port, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def environment(folder: Path) -> dict[str, str]:
    """The variables of a server whose settings and files are all below `folder`."""
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "NGRAM2BERT_DATA": "progress",
        "MPLCONFIGDIR": "matplotlib",
    }
    found = variables(TOKEN) | {name: str(folder / place) for name, place in own.items()}
    found["PYTHONPATH"] = os.pathsep.join([str(ROOT / "lib"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    found["OMP_NUM_THREADS"] = "1"  # beside other tests two threads are slower than one
    found.pop("NGRAM2BERT_BUILD", None)
    return found


def wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a server answers; its log where it does not."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={TOKEN}", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not come up:\n{log.read_text(errors='replace')[-3000:]}")
