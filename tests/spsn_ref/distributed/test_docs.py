"""The program of docs/distributed.md, with fewer time-steps."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

DOCS = Path(__file__).parents[3] / "docs" / "distributed.md"


@pytest.mark.skipif(not torch.distributed.is_gloo_available(), reason="this torch has no gloo")
def test_the_program_runs_in_two_processes(tmp_path):
    (program,) = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    path = tmp_path / "example.py"
    assert "100_000" in program
    path.write_text(program.replace("100_000", "300"))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    done = subprocess.run(
        [*command, "--nproc-per-node", "2", str(path)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    told = re.search(r"(\d+) spikes in the time of all ranks", done.stdout)
    assert told
    # Half of 2 x 300 steps of 128 neurons, or so.
    assert 30_000 < int(told[1]) < 47_000
