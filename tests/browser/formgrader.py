"""nbgrader's formgrader as a teacher starts it: a Jupyter server in the course's folder, seen through a browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import lab

SECONDS = 20_000.0  # milliseconds that a page may take on a busy machine


@dataclass
class Formgrader:
    """The formgrader in one page. `outside` are the addresses elsewhere that pages asked for; none is let through."""

    page: Page
    address: str
    shots: Path
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route("**/*", self._guard)
        self.page.goto(f"{self.address}/login?token={lab.TOKEN}")

    def _guard(self, route: Route) -> None:
        asked = urlparse(route.request.url)
        if asked.scheme in ("data", "file", "blob") or asked.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, path: str) -> None:
        """A page of the formgrader, by the end of its address."""
        self.page.goto(f"{self.address}/formgrader/{path}")

    def submissions(self, chapter: str) -> Locator:
        """The rows of the table of submissions."""
        self.open(f"manage_submissions/{chapter}")
        rows = self.page.locator("table tbody tr")
        expect(rows.filter(has_text=" / ").first).to_be_visible(timeout=SECONDS)
        return rows

    def submission(self, chapter: str, row_id: str) -> None:
        """The page in which one submission is marked; `row_id` is the submitted notebook's in the gradebook."""
        self.open(f"submissions/{row_id}/")
        expect(self.page.locator("input.score").first).to_be_visible(timeout=SECONDS)
        expect(self.page.locator(".panel-title").first).to_contain_text(chapter)

    def mark(self, answer: str, points: str, comment: str) -> None:
        """Type points and a comment for an answer that is marked by hand, and wait until both are saved."""
        for box, text in ((f"#{answer}", points), (f"#{answer}-comment", comment)):
            with self.page.expect_response(lambda r: r.request.method == "PUT" and r.ok):
                self.page.locator(box).fill(text)
                self.page.locator(box).blur()

    def screenshot(self, name: str) -> None:
        """A picture of what is in view, in the folder of screenshots."""
        self.shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.shots / f"{name}.png")


@contextmanager
def serve(course: Path, folder: Path) -> Iterator[str]:
    """Start a Jupyter server in the course's folder; its address. `folder` holds its settings and its log."""
    port = lab.free_port()
    words = [sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={course}", f"--ServerApp.port={port}"]
    words += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0", "--no-browser", "--allow-root"]
    variables = lab.environment(folder)
    variables.pop("JUPYTER_CONFIG_PATH")  # a learner's settings, which leave the formgrader out
    variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables.get("PATH", os.defpath)])
    with lab.running(words, variables, course, port, folder / "server.log"):
        yield f"http://127.0.0.1:{port}"
