"""What the environment of a measuring process holds."""

import random


def threads_of(count: str) -> dict[str, str]:
    """Return the variables for so many threads; to be set before torch is loaded."""
    # Both, or what is recorded would not be what a matrix product takes.
    return {"OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count}


def another_layout() -> dict[str, str]:
    """Return variables that change where Python puts what, and where the stack begins."""
    return {
        "PYTHONHASHSEED": str(random.randrange(2**32)),
        "SPSN_PADDING": "x" * random.randrange(4096),
    }
