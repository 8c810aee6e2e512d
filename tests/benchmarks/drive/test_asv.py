"""What asv is asked to do, and what is taken over from a sweep that was cut off."""

import tempfile
from pathlib import Path

import pytest
from helpers import ROOT, make_case, open_sweep

from benchmarks.cases.libraries import LIBRARIES
from benchmarks.cases.profiles import PROFILES
from benchmarks.cases.request import Request
from benchmarks.cases.selection import select
from benchmarks.drive import asv
from benchmarks.drive.error import DriverError


def test_asvs_environment_has_the_librarys_packages():
    settings = asv.configuration(Path("/elsewhere"), LIBRARIES["spyx"].requirements)
    required = settings["matrix"]["req"]
    assert required == {"torch": ["2.13.0"], "spyx": ["1.0.0"], "jax": ["0.10.2"]}


def test_pip_holds_to_the_versions_that_are_measured_whatever_a_library_requires(
    tmp_path, monkeypatch
):
    settings = asv.configuration(tmp_path, LIBRARIES["brian2"].installed)
    pinned = asv._pinned(settings)
    assert pinned == {"torch": "2.13.0", "brian2": "2.9.0", "numpy": "2.1.3"}
    alone = asv.configuration(tmp_path, LIBRARIES["bindsnet"].installed)
    assert asv._pinned(alone) == {"torch": "2.13.0"}
    folder = tmp_path / "a folder"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONSTRAINT", "users.txt")
    users, ours = asv._constraint(pinned, folder)["PIP_CONSTRAINT"].split()
    assert users == "users.txt"
    assert ours.endswith("a%20folder/constraints.txt")
    told = (folder / "constraints.txt").read_text()
    assert told == "torch==2.13.0\nbrian2==2.9.0\nnumpy==2.1.3\n"


def test_a_library_that_cannot_be_measured_does_not_keep_the_others_from_it(monkeypatch, capsys):
    ran = []

    def run(facts, profile, suites, kind, results, fresh, replace, requirements, methods):
        ran.append(tuple(requirements))
        if "norse" in requirements:
            raise DriverError("no such package")
        return 2 if "sinabs" in requirements else 0

    monkeypatch.setattr(asv, "run", run)
    names = ["ours", "norse", "sinabs", "rockpool"]
    assert asv.run_peers({"machine": "m"}, "peers", names, Path("results")) == 1
    assert ran == [(), ("norse",), ("sinabs",), ("rockpool", "jax")]
    assert "not measured, the reason is above: norse, sinabs" in capsys.readouterr().out
    assert asv.run_peers({"machine": "m"}, "peers", ["rockpool"], Path("results")) == 0


def test_a_run_says_how_long_all_of_a_profile_takes_and_what_it_downloads(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(asv, "ROOT", tmp_path)
    (tmp_path / "asv.conf.json").write_text((ROOT / "asv.conf.json").read_text())
    suites = [*PROFILES["quick"].only]
    asv._announce("quick", suites, "virtualenv", narrowed=False)
    told = capsys.readouterr().out
    assert f"It takes {PROFILES['quick'].takes} on 2 cores" in told
    assert "download of 2.8 GB" in told
    (tmp_path / ".asv" / "env").mkdir(parents=True)
    asv._announce("quick", suites[:1], "virtualenv", narrowed=False)
    asv._announce("quick", suites, "existing", narrowed=True)
    told = capsys.readouterr().out
    assert "takes" not in told
    assert "download" not in told


def test_what_is_next_after_a_first_run_is_a_second_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number, told in ((1, True), (2, False)):
        asv._say_what_is_next(number, tmp_path / "mine" / "testbed")
        shown = capsys.readouterr().out
        assert ("same command at another hour" in shown) == told
        assert "python -m reports check mine/testbed" in shown


def test_fresh_throws_the_kept_cases_away(tmp_path, capsys):
    sweep = open_sweep(tmp_path / "sweep", tmp_path / "results")
    cases = select("smoke", ["depth"], ["cpu"])
    for name in (make_case("LIF/loop", 1000, batch=8, units=128, depth=1).slug, "another"):
        (sweep.records / f"{name}.json").write_text("{}")
    assert len(asv._kept_cases(sweep, cases)) == 1
    assert "1 of 2 cases were measured before this sweep was cut off" in capsys.readouterr().out
    sweep.open("0123abcd", {}, Request(), fresh=True)
    assert asv._kept_cases(sweep, cases) == []
    assert capsys.readouterr().out == ""


def test_a_temporary_folder_too_long_for_a_socket_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + "x" * 110)
    with pytest.raises(DriverError, match=r"TMPDIR /tmp/x+ is too long for the socket that asv"):
        asv.run({"machine": "m"}, "smoke", ["depth"], "existing", tmp_path)
