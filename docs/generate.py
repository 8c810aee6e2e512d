"""Write the parts of README.md and docs/ that come from results or from code, by cog.

    python docs/generate.py            write them anew
    python docs/generate.py --check    exit with 1 where a file is not current (`tox run -e lint`)

Needs cogapp and pandas; imports no torch. A part is a call of one of the functions below.
"""

from __future__ import annotations

import argparse
import ast
import html
import math
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
# Last, so that tests which load this file still import the installed spsn_ref.
sys.path.append(str(ROOT))

from benchmarks.__main__ import _parser as benchmarks_parser  # noqa: E402
from benchmarks.cases.grid import CALLED, GRID, NEURON_METHODS, PARAMETERS, TRAINED  # noqa: E402
from benchmarks.cases.libraries import LIBRARIES  # noqa: E402
from benchmarks.cases.neurons import MADE_FOR, base_method  # noqa: E402
from benchmarks.cases.profiles import PROFILES  # noqa: E402
from benchmarks.cases.selection import select  # noqa: E402
from benchmarks.instruments.outcome import Flag, Status  # noqa: E402
from reports.outcome import ADDED, FLAGS, STATUSES, WITHIN  # noqa: E402
from reports.published import FIELD  # noqa: E402
from reports.text import border_words  # noqa: E402

PUBLISHED = ROOT / "reports" / "published"
MACHINE, GPU = "epyc-2core", "nvidia-h200"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

