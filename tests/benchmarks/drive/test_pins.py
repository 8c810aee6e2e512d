"""The versions that asv's environment must have."""

from benchmarks.cases.libraries import LIBRARIES
from benchmarks.drive import asv
from benchmarks.drive.pins import constraint, pinned


def test_pip_holds_to_the_versions_that_are_measured_whatever_a_library_requires(
    tmp_path, monkeypatch
):
    settings = asv.configuration(tmp_path, LIBRARIES["brian2"].installed)
    pins = pinned(settings)
    assert pins == {"torch": "2.13.0", "brian2": "2.9.0", "numpy": "2.1.3"}
    alone = asv.configuration(tmp_path, LIBRARIES["bindsnet"].installed)
    assert pinned(alone) == {"torch": "2.13.0"}
    folder = tmp_path / "a folder"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONSTRAINT", "users.txt")
    users, ours = constraint(pins, folder)["PIP_CONSTRAINT"].split()
    assert users == "users.txt"
    assert ours.endswith("a%20folder/constraints.txt")
    told = (folder / "constraints.txt").read_text()
    assert told == "torch==2.13.0\nbrian2==2.9.0\nnumpy==2.1.3\n"
