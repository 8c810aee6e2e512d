"""Trees of results, made without measuring."""

import pytest
from trees import origin

from benchmarks.standalone.bench.save import save


@pytest.fixture
def make_tree(tmp_path):
    """Return what writes a tree of records, by cases, and returns its folder."""

    def make(name, records, run=1, **changes):
        save(tmp_path / name, origin(**changes), records, run)
        return tmp_path / name

    return make
