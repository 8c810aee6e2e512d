"""Parts of a sweep: together they are the whole, and they take about as long."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from helpers import make_case
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.drive.error import DriverError
from benchmarks.standalone.bench.parts import Part, earlier_seconds, part_of, share_out


def group(time_steps, members=1):
    names = ("LIF/loop", "LIF/numba", "SPSN-SB/scan")[:members]
    return [make_case(name, time_steps) for name in names]


def key(time_steps):
    return ("depth", time_steps, 2, 8)


@given(
    seconds=st.lists(st.floats(0.1, 1e4), max_size=30),
    known=st.integers(0, 30),
    count=st.integers(1, 8),
)
def test_every_group_is_in_one_part_whatever_is_known(seconds, known, count):
    groups = [group(number + 1) for number in range(len(seconds))]
    times = {key(number + 1): one for number, one in enumerate(seconds[:known])}
    shares = share_out(groups, times, count)
    assert len(shares) == count
    assert sorted(g[0].time_steps for share in shares for g in share) == [
        g[0].time_steps for g in groups
    ]
    for share in shares:
        assert share == [g for g in groups if g in share]  # in their order
    if known >= len(seconds):
        # The rule by which they are shared out is never worse than 4/3 of the best.
        loads = [sum(times[key(g[0].time_steps)] for g in share) for share in shares]
        fair = max([sum(seconds) / count, *seconds, 0])
        assert max(loads) <= 4 / 3 * max(fair, 0) + fair / 3 + 1e-6


def test_a_long_group_has_a_part_of_its_own():
    groups = [group(n) for n in (1, 2, 3, 4)]
    times = {key(1): 10.0, key(2): 300.0, key(3): 20.0, key(4): 30.0}
    shares = share_out(groups, times, 2)
    assert [[g[0].time_steps for g in share] for share in shares] == [[2], [1, 3, 4]]


def test_a_group_that_was_never_measured_counts_by_its_cases():
    groups = [group(1, 2), group(2, 3), group(3, 1)]
    shares = share_out(groups, {key(1): 20.0}, 2)
    assert [[g[0].time_steps for g in share] for share in shares] == [[2], [1, 3]]


def test_earlier_seconds_are_from_the_journals(tmp_path):
    (tmp_path / "sweeps").mkdir()
    begun = datetime(2026, 11, 27, tzinfo=timezone.utc)
    sizes = {"suite": "depth", "batch": 2, "units": 8}
    lines = [
        {"at": (begun + timedelta(seconds=at)).isoformat(), "time_steps": steps, **sizes}
        for at, steps in ((0, 100), (60, 1000), (100, 100), (120, 5))
    ]
    (tmp_path / "sweeps" / "a.json").write_text(json.dumps({"references": lines}))
    assert earlier_seconds(tmp_path) == {key(100): 40.0, key(1000): 40.0}
    assert earlier_seconds(tmp_path / "none") == {}
    (tmp_path / "sweeps" / "b.json").write_text("{")
    with pytest.raises(DriverError, match=r"b.json.*is damaged"):
        earlier_seconds(tmp_path)


def test_a_part_is_written_k_of_n():
    assert part_of("2/8") == Part(2, 8)
    assert str(Part(2, 8)) == "2-of-8"


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "-1/3", "1/0", "1/2/3", ""])
def test_what_is_no_part_is_refused(text):
    with pytest.raises(DriverError, match="write K/N, with K from 1 to N"):
        part_of(text)