METHODS = {
    "loop": "the equations step by step; for `lif` with an O(T) backward pass, for the others the "
    "oracle",
    "published_loop": "the loop as the authors index it; O(T²) backward pass",
    "scan": "exact recurrence; segments of time are computed side by side",
    "fft": "eq. (15), exact and causal",
    "published_fft": "eq. (15) as the authors ran it: it wraps around and is wrong at short T",
    "numba": "one compiled pass forward and one backward, by segments of time on all threads; "
    "extra `cpu`",
    "triton": "one fused kernel forward and one backward; float32, float16 and bfloat16; extra "
    "`gpu`",
    "cuda_graph": "the loop, captured once as a CUDA graph and replayed",
    "compile": "the loop by `torch.compile`, 16 time-steps at a time",
}
# Methods of the suites alone: spsn_ref has no such method.
SUITE_METHODS = {
    "triton_graph": "`triton`, with the whole step captured as CUDA graphs and replayed",
    "numba_membrane": "`numba`, called with its membrane, as by default",
    "triton_membrane": "`triton`, called with its membrane, as by default",
    "scan_recycled": "`scan`, with freed memory kept by the C library",
    "loop_recycled": "`loop`, with freed memory kept by the C library",
    "compile_recycled": "`compile`, with freed memory kept by the C library",
    "ranks_2": "`numba`, with the time divided among two processes",
    "ranks_4": "`numba`, with the time divided among four processes",
    "eager": "plain PyTorch",
    "copy": "moves the fewest bytes a firing layer must move, by torch, and computes nothing",
    "stream": "moves them by the C library's copy, on all threads and huge pages",
}
OPERATIONS = {"leaky_integrate": "LI-ReLU", "spsn": "SPSN-SB", "lif": "LIF"}
PROFILE_TEXTS = {
    "smoke": "a few cases, for CI",
    "quick": "the default: every denominator at three sizes, the fused neurons alone beside the "
    "floor, and a few lanes",
    "standard": "every denominator at more lengths and batch sizes; two depths, the neuron alone, "
    "lanes, one training epoch",
    "paper": "Figure 5 as printed: nine lengths, ten repeats",
    "full": "the whole grid",
    "compare": "the neuron alone, at two commits ([compare](compare.md))",
    "portable": "a GPU that is lent for half an hour, see [gpu.md](gpu.md)",
    "peers": "other libraries, see [libraries.md](libraries.md)",
}
# What a column holds, for every CSV that has it; of a file, where it means something of its own.
COLUMNS = {
    "machine": "name of the machine in `results/`",
    "device": "`cpu` or `cuda`",
    "commit": "commit of `spsn_ref` that was measured",
    "suite": "name of the suite",
    "neuron": "such as `SPSN-SB`",
    "method": "such as `scan`",
    "T": "number of time-steps",
    "batch": "batch size",
    "units": "channels of the input, and neurons of each layer",
    "depth": "number of layers; 0 is the neuron alone, without a Linear layer",
    "dtype": "floating-point type",
    "quantity": "what was measured, see [measuring.md](measuring.md#quantities)",
    "unit": "unit of the quantity",
    "median": "geometric mean of the rounds' medians",
    "q25": "lower quartile of the samples",
    "q75": "upper quartile of the samples",
    "ci95_low": "lower end of the 95% interval",
    "ci95_high": "upper end of the 95% interval",
    "n": "number of samples",
    "status": "how the case ended, see [measuring.md](measuring.md#statuses)",
    "flags": "what to know about the number, see [measuring.md](measuring.md#flags)",
    "torch": "version of torch",
    "python": "version of Python",
    "driver": "version of the GPU's driver",
    "threads": "number of threads",
    "date": "day of the commit",
    "latest": "whether this is the latest commit that was measured of this suite on this machine",
    "env": "asv's name of the environment",
    "fraction_of_floor": "time of the fastest `floor` method over this time, on the same problem "
    "and run: 1 is the floor; in a layer, the floor of the neuron alone, without the Linear layer; "
    "empty where no floor was measured",
    "floor_ci95_low": "lower end of the 95% interval of `fraction_of_floor`",
    "floor_ci95_high": "upper end of the 95% interval of `fraction_of_floor`",
    "rounds": "number of rounds that the interval is over; 1: over the calls within one process",
    "runs": "number of whole sweeps the rounds are of; 1: the interval holds for that one only",
    "p_adjusted": "p of a ratio of 1, adjusted for the number of verdicts of the run; "
    "empty for one round",
    "between_run_sd": "standard deviation of the runs' values, as a fraction; empty for one run",
    "numerator_neuron": "neuron whose speed is the numerator",
    "numerator_method": "its method",
    "denominator_neuron": "neuron whose speed is the denominator",
    "denominator_method": "its method",
    "ratio": "ratio of speeds: 20 means that the numerator takes a twentieth of the denominator's "
    "time",
    "n_numerator": "samples of the numerator",
    "n_denominator": "samples of the denominator",
    "with_reset_neuron": "the neuron with a reset that is fastest here",
    "with_reset_method": "its method",
    "with_reset_seconds": "its time, forward + backward",
    "without_reset_neuron": "the neuron without a reset whose exact method is fastest here",
    "without_reset_method": "its method",
    "without_reset_seconds": "its time, forward + backward",
    "winner": "`with a reset`, `without a reset`, or `tie` where the interval contains 1; or that "
    "it is undecided, or that only one side finished",
    "seconds": "time, forward + backward",
    "start_up": "seconds that the method compiles at its first call; empty where it does not",
    "place": "rank by time within the problem; 1 is the fastest",
    "to_with_reset": "speed over that of the fastest neuron with a reset",
    "to_with_ci95_low": "lower end of its 95% interval",
    "to_with_ci95_high": "upper end of its 95% interval",
    "to_without_reset": "speed over that of the fastest neuron without a reset",
    "to_without_ci95_low": "lower end of its 95% interval",
    "to_without_ci95_high": "upper end of its 95% interval",
    "lengths": "number of lengths in the last decade of T",
    "T_low": "the shortest of them",
    "T_high": "the longest of them",
    "exponent": "slope of log(time) over log(T) in that decade",
    "quadratic_share": "the part of the time at the longest T that grows as T²",
    "share_ci95_low": "lower end of its 95% interval",
    "share_ci95_high": "upper end of its 95% interval",
    "growth": "`quadratic` where the interval of that share lies above one half, and no larger "
    "batch size is `less than quadratic`, where it lies below; else `undecided`; `too few lengths` "
    "where there is no share",
    "lanes": "the largest number of lanes (batch × units) at which the interval of `ratio` lies "
    "above 1; empty: at none",
    "lif_from": "the next number of lanes at which it lies below 1; empty: at none",
    "undecided": "numbers of lanes at which it contains 1, or there is none",
    "measured": "all numbers of lanes that were measured",
    "machines": "those whose cases were fitted",
    "cases": "number of cases",
    "lanes_per_thread": "c of the rule, on a GPU for the whole device; empty: the ratio does not "
    "surely fall with the number of lanes, or there are fewer than six cases",
    "T_exponent": "e of the rule",
    "decided": "cases whose interval does not contain 1",
    "agreed": "those of them in which the rule names the faster one",
    "forward_seconds": "time of the forward pass",
    "backward_seconds": "time of the backward pass",
    "lif_speedup": "how many times as fast our fused LIF is, in the same run",
    "lif_ci95_low": "lower end of its 95% interval",
    "lif_ci95_high": "upper end of its 95% interval",
    "lif_status": "`ok`, `at least ...` for a lower bound, or why there is no ratio",
    "spsn_sb_speedup": "how many times as fast our fused SPSN-SB is, in the same run",
    "spsn_sb_ci95_low": "lower end of its 95% interval",
    "spsn_sb_ci95_high": "upper end of its 95% interval",
    "spsn_sb_status": "as `lif_status`",
    "keeps_reset": "whether the layer resets its membrane after a spike",
    "difference": "how the layer differs from our equations, in words",
    "membrane_error": "largest error of the membrane without a reset, over the oracle's maximum",
    "same_trains": "fraction of spike trains that equal the oracle's",
    "why_not": "why the case is not available",
    "by": "the method that was measured; names the method behind `fastest`",
    "base": "the machine and device that the others are compared with",
    "ratio_ci95_low": "lower end of the ratio's 95% interval",
    "ratio_ci95_high": "upper end of the ratio's 95% interval",
    "ratio_rounds": "number of rounds that this interval is over",
    "ratio_status": "`ok`, or why there is no ratio or interval",
    "differs": "what else differs between the two: commit, torch, Python, driver, threads",
    "run": "number of the run among those of its commit",
    "profile": "profile that was measured; empty: the runs left no journal",
    "suites": "suites that were measured",
    "begun": "when its first group was measured, UTC",
    "minutes": "from then to its last group",
    "groups": "number of groups",
    **{
        f"{name}_seconds": f"median of the reference `{name}`"
        for name in ("product", "copy", "python")
    },
    **{
        f"{name}_drift": "90th percentile of that reference over the 10th"
        for name in ("product", "copy", "python")
    },
    "drifted": "whether one of these is above 1.25",
    "byte_cost": "time of each byte that must be moved, over that of the device's own largest "
    "copy; 1 is its bandwidth",
    "byte_cost_ci95_low": "lower end of its 95% interval",
    "byte_cost_ci95_high": "upper end of its 95% interval",
}
# Of options whose command says nothing about them.
UNEXPLAINED = {
    "--batch": "batch size",
    "--device": "where to run",
    "--dtype": "floating-point type",
    "--longest": "the largest T",
    "--neuron": "the neuron",
    "--profile": "how much to measure",
    "--time-steps": "T",
    "--units": "number of neurons",
    "file": "a file that `portable` wrote",
    "results": "results trees, or folders of one machine each",
    "run": "folder of the run, or with `--neuron` a weight file",
    "first": "results tree, or folder of one machine",
    "second": "another one; without it, every two runs in the first are compared",
}
OF_FILE = {
    "border.csv": {"ratio": "speed of SPSN-SB over that of the fastest LIF, at `lanes`"},
    "border_rule.csv": {"threads": "their numbers of threads"},
    "speedup.csv": {
        "fraction_of_floor": "of the numerator",
        "rounds": "number of rounds that both have",
        "status": "`ok`, or `at least ...`: the denominator was stopped, so that the ratio is a "
        "lower bound; or why there is no ratio or interval",
    },
    "verdict.csv": {"ratio": "speed of the one without a reset over that of the one with a reset"},
    "trust.csv": {
        "kind": "of ratio, as the suite's methods: baseline over method",
        "others": "`busy` where other programs used more than 10% of the processors, else `quiet`",
        "pairs": "of two measurements of a ratio",
        "agree": "share of the pairs that agree within their intervals",
        "ideal": "the share that should",
        "slower": "by which share the method of the other pairs was slowed",
        "found": "share of those in which that is told",
        "half_width": "median half width of an interval",
    },
    "exponents.csv": {"quantity": "`forward`, `backward` or `peak_memory`"},
    "hardware.csv": {
        "method": "such as `scan`; `fastest` stands for the neuron's fastest method",
        "place": "machine and device",
        "ratio": "the base's time, energy or memory over this one's: above 1, this place is faster "
        "or needs less",
    },
}


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def number(value: float) -> str:
    """Return a ratio with two or three digits."""
    if value >= 1000:
        return thousands(int(float(f"{value:.3g}")))
    return f"{value:.{0 if value >= 20 else 1 if value >= 2 else 2}f}"


