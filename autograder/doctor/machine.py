"""The doctor on the machine: Python, disks, GPU, a browser for the tests."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from autograder.doctor.finding import Finding

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OLDEST, TOO_NEW = (3, 11), (3, 15)


def python() -> list[Finding]:
    """The interpreter and whether it is an environment's own."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        return [Finding("Python", "fail", found, "install Python 3.11 to 3.14, run `make clean`, then `make lab`")]
    if sys.prefix == sys.base_prefix:
        return [
            Finding("Python", "warn", f"{found}; no virtual environment", "use the one that `make lab` makes in .venv")
        ]
    return [Finding("Python", "ok", found)]


def disk() -> list[Finding]:
    """Room where the learner writes, where corpora are cached and where temporary files go."""
    from ngram2bert.corpora.cache import cache_folder

    cache = next(folder for folder in (cache_folder(), *cache_folder().parents) if folder.is_dir())
    free = {folder: shutil.disk_usage(folder).free / 1e9 for folder in (ROOT, cache, Path(tempfile.gettempdir()))}
    tightest = min(free, key=lambda folder: free[folder])
    detail = f"{free[tightest]:.1f} GB free on the disk of {tightest}"
    if free[tightest] < 0.1:
        return [Finding("disk", "fail", detail, "make room: notebooks cannot be saved on a full disk")]
    if free[tightest] < 1:
        return [Finding("disk", "warn", detail, "make room: 1 GB is enough for the whole course")]
    return [Finding("disk", "ok", detail)]


def gpu() -> list[Finding]:
    """Whether torch sees one. The course is made for none."""
    import torch

    if torch.cuda.is_available():
        return [Finding("GPU", "ok", f"{torch.cuda.get_device_name(0)}, torch {torch.__version__}")]
    if torch.backends.mps.is_available():
        return [Finding("GPU", "ok", f"Apple's, by Metal, torch {torch.__version__}")]
    return [Finding("GPU", "ok", f"none, and none is needed; torch {torch.__version__}")]


def browser() -> list[Finding]:
    """Chromium and Playwright, which drive the notebooks in the project's own tests."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        import playwright
    except ModuleNotFoundError:
        return [Finding("browser tests", "warn", "Playwright is not installed", "run `make test`", "maintainer")]
    del playwright
    if path is None:
        mend = "install it (on Debian: apt-get install chromium fonts-dejavu-core)"
        return [Finding("browser tests", "warn", "no Chromium on PATH", mend, "maintainer")]
    return [Finding("browser tests", "ok", f"{path}, and Playwright to drive it", reader="maintainer")]
