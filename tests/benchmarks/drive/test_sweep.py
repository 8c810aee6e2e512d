"""A sweep's name, its lock, and whole files alone in results/."""

import pytest
from helpers import open_sweep, read_all

from benchmarks.cases.request import Request
from benchmarks.drive.checkout import digest
from benchmarks.drive.error import DriverError
from benchmarks.drive.sweep import hold


def test_another_command_or_other_code_takes_nothing_over():
    assert digest("a", {"b": 1, "c": 2}) == digest("a", {"c": 2, "b": 1})
    assert len({digest("a", "b"), digest("ab"), digest("b", "a"), digest("a", ["b"])}) == 4


def test_half_a_file_of_asv_never_reaches_the_results(tmp_path):
    sweep = open_sweep(tmp_path / "sweep", tmp_path / "results")
    (sweep.staged / "testbed" / "0123abcd-env.json").write_text('{"half": [1, 2')
    with pytest.raises(DriverError, match="no valid JSON to 0123abcd-env"):
        sweep.publish("0123abcd", ["depth"])
    assert not (tmp_path / "results").exists()
    sweep.open("0123abcd", {}, Request(), fresh=False)
    sweep.publish("0123abcd", ["depth"])  # asv begins anew from the records
    assert read_all(tmp_path / "results") == {}


def test_a_results_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(DriverError, match="cannot be written"), hold(tmp_path / "results"):
        raise AssertionError
