"""The command line: every command says what it should; test_docs.py finds it in the docs."""

import json
from types import SimpleNamespace

import pytest
import torch
from click.testing import CliRunner

import spsn_ref
from spsn_ref import cli, methods
from spsn_ref.cli import main


def invoke(*arguments):
    return CliRunner().invoke(main, arguments)


def test_methods_lists_all_of_them():
    output = invoke("methods").output
    for operation, table in methods().items():
        assert operation in output
        for name, state in table.items():
            assert name in output
            assert state in output


def test_errors_are_small_and_complete():
    result = invoke("errors", "--longest", "63")
    assert result.exit_code == 0, result.output
    head, _, *rows = result.output.splitlines()
    assert head.startswith("| operation | method |")
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    offered = {(o, m) for o, t in methods().items() for m, s in t.items() if s == "available"}
    assert {(operation, method) for operation, method, *_ in cells} == offered
    for operation, method, tau, steps, membrane, gradient, trains in cells:
        if method != "published_fft":
            assert float(membrane) < 2e-5, (operation, method, tau, steps)
            assert float(gradient) < (2e-3 if operation == "lif" else 2e-5), (operation, method)
        assert trains in ("", "100%")


def test_profile_writes_a_trace(tmp_path):
    result = invoke("profile", "--time-steps", "50", "--batch", "2", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    (path,) = tmp_path.iterdir()
    names = {event.get("name") for event in json.loads(path.read_text())["traceEvents"]}
    assert {"forward", "backward"} <= names
    assert "spsn_ref::scan" in result.output
    assert "per element" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--method", "fast"], "unknown spsn method 'fast'; choose one of 'loop'"),
        (["--neuron", "GRU"], "'GRU' is not one of"),
        (["--neuron", "ReLU", "--method", "scan"], "one way only"),
        (["--time-steps", "0"], "0 is not in the range"),
    ],
)
def test_wrong_options_say_what_is_valid(arguments, words, tmp_path):
    result = invoke("profile", *arguments, "--out", str(tmp_path))
    assert result.exit_code != 0
    assert words in result.output
    assert "Traceback" not in result.output


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_no_cuda_is_said():
    assert "no CUDA device here" in invoke("profile", "--device", "cuda").output


def test_the_longest_length_is_the_one_that_was_asked_for():
    rows = invoke("errors", "--longest", "100").output.splitlines()[2:]
    assert {row.split("|")[4].strip() for row in rows} == {"1", "63", "100"}


def test_a_command_that_a_package_adds_gets_every_argument(monkeypatch):
    got = []

    def run(arguments):
        """Do something more."""
        got.extend(arguments)
        return 3

    point = SimpleNamespace(name="more", load=lambda: run)
    monkeypatch.setattr(cli, "entry_points", lambda group, name="more": [point][: name == "more"])
    assert invoke("more", "--time-steps", "5", "--help", "x").exit_code == 3
    assert got == ["--time-steps", "5", "--help", "x"]
    assert "Do something more." in invoke("--help").output
    assert invoke("methods").exit_code == 0
    assert "No such command 'less'" in invoke("less").output


def test_it_tells_its_version():
    assert spsn_ref.__version__ in invoke("--version").output


def test_a_shell_completes_commands_and_options():
    def completed(words):
        told = {
            **{"_SPSN_REF_COMPLETE": "bash_complete", "COMP_WORDS": words},
            "COMP_CWORD": str(words.count(" ")),
        }
        return CliRunner().invoke(main, env=told, prog_name="spsn-ref").output.split()

    assert "plain,train" in completed("spsn-ref tr")
    assert "plain,--neuron" in completed("spsn-ref train --neu")
