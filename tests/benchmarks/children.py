"""What tests run in a process of its own: `work(argument, emit)`, see `run_bounded`.

A child imports this file and not the test, so nothing here imports torch at the top.
"""

import itertools
import os
import resource
import signal
import time
from pathlib import Path

from benchmarks.instruments.bounded import PAUSE


def hang_in_backward(argument, emit):
    emit({"phase": "calling"})
    emit({"first_forward": 0.5})
    time.sleep(600)


def hang_after_two_calls(argument, emit):
    emit({"phase": "calling"})
    emit({"row": [1.0, 2.0]})
    emit({"row": [0.5, 1.0]})
    time.sleep(600)


def hang_and_ignore_sigterm(argument, emit):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    emit({"phase": "calling"})
    emit({"row": [0.5, 1.0]})
    while True:
        pass


def hang_on_the_device(argument, emit):
    import torch

    torch.cuda.synchronize()
    emit({"phase": "calling"})
    emit({"row": [0.5, 1.0]})
    for _ in range(1000):
        torch.cuda._sleep(2**40)
    torch.cuda.synchronize()


def end_by_signal(number, emit):
    os.kill(os.getpid(), number)


def end_with_status_3(argument, emit):
    os._exit(3)


def pause_twice(seconds, emit):
    emit({"phase": "calling"})
    for _ in range(2):
        emit(PAUSE)
        emit({"row": [seconds, seconds]})


def pause_for_good(path, emit):
    Path(path).write_text(str(os.getpid()))
    emit(PAUSE)


def work_with_little_memory(task, emit):
    from benchmarks.measure.round import work

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**30, used + 2**30))
    work(task, emit)


def work_as_if_all_calls_were_short(task, emit):
    from benchmarks.instruments import clock
    from benchmarks.measure import round

    clock.SHORT = round.SHORT = float("inf")  # on a busy machine none may be
    round.work(task, emit)


def step_back_an_hour_at_each_look(set_attribute):
    hours = itertools.count()
    set_attribute(time, "time", lambda: 2e9 - 3600.0 * next(hours))


def work_back_in_time(task, emit):
    from benchmarks.measure.round import work

    step_back_an_hour_at_each_look(setattr)
    assert time.time() > time.time()
    work(task, emit)
