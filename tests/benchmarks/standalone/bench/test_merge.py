"""Trees become one whatever their order; what does not fit is refused, and nothing is written."""

import json
from itertools import permutations

import pytest
from damage import many_damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trees import FACTS, case, record

from benchmarks.__main__ import main
from benchmarks.drive.error import DriverError
from benchmarks.standalone.bench.merge import merge, merged
from benchmarks.standalone.bench.parts import PARTS
from reports.read.tree import load

LOOP, SCAN, LONG = case("LIF/loop"), case("SPSN-SB/scan"), case("LIF/loop", 10_000)


def samples(tree):
    (run,) = load(tree).runs
    return {
        (f"{key.neuron}/{key.method}", key.T): cell.samples
        for key, cell in run.suites["neuron"]["forward_backward"].items()
        if cell.samples
    }


def texts(tree):
    return {path.relative_to(tree): path.read_text() for path in tree.rglob("*.json")}


def test_parts_become_the_whole_in_any_order_and_again(tmp_path, make_tree):
    trees = [
        make_tree("a", {LOOP: record([1.0])}),
        make_tree("b", {SCAN: record([2.0], peak_memory=3)}),
        make_tree("c", {LONG: record([3.0, 4.0])}),
    ]
    found = []
    for number, order in enumerate(permutations(trees)):
        into = tmp_path / f"whole {number}"
        assert merge(order, into)
        found.append(texts(into))
        assert merge(order, into) == []  # all of it was there
        assert merge([trees[0]], into) == []
    assert all(one == found[0] for one in found)
    assert samples(tmp_path / "whole 0") == {
        ("LIF/loop", 1000): (1.0,),
        ("SPSN-SB/scan", 1000): (2.0,),
        ("LIF/loop", 10_000): (3.0, 4.0),
    }


def test_runs_of_one_case_are_joined(tmp_path, make_tree):
    first = make_tree("a", {LOOP: record([1.0, 2.0], peak_memory=5)})
    second = make_tree("b", {LOOP: record([3.0], run=2, peak_memory=6)}, run=2)
    merge([second, first], tmp_path / "into")
    assert samples(tmp_path / "into") == {("LIF/loop", 1000): (1.0, 2.0, 3.0)}
    (run,) = load(tmp_path / "into").runs
    memory = run.suites["neuron"]["peak_memory"].values()
    assert [cell.value for cell in memory if cell.value == cell.value] == [6.0]


def test_two_values_of_one_run_are_refused_and_both_files_named(tmp_path, make_tree):
    one = make_tree("one", {LOOP: record([1.0])})
    other = make_tree("other", {LOOP: record([1.5])})
    with pytest.raises(DriverError, match=r"track_.*other/m/.*one/m/.*both of run 1; keep one"):
        merge([one, other], tmp_path / "into")
    assert texts(tmp_path / "into") == {}


def test_another_machine_of_one_name_is_refused(tmp_path, make_tree):
    one = make_tree("one", {LOOP: record([1.0])})
    other = make_tree("other", {SCAN: record([1.0])}, facts=FACTS | {"cpu": "another"})
    with pytest.raises(DriverError, match=r"machine.json differs between .*--machine"):
        merge([one, other], tmp_path / "into")
    assert texts(tmp_path / "into") == {}


def test_machines_and_commits_stand_beside_each_other(tmp_path, make_tree):
    trees = [
        make_tree("a", {LOOP: record([1.0])}),
        make_tree("b", {LOOP: record([1.0])}, facts=FACTS | {"machine": "n"}),
        make_tree("c", {LOOP: record([2.0])}, commit="f" * 40),
    ]
    merge(trees, tmp_path / "into")
    loaded = load(tmp_path / "into")
    assert not loaded.omissions
    assert {(run.machine, run.commit[:2]) for run in loaded.runs} == {
        *(("m", "01"), ("n", "01"), ("m", "ff")),
    }


@pytest.mark.parametrize(
    ("change", "value"), [("version", "1"), ("params", [["'LIF/other'"], *[["1"]] * 6])]
)
def test_another_grid_or_way_of_measuring_is_refused(tmp_path, make_tree, change, value):
    one, other = make_tree("one", {LOOP: record([1.0])}), make_tree("other", {SCAN: record([1.0])})
    path = other / "benchmarks.json"
    content = json.loads(path.read_text())
    content["neuron.Neuron.track_forward"][change] = value
    path.write_text(json.dumps(content))
    with pytest.raises(DriverError, match=r"version or the grid of neuron.Neuron.track_forward"):
        merge([one, other], tmp_path / "into")


