"""What asv is asked to do."""

import tempfile
from pathlib import Path

import pytest

from benchmarks.cases.libraries import LIBRARIES
from benchmarks.drive import asv
from benchmarks.drive.error import DriverError


def test_asvs_environment_has_the_librarys_packages():
    settings = asv.configuration(Path("/elsewhere"), LIBRARIES["spyx"].requirements)
    required = settings["matrix"]["req"]
    assert required == {"torch": ["2.13.0"], "spyx": ["1.0.0"], "jax": ["0.10.2"]}


def test_a_library_that_cannot_be_measured_does_not_keep_the_others_from_it(monkeypatch, capsys):
    ran = []

    def run(facts, profile, suites, kind, results, fresh, replace, requirements, methods):
        ran.append(tuple(requirements))
        if "norse" in requirements:
            raise DriverError("no such package")
        return 2 if "sinabs" in requirements else 0

    monkeypatch.setattr(asv, "run", run)
    names = ["ours", "norse", "sinabs", "rockpool"]
    assert asv.run_peers({"machine": "m"}, "peers", names, Path("results")) == 1
    assert ran == [(), ("norse",), ("sinabs",), ("rockpool", "jax")]
    assert "not measured, the reason is above: norse, sinabs" in capsys.readouterr().out
    assert asv.run_peers({"machine": "m"}, "peers", ["rockpool"], Path("results")) == 0


def test_a_temporary_folder_too_long_for_a_socket_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + "x" * 110)
    with pytest.raises(DriverError, match=r"TMPDIR /tmp/x+ is too long for the socket that asv"):
        asv.run({"machine": "m"}, "smoke", ["depth"], "existing", tmp_path)
