"""A sweep whose children pause, killed: python killed_sweep.py FILE ..., one for each child."""

import os
import signal
import sys
from pathlib import Path

from benchmarks.instruments.bounded import run_bounded

sys.path.append(str(Path(__file__).parents[1]))

from children import pause_for_good

if __name__ == "__main__":
    events = [run_bounded(pause_for_good, path, 60, "fork") for path in sys.argv[1:]]
    for one in events:
        next(one)
    os.kill(os.getpid(), signal.SIGKILL)
