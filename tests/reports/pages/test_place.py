"""Folders of places, and which place comes first."""

import asv_golden


def test_a_machine_name_makes_no_path(evil):
    _, out = evil
    assert [p.name for p in (out / "plots").iterdir()] == ["1-script-alert-1-x-cpu"]


def test_who_has_just_measured_is_told_of_first(tmp_path, tree, run):
    suites = {"sequence_length": tree.params(asv_golden.METHODS[:3], times=[10, 100])}
    files = [
        tree.result_file(name, suites, asv_golden.golden, commit=letter * 40, date=date)
        for name, letter, date in (("alpha", "a", 1.7e12), ("zeta", "b", 1.8e12))
    ]
    done = run(tree.write(tmp_path / "results", suites, files), tmp_path / "out")
    assert done.output.startswith("On zeta (cpu)")
    folders = sorted(path.name for path in (tmp_path / "out" / "plots").iterdir())
    assert folders == ["1-zeta-cpu", "2-alpha-cpu"]
