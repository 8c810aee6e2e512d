"""The jobs that are submitted: their arguments, and that nothing of a user's is read by a shell."""

import shlex
import subprocess
import sys

import pytest

from benchmarks.__main__ import main
from benchmarks.commands import slurm

SBATCH = ("slurm", "--profile", "smoke", "--suites", "depth", "--parts", "3")


@pytest.fixture
def submitted(monkeypatch):
    """Collect what sbatch would get; it answers with numbers."""
    seen = []

    def run(arguments, **options):
        seen.append((arguments, options["input"]))
        return subprocess.CompletedProcess(arguments, 0, f"{len(seen)};cluster\n", "")

    monkeypatch.setattr(slurm.subprocess, "run", run)
    return seen


def test_an_array_for_each_kind_of_node_and_then_the_merge(tmp_path, submitted, capsys):
    odd = tmp_path / "a $(touch x) 'b"
    assert main([*SBATCH, "--results", str(odd), "--constraint", "a100", "h100"]) == 0
    (first, script), (second, _), (last, merging) = submitted
    assert "--constraint=a100" in first
    assert "--constraint=h100" in second
    assert {"--array=1-3", "--exclusive", "--requeue", "--signal=B:INT@120"} < {*first}
    assert "--dependency=afterany:1:2" in last
    assert first[first.index("/dev/stdin") :][1:5] == [sys.executable, "-m", "benchmarks", "bench"]
    assert str(odd) in first  # whole, for no shell reads it
    assert str(odd) not in script + merging
    assert "arrays 1, 2, then the merge, 3" in capsys.readouterr().out


def test_the_arguments_of_a_task_are_those_of_bench(submitted, tmp_path):
    more = ["--commits", "A..B", "--neuron", "m:f", "--devices", "cpu", "--machine", "node"]
    assert main([*SBATCH, *more, "--results", str(tmp_path)]) == 0
    command = submitted[0][0]
    told = command[command.index("bench") + 1 :]
    from benchmarks.__main__ import _parser

    options = _parser().parse_args(["bench", *told, "--part", "2/3"])
    assert (options.profile, options.suites, options.commits) == ("smoke", ["depth"], "A..B")
    assert (options.neuron, options.devices, options.machine) == (["m:f"], ["cpu"], "node")


def test_a_dry_run_prints_what_a_shell_would_read(tmp_path, submitted, capsys):
    sbatch = ["--sbatch", "--partition='a b'"]
    assert main([*SBATCH, *sbatch, "--results", str(tmp_path), "--dry-run"]) == 0
    assert submitted == []
    shown = capsys.readouterr().out
    first = shlex.split(shown.partition(" <<")[0])
    assert first[0] == "sbatch"
    assert "--partition=a b" in first
    assert "afterany:ARRAY_1" in shown


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--parts", "0"], "--parts 0 is out of range"),
        (["--sbatch", "'"], "No closing quotation"),
    ],
)
def test_what_is_no_option_is_refused(tmp_path, capsys, options, told):
    assert main([*SBATCH, *options, "--results", str(tmp_path), "--dry-run"]) == 1
    assert told in capsys.readouterr().err


def test_without_slurm_the_remedy_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([*SBATCH, "--results", str(tmp_path)]) == 1
    assert "there is no sbatch in PATH: submit on a login node" in capsys.readouterr().err
