"""Segments of time, blocks of lanes and threads leave no trace in the results."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spsn_ref import NeuronParameters, leaky_integrate, lif, spsn

pytest.importorskip("numba", reason="method 'numba' needs numba")

from spsn_ref._numba import cut as cuts
from spsn_ref._numba import plan, threads
from spsn_ref._numba.kernels import tiles, vectors, walk

from .calls import FIRINGS, RESETS, current, generator, neurons, results

# Fewer lanes than a vector has, a vector, some and a rest, and so many that time is not cut; within
# a segment, a whole one, and some with a rest that is no multiple of a tile.
LANES = (1, 2, 7, 8, 9, 16, 20, 33, 130)
STEPS = (1, 5, 31, 32, 959, 960, 961, 1443)


def error(ours, truth):
    return ((ours.double() - truth).abs().max() / truth.abs().max().clamp_min(1e-30)).item()


def test_plan_and_kernels_agree():
    assert (cuts.CHUNK, plan.WIDTH, plan.MOST) == (walk.CHUNK, vectors.WIDTH, walk.MOST)
    assert tiles.ROWS == walk.CHUNK


@given(st.integers(1, 200_000), st.integers(1, 3000), st.integers(0, 10**12), st.booleans())
@settings(max_examples=300, deadline=None)
def test_parts_are_all_of_time(steps, lanes, step, cut):
    parts = cuts.parts(steps, lanes, step, cut)
    rows = [row for part in parts for row in range(part.row, part.row + part.rows)]
    assert rows == list(range(steps))
    for part in parts:
        if part.segments > 1:
            # All segments pass from one chunk of random numbers to the next at the same row.
            assert (step + part.row) % cuts.CHUNK == part.length % cuts.CHUNK == 0
    assert cut or len(parts) <= 2


@pytest.mark.parametrize("with_membrane", [True, False])
@pytest.mark.parametrize(("steps", "lanes"), [(1100, 3), (1100, 20), (1100, 130), (70, 1030)])
def test_threads_and_blocks_leave_no_trace(monkeypatch, steps, lanes, with_membrane):
    x = current(steps, lanes)
    monkeypatch.setattr(threads, "ALONE", 0)
    before, found = torch.get_num_threads(), []
    try:
        for count, most, fork in ((1, 512, False), (2, 512, False), (3, 32, False), (2, 64, True)):
            torch.set_num_threads(count)
            monkeypatch.setattr(plan, "MOST", most)
            monkeypatch.setattr(threads, "_lost", fork)  # then Python's threads run the kernels
            calls = neurons(with_membrane).values()
            found.append([tensor for call in calls for tensor in results(call, x)])
    finally:
        torch.set_num_threads(before)
    for others in found[1:]:
        assert all(torch.equal(ours, theirs) for ours, theirs in zip(found[0], others, strict=True))


@pytest.mark.parametrize("firing", FIRINGS)
@pytest.mark.parametrize("shortest", [64, 200, 10**6])
@pytest.mark.parametrize("lanes", [1, 3, 12, 130])
def test_segments_leave_no_trace(monkeypatch, firing, shortest, lanes):
    x = current(1500, lanes)
    expected = spsn(x, firing=firing, method="numba", generator=generator(5))
    monkeypatch.setattr(cuts, "SHORTEST", shortest)
    plan._kept.cache_clear()
    found = spsn(x, firing=firing, method="numba", generator=generator(5))
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(found, expected, strict=True))


@given(
    st.integers(1, 1500),
    st.integers(1, 40),
    st.integers(1, 1500),
    st.integers(1, 40),
    st.sampled_from(FIRINGS),
)
@settings(max_examples=40, deadline=None)
def test_a_spike_depends_on_neither_later_steps_nor_other_lanes(steps, lanes, first, some, firing):
    first, some = min(first, steps), min(some, lanes)
    x = current(steps, lanes)
    whole = spsn(x, firing=firing, method="numba", generator=generator(2), with_membrane=False)[0]
    part = spsn(x[:first, :some], firing=firing, method="numba", generator=generator(2))[0]
    assert torch.equal(whole[:first, :some], part)


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("steps", STEPS)
def test_every_shape_is_the_float64_loop(steps, lanes):
    x = current(steps, lanes)
    g = torch.randn(2, steps, lanes, generator=generator(1))
    p = NeuronParameters()
    truth = x.double().requires_grad_()
    u = leaky_integrate(truth, p.alpha, p.beta, method="loop")

    ours = x.clone().requires_grad_()
    membrane = leaky_integrate(ours, p.alpha, p.beta, method="numba")
    assert error(membrane.detach(), u.detach()) < 1e-7
    (ours_grad,) = torch.autograd.grad(membrane, ours, g[0])
    (grad,) = torch.autograd.grad(u, truth, g[0].double(), retain_graph=True)
    assert error(ours_grad, grad) < 1e-7

    rho = torch.sigmoid(u.detach())
    for with_membrane, tolerance in ((True, 1e-6), (False, 5e-5)):
        outputs = spsn(ours, method="numba", with_membrane=with_membrane)
        kept = [output for output in outputs if output is not None]
        (ours_grad,) = torch.autograd.grad(kept, ours, list(g[: len(kept)]))
        pull = g[0].double() * rho**2 * (1 - rho)
        if with_membrane:
            assert error(outputs[1].detach(), u.detach()) < 1e-7
            pull = pull + g[1]
        (grad,) = torch.autograd.grad(u, truth, pull, retain_graph=True)
        assert error(ours_grad, grad) < tolerance


@pytest.mark.parametrize("tau", [0.001, 0.1, 1.0, 20.0, 500.0, 1e5])
@pytest.mark.parametrize(("steps", "lanes"), [(3000, 1), (3000, 20), (1500, 1030)])
def test_no_time_constant_loses_digits(tau, steps, lanes):
    p = NeuronParameters(tau_syn=tau * 1e-3, tau_mem=1.5 * tau * 1e-3)
    x = current(steps, lanes)
    g = torch.randn(x.shape, generator=generator(1))
    truth = x.double().requires_grad_()
    u = leaky_integrate(truth, p.alpha, p.beta, method="scan")
    ours = x.clone().requires_grad_()
    _, membrane = spsn(ours, p, method="numba")
    assert error(membrane.detach(), u.detach()) < 1e-7
    (ours_grad,) = torch.autograd.grad(membrane, ours, g)
    (grad,) = torch.autograd.grad(u, truth, g.double())
    assert error(ours_grad, grad) < 1e-6


@pytest.mark.parametrize("lanes", LANES)
@pytest.mark.parametrize("reset", RESETS)
def test_a_lif_of_any_lanes_is_the_loop(reset, lanes):
    p = NeuronParameters(threshold=0.3)
    x = current(500, lanes)
    g = torch.randn(x.shape, generator=generator(1))
    truth, ours = x.double().requires_grad_(), x.clone().requires_grad_()
    spikes_, _ = lif(truth, p, "loop", reset, 10.0)
    spikes, _ = lif(ours, p, "numba", reset, 10.0, with_membrane=False)
    same = (spikes == spikes_).all(0)
    assert same.float().mean() > 0.9
    (grad_,) = torch.autograd.grad(spikes_, truth, g.double())
    (grad,) = torch.autograd.grad(spikes, ours, g)
    assert error(grad[:, same], grad_[:, same]) < 5e-5


@pytest.mark.parametrize("threshold", [1.0, 0.1, -0.3, 0.0, 1e-40, 3.7, 1e30, -1e-3])
def test_the_float64_limit_is_the_float32_threshold(threshold):
    limit = cuts.lif_constants(threshold, 100.0)["limit"]
    single = torch.tensor(threshold, dtype=torch.float32)
    for near in (limit, math.nextafter(limit, math.inf), math.nextafter(limit, -math.inf)):
        rounded = torch.tensor(near, dtype=torch.float64).float()
        assert (rounded > single).item() == (near > limit)


@pytest.mark.parametrize("lanes", [1, 5, 20, 1030])
@pytest.mark.parametrize("steps", [3, 1100])
def test_counts_are_those_of_the_spikes(steps, lanes):
    counts = torch.zeros(lanes, dtype=torch.int64)
    spikes, _ = spsn(current(steps, lanes), method="numba", counts=counts, with_membrane=False)
    assert torch.equal(counts, spikes.sum(0).long())


@pytest.mark.parametrize("shape", [(10, 0), (10, 0, 5), (10, 3, 0)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("with_membrane", [True, False])
def test_no_lanes_give_no_spikes(shape, dtype, with_membrane):
    for call in neurons(with_membrane).values():
        found = results(call, torch.zeros(shape, dtype=dtype))
        assert all(result.shape in (shape, shape[1:]) for result in found)
