"""Profiles choose from the grid, by suite and by device."""

from benchmarks.cases.grid import FIGURE_5, GRID, PARAMETERS
from benchmarks.cases.profiles import PROFILES
from benchmarks.cases.selection import group_of, select


def test_profiles_choose_from_the_grid():
    for name, profile in PROFILES.items():
        for suite, only in profile.only.items():
            for parameter, values in only.items():
                assert set(values) <= set(GRID[suite][PARAMETERS.index(parameter)]), (name, suite)
    quick = PROFILES["quick"].chosen("sequence_length", "cpu")
    assert max(quick[2]) == 10_000
    assert not any("triton" in method for method in quick[0])
    on_cuda = PROFILES["quick"].chosen("sequence_length", "cuda")
    assert {"LIF/triton", "LIF/cuda_graph", "SPSN-SB/triton"} <= set(on_cuda[0])
    assert not any("numba" in method for method in on_cuda[0])
    assert {"LIF/published_loop", "LIF/loop", "SPSN-SB/published_fft"} <= set(quick[0])
    for method in ("LIF/triton", "LIF/cuda_graph", "SPSN-SB/triton"):
        for device in ("cpu", "cuda"):
            values = [method, device, 1000, 1, 128, 1, "float32"]
            assert PROFILES["quick"].includes("sequence_length", values) == (device == "cuda")
            assert PROFILES["full"].includes("sequence_length", values) == (device == "cuda")
    for suite in PROFILES["quick"].only:
        for device in ("cpu", "cuda"):
            chosen = PROFILES["quick"].chosen(suite, device)[0]
            assert ("LIF/compile" in chosen) == ("LIF/loop" in chosen)
    assert PROFILES["paper"].chosen("sequence_length", "cpu")[2] == FIGURE_5
    assert PROFILES["paper"].budget.most == PROFILES["paper"].budget.least == 10


def test_the_profile_chooses_by_device():
    on_cpu = PROFILES["peers"].chosen("peers", "cpu")
    assert on_cpu[2:5] == [[100, 316, 1000, 3162], [8, 64], [128]]
    assert {"Spyx-CuBaLIF/scan", "LIF/numba", "SpikingJelly-LIF/multi_step"} < set(on_cpu[0])
    on_cuda = PROFILES["peers"].chosen("peers", "cuda")[0]
    assert {"SpikingJelly-LIF/triton", "Sinabs-LIF/exodus", "LIF/triton"} < set(on_cuda)
    assert not {"LIF/numba", "SPSN-GS/numba"} & set(on_cuda)


def test_a_profile_leaves_out_what_is_too_large_for_it():
    for name, most in (("quick", 2 * 10**7), ("full", 2 * 10**8)):
        cases = select(name, ["lanes"], ["cpu", "cuda"])
        assert cases
        assert max(case.time_steps * case.units for case in cases) <= most
        for case in cases:
            assert case in group_of(case, name)
            assert PROFILES[name].includes("lanes", case.values)
    values = ["LIF/numba", "cpu", 1_000_000, 1, 8192, 0, "float32"]
    assert not PROFILES["full"].includes("lanes", values)
