"""What a run says before it measures, and after."""

import os
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from ..cases.case import Case
from ..cases.profiles import PROFILES
from ..cases.records import record_file
from .sweep import Sweep


def kept_cases(sweep: Sweep, cases: Sequence[Case]) -> list[Case]:
    """Return those of the cases that an earlier, stopped sweep has finished, and say so."""
    kept = {case: path for case in cases if (path := record_file(sweep.records, case)).exists()}
    if kept:
        oldest = min(path.stat().st_mtime for path in kept.values())
        since = datetime.fromtimestamp(oldest, timezone.utc)
        print(
            f"{len(kept)} of {len(cases)} cases were measured before this sweep was cut off, since "
            f"{since:%Y-%m-%d %H:%M} UTC, and are taken over; --fresh measures them anew"
        )
    return [*kept]


def announce(profile: str, running: Sequence[str], *, narrowed: bool, builds: bool) -> None:
    """Say what is measured, how long that takes if it is all, and what is downloaded first.

    Args:
        profile: how much.
        running: the suites.
        narrowed: whether some neurons are left out.
        builds: whether asv's first environment is still to be built.
    """
    whole = not narrowed and {*running} == {*PROFILES[profile].only}
    time = f" It takes {PROFILES[profile].takes} on 2 cores." if whole else ""
    print(f"suites: {', '.join(running)}.{time}")
    if builds:
        print(
            "First the environment that is measured is built, once: a download of 2.8 GB, or of "
            "0.3 GB with the CPU build of torch (docs/measuring.md says how)."
        )
    print("Preparing ...")


def say_what_is_next(number: int, folder: Path) -> None:
    """Say what to do with the results of a run, which lie in a folder of the machine."""
    if number == 1:
        print(
            "Next: these intervals are of one run. The same command at another hour adds a run, "
            "and of three the intervals hold beyond the hour."
        )
    print(
        "`python -m benchmarks ask` answers at your own size; "
        f"`python -m reports check {os.path.relpath(folder)}` tells what to mend before it is "
        "published."
    )
