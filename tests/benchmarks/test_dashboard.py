"""The dashboard without a network: what its page loads, and what is refused."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.drive.checkout import ROOT
from benchmarks.drive.dashboard import packages
from benchmarks.drive.dashboard.measured import copy_measured
from benchmarks.drive.dashboard.packages import PackageError, fetch, pinned, unpack
from benchmarks.drive.dashboard.publish import publish, without_net
from benchmarks.drive.error import DriverError


@pytest.fixture(scope="module")
def page():
    asv = pytest.importorskip("asv")
    return (Path(asv.__file__).parent / "www" / "index.html").read_text(encoding="utf-8")


def test_asv_s_page_loads_nothing_from_the_net(page):
    assert len(re.findall(r'(?:src|href)="https://[^"]*\.(?:js|css)"', page)) >= 10
    mended = without_net(page, pinned())
    assert not re.findall(r'<(?:script|link)[^>]*"https?:[^"]*"', mended)
    assert not re.search(r"integrity|crossorigin", mended)
    for package in pinned():
        for name in package.files.values():
            assert f'"vendor/{package.name}-{package.version}/{name}"' in mended
    # The order of the scripts stays, and so do asv's own.
    own = re.findall(r'src="([a-z_.]+\.js)"', page)
    assert [s for s in re.findall(r'src="([a-z_.]+\.js)"', mended) if s in own] == own


def test_an_address_without_a_package_is_named(page):
    with pytest.raises(DriverError, match=r"loads https://\S+/jquery\S+, which packages\.json"):
        without_net(page, pinned()[1:])


def test_another_archive_is_refused(tmp_path):
    with pytest.raises(PackageError, match=r"jquery@3\.3\.1 has the hash sha512-"):
        unpack(pinned()[0], b"something else", tmp_path / "jquery.tgz")


def test_every_package_is_pinned_with_its_licence():
    for package in pinned():
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package.integrity)
        assert package.licence == "MIT"
        assert any(re.search("LICENSE|package.json", name) for name in package.beside)


def test_without_npm_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    with pytest.raises(PackageError, match="install npm"):
        fetch(pinned()[0])


def test_what_npm_cannot_fetch_is_named(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'no such version' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(packages.shutil, "which", lambda name: str(npm))
    with pytest.raises(PackageError, match=r"cannot fetch jquery@0: no such version"):
        fetch(replace(pinned()[0], version="0"))


@pytest.mark.parametrize("room", ["reports", "reports/_build", "results"])
def test_the_rooms_are_never_emptied(room, tmp_path):
    with pytest.raises(DriverError, match="publishing empties it"):
        publish(tmp_path, ROOT / room / "html")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DriverError, match="holds something else"):
        publish(tmp_path, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def _results(folder, versions):
    """Write results of benchmarks "a.A.track_time" and so on, whose versions are given.

    Args:
        folder: of the results.
        versions: name -> (version described, version measured; None: not measured).
    """
    machine = folder / "box"
    machine.mkdir(parents=True)
    (machine / "machine.json").write_text(json.dumps({"machine": "box", "version": 1}))
    described = {
        name: {"name": name, "version": version, "unit": "s", "param_names": [], "params": []}
        for name, (version, _) in versions.items()
    }
    (folder / "benchmarks.json").write_text(json.dumps({**described, "version": 2}))
    content = {
        **{"commit_hash": "0" * 40, "env_name": "env", "date": 0, "python": "3.11"},
        **{"params": {"machine": "box"}, "requirements": {}, "env_vars": {}, "durations": {}},
        "version": 2,
        "result_columns": ["result", "params", "version"],
        "results": {
            name: [[1.0], [], measured]
            for name, (_, measured) in versions.items()
            if measured is not None
        },
    }
    (machine / "00000000-env.json").write_text(json.dumps(content))


def test_only_what_has_results_is_described(tmp_path):
    pytest.importorskip("asv")
    versions = {"a.A.track_time": ("2", "2"), "b.B.track_time": ("2", None)}
    _results(tmp_path / "results", {**versions, "c.C.track_time": ("2", "1")})
    (tmp_path / "results" / "box" / "paper").mkdir()
    copy_measured(tmp_path / "results", tmp_path / "copy")
    described = json.loads((tmp_path / "copy" / "benchmarks.json").read_text())
    assert set(described) == {"a.A.track_time", "version"}
    kept = {path.name for path in (tmp_path / "copy").glob("*/*")}
    assert kept == {"machine.json", "00000000-env.json"}


def test_a_dashboard_of_nothing_is_refused(tmp_path):
    pytest.importorskip("asv")
    with pytest.raises(DriverError, match=r"benchmarks\.json.*give a folder that `asv run` has"):
        copy_measured(tmp_path, tmp_path / "copy")
    _results(tmp_path / "results", {"a.A.track_time": ("2", "1")})
    with pytest.raises(DriverError, match="holds no results of what its benchmarks"):
        copy_measured(tmp_path / "results", tmp_path / "copy")
