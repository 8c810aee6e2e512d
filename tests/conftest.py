"""Tests import `benchmarks` and `reports` from the checkout, `spsn_ref` from where it is installed.

The checkout comes last in the search path, so that an installed wheel is what is tested. Helpers
of several rooms stand beside this file.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parent.parent), str(Path(__file__).parent)]


def pytest_configure(config):
    """Prepare a run of the tests marked `gpu`, several processes on one device."""
    if config.option.markexpr != "gpu":
        return
    # What its libraries warn of on this machine, already at import, is no error of ours.
    config.addinivalue_line("filterwarnings", "default")
    if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
        # Before torch is imported: processes that all take every processor wait for each other.
        share = str(max(1, (os.cpu_count() or 1) // int(workers)))
        os.environ.setdefault("OMP_NUM_THREADS", share)
        os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", share)


def pytest_ignore_collect(collection_path, config):
    """Leave out, with `-m gpu`, files without such tests: they import what may be missing."""
    if config.option.markexpr != "gpu":
        return None
    if collection_path.is_dir():
        files = list(collection_path.rglob("test_*.py"))
    else:
        files = [collection_path]
    return None if any("mark.gpu" in file.read_text("utf-8") for file in files) else True


@pytest.fixture(scope="session")
def chromium():
    """Start the system's Chromium without a window; only tests marked `browser` ask for it."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "the tests marked browser need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        # Chromium has no sandbox of its own for root, as CI is.
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


class Watched:
    """A tab that notes what must not happen: messages, dialogs, requests to anywhere else."""

    def __init__(self, chromium, home, width):
        self.tab = chromium.new_page(viewport={"width": width, "height": 900})
        self.tab.set_default_timeout(60_000)
        self.complaints = []
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", self._dialog)
        self.tab.on("requestfailed", lambda request: self.complaints.append(request.url[:200]))
        self.tab.on("response", self._response)
        self.home = home
        self.tab.route("**/*", self._route)

    def _dialog(self, dialog):
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _response(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def _route(self, route):
        if route.request.url.startswith((self.home, "data:")):
            route.continue_()
        else:
            self.complaints.append(f"asks the net for {route.request.url}")
            route.abort()

    def overflow(self):
        """Return by how many pixels the page is wider than the window."""
        return self.tab.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
        )

    def tabbed(self, presses):
        """Press Tab so often and return a selector-like name of each element that was met."""
        met = []
        for _ in range(presses):
            self.tab.keyboard.press("Tab")
            met.append(self.tab.evaluate("document.activeElement.dataset.met ?? ''"))
        return met


@pytest.fixture
def watched(chromium):
    """Return a function that opens a watched tab; at the end nothing may have been noted."""
    opened = []

    def open_tab(home, width):
        opened.append(Watched(chromium, home, width))
        return opened[-1]

    yield open_tab
    complaints = [complaint for tab in opened for complaint in tab.complaints]
    for tab in opened:
        tab.tab.close()
    assert complaints == []
