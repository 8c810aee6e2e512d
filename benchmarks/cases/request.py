"""What a sweep asks of the suites: a file that one environment variable names.

asv starts the suites' processes and hands on nothing but the environment.
"""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from .budget import Budget
from .profiles import PROFILES

# Names the file of a sweep. Without it asv was started by hand.
VARIABLE = "SPSN_SWEEP"
# Names the profile where asv was started by hand.
PROFILE_VARIABLE = "SPSN_PROFILE"


@dataclass(frozen=True)
class Request:
    """What the suites shall measure, and where their records go.

    Attributes:
        profile: name of the profile.
        suites: those of the sweep, in the order in which they are measured; empty: as asv asks.
        neuron_methods: those to measure, such as "LIF/numba"; empty: all of the profile.
        interleaved: whether all of a case's group are wanted, and so measured in turns.
        records: folder of the records.
        progress: file to which each finished case appends a line; "": there is none.
        run: number of the sweep among those of its commit, from 1.
        precision: takes the place of that of the profile's budget; None: it stays.
    """

    profile: str = "quick"
    suites: tuple[str, ...] = ()
    neuron_methods: tuple[str, ...] = ()
    interleaved: bool = False
    records: str = ""
    progress: str = ""
    run: int = 1
    precision: float | None = None

    @property
    def budget(self) -> Budget:
        """The budget of each case."""
        budget = PROFILES[self.profile].budget
        return budget if self.precision is None else replace(budget, precision=self.precision)


def current_request() -> Request:
    """Return the request of the sweep that runs, or that of an asv that was started by hand.

    Raises:
        ValueError: SPSN_PROFILE names no profile.
    """
    if path := os.environ.get(VARIABLE):
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        lists = {name: tuple(found.get(name, ())) for name in ("suites", "neuron_methods")}
        return Request(**found | lists)
    return Request(current_profile())


def current_profile() -> str:
    """Return the name of the profile that SPSN_PROFILE asks for; "quick" where it is not set.

    Raises:
        ValueError: there is no such profile.
    """
    name = os.environ.get(PROFILE_VARIABLE, "quick")
    if name not in PROFILES:
        raise ValueError(f"{PROFILE_VARIABLE} is {name!r}; choose one of {', '.join(PROFILES)}")
    return name
