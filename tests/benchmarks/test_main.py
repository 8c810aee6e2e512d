"""The command line: what it says, and how it ends."""

import json
import sys

import benchmarks.standalone
from benchmarks.__main__ import main
from benchmarks.drive import asv


def test_machine_reaches_asv(home, capsys):
    assert main(["machine", "--machine", "testbed"]) == 0
    machines = json.loads((home / ".asv-machine.json").read_text())
    assert machines["testbed"]["machine"] == "testbed"
    assert machines["testbed"]["threads"].isdigit()
    assert "testbed" in capsys.readouterr().out


def test_a_machine_name_that_is_a_path_is_refused(home, capsys):
    assert main(["machine", "--machine", "../x"]) == 1
    assert "machine name '../x' names a folder: use letters" in capsys.readouterr().err


def test_interrupted_by_the_keyboard_says_how_to_go_on(monkeypatch, capsys):
    def interrupted(*arguments):
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
    assert "pip install '.[bench,cpu,drive]'" in capsys.readouterr().err
