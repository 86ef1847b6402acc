"""A real PostgreSQL server of Debian's package, in a folder of its own, on a port of the loopback interface."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

USER, PASSWORD = "teacher", "a password"


def programs() -> Path | None:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Its address for SQLAlchemy; the server refuses to run as root, so that it gets a user without rights."""
    where, folder = programs(), Path(tempfile.mkdtemp(prefix="n2b-pg-", dir="/tmp"))
    assert where is not None
    how: dict[str, Any] = {
        "cwd": folder,
        "check": True,
        "capture_output": True,
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    }
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        how |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    (folder / "password").write_text(PASSWORD)
    os.chmod(folder / "password", 0o644)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    try:
        subprocess.run(
            [
                where / "initdb",
                "-D",
                data,
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                f"--pwfile={folder / 'password'}",
                "-E",
                "UTF8",
            ],
            **how,
        )
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        subprocess.run([where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], **how)
        try:
            yield f"postgresql://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([where / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], **how)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