@pytest.mark.parametrize("damage", ["", "{", "[1]"])
def test_a_damaged_file_is_named(tmp_path, make_tree, damage):
    one, other = make_tree("one", {LOOP: record([1.0])}), make_tree("other", {SCAN: record([1.0])})
    (path,) = (other / "m").glob("0*.json")
    path.write_text(damage)
    with pytest.raises(DriverError, match=path.name):
        merge([one, other], tmp_path / "into")
    assert texts(tmp_path / "into") == {}


def test_no_damage_of_a_file_is_a_traceback(tmp_path, make_tree):
    one, other = make_tree("one", {LOOP: record([1.0])}), make_tree("other", {SCAN: record([1.0])})
    for path in (*(other / "m").glob("0*.json"), other / "benchmarks.json"):
        text, refused = path.read_text(), []
        for content in many_damaged(text, 80):
            path.write_bytes(content)
            try:
                merged([one, other])
            except DriverError as error:
                refused.append(str(error))
        assert len(refused) > 10
        assert all(str(other) in told for told in refused)
        path.write_text(text)


def test_older_code_lists_fewer_neurons(tmp_path, make_tree):
    one, other = make_tree("one", {LOOP: record([1.0])}), make_tree("other", {SCAN: record([1.0])})
    path = one / "benchmarks.json"
    content = json.loads(path.read_text())
    for name, benchmark in content.items():
        if name != "version":
            listed = benchmark["params"][0]
            benchmark["params"][0] = [one for one in listed if "ParaLIF" not in one]
            benchmark["unit"] = benchmark["unit"].removesuffix("; 2048: mixed nodes")
    path.write_text(json.dumps(content))
    merge([one, other], tmp_path / "into")
    assert len(samples(tmp_path / "into")) == 2
    whole = json.loads((tmp_path / "into" / "benchmarks.json").read_text())
    assert whole["neuron.Neuron.track_flags"]["unit"].endswith("mixed nodes")


def test_a_folder_that_is_no_tree_is_named(tmp_path, capsys):
    assert main(["merge", str(tmp_path), "--into", str(tmp_path / "into")]) == 1
    assert "is no results tree" in capsys.readouterr().err
    assert main(["merge", "--into", str(tmp_path)]) == 1
    assert "holds no part of a sweep" in capsys.readouterr().err


def test_without_a_name_the_parts_are_merged(tmp_path, make_tree, capsys):
    make_tree(f"into/{PARTS}/m-1-of-2", {LOOP: record([1.0])})
    make_tree(f"into/{PARTS}/m-2-of-2", {SCAN: record([2.0])})
    assert main(["merge", "--into", str(tmp_path / "into")]) == 0
    assert len(samples(tmp_path / "into")) == 2
    assert main(["merge", "--into", str(tmp_path / "into")]) == 0
    assert "all of it was there already" in capsys.readouterr().out


RUNS = st.dictionaries(
    st.sampled_from(["LIF/loop", "LIF/numba", "SPSN-SB/scan"]),
    st.dictionaries(st.integers(1, 3), st.lists(st.floats(1e-6, 1), min_size=1, max_size=3)),
    min_size=1,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(runs=RUNS, share=st.randoms(use_true_random=False))
def test_however_runs_are_scattered_they_come_together(tmp_path_factory, runs, share):
    from trees import origin

    from benchmarks.standalone.bench.save import save

    base = tmp_path_factory.mktemp("merge")
    trees = set()
    for method, by_run in runs.items():
        for run, seconds in by_run.items():
            tree = base / str(share.randrange(3))
            save(tree, origin(), {case(method): record(seconds, run=run)}, run)
            trees.add(tree)
    expected = {
        (method, 1000): tuple(s for run in sorted(by_run) for s in by_run[run])
        for method, by_run in runs.items()
        if by_run
    }
    if not trees:
        return
    listed = sorted(trees)
    share.shuffle(listed)
    whole = merged(listed)
    for name, text in whole.items():
        (base / "into" / name).parent.mkdir(parents=True, exist_ok=True)
        (base / "into" / name).write_text(text)
    # A run that was saved later may stand before.
    found = {key: sorted(seconds) for key, seconds in samples(base / "into").items()}
    assert found == {key: sorted(seconds) for key, seconds in expected.items()}
