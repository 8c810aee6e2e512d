"""Pictures are the same bytes whatever a user's matplotlib is set to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DRAW = """
import hashlib
import pandas as pd
from reports.plots.verdict import verdict_picture
same = {"suite": "batch_size", "T": 100, "depth": 1, "units": 128, "dtype": "float32"}
cells = [{**same, "batch": b, "winner": "tie", "ratio": 1.0} for b in (1, 2)]
picture = verdict_picture("m (cpu)", pd.DataFrame(cells))
print(hashlib.sha256(picture.svg + picture.png).hexdigest())
"""
SETTINGS = """
text.usetex: True
font.size: 30
axes.facecolor: red
svg.fonttype: path
savefig.bbox: tight
backend: module://of_no_such_name
"""


def drawn(environment):
    command = [sys.executable, "-c", DRAW]
    settings = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
    return subprocess.run(command, env=os.environ | environment, **settings).stdout


@pytest.mark.parametrize("who", ["a notebook's backend", "Jupyter's backend", "a matplotlibrc"])
def test_pictures_do_not_depend_on_a_users_settings(tmp_path, who):
    (tmp_path / "matplotlibrc").write_text(SETTINGS)
    changed = {
        "a notebook's backend": {"MPLBACKEND": "module://of_no_such_name"},
        "Jupyter's backend": {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
        "a matplotlibrc": {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")},
    }[who]
    assert drawn(changed) == drawn({})
