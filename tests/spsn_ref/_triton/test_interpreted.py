"""Runs the tests of `interpreted*.py`, each file in a process of its own.

Triton reads TRITON_INTERPRET when it is first imported, and what it then decorates stays
interpreted: no other test shall meet that.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("triton", reason="needs triton: pip install triton")


# What the interpreter of Triton 3.6 does with every bound of a loop.
NUMPYS_WARNING = "ignore:Conversion of an array with ndim > 0:DeprecationWarning"


@pytest.mark.parametrize("file", ["interpreted.py", "interpreted_state.py"])
def test_the_kernels_in_tritons_interpreter(file):
    folder = Path(__file__).parent
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-W", NUMPYS_WARNING, folder / file),
        ],
        cwd=folder.parents[2],
        env=os.environ | {"TRITON_INTERPRET": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "this numpy is too new for it" in done.stdout:
        pytest.skip("Triton's interpreter: this numpy is too new for it")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    assert " passed" in done.stdout
