"""The number of a run, beside every sample, in asv's own files."""

import copy
import json

import pytest

from benchmarks.drive.error import DriverError
from benchmarks.drive.runs import forget, next_run

# Two cases; the second was not measured in run 2.
CONTENT = {
    "commit_hash": "0123456789abcdef",
    "result_columns": ["result", "params", "samples"],
    "results": {
        "depth.Depth.track_forward": [[2.0, 9.0], [], [[1.0, 2.0, 3.0], [8.0, 9.0]]],
        "depth.Depth.track_run": [[1.0, 1.0], [], [[1.0, 1.0, 2.0], [1.0, 1.0]]],
        "depth.Depth.track_peak_memory": [[7.0, 8.0], []],
        "lanes.Lanes.track_forward": [[None, 9.0], [], [None, [8.0, 9.0]]],
        "lanes.Lanes.track_run": [[None, 1.0], [], [None, [4.0, 4.0]]],
    },
}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "01234567-existing.json"
    path.write_text(json.dumps(CONTENT))
    return path


def test_the_next_run_is_counted_suite_by_suite(path):
    assert next_run([], ["depth"]) == 1
    assert next_run([path], ["depth"]) == 3
    assert next_run([path], ["depth", "lanes"]) == 5
    assert next_run([path], ["neuron"]) == 1


def test_a_run_is_taken_out_of_every_quantity_of_its_suite_alone(path):
    forget(path, ["depth"], 2)
    found = json.loads(path.read_text())["results"]
    expected = copy.deepcopy(CONTENT["results"])
    expected["depth.Depth.track_forward"][2] = [[1.0, 2.0], [8.0, 9.0]]
    expected["depth.Depth.track_run"][2] = [[1.0, 1.0], [1.0, 1.0]]
    assert found == expected
    forget(path, ["depth"], 1)
    found = json.loads(path.read_text())["results"]
    assert found["depth.Depth.track_run"][2] == [None, None]
    assert found["lanes.Lanes.track_run"] == expected["lanes.Lanes.track_run"]


def test_samples_whose_run_is_not_known_get_no_company(path):
    content = copy.deepcopy(CONTENT)
    del content["results"]["depth.Depth.track_run"]
    path.write_text(json.dumps(content))
    with pytest.raises(DriverError, match=r"suite depth of commit 01234567 .* --replace"):
        next_run([path], ["depth"])
    assert next_run([path], ["lanes"]) == 5
