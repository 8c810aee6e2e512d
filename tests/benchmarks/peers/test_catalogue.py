"""What holds of the peers where none of their libraries is installed."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import driver, libraries
from benchmarks.workloads.layers import Case
from benchmarks.drive.error import DriverError
from benchmarks.cases.grid import GRID, PROFILES
from benchmarks.instruments.clock import Budget
from benchmarks.instruments.outcome import Status
from benchmarks.cases.libraries import LIBRARIES, MEASURED, OURS, PEER_METHODS, YARDSTICKS, environments
from benchmarks.peers import DIFFERENCES, Peers, catalogue, compare
from benchmarks.workloads.adapters.adapter import Firing, Peer, Reset, WhyNot
from benchmarks.measure.recall import recall
from reports.read.asv_files import parse_legend

ROOT = Path(__file__).parents[3]


def case(neuron_method, device="cpu", time_steps=50):
    return Case("peers", neuron_method, device, time_steps, 2, 16, 1, "float32")


def test_the_grid_lists_ours_and_every_library():
    assert GRID["peers"][0] == [*OURS, *PEER_METHODS]
    assert len(set(GRID["peers"][0])) == len(GRID["peers"][0])
    assert Peers.params is GRID["peers"]
    for name in GRID["peers"][0]:
        assert isinstance(catalogue.peer_of(name), Peer)


def test_every_neuron_of_the_catalogue_is_listed():
    listed = {name.split("/")[0] for name in GRID["peers"][0]}
    assert listed == set(catalogue.PEERS)


def test_each_difference_is_one_sentence_that_the_results_keep():
    words = parse_legend(DIFFERENCES)
    assert sorted(words) == list(range(len(GRID["peers"][0])))
    for code, name in enumerate(GRID["peers"][0]):
        peer = catalogue.peer_of(name)
        assert words[code].startswith(peer.difference)
        if peer.cannot:
            assert words[code].endswith(peer.cannot)
    assert len({p.difference for p in catalogue.PEERS.values()}) >= 10


def test_an_environment_has_one_library_and_our_yardsticks():
    listed = environments(MEASURED)
    name, requirements, methods = listed[0]
    assert (name, requirements) == ("ours", {})
    assert {"BindsNET-LIF/sequence", "Sinabs-LIF/exodus"} < set(methods)
    assert set(OURS) < set(methods)
    for name, requirements, methods in listed[1:]:
        assert requirements == LIBRARIES[name].requirements
        assert set(methods) == {*LIBRARIES[name].neuron_methods, *YARDSTICKS}
    measured = {m for _, _, methods in listed for m in methods}
    assert measured == set(GRID["peers"][0])


def test_the_extras_are_what_the_environments_install():
    text = (ROOT / "pyproject.toml").read_text()
    extras = {
        name: set(re.findall(r'"([^"]+)"', wanted))
        for name, wanted in re.findall(r"^peer-(\w+) = \[(.*)\]$", text, re.MULTILINE)
    }
    assert extras == {
        name: {f"{package}=={version}" for package, version in library.requirements.items()}
        for name, library in LIBRARIES.items()
        if library.requirements
    }


def test_asvs_environment_has_the_librarys_packages():
    settings = driver.configuration(Path("/elsewhere"), LIBRARIES["spyx"].requirements)
    required = settings["matrix"]["req"]
    assert required == {"torch": ["2.13.0"], "spyx": ["1.0.0"], "jax": ["0.10.2"]}


def test_a_library_that_cannot_be_measured_does_not_keep_the_others_from_it(monkeypatch, capsys):
    ran = []

    def run(facts, profile, suites, kind, results, fresh, requirements, methods):
        ran.append(tuple(requirements))
        if "norse" in requirements:
            raise DriverError("no such package")
        return 2 if "sinabs" in requirements else 0

    monkeypatch.setattr(driver, "run", run)
    names = ["ours", "norse", "sinabs", "rockpool"]
    assert driver.run_peers({"machine": "m"}, "peers", names, Path("results")) == 1
    assert ran == [(), ("norse",), ("sinabs",), ("rockpool",)]
    assert "not measured, the reason is above: norse, sinabs" in capsys.readouterr().out
    assert driver.run_peers({"machine": "m"}, "peers", ["rockpool"], Path("results")) == 0


def test_the_profile_chooses_by_device():
    on_cpu = PROFILES["peers"].chosen("peers", "cpu")
    assert on_cpu[2:5] == [[100, 316, 1000, 3162], [8, 64], [128]]
    assert {"Spyx-CuBaLIF/scan", "LIF/numba", "SpikingJelly-LIF/multi_step"} < set(on_cpu[0])
    on_cuda = PROFILES["peers"].chosen("peers", "cuda")[0]
    assert {"SpikingJelly-LIF/triton", "Sinabs-LIF/exodus", "LIF/triton"} < set(on_cuda)
    assert not {"LIF/numba", "SPSN-GS/numba"} & set(on_cuda)


def test_importing_the_peers_imports_no_library():
    absent = ["spyx", "jax", "flax", "spikingjelly", "snntorch", "norse", "sinabs", "rockpool"]
    absent += ["bindsnet", "samna"]
    code = f"""
