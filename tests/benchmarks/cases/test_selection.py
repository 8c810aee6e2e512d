"""The expressions for asv match a profile's cases and no others."""

import re
from itertools import product

import pytest

from benchmarks.cases.grid import GRID
from benchmarks.cases.profiles import PROFILES
from benchmarks.cases.selection import patterns, select


@pytest.mark.parametrize("devices", [["cpu"], ["cpu", "cuda"]])
def test_asvs_expressions_choose_exactly_the_profile(devices):
    expressions = [re.compile(p) for p in patterns(select("quick", list(GRID), devices))]
    for suite, axes in GRID.items():
        for values in product(*axes):
            name = f"{suite}.Suite.track_status({', '.join(map(repr, values))})"
            wanted = values[1] in devices and PROFILES["quick"].includes(suite, values)
            assert any(e.search(name) for e in expressions) == wanted, name


def test_a_suite_that_is_named_twice_counts_once():
    assert select("quick", ["lanes", "lanes"], ["cpu"]) == select("quick", ["lanes"], ["cpu"])