def ratio(row: pd.Series, prefix: str = "", value: str = "ratio", status: str = "status") -> str:
    """Return a ratio with its interval, or as a lower bound."""
    if pd.isna(row[value]):
        return str(row[status]).removeprefix("no ratio: ")
    if str(row[status]).startswith("at least"):
        return f"at least {number(row[value])} (stopped)"
    low, high = row[f"{prefix}ci95_low"], row[f"{prefix}ci95_high"]
    if pd.isna(low):
        return f"{number(row[value])} [no interval]"
    of_one_process = WITHIN if row.get("rounds") == 1 else ""
    return f"{number(row[value])} [{number(low)}, {number(high)}]{of_one_process}"


def percent(value: float, low: float, high: float, digits: int = 0) -> str:
    """Return a fraction in percent with its interval."""
    if pd.isna(low):
        return f"{100 * value:.{digits}f}% [no interval]"
    return f"{100 * value:.{digits}f}% [{100 * low:.{digits}f}, {100 * high:.{digits}f}]"


def thousands(count: int) -> str:
    """Return an integer, with spaces from 10 000 on."""
    return f"{count:,}".replace(",", " ") if count >= 10_000 else str(count)


@cache
def results(name: str, machine: str = MACHINE) -> pd.DataFrame:
    """Return a published CSV: of each suite and environment, the commit measured last."""
    frame = pd.read_csv(PUBLISHED / machine / name)
    if "suite" not in frame:
        return frame
    if "latest" in frame:
        return frame[frame["latest"]]
    newest = results("measurements.csv", machine)
    first = newest.groupby(["suite", "env"])["commit"].first()
    return frame[
        frame["commit"] == [first[key] for key in zip(frame["suite"], frame["env"], strict=True)]
    ]


def ratio_at(frame: pd.DataFrame, place: Any) -> str:
    """Return the ratio of one row, which may not have been measured."""
    return ratio(frame.loc[place]) if place in frame.index else "not measured"


def _speedups(
    lengths: Sequence[int],
    methods: Sequence[str],
    denominators: Sequence[str] = ("published_loop", "loop", "compile", "numba"),
    machine: str = MACHINE,
) -> str:
    frame = results("speedup.csv", machine)
    frame = frame[
        (frame["suite"] == "sequence_length")
        & (frame["quantity"] == "forward_backward")
        & (frame["numerator_neuron"] == "SPSN-SB")
        & (frame["denominator_neuron"] == "LIF")
    ].set_index(["T", "batch", "numerator_method", "denominator_method"])
    rows = [
        [thousands(steps), batch, f"`SPSN-SB/{method}`"]
        + [ratio_at(frame, (steps, batch, method, under)) for under in denominators]
        for batch in (1, 64)
        for steps in lengths
        for method in methods
    ]
    over = [f"over `LIF/{name}`" for name in denominators]
    return table(["T", "batch", "speed of", *over], rows)


