"""Which pictures there are of a place, and why others are missing."""

import re
from pathlib import Path

import asv_golden
import pytest

PAGES = sorted((Path(__file__).parents[3] / "reports" / "published").glob("*/index.html"))


def test_pictures_of_the_neuron_alone(floor):
    names = {p.stem for p in (floor.out / "plots" / "1-m-cpu").glob("*.png")}
    assert {n for n in names if n.endswith(("-floor", "-roofline"))} == {
        "neuron-floor",
        "neuron-roofline",
    }


def test_a_floor_that_was_not_measured_is_told(tmp_path, tree, run):
    suites = {"neuron": tree.params(["LIF/loop"], times=[100, 1000], depths=[0])}
    data = tree.result_file("m", suites, asv_golden.floor)
    done = run(tree.write(tmp_path / "r", suites, [data]), tmp_path / "out")
    assert done.exit_code == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert "neuron: no fraction of the floor to draw: it was not measured." in page


def test_a_quantity_without_data_is_told(report):
    assert "no energy to draw (crashed" in (report.out / "index.html").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_no_two_pictures_of_a_published_page_have_one_title(page):
    titles = re.findall(r'<div class="box"[^>]*aria-label="([^"]*)"><img', page.read_text("utf-8"))
    assert len(titles) > 5
    assert len(titles) == len(set(titles))


def test_a_published_page_is_smaller_than_600_kb():
    assert PAGES
    assert max(page.stat().st_size for page in PAGES) < 600_000
