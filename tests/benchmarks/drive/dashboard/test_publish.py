"""The dashboard without a network: what its page loads, and which folders are refused."""

import re
from pathlib import Path

import pytest

from benchmarks.drive.checkout import ROOT
from benchmarks.drive.dashboard.packages import pinned
from benchmarks.drive.dashboard.publish import publish, without_net
from benchmarks.drive.error import DriverError


@pytest.fixture(scope="module")
def page():
    asv = pytest.importorskip("asv")
    return (Path(asv.__file__).parent / "www" / "index.html").read_text(encoding="utf-8")


def test_asv_s_page_loads_nothing_from_the_net(page):
    assert len(re.findall(r'(?:src|href)="https://[^"]*\.(?:js|css)"', page)) >= 10
    mended = without_net(page, pinned())
    assert not re.findall(r'<(?:script|link)[^>]*"https?:[^"]*"', mended)
    assert not re.search(r"integrity|crossorigin", mended)
    for package in pinned():
        for name in package.files.values():
            assert f'"vendor/{package.name}-{package.version}/{name}"' in mended
    # The order of the scripts stays, and so do asv's own.
    own = re.findall(r'src="([a-z_.]+\.js)"', page)
    assert [s for s in re.findall(r'src="([a-z_.]+\.js)"', mended) if s in own] == own


def test_an_address_without_a_package_is_named(page):
    with pytest.raises(DriverError, match=r"loads https://\S+/jquery\S+, which packages\.json"):
        without_net(page, pinned()[1:])


@pytest.mark.parametrize("room", ["reports", "reports/_build", "results"])
def test_the_rooms_are_never_emptied(room, tmp_path):
    with pytest.raises(DriverError, match="publishing empties it"):
        publish(tmp_path, ROOT / room / "html")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DriverError, match="holds something else"):
        publish(tmp_path, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"