def headline() -> str:
    """Return the four rows of the README: the fused SPSN-SB over the LIF methods, on a GPU."""
    return gpu_speedups([1000, 10_000])


_OVER_ON_GPU = ("published_loop", "loop", "compile", "triton_graph")


def gpu_speedups(lengths: Sequence[int] = (100, 1000, 10_000)) -> str:
    """Return the speed-ups of the captured fused SPSN-SB over the LIF methods, on a GPU."""
    return _speedups(lengths, ["triton_graph"], _OVER_ON_GPU, GPU)


def cpu_headline() -> str:
    """Return the speed-ups of the fused SPSN-SB over the LIF methods, on a CPU."""
    return _speedups([1000, 10_000], ["numba"])


def speedups() -> str:
    """Return the speed-ups of SPSN-SB by scan and fused, over the LIF methods."""
    return _speedups([100, 1000, 10_000], ["scan", "numba"])


def verdicts(machine: str = MACHINE) -> str:
    """Return for how many problems a neuron that keeps its reset is faster, as fast, slower."""
    winners = results("verdict.csv", machine)["winner"].value_counts()
    kept, ties, free, undecided = (
        winners.get(name, 0) for name in ("with a reset", "tie", "without a reset", "undecided")
    )
    words = (
        f"Of {winners.sum()} cases on this machine the fastest LIF, which keeps its reset, is "
        f"faster than the fastest exact SPSN in {kept}, as fast (within 10%) in {ties} and slower "
        f"in {free}; {undecided} are undecided."
    )
    return textwrap.fill(words, 100)


def border() -> str:
    """Return from how many lanes on a LIF is as fast as SPSN-SB, in a sentence."""
    rules = results("border_rule.csv")
    words = border_words(None if rules.empty else rules.iloc[0])
    return textwrap.fill(words.replace("\u00a0", " "), 100)


LANES_SHOWN = (1, 4, 16, 20, 128, 512, 8192)


def lanes(machine: str = MACHINE) -> str:
    """Return the time of an element by the fused neurons, and SPSN-SB over LIF, by lanes and T."""
    times = results("measurements.csv", machine)
    times = times[(times["suite"] == "lanes") & (times["quantity"] == "forward_backward")]
    ratios = results("speedup.csv", machine)
    ratios = ratios[
        (ratios["suite"] == "lanes")
        & (ratios["quantity"] == "forward_backward")
        & (ratios["numerator_neuron"] == "SPSN-SB")
        & (ratios["denominator_neuron"] == "LIF")
    ].set_index(["units", "T"])
    rows = []
    for (units, steps), group in times.groupby(["units", "T"]):
        if units not in LANES_SHOWN or steps < 10_000:
            continue
        found = group.set_index("neuron")["median"] / (units * steps) * 1e9
        near = group.set_index("neuron")["fraction_of_floor"]
        rows.append(
            [
                *(thousands(units), thousands(steps)),
                *(f"{found[name]:.2f}" for name in ("LIF", "SPSN-SB", "SPSN-GS")),
                ratio_at(ratios, (units, steps)),
                *(f"{near[name]:.0%}" for name in ("LIF", "SPSN-SB")),
            ]
        )
    head = ["lanes", "T", *(f"{name}, ns" for name in ("LIF", "SPSN-SB", "SPSN-GS"))]
    return table([*head, "SPSN-SB over LIF", "LIF of the floor", "SPSN-SB of it"], rows)


def _sharded() -> pd.DataFrame:
    """Return times and exchange of the suite sharded, by neuron, units, T and number of ranks."""
    frame = results("measurements.csv")
    frame = frame[(frame["suite"] == "sharded") & (frame["neuron"] != "floor")]
    frame = frame[frame["quantity"].isin(("forward_backward", "exchange"))]
    keys = ["neuron", "units", "T", "method"]
    return frame.pivot(index=keys, columns="quantity", values="median").dropna(how="all")


def sharded() -> str:
    """Return the time of an SPSN in one process and divided among two, and the exchange's share."""
    times = _sharded()
    ratios = results("speedup.csv")
    ratios = ratios[(ratios["suite"] == "sharded") & (ratios["quantity"] == "forward_backward")]
    ratios = ratios.set_index(["numerator_neuron", "units", "T"])
    rows = []
    for (neuron, units, steps, method), row in times.iterrows():
        if method == "numba":
            continue
        alone = times.loc[(neuron, units, steps, "numba"), "forward_backward"]
        whole, exchange = row["forward_backward"], row["exchange"]
        rows.append(
            [
                *(f"`{neuron}`", units, thousands(steps), number(1e3 * alone), number(1e3 * whole)),
                *(ratio_at(ratios, (neuron, units, steps)), number(1e3 * exchange)),
                f"{exchange / whole:.1%}",
            ]
        )
    head = ["neuron", "lanes", "T", "one process, ms", "two, ms", "speed of two over one"]
    return table([*head, "exchange, ms", "its share"], rows)


