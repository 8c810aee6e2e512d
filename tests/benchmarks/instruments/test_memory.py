"""Peak memory against what is known to be allocated."""

import gc
import mmap
import subprocess
import sys

import pytest
import torch
from helpers import ROOT

from benchmarks.instruments import memory

MIB = 2**20


def peak_of(call):
    """Return the peak of one call, by a watch that begins before it."""
    watch = memory.Resident()
    call()
    return watch.peak()


def test_peak_memory_is_what_was_allocated_and_freed():
    def call():
        first = torch.ones(64 * MIB // 4)
        del first
        torch.ones(96 * MIB // 4)

    peak_of(call)
    assert peak_of(call) == pytest.approx(96 * MIB, rel=0.1)


def test_peak_memory_counts_memory_that_was_freed_before():
    def call():
        return [torch.ones(16 * 1024) for _ in range(512)]  # 64 KiB each: out of the heap

    last = call()[-1]  # while it lives the heap cannot shrink by itself
    assert peak_of(call) == pytest.approx(32 * MIB, rel=0.1)
    assert last[0] == 1


def test_pages_of_files_are_no_memory_of_the_call(tmp_path):
    path = tmp_path / "library"
    path.write_bytes(bytes(64 * MIB))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:

        def call():
            assert not any(mapped[:: mmap.PAGESIZE])
            torch.ones(32 * MIB // 4)

        assert peak_of(call) == pytest.approx(32 * MIB, rel=0.1)


@pytest.mark.parametrize("mebibytes", [32, 128])
def test_peak_memory_grows_by_what_is_allocated_more(mebibytes):
    def call(size):
        return lambda: torch.ones(size * MIB // 4)

    peak_of(call(16))
    one, two = (peak_of(call(size)) for size in (mebibytes, 2 * mebibytes))
    assert two - one == pytest.approx(mebibytes * MIB, rel=0.1)


def test_the_steady_peak_counts_what_the_first_call_left_standing():
    kept = []

    def call():
        if not kept:  # as a cache of buffers
            kept.append(torch.ones(64 * MIB // 4))
            torch.ones(96 * MIB // 4)
        torch.ones(32 * MIB // 4)

    watch = memory.Resident()
    call()
    assert watch.peak() == pytest.approx((64 + 96) * MIB, rel=0.1)
    watch.restart()
    for _ in range(3):
        call()
    assert watch.peak() == pytest.approx((64 + 32) * MIB, rel=0.1)


FAULTS = """
import resource, torch
from benchmarks.instruments import memory
{recycle}
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(8):  # a small block may take the place of the first, and is then out of the way
    block = torch.ones(2**24)
    del block
fetched = []
for _ in range(5):
    before = faults()
    block = torch.ones(2**24)
    fetched.append(faults() - before)
    del block
print(min(fetched))
"""


def test_recycled_memory_is_not_fetched_from_the_system_again():
    pages = {}
    for recycle in ("", "memory.recycle()"):
        done = subprocess.run(
            [sys.executable, "-c", FAULTS.format(recycle=recycle)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        pages[recycle] = int(done.stdout)
    if pages[""] < 10:
        pytest.skip("this system does not count page faults, or maps huge pages")
    assert pages["memory.recycle()"] < pages[""] / 10


def test_recycling_needs_glibc(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    with pytest.raises(NotImplementedError, match="mallopt of glibc"):
        memory.recycle()


@pytest.mark.gpu
def test_peak_memory_on_the_device_is_what_was_allocated():
    def call():
        first = torch.ones(64 * MIB // 4, device="cuda")
        del first
        torch.ones(96 * MIB // 4, device="cuda")

    gc.collect()  # what earlier tests left would be freed half-way
    watch = memory.Allocated()
    call()
    standing = torch.cuda.memory_allocated()
    assert watch.peak() - standing == 96 * MIB
    assert watch.reserved() >= watch.peak()
    watch.restart()
    torch.ones(32 * MIB // 4, device="cuda")
    assert watch.peak() - standing == 32 * MIB
