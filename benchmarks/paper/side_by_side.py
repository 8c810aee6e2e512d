"""Runs side by side, each in a process of its own with its share of the threads."""

import sys
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from .experiments import Training
from .perform import Say, Workspace, perform
from .scales import Scale


def perform_side_by_side(
    workspace: Workspace, scale: Scale, runs: Sequence[Training], jobs: int, say: Say
) -> bool:
    """Perform the runs, at most `jobs` at a time; return whether all ended with finite numbers.

    Raises:
        RuntimeError: a run failed; the others that were under way are stopped, and are resumed by
            the same command.
    """
    import torch

    threads = max(1, torch.get_num_threads() // jobs)
    # Not a fork: torch's threads would be missing in it.
    context = get_context("spawn")
    waiting = list(enumerate(runs, 1))
    living: list[tuple[str, SpawnProcess]] = []
    finite = True
    try:
        while waiting or living:
            while waiting and len(living) < jobs:
                number, training = waiting.pop(0)
                say(f"[{number}/{len(runs)}] {training.name}")
                arguments = (workspace, scale, training, threads)
                process = context.Process(target=_perform, args=arguments, daemon=True)
                process.start()
                living.append((training.name, process))
            wait([process.sentinel for _, process in living])
            for name, ended in [one for one in living if one[1].exitcode is not None]:
                living.remove((name, ended))
                if ended.exitcode not in (0, 1):
                    raise RuntimeError(f"{name} ended with status {ended.exitcode}; see above")
                finite &= ended.exitcode == 0
    finally:
        for _, process in living:
            process.terminate()
            process.join()
    return finite


def _perform(workspace: Workspace, scale: Scale, training: Training, threads: int) -> None:
    """Perform one run and exit: 0, 1 where its numbers are not finite, 2 where it failed."""
    import torch

    def say(text: str) -> None:
        print(f"{training.name}: {text}", flush=True)

    torch.set_num_threads(threads)
    try:
        finite = perform(workspace, scale, training, say, label=f"{training.name}: ")
    except (ValueError, NotImplementedError, RuntimeError, OSError) as error:
        say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0 if finite else 1)