def sharded_model(ranks: Sequence[int] = (2, 8, 64, 1024)) -> str:
    """Return from which T on so many ranks reach nine tenths of their number, by the model."""
    times = _sharded().loc["SPSN-SB"]
    rows = []
    for count in ranks:
        cells = []
        for lanes in (1, 16):
            of_lanes = times.loc[lanes].reset_index()
            alone = of_lanes[of_lanes["method"] == "numba"].sort_values("T").iloc[-1]
            exchange = of_lanes["exchange"].median() * math.log2(count)
            least = 9 * count * exchange / (alone["forward_backward"] / alone["T"])
            digit = 10 ** math.floor(math.log10(least))
            cells.append(thousands(math.ceil(least / digit) * digit))
        rows.append([thousands(count), *cells])
    return table(["ranks", "T at 1 lane", "T at 16 lanes"], rows)


def floors(machine: str = MACHINE) -> str:
    """Return how near each method of the neuron alone comes to the floor, longest T, batch 64."""
    frame = results("measurements.csv", machine)
    frame = frame[(frame["suite"] == "neuron") & (frame["batch"] == 64)]
    frame = frame[(frame["T"] == frame["T"].max()) & (frame["neuron"] != "floor")]
    names = ["forward_backward", "forward", "backward"]
    rows = []
    for (neuron, method), group in frame.groupby(["neuron", "method"]):
        cells = group.set_index("quantity").loc[names]
        if cells["fraction_of_floor"].isna().any():
            continue
        shown = [
            percent(*row, digits=0 if row.iloc[0] > 0.1 else 1)
            for _, row in cells[
                ["fraction_of_floor", "floor_ci95_low", "floor_ci95_high"]
            ].iterrows()
        ]
        best = cells["fraction_of_floor"].iloc[0]
        rows.append((best, [f"`{neuron}/{method}`", *shown, int(cells["rounds"].iloc[0])]))
    rows.sort(key=lambda row: -row[0])
    head = ["method", "forward + backward", "forward", "backward", "rounds"]
    return table(head, [row for _, row in rows])


def called(ending: str) -> str:
    """Return the time of each method of the neuron alone beside that of one called otherwise.

    Args:
        ending: of the other method's name: "_membrane" or "_recycled".
    """
    frame = results("measurements.csv")
    frame = frame[(frame["suite"] == "neuron") & (frame["quantity"] == "forward_backward")]
    case = ["neuron", "method", "T", "batch"]
    times = frame[frame["median"] > 0].set_index(case)[["median", "ci95_low", "ci95_high"]]

    def milliseconds(row: pd.Series) -> str:
        low, middle, high = (1e3 * row[name] for name in ("ci95_low", "median", "ci95_high"))
        return f"{middle:.3g} [{low:.3g}, {high:.3g}]"

    rows = []
    for (neuron, method, steps, batch), other in times.iterrows():
        usual = (neuron, str(method).removesuffix(ending), steps, batch)
        if not str(method).endswith(ending) or usual not in times.index:
            continue
        own = times.loc[usual]
        sides = [milliseconds(own), milliseconds(other), number(other["median"] / own["median"])]
        rows.append([f"`{neuron}/{usual[1]}`", thousands(steps), batch, *sides])
    head = ["method", "T", "batch", "ms", f"`{ending}`, ms", "times as long"]
    return table(head, sorted(rows, key=lambda row: (row[0], len(row[1]), row[1], row[2])))


def growths() -> str:
    """Return the methods of which a pass grows as T², where enough lengths were measured last."""
    frame = pd.read_csv(PUBLISHED / MACHINE / "exponents.csv")
    frame = frame[frame["growth"] == "quadratic"]
    frame = frame.drop_duplicates(["neuron", "method", "quantity", "batch"], keep="last")

    def share(row: pd.Series) -> str:
        high = row["share_ci95_high"]
        high = 1.0 if pd.isna(high) else high  # of a bound, above which nothing lies
        return percent(row["quadratic_share"], row["share_ci95_low"], high)

    rows = [
        [f"`{row['neuron']}/{row['method']}`", row["quantity"], row["batch"], share(row)]
        for _, row in frame.iterrows()
    ]
    return table(["method", "pass", "batch", "share that grows as T²"], rows)


def _peers_at_1000(quantity: str) -> pd.DataFrame:
    """Return the layers of other libraries at T = 1000 and 128 units, compared by a quantity."""
    frame = results("peers.csv")
    frame = frame[(frame["T"] == 1000) & (frame["units"] == 128) & (frame["quantity"] == quantity)]
    others = {name for library in LIBRARIES.values() for name in library.neuron_methods}
    frame = frame.assign(name=frame["neuron"] + "/" + frame["method"])
    return frame[frame["name"].isin(others) & ~frame["status"].str.startswith("not")]


def _beside_ours(frame: pd.DataFrame, yardsticks: Mapping[str, str], *columns: str) -> str:
    """Return the table of some columns, and how many times as fast ours are at two batch sizes."""
    order = frame[frame["batch"] == 8].sort_values("lif_speedup")["name"]
    cells = frame.set_index(["name", "batch"])
    rows = []
    for name in order:
        told = cells.loc[(name, 8)][[*columns]]
        row = [f"`{name}`", *told.astype(object).where(told.notna(), "–")]
        for prefix in yardsticks:
            names = (f"{prefix}_", f"{prefix}_speedup", f"{prefix}_status")
            row += [ratio(cells.loc[(name, batch)], *names) for batch in (8, 64)]
        rows.append(row)
    head = [text for ours in yardsticks.values() for text in (f"`{ours}`, batch 8", "batch 64")]
    return table(["layer", *("reset" if c == "keeps_reset" else c for c in columns), *head], rows)


def peers() -> str:
    """Return how many times as fast our fused LIF and SPSN-SB are, forward and backward."""
    yardsticks = {"lif": "LIF/numba", "spsn_sb": "SPSN-SB/numba"}
    frame = _peers_at_1000("forward_backward").astype({"rounds": "Int64"})
    return _beside_ours(frame, yardsticks, "keeps_reset", "rounds")


def simulators() -> str:
    """Return how many times as fast our fused LIF is forwards, than what has no other pass."""
    return _beside_ours(_peers_at_1000("forward"), {"lif": "LIF/numba"}, "difference")


def trust() -> str:
    """Return how often two measurements of a ratio agree, by kind of ratio."""
    rows = [
        [
            *(row.kind, row.others, row.pairs, f"{row.agree:.0%}", f"{row.ideal:.0%}"),
            *(f"{row.slower:.0%}", f"{row.found:.0%}", f"±{row.half_width:.1%}"),
        ]
        for row in pd.read_csv(PUBLISHED / MACHINE / "trust.csv").itertuples()
    ]
    head = "ratio", "others", "pairs", "A/A agree", "ideal", "slowed by", "A/B found", "half width"
    return table(head, rows)


def trusted() -> str:
    """Return in words how often intervals hold, and how often a slow-down is told, by kind."""
    counted = pd.read_csv(PUBLISHED / MACHINE / "trust.csv")
    quiet = counted[counted["others"] == "quiet"]
    every = quiet[quiet["kind"] == "all"].iloc[0]
    kinds = quiet[quiet["kind"] != "all"].sort_values("found", ascending=False)
    told = ", ".join(f"{row.found:.0%} ({row.kind})" for row in kinds.itertuples())
    return "\n".join(
        textwrap.wrap(
            "On the CPU, two measurements of one ratio in one sweep agree within their intervals "
            f"in {every.agree:.0%} of {every.pairs} pairs (ideal: {every.ideal:.0%}), and a "
            f"slow-down of {every.slower:.0%} is told in {told}.",
            width=105,
        )
    )


def epochs() -> str:
    """Return the seconds of a training epoch, and SPSN-SB's speed over each LIF."""
    frame = results("speedup.csv")
    frame = frame[
        (frame["suite"] == "training_epoch")
        & (frame["quantity"] == "epoch")
        & (frame["numerator_neuron"] + "/" + frame["numerator_method"] == "SPSN-SB/numba")
        & (frame["denominator_neuron"] == "LIF")
    ].set_index("denominator_method")
    times = results("measurements.csv")
    times = times[(times["suite"] == "training_epoch") & (times["quantity"] == "epoch")]
    seconds = times.set_index(["neuron", "method"])["median"]
    rows = [["`SPSN-SB/numba`", f"{seconds['SPSN-SB', 'numba']:.2f} s", "1"]]
    rows += [
        [f"`LIF/{name}`", f"{seconds['LIF', name]:.2f} s", ratio_at(frame, name)]
        for name in ("published_loop", "loop", "compile", "numba")
        if ("LIF", name) in seconds
    ]
    return table(["method", "an epoch", "speed of `SPSN-SB/numba` over it"], rows)


def trained() -> pd.DataFrame:
    """Return the numbers of our runs on the Free Spoken Digit Dataset, scale coarse."""
    frame = results("paper.csv", "paper")
    ours = (frame["source"] == "here") & (frame["dataset"] == "fsdd_spikes")
    return frame[ours & (frame["scale"] == "coarse")]


def digits() -> str:
    """Return what the networks reach on the Free Spoken Digit Dataset."""
    frame = trained()
    frame = frame[~frame["condition"].isin(("loss", "speaker", "rate"))]
    keys = ["neuron", "condition", "theta"]
    rows = []
    for neuron, condition, theta in frame[keys].drop_duplicates().itertuples(index=False):
        group = frame[(frame["neuron"] == neuron) & (frame["condition"] == condition)]
        group = group[group["theta"].isna() if pd.isna(theta) else group["theta"] == theta]
        cells = group.set_index("quantity")
        accuracy = cells.loc["test_accuracy"]
        shown = percent(*accuracy[["value", "ci95_low", "ci95_high"]], digits=1)
        rate = f"{cells.loc['spikes_per_ms', 'value']:.1f}" if neuron != "ReLU" else "no spikes"
        regulariser = "none" if pd.isna(theta) else f"θ = {theta:g}"
        augmented = "no" if condition == "basic" else "yes"
        rows.append([neuron, augmented, regulariser, shown, rate, int(accuracy["n"])])
    head = ["neuron", "augmented", "regulariser", "test accuracy", "spikes/ms", "repeats"]
    return table(head, rows)


