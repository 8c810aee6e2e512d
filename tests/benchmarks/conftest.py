"""What the tests of all rooms share; plain functions are in helpers.py."""

import multiprocessing
import sys
import time
from pathlib import Path

import pytest

# The helpers stand beside this file; tests have no package to import them from.
sys.path.append(str(Path(__file__).parent))

# Where a test measures in processes of its own they are forked by a server that has imported this
# and run no torch operation, as the command line has not: a spawned one imports for three seconds.
multiprocessing.set_forkserver_preload(["torch", "torch._dynamo", "numba"])


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Make an empty home folder, in which asv keeps its list of machines."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_lock(tmp_path, monkeypatch):
    """Let tests that run at the same time not wait for one another."""
    from benchmarks.drive import alone

    monkeypatch.setattr(alone, "lock_folder", lambda: tmp_path / "lock")


@pytest.fixture
def skip_time(monkeypatch):
    """Return a function that sets the monotonic clock forward by so many seconds."""
    now, skipped = time.monotonic, []
    monkeypatch.setattr(time, "monotonic", lambda: now() + sum(skipped))
    return skipped.append
