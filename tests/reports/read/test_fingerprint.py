"""Machines that share a name, and runs that two trees share."""

import pytest

from reports.read.fingerprint import fingerprint, tell_apart
from reports.read.tree import load


@pytest.fixture
def suites(tree):
    return {"neuron": tree.params(tree.SIDE_BY_SIDE, ["cpu", "cuda"], times=[10, 100], depths=[0])}


def test_one_name_on_two_machines_is_told_apart_by_fingerprint(tmp_path, tree, suites):
    files = [
        tree.result_file("lab", suites, tree.machine(2.0), cpu=cpu) for cpu in ("one", "another")
    ]
    trees = [load(tree.write(tmp_path / f["params"]["cpu"], suites, [f])) for f in files]
    tell_apart(trees)
    names = [run.machine for results in trees for run in results.runs]
    assert names == [f"lab #{fingerprint(data['params'])}" for data in files]
    assert len(set(names)) == 2


@pytest.mark.parametrize(("times", "omissions"), [(2.0, 0), (3.0, 1)])
def test_the_same_run_twice_counts_once(tmp_path, tree, suites, times, omissions):
    trees = [
        load(
            tree.write(tmp_path / name, suites, [tree.result_file("lab", suites, tree.machine(t))])
        )
        for name, t in (("mine", 2.0), ("theirs", times))
    ]
    tell_apart(trees)
    assert [len(results.runs) for results in trees] == [1, 0]
    assert len(trees[1].omissions) == omissions
    for omission in trees[1].omissions:
        assert "theirs" in str(omission)
        assert "for the same machine, commit and environment" in str(omission)
