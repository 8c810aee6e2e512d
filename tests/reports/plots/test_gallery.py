"""Which pictures there are of a place, and why others are missing."""

import asv_golden


def test_pictures_of_the_neuron_alone(floor):
    names = {p.stem for p in (floor.out / "plots" / "1-m-cpu").glob("*.png")}
    assert {n for n in names if n.endswith(("-floor", "-roofline"))} == {
        "neuron-floor",
        "neuron-roofline",
    }


def test_a_floor_that_was_not_measured_is_told(tmp_path, tree, run):
    suites = {"neuron": tree.params(["LIF/loop"], times=[100, 1000], depths=[0])}
    data = tree.result_file("m", suites, asv_golden.floor)
    done = run(tree.write(tmp_path / "r", suites, [data]), tmp_path / "out")
    assert done.exit_code == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert "neuron: no fraction of the floor to draw: it was not measured." in page


def test_a_quantity_without_data_is_told(report):
    assert "no energy to draw (crashed" in (report.out / "index.html").read_text()
