"""Results of an existing environment carry no path of the machine."""

import json
import sys

from benchmarks.drive import neutral


def test_results_of_an_existing_environment_travel_without_paths(tmp_path):
    executable = "/home/someone/bin/python3"
    name = "existing-py_home_someone_bin_python3"
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