import sys
for name in {absent}:
    sys.modules[name] = None
import pkgutil, importlib, benchmarks
for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks."):
    importlib.import_module(module.name)
    assert not any(sys.modules.get(name) for name in {absent})
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_samna_and_the_backends_that_import_it_are_never_imported():
    for path in (ROOT / "benchmarks").rglob("*.py"):
        lines = path.read_text().splitlines()
        imports = [line for line in lines if re.match(r"\s*(from|import)\s", line)]
        assert not any("samna" in line or "sinabs.backend" in line for line in imports), path


@pytest.mark.parametrize("name", ["BindsNET-LIF/sequence", "Sinabs-LIF/exodus"])
def test_what_cannot_be_installed_says_why(name):
    with pytest.raises(catalogue.PeerError) as caught:
        compare.compare(case(name))
    assert caught.value.status is Status.NOT_AVAILABLE
    assert caught.value.why_not is WhyNot.CANNOT_BE_INSTALLED
    assert len(str(caught.value)) > 40


def test_what_is_not_installed_says_so(monkeypatch):
    monkeypatch.setattr(catalogue, "find_spec", lambda name: None)
    with pytest.raises(catalogue.PeerError, match="norse is not installed") as caught:
        catalogue.make_layer(case("Norse-LIF/unbind"))
    assert caught.value.why_not is WhyNot.NOT_INSTALLED


def test_what_fails_at_import_says_how(monkeypatch, tmp_path):
    (tmp_path / "broken_library.py").write_text("raise RuntimeError('operator nms is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    peer = replace(catalogue.PEERS["Norse-LIF"], library="broken_library")
    monkeypatch.setitem(catalogue.PEERS, "Norse-LIF", peer)
    with pytest.raises(catalogue.PeerError, match="RuntimeError: operator nms") as caught:
        compare.compare(case("Norse-LIF/unbind"))
    assert caught.value.why_not is WhyNot.FAILS_AT_IMPORT


def test_a_missing_peer_is_a_record_and_no_failure(tmp_path):
    record = recall(case("BindsNET-LIF/sequence"), Budget(0.1, 60, rounds=1), tmp_path)
    assert record["status"] == Status.NOT_AVAILABLE
    assert record["why_not"] == WhyNot.CANNOT_BE_INSTALLED
    assert "forward_backward" not in record


def test_every_reset_and_firing_is_met():
    peers = [*catalogue.PEERS.values()]
    assert {p.reset for p in peers} == set(Reset)
    assert {p.firing for p in peers} == set(Firing)
    assert libraries.is_peer("Spyx-SPSN/fft")
    assert not libraries.is_peer("SPSN-SB/fft")
