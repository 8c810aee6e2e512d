"""The command line: what it says, and how it ends."""

import json
import shlex
import sys

import pytest
from damage import many_damaged

import benchmarks.standalone
import spsn_ref
from benchmarks.__main__ import _parser, main
from benchmarks.commands import COMMANDS
from benchmarks.drive import asv
from benchmarks.drive.error import DriverError


def test_machine_reaches_asv(home, capsys):
    assert main(["machine", "--machine", "testbed"]) == 0
    machines = json.loads((home / ".asv-machine.json").read_text())
    assert machines["testbed"]["machine"] == "testbed"
    assert machines["testbed"]["threads"].isdigit()
    assert "testbed" in capsys.readouterr().out


def test_a_machine_name_that_is_a_path_is_refused(home, capsys):
    assert main(["machine", "--machine", "../x"]) == 1
    assert "--machine '../x': its results' folder is called so; use" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 1, "x": ', "\0"])
def test_asvs_damaged_list_of_machines_is_named(home, capsys, content):
    (home / ".asv-machine.json").write_text(content)
    assert main(["machine"]) == 1
    told = capsys.readouterr().err
    assert ".asv-machine.json is damaged (" in told
    assert told.endswith("where asv keeps its machines; delete it\n")


def test_a_home_that_cannot_be_written_is_named(home, capsys, monkeypatch):
    (home / "file").touch()
    monkeypatch.setenv("HOME", str(home / "file"))
    assert main(["machine"]) == 1
    told = capsys.readouterr().err
    assert "file/.asv-machine.json cannot be written (" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["trust", "--trials", "-5"], "--trials: -5 is out of range: 1 or more"),
        (["trust", "--slower", "-5"], "--slower: -5 is out of range: 1 or more"),
        (["trust", "--seconds", "nan"], "--seconds: nan is out of range: above 0 seconds"),
        (["portable", "x", "--seconds", "-1"], "--seconds: -1 is out of range"),
        (["run", "--precision", "0"], "--precision: 0 is out of range: above 0, at most 100"),
        (["run", "--precision", "wide"], "--precision: invalid percent value: 'wide'"),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_range(arguments, told, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_says_what_it_does_by_an_example(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert COMMANDS[name].HELP in told
    example = f"python -m benchmarks {name} {COMMANDS[name].EXAMPLE}".strip()
    assert f"example: {example}" in told
    options = _parser().parse_args(shlex.split(example.removeprefix("python -m benchmarks ")))
    assert options.command == name


def test_the_version_is_the_packages(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"spsn-ref {spsn_ref.__version__}\n"


def test_interrupted_by_the_keyboard_says_how_to_go_on(monkeypatch, capsys):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(asv, "describe_machine", lambda name: {})
    monkeypatch.setattr(asv, "run", interrupted)
    assert main(["run", "--profile", "smoke"]) == 130
    assert "what was measured is kept: the same command goes on" in capsys.readouterr().out


def test_without_torch_the_remedy_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(
        asv, "describe_machine", lambda name: {"machine": "testbed", "threads": "1"}
    )
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.delattr(benchmarks.standalone, "trust", raising=False)
    monkeypatch.setitem(sys.modules, "benchmarks.standalone.trust", None)
    assert main(["trust", "--results", str(tmp_path)]) == 1
    assert "pip install '.[bench]'" in capsys.readouterr().err


def test_ten_thousand_damaged_lists_of_machines_are_taken_or_named(home, monkeypatch):
    monkeypatch.setattr(asv, "fingerprint", lambda: {"machine": "testbed", "threads": "1"})
    asv.describe_machine("other")
    path, taken, refused = home / ".asv-machine.json", 0, set()
    for content in many_damaged(path.read_text(), 10_000):
        path.write_bytes(content)
        try:
            asv.describe_machine(None)
        except DriverError as error:
            refused.add(".asv-machine.json is damaged (" in str(error))
        else:
            taken += json.loads(path.read_text())["testbed"]["threads"] == "1"
    assert 100 < taken < 9000
    assert refused == {True}


def test_an_environment_that_names_no_profile_is_told_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("SPSN_PROFILE", "fast")
    assert main(["run"]) == 2
    assert capsys.readouterr().err.startswith("benchmarks: SPSN_PROFILE is 'fast'; choose one of")
