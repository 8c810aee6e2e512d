"""The latest commit of each machine's suite, which is what the page shows."""

from __future__ import annotations

import re

import pandas as pd

from .columns import PEERS, PROBLEM

DATED = ["date", "profile", "latest"]


def latest(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the latest commit of each machine's suite, by the date in its file.

    A sweep of one suite leaves the others as they were measured before, and a sweep of one library
    the other libraries. The column `label` is "machine/device"; where torch, the driver (on a GPU)
    or the environments of a machine differ, the label contains them, so that different things never
    share a column or a picture.
    """
    library = measurements["env"].map(_without_versions)
    frame = measurements.assign(library=library.where(measurements["suite"] == PEERS, ""))
    # Of two commits with the same date keep always the same one.
    for newer in ("date", "commit"):
        newest = frame.groupby(["machine", "suite", "library"])[newer].transform("max")
        frame = frame[frame[newer] == newest]
    frame = frame.drop(columns="library")
    # Each library has an environment of its own, which is none of the other suites'.
    alone = [frame["machine"], frame["suite"] == PEERS]
    driver = frame["driver"].where(frame["device"] != "cpu", "")
    label = frame["machine"] + "/" + frame["device"]
    for name, value, apart in (
        ("torch", frame["torch"], frame["torch"].nunique() > 1),
        ("driver", driver, driver[driver != ""].nunique() > 1),
        ("env", frame["env"], frame.groupby(alone)["env"].transform("nunique") > 1),
    ):
        told = pd.Series(apart, index=frame.index) & (value != "")
        label = label.where(~told, label + f" [{name} " + value + "]")
    frame["label"] = label
    return frame.sort_values(["machine", "device", "label", "suite", *PROBLEM], kind="stable")


def dated(table: pd.DataFrame, newest: pd.DataFrame, profiles: pd.DataFrame) -> pd.DataFrame:
    """Return a table with `DATED`: its commit's day, its profile, and whether the page shows it.

    Args:
        table: Has `run`, `suite`, `device`, and `date` in milliseconds.
        newest: Rows of `latest`.
        profiles: As `runs.profiles` returns them.
    """
    keys = ["run", "suite", "device"]
    shown = newest[keys].drop_duplicates().assign(latest=True)
    found = table.drop(columns="latest", errors="ignore").merge(shown, how="left", on=keys)
    found = found.merge(profiles, how="left", on=["run", "suite"])
    days = pd.to_datetime(found["date"], unit="ms", errors="coerce").dt.strftime("%Y-%m-%d")
    return found.assign(date=days, latest=found["latest"].notna())


def _without_versions(environment: str) -> str:
    """Return an environment's name without versions, which identifies the library."""
    return re.sub(r"\d+(\.\d+)*", "", environment)
