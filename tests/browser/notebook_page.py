"""A notebook in JupyterLab, as a learner handles it: open, type, run, read, press, slide."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab

OPEN_SECONDS = 40
RUN_SECONDS = 40
_workspaces = itertools.count(1)


class Notebook:
    """One notebook in one page of the browser."""

    def __init__(self, page: Page, lab: Lab, shots: Path):
        self.page, self.lab, self.shots = page, lab, shots
        self.path = Path()

    def open(self, name: str) -> None:
        """Open a notebook by its path under the server's root, and wait until its kernel is idle."""
        self.path = self.lab.root / name
        self.page.goto(self.lab.url(name, f"test{next(_workspaces)}"))
        cells = len(json.loads(self.path.read_text(encoding="utf-8"))["cells"])
        expect(self.page.locator(".jp-Notebook .jp-Cell")).to_have_count(cells, timeout=OPEN_SECONDS * 1000)
        expect(self.page.locator(".jp-NotebookPanel .jp-Spinner")).to_have_count(0)
        self.wait_idle()

    def wait_idle(self, seconds: float = OPEN_SECONDS) -> None:
        """Wait until the kernel has nothing to do."""
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=seconds * 1000)

    def cell(self, which: int | str) -> Locator:
        """A cell by its number, by the nbgrader id, id or tag that the file gives it, or by a piece of its text."""
        number = which if isinstance(which, int) else self._number(which)
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    def _number(self, name: str) -> int:
        cells = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells):
            metadata = cell["metadata"]
            if name in (metadata.get("nbgrader", {}).get("grade_id"), cell.get("id"), *metadata.get("tags", ())):
                return number
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "code" and name in "".join(cell["source"]):
                return number
        raise LookupError(f"{self.path.name} has no cell {name!r}")

    def type_into(self, which: int | str, text: str) -> None:
        """Replace the text of a cell."""
        editor = self.cell(which).locator(".cm-content")
        editor.scroll_into_view_if_needed()
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def run(self, which: int | str, seconds: float = RUN_SECONDS) -> None:
        """Run a cell and wait until it is done."""
        cell = self.cell(which)
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        with contextlib.suppress(AssertionError):  # a quick cell of a new kernel may get its old number again
            expect(prompt).not_to_have_text(before, timeout=3000)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=seconds * 1000)

    def run_through(self, last: int | str) -> None:
        """Run all code cells from the first down to this one."""
        number = last if isinstance(last, int) else self._number(last)
        for i in range(number + 1):
            if "jp-CodeCell" in (self.cell(i).get_attribute("class") or ""):
                self.run(i)

    def answer(self, exercise: str, text: str) -> Locator:
        """Type an answer, run it, run its check; return the card."""
        self.type_into(exercise, text)
        self.run(exercise)
        self.run(f"check-{exercise}")
        return self.card(f"check-{exercise}")

    def card(self, which: int | str) -> Locator:
        """The card under a cell."""
        card = self.cell(which).locator(".n2b").first
        expect(card).to_be_visible()
        return card

    def outputs(self, which: int | str) -> Locator:
        """All that a cell shows."""
        return self.cell(which).locator(".jp-OutputArea").first

    def press_hint(self, which: int | str) -> Locator:
        """Press the hint's button under a card; return what it shows."""
        box = self.cell(which).locator(".n2b-buttons")
        hints = box.locator(".n2b-lead")
        read = hints.count()
        box.locator("button").click()
        expect(hints).to_have_count(read + 1)
        return hints.last

    def slide(self, which: int | str, label: str, steps: int) -> None:
        """Move the slider with this label by so many steps, left where negative."""
        slider = self.cell(which).locator(".widget-slider", has=self.page.locator(".widget-label", has_text=label))
        slider.locator(".noUi-handle").focus()
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")

    def save(self) -> None:
        """Save the notebook and wait until it is on disk."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".jp-mod-dirty")).to_have_count(0)

    def reopen(self) -> None:
        """What the next day brings: the page and the kernel are gone, the file is there."""
        self.page.goto("about:blank")
        self.lab.shut_down_kernels()
        self.open(str(self.path.relative_to(self.lab.root)))

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """A picture of the page or of a part of it, in the folder of screenshots."""
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{name}.png"
        if of is None:
            self.page.screenshot(path=path)
        else:
            of.scroll_into_view_if_needed()
            of.screenshot(path=path)
        return path
