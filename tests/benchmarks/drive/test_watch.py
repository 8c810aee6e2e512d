"""What ends a sweep while asv runs."""

import os
import sys

import pytest
from helpers import make_case, open_sweep

from benchmarks.cases.records import references_folder
from benchmarks.cases.request import VARIABLE
from benchmarks.drive import watch
from benchmarks.drive.error import DriverError
from benchmarks.drive.printed import Progress
from benchmarks.drive.so_far import page
from benchmarks.instruments.files import write_json

# Longer than any test may last.
SLEEPING = [sys.executable, "-c", "import time; time.sleep(3600)"]
ENDING = [sys.executable, "-c", ""]
ASKED = {"torch": "2.13.0", "numpy": "2.1.3"}


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "LOG", tmp_path / "run.log")
    monkeypatch.setattr(watch, "SO_FAR", tmp_path / "so-far.html")
    return open_sweep(tmp_path / "sweep", tmp_path / "results")


def measured(sweep, **versions):
    folder = references_folder(sweep.records)
    folder.mkdir()
    write_json(folder / "provenance.json", versions)
    return os.environ | {VARIABLE: str(sweep.request)}


def test_a_page_shows_what_was_found_and_asks_to_be_loaded_again_until_the_end(sweep, tmp_path):
    script = "<script>alert(1)</script>"
    cases = [make_case("LIF/loop"), make_case("SPSN-SB/scan")]
    progress = Progress(cases, heading=f"run 1 on {script}")
    seen = []
    for case, seconds in zip(cases, (6.0, 2.0), strict=True):
        line = {"status": 0, "reason": "", "flags": 0, "rounds": [0, 1], "seconds": [seconds] * 2}
        seen += progress.lines({"case": vars(case), **line})
    going = page(progress)
    assert 'http-equiv="refresh"' in going
    assert "SPSN-SB/scan is 3x [3, 3] as fast as LIF/loop" in going
    assert "[  2/2" in going
    assert script not in going
    assert "&lt;script&gt;" in going
    assert watch.run_asv(ENDING, {**os.environ}, sweep, progress, {}) == 0
    over = (tmp_path / "so-far.html").read_text()
    assert 'http-equiv="refresh"' not in over
    assert "as fast as LIF/loop" in over


def test_without_room_for_the_page_the_sweep_goes_on_and_says_so(
    sweep, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(watch, "SO_FAR", tmp_path / "no such folder" / "so-far.html")
    assert watch.run_asv(ENDING, {**os.environ}, sweep, Progress([]), {}) == 0
    assert "so-far.html cannot be written (No such file" in capsys.readouterr().out


@pytest.mark.parametrize(
    "versions", [{"torch": "2.13.0+cpu", "numpy": "2.1.3"}, {"torch": "2.13.0", "numba": "0.68.1"}]
)
def test_the_versions_that_were_asked_for_are_measured(sweep, versions):
    environment = measured(sweep, **versions)
    assert watch.run_asv(ENDING, environment, sweep, Progress([]), ASKED) == 0
    assert sweep.records.exists()


def test_another_version_than_was_asked_for_is_not_measured(sweep):
    environment = measured(sweep, torch="2.14.1", numpy="2.1.3")
    with pytest.raises(DriverError, match=r"has torch 2\.14\.1 instead of 2\.13\.0.*delete .*env"):
        watch.run_asv(SLEEPING, environment, sweep, Progress([]), ASKED)
    assert not sweep.records.exists()  # nothing of it is taken over


def test_where_no_version_is_asked_for_any_is_measured(sweep):
    environment = measured(sweep, torch="2.14.1")
    assert watch.run_asv(ENDING, environment, sweep, Progress([]), {}) == 0
