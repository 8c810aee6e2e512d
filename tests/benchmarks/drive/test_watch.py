"""What ends a sweep while asv runs."""

import os
import sys

import pytest
from helpers import open_sweep

from benchmarks.cases.records import references_folder
from benchmarks.cases.request import VARIABLE
from benchmarks.drive import watch
from benchmarks.drive.error import DriverError
from benchmarks.instruments.files import write_json

# Longer than any test may last.
SLEEPING = [sys.executable, "-c", "import time; time.sleep(3600)"]
ENDING = [sys.executable, "-c", ""]
ASKED = {"torch": "2.13.0", "numpy": "2.1.3"}


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "LOG", tmp_path / "run.log")
    return open_sweep(tmp_path / "sweep", tmp_path / "results")


def measured(sweep, **versions):
    folder = references_folder(sweep.records)
    folder.mkdir()
    write_json(folder / "provenance.json", versions)
    return os.environ | {VARIABLE: str(sweep.request)}


@pytest.mark.parametrize(
    "versions", [{"torch": "2.13.0+cpu", "numpy": "2.1.3"}, {"torch": "2.13.0", "numba": "0.68.1"}]
)
def test_the_versions_that_were_asked_for_are_measured(sweep, versions):
    environment = measured(sweep, **versions)
    assert watch.run_asv(ENDING, environment, sweep, [], [], ASKED) == 0
    assert sweep.records.exists()


def test_another_version_than_was_asked_for_is_not_measured(sweep):
    environment = measured(sweep, torch="2.14.1", numpy="2.1.3")
    with pytest.raises(DriverError, match=r"has torch 2\.14\.1 instead of 2\.13\.0.*delete .*env"):
        watch.run_asv(SLEEPING, environment, sweep, [], [], ASKED)
    assert not sweep.records.exists()  # nothing of it is taken over


def test_where_no_version_is_asked_for_any_is_measured(sweep):
    environment = measured(sweep, torch="2.14.1")
    assert watch.run_asv(ENDING, environment, sweep, [], [], {}) == 0
