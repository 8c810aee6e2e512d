"""Who imports whom within benchmarks, and what importing needs and does."""

import graphlib
import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from helpers import ROOT, requirements, run_program
from imports import arrows_of, files_of

PEER_LIBRARIES = ["spyx", "jax", "flax", "spikingjelly", "snntorch", "norse", "sinabs", "rockpool"]
PEER_LIBRARIES += ["bindsnet", "pysnn", "samna", "fla", "accelerated_scan"]
# What `import benchmarks.depth` loads of benchmarks, and no more: asv imports it for each case.
NEEDED_BY_A_SUITE = {
    "depth": [],
    "common": [],
    "measure": [
        *("comparison", "gate", "interleave", "precision", "recall", "record", "references"),
        *("round", "start_up"),
    ],
    "workloads": ["epoch", "layers", "make"],
    "instruments": [
        *("allotment", "bounded", "clock", "files", "gpu", "interval", "load", "memory"),
        *("node", "outcome", "progress", "provenance", "spikes", "surroundings"),
    ],
    "cases": [
        *("budget", "case", "custom", "grid", "libraries", "neurons", "profiles", "records"),
        *("request", "selection"),
    ],
}


FILES = files_of("benchmarks")
ARROWS = arrows_of(FILES)


def test_there_is_no_circle():
    within = {name: others & set(FILES) for name, others in ARROWS.items()}
    graphlib.TopologicalSorter(within).prepare()  # raises CycleError, and names the circle


def test_instruments_know_no_model():
    for name in [name for name in FILES if name.startswith("benchmarks.instruments")]:
        ours = {n for n in ARROWS[name] if n.split(".")[0] in ("spsn_ref", "benchmarks", "reports")}
        assert all(n.startswith(("benchmarks.instruments", "benchmarks.cases")) for n in ours), name


def test_samna_and_the_backends_that_import_it_are_never_imported():
    for path in FILES.values():
        lines = path.read_text(encoding="utf-8").splitlines()
        imports = [line for line in lines if re.match(r"\s*(from|import)\s", line)]
        assert not any("samna" in line or "sinabs.backend" in line for line in imports), path


def modules_of(wanted):
    """Return the names by which required packages are imported, such as "cpuinfo"."""
    packages = {re.match(r"[\w-]+", one)[0].lower() for one in wanted}
    provided = {
        module
        for module, distributions in packages_distributions().items()
        if packages & {name.lower() for name in distributions}
    }
    return provided | {package.replace("-", "_") for package in packages}


@pytest.fixture(scope="module")
def all_imported():
    """Import every module where nothing but what asv installs to measure can be imported."""
    extras = requirements()
    others = {one for name in ("drive", "reports", "train") for one in extras[name]}
    missing = modules_of(others) - modules_of(extras["measure"])
    assert {"asv", "filelock", "cpuinfo", "pandas", "h5py", "jinja2"} <= missing
    assert not {"torch", "numpy", "psutil", "pynvml"} & missing
    done = run_program(Path(__file__).parent / "import_all.py", *missing, *PEER_LIBRARIES)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_module_imports_with_what_asv_installs_and_without_any_peer_library(all_imported):
    assert all_imported["failed"] == {}
    assert {*all_imported["modules"], "benchmarks"} == set(FILES)


def test_importing_runs_no_torch_operation_and_starts_no_device(all_imported):
    assert all_imported["operations"] == []
    assert not all_imported["device"]


def loaded_by(*modules):
    """Import modules in a process of their own and return all that it has loaded then."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_a_suite_loads_what_it_needs_alone():
    needed = {f"benchmarks.{room}" for room in NEEDED_BY_A_SUITE} | {"benchmarks"}
    needed |= {f"benchmarks.{room}.{m}" for room, ms in NEEDED_BY_A_SUITE.items() for m in ms}
    loaded = loaded_by("benchmarks.depth")
    assert {name for name in loaded if name.startswith("benchmarks")} <= needed
    assert not any(name.startswith("spsn_ref.training") for name in loaded)


def test_the_command_line_and_the_drive_need_no_torch_and_no_training():
    modules = ["__main__", "drive.asv", "paper.run_file", "paper.perform", "paper.traces"]
    loaded = loaded_by(*(f"benchmarks.{name}" for name in modules))
    assert {"torch", "spsn_ref", "h5py", "rich"} & loaded == set()
