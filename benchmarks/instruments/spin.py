"""A load of known size, to slow a case by."""

import time


def spin(seconds: float) -> float:
    """Burn `seconds` of this thread's processor time; return how much it was, at least that.

    The wall time is never less; it is more where other threads run in between.
    """
    start = time.thread_time()
    while (burnt := time.thread_time() - start) < seconds:
        pass
    return burnt
