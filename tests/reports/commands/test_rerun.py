"""The command `rerun`."""

import asv_golden
import pytest
from click.testing import CliRunner

from reports.commands.report import main


def invoke(*arguments):
    return CliRunner().invoke(main, ["rerun", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def make(tree, tmp_path):
    def make(name, measure):
        suites = {"sequence_length": tree.params(["LIF/loop", "SPSN-SB/scan"], times=[100])}
        tree.write(tmp_path / name, suites, [tree.result_file("toybox", suites, measure)])
        return tmp_path / name

    return make


def test_the_runs_of_one_tree(make):
    done = invoke(make("results", asv_golden.in_runs))
    assert done.exit_code == 0
    head, _, row = done.stdout.splitlines()
    assert head.startswith("| runs | ratios | contain the other | ideal | disjoint | median move |")
    assert row.startswith("| run 1 and run 2 | 2 | 0% |")
    assert row.endswith("| 100% | 100% | 100% |")


def test_two_trees(make):
    first, second = make("first", asv_golden.in_rounds), make("second", asv_golden.in_rounds)
    done = invoke(first, second)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[2].startswith(f"| {first} and {second} | 2 | 100% |")


def test_one_run_alone_is_told(make, tmp_path):
    done = invoke(make("results", asv_golden.in_rounds))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "`python -m benchmarks run` adds a run" in done.stderr
    done = invoke(tmp_path / "nowhere")
    assert done.exit_code == 1
    assert "no such folder" in done.stderr
