"""Results of an existing environment carry no path of the machine."""

import json
import sys

import pytest

from benchmarks.drive import neutral


@pytest.mark.parametrize("folder", ["bin", "v[1]", "v*"])
def test_results_of_an_existing_environment_travel_without_paths(tmp_path, folder):
    executable = f"/home/someone/{folder}/python3"
    name = f"existing-py_home_someone_{folder}_python3"
    content = {"env_name": name, "python": executable, "params": {"python": executable}}
    result = tmp_path / f"0123abcd-{name}.json"
    result.write_text(json.dumps(content))
    with neutral.neutral_names(tmp_path, executable):
        assert result.exists()
    (path,) = tmp_path.iterdir()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert path.name == f"0123abcd-existing-py{version}.json"
    assert "someone" not in path.read_text()
    with neutral.neutral_names(tmp_path, executable):
        assert json.loads(result.read_text()) == content
    assert "someone" not in path.read_text()
