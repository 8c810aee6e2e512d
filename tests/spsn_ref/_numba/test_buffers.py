"""Kept output buffers: used again when nobody holds them, never while somebody does."""

import gc
import threading

import pytest
import torch

from spsn_ref import release_buffers, spsn
from spsn_ref._numba import buffers

SHAPE = (1024, 1024)  # 4 MiB of float32


@pytest.fixture(autouse=True)
def _nothing_kept():
    gc.collect()
    release_buffers()
    yield
    gc.collect()
    release_buffers()


def like(shape=SHAPE, dtype=torch.float32):
    return torch.empty(1, dtype=dtype).expand(shape)


def test_a_freed_buffer_serves_again_and_a_held_one_never():
    first = buffers.empty_like(like())
    address = first.data_ptr()
    second = buffers.empty_like(like())
    assert second.data_ptr() != address
    assert second.is_contiguous()
    assert second.shape == SHAPE
    del first
    assert buffers.empty_like(like()).data_ptr() == address


@pytest.mark.parametrize("hold", [lambda t: t[3:5], lambda t: t.detach(), lambda t: t.numpy()])
def test_any_view_of_it_holds_a_buffer(hold):
    first = buffers.empty_like(like())
    address = first.data_ptr()
    view = hold(first)
    del first
    assert buffers.empty_like(like()).data_ptr() != address
    del view
    assert buffers.empty_like(like()).data_ptr() == address


def test_what_autograd_saved_is_held():
    pytest.importorskip("numba")
    current = torch.randn(1024, 8, 128, requires_grad=True)
    generator = torch.Generator().manual_seed(0)
    spikes, membrane = spsn(current, method="numba", generator=generator)
    expected = membrane.detach().clone()
    probability = torch.sigmoid(expected)
    del membrane
    for _ in range(3):
        spsn(torch.randn(1024, 8, 128), method="numba")
    (grad,) = torch.autograd.grad(spikes.sum(), current)
    again = current.detach().requires_grad_()
    generator.manual_seed(0)
    spikes, membrane = spsn(again, method="numba", generator=generator)
    assert torch.equal(membrane.detach(), expected)
    assert torch.equal(torch.autograd.grad(spikes.sum(), again)[0], grad)
    assert probability.isfinite().all()


def test_sizes_and_types_are_kept_apart():
    first = buffers.empty_like(like())
    address = first.data_ptr()
    del first
    assert buffers.empty_like(like((2048, 1024))).data_ptr() != address
    double = buffers.empty_like(like((1024, 512), torch.float64))
    assert double.dtype == torch.float64
    assert double.data_ptr() == address  # as many bytes


def test_small_outputs_are_torchs_own():
    buffers.empty_like(like((10, 10)))
    assert release_buffers() == 0


def test_no_more_is_kept_than_is_said(monkeypatch):
    monkeypatch.setattr(buffers, "KEPT", 2 * 2**22)
    held = [buffers.empty_like(like()) for _ in range(6)]
    del held
    keep = buffers.empty_like(like())
    assert release_buffers() <= 2 * 2**22
    assert keep.shape == SHAPE


def test_release_gives_back_what_is_not_held():
    held, freed = buffers.empty_like(like()), buffers.empty_like(like())
    del freed
    assert release_buffers() == 2**22
    assert held.shape == SHAPE
    del held
    assert release_buffers() == 2**22


def test_threads_never_share_a_buffer():
    clashes = []

    def work(number):
        for _ in range(30):
            mine = buffers.empty_like(like())
            mine.fill_(number)
            if not (mine == number).all():
                clashes.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clashes == []


def test_a_large_output_begins_a_line_of_the_cache():
    held = [buffers.empty_like(like()) for _ in range(3)]
    assert all(output.data_ptr() % 64 == 0 for output in held)
