"""The seconds that a method compiles: in a fresh process, with empty caches, or a reason."""

import os

import pytest
from helpers import make_case

from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.measure import start_up as module
from benchmarks.measure.start_up import compiled, start_up
from spsn_ref import methods

CASE = compiled(make_case("LIF/compile", depth=0))


@pytest.mark.skipif(methods()["lif"]["compile"] != "available", reason="no compiler here")
def test_a_compiler_starts_with_empty_caches_and_leaves_them(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    assert start_up(CASE, 300) > 0.5
    assert not list(tmp_path.iterdir())
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == str(tmp_path)


def test_a_chunk_is_compiled_once_for_all_lengths_and_batch_sizes_and_a_whole_for_each():
    sizes = [(5, 2, 3), (9, 2, 3), (9, 4, 3), (9, 4, 6)]
    for name, different in (("LIF/compile", 2), ("Spyx-CuBaLIF/scan", 4)):
        cases = [make_case(name, t, batch=batch, units=units) for t, batch, units in sizes]
        assert len(set(map(compiled, cases))) == different


def test_a_process_asks_once(monkeypatch):
    asked = []

    def run_bounded(work, case, *_):
        asked.append(case)
        return iter([{"start_up": 7.0}])

    monkeypatch.setattr(module, "run_bounded", run_bounded)
    start_up.cache_clear()
    assert [start_up(CASE, 4) for _ in range(3)] == [7.0] * 3
    assert asked == [CASE]
    start_up.cache_clear()


@pytest.mark.parametrize(
    ("ending", "status"),
    [(Ending(True, -9), Status.TIME_BUDGET), (Ending(False, 1), Status.ERROR)],
)
def test_a_compiler_that_does_not_end_well_is_a_status(ending, status, monkeypatch):
    monkeypatch.setattr(module, "run_bounded", lambda *_: iter([ending]))
    with pytest.raises(CaseError, match=r"LIF/compile did not compile within 4 s") as caught:
        start_up(CASE, 4)
    assert caught.value.status == status
