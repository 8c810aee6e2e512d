"""A group in words: the fastest SPSN over each LIF, slowest first, with intervals."""

from helpers import make_case

from benchmarks.drive.findings import custom_findings, finding, precision_reached
from benchmarks.drive.printed import Progress
from benchmarks.instruments.outcome import Flag, Status

LOOP, NUMBA, SCAN, FAST, FFT = (
    make_case(name, 1000, batch=8, units=64)
    for name in ("LIF/loop", "LIF/numba", "SPSN-SB/scan", "SPSN-GS/numba", "SPSN-SB/published_fft")
)


def line(seconds, status=Status.OK, flags=0):
    samples = [seconds * factor for factor in (1.0, 1.0, 1.01, 1.01)] if seconds else None
    told = {"status": int(status), "reason": "so", "flags": int(flags), "seconds": samples}
    return {**told, "rounds": [1, 1, 2, 2] if seconds else []}


def test_the_fastest_spsn_over_each_lif():
    done = {LOOP: line(6.0), NUMBA: line(0.5), SCAN: line(2.0), FAST: line(1.0)}
    assert finding(done) == (
        "SPSN-GS/numba is 6x [6, 6] as fast as LIF/loop and 0.5x [0.5, 0.5] as fast as LIF/numba"
    )


def test_what_is_inexact_or_failed_or_called_otherwise_is_no_side():
    membrane = make_case("SPSN-SB/numba_membrane", 1000, batch=8, units=64)
    done = {LOOP: line(6.0), FFT: line(0.1, flags=Flag.INEXACT_AS_PUBLISHED), membrane: line(0.1)}
    assert finding(done) is None
    assert finding({SCAN: line(1.0), NUMBA: line(None, Status.ERROR)}) is None
    assert "LIF/numba" not in finding(
        {SCAN: line(1.0), LOOP: line(2.0), NUMBA: line(None, Status.ERROR)}
    )


def test_a_complete_group_is_told_with_the_time_that_is_left(monkeypatch):
    from benchmarks.drive import printed

    now = iter([0.0, 20.0, 60.0, 120.0, 120.0])
    monkeypatch.setattr(printed.time, "monotonic", lambda: next(now))
    other = make_case("LIF/loop", 100)  # as long as LIF/loop, four times as long as a scan
    progress = Progress([LOOP, SCAN, other], [])
    progress.begin()  # after 20 s
    (first,) = progress.lines({"case": vars(LOOP), **line(6.0)})
    assert first.startswith("[  1/3   60 s] depth LIF/loop cpu T=1000 batch=8 units=64")
    second, words = progress.lines({"case": vars(SCAN), **line(2.0)})
    assert second.startswith("[  2/3  120 s] depth SPSN-SB/scan")
    assert words.startswith("  cpu, T = 1000, batch 8, 64 units, one layer: ")
    assert words.endswith("SPSN-SB/scan is 3x [3, 3] as fast as LIF/loop; about 2 min left")


def test_kept_cases_are_no_measure_of_the_time_that_is_left(monkeypatch):
    from benchmarks.drive import printed

    now = iter([0.0, 60.0, 60.0])
    monkeypatch.setattr(printed.time, "monotonic", lambda: next(now))
    other = make_case("SPSN-SB/scan", 100)
    progress = Progress([LOOP, SCAN, other], [LOOP])
    (line_,) = progress.lines({"case": vars(other), **line(2.0)})
    assert line_.startswith("[  2/3   60 s]")
    assert progress._left() == "about 1 min left"


def test_a_users_own_neuron_is_told_over_each_lif():
    own = make_case("mine:leaky/custom", 1000, batch=8, units=64)
    done = {LOOP: line(6.0), NUMBA: line(0.5), own: line(1.0), FAST: line(1.0)}
    assert list(custom_findings(done)) == [
        "mine:leaky/custom is 6x [6, 6] as fast as LIF/loop and 0.5x [0.5, 0.5] as fast as "
        "LIF/numba"
    ]
    assert list(custom_findings({FAST: line(1.0), LOOP: line(2.0)})) == []


def spread(seconds, share):
    """Return a line of two rounds that differ from their geometric mean by a share."""
    told = line(seconds)
    return told | {"seconds": [seconds * (1 + share)] * 2 + [seconds / (1 + share)] * 2}


def test_how_precisely_ratios_are_known():
    """Of two rounds, half the interval is 12.7 times the deviation of a mean."""
    assert precision_reached([{LOOP: line(6.0)}]) is None
    other = make_case("LIF/loop", 100)
    told = precision_reached(
        [{LOOP: spread(6.0, 0.001), NUMBA: spread(0.5, 0)}, {other: line(2.0)}]
    )
    assert told.startswith(
        "Ratios to the fastest neuron of a group are known within 1.3% (median), nine of ten "
        "within 1.3%. Of the median kind, a difference of 1.8% is found"
    )
