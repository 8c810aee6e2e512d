"""Each library against the oracle, in its own environment: `tox run -e peer-NAME`."""

import gc
import os

import pytest
import torch
from helpers import make_case

from benchmarks.cases.libraries import LIBRARIES
from benchmarks.cases.neurons import is_made_for
from benchmarks.measure import compare
from benchmarks.workloads.adapters import registry
from benchmarks.workloads.adapters.adapter import Setting
from benchmarks.workloads.make import make_workload

pytestmark = [
    pytest.mark.peers,
    # What other libraries warn of at import is theirs.
    pytest.mark.filterwarnings("default"),
]
LIBRARY = os.environ.get("SPSN_PEER", "")
METHODS = LIBRARIES[LIBRARY].neuron_methods if LIBRARY in LIBRARIES else ()
# Triton's interpreter runs on a CPU what is made for CUDA, but for a mask that it refuses.
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
REFUSED = ("FLA-SPSN/chunk",)
HERE = [
    name for name in METHODS if is_made_for(name, "cpu") or (INTERPRETED and name not in REFUSED)
]


@pytest.fixture(autouse=True)
def no_choice_of_blocks():
    """Keep Triton from timing the sizes of its blocks, for which it asks a device."""
    if not INTERPRETED:
        return
    from triton.runtime.autotuner import Autotuner

    for name in HERE:
        registry.demand_library(name)
    for kernel in gc.get_objects():
        if type(kernel) is Autotuner:
            kernel.configs = kernel.configs[:1]


def case(name, time_steps):
    return make_case(name, time_steps, "peers", units=16)


def test_the_library_is_named_and_installed():
    choices = [name for name, library in LIBRARIES.items() if library.requirements]
    assert LIBRARY in choices, f"SPSN_PEER is {LIBRARY!r}; choose one of {', '.join(choices)}"
    for name in HERE:
        registry.demand_library(name)


EVENTS = "jaxsnn-EventLIF/eventprop"


# It finds its reset by a fixed point, exact after as many iterations as time-steps.
FIXED_POINT = "Spyx-ParallelResetLIF/fixed_point"


@pytest.mark.parametrize("time_steps", [300, 1000])
@pytest.mark.parametrize("name", [name for name in HERE if name != FIXED_POINT])
def test_it_is_our_equation(name, time_steps):
    found = compare.compare(case(name, time_steps))
    assert found["membrane_error"] < compare.TOLERANCE
    assert found.get("same_trains", 1.0) >= compare.SAME_TRAINS


@pytest.mark.parametrize("name", [name for name in HERE if name == FIXED_POINT])
def test_a_fixed_point_is_our_equation_after_all_its_iterations_alone(name, monkeypatch):
    from benchmarks.workloads.adapters import spyx

    with pytest.raises(registry.PeerError, match=r"only \d+% of its spike trains"):
        compare.compare(case(name, 300))
    monkeypatch.setattr(spyx, "_ITERATIONS", 300)
    assert compare.compare(case(name, 300))["same_trains"] >= compare.SAME_TRAINS


@pytest.mark.parametrize("time_steps", [1, 2, 17])
@pytest.mark.parametrize("name", HERE)
def test_its_membrane_is_ours_from_the_first_step(name, time_steps):
    peer = registry.demand_library(name)
    current = torch.rand(time_steps, 3, 8, generator=torch.Generator().manual_seed(0))
    _, truth = compare.oracle(peer, current)
    silent = compare.silent_threshold(peer)
    with torch.no_grad():
        layer = peer.make(name.split("/")[1], Setting(time_steps, 8, silent, record=True))
        _, membrane = layer(current)
    assert (membrane.double() - truth).abs().max() < compare.TOLERANCE * truth.max()


@pytest.mark.parametrize("name", HERE)
def test_a_second_call_starts_from_rest(name):
    peer = registry.demand_library(name)
    current = torch.rand(200, 3, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        layer = peer.make(name.split("/")[1], Setting(200, 8, record=True))
        first, again = layer(current)[1].clone(), layer(current)[1]
    assert torch.equal(first, again)


@pytest.mark.parametrize("name", HERE)
def test_a_call_leaves_finite_gradients_and_spikes(name):
    workload = make_workload(case(name, 100))
    durations = workload.call()
    assert all(seconds > 0 for seconds in durations)
    assert len(durations) == len(workload.phases) or len(durations) == len(workload.durations)
    if len(workload.phases) > 1:  # else it has no backward pass
        gradients = workload.gradients()
        assert len(gradients) >= (1 if name == EVENTS else 2)  # events take no bias
        compare.demand_finite(case(name, 100), gradients, lambda event: None)
        assert any(gradient.abs().max() > 0 for gradient in gradients)
    assert set(workload.layers[-1].unique().tolist()) == {0.0, 1.0}
    assert workload.layers[-1].shape == (100, 2, 16)


@pytest.mark.parametrize("name", [name for name in HERE if name == EVENTS])
def test_the_gradient_by_events_is_the_change_of_the_spike_times(name):
    import jax

    workload = make_workload(case(name, 100))
    (weights,), sent = workload._weights, workload._arrays[0]
    times, pull, events = jax.vjp(lambda w: workload.compute((w,), sent), weights, has_aux=True)
    weighting = jax.random.normal(jax.random.key(0), times.shape)
    (gradient,) = pull(weighting)
    place = jax.numpy.unravel_index(abs(gradient).argmax(), gradient.shape)
    step = 1e-3 * abs(weights).max()
    sums = []
    for moved in (weights.at[place].add(step), weights.at[place].add(-step)):
        times, found = workload.compute((moved,), sent)
        assert (found.idx == events.idx).all(), "the order of events changed: take another step"
        sums.append((weighting * times).sum())
    assert ((sums[0] - sums[1]) / (2 * step)).item() == pytest.approx(
        gradient[place].item(), rel=0.01
    )
