"""What a sweep asks of the suites reaches them by one file; asv by hand has a variable."""

import json
from dataclasses import asdict, replace

import pytest

from benchmarks.cases.profiles import PROFILES
from benchmarks.cases.request import VARIABLE, Request, current_profile, current_request


def test_an_unknown_profile_is_named(monkeypatch):
    monkeypatch.setenv("SPSN_PROFILE", "fast")
    with pytest.raises(
        ValueError, match="'fast'; choose one of smoke, quick, standard, paper, full"
    ):
        current_profile()


def test_the_sweeps_file_goes_before_the_profile_of_an_asv_started_by_hand(tmp_path, monkeypatch):
    monkeypatch.setenv("SPSN_PROFILE", "smoke")
    assert current_request() == Request("smoke")
    asked = Request("paper", ("depth",), ("LIF/loop", "LIF/numba"), True, "records", "progress")
    (tmp_path / "request.json").write_text(json.dumps(asdict(asked)))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "request.json"))
    assert current_request() == asked


def test_without_a_word_the_quick_profile_is_measured_case_by_case(monkeypatch):
    monkeypatch.delenv("SPSN_PROFILE", raising=False)
    assert current_request() == Request("quick", (), (), False, "", "")


def test_a_request_may_ask_for_another_precision():
    assert Request("quick").budget == PROFILES["quick"].budget
    assert Request("quick", precision=0.02).budget == replace(
        PROFILES["quick"].budget, precision=0.02
    )
