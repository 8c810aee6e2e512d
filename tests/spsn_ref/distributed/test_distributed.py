"""Time divided among processes gives what one process gives: gloo, on this machine."""

import pytest
import torch
from matrix import CUTS, FIRINGS, LANES, TAUS, all_fired_by_triton, everything
from ranks import run

from spsn_ref import NeuronParameters
from spsn_ref.distributed.exchange import reach

pytestmark = pytest.mark.skipif(
    not torch.distributed.is_gloo_available(), reason="this torch has no gloo"
)
CASES = [(ranks, cut) for ranks, cuts in CUTS.items() for cut in cuts]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the ranks of each number of ranks found, once for all tests."""
    kept = {}

    def look(ranks):
        if ranks not in kept:
            kept[ranks] = run(everything, ranks, tmp_path_factory.mktemp(f"ranks{ranks}"))
        return kept[ranks]

    return look


def test_a_state_is_forgotten_after_so_many_steps():
    p = NeuronParameters()
    assert reach(p.alpha, p.beta) == 1024  # tau is 20 steps
    assert reach(0.0, 0.5) == 64
    assert reach(0.0, 0.0) == 1


@pytest.mark.parametrize(("ranks", "lengths"), CASES)
@pytest.mark.parametrize("tau", TAUS)
@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize("with_membrane", [True, False])
def test_spikes_are_those_of_one_process_bit_for_bit(
    found, ranks, lengths, tau, firing, with_membrane
):
    for one in found(ranks):
        case = one[f"fired {lengths} {tau} {firing} {with_membrane}"]
        assert case["spikes"]
        assert case["counts"]
        assert case["membrane"]
        assert case["gradient"] < 1e-6


@pytest.mark.gpu
@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="fewer than two GPUs")
def test_spikes_by_nccl_on_two_gpus_are_those_of_one_bit_for_bit(tmp_path):
    for one in run(all_fired_by_triton, 2, tmp_path, "nccl"):
        for name, case in one.items():
            assert case["spikes"], name
            assert case["counts"], name
            assert case["membrane"], name
            assert case["gradient"] < 1e-6, name


@pytest.mark.parametrize(("ranks", "lengths"), CASES)
@pytest.mark.parametrize("tau", TAUS)
def test_float64_is_within_1e_14_forwards_and_1e_13_back(found, ranks, lengths, tau):
    for one in found(ranks):
        case = one[f"integrated {lengths} {tau}"]
        assert case["step"]
        assert case["membrane"] < 1e-14
        assert case["last"] < 3e-14
        assert max(case["gradient"], case["gradient of the state"]) < 1e-13


@pytest.mark.parametrize(("ranks", "lengths"), CASES)
def test_the_mean_over_time_and_its_gradient(found, ranks, lengths):
    for one in found(ranks):
        case = one[f"averaged {lengths}"]
        assert max(case["mean"], case["gradient"]) < 1e-14


@pytest.mark.parametrize(("ranks", "lengths"), CASES)
def test_the_last_state_is_where_one_process_goes_on(found, ranks, lengths):
    assert all(one[f"continued {lengths}"]["spikes"] for one in found(ranks))


@pytest.mark.parametrize(("ranks", "lengths"), CASES)
def test_modules_are_those_of_one_process_bit_for_bit(found, ranks, lengths):
    for one in found(ranks):
        assert one[f"by modules {lengths}"] == {"spikes": True, "readout": True, "steps": True}


def _received(rank, lengths, tau):
    """Return the bytes of a call forward and back: three numbers of its shard, then states."""
    ranks, state = len(lengths), 2 * LANES * 8
    sizes = (ranks - 1) * 3 * 8
    p = NeuronParameters(tau_syn=tau * 1e-3, tau_mem=0.7 * tau * 1e-3)
    if min(lengths) >= reach(p.alpha, p.beta):
        return sizes + ((rank > 0) + (rank < ranks - 1)) * state
    return sizes + 2 * (ranks - 1) * state


@pytest.mark.parametrize(("ranks", "lengths"), CASES)
@pytest.mark.parametrize("tau", TAUS)
def test_two_numbers_a_neuron_are_exchanged_whatever_t_is(found, ranks, lengths, tau):
    for rank, one in enumerate(found(ranks)):
        case = one[f"fired {lengths} {tau} sigmoid_bernoulli False"]
        assert case["received"] == _received(rank, lengths, tau)


def test_what_cannot_be_done_is_told_on_every_rank(found):
    for told in (one["refused"] for one in found(2)):
        assert told["empty"].startswith("ValueError: the shard of rank 1 has no time-step")
        assert "neurons of the ranks' shards is [5, 6]" in told["lanes"]
        assert "requires_grad of the ranks' shards is [1, 0]" in told["gradients"]
        assert told["scan"].startswith("NotImplementedError: method 'scan' draws random numbers")
        assert told["lif"].startswith("NotImplementedError: a LIF cannot be divided over time")
