"""The threads that run the kernels."""

import multiprocessing
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

from spsn_ref import spsn
from spsn_ref._numba import threads

pytest.importorskip("numba", reason="method 'numba' needs numba")

from .calls import current, generator, neurons, results


def everything(x):
    return [tensor for call in neurons().values() for tensor in results(call, x)]


def test_two_threads_may_call_at_once():
    x = current(2000, 64)
    alone, found = everything(x), {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: everything(x)})) for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(3):
        assert all(torch.equal(ours, theirs) for ours, theirs in zip(found[n], alone, strict=True))


def _spikes_in_a_child(queue):
    current = torch.from_numpy(np.ones((2000, 1, 64), dtype=np.float32))
    spikes = spsn(current, method="numba", generator=generator())[0].numpy()
    queue.put((int(spikes.sum()), threads._lost))


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_makes_threads_of_its_own():
    """By OpenMP where torch has GNU's: Python's threads would take three times as long."""
    spikes, _ = spsn(torch.ones(2000, 1, 64), method="numba", generator=generator())
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_spikes_in_a_child, args=(queue,))
    child.start()
    try:
        found, lost = queue.get(timeout=60)
        assert found == int(spikes.sum())
        assert lost == (threads._torch_threads() is None)
    finally:
        child.kill()
        child.join()


def test_a_thread_that_outlives_the_main_thread_still_computes():
    code = """
import threading, time, torch
from spsn_ref import spsn
def later():
    time.sleep(1)
    torch.set_num_threads(2)
    print(int(spsn(torch.ones(2000, 1, 64), method="numba")[0].sum()) > 0)
threading.Thread(target=later).start()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr
