"""Fingerprints of machines, whose names were chosen by people and may coincide."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping

from .tree import Omission, Results, Run

# A machine's hardware with its clock and power limit. Its software (system, driver, torch, threads)
# may change, and is shown beside it.
HARDWARE = (
    *("arch", "cpu", "num_cpu", "ram"),
    *("gpu", "gpu_count", "gpu_memory", "gpu_max_clock", "gpu_power_cap"),
)


def fingerprint(facts: Mapping[str, str]) -> str:
    """Return six hexadecimal digits, the same for the same hardware."""
    told = json.dumps([facts.get(name, "") for name in HARDWARE])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:6]


def tell_apart(trees: list[Results]) -> None:
    """Rename machines that share a name and differ in fingerprint, in place: "name #0f3a91".

    A run that two trees have (same machine, commit and environment) is left out of the later one,
    which is recorded as an omission if the two differ.
    """
    prints: dict[str, set[str]] = defaultdict(set)
    for run in (run for tree in trees for run in tree.runs):
        prints[run.machine].add(fingerprint(run.facts))
    seen: dict[tuple[str, ...], Run] = {}
    for tree in trees:
        kept = []
        for run in tree.runs:
            own = fingerprint(run.facts)
            if len(prints[run.machine]) > 1:
                run.machine = f"{run.machine} #{own}"
            first = seen.setdefault((run.machine, own, run.commit, run.env), run)
            if first is run:
                kept.append(run)
            elif first.suites != run.suites:
                what = f"differs from {first.file} for the same machine, commit and environment"
                tree.omissions.append(Omission(run.file, what, "Name the one that holds"))
        tree.runs = kept
