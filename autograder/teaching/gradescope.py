"""The zip that Gradescope makes an autograder of: set-up, start script, engine, library, one chapter; no secret.

Gradescope unpacks it to /autograder/source and runs setup.sh as root when the image is built. For each submission it
starts a container with the files handed in at /autograder/submission, and runs /autograder/run_autograder. All of that
belongs to root, and the container reaches the network: code that runs there unguarded reads the references and writes
its own results.json. Here a submission runs in a sandboxed child of the grader, and where the container offers no
sandbox it is not run at all. The references are public in any case. Left out are the grading secret, the dates and
extensions of course.toml, and every other chapter's exercises.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder import own
from autograder.course import Chapter, Course
from autograder.errors import UserError
from autograder.teaching.gradescope_parts import declarations, engine, library
from autograder.teaching.pins import pins

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
SETUP = """#!/usr/bin/env bash
# Made by `ngram2bert gradescope`: run once, as root, when Gradescope builds the image.
set -euo pipefail
cd "$(dirname "$0")"
{index}
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends libseccomp2 python3 python3-pip python3-venv
if python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))'; then
    python3 -m venv /autograder/venv
else # an older Ubuntu: a Python of its own
    python3 -m pip install --quiet uv
    python3 -m uv venv --seed --python 3.12 --managed-python /autograder/venv
fi
/autograder/venv/bin/python -m pip install --quiet -r requirements.txt
"""

RUN = """#!/usr/bin/env bash
# Made by `ngram2bert gradescope`: grades what is in submission/ into results/results.json.
root="${AUTOGRADER_ROOT:-/autograder}"
cd "$root/source" || exit 1
export PYTHONPATH="$root/source:$root/source/lib" PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
exec "${AUTOGRADER_PYTHON:-$root/venv/bin/python}" -m autograder.teaching.gradescope_run "$root"
"""


def bundle(course: Course, chapter: Chapter, *, visibility: str, unsandboxed: bool = False, index: str = "") -> bytes:
    """The zip; the same bytes whenever nothing has changed. Raises UserError.

    visibility   of the results: one of VISIBILITIES
    unsandboxed  grade even where the container offers no sandbox
    index        address of a package index for setup.sh, such as one that has torch without CUDA
    """
    notebook = course.root / "notebooks" / chapter.name / f"{chapter.name}.ipynb"
    if not notebook.is_file():
        raise UserError(f"{notebook} is not there; `ngram2bert build {chapter.name}` makes it")
    if any(c in index for c in "\n\r'"):
        raise UserError("the address of the package index holds a quote or a line end")
    settings = {"chapter": chapter.name, "visibility": visibility, "unsandboxed": unsandboxed}
    export = f"export PIP_EXTRA_INDEX_URL='{index}'" if index else "# pip's own package index"
    files: dict[str, bytes] = {
        "setup.sh": SETUP.replace("{index}", export).encode(),
        "run_autograder": RUN.encode(),
        "requirements.txt": ("\n".join(pins()) + "\n").encode(),
        "gradescope.json": (json.dumps(settings, indent=1) + "\n").encode(),
        "course/course.toml": course_toml(course, chapter).encode(),
        f"course/notebooks/{chapter.name}/{chapter.name}.ipynb": notebook.read_bytes(),
    }
    for name, path in (*engine(), *library(), *declarations(chapter)):
        files[name] = path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100755 if name in ("setup.sh", "run_autograder") else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def own_place(module: str) -> str:
    """Where the declarations stand in the zip: a module's name, or the path of a teacher's own files."""
    if not own.is_path(module):
        return module
    return "exercises/" if Path(module).is_dir() else f"exercises/{Path(module).name}"


def course_toml(course: Course, chapter: Chapter) -> str:
    """A course of this chapter alone, without dates and without anybody's name."""

    def value(item: object) -> str:
        if isinstance(item, Mapping):
            return "{ " + ", ".join(f"{json.dumps(key)} = {value(v)}" for key, v in item.items()) + " }"
        return json.dumps(list(item) if isinstance(item, tuple) else item)

    fields: dict[str, object] = {
        "name": chapter.name,
        "title": chapter.title,
        "exercises": own_place(chapter.module),
        "uses": chapter.uses,
    }
    fields |= {"only": chapter.only} if chapter.only else {}
    fields |= {"points": chapter.points} if chapter.points else {}
    lines = [f"{key} = {value(item)}" for key, item in fields.items()]
    return "\n".join([f"title = {value(course.title)}", "[[chapter]]", *lines, ""])
