"""Other libraries and the environments that measure them."""

from helpers import ROOT, requirements

from benchmarks.cases.grid import GRID
from benchmarks.cases.libraries import (
    LIBRARIES,
    MEASURED,
    OURS,
    YARDSTICKS,
    environments,
    is_peer,
)


def test_an_environment_has_one_library_and_our_yardsticks():
    listed = environments(MEASURED)
    name, required, methods = listed[0]
    assert (name, required) == ("ours", {})
    assert "Sinabs-LIF/exodus" in methods
    assert set(OURS) < set(methods)
    for name, required, methods in listed[1:]:
        assert required == LIBRARIES[name].installed
        assert set(methods) == {*LIBRARIES[name].neuron_methods, *YARDSTICKS}
    measured = {m for _, _, methods in listed for m in methods}
    assert measured == set(GRID["peers"][0])


def test_the_extras_are_what_the_environments_install():
    extras = {
        name.removeprefix("peer-"): listed
        for name, listed in requirements().items()
        if name.startswith("peer-")
    }
    assert extras == {
        name: {f"{package}=={version}" for package, version in library.requirements.items()}
        for name, library in LIBRARIES.items()
        if library.requirements and not library.alone
    }


def test_what_is_installed_without_its_requirements_says_so_to_pip():
    assert LIBRARIES["bindsnet"].installed == {"bindsnet": "--no-deps==0.3.4"}
    assert LIBRARIES["norse"].installed == LIBRARIES["norse"].requirements
    tox = (ROOT / "tox.ini").read_text()
    for library in LIBRARIES.values():
        if library.alone:
            ((package, version),) = library.requirements.items()
            assert f"--no-deps {package}=={version}" in tox


def test_a_peer_is_known_by_its_name():
    assert is_peer("Spyx-SPSN/fft")
    assert not is_peer("SPSN-SB/fft")
