"""Who holds which recording, and for how long; that a recording replays right needs a GPU."""

import gc

import pytest
import torch

from spsn_ref import lif
from spsn_ref.lif import cuda_graph
from spsn_ref.lif.cuda_graph import _Loan, _Replay


class Graph:
    def __init__(self, replay):
        self.replay = replay


class Recording:
    """A recording of x -> (x^2, 3 x) whose graphs compute when they are replayed."""

    def __init__(self, current):
        self.current = torch.zeros_like(current)
        self.outputs = (torch.zeros_like(current), torch.zeros_like(current))
        self.grads = (torch.zeros_like(current), torch.zeros_like(current))
        self.grad_current = torch.zeros_like(current)
        self.forward = Graph(self._forward)
        self.backward = Graph(self._backward)

    def _forward(self):
        self.outputs[0].copy_(self.current**2)
        self.outputs[1].copy_(3 * self.current)

    def _backward(self):
        self.grad_current.copy_(2 * self.current * self.grads[0] + 3 * self.grads[1])


@pytest.fixture(autouse=True)
def made(monkeypatch):
    """Stand in for recordings, and list those that were made."""
    found = []

    def record(function, current, differentiable):
        found.append(Recording(current))
        return found[-1]

    monkeypatch.setattr(cuda_graph, "_Recording", record)
    gc.collect()
    cuda_graph._idle.clear()
    yield found
    cuda_graph._idle.clear()


def call(x, key="key"):
    return _Replay.apply(x, _Loan(None, key, x.detach(), True))


def test_calls_that_await_their_backward_pass_hold_one_recording_each(made):
    one, two = torch.tensor([2.0], requires_grad=True), torch.tensor([5.0], requires_grad=True)
    first, second = call(one), call(two)
    assert len(made) == 2
    assert (first[0].item(), second[0].item()) == (4, 25)
    (first[0] + first[1]).sum().backward()
    second[0].sum().backward()
    assert (one.grad.item(), two.grad.item()) == (7, 10)
    assert not cuda_graph._idle
    del first, second
    gc.collect()
    assert len(cuda_graph._idle) == 2
    third = call(one)
    assert len(made) == 2
    assert len(cuda_graph._idle) == 1
    del third


def test_without_gradient_a_recording_serves_every_call(made):
    with torch.no_grad():
        outputs = [call(torch.tensor([float(n)]))[0] for n in range(4)]
    assert [output.item() for output in outputs] == [0, 1, 4, 9]
    assert len(made) == 1


def test_the_least_recently_used_recording_goes_first():
    for n in range(cuda_graph._MOST_IDLE + 3):
        with torch.no_grad():
            call(torch.zeros(1), n)
    kept = [key for key, _ in cuda_graph._idle]
    assert kept == list(range(3, cuda_graph._MOST_IDLE + 3))


def test_a_failed_recording_leaves_nothing_behind(monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(cuda_graph, "_Recording", fail)
    with pytest.raises(MemoryError):
        call(torch.zeros(1))
    assert not cuda_graph._idle


def test_a_current_elsewhere_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(NotImplementedError, match="runs on CUDA devices and current is on cpu"):
        lif(torch.zeros(3, 1, 1), method="cuda_graph")
