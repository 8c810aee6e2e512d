"""The seconds that a method compiles: in a fresh process, with empty caches, or a reason."""

import json
import os

import pytest
from helpers import make_case, run_program

from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.measure import start_up as module
from benchmarks.measure.start_up import CACHE, compiled, start_up
from spsn_ref import methods

CASE = compiled(make_case("LIF/compile", depth=0))
# Another length, whose chunks are the same.
LOADS = """
import json
from torch._dynamo.utils import counters
from benchmarks.cases.case import Case
from benchmarks.measure.start_up import keep_surrogates
from benchmarks.workloads.make import make_workload

keep_surrogates()
make_workload(Case("depth", "LIF/compile", "cpu", 50, 1, 8, 0, "float32")).step()
print(json.dumps(counters["aot_autograd"]))
"""


@pytest.mark.skipif(methods()["lif"]["compile"] != "available", reason="no compiler here")
def test_a_compiler_starts_with_empty_caches_and_the_rounds_have_what_it_makes(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(CACHE, str(tmp_path))
    assert start_up(CASE, 300) > 0.5
    assert os.environ[CACHE] == str(tmp_path)
    found = json.loads(run_program("-c", LOADS).stdout)
    assert found["autograd_cache_hit"] > 0
    assert "autograd_cache_miss" not in found


def test_compiling_is_timed_once_for_all_batch_sizes_and_a_chunk_for_all_lengths():
    sizes = [(5, 2, 3), (9, 2, 3), (9, 4, 3), (9, 4, 6)]
    for name, different in (("LIF/compile", 2), ("Spyx-CuBaLIF/scan", 3)):
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
