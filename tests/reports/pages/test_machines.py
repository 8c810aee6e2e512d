"""The machines and the floor on the page."""

import pandas as pd


def test_no_floor_is_said(report):
    page = (report.out / "index.html").read_text()
    assert "These results hold no time of the floor" in page
    assert "of floor</th>" not in page
    table = pd.read_csv(report.out / "measurements.csv")
    assert table["fraction_of_floor"].isna().all()


def test_the_floors_bandwidth_without_an_interval(floor):
    assert "<td>20.5 [no interval]<" in floor.page