def losses() -> str:
    """Return the accuracy of each loss mode (Figure 2)."""
    frame = trained()
    frame = frame[(frame["condition"] == "loss") & (frame["quantity"] == "test_accuracy")]
    cells = frame.set_index(["neuron", "loss"])[["value", "ci95_low", "ci95_high"]]
    modes = ("mean", "max", "last")
    rows = [
        [neuron, *(percent(*cells.loc[neuron, mode], digits=1) for mode in modes)]
        for neuron in frame["neuron"].unique()
    ]
    return table(["neuron", "mean over time", "maximum over time", "last time-step"], rows)


def rates() -> str:
    """Return the accuracy on held-out recordings at every learning rate, the best in bold."""
    frame = trained()
    frame = frame[(frame["condition"] == "rate") & (frame["quantity"] == "validation_accuracy")]
    found = frame.pivot_table("value", "neuron", "learning_rate")
    rows = []
    for neuron, row in found.iterrows():
        told = {rate: f"{100 * value:.1f}%" for rate, value in row.items()}
        best = row.idxmax()
        rows.append([neuron, *(f"**{t}**" if r == best else t for r, t in told.items())])
    return table(["neuron", *(f"{rate:g}" for rate in found.columns)], rows)


def speakers() -> str:
    """Return the accuracy on a speaker who was left out, on average."""
    frame = trained()
    frame = frame[(frame["condition"] == "speaker") & (frame["quantity"] == "test_accuracy")]
    mean = frame.groupby("neuron")["value"].agg(["mean", "size"])
    each = " and ".join(f"{100 * row['mean']:.1f}% ({name})" for name, row in mean.iterrows())
    epochs, count = int(frame["epochs"].iloc[0]), int(mean["size"].iloc[0])
    return (
        f"A speaker who was left out of training is recognised in {each}\n"
        f"of recordings: the mean over {count} speakers, after {epochs} epochs."
    )


def paper_page() -> str:
    """Return the words of the published page of the paper's figures."""
    page = (PUBLISHED / "paper" / "index.html").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def beside() -> str:
    """Return how much more accurate each SPSN is than the others, in the page's numbers."""
    row = r"(SPSN-\w+) (LIF|non-spiking \(ReLU\)) (\w+) fsdd_spikes, coarse, [\w-]+ "
    row += r"(\S+ \[[^]]*\]), n = (\d+)"
    head = ["network", "minus", "condition", "points of accuracy", "repeats"]
    return table(head, [list(cells) for cells in re.findall(row, paper_page())])


def regularised() -> str:
    """Return what the regulariser costs, in the words of the published page."""
    sentence = r"fsdd_spikes, coarse, [\w-]+: (SPSN-\w+ fires .*? points, n = \d+: .*?\.)"
    return "\n".join(f"- {words}" for words in re.findall(sentence, paper_page()))


def methods() -> str:
    """Return every method of every operation."""
    offered: dict[str, list[str]] = {name: [] for name in METHODS}
    for operation, neuron in OPERATIONS.items():
        names = [m.split("/")[1] for m in (*NEURON_METHODS, *TRAINED) if m.startswith(f"{neuron}/")]
        for name in dict.fromkeys(["loop", *names]):
            if name not in SUITE_METHODS:
                offered[name].append(f"`{operation}`")
    rows = [
        [f"`{name}`", ", ".join(offered[name]), device(name), text]
        for name, text in METHODS.items()
    ]
    return table(["method", "of", "runs on", "what it is"], rows)


def device(method: str) -> str:
    """Return the devices that a method is made for."""
    return {"cpu": "CPU", "cuda": "CUDA"}.get(MADE_FOR.get(method, ""), "CPU and CUDA")


