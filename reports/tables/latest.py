"""The latest commit of each machine's suite: what is shown, of all that was measured."""

from __future__ import annotations

import re

import pandas as pd

from .columns import CASE, PEERS


def latest(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return the latest commit of each machine's suite, by the date in its file, with labels.

    A sweep of one suite leaves the others as they were measured before, and one of a library the
    other libraries; no ratio joins two commits.
    `label` is "machine/device"; where groups differ in torch or (on a GPU) driver, or a machine
    has several environments, the label says so: unlike things never share a column or a picture.
    """
    library = measurements["env"].map(_without_versions)
    frame = measurements.assign(library=library.where(measurements["suite"] == PEERS, ""))
    # Of two commits with one date keep one, always the same.
    for newer in ("date", "commit"):
        newest = frame.groupby(["machine", "suite", "library"])[newer].transform("max")
        frame = frame[frame[newer] == newest]
    frame = frame.drop(columns="library")
    driver = frame["driver"].where(frame["device"] != "cpu", "")
    label = frame["machine"] + "/" + frame["device"]
    for name, value, apart in (
        ("torch", frame["torch"], frame["torch"].nunique() > 1),
        ("driver", driver, driver[driver != ""].nunique() > 1),
        ("env", frame["env"], frame.groupby("machine")["env"].transform("nunique") > 1),
    ):
        told = pd.Series(apart, index=frame.index) & (value != "")
        label = label.where(~told, label + f" [{name} " + value + "]")
    frame["label"] = label
    return frame.sort_values(["machine", "device", "label", "suite", *CASE], kind="stable")


def _without_versions(environment: str) -> str:
    """Return what tells one library's environment from another's: its name without versions."""
    return re.sub(r"\d+(\.\d+)*", "", environment)
