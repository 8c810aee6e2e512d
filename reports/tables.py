"""The three tables: what was measured, speed-ups, and machines side by side; and their CSV form."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

import pandas as pd

from .records import TIMES
from .rounds import Measured, compare
from .statistics import Floats, resampled_medians

CASE = ["T", "batch", "units", "depth", "dtype"]
ORIGIN = ["machine", "device", "commit", "suite"]
# The suite of other libraries, each measured in an environment of its own.
PEERS = "peers"
MEASUREMENT_COLUMNS = [
    *ORIGIN,
    *("neuron", "method"),
    *CASE,
    *("quantity", "unit", "median", "q25", "q75", "ci95_low", "ci95_high", "n", "status"),
    *("flags", "torch", "python", "driver", "threads", "env"),
    *("fraction_of_floor", "floor_ci95_low", "floor_ci95_high", "rounds"),
]
SPEEDUP_COLUMNS = [
    *ORIGIN,
    *CASE,
    "quantity",
    *("numerator_neuron", "numerator_method", "denominator_neuron", "denominator_method"),
    *("ratio", "ci95_low", "ci95_high", "n_numerator", "n_denominator", "status"),
    *("flags", "env", "fraction_of_floor", "rounds"),
]
AT_LEAST = "at least: denominator stopped at its time budget"
NO_INTERVAL = "ok; no interval: too few samples recorded"


def speedups(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return every speed-up, time(denominator) / time(numerator), of two methods in one case.

    Over rounds where both have two in common, and then paired; else within one process.

    The denominator is the baseline: every LIF method for a SPSN, the authors' published method for
    the other methods of the same neuron. Only rows of one result file meet. Where the baseline was
    stopped at its time budget the ratio is a lower bound. Also carries `run` and `date`.

    Args:
        measurements: Rows with the floor's columns; `fraction_of_floor` is the numerator's.
    """
    times = measurements[measurements["quantity"].isin(TIMES)]
    keys = ["run", *ORIGIN, *CASE, "quantity", "env", "date"]
    details = [
        "neuron",
        "method",
        "median",
        "n",
        "status",
        "flags",
        "samples",
        "by_round",
        "stopped_after",
        "key",
        "fraction_of_floor",
    ]
    timed = times.loc[times["median"] > 0, keys + details]
    pairs = timed.merge(times[keys + details], on=keys, suffixes=("_num", "_den"))
    pairs = pairs[_is_pair(pairs)].sort_values(
        ["machine", "date", "suite", *CASE, "quantity", "neuron_num", "method_num", "method_den"],
        kind="stable",
    )

    @cache
    def draws(key: str, samples: tuple[float, ...]) -> Floats:
        return resampled_medians(samples, key)

    rows = []
    for _, of_run in pairs.groupby("run", sort=False):
        rows += [_ratio(pair, draws) for pair in of_run.to_dict("records")]
        draws.cache_clear()  # one file's resamples at a time stay in memory
    return pd.DataFrame(rows, columns=[*SPEEDUP_COLUMNS, "run", "date"]).astype(
        {"n_numerator": "Int64", "n_denominator": "Int64", "rounds": "Int64"}
    )


def _is_pair(pairs: pd.DataFrame) -> pd.Series:
    """Say which rows of a merge on the same case are a speed-up that the report states."""
    differs = pairs["method_num"] != pairs["method_den"]
    spsn = pairs["neuron_num"].str.startswith("SPSN")
    same = pairs["neuron_num"] == pairs["neuron_den"]
    over_lif = spsn & (pairs["neuron_den"] == "LIF")
    over_published_fft = spsn & same & differs & (pairs["method_den"] == "published_fft")
    lif = same & (pairs["neuron_num"] == "LIF")
    over_published_loop = lif & differs & (pairs["method_den"] == "published_loop")
    found: pd.Series = over_lif | over_published_fft | over_published_loop
    return found


def _ratio(pair: dict[str, Any], draws: Any) -> dict[str, Any]:
    low, high, rounds = math.nan, math.nan, None
    numerator, denominator = (
        Measured(*(pair[f"{name}_{side}"] for name in Measured._fields)) for side in ("num", "den")
    )
    if denominator.median > 0:
        ratio, low, high, rounds = compare(denominator, numerator, draws)
        status = NO_INTERVAL if math.isnan(low) else "ok"
    elif pair["stopped_after_den"] > 0:
        ratio, status = pair["stopped_after_den"] / numerator.median, AT_LEAST
    else:
        ratio, status = math.nan, f"no ratio: denominator: {pair['status_den']}"
    flags = [f for side in ("num", "den") for f in pair[f"flags_{side}"].split("; ") if f]
    named = {
        f"{long}_{part}": pair[f"{part}_{short}"]
        for long, short in (("numerator", "num"), ("denominator", "den"))
        for part in ("neuron", "method")
    }
    return {
        **{name: pair[name] for name in (*ORIGIN, *CASE, "quantity", "env", "run", "date")},
        **named,
        "ratio": ratio,
        "ci95_low": low,
        "ci95_high": high,
        "n_numerator": pair["n_num"],
        "n_denominator": pair["n_den"],
        "status": status,
        "flags": "; ".join(dict.fromkeys(flags)),
        "fraction_of_floor": pair["fraction_of_floor_num"],
        "rounds": rounds,
    }


def latest(measurements: pd.DataFrame) -> pd.DataFrame:
    """Keep the latest commit of each machine's suite, by the date in its file; label the groups.

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


def to_csv(frame: pd.DataFrame, columns: list[str] | None = None) -> str:
    """Write a table as CSV whose cells no spreadsheet takes for a formula."""
    safe = frame[columns] if columns else frame
    safe = safe.rename(columns=defused)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe = safe.assign(**{name: safe[name].map(defused)})
    text: str = safe.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    return text


def defused(value: Any) -> Any:
    """Prefix text that a spreadsheet would run as a formula with an apostrophe.

    Some take the wide forms of these signs for the signs.
    """
    if isinstance(value, str) and value.startswith(tuple("=+-@\t\r＝＋－＠")):
        return "'" + value
    return value