def neuron_methods() -> str:
    """Return what the suites measure of each neuron, and on which device."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in dict.fromkeys([*NEURON_METHODS, *CALLED, *TRAINED]):
        neuron, method = name.split("/")
        on = MADE_FOR.get(base_method(method), "both")
        found.setdefault(neuron, {"both": [], "cpu": [], "cuda": []})[on].append(f"`{method}`")
    rows = [[f"`{n}`", *(", ".join(where) for where in on.values())] for n, on in found.items()]
    return table(["neuron", "on CPU and CUDA", "on CPU only", "on CUDA only"], rows)


def _values(axis: Sequence[Any]) -> str:
    shown = [thousands(value) for value in axis]
    if len(shown) > 3 and list(axis) == list(range(axis[0], axis[-1] + 1)):
        return f"{shown[0]} to {shown[-1]}"
    return ", ".join(shown)


def suites() -> str:
    """Return what each suite asks and sweeps over."""
    rows = []
    for name, axes in GRID.items():
        of = dict(zip(PARAMETERS, axes, strict=True))
        cells = [_values(of[axis]) for axis in ("time_steps", "batch", "depth", "units")]
        question = ast.get_docstring(ast.parse((ROOT / f"benchmarks/{name}.py").read_text()))
        rows.append([f"`{name}`", question, *cells])
    return table(["suite", "question", "T", "batch", "depth", "units"], rows)


def profiles() -> str:
    """Return the profiles with their budgets."""
    rows = []
    for name, profile in PROFILES.items():
        device = "cuda" if name == "portable" else "cpu"
        count = len(select(name, list(GRID), [device]))
        budget = profile.budget
        limits = [f"{budget.seconds:g} s", f"{budget.limit:g} s", budget.rounds]
        limits += [f"{budget.precision:.0%}" if budget.precision else "no", budget.most]
        rows.append([f"`{name}`", PROFILE_TEXTS[name], count, *limits, profile.takes])
    head = ["profile", "what it measures", "cases", "sampling", "limit", "rounds"]
    return table([*head, "half width", "most samples", "time on 2 cores"], rows)


def statuses() -> str:
    """Return every status and its meaning."""
    return _meanings("status", Status, STATUSES)


def added() -> str:
    """Return what the report adds to the statuses, and its meaning."""
    return table(["status", "meaning"], ADDED.items())


def flags() -> str:
    """Return every flag and its meaning."""
    return _meanings("flag", Flag, FLAGS)


def _meanings(head: str, members: Any, texts: dict[str, str]) -> str:
    words = [member.name.lower().replace("_", " ") for member in members]
    if set(words) != set(texts):
        raise ValueError(f"{head}: the code has {words}, the meanings are of {list(texts)}")
    return table([head, "meaning"], [[word, texts[word]] for word in words])


def columns(name: str) -> str:
    """Return the columns of a published CSV and what they hold."""
    names = pd.read_csv(PUBLISHED / MACHINE / name, nrows=0).columns
    meanings = {**COLUMNS, **OF_FILE.get(name, {})}
    return table(["column", "content"], [[f"`{column}`", meanings[column]] for column in names])


def libraries() -> str:
    """Return the libraries with their versions and layers."""
    rows = []
    for name, library in LIBRARIES.items():
        versions = ", ".join(f"{package} {v}" for package, v in library.requirements.items())
        layers = ", ".join(f"`{layer}`" for layer in library.neuron_methods)
        extra = f"`peer-{name}`" if library.requirements else "cannot be installed"
        if library.alone:
            extra = "none: `pip install --no-deps`"
        rows.append([name, versions, layers, extra])
    return table(["library", "versions", "layers", "extra"], rows)


def memory_unit() -> str:
    """Return the Legendre Memory Unit's forms over its loop of 2019, at psMNIST's length."""
    frame = results("speedup.csv")
    frame = frame[(frame["suite"] == "lmu") & (frame["quantity"] == "forward_backward")]
    over = frame[frame["denominator_neuron"] == "LMU-2019"]
    cells = over.set_index(["numerator_method", "units", "batch"])
    sizes = sorted({(units, batch) for _, units, batch in cells.index})
    forms = {"last_state": "the last state alone", "fft": "FFT", "loop": "a loop"}
    rows = [
        [name, *(ratio_at(cells, (method, *size)) for size in sizes)]
        for method, name in forms.items()
    ]
    return table(["2021, by", *(f"{units} units, batch {b}" for units, b in sizes)], rows)


def field() -> str:
    """Return the speed-ups that others claim."""
    rows = [[one.who, one.claim, one.setting, one.over] for one in FIELD]
    return table(["who", "claim", "where", "over what"], rows)


def benchmarks_commands() -> dict[str, argparse.ArgumentParser]:
    """Return the commands of `python -m benchmarks`."""
    (choices,) = (
        action.choices
        for action in benchmarks_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return dict(choices)


def options(command: str) -> str:
    """Return the options of a command of `python -m benchmarks`."""
    rows = []
    for action in benchmarks_commands()[command]._actions:
        if action.dest == "help":
            continue
        name = action.option_strings[0] if action.option_strings else action.metavar or action.dest
        text = (action.help or "").replace("%%", "%")
        listed = action.choices if action.metavar is None else None
        default = "" if "default" in text or "--scale quick" in text else action.default
        rows.append(_option(name, text, listed, default))
    return table(["option", "meaning"], rows)


def command_options(command: Any) -> str:
    """Return the options of a click command.

    To import one takes torch or scipy, so its table is pasted into docs/ and a test compares it.
    """
    rows = []
    for option in command.params:
        names = ", ".join([*option.opts, *option.secondary_opts])
        text = (getattr(option, "help", None) or "").removesuffix(".")
        default = "" if "default" in text else option.default
        if isinstance(default, bool) and option.secondary_opts:
            default = (option.opts if default else option.secondary_opts)[0]
        rows.append(_option(names, text, getattr(option.type, "choices", None), default))
    return table(["option", "meaning"], rows)


def _option(name: str, text: str, choices: Iterable[str] | None, default: Any) -> list[str]:
    """Return a row of a table of options."""
    parts = [re.sub(r"\s+", " ", text) or UNEXPLAINED[name]]
    if choices:
        parts.append("one of " + ", ".join(choices))
    if isinstance(default, (list, tuple)):
        default = ", ".join(map(str, default))
    if isinstance(default, (str, float, int, Path)) and not isinstance(default, bool):
        shown = str(default)
        parts += [f"default: {shown}"] if shown not in ("", "inf") else []
    return [f"`{name}`", "; ".join(parts)]


def main(arguments: Sequence[str]) -> int:
    """Return the exit status of cog over README.md and docs/."""
    from cogapp import Cog

    action = ["--check", "--diff"] if "--check" in arguments else ["-r"]
    hint = ["--check-fail-msg=write them anew by: python docs/generate.py"]
    status = 0
    for path in DOCUMENTS:
        more = hint if "--check" in arguments else []
        settings = ["-U", "-P", "--verbosity=1", "-p", "import generate", *more]
        status = max(status, Cog().main(["cog", *action, *settings, str(path)]))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
