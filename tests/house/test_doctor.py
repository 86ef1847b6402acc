"""The doctor: true on this machine, and right about machines that lack something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import doctor
from autograder.commands import doctor as command
from autograder.doctor import Finding, corpora, machine, notebooks, packages, sandbox
from autograder.sandbox import bubblewrap, landlock, seccomp
from tests.house.conftest import ROOT


def test_the_report_as_json_is_true_of_this_machine() -> None:
    """The whole doctor, in a process of its own, with a real kernel."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "lib"), str(ROOT)])}
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "doctor", "--json"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    report = json.loads(done.stdout)
    rows = {row["name"]: row for row in report["checks"]}
    assert done.returncode == (0 if report["can_work"] else 1)
    assert report["can_work"] == all(row["status"] != "fail" for row in rows.values())
    assert rows["Python"]["detail"].startswith(report["python"])
    assert {f"corpus {name}" for name in ("brown", "movie_reviews", "cmudict", "word_pairs")} <= set(rows)
    assert rows["kernel"]["status"] == "ok", rows["kernel"]
    for row in rows.values():
        assert set(row) == {"name", "status", "detail", "mend", "reader"}
        assert row["mend"] if row["status"] != "ok" else row["detail"]
    if sys.platform.startswith("linux"):
        assert {"limits", "privileges", "namespaces", "small folder", "bubblewrap", "Landlock", "seccomp"} <= set(rows)


def test_a_check_that_raises_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def shaky() -> list[Finding]:
        raise ImportError("libfoo.so\nis missing")

    monkeypatch.setattr(doctor, "CHECKS", (shaky, machine.python))
    first, second = doctor.examine()
    assert (first.name, first.status, first.detail) == (
        "shaky",
        "fail",
        "the check itself failed: ImportError: libfoo.so",
    )
    assert second.name == "Python"
    assert not doctor.can_work([first, second])
    assert doctor.can_work([Finding("bubblewrap", "warn", "absent", "install it")])


def test_the_table_says_how_to_mend(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Finding("disk", "ok", "plenty"), Finding("corpus brown", "fail", "not fetched", "fetch it")]
    monkeypatch.setattr(command, "examine", lambda: rows)
    assert command.run(SimpleNamespace(json=False)) == 1  # type: ignore[arg-type]
    assert capsys.readouterr().out.splitlines() == [
        "ok   disk          plenty",
        "FAIL corpus brown  not fetched",
        "                   -> fetch it",
        "",
        "A learner cannot work here yet: mend what says FAIL.",
    ]


def lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> Finding:
    monkeypatch.setattr(packages, "LOCK", tmp_path / "requirements.lock")
    packages.LOCK.write_text(text)
    (finding,) = packages.against_lock()
    return finding


def test_packages_are_compared_with_the_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    versions = {"torch": "2.13.0+cpu", "numpy": "1.0"}

    def version(name: str) -> str:
        try:
            return versions[name]
        except KeyError:
            raise packages.metadata.PackageNotFoundError(name) from None

    monkeypatch.setattr(packages.metadata, "version", version)
    right = lock(monkeypatch, tmp_path, "# a comment\ntorch==2.13.0\ncolorama==0.4.6 ; sys_platform == 'amiga'\n")
    assert (right.status, right.detail) == ("ok", "all 1 as in requirements.lock")
    other = lock(monkeypatch, tmp_path, "torch==2.13.0\nnumpy==2.4.6\n")
    assert (other.status, other.detail) == ("warn", "1 of 2 differ from the lock: numpy 1.0 (wanted 2.4.6)")
    gone = lock(monkeypatch, tmp_path, "numpy==2.4.6\nnltk==3.10.4\n")
    assert (gone.status, gone.detail) == ("fail", "1 of 2 are missing: nltk")


def test_a_missing_corpus_says_where_it_can_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    state = SimpleNamespace(name="brown", ok=False, message="not fetched yet", bytes=0)
    monkeypatch.setattr("ngram2bert.corpora.status", lambda: [state])
    monkeypatch.setattr(corpora.shutil, "which", lambda name: None)
    brown, source = corpora.corpora()
    assert (brown.status, brown.detail) == ("fail", "not fetched yet")
    assert (source.status, "Node.js" in source.mend) == ("warn", True)


@pytest.mark.parametrize(("gigabytes", "status"), [(0.05, "fail"), (0.5, "warn"), (50, "ok")])
def test_the_disk(gigabytes: float, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: SimpleNamespace(free=gigabytes * 1e9))
    assert machine.disk()[0].status == status


def test_an_old_python_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "version_info", (3, 10, 1))
    assert machine.python()[0].status == "fail"


def test_no_browser_and_no_alembic_concern_no_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    rows = machine.browser() + notebooks.nbgrader()
    assert [(row.status, row.reader) for row in rows] == [("warn", "maintainer"), ("warn", "teacher")]


@pytest.mark.skipif(not sandbox.LINUX, reason="the layers are Linux's")
def test_a_missing_layer_says_how_to_get_it() -> None:
    with pytest.MonkeyPatch.context() as poorer:
        poorer.setattr(bubblewrap.shutil, "which", lambda name: None)
        poorer.setattr(landlock, "abi", lambda: 0)
        poorer.setattr(seccomp, "program", lambda: b"")
        bubblewrap.present.cache_clear()
        rows = {row.name: row for row in sandbox.layers()}
        (grading,) = sandbox.grader()
    bubblewrap.present.cache_clear()
    assert {rows[name].status for name in ("bubblewrap", "Landlock", "seccomp")} == {"warn"}
    assert "apt-get install bubblewrap" in rows["bubblewrap"].mend
    assert "libseccomp" in rows["seccomp"].detail
    assert rows["privileges"].status == "ok"
    assert grading.status == "warn"
    assert grading.detail.startswith("partly sandboxed")
    assert "--unsandboxed" in grading.mend


@pytest.mark.skipif(not sandbox.LINUX, reason="/proc is Linux's")
def test_asking_about_seccomp_changes_nothing() -> None:
    """The probe hands the kernel a filter that it must refuse: this process stays free."""
    assert seccomp.known() in (True, False)
    assert "Seccomp:\t0" in Path("/proc/self/status").read_text() or "Seccomp:\t2" in Path("/proc/1/status").read_text()
