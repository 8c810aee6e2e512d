"""The version of the way of measuring: results on both sides of a change are not compared."""

import ast
import hashlib

from helpers import ROOT

from benchmarks.common import VERSION

# What a call is, and how it is timed, by the code of each file. Where one changes: if numbers of
# before and after cannot be compared, raise VERSION in benchmarks/common.py, for asv keeps results
# of different versions apart; then write down here what the failing test shows.
MEASURED = {
    "instruments/clock.py": "3793aa0b8f57",
    "instruments/memory.py": "3bd3513a733d",
    "instruments/spikes.py": "59cf96a168d2",
    "workloads/layers.py": "a2d7669fe508",
    "workloads/floor.py": "850c320c0711",
    "workloads/epoch.py": "5bdecbd75bb1",
    "workloads/lmu.py": "15e18bbadc8d",
    "workloads/captured.py": "f83001d8e505",
    "workloads/sharded.py": "d4f9169efdd4",
}


def code(path):
    """Return a file's code without comments and docstrings."""
    tree = ast.parse((ROOT / "benchmarks" / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


def test_a_change_in_the_way_of_measuring_asks_for_another_version():
    found = {path: hashlib.sha256(code(path).encode()).hexdigest()[:12] for path in MEASURED}
    assert (VERSION, found) == ("2", MEASURED)


def test_comments_are_no_change_and_code_is(tmp_path):
    timed = tmp_path / "timed.py"
    timed.write_text('"""Says one thing."""\nx = 1  # and why\n')
    before = code(timed)
    timed.write_text('"""Says another."""\nx = 1\n')
    assert code(timed) == before
    timed.write_text('"""Says another."""\nx = 2\n')
    assert code(timed) != before
