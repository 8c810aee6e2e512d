"""The seconds that a method compiles: in a fresh process, with empty caches, or a reason."""

import os

import pytest
from helpers import make_case

from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.measure import start_up as module
from benchmarks.measure.start_up import start_up
from spsn_ref import methods

CASE = make_case("LIF/compile", depth=0)


@pytest.mark.skipif(methods()["lif"]["compile"] != "available", reason="no compiler here")
def test_a_compiler_starts_with_empty_caches_and_leaves_them(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    assert start_up(CASE, 300) > 0.5
    assert not list(tmp_path.iterdir())
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == str(tmp_path)


def test_a_process_asks_once_for_all_lengths_and_batch_sizes(monkeypatch):
    asked = []

    def run_bounded(work, case, *_):
        asked.append((case.time_steps, case.batch, case.units))
        return iter([{"start_up": 7.0}])

    monkeypatch.setattr(module, "run_bounded", run_bounded)
    module._start_up.cache_clear()
    sizes = [(5, 2, 3), (9, 2, 3), (9, 4, 3), (9, 4, 6)]
    cases = [make_case("LIF/compile", t, batch=batch, units=n) for t, batch, n in sizes]
    assert [start_up(case, 4) for case in cases] == [7.0] * 4
    assert asked == [(2, 1, 3), (2, 1, 6)]
    module._start_up.cache_clear()


@pytest.mark.parametrize(
    ("ending", "status"),
    [(Ending(True, -9), Status.TIME_BUDGET), (Ending(False, 1), Status.ERROR)],
)
def test_a_compiler_that_does_not_end_well_is_a_status(ending, status, monkeypatch):
    monkeypatch.setattr(module, "run_bounded", lambda *_: iter([ending]))
    with pytest.raises(CaseError, match=r"LIF/compile did not compile within 4 s") as caught:
        start_up(CASE, 4)
    assert caught.value.status == status
