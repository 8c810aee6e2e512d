"""Lanes are divided among threads, which leave no trace in the results."""

import multiprocessing
import sys
import threading

import numpy as np
import pytest
import torch

from spsn_ref import NeuronParameters, leaky_integrate, lif, spsn

pytest.importorskip("numba", reason="method 'numba' needs numba")

from spsn_ref._numba import lanes
from spsn_ref._numba.kernels import lif as lif_kernels
from spsn_ref._numba.kernels import spsn as spsn_kernels

FIRINGS = ("sigmoid_bernoulli", "gumbel_softmax")
PARAMETERS = NeuronParameters()


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_kernels_buffers_have_room_for_a_block():
    assert spsn_kernels._WIDTH == lif_kernels._WIDTH == lanes.BLOCK


def everything(x, g):
    """Outputs and gradient of every fused neuron."""
    found = []
    neurons = [lambda x, f=f: spsn(x, PARAMETERS, f, "numba", generator(3)) for f in FIRINGS]
    neurons += [
        lambda x, r=r: lif(x, method="numba", reset=r) for r in ("printed", "published_code")
    ]
    neurons += [lambda x: (leaky_integrate(x, 0.95, 0.9, method="numba"),)]
    for neuron in neurons:
        current = x.clone().requires_grad_()
        outputs = neuron(current)
        torch.autograd.backward(outputs[0], g)
        found += [*outputs, current.grad]
    return found


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_threads_and_blocks_leave_no_trace(monkeypatch, dtype):
    x = 0.3 * torch.randn(61, 5, 53, generator=generator(), dtype=dtype) + 0.1
    g = torch.randn(61, 5, 53, generator=generator(1), dtype=dtype)
    monkeypatch.setattr(lanes, "_ALONE", 0)
    before = torch.get_num_threads()
    reference = None
    try:
        for threads in (1, 2, 7):
            for block in (16, 48, 2048):
                torch.set_num_threads(threads)
                monkeypatch.setattr(lanes, "BLOCK", block)
                found = everything(x, g)
                reference = reference or found
                for ours, theirs in zip(found, reference, strict=True):
                    assert torch.equal(ours, theirs), (threads, block)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2, 3, 64])
@pytest.mark.parametrize("count", [1, 16, 17, 128, 8192, 8191])
def test_ranges_cover_every_lane_once(threads, count):
    cut = lanes.ranges(10**6, count, threads)
    assert [lane for first, last in cut for lane in range(first, last)] == list(range(count))
    assert max(last - first for first, last in cut) <= lanes.BLOCK
    assert len(cut) >= min(threads, -(-count // 64))


def test_two_threads_may_call_at_once():
    x, g = torch.randn(2000, 1, 64), torch.randn(2000, 1, 64)
    alone, found = everything(x, g), {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: everything(x, g)})) for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(3):
        assert all(torch.equal(ours, theirs) for ours, theirs in zip(found[n], alone, strict=True))


def _spikes_in_a_child(queue):
    # torch's own threads do not survive a fork, so this current is made without them.
    current = torch.from_numpy(np.ones((500, 1, 64), dtype=np.float32))
    queue.put(int(spsn(current, method="numba", generator=generator())[0].sum()))


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_makes_threads_of_its_own():
    spikes, _ = spsn(torch.ones(500, 1, 64), method="numba", generator=generator())
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_spikes_in_a_child, args=(queue,))
    child.start()
    try:
        assert queue.get(timeout=60) == int(spikes.sum())
    finally:
        child.kill()
        child.join()
