"""A load that is known: processor time, burnt to the second."""

import time


def spin(seconds: float) -> float:
    """Burn `seconds` of this thread's processor time; return how much it was, at least that.

    The time that passes meanwhile is never less, and more where others are served in between.
    """
    start = time.thread_time()
    while (burnt := time.thread_time() - start) < seconds:
        pass
    return burnt
