"""The doctor on packages: what is installed against what requirements.lock pins."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from autograder.doctor.finding import Finding

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"


def against_lock() -> list[Finding]:
    """Missing packages fail; other versions than the lock's are a warning, since most of them will do."""
    from packaging.requirements import Requirement

    if not LOCK.is_file():
        mend = "install the course in place, from its own folder: `make lab`"
        return [Finding("packages", "warn", f"no {LOCK.name} beside the course, so versions are not compared", mend)]
    missing: list[str] = []
    other: list[str] = []
    count = 0
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        pin = line.split("#")[0].strip()
        if not pin:
            continue
        requirement = Requirement(pin)
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        count += 1
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            missing.append(requirement.name)
            continue
        if version not in requirement.specifier:  # `2.13.0+cpu` is in `==2.13.0`
            other.append(f"{requirement.name} {version} (wanted {str(requirement.specifier).lstrip('=')})")
    mend = "run `make lab`; if this stays, `make clean` first"
    if missing:
        return [Finding("packages", "fail", f"{len(missing)} of {count} are missing: {few(missing)}", mend)]
    if other:
        return [Finding("packages", "warn", f"{len(other)} of {count} differ from the lock: {few(other)}", mend)]
    return [Finding("packages", "ok", f"all {count} as in {LOCK.name}")]


def few(names: list[str]) -> str:
    """The first names of a list that may be long."""
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
