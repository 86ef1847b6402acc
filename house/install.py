"""pip, watched: what it does becomes a bar, what it says goes into a log, and how it failed becomes one line."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from pathlib import Path

from house.say import Progress, Stop, again, say

# Read in order: a full disk or a dead network makes pip say other things as well, further down.
FAILURES = (
    (r"No space left on device|Errno 28\b|WinError 112|Disk quota exceeded",
     "The disk is full: make room, then run {again} again."),
    (r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
     "The package index's certificate is refused: if a proxy stands between, name its certificate file in PIP_CERT,"
     " then run {again} again."),
    (r"NewConnectionError|NameResolutionError|Failed to establish|Temporary failure in name resolution"
     r"|getaddrinfo failed|ConnectTimeout|Read timed out|"
     r"ReadTimeout|ConnectionReset|RemoteDisconnected|Network is unreachable"
     r"|Connection refused|ProxyError|Connection broken|IncompleteRead|Max retries exceeded",
     "No network, or the package index does not answer: connect (behind a proxy, set HTTPS_PROXY),"
     " then run {again} again."),
    (r"No matching distribution found for (torch[^\s(]*)",
     "There is no {0} for this machine: it must be Linux, macOS 14 or newer on Apple silicon, or Windows on x86-64,"
     " with a 64-bit Python."),
    (r"No matching distribution found for ([^\s(]+)",
     "The package index has no {0}: it does not answer, or is an incomplete mirror; look at the network"
     " and PIP_INDEX_URL, then run {again} again."),
    (r"Permission denied: '?([^'\n]+)|WinError 5\b",
     "No right to write here: give yourself the right to this folder, or copy the course into one of your own."),
)  # fmt: skip


def explain(said: str, target: str, log: str = "") -> str:
    """One line for what pip or venv said when it failed."""
    for pattern, line in FAILURES:
        if found := re.search(pattern, said):
            return line.format(*(found.groups("") or ("",)), again=again(target))
    errors = [line.strip() for line in said.splitlines() if re.match(r"\s*(ERROR|error|\w*Error)\b", line)]
    last = (errors or said.split("\n") or [""])[-1].strip()
    more = f" All that pip said is in {log}." if log else ""
    return f"The packages could not be installed: {last[:200] or 'pip stopped without a word'}.{more}"


def locked(python: Path, lock: Path, env: dict[str, str], target: str) -> float:
    """Install every pin of a lock; returns the seconds it took. Raises Stop.

    pip compiles in one process only, so that step is taken from it and done on every core.
    """
    pins = [line for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line and not line.startswith("#")]
    say(f"Installing {len(pins)} packages of {lock.name}, once; this takes one to five minutes.")
    began = time.monotonic()
    bar, unpacked = Progress(len(pins)), threading.Event()
    log = python.parent.parent / "install.log"
    command = [str(python), "-I", "-m", "pip", "install", "--no-input", "--no-compile", "--disable-pip-version-check",
               "--progress-bar", "off", "-r", str(lock)]  # fmt: skip
    try:
        with log.open("w", encoding="utf-8", errors="replace") as kept:
            pip = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   encoding="utf-8", errors="replace")  # fmt: skip
            assert pip.stdout is not None
            collected = 0
            for line in pip.stdout:
                kept.write(line)
                collected += bool(re.match(r"Collecting|Processing|Requirement already satisfied|Ignoring", line))
                follow(line, collected, bar)
                if line.startswith("Installing collected packages"):  # its last word for half a minute
                    threading.Thread(target=count, args=(bar, packages_of(python), unpacked), daemon=True).start()
            failed = pip.wait()
    finally:
        unpacked.set()
        bar.close()
    if failed:
        raise Stop(explain(log.read_text(encoding="utf-8"), target, str(log.relative_to(lock.parent))))
    say("  compiling")
    subprocess.run([str(python), "-I", "-m", "compileall", "-q", "-j", "0", "-x", r"[\\/]tests[\\/]",
                    str(packages_of(python))], env=env, capture_output=True)  # fmt: skip
    return time.monotonic() - began


def follow(line: str, collected: int, bar: Progress) -> None:
    """Turn one line of pip into progress."""
    if found := re.match(r"\s*Downloading (\S+) \(([\d.]+) ([MG])B\)", line):
        if found[3] == "G" or float(found[2]) >= 20:
            bar.note(f"downloading {found[1].split('/')[-1].split('-')[0]} ({found[2]} {found[3]}B)")
    elif "Retrying (Retry(total=4" in line:  # the first of five tries, each twice as far away
        bar.note("the network does not answer; trying again")
    elif line.startswith(("Collecting", "Processing")):
        bar.show("fetching", collected, line.split()[1].split("/")[-1].split("=")[0])


def count(bar: Progress, packages: Path, unpacked: threading.Event) -> None:
    """While pip unpacks without a word, count what has arrived."""
    while not unpacked.wait(0.5):
        bar.show("unpacking", sum(1 for _ in packages.glob("*.dist-info")))


def packages_of(python: Path) -> Path:
    """Where the environment of that Python keeps its packages."""
    venv = python.parent.parent
    return next(venv.glob("lib/python*/site-packages"), venv / "Lib" / "site-packages")


def editable(python: Path, root: Path, env: dict[str, str], target: str) -> None:
    """Install the course itself, in place and without a network: its build backend is among the locked packages."""
    command = [str(python), "-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
               "--no-deps", "--no-build-isolation", "-e", str(root)]  # fmt: skip
    done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        raise Stop(explain(done.stdout + done.stderr, target))
